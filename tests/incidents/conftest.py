"""A case to work on: Harbour Lines and its service company, with customers' names in the open."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import LegalEntity
from incidents import services
from incidents.models import Incident, Party
from tests.conftest import Cast

AWARE = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
"""The instant from which the clocks of the case run: a Monday morning."""

FACTS: dict[str, Any] = {
    "/organisation/role": "controller",
    "/organisation/establishments": ["FR"],
    "/organisation/regimes": [],
    "/nature/confidentiality": "yes",
    "/timeline/became_aware_at": AWARE.isoformat(),
    "/affected/fr/country": "FR",
    "/affected/fr/presence": "confirmed",
    "/affected/fr/count": {"kind": "at_least", "low": 500},
    "/data/full_name/status": "confirmed",
}


@pytest.fixture
def entity(cast: Cast) -> LegalEntity:
    return LegalEntity.objects.create(workspace=cast.workspace, name="Harbour Lines SA", country="FR")


@pytest.fixture
def open_case(cast: Cast, entity: LegalEntity) -> Callable[..., Incident]:
    """Opens a case of Alice's with the facts above, or others."""

    def opened(facts: dict[str, Any] | None = None, **more: Any) -> Incident:
        given: dict[str, Any] = {
            "workspace": cast.workspace,
            "title": "Customer files readable from outside",
            "legal_entity": entity,
            "opened_by": cast.alice,
            "facts": FACTS if facts is None else facts,
        }
        return services.open_incident(**{**given, **more})

    return opened


@pytest.fixture
def incident(open_case: Callable[..., Incident]) -> Incident:
    return open_case()


@pytest.fixture
def party(incident: Incident) -> Party:
    return incident.parties.get()
