"""A few of the trials of `python -m bench.faults`: processes killed at random moments, and what then stands."""

import pytest

from bench import _faults
from tests.outbox.conftest import _running_sink, sink
from tests.outbox.sink import Sink

__all__ = ["_running_sink", "sink"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]
SEED = 7


@pytest.fixture
def world(transactional_db: None) -> _faults.World:
    return _faults.new_world(SEED)


def test_it_loses_and_doubles_nothing_when_a_tick_is_killed(world: _faults.World) -> None:
    assert _faults.killed_ticks(world, 6).broken == []


def test_it_writes_no_half_change_when_the_web_process_is_killed(world: _faults.World) -> None:
    assert _faults.killed_changes(world, 6).broken == []


def test_it_repeats_at_most_the_message_in_flight(world: _faults.World, sink: Sink) -> None:
    tally = _faults.killed_deliveries(world, 6, lambda: sink.taken)
    assert tally.broken == []
    assert tally.repeated <= tally.killed_at_work


def test_it_sends_each_step_once_when_the_clock_jumps(world: _faults.World) -> None:
    assert _faults.clock_jumps(world, 4).broken == []


def test_it_says_how_late_it_is_after_a_system_that_was_down(world: _faults.World) -> None:
    assert _faults.down_over_a_deadline(world, 3).broken == []


def test_it_notices_what_does_not_hold(world: _faults.World) -> None:
    tally = _faults.Tally("any")
    tally.hold(False, "a step in two states")
    assert tally.broken == ["trial 0: a step in two states"]
