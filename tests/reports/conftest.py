"""A case with facts and texts, and a document of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import LegalEntity
from incidents import services as case
from incidents.models import Incident, Obligation, Party
from reports import services
from reports.models import Document
from tests.conftest import Cast
from tests.reports.samples import TEXTS

AWARE = datetime(2026, 11, 20, 8, 40, tzinfo=UTC)
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

FACTS: dict[str, Any] = {
    "/organisation/role": "controller",
    "/organisation/establishments": ["FR"],
    "/organisation/regimes": [],
    "/organisation/main_establishment_eu": "FR",
    "/nature/confidentiality": "yes",
    "/cause/type": "misconfiguration",
    "/timeline/became_aware_at": AWARE.isoformat(),
    "/affected/fr/country": "FR",
    "/affected/fr/presence": "confirmed",
    "/affected/fr/subjects": ["customer"],
    "/affected/fr/count": {"kind": "at_least", "low": 500},
    "/data/full_name/status": "confirmed",
}


@pytest.fixture(autouse=True)
def _on_that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the case has not run out: reasons for a delay are no part of these tests."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def incident(cast: Cast) -> Incident:
    entity = LegalEntity.objects.create(workspace=cast.workspace, name="Harbour Lines SA", country="FR")
    held = case.open_incident(
        workspace=cast.workspace,
        title="Customer files readable from outside",
        legal_entity=entity,
        opened_by=cast.alice,
        facts=FACTS,
    )
    for question, text in TEXTS["en"].items():
        case.write_narrative(held, question=question, language="en", text=text, author=cast.alice)
    return held


@pytest.fixture
def party(incident: Incident) -> Party:
    return incident.parties.get()


@pytest.fixture
def duty(incident: Incident) -> Obligation:
    """To notify the authority under Art. 33."""
    return Obligation.objects.filter(incident=incident, duty="gdpr.art33.notify_authority").order_by("pk")[0]


@pytest.fixture
def draft(cast: Cast, party: Party, duty: Obligation) -> Callable[..., Document]:
    """A draft of Alice's for the authority, with the contact point entered."""

    def drafted(**more: Any) -> Document:
        given = {"party": party, "form": "gdpr.art33", "language": "en", "author": cast.alice, "obligation": duty}
        document = services.draft_document(**{**given, **more})
        return services.edit_answer(document, "contact_point", by=cast.alice, text="Alice, privacy@example.org")

    return drafted


@pytest.fixture
def approved(cast: Cast, draft: Callable[..., Document]) -> Document:
    document = services.submit_for_review(draft(), by=cast.alice)
    return services.approve(document, by=cast.bob)
