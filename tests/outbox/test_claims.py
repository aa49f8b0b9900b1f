"""A worker claims a few messages at once and begins them one by one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Workspace
from outbox import channel, claims, delivery
from outbox.models import Message
from outbox.services import enqueue
from outbox.tasks import deliver
from tests.outbox.sink import Sink

Put = Callable[..., Message]


@pytest.fixture
def put(workspace: Workspace) -> Put:
    def call(key: str) -> Message:
        return enqueue(workspace=workspace, to="bob@example.org", subject="Due", text="Due.", html="", key=key)

    return call


def states() -> list[tuple[str, int]]:
    return list(Message.objects.order_by("pk").values_list("state", "attempts_made"))


def test_it_counts_no_attempt_of_what_a_dead_worker_had_not_begun(put: Put) -> None:
    ids = [put(key).pk for key in "abc"]
    held = claims.claim(ids, timezone.now())
    claims.turn(None, held[0], timezone.now())
    later = timezone.now() + claims.LEASE + timedelta(seconds=1)
    assert delivery.repair(later) == 3
    assert states() == [("awaiting_retry", 1), ("queued", 0), ("queued", 0)]
    assert held[0].attempts.get().outcome == "lost"


def test_it_does_not_begin_what_has_passed_into_other_hands(put: Put) -> None:
    message = put("a")
    (held,) = claims.claim([message.pk], timezone.now())
    later = timezone.now() + claims.LEASE + timedelta(seconds=1)
    delivery.repair(later)
    (other,) = claims.claim([message.pk], later)
    assert claims.turn(None, held, later) == (False, None)
    assert claims.turn(None, other, later)[1] is not None
    assert message.attempts.count() == 1


def test_it_begins_nothing_whose_lease_would_end_in_the_dialogue(put: Put) -> None:
    (held,) = claims.claim([put("a").pk], timezone.now())
    late = timezone.now() + claims.LEASE - claims.DIALOGUE + timedelta(seconds=1)
    assert claims.turn(None, held, late)[1] is None


def test_it_notes_one_and_begins_the_next_in_one_statement(
    put: Put, sink: Sink, django_assert_num_queries: Callable[..., Any]
) -> None:
    ids = [put(str(number)).pk for number in range(8)]
    more = [put(f"more {number}").pk for number in range(3)]
    deliver(more)  # the connection is open, and names are known
    # Of the claim: savepoint, rows, their files, update, savepoint. Then one for each message, and one for the last.
    with django_assert_num_queries(5 + len(ids) + 1):
        deliver(ids)
    assert set(states()) == {("sent", 1)}


def test_it_keeps_one_connection_for_many_messages(put: Put, sink: Sink) -> None:
    for key in "abc":
        deliver([put(key).pk])
    assert len(sink.taken) == 3
    assert len(sink.sessions) == 1


def test_it_takes_a_new_connection_after_so_many(put: Put, sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel.Line, "MOST", 2)
    deliver([put(key).pk for key in "abc"])
    assert len(sink.sessions) == 2


def test_it_notices_that_a_silent_server_hung_up(put: Put, sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel.Line, "SILENT", 0)
    deliver([put("a").pk])
    sink.hang_up_on_everybody()
    deliver([put("b").pk])
    assert [mail["Message-ID"] for mail in sink.taken] == list(
        Message.objects.order_by("pk").values_list("message_id", flat=True)
    )
    assert set(states()) == {("sent", 1)}
