"""The body of the record by which an office publishes a list, or a new version of it, to others."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from phoihop.distribution.rules import LIST, Members
from phoihop.exchange.envelope import Body

STATED = "distribution.stated"
MOST_MEMBERS = 2_000
"""As many as a document has recipients."""


def _readable(token: str) -> str:
    """What cannot be read at every page is set aside when it comes."""
    Members.of([token])
    if token.startswith(f"{LIST}:"):
        raise ValueError("a published list names no other lists")
    return token


Token = Annotated[str, Field(max_length=60), AfterValidator(_readable)]


class ListStated(Body):
    """One version of a list, whole: what it holds, who that was when it was made, who made it and why.

    ``retired`` says that it is not to be used any more. It names no other lists: their readers might not see them.
    """

    number: Annotated[int, Field(ge=1, le=100_000)]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    purpose: Annotated[str, Field(max_length=2_000)] = ""
    members: Annotated[tuple[Token, ...], Field(max_length=MOST_MEMBERS)]
    offices: Annotated[tuple[UUID, ...], Field(max_length=MOST_MEMBERS)]
    reason: Annotated[str, Field(max_length=2_000)] = ""
    made_by: Annotated[str, Field(max_length=400)]
    retired: bool = False
