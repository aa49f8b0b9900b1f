"""A few of the trials of `python -m bench.faults`: processes killed at random moments, and what then stands."""

import asyncio
from pathlib import Path
from threading import Thread

import pytest
from django.db import connection, connections

from bench import _faults
from tests.outbox.conftest import _running_sink, sink
from tests.outbox.sink import Sink

__all__ = ["_running_sink", "sink"]

pytestmark = [pytest.mark.django_db(transaction=True)]
SEED = 7


@pytest.fixture
def world(transactional_db: None) -> _faults.World:
    return _faults.new_world(SEED)


@pytest.mark.processes
def test_it_loses_and_doubles_nothing_when_a_tick_is_killed(world: _faults.World) -> None:
    assert _faults.killed_ticks(world, 8).broken == []


@pytest.mark.processes
def test_it_writes_no_half_change_when_the_web_process_is_killed(world: _faults.World) -> None:
    assert _faults.killed_changes(world, 8).broken == []


@pytest.mark.processes
def test_it_repeats_at_most_the_message_in_flight(world: _faults.World, sink: Sink) -> None:
    tally = _faults.killed_deliveries(world, 8, lambda: sink.taken)
    assert tally.broken == []
    assert tally.repeated <= tally.killed_at_work


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


@pytest.mark.processes
def test_a_child_speaks_on_no_connection_of_its_parent(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As after a browser's test in the same process: Playwright leaves a running event loop behind."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    found: dict[str, int] = {}

    async def beside_a_loop() -> None:
        found["within"] = backend()
        _faults.kill_at(lambda: (tmp_path / "backend").write_text(str(backend())), 20)

    def in_a_thread_without_a_loop() -> None:  # this one may have Playwright's
        found["before"] = backend()
        asyncio.run(beside_a_loop())
        found["after"] = backend()
        connections.close_all()

    thread = Thread(target=in_a_thread_without_a_loop)
    thread.start()
    thread.join()
    assert int((tmp_path / "backend").read_text()) not in (found["before"], found["within"])
    assert found["after"] == found["before"]


def test_it_sends_each_step_once_when_the_clock_jumps(world: _faults.World) -> None:
    assert _faults.clock_jumps(world, 4).broken == []


def test_it_says_how_late_it_is_after_a_system_that_was_down(world: _faults.World) -> None:
    assert _faults.down_over_a_deadline(world, 3).broken == []


def test_it_notices_what_does_not_hold(world: _faults.World) -> None:
    tally = _faults.Tally("any")
    tally.hold(False, "a step in two states")
    assert tally.broken == ["trial 0: a step in two states"]
