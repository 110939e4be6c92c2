"""Offices and issuing bodies (the directory), and each office's own people, positions and tokens."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from phoihop.core.clock import now
from phoihop.core.ids import new_id
from phoihop.core.isolation import READ, Identity, Isolation, Local, Reference
from phoihop.offices.password_rules import ALONE_LENGTH, same_letters


class Regime(models.TextChoices):
    """The body of rules a body's documents follow (domain.md §1)."""

    GOV = "GOV", "Nhà nước (NĐ 30/2020/NĐ-CP)"
    PARTY = "PARTY", "Đảng (05-HD/VPTW)"
    MIL = "MIL", "Quân đội"
    NA = "NA", "Quốc hội, HĐND"


class Node(models.Model):
    """One installation. ``is_self`` marks the one this database belongs to."""

    isolation: ClassVar[Isolation] = Reference()

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.TextField(unique=True)
    is_self = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["is_self"], condition=Q(is_self=True), name="one_self_node")]


class NodeKey(models.Model):
    """A public signing key (Ed25519, 32 raw bytes) of one incarnation of a node, with the time it is good for."""

    isolation: ClassVar[Isolation] = Reference()

    id = models.UUIDField(primary_key=True, default=new_id)
    node = models.ForeignKey(Node, models.PROTECT, related_name="keys")
    incarnation = models.UUIDField()
    public_key = models.BinaryField()
    valid_from = models.DateTimeField(default=now)
    valid_to = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incarnation", "public_key"], name="node_key_once")]


class Office(models.Model):
    """An office (văn phòng) whose staff acts; hosted by exactly one node."""

    isolation: ClassVar[Isolation] = Reference()

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.TextField(unique=True)
    name = models.TextField()
    short_name = models.TextField()
    sort_key = models.TextField(db_collation="C")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    node = models.ForeignKey(Node, models.PROTECT, related_name="offices")
    region_code = models.TextField(default="", blank=True)
    province_code = models.TextField(default="", blank=True)
    commune_code = models.TextField(default="", blank=True)
    hotline = models.TextField(default="", blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        ordering = ["sort_key"]

    def __str__(self) -> str:
        return self.name


class IssuingBody(models.Model):
    """A body (cơ quan ban hành) an office issues documents for; regime, notation and place belong to it."""

    isolation: ClassVar[Isolation] = Reference()

    id = models.UUIDField(primary_key=True, default=new_id)
    office = models.ForeignKey(Office, models.PROTECT, related_name="bodies")
    code = models.TextField()
    name = models.TextField()
    superior_name = models.TextField(default="", blank=True)
    regime = models.TextField(choices=Regime.choices)
    notation = models.TextField()
    place = models.TextField()
    edxml_id = models.TextField(default="", blank=True, db_index=True)
    order = models.SmallIntegerField(default=0)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        ordering = ["order", "name"]
        verbose_name_plural = "issuing bodies"
        constraints = [models.UniqueConstraint(fields=["office", "code"], name="body_code_once")]

    def __str__(self) -> str:
        return self.name


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts with a hashed password."""

    def create_user(self, username: str, password: str | None = None, **extra: object) -> Account:
        account = self.model(username=self.model.normalize_username(username), **extra)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """A sign-in identity. What it may do comes from the positions its person holds.

    ``must_change_password`` marks a password that somebody else has seen. ``has_short_password`` marks one that is
    long enough only beside a second factor. ``has_second_factor`` knows only of rows that sign-in has read.
    """

    isolation: ClassVar[Isolation] = Identity()

    id = models.UUIDField(primary_key=True, default=new_id)
    username = models.TextField(unique=True)
    full_name = models.TextField()
    email = models.EmailField(default="", blank=True)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    language = models.TextField(default="vi")
    must_change_password = models.BooleanField(default=False)
    has_short_password = models.BooleanField(default=False)

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    def set_password(self, raw_password: str | None) -> None:
        """Keep the hash of a password. Keyboards compose Vietnamese letters in two ways; both are one password."""
        super().set_password(None if raw_password is None else same_letters(raw_password))
        self.has_short_password = raw_password is not None and len(same_letters(raw_password)) < ALONE_LENGTH

    def check_password(self, raw_password: str | None) -> bool:
        return super().check_password(None if raw_password is None else same_letters(raw_password))

    @property
    def has_second_factor(self) -> bool:
        """Whether there is a second step, as the query that read this row found it."""
        return bool(getattr(self, "has_factor", False))


class Person(models.Model):
    """A member of an office's staff. ``account_id`` is a plain id: accounts belong to sign-in."""

    isolation: ClassVar[Isolation] = Local(gate=READ)

    id = models.UUIDField(primary_key=True, default=new_id)
    office = models.ForeignKey(Office, models.PROTECT, related_name="people")
    account_id = models.UUIDField(null=True, db_index=True)
    full_name = models.TextField()
    sort_key = models.TextField(db_collation="C")

    class Meta:
        ordering = ["sort_key"]
        verbose_name_plural = "people"


class Position(models.Model):
    """A position (chức vụ) a person holds for a time, with its roles."""

    isolation: ClassVar[Isolation] = Local(gate=READ)

    id = models.UUIDField(primary_key=True, default=new_id)
    office = models.ForeignKey(Office, models.PROTECT, related_name="positions")
    person = models.ForeignKey(Person, models.PROTECT, related_name="positions")
    title = models.TextField()
    roles = ArrayField(models.TextField())
    order = models.SmallIntegerField(default=0)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        ordering = ["order", "title"]


class SigningAuthority(models.Model):
    """That a position may sign for a body, and in which form (TM., KT., TL., TUQ., or none as head)."""

    isolation: ClassVar[Isolation] = Local(gate=READ)

    id = models.UUIDField(primary_key=True, default=new_id)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    position = models.ForeignKey(Position, models.CASCADE, related_name="signings")
    body = models.ForeignKey(IssuingBody, models.PROTECT, related_name="+")
    authority = models.TextField(default="", blank=True)

    class Meta:
        verbose_name_plural = "signing authorities"
        constraints = [models.UniqueConstraint(fields=["position", "body"], name="signing_once")]


class Delegation(models.Model):
    """Authority lent from one position to another for a time (ủy quyền), within one office.

    With a ``body``, the taker signs for it in the form ``authority`` says; ``permissions`` are lent besides. Taken back
    (``revoked_at``), it gives nothing any more, whatever its days say.
    """

    isolation: ClassVar[Isolation] = Local(gate=READ)

    id = models.UUIDField(primary_key=True, default=new_id)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    giver = models.ForeignKey(Position, models.CASCADE, related_name="delegations_given")
    taker = models.ForeignKey(Position, models.CASCADE, related_name="delegations_taken")
    permissions = ArrayField(models.TextField())
    body = models.ForeignKey(IssuingBody, models.PROTECT, null=True, related_name="+")
    authority = models.TextField(default="", blank=True)
    reason = models.TextField()
    valid_from = models.DateField()
    valid_to = models.DateField()
    made_name = models.TextField(default="", db_default="", blank=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_name = models.TextField(default="", db_default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=models.F("valid_from")), name="delegation_in_order")
        ]


class TwoStepRule(models.Model):
    """That an office lets people of a role in only with a second step. Kept by its administrator."""

    isolation: ClassVar[Isolation] = Local(gate=READ)

    id = models.UUIDField(primary_key=True, default=new_id)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    role = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "role"], name="two_step_rule_once")]


class Token(models.Model):
    """A bearer secret of one person in one position for the API; only its hash is kept."""

    isolation: ClassVar[Isolation] = Identity()

    id = models.UUIDField(primary_key=True, default=new_id)
    digest = models.BinaryField(unique=True)
    name = models.TextField()
    account = models.ForeignKey(Account, models.CASCADE, related_name="tokens")
    position_id = models.UUIDField()
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class Directory(models.Model):
    """The version of the directory, named in every envelope. One row."""

    isolation: ClassVar[Isolation] = Reference()

    id = models.SmallIntegerField(primary_key=True, default=1)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "directories"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_directory")]
