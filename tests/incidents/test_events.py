"""Events: heard inside the transaction of the fact, and no subscriber can lose the fact."""

import logging
from collections.abc import Callable, Iterator

import pytest
from django.db import OperationalError, connections, transaction

from incidents import events, services
from incidents.models import Party, TimelineEntry
from tests.conftest import Cast

Subscribe = Callable[[type, Callable[[object], None]], None]


@pytest.fixture
def subscribe() -> Iterator[Subscribe]:
    made: list[tuple[type, Callable[[object], None]]] = []

    def add(kind: type, handler: Callable[[object], None]) -> None:
        events.subscribe(kind, handler)  # type: ignore[type-var]
        made.append((kind, handler))

    yield add
    for kind, handler in made:
        events.unsubscribe(kind, handler)  # type: ignore[type-var]


def record(party: Party, cast: Cast) -> None:
    services.patch_facts(party, {"/risk/level": "high_risk"}, 1, cast.alice, "judged")


def test_it_tells_what_was_recorded_and_which_duties_changed(party: Party, cast: Cast, subscribe: Subscribe) -> None:
    heard: list[object] = []
    subscribe(events.FactsRecorded, heard.append)
    subscribe(events.DutiesChanged, heard.append)
    record(party, cast)
    changed, recorded = heard
    assert isinstance(changed, events.DutiesChanged)
    assert isinstance(recorded, events.FactsRecorded)
    assert recorded.changed_paths == ("/risk/level",)
    assert changed.assessment_id is not None
    assert changed.obligation_ids


def test_it_keeps_the_fact_and_what_others_wrote_when_a_subscriber_fails(
    party: Party, cast: Cast, subscribe: Subscribe, caplog: pytest.LogCaptureFixture
) -> None:
    def write(text: str) -> None:
        incident = party.incident
        TimelineEntry.objects.create(incident=incident, at=incident.opened_at, text=text, author=cast.alice)

    def failing(event: object) -> None:
        write("half done")
        raise ValueError("no template for this language")

    subscribe(events.FactsRecorded, lambda event: write("before"))
    subscribe(events.FactsRecorded, failing)
    subscribe(events.FactsRecorded, lambda event: write("after"))
    with caplog.at_level(logging.ERROR, logger="incidents.events"):
        record(party, cast)
    assert party.revisions.count() == 2
    assert [entry.text for entry in TimelineEntry.objects.filter(kind="human").order_by("pk")] == ["before", "after"]
    assert "its tick has to repair it" in caplog.text


def test_it_gives_everything_up_where_the_database_cannot_go_on(party: Party, cast: Cast, subscribe: Subscribe) -> None:
    def deadlocked(event: object) -> None:
        raise OperationalError("deadlock detected")

    subscribe(events.FactsRecorded, deadlocked)
    with pytest.raises(OperationalError), transaction.atomic():
        record(party, cast)
    assert party.revisions.count() == 1


def test_it_publishes_nothing_outside_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections["default"], "in_atomic_block", False)  # not the proxy: undoing would delete it
    with pytest.raises(RuntimeError, match="outside a transaction"):
        events.publish(events.FactsRecorded(1, 1, ()))


def test_it_subscribes_the_same_handler_once(party: Party, cast: Cast, subscribe: Subscribe) -> None:
    heard: list[object] = []
    subscribe(events.FactsRecorded, heard.append)
    subscribe(events.FactsRecorded, heard.append)
    record(party, cast)
    assert len(heard) == 1
