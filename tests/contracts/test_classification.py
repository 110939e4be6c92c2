"""No table without a decision on who may see it, and none that changes when it says it does not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils import translation

from phoihop.core.isolation import apply, classified_models
from tests.contracts.mutability import MUTABILITY, Change, change_of


@contextmanager
def throw_away_model() -> Iterator[type[models.Model]]:
    """A model as somebody in a hurry would add it, removed from Django's registry afterwards."""

    class Hurried(models.Model):
        class Meta:
            app_label = "offices"

    try:
        yield Hurried
    finally:
        del apps.all_models["offices"]["hurried"]
        apps.clear_cache()


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_model_without_isolation_is_refused_and_told_what_to_do() -> None:
    with throw_away_model():
        for attempt in (classified_models, apply):
            with pytest.raises(ImproperlyConfigured, match=r"offices\.Hurried has no isolation: declare who may see"):
                attempt()
    assert classified_models()


def test_every_model_says_whether_it_may_change() -> None:
    declared = {item.model._meta.label: change_of(item.isolation) for item in classified_models()}
    missing, gone = declared.keys() - MUTABILITY.keys(), MUTABILITY.keys() - declared.keys()
    assert not missing, f"add to tests/contracts/mutability.py whether these may change: {sorted(missing)}"
    assert not gone, f"remove from tests/contracts/mutability.py: {sorted(gone)}"
    wrong = {label: (MUTABILITY[label], found) for label, found in declared.items() if MUTABILITY[label] != found}
    assert not wrong, f"(listed, declared) differ: {wrong}"


def test_what_must_always_hold_is_in_the_list() -> None:
    never = {label for label, change in MUTABILITY.items() if change is Change.NEVER}
    assert {"exchange.Record", "exchange.RecordBody", "exchange.LogEntry", "audit.JournalEntry"} <= never


def test_migrations_make_exactly_what_the_models_say() -> None:
    loader = MigrationLoader(None)
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("phoihop.")}
    with translation.override(None):
        wanted = ProjectState.from_apps(apps)
        found = MigrationAutodetector(loader.project_state(), wanted).changes(loader.graph)
    changes = {
        label: [operation.describe() for migration in migrations for operation in migration.operations]
        for label, migrations in found.items()
        if label in ours
    }
    assert not changes, "models changed without a migration"
