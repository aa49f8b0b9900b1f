"""The reminders of a case, and delivery by a real mail server."""

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from django.test import Client

from incidents import services
from incidents.models import Incident, Obligation
from outbox import delivery
from outbox.models import Message
from tests.conftest import Cast
from tests.notifications.conftest import Clock
from tests.outbox.conftest import _running_sink, sink
from tests.outbox.sink import Sink

__all__ = ["_running_sink", "sink"]

URL = "/w/harbour/incidents/14/reminders/"


@pytest.fixture
def alices(client: Client, cast: Cast) -> Client:
    client.force_login(cast.alice)
    return client


def test_it_lists_what_went_out_what_comes_next_and_why(
    duty: Obligation, cast: Cast, clock: Clock, alices: Client
) -> None:
    clock.tick(36)
    services.change_obligation(duty, by=cast.alice, reason="Read again", due=clock.at(60))
    page = alices.get(URL).content.decode()
    for expected in ("Tell the insurer", "Half of the time has passed", "In the outbox", "The deadline moved"):
        assert expected in page
    assert "Next reminder" in page


def test_it_says_calmly_that_there_is_nothing(incident: Incident, alices: Client) -> None:
    assert "No reminder was sent or is planned" in alices.get(URL).content.decode()


def test_it_says_why_a_case_that_stands_still_or_is_closed_is_silent(
    duty: Obligation, incident: Incident, cast: Cast, clock: Clock, alices: Client
) -> None:
    services.close_incident(incident, by=cast.alice, reason="Done")
    assert "This case is closed" in alices.get(URL).content.decode()
    Incident.objects.update(stands_at=clock.now)
    assert "stand still" in alices.get(URL).content.decode()


def test_it_shows_a_restricted_case_to_nobody_else(duty: Obligation, cast: Cast, client: Client) -> None:
    Incident.objects.update(restricted=True)
    client.force_login(cast.bob)
    assert client.get(URL).status_code == 404


def test_it_asks_no_more_of_the_database_for_more_duties(
    add_duty: Callable[..., Obligation], alices: Client, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for n in range(6):
        add_duty(72 + n)
    with django_assert_max_num_queries(9):  # type: ignore[attr-defined]
        assert alices.get(URL).status_code == 200


def test_it_reaches_a_mailbox_through_a_real_server(duty: Obligation, clock: Clock, sink: Sink) -> None:
    clock.tick(36)
    delivery.deliver([Message.objects.get().pk])
    mail = sink.taken[0]
    assert isinstance(mail, EmailMessage)
    assert mail["To"] == "alice@example.org"
    assert mail["Subject"].strip() == "36 h left: Tell the insurer (France) · INC-2026-014"
    assert mail["Content-Language"] == "en"
    assert mail["Auto-Submitted"] == "auto-generated"
    text, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    for part in (text.get_content(), html.get_content()):
        assert "Thursday 5 November 2026, 10:30, Paris time (09:30 UTC)" in part
        assert "/reminders/seen/" in part
    clock.tick(36.1)
    assert Message.objects.get().reminders.get().state == "sent"
