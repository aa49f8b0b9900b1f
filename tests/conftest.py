"""What all tests share: the cast, and a clean database after tests that commit.

Alice is the privacy officer who owns the workspace; Bob is on her team and approves; Charlie works
in another workspace and must see nothing of theirs.
"""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import pgtrigger
import pytest
from django.core.files.storage import storages
from django.db import connection, transaction
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from accounts.models import Membership, Role, User, Workspace
from accounts.sealed.storage import SealedStorage
from tests.brokers import brokers


def pytest_report_header() -> str:
    """Says which brokers the tests of tests/outbox/test_brokers.py run on here."""
    return f"brokers: {', '.join(brokers())}"


PASSWORD = "correct horse battery staple"
FILE_KEY = f"2026:{b64encode(bytes(range(32))).decode()}"  # the same in every process that runs tests
ALWAYS_FILLED = {"django_content_type", "auth_permission", "django_migrations"}


@dataclass(frozen=True)
class Cast:
    """The people, and the two workspaces that must not know of each other."""

    alice: User
    bob: User
    charlie: User
    workspace: Workspace
    elsewhere: Workspace


@pytest.fixture(scope="session")
def django_db_use_migrations() -> bool:
    """Make the tables straight from the models: a quarter of a minute less at every start.

    `makemigrations --check` proves that the migrations say the same, and `make demo` applies them.
    A migration that does more than the models say (RunSQL, RunPython) needs a test of its own.
    """
    return False


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Install the triggers, which the migrations would have brought.

    At the end whoever still hangs on the test database is sent away: a thread of the live server that kept a
    browser's connection, a process that a test has killed. PostgreSQL would refuse to drop it under them.
    """
    with django_db_blocker.unblock():
        pgtrigger.install()
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session", autouse=True)
def _emptying_after_commits() -> Iterator[None]:
    """Empty after a test that commits only what it filled, event tables included.

    Django's flush would be refused by the event tables, and takes half a second.
    """

    def empty(case: TransactionTestCase) -> None:
        tables = set(connection.introspection.django_table_names(only_existing=True)) - ALWAYS_FILLED
        filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in tables)
        # One transaction, at whose end foreign keys are checked: the order does not matter.
        with pgtrigger.ignore(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(filled)
            for (name,) in cursor.fetchall():
                cursor.execute(f"DELETE FROM {name}")

    with mock.patch.object(TransactionTestCase, "_fixture_teardown", empty):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    return new_cast()


def new_cast() -> Cast:
    """Plain rows, no services: what accounts.services does is tested where it lives."""
    alice, bob, charlie = (
        User.objects.create_user(f"{name.lower()}@example.org", PASSWORD, display_name=name)
        for name in ("Alice", "Bob", "Charlie")
    )
    workspace = Workspace.objects.create(slug="harbour", name="Harbour Lines", time_zone="Europe/Paris")
    elsewhere = Workspace.objects.create(slug="elsewhere", name="Elsewhere Ltd")
    Membership.objects.create(user=alice, workspace=workspace, role=Role.PRIVACY_OFFICER)
    Membership.objects.create(user=bob, workspace=workspace, role=Role.APPROVER)
    Membership.objects.create(user=charlie, workspace=elsewhere, role=Role.PRIVACY_OFFICER)
    return Cast(alice, bob, charlie, workspace, elsewhere)


@pytest.fixture
def alice(cast: Cast) -> User:
    return cast.alice


@pytest.fixture
def bob(cast: Cast) -> User:
    return cast.bob


@pytest.fixture
def charlie(cast: Cast) -> User:
    return cast.charlie


@pytest.fixture
def workspace(cast: Cast) -> Workspace:
    return cast.workspace


@pytest.fixture
def sealed_files(settings: Any, tmp_path: Path) -> SealedStorage:
    """The storage of the site in a folder of this test, with FILE_KEY as its key."""
    here = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": here}
    settings.FILE_KEYS = FILE_KEY
    backend = storages["default"]
    assert isinstance(backend, SealedStorage)
    return backend
