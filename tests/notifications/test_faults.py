"""Those trials of `python -m bench.faults` that need no process of their own; the command kills real ones."""

import pytest

from bench import _faults

pytestmark = [pytest.mark.django_db(transaction=True)]
SEED = 7


@pytest.fixture
def world(transactional_db: None) -> _faults.World:
    return _faults.new_world(SEED)


def test_it_sends_each_step_once_when_the_clock_jumps(world: _faults.World) -> None:
    assert _faults.clock_jumps(world, 4).broken == []


def test_it_says_how_late_it_is_after_a_system_that_was_down(world: _faults.World) -> None:
    assert _faults.down_over_a_deadline(world, 3).broken == []


def test_it_notices_what_does_not_hold(world: _faults.World) -> None:
    tally = _faults.Tally("any")
    tally.hold(False, "a step in two states")
    assert tally.broken == ["trial 0: a step in two states"]
