"""The part of the public API about offices and about oneself. The API room mounts ``router``."""

from __future__ import annotations

from typing import Annotated, Any, cast
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from phoihop.core.errors import Invalid
from phoihop.core.text import clean_line, clean_text
from phoihop.offices.acting import Acting
from phoihop.offices.middleware import ActingRequest
from phoihop.offices.models import IssuingBody, Office
from phoihop.offices.selectors import bodies_of, directory_entries, signers_of

router = Router(tags=["offices"])


def acting_of(request: HttpRequest) -> Acting:
    """Who the API's door let in."""
    by = cast(ActingRequest, request).acting
    assert by is not None
    return by


def _cleaned(clean: Any) -> AfterValidator:
    def check(text: str) -> str:
        try:
            return str(clean(text))
        except Invalid as error:
            raise PydanticCustomError("text_problem", "{sentence}", {"sentence": str(error)}) from error

    return AfterValidator(check)


Line = Annotated[str, _cleaned(clean_line)]
"""One line: NFC, without characters that hide or reorder what is read."""

Text = Annotated[str, _cleaned(clean_text)]
"""Several lines, cleaned likewise."""


class BodyOut(Schema):
    """A body the office issues documents for."""

    code: str
    name: str
    regime: str = Field(description="GOV, PARTY, MIL or NA: whose rules its documents follow.")
    notation: str


class OfficeOut(Schema):
    """An office of the directory, as it is today."""

    id: UUID
    code: str
    name: str
    short_name: str
    parent: str | None = Field(description="Code of the office above it.")
    province_code: str
    commune_code: str
    bodies: list[BodyOut]


class SignerOut(Schema):
    """A position of the own office that may sign for a body today."""

    position: UUID
    name: str
    title: str
    body: str = Field(description="Code of the body.")
    authority: str


class MeOut(Schema):
    """Who the token stands for and what it may do."""

    name: str
    position: UUID
    title: str
    office: str
    office_name: str
    permissions: list[str]
    bodies: list[BodyOut]
    signers: list[SignerOut]


@router.get("/me", response=MeOut, operation_id="get_me")
def get_me(request: HttpRequest) -> MeOut:
    """Who this token stands for, the bodies of its office, and who may sign for them."""
    by = acting_of(request)
    return MeOut(
        name=by.person_name,
        position=by.position_id,
        title=by.position_title,
        office=by.office_code,
        office_name=by.office_name,
        permissions=sorted(permission.value for permission in by.permissions),
        bodies=[_body_out(body) for body in bodies_of(by)],
        signers=[
            SignerOut(
                position=one.position.id,
                name=one.position.person.full_name,
                title=one.position.title,
                body=one.body.code,
                authority=one.authority,
            )
            for one in signers_of(by)
        ],
    )


@router.get("/offices", response=list[OfficeOut], operation_id="list_offices")
def list_offices(
    request: HttpRequest,
    province: Annotated[str, Query(max_length=10, description="Only offices of this province.")] = "",
) -> list[OfficeOut]:
    """All offices of today, in Vietnamese order."""
    return [_office_out(one) for one in directory_entries() if province in {"", one.province_code}]


def _office_out(office: Office) -> OfficeOut:
    return OfficeOut(
        id=office.id,
        code=office.code,
        name=office.name,
        short_name=office.short_name,
        parent=office.parent.code if office.parent else None,
        province_code=office.province_code,
        commune_code=office.commune_code,
        bodies=[_body_out(body) for body in office.bodies.all()],
    )


def _body_out(body: IssuingBody) -> BodyOut:
    return BodyOut(code=body.code, name=body.name, regime=body.regime, notation=body.notation)
