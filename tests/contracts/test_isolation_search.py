"""The search function runs as the owner, above the policies: it must hold to them by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import errors

from phoihop.core.isolation import GATE, WEB, WORKER, WRITER
from phoihop.dispatches.models import DispatchText
from phoihop.files.models import AttachmentText
from tests.contracts.rows import Maker
from tests.contracts.worlds import DISCLOSED, A, B, Connection, World

WORD = "hiemhoa"
CALLS = [(WORD, ""), ("", "99xyz"), (f"{WORD}:*", ""), (WORD, "%"), ("", "%"), ("", "_"), ("!khongco", "")]


@pytest.fixture
def texts(world: World) -> Iterator[dict[str, UUID]]:
    """Four searchable documents: of A, of B, of both, and of B but disclosed to A."""
    made = {name: uuid4() for name in ("a", "b", "both", "disclosed")}
    with world.owner() as owner:
        maker = Maker(owner)
        audiences = {"a": (A,), "b": (B,), "both": (A, B), "disclosed": (B,)}
        for name, offices in audiences.items():
            maker.make(
                DispatchText,
                offices[0],
                dispatch_id=made[name],
                audience_id=maker.audience(*offices),
                words=f"'{WORD}':1",
                code="99xyz",
            )
        maker.make(DISCLOSED.model, A, office_id=A, subject_id=made["disclosed"])
        owner.commit()
    yield made
    with world.owner() as owner:
        owner.execute("DELETE FROM dispatches_dispatchtext WHERE dispatch_id = ANY(%s)", [list(made.values())])
        owner.commit()


SAID = "loitrongtep"


@pytest.fixture
def files(world: World) -> Iterator[dict[str, UUID]]:
    """The same four, found by what their attachments say alone."""
    made = {name: uuid4() for name in ("a", "b", "both", "disclosed")}
    audiences = {"a": (A,), "b": (B,), "both": (A, B), "disclosed": (B,)}
    with world.owner() as owner:
        maker = Maker(owner)
        for name, offices in audiences.items():
            audience = maker.audience(*offices)
            maker.make(AttachmentText, offices[0], subject_id=made[name], audience_id=audience, words=f"'{SAID}':1")
        maker.make(DISCLOSED.model, A, office_id=A, subject_id=made["disclosed"])
        owner.commit()
    yield made
    with world.owner() as owner:
        owner.execute("DELETE FROM files_attachmenttext WHERE subject_id = ANY(%s)", [list(made.values())])
        owner.commit()


@pytest.mark.parametrize("words", [SAID, f"{SAID}:*", f"{SAID} & !khongco"])
def test_attachments_are_found_by_those_who_may_see_them_alone(
    world: World, files: dict[str, UUID], words: str
) -> None:
    for office, own in ((A, "a"), (B, "b")):
        with world.acting(WEB, office) as web:
            expected = {files[own], files["both"], files["disclosed"]}
            assert found(web, words, "") & set(files.values()) == expected


def found(connection: Connection, words: str, code: str) -> set[Any]:
    rows = connection.execute("SELECT dispatch_id FROM dispatches_search(%s, %s, NULL, 1000)", [words, code])
    return {row["dispatch_id"] for row in rows}


@pytest.mark.parametrize(("words", "code"), CALLS)
def test_search_finds_what_the_office_may_see_alone(
    world: World, texts: dict[str, UUID], words: str, code: str
) -> None:
    with world.acting(WEB, A) as web:
        assert found(web, words, code) & set(texts.values()) == {texts["a"], texts["both"], texts["disclosed"]}
        own = "SELECT dispatch_id FROM dispatches_dispatchtext UNION SELECT subject_id FROM files_attachmenttext"
        readable = {row["dispatch_id"] for row in web.execute(own)}
        assert found(web, words, code) <= readable
    with world.acting(WEB, B) as web:
        assert found(web, words, code) & set(texts.values()) == {texts["b"], texts["both"], texts["disclosed"]}


@pytest.mark.parametrize("role", [WRITER, WORKER, GATE])
def test_no_other_role_may_search(world: World, role: str) -> None:
    with world.acting(role, A) as connection, pytest.raises(errors.InsufficientPrivilege):
        found(connection, WORD, "")


def test_search_is_refused_outside_a_scope_and_raises_without_an_office(world: World) -> None:
    with world.login() as login, pytest.raises(errors.InsufficientPrivilege):
        found(login, WORD, "")
    with world.acting(WEB, None) as web, pytest.raises(errors.UndefinedObject):
        found(web, WORD, "")


def test_a_temporary_table_does_not_stand_in_for_a_real_one(world: World, texts: dict[str, UUID]) -> None:
    """Temporary tables come first in a search path that does not name them: they could claim any membership."""
    with world.owner() as owner:
        row = owner.execute(
            "SELECT audience_id FROM dispatches_dispatchtext WHERE dispatch_id = %s", [texts["b"]]
        ).fetchone()
        assert row is not None
    with world.acting(WEB, A) as web:
        try:
            with web.transaction():
                web.execute("CREATE TEMPORARY TABLE exchange_audience_member (audience_id uuid, office_id uuid)")
                web.execute("INSERT INTO exchange_audience_member VALUES (%s, %s)", [row["audience_id"], A])
                web.execute("GRANT SELECT ON exchange_audience_member TO phoihop_owner")
        except errors.InsufficientPrivilege:
            return
        assert texts["b"] not in found(web, WORD, "")
