"""Delivery to a real SMTP server, from real rows."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Workspace
from outbox import delivery, services
from outbox.models import Attempt, Message
from outbox.services import File, enqueue
from outbox.tasks import deliver, sweep
from tests.outbox.sink import Sink

Put = Callable[..., Message]


@pytest.fixture
def put(workspace: Workspace) -> Put:
    def call(key: str = "reminder:1", **changes: Any) -> Message:
        given: dict[str, Any] = {
            "workspace": workspace,
            "to": "bob@example.org",
            "subject": "Délai: 2 hours",
            "text": "The time limit ends at 14:00.",
            "html": "<p>The time limit ends at 14:00.</p>",
            **changes,
        }
        return enqueue(key=key, **given)

    return call


def delivered(message: Message) -> Message:
    deliver([message.pk])
    message.refresh_from_db()
    return message


def make_due(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(next_attempt_at=timezone.now())


def last_attempt(message: Message) -> Attempt:
    return message.attempts.latest("number")


def test_it_delivers_text_html_and_files(put: Put, sink: Sink) -> None:
    message = put(
        headers={"Reply-To": "alice@example.org"},
        language="fr",
        attachments=[File("rapport é.pdf", "application/pdf", b"%PDF-1.7")],
    )
    assert delivered(message).state == "sent"
    (taken,) = sink.taken
    assert (taken["To"], taken["Subject"], taken["Reply-To"]) == (
        "bob@example.org",
        "Délai: 2 hours",
        "alice@example.org",
    )
    assert taken["Message-ID"] == message.message_id
    assert (taken["Content-Language"], taken["Auto-Submitted"]) == ("fr", "auto-generated")
    assert taken["Date"].datetime == message.created_at.replace(microsecond=0)
    text, html = taken.get_body(("plain",)), taken.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "ends at 14:00" in text.get_content()
    assert html.get_content().startswith("<p>The time limit")
    (file,) = taken.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == ("rapport é.pdf", "application/pdf")
    assert file.get_content() == b"%PDF-1.7"


def test_it_sends_once_however_often_it_is_asked(put: Put, sink: Sink) -> None:
    message = put()
    deliver([message.pk, message.pk])
    deliver([message.pk])
    assert len(sink.taken) == 1
    assert last_attempt(message).number == 1


def test_it_leaves_alone_what_is_not_due_or_not_there(put: Put, sink: Sink) -> None:
    message = put()
    Message.objects.filter(pk=message.pk).update(next_attempt_at=timezone.now() + timedelta(minutes=1))
    deliver([message.pk, 999_999])
    assert sink.taken == []


def test_it_gives_up_on_a_refused_recipient_and_says_so(put: Put, sink: Sink) -> None:
    sink.habits.recipient = "550 5.1.1 <bob@example.org> unknown"
    message = delivered(put())
    assert message.state == "failed"
    assert message.reason == (
        "Given up after 1 attempt(s): the mail server refuses this recipient (550). 5.1.1 <(address)> unknown"
    )
    attempt = last_attempt(message)
    assert (attempt.outcome, attempt.failure, attempt.smtp_code) == ("given_up", "recipient_refused", 550)


def test_it_comes_back_to_a_greylisting_server(put: Put, sink: Sink) -> None:
    sink.habits.greylists = True
    message = delivered(put())
    assert message.state == "awaiting_retry"
    assert message.next_attempt_at is not None
    assert timedelta(minutes=1) < message.next_attempt_at - timezone.now() <= timedelta(minutes=2)
    deliver([message.pk])  # too early: nothing happens
    assert sink.taken == []
    make_due(message)
    assert delivered(message).state == "sent"
    assert [attempt.outcome for attempt in message.attempts.order_by("number")] == ["deferred", "sent"]
    assert sink.taken[0]["Message-ID"] == message.message_id


def test_it_tries_again_when_the_server_closes_in_data(put: Put, sink: Sink) -> None:
    sink.habits.closes_in_data = True
    message = delivered(put())
    assert (message.state, last_attempt(message).failure) == ("awaiting_retry", "disconnected")
    sink.habits.closes_in_data = False
    make_due(message)
    assert delivered(message).state == "sent"
    assert len(sink.taken) == 1


def test_it_tries_again_when_the_server_is_silent(put: Put, sink: Sink, settings: Any) -> None:
    settings.EMAIL_TIMEOUT = 0.05
    sink.habits.sleeps_in_data = 0.2
    message = delivered(put())
    assert (message.state, last_attempt(message).failure) == ("awaiting_retry", "timed_out")


@pytest.mark.parametrize(
    ("habit", "answer", "state", "failure"),
    [
        ("data", "554 5.7.1 looks like spam", "failed", "content_refused"),
        ("data", "452 4.3.1 disk full", "awaiting_retry", "deferred"),
        ("sender", "550 5.7.1 relaying denied", "awaiting_retry", "sender_refused"),
        ("sender", "530 5.7.0 authentication required", "awaiting_retry", "credentials"),
        ("recipient", "452 4.2.2 mailbox full", "awaiting_retry", "deferred"),
    ],
)
def test_it_follows_the_rule_for_each_answer(
    put: Put, sink: Sink, habit: str, answer: str, state: str, failure: str
) -> None:
    setattr(sink.habits, habit, answer)
    message = delivered(put())
    assert (message.state, last_attempt(message).failure) == (state, failure)


def test_it_gives_up_visibly_when_the_waits_are_used_up(put: Put, sink: Sink) -> None:
    sink.habits.recipient = "451 4.7.1 not now"
    message = put()
    for _ in range(20):
        make_due(message)
        if delivered(message).state == "failed":
            break
    assert (message.state, message.attempts_made, message.next_attempt_at) == ("failed", 12, None)
    assert message.reason.startswith("Given up after 12 attempt(s): the mail server put the message off (451).")


def test_it_stops_asking_a_server_that_is_away(put: Put, settings: Any, sink: Sink) -> None:
    first, second = put("a"), put("b")
    settings.EMAIL_PORT = 9  # nobody listens
    deliver([first.pk, second.pk])
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, last_attempt(first).failure) == ("awaiting_retry", "unreachable")
    assert (second.state, second.attempts_made) == ("queued", 0)


def test_it_begins_anew_when_a_person_asks(put: Put, sink: Sink) -> None:
    sink.habits.recipient = "550 no"
    message = delivered(put())
    sink.habits.recipient = None
    assert services.requeue(message)
    assert delivered(message).state == "sent"
    assert [attempt.number for attempt in message.attempts.order_by("number")] == [1, 2]


def test_it_forgets_the_text_of_sign_in_mail_once_sent(put: Put, sink: Sink) -> None:
    message = delivered(put(workspace=None, kind="account", text="secret link"))
    assert "secret link" in sink.taken[0].as_string()
    assert (message.state, message.text, message.html) == ("sent", "", "")
    assert not services.requeue(message)


def test_it_fails_at_once_what_no_mail_can_be_made_of(put: Put, sink: Sink) -> None:
    message = put()
    Message.objects.filter(pk=message.pk).update(subject="Hello\nBcc: eve@example.org")  # behind our back
    assert (
        delivered(message).reason == "Given up after 1 attempt(s): no valid e-mail could be made of it. BadHeaderError"
    )
    assert sink.taken == []


def test_it_logs_no_person_and_no_words(put: Put, sink: Sink, caplog: pytest.LogCaptureFixture) -> None:
    sink.habits.greylists = True
    with caplog.at_level(logging.DEBUG, logger="outbox"):
        message = delivered(put())
        make_due(message)
        delivered(message)
        sink.habits.recipient = "550 <bob@example.org> gone"
        delivered(put("b"))
    assert len(caplog.messages) == 3
    assert not [line for line in caplog.messages if "@" in line or "bob" in line or "Délai" in line]


class TestDemonstration:
    """Nothing of a demonstration or an exercise leaves the machine."""

    @pytest.fixture(autouse=True)
    def _demonstration(self, workspace: Workspace) -> None:
        workspace.is_demonstration = True
        workspace.save()

    def test_it_is_withheld_from_a_server_elsewhere(self, put: Put, settings: Any) -> None:
        settings.DEBUG = True
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "mail.example.org"
        message = delivered(put())
        assert (message.state, message.attempts.count()) == ("withheld", 0)
        assert message.reason.startswith("It belongs to a demonstration workspace")

    def test_it_is_withheld_from_a_local_relay_in_production(self, put: Put, sink: Sink) -> None:
        assert delivered(put()).state == "withheld"
        assert sink.taken == []

    def test_it_is_withheld_from_a_backend_it_does_not_know(self, put: Put, settings: Any) -> None:
        settings.EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"
        assert delivered(put()).state == "withheld"

    def test_it_reaches_a_sink_on_this_machine_with_debug(self, put: Put, sink: Sink, settings: Any) -> None:
        settings.DEBUG = True
        assert delivered(put()).state == "sent"
        assert len(sink.taken) == 1

    def test_it_is_written_to_files(self, put: Put, settings: Any, tmp_path: Any) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
        settings.EMAIL_FILE_PATH = tmp_path
        assert delivered(put()).state == "sent"
        assert "ends at 14:00" in next(tmp_path.iterdir()).read_text()

    def test_it_is_withheld_although_marked_after_it_was_queued(
        self, put: Put, sink: Sink, workspace: Workspace
    ) -> None:
        Workspace.objects.filter(pk=workspace.pk).update(is_demonstration=False)
        workspace.refresh_from_db()
        message = put()
        Workspace.objects.filter(pk=workspace.pk).update(is_demonstration=True)
        assert delivered(message).state == "withheld"


def test_it_keeps_an_exercise_of_a_real_workspace_inside(put: Put, sink: Sink) -> None:
    message = delivered(put(inside_only=True))
    assert message.state == "withheld"
    assert message.reason.startswith("It belongs to a demonstration or exercise")


class TestSweep:
    """What worker, broker and beat may lose is found again from the rows."""

    @pytest.fixture(autouse=True)
    def nudges(self, monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
        asked: list[list[int]] = []
        monkeypatch.setattr("outbox.tasks.deliver.apply_async", lambda args, retry: asked.extend(args))
        return asked

    def test_it_takes_back_what_a_dead_worker_held(self, put: Put, sink: Sink, nudges: list[list[int]]) -> None:
        message = put()
        Message.objects.filter(pk=message.pk).update(next_attempt_at=timezone.now() - timedelta(hours=1))
        delivery.take(message.pk, timezone.now() - delivery.LEASE - timedelta(seconds=1))
        sweep()
        message.refresh_from_db()
        assert (message.state, last_attempt(message).outcome) == ("awaiting_retry", "lost")
        assert nudges == [[message.pk]]
        assert delivered(message).state == "sent"

    def test_it_leaves_a_living_worker_its_message(self, put: Put, nudges: list[list[int]]) -> None:
        message = put()
        delivery.take(message.pk, timezone.now())
        sweep()
        message.refresh_from_db()
        assert (message.state, nudges) == ("in_flight", [])

    def test_it_gives_up_on_a_message_that_kills_its_workers(self, put: Put) -> None:
        message = put()
        for _ in range(5):
            long_ago = timezone.now() - timedelta(hours=1)
            Message.objects.filter(pk=message.pk).update(next_attempt_at=long_ago)
            delivery.take(message.pk, long_ago)
            delivery.repair(timezone.now())
        message.refresh_from_db()
        assert message.state == "failed"
        assert "did not come back" in message.reason

    def test_it_finds_messages_whose_nudge_was_lost(self, put: Put, nudges: list[list[int]]) -> None:
        message = put()
        sweep()
        assert nudges == []  # the nudge of the commit has its chance first
        Message.objects.filter(pk=message.pk).update(nudged_at=timezone.now() - delivery.PATIENCE * 2)
        sweep()
        sweep()
        assert nudges == [[message.pk]]  # and is not repeated at every tick

    def test_it_nudges_in_batches_oldest_first(
        self, put: Put, nudges: list[list[int]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(delivery, "BATCH", 2)
        ids = [put(key).pk for key in "abc"]
        Message.objects.update(nudged_at=None)
        sweep()
        assert nudges == [ids[:2], ids[2:]]

    def test_it_records_a_message_that_left_after_its_lease(self, put: Put) -> None:
        message = put()
        Message.objects.filter(pk=message.pk).update(next_attempt_at=timezone.now() - timedelta(hours=1))
        claim = delivery.take(message.pk, timezone.now() - timedelta(minutes=30))
        assert claim is not None
        delivery.repair(timezone.now())
        delivery.note_sent(claim, timezone.now())
        message.refresh_from_db()
        assert message.state == "sent"
        deliver([message.pk])
        assert mail.outbox == []
