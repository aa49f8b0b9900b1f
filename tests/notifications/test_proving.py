"""The two-minute drill: what it shows, what it keeps, and that its case is an exercise."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents.models import Incident
from notifications import proving
from notifications.models import InstallationDrill
from outbox import health
from outbox.models import MailProof, Message
from tests.conftest import Cast

PAGE = reverse("notifications:drill", args=("harbour",))


@pytest.fixture
def officer(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.alice)
    return client


@pytest.fixture
def run(cast: Cast) -> InstallationDrill:
    return proving.begin(cast.workspace, by=cast.alice, now=timezone.now())


def confirmed(run: InstallationDrill) -> None:
    MailProof.objects.filter(pk=run.proof_id).update(confirmed_at=timezone.now())


def test_it_opens_an_exercise_and_writes_one_mail(officer: Client, cast: Cast) -> None:
    officer.post(PAGE, {"act": "begin"})
    officer.post(PAGE, {"act": "begin"})  # a second press changes nothing
    assert InstallationDrill.objects.get().incident.exercise
    assert Message.objects.get().recipient == cast.alice.email
    shown = officer.get(PAGE).content.decode()
    assert "You pressed the button in the mail." in shown
    assert "Look again" in shown


def test_it_passes_once_mail_and_tick_were_seen(run: InstallationDrill) -> None:
    health.beat(timezone.now())
    assert proving.look(run, timezone.now()).ended_at is None
    confirmed(run)
    held = proving.look(run, timezone.now())
    assert held.ended_at is not None
    assert proving.passed(held)
    assert Incident.objects.get(pk=run.incident_id).closed_at is not None


def test_a_tick_before_its_start_proves_nothing(run: InstallationDrill) -> None:
    health.beat(run.started_at - timedelta(seconds=1))
    confirmed(run)
    assert proving.look(run, timezone.now()).tick_at is None


def test_it_keeps_the_first_tick_that_was_seen(run: InstallationDrill) -> None:
    first = timezone.now()
    health.beat(first)
    proving.look(run, first)
    health.beat(first + timedelta(minutes=5))
    assert proving.look(run, first).tick_at == first


def test_it_keeps_the_result_of_one_that_failed(officer: Client, run: InstallationDrill) -> None:
    officer.post(PAGE, {"act": "end"})
    assert "Ended, not passed" in officer.get(PAGE).content.decode()
    officer.post(PAGE, {"act": "begin"})
    assert "Something was not seen" in officer.get(PAGE).content.decode()


def test_it_says_what_to_do_after_two_minutes(officer: Client, run: InstallationDrill) -> None:
    InstallationDrill.objects.update(started_at=timezone.now() - timedelta(minutes=3))
    assert "Two minutes have passed." in officer.get(PAGE).content.decode()


def test_scripts_are_sent_the_steps_alone(officer: Client, run: InstallationDrill) -> None:
    part = officer.get(PAGE, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "The scheduler has ticked since the start." in part
