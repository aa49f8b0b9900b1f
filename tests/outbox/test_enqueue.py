from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Workspace
from outbox import services
from outbox.models import Message
from outbox.selectors import counts_by_state, messages_about, undelivered
from outbox.services import File, OutboxError, enqueue
from tests.conftest import Cast

Enqueue = Callable[..., Message]


@pytest.fixture
def put(workspace: Workspace) -> Enqueue:
    """enqueue() with everything given but what a test is about."""

    def call(**changes: Any) -> Message:
        given: dict[str, Any] = {
            "workspace": workspace,
            "to": "bob@example.org",
            "subject": "Due in 2 hours",
            "text": "The time limit ends at 14:00.",
            "html": "<p>The time limit ends at 14:00.</p>",
            "key": "reminder:1",
            **changes,
        }
        return enqueue(**given)

    return call


def test_it_writes_a_row_that_waits(put: Enqueue) -> None:
    message = put(related="incident:7", language="fr")
    assert (message.state, message.kind, message.language) == ("queued", "reminder", "fr")
    assert message.next_attempt_at == message.created_at


def test_it_asks_a_worker_once_the_transaction_holds(
    put: Enqueue, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    asked: list[list[int]] = []
    monkeypatch.setattr("outbox.tasks.deliver.apply_async", lambda args, retry: asked.extend(args))
    with django_capture_on_commit_callbacks(execute=True):
        message = put()
        assert asked == []
    assert asked == [[message.pk]]


def test_it_survives_a_broker_that_is_down(
    put: Enqueue, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def refuse(**_: object) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr("outbox.tasks.deliver.apply_async", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        message = put()
    message.refresh_from_db()
    assert message.state == "queued"


def test_it_takes_the_same_key_once(put: Enqueue) -> None:
    first = put(attachments=[File("a.txt", "text/plain", b"a")])
    again = put(subject="Due in 1 hour", attachments=[File("b.txt", "text/plain", b"b")])
    assert again == first
    assert (again.subject, again.attachments.get().filename) == ("Due in 2 hours", "a.txt")


def test_it_does_not_lend_a_key_to_another_person_or_workspace(put: Enqueue, cast: Cast) -> None:
    put()
    for other in ({"to": "eve@example.org"}, {"workspace": cast.elsewhere}):
        with pytest.raises(OutboxError, match="key: 'reminder:1' already belongs"):
            put(**other)


def test_it_makes_the_message_id_from_the_key(put: Enqueue, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Tocsin <tocsin@alerts.example.org>"
    one, two = put(key="a"), put(key="b")
    assert one.message_id == services.message_id_for("a") != two.message_id
    assert one.message_id.endswith("@alerts.example.org>")


def test_it_goes_with_the_transaction_of_its_caller(put: Enqueue) -> None:
    def caller() -> None:
        with transaction.atomic():
            put()
            raise RuntimeError("the case could not be saved")

    with pytest.raises(RuntimeError):
        caller()
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"subject": "Hello\nBcc: eve@example.org"}, "subject: .* holds a line break"),
        ({"subject": "Hello\r\n\r\nbody"}, "subject: .* holds a line break"),
        ({"subject": "Line\u2028separator"}, "subject: .* holds a line break"),
        ({"subject": " "}, "subject: empty"),
        ({"subject": "x" * 501}, "subject: 501 characters; at most 500"),
        ({"key": ""}, "key: empty"),
        ({"to": "bob"}, "to: 'bob' is not an e-mail address"),
        ({"to": "bob@example.org\nBcc: eve@example.org"}, "to: .* is not an e-mail address"),
        ({"to": "bob@example.org, eve@example.org"}, "to: .* is not an e-mail address"),
        ({"to": ["bob@example.org"]}, "to: list; expected one address as text"),
        ({"text": "  "}, "text: empty; every message needs a plain text part"),
        ({"headers": {"X-Case": "7\r\nBcc: eve@example.org"}}, "headers: 'X-Case' holds a line break"),
        ({"headers": {"X-Case\nBcc": "7"}}, "headers: .* is not a header name"),
        ({"headers": {"Bcc": "eve@example.org"}}, "headers: 'Bcc' is set by the outbox itself"),
        ({"headers": {"message-id": "<forged@example.org>"}}, "headers: 'message-id' is set by the outbox"),
        ({"attachments": [File("../x", "text/plain", b"")]}, "attachments: file name '../x'"),
        ({"attachments": [File("a\nb", "text/plain", b"")]}, "attachments: file name"),
        ({"attachments": [File("a", "nonsense", b"")]}, "attachments: type 'nonsense'"),
        ({"attachments": [File("a", "text/plain", b"")] * 2}, "attachments: the same file name twice"),
    ],
)
def test_it_refuses_what_cannot_or_must_not_be_sent(put: Enqueue, change: dict[str, Any], words: str) -> None:
    with pytest.raises(OutboxError, match=words):
        put(**change)
    assert not Message.objects.exists()


def test_it_refuses_more_files_than_mail_servers_take(put: Enqueue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_ATTACHED_BYTES", 3)
    with pytest.raises(OutboxError, match="attachments: 4 bytes together; at most 3"):
        put(attachments=[File("a", "text/plain", b"aa"), File("b", "text/plain", b"bb")])


def test_it_takes_back_what_has_not_left(put: Enqueue) -> None:
    message = put()
    assert services.cancel(message, "The duty was fulfilled.")
    assert (message.state, message.next_attempt_at) == ("cancelled", None)
    assert not services.cancel(message, "Again.")


def test_it_wants_a_reason_for_taking_back(put: Enqueue) -> None:
    with pytest.raises(OutboxError, match="reason: empty"):
        services.cancel(put(), " ")


def test_it_lists_what_did_not_leave(put: Enqueue, workspace: Workspace, cast: Cast) -> None:
    failed, queued = put(key="a", related="incident:7"), put(key="b", related="incident:7")
    Message.objects.filter(pk=failed.pk).update(state="failed", reason="refused", next_attempt_at=None)
    assert list(undelivered(workspace)) == [failed]
    assert list(messages_about(workspace, "incident:7")) == [failed, queued]
    assert counts_by_state(workspace) == {"failed": 1, "queued": 1}
    assert not undelivered(cast.elsewhere).exists()


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"state": "posted"}, "outbox_message_state_known"),
        ({"next_attempt_at": None}, "outbox_message_waits_for_an_instant"),
        ({"state": "in_flight", "next_attempt_at": None}, "outbox_message_in_flight_is_leased"),
        ({"state": "sent", "next_attempt_at": None}, "outbox_message_sent_has_its_instant"),
        ({"state": "failed", "next_attempt_at": None}, "outbox_message_end_has_its_reason"),
        ({"workspace": None}, "outbox_message_belongs_to_a_workspace"),
    ],
)
def test_it_is_guarded_by_the_database(put: Enqueue, change: dict[str, Any], constraint: str) -> None:
    message = put()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(**change)
