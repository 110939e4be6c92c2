"""Schemathesis against the real application: nothing it can think of gets a 500 or an answer not described."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from phoihop.config.wsgi import application
from tests.api.callers import caller, issued
from tests.cast import HA_TINH, NGHE_AN
from tests.dispatches.papers import open_books

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])


# What is well-formed may still name an office that does not exist, and an unknown query parameter harms nobody.
BEYOND_THE_SCHEMA = [positive_data_acceptance, negative_data_rejection]


@dataclass(frozen=True)
class Known:
    """A good token, and a document its office received."""

    secret: str
    dispatch: str


@pytest.fixture
def known(fresh_database: str) -> Known:
    open_books()
    dispatch = str(issued(caller("vanthu", NGHE_AN)))
    return Known(caller("vanthu", HA_TINH).secret, dispatch)


@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_described(case: Any, known: Known) -> None:
    if "dispatch_id" in (case.path_parameters or {}) and len(case.headers or {}) % 2 == 0:
        case.path_parameters["dispatch_id"] = known.dispatch
    case.call_and_validate(headers={"Authorization": f"Bearer {known.secret}"}, excluded_checks=BEYOND_THE_SCHEMA)
