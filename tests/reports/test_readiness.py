"""Could we file today: what is recorded for each authority, and what is missing."""

import html
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import LegalEntity
from incidents.models import Incident, OrganisationSheet
from incidents.services import open_incident
from reports.checks import sheet_of
from reports.models import FilingAccount
from reports.readiness import FRESH, in_words, readiness_of
from reports.services import draft_document
from reports.services.readiness import record_account, record_sheet
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


def test_it_begins_a_case_and_its_documents_with_the_organisation_sheet(
    cast: Cast, client: Client, incident: Incident
) -> None:
    entity = incident.parties.get().legal_entity
    client.force_login(cast.alice)
    where = reverse("reports:sheet", args=("harbour", entity.pk))
    said = {"dpo": "Dora, +33 1 00", "contact": "Carl, +33 2 00", "establishments": "fr, de", "regimes_said": "on"}
    assert client.post(where, {**said, "uk_representative": "Rep Ltd"}).status_code == 302
    made = open_incident(workspace=cast.workspace, title="Another", legal_entity=entity, opened_by=cast.alice)
    party = made.parties.get()
    organisation = party.revisions.get().document["organisation"]
    assert organisation["establishments"] == ["FR", "DE"]
    assert organisation["representatives"] == [{"for": "GB", "country": "GB", "name": "Rep Ltd"}]
    document = draft_document(party=party, form="gdpr.art33", language="en", author=cast.alice)
    assert document.typed["contact_point"]["text"] == "Dora, +33 1 00\nCarl, +33 2 00"
    page = client.get(reverse("reports:readiness", args=("harbour",))).content.decode()
    assert "Address or registration numbers." in page
    assert "The countries of establishment." not in page


def test_it_names_a_country_that_is_none_and_keeps_the_rest_of_the_sheet(
    cast: Cast, client: Client, incident: Incident
) -> None:
    client.force_login(cast.alice)
    where = reverse("reports:sheet", args=("harbour", incident.parties.get().legal_entity_id))
    refused = client.post(where, {"establishments": "FR, QQ", "dpo": "Dora"})
    assert refused.status_code == 422
    assert "QQ: expected" in refused.content.decode()
    assert 'value="Dora"' in refused.content.decode()


def test_it_shows_what_another_person_entered_in_a_sheet_meanwhile(
    cast: Cast, client: Client, incident: Incident
) -> None:
    entity = incident.parties.get().legal_entity
    record_sheet(entity, by=cast.bob, dpo="Dora")
    client.force_login(cast.alice)
    where = reverse("reports:sheet", args=("harbour", entity.pk))
    refused = client.post(where, {"dpo": "Carl", "seen": ""})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "Bob has changed this sheet meanwhile" in page
    assert "Dora" in page
    assert 'value="Carl"' in page
    seen = str(OrganisationSheet.objects.get().changed_at.timestamp())
    assert client.post(where, {"dpo": "Carl", "seen": seen}).status_code == 302


def sheet_page(cast: Cast, client: Client, country: str = "JP") -> str:
    client.force_login(cast.alice)
    entity = LegalEntity.objects.create(workspace=cast.workspace, name="Harbour Abroad", country=country)
    return reverse("reports:sheet", args=("harbour", entity.pk))


def test_it_lists_the_ways_in_of_the_countries_an_organisation_works_in(cast: Cast, client: Client) -> None:
    where = sheet_page(cast, client)
    said = {"establishments": "JP, FR", "ch_representative": "Rep AG, Bern", "other_representatives": "tr: Rep, Ankara"}
    assert client.post(where, said).status_code == 302
    page = client.get(where).content.decode()
    listed = [one for one in ("PPC", "CNIL", "FDPIC", "KVKK", "ICO", "OAIC") if f'id="way-{one}"' in page]
    assert listed == ["PPC", "CNIL", "FDPIC", "KVKK"]
    assert "No login is needed" in page  # what the Swiss form knows of its portal


def test_it_records_a_way_in_from_the_sheet_and_feeds_the_readiness_page(cast: Cast, client: Client) -> None:
    where = sheet_page(cast, client)
    ready = {"way-PPC-login": "account", "way-PPC-holder": "Aiko", "way-PPC-tested_on": "2026-11-01"}
    assert client.post(where, ready).status_code == 302
    held = FilingAccount.objects.get()
    assert (held.authority, held.login, held.holder, held.tested_on) == ("PPC", "account", "Aiko", date(2026, 11, 1))
    (row,) = [row for row in readiness_of(cast.workspace, TODAY) if row.id == "PPC"]
    assert row.ready
    # What was not changed is not written anew, and keeps who entered it.
    seen = {"seen": str(OrganisationSheet.objects.get().changed_at.timestamp())}
    client.force_login(cast.bob)
    same = {**ready, **seen, "way-PPC-seen": str(held.changed_at.timestamp())}
    assert client.post(where, same).status_code == 302
    assert FilingAccount.objects.get().changed_by == cast.alice


def test_it_keeps_both_halves_of_the_sheet_where_one_is_wrong(cast: Cast, client: Client) -> None:
    where = sheet_page(cast, client)
    wrong = {"dpo": "Dora", "way-PPC-login": "account", "way-PPC-holder": "Aiko", "way-PPC-tested_on": "2099-01-01"}
    refused = client.post(where, wrong)
    assert refused.status_code == 422
    page = refused.content.decode()
    for text in ("This day is still to come", 'value="Dora"', 'value="Aiko"'):
        assert text in page
    assert not FilingAccount.objects.exists()
    assert not OrganisationSheet.objects.exists()


def test_it_shows_what_another_person_entered_of_a_way_in_meanwhile(cast: Cast, client: Client) -> None:
    where = sheet_page(cast, client)
    record_account(cast.workspace, "PPC", by=cast.bob, holder="Bunta")
    refused = client.post(where, {"way-PPC-login": "account", "way-PPC-holder": "Aiko", "way-PPC-seen": ""})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "Bob has changed this meanwhile" in page
    assert "Bunta" in page
    assert 'value="Aiko"' in page
    assert FilingAccount.objects.get().holder == "Bunta"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("Rep Ltd", "expected a country’s code, a colon"),
        ("QQ: Rep", "QQ: expected the two letters"),
        ("TR: Rep\nTR: Other", "TR: this country has a representative already"),
        ("CH: Rep", "CH: this country has a representative already"),
    ],
)
def test_it_names_a_representative_that_cannot_be_read(cast: Cast, client: Client, line: str, fault: str) -> None:
    refused = client.post(sheet_page(cast, client), {"other_representatives": line})
    assert refused.status_code == 422
    assert fault in html.unescape(refused.content.decode())
    assert line.splitlines()[0] in html.unescape(refused.content.decode())


@pytest.mark.parametrize("form", ["gdpr.art33", "gdpr.edpb"])
def test_it_names_the_representative_in_the_form(cast: Cast, form: str) -> None:
    entity = LegalEntity.objects.create(workspace=cast.workspace, name="Harbour Abroad", country="JP")
    told = {"establishments": ["JP"], "eu_representative": "Rep Ltd, Dublin", "eu_representative_in": "IE"}
    record_sheet(entity, by=cast.alice, **told)
    made = open_incident(workspace=cast.workspace, title="Another", legal_entity=entity, opened_by=cast.alice)
    document = draft_document(party=made.parties.get(), form=form, language="en", author=cast.bob)
    answers = sheet_of(document).answers
    name = "representative" if form == "gdpr.art33" else "eu_representative"
    assert answers[name].plain.startswith("Rep Ltd")
    assert answers[name].state == "ready"
