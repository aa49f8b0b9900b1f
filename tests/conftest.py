"""What all tests share: the cast, and a clean database after tests that commit.

Alice is the privacy officer who owns the workspace; Bob is on her team and approves; Charlie works
in another workspace and must see nothing of theirs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from unittest import mock

import pgtrigger
import pytest
from django.test import TransactionTestCase

from accounts.models import Membership, Role, User, Workspace

PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Cast:
    """The people, and the two workspaces that must not know of each other."""

    alice: User
    bob: User
    charlie: User
    workspace: Workspace
    elsewhere: Workspace


@pytest.fixture(scope="session", autouse=True)
def _emptying_tables_passes_the_history() -> Iterator[None]:
    """Tests that commit end with TRUNCATE, which event tables refuse from everybody else."""
    teardown = TransactionTestCase._fixture_teardown

    def emptied(case: TransactionTestCase) -> None:
        with pgtrigger.ignore():
            teardown(case)

    with mock.patch.object(TransactionTestCase, "_fixture_teardown", emptied):
        yield


@pytest.fixture(scope="session")
def django_db_use_migrations() -> bool:
    """Make the tables straight from the models: a quarter of a minute less at every start.

    `makemigrations --check` proves that the migrations say the same, and `make demo` applies them.
    A migration that does more than the models say (RunSQL, RunPython) needs a test of its own.
    """
    return False


@pytest.fixture
def cast(db: None) -> Cast:
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
