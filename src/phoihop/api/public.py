"""The public API: the rooms' routers under one description, with what all operations share said once."""

from __future__ import annotations

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Router
from ninja.errors import HttpError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser
from ninja.renderers import JSONRenderer
from pydantic_core import from_json

from phoihop.api import replies
from phoihop.api.doors import office_door
from phoihop.api.problems import MEDIA_TYPE
from phoihop.api.uploads import router as uploads
from phoihop.dispatches.api import router as dispatches
from phoihop.distribution.api import router as distribution
from phoihop.offices.api import router as offices
from phoihop.territory.api import router as territory

VERSION = "1"
_READ_PROBLEMS = ("400", "401", "403", "404", "422", "503")
_WRITE_PROBLEMS = ("400", "401", "403", "404", "409", "413", "422", "503")
_PROBLEM = {
    "type": "object",
    "description": "RFC 9457: what is wrong and what to do, in the language of Accept-Language (vi, en).",
    "required": ["type", "title", "status", "code", "detail", "remedy", "fields"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable, for programs."},
        "detail": {"type": "string"},
        "remedy": {"type": "string", "description": "What to do now; may be empty."},
        "fields": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
    },
}
_KEY_PARAMETER = {
    "in": "header",
    "name": replies.HEADER,
    "required": True,
    "schema": {"type": "string", "pattern": f"^{replies.KEY_PATTERN}$"},
    "description": "A new value for each act; the same value when the same request is sent again.",
}


class StrictParser(Parser):
    """JSON without NaN, half surrogates or bottomless nesting."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            return from_json(request.body, allow_inf_nan=False)
        except ValueError as error:
            raise HttpError(400, str(error)) from error


class Renderer(JSONRenderer):
    """Vietnamese as it is written, not as escapes."""

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> Any:
        return json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))


class PublicApi(NinjaAPI):
    """Errors leave the operation, and so its transaction, and are told at the edge; see ``api.problems``."""

    def set_default_exception_handlers(self) -> None:
        self.add_exception_handler(Exception, _leave)

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        schema["components"]["schemas"]["Problem"] = _PROBLEM
        schema["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        schema["security"] = [{"token": []}]
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                _say_shared(method, operation)
        return schema


def _say_shared(method: str, operation: dict[str, Any]) -> None:
    """Problems and idempotency, which every operation has alike."""
    answers = _READ_PROBLEMS if method == "get" else _WRITE_PROBLEMS
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status in answers:
        operation["responses"][status] = {"description": "Problem", "content": content}
    if method != "get":
        operation["parameters"] = [*operation.get("parameters", ()), _KEY_PARAMETER]


def _leave(_request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    raise error


public = PublicApi(
    title="Phối Hợp",
    version=VERSION,
    description="Văn bản, tiếp nhận, văn phòng. Every write is done once for each Idempotency-Key.",
    urls_namespace="api",
    docs_url=None,
    parser=StrictParser(),
    renderer=Renderer(),
)
rooms = Router()
rooms.add_decorator(office_door, mode="view")
rooms.add_router("", offices)
rooms.add_router("", dispatches)
rooms.add_router("", distribution)
rooms.add_router("/territory", territory)
public.add_router("", rooms)
public.add_router("", uploads)
