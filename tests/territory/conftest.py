from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from pytest_django import DjangoDbBlocker

from phoihop.core.isolation import scope
from phoihop.territory.actions import load_units


@pytest.fixture(scope="session")
def units_loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The data files in the test database, committed, so that every connection sees them."""
    with django_db_blocker.unblock():
        load_units()


@pytest.fixture
def as_some_office(units_loaded: None, db: None) -> Iterator[None]:
    """Inside the scope of the web role for an office that exists nowhere: reference data is for all."""
    with scope("web", uuid4(), read_only=True):
        yield
