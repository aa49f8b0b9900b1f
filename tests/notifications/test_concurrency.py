"""Two ticks at once, a process that dies between claim and commit, an officer who acts meanwhile."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import User
from incidents import services
from incidents.models import Incident, Obligation
from notifications import sending
from notifications.models import Reminder, State
from notifications.planning import replan
from outbox.models import Message
from tests.conftest import Cast
from tests.notifications.conftest import Clock, steps

pytestmark = pytest.mark.django_db(transaction=True)


def elsewhere(*work: Callable[[], Any]) -> list[Any]:
    """Runs these at the same time, each on a connection of its own."""
    start = Barrier(len(work))

    def one(job: Callable[[], Any]) -> Any:
        start.wait(timeout=10)
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as pool:
        return [future.result(30) for future in [pool.submit(one, job) for job in work]]


def test_it_writes_one_mail_when_two_ticks_run_at_once(
    transactional_db: None, add_duty: Callable[..., Obligation], cast: Cast, clock: Clock
) -> None:
    Incident.objects.update(deputy=cast.bob)
    for n in range(3):
        add_duty(72 + n / 10)
    clock.set(48.3)
    turns = [lambda: sending.run_tick(clock.now)] * 4
    elsewhere(*turns)
    sending.run_tick(clock.now)
    assert sorted(Message.objects.values_list("recipient", flat=True)) == ["alice@example.org", "bob@example.org"]
    told = Reminder.objects.filter(state=State.CLAIMED, step="24h")
    assert told.count() == 6
    assert all(row.message and row.message.recipient == row.recipient.email for row in told)


def test_it_plans_each_step_once_when_two_plan_at_once(
    transactional_db: None, duty: Obligation, cast: Cast, clock: Clock
) -> None:
    wanted = steps(cast.alice)
    Reminder.objects.all().delete()
    elsewhere(*[lambda: replan([duty.pk], clock.now)] * 4)
    assert steps(cast.alice) == wanted


def test_it_loses_and_repeats_nothing_when_it_dies_between_claim_and_commit(
    transactional_db: None, duty: Obligation, cast: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = sending._put
    clock.set(36)

    def put_and_die(*args: Any) -> int:
        honest(*args)
        raise SystemExit  # what a worker does that is told to go

    monkeypatch.setattr(sending, "_put", put_and_die)
    with pytest.raises(SystemExit):
        sending.run_tick(clock.now)
    assert not Message.objects.exists()
    assert ("half", 36) in steps(cast.alice)
    monkeypatch.setattr(sending, "_put", honest)
    assert sending.run_tick(clock.now) == 1
    assert sending.run_tick(clock.now) == 0


def test_it_leaves_to_the_other_tick_what_that_has_claimed(
    transactional_db: None, duty: Obligation, cast: Cast, clock: Clock
) -> None:
    clock.set(36)
    with transaction.atomic():
        assert sending.write_to(cast.alice.pk, cast.workspace.pk, clock.now) == 1
        (beside,) = elsewhere(lambda: sending.write_to(cast.alice.pk, cast.workspace.pk, clock.now))
    assert beside == 0
    assert Message.objects.count() == 1


def test_it_lets_an_officer_act_while_ticks_run(
    transactional_db: None, add_duty: Callable[..., Obligation], cast: Cast, dora: User, clock: Clock
) -> None:
    duties = [add_duty(72 + n / 100) for n in range(8)]
    clock.set(72.1)
    done = Event()

    def act() -> None:
        for duty in duties:
            services.decide_not_to_notify(duty, by=cast.alice, reason="Not covered")
        done.set()

    def tick() -> None:
        while not done.is_set():
            sending.run_tick(clock.now)

    elsewhere(act, tick, tick)
    sending.run_tick(clock.now)
    assert steps() == []


def test_it_leaves_a_person_to_the_tick_that_is_writing_to_them(
    transactional_db: None, add_duty: Callable[..., Obligation], cast: Cast, clock: Clock
) -> None:
    add_duty(72)
    clock.set(48.3)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            key = f"reminders:{cast.alice.pk}:{cast.workspace.pk}"
            cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [key])
        sending.run_tick(clock.now)
        assert not Message.objects.filter(recipient="alice@example.org").exists()
    finally:
        other.close()
    sending.run_tick(clock.now)
    assert Message.objects.filter(recipient="alice@example.org").count() == 1
