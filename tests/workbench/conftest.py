"""A case to look at: Harbour Lines, a mailbox read by somebody else, one officer signed in."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import LegalEntity, Membership, Role, User
from incidents import services
from incidents.models import Incident, Obligation, Party
from tests.conftest import PASSWORD, Cast

AWARE = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
FACTS: dict[str, Any] = {
    "/organisation/establishments": ["FR"],
    "/organisation/regimes": [],
    "/nature/confidentiality": "yes",
    "/timeline/became_aware_at": AWARE.isoformat(),
    "/affected/fr": {"country": "FR", "presence": "confirmed", "count": {"kind": "at_least", "low": 500}},
    "/affected/de": {"country": "DE", "presence": "suspected", "subjects": ["customer"]},
    "/data/full_name": {"status": "confirmed"},
    "/data/email_address@fr": {"status": "confirmed", "protection": "none"},
    "/data/payment_card": {"status": "ruled_out"},
}


@pytest.fixture
def entity(cast: Cast) -> LegalEntity:
    return LegalEntity.objects.create(workspace=cast.workspace, name="Harbour Lines SA", country="FR")


@pytest.fixture
def open_case(cast: Cast, entity: LegalEntity) -> Callable[..., Incident]:
    """Opens a case of Alice's with the facts above and others."""

    def opened(facts: dict[str, Any] | None = None, **more: Any) -> Incident:
        return services.open_incident(
            workspace=cast.workspace,
            title=more.pop("title", "Mailbox read by somebody else"),
            legal_entity=entity,
            opened_by=cast.alice,
            facts={**FACTS, **(facts or {})},
            **more,
        )

    return opened


@pytest.fixture
def incident(open_case: Callable[..., Incident]) -> Incident:
    return open_case()


@pytest.fixture
def party(incident: Incident) -> Party:
    return incident.parties.get()


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def officer(cast: Cast, signed_in: Callable[[User], Client]) -> Client:
    """Alice's browser."""
    return signed_in(cast.alice)


@pytest.fixture
def member(cast: Cast) -> Callable[..., User]:
    """A further member of the workspace, in a role."""

    def make(role: Role, countries: list[str] | None = None) -> User:
        user = User.objects.create_user(f"{role}@example.org", PASSWORD, display_name=role.label)
        Membership.objects.create(user=user, workspace=cast.workspace, role=role, countries=countries or [])
        return user

    return make


@pytest.fixture
def url(incident: Incident) -> Callable[..., str]:
    """An address of the case: url("fact", "role")."""

    def made(name: str, *args: object) -> str:
        return reverse(f"workbench:{name}", args=(incident.workspace.slug, incident.number, *args))

    return made


def duty_of(party: Party, duty: str, jurisdiction: str = "FR") -> Obligation:
    """The first stage of a duty of the law in a country."""
    return Obligation.objects.get(party=party, duty=duty, jurisdiction=jurisdiction, stage="initial")


def page(response: Any) -> str:
    """The text of a page."""
    return str(response.content.decode())
