"""What the API answered to writes, so that a request sent twice is done once."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from phoihop.core.clock import now
from phoihop.core.isolation import Isolation, Local


class ApiReply(models.Model):
    """The reply to one idempotency key of one position; ``digest`` is that of method, address and body.

    ``status`` and ``body`` are null only inside the transaction that does the work.
    """

    isolation: ClassVar[Isolation] = Local()

    pk = models.CompositePrimaryKey("office_id", "position_id", "key")
    office_id = models.UUIDField()
    position_id = models.UUIDField()
    key = models.TextField()
    digest = models.BinaryField()
    status = models.SmallIntegerField(null=True)
    body = models.BinaryField(null=True)
    at = models.DateTimeField(default=now, db_index=True)

    class Meta:
        verbose_name_plural = "API replies"
