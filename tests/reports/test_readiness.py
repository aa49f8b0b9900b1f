"""Could we file today: what is recorded for each authority, and what is missing."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from incidents.models import Incident
from reports.models import FilingAccount
from reports.readiness import FRESH, in_words, readiness_of
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 21)


def test_it_names_what_is_missing_for_an_authority_of_a_standing_duty(cast: Cast, incident: Incident) -> None:
    row = next(row for row in readiness_of(cast.workspace, TODAY) if row.id == "CNIL")
    assert not row.ready
    assert len(row.missing) == 2


@pytest.mark.parametrize(("days", "ready"), [(0, True), (FRESH.days, True), (FRESH.days + 1, False)])
def test_it_counts_a_way_in_as_tested_for_a_year(cast: Cast, incident: Incident, days: int, ready: bool) -> None:
    FilingAccount.objects.create(
        workspace=cast.workspace,
        authority="CNIL",
        holder="Alice",
        tested_on=TODAY - timedelta(days),
        changed_by=cast.alice,
    )
    rows = [row for row in readiness_of(cast.workspace, TODAY) if row.id == "CNIL"]
    assert rows[0].ready is ready
    assert in_words(rows) == f"You could file today with {int(ready)} of 1 authority."


def test_it_keeps_what_is_entered_and_names_a_day_to_come(cast: Cast, client: Client) -> None:
    client.force_login(cast.alice)
    where = reverse("reports:readiness_one", args=("harbour", "CNIL"))
    refused = client.post(where, {"holder": "Alice", "tested_on": "2099-01-01"})
    assert refused.status_code == 422
    assert 'value="Alice"' in refused.content.decode()
    client.post(where, {"holder": "Alice", "tested_on": "2026-01-05"})
    assert FilingAccount.objects.get().holder == "Alice"
