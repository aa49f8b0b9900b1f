"""Reports from outside: anybody may send one, no stranger opens a case, and nobody floods the officers."""

from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import LegalEntity
from incidents.models import Incident, IntakeLink, IntakeReport, Narrative
from incidents.selectors import newest_revision
from incidents.services.intake import accept_report, close_intake, decline_report, open_intake, take_in
from outbox.models import Message
from tests.conftest import Cast


@pytest.fixture
def link(cast: Cast) -> IntakeLink:
    cache.clear()  # the counters of the limits
    return open_intake(cast.workspace, by=cast.alice)


@pytest.fixture
def report(link: IntakeLink) -> IntakeReport:
    return take_in(link, what="A list of customers lies open.", contact="finder@example.net")


def send(link: IntakeLink, **typed: str) -> Any:
    return Client().post(reverse("incidents:intake", args=(link.token,)), {"what": "Something lies open.", **typed})


def test_it_gives_a_receipt_and_opens_no_case(link: IntakeLink) -> None:
    response = send(link)
    report = IntakeReport.objects.get()
    assert response.url.endswith(f"/{report.receipt}/")
    page = Client().get(response.url).content.decode()
    assert report.receipt in page
    assert "Something lies open." not in page  # the receipt's address may be passed on
    assert not Incident.objects.exists()


def test_it_tells_the_officers_without_a_word_of_the_report(report: IntakeReport, cast: Cast) -> None:
    message = Message.objects.get(kind="intake")
    assert message.recipient == cast.alice.email
    assert report.receipt in message.subject
    assert f"/w/{cast.workspace.slug}/incidents/reported/{report.pk}/" in message.text
    assert "customers" not in message.text
    assert "finder" not in message.text


def test_it_takes_five_an_hour_from_one_address(link: IntakeLink) -> None:
    assert [send(link).status_code for _ in range(6)] == [302] * 5 + [429]
    last = send(link, what="The sixth.")
    assert "The sixth." in last.content.decode()  # what was typed stands in the form
    assert IntakeReport.objects.count() == 5


def test_it_answers_no_more_once_the_link_is_closed(link: IntakeLink, cast: Cast) -> None:
    close_intake(cast.workspace, by=cast.alice)
    assert send(link).status_code == 404
    again = open_intake(cast.workspace, by=cast.alice)
    assert again.token != link.token


def test_it_keeps_one_open_link(link: IntakeLink, cast: Cast) -> None:
    assert open_intake(cast.workspace, by=cast.alice) == link


def test_it_becomes_a_case_when_an_officer_accepts_it(report: IntakeReport, cast: Cast, entity: LegalEntity) -> None:
    case = accept_report(report, by=cast.alice, title="List in the open", summary="A list was open.", company=entity)
    assert accept_report(report, by=cast.alice, title="x", summary="", company=entity) == case
    facts = newest_revision(case.parties.get())
    assert facts is not None
    assert facts.document["timeline"]["detected_at"].startswith(f"{report.received_at:%Y-%m-%d}")
    assert report.receipt in facts.document["provenance"]["/timeline/detected_at"]["from"]
    assert Narrative.objects.get(incident=case).text == "A list was open."
    report.refresh_from_db()
    assert (report.state, report.incident, report.handled_by) == ("accepted", case, cast.alice)


def test_it_is_set_aside_with_a_reason_once(report: IntakeReport, cast: Cast, entity: LegalEntity) -> None:
    with pytest.raises(ValidationError, match="Say why"):
        decline_report(report, by=cast.alice, reason=" ")
    decline_report(report, by=cast.alice, reason="Our own test page.")
    with pytest.raises(ValidationError, match="was declined meanwhile by Alice"):
        accept_report(report, by=cast.alice, title="x", summary="", company=entity)
    assert not Incident.objects.exists()


def test_it_shows_reports_of_ones_own_workspace_only(report: IntakeReport, cast: Cast) -> None:
    client = Client()
    client.force_login(cast.charlie)
    assert client.get(reverse("incidents:reported_one", args=("elsewhere", report.pk))).status_code == 404


def test_it_keeps_what_an_officer_typed_when_the_title_is_missing(
    report: IntakeReport, cast: Cast, entity: LegalEntity
) -> None:
    client = Client()
    client.force_login(cast.alice)
    url = reverse("incidents:reported_one", args=("harbour", report.pk))
    response = client.post(url, {"act": "accept", "title": "", "summary": "In my words.", "company": entity.pk})
    assert response.status_code == 422
    assert "In my words." in response.content.decode()
    assert not Incident.objects.exists()
