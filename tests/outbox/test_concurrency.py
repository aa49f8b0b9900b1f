"""Several workers at once, on real connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Workspace
from outbox import delivery
from outbox.models import Message
from outbox.services import enqueue
from tests.outbox.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room(transactional_db: None) -> Workspace:
    return Workspace.objects.create(slug="harbour", name="Harbour Lines")


def put(workspace: Workspace, key: str) -> Message:
    return enqueue(workspace=workspace, to="bob@example.org", subject="Due", text="Due.", html="", key=key)


def at_once(count: int, work: object) -> list[object]:
    """Run the same work in several threads that start together, each with a connection of its own."""
    start = Barrier(count)

    def one(_: int) -> object:
        start.wait(timeout=10)
        try:
            return work()  # type: ignore[operator]
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_it_lets_one_of_many_workers_send(room: Workspace, sink: Sink) -> None:
    ids = [put(room, key).pk for key in "abc"]
    at_once(4, lambda: delivery.deliver(ids))
    assert len(sink.taken) == 3
    assert len({mail["Message-ID"] for mail in sink.taken}) == 3
    assert set(Message.objects.values_list("state", "attempts_made")) == {("sent", 1)}


def test_it_makes_one_row_of_one_key_at_once(room: Workspace) -> None:
    made = at_once(4, lambda: put(room, "same").pk)
    assert len(set(made)) == 1
    assert Message.objects.count() == 1


def test_it_does_not_wait_for_a_row_in_other_hands(room: Workspace) -> None:
    message = put(room, "a")
    with transaction.atomic():
        Message.objects.select_for_update().get(pk=message.pk)
        (claim,) = at_once(1, lambda: delivery.take(message.pk, timezone.now()))
    assert claim is None


def test_it_holds_no_transaction_while_the_server_thinks(room: Workspace, sink: Sink) -> None:
    seen: list[str] = []

    def look() -> None:
        seen.append(Message.objects.get().state)  # another connection sees the claim at once
        connection.close()

    sink.habits.before_answer = look
    delivery.deliver([put(room, "a").pk])
    assert seen == ["in_flight"]
