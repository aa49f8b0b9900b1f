"""What an inspector sees by a signed link, what never, and what is written down of it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from accounts.models import LegalEntity
from incidents import services as case
from incidents.models import Incident
from reports import services
from reports.inspecting import inspected_cases, token_of
from reports.models import Document, Inspection, InspectionLook
from reports.register import register_rows
from reports.services.inspecting import invite_inspector, note_look, revoke_inspection
from tests.conftest import PASSWORD, Cast
from tests.reports.conftest import NOW

pytestmark = pytest.mark.django_db

Invite = Callable[..., Inspection]


@pytest.fixture
def invite(cast: Cast) -> Invite:
    def invited(**scope: Any) -> Inspection:
        given = {"name": "CNIL", "reason": "Art. 58(1)(a)", "expires_at": NOW + timedelta(days=3), **scope}
        return invite_inspector(cast.workspace, by=cast.alice, **given)

    return invited


def opened(client: Client, inspection: Inspection, name: str = "inspector", *more: int) -> Any:
    return client.get(reverse(f"reports:{name}", args=(token_of(inspection), *more)))


def test_it_shows_the_register_without_an_account(client: Client, incident: Incident, invite: Invite) -> None:
    answer = opened(client, invite())
    assert incident.reference in answer.content.decode()
    assert answer["Referrer-Policy"] == "no-referrer"


def test_it_writes_down_each_look(client: Client, incident: Incident, invite: Invite) -> None:
    held = invite()
    opened(client, held)
    opened(client, held, "inspector_case", incident.number)
    assert [(one.what, one.incident) for one in held.looks.order_by("pk")] == [("register", None), ("case", incident)]


def test_it_keeps_the_log_as_it_was_written(incident: Incident, invite: Invite) -> None:
    note_look(invite(), InspectionLook.What.CASE, incident=incident)
    with pytest.raises(DatabaseError, match="written once"):
        InspectionLook.objects.update(incident=None)


def test_it_shows_nothing_after_its_end(client: Client, cast: Cast, incident: Incident, invite: Invite) -> None:
    held = invite()
    revoke_inspection(held, by=cast.bob)
    answer = opened(client, held, "inspector_case", incident.number)
    assert answer.status_code == 410
    assert incident.title not in answer.content.decode()
    assert not held.looks.exists()


def test_it_shows_nothing_past_its_hour(client: Client, incident: Incident, invite: Invite) -> None:
    held = invite()
    Inspection.objects.filter(pk=held.pk).update(created_at=NOW - timedelta(days=2), expires_at=NOW)
    assert opened(client, held).status_code == 410


def test_it_refuses_an_hour_that_has_passed(invite: Invite) -> None:
    with pytest.raises(ValidationError, match="Name an hour to come"):
        invite(expires_at=NOW)


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        ({}, True),
        ({"countries": ["FR", "DE"]}, True),
        ({"countries": ["DE"]}, False),
        ({"since": date(2026, 11, 21)}, True),
        ({"since": date(2026, 11, 22)}, False),
        ({"until": date(2026, 11, 20)}, False),
    ],
)
def test_it_reaches_as_far_as_the_invitation(
    incident: Incident, invite: Invite, scope: dict[str, Any], seen: bool
) -> None:
    assert inspected_cases(invite(**scope)).contains(incident) is seen


def test_it_shows_a_restricted_case_only_where_it_is_named(incident: Incident, invite: Invite) -> None:
    Incident.objects.filter(pk=incident.pk).update(restricted=True)
    assert not inspected_cases(invite()).exists()
    assert inspected_cases(invite(restricted=[incident])).get() == incident


def test_it_tells_of_the_invited_organisation_alone(cast: Cast, incident: Incident, invite: Invite) -> None:
    other = LegalEntity.objects.create(workspace=cast.workspace, name="Harbour Rail SA", country="DE")
    case.add_party(incident, legal_entity=other, by=cast.alice)
    held = invite(legal_entity=other)
    found = list(inspected_cases(held))
    row = next(register_rows(found, held.legal_entity_id))
    assert row.organisations == "Harbour Rail SA"
    assert "misconfiguration" not in row.cause.lower()


def test_it_shows_what_was_sent_and_no_draft(
    client: Client, cast: Cast, approved: Document, draft: Callable[..., Document], invite: Invite
) -> None:
    unsent = draft()
    sent = services.mark_sent(approved, by=cast.alice, at=NOW, how="portal", reference="4711")
    held = invite(with_documents=True)
    number = sent.incident.number
    assert opened(client, held, "inspector_document", number, sent.ordinal).content.startswith(b"%PDF")
    assert opened(client, held, "inspector_document", number, unsent.ordinal).status_code == 404
    assert opened(client, invite(), "inspector_document", number, sent.ordinal).status_code == 404


def test_it_keeps_what_was_typed_where_a_country_is_none(cast: Cast, client: Client) -> None:
    client.force_login(cast.alice)
    typed = {"name": "CNIL", "reason": "Art. 58", "last_day": "2026-12-01", "countries": "FR, Frankreich"}
    answer = client.post(reverse("reports:inspections", args=("harbour",)), typed)
    assert answer.status_code == 422
    assert 'value="FR, Frankreich"' in answer.content.decode()
    assert not Inspection.objects.exists()


def test_it_invites_once_the_password_was_given(cast: Cast, client: Client) -> None:
    client.force_login(cast.alice)
    where = reverse("reports:inspections", args=("harbour",))
    asked = client.post(where, {"name": "CNIL", "reason": "Art. 58", "last_day": "2026-12-01"})
    assert asked.status_code == 302
    answer = client.post(asked["Location"], {"password": PASSWORD})
    made = Inspection.objects.get()
    assert answer["Location"] == reverse("reports:inspection", args=("harbour", made.pk))
