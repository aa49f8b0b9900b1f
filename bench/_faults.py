"""The trials of `python -m bench.faults`: real work in child processes, killed at random moments with SIGKILL.

A child is forked for each trial and makes connections of its own; what it does is the product's own code,
called as worker, scheduler or web process call it. After each trial the parent lets the next tick, sweep or
request do its work, and looks at the rows and at what the mail server took.
"""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import connections
from django.utils import timezone

from accounts.models import LegalEntity, Membership, Role, User, Workspace
from incidents import services
from incidents.models import Incident, Obligation, Party
from notifications.finding import behind_between
from notifications.models import Reminder, ReminderPlan
from notifications.sending import run_tick
from outbox import delivery
from outbox.models import Message
from outbox.services import enqueue

HALF = timedelta(hours=36, minutes=1)
PERIOD = timedelta(hours=72)


@dataclass
class Tally:
    """What a series of trials came to."""

    name: str
    trials: int = 0
    killed_at_work: int = 0
    repeated: int = 0
    broken: list[str] = field(default_factory=list)

    def hold(self, condition: bool, words: str) -> None:
        """Notes what does not hold."""
        if not condition:
            self.broken.append(f"trial {self.trials}: {words}")


@dataclass
class World:
    """A workspace with one case and its owner."""

    workspace: Workspace
    owner: User
    party: Party
    chance: random.Random

    def add(self, count: int) -> list[Obligation]:
        """Duties due after PERIOD."""
        due = timezone.now() + PERIOD
        return [
            services.add_obligation(self.party, title=f"Tell insurer {n}", source="Policy", by=self.owner, due=due)
            for n in range(count)
        ]


def new_world(seed: int, slug: str = "faults") -> World:
    """An owner who is the only privacy officer, and a case without facts."""
    owner = User.objects.create_user(f"{slug}@example.org", None, display_name="Owner")
    workspace = Workspace.objects.create(slug=slug, name="Faults")
    Membership.objects.create(user=owner, workspace=workspace, role=Role.PRIVACY_OFFICER)
    entity = LegalEntity.objects.create(workspace=workspace, name="Faults SA", country="FR")
    incident = Incident.objects.create(
        workspace=workspace, number=1, reference="INC-2026-001", title="Faults", owner=owner, opened_by=owner,
        time_zone="UTC",
    )  # fmt: skip
    party = Party.objects.create(incident=incident, legal_entity=entity, created_by=owner)
    return World(workspace, owner, party, random.Random(seed))  # noqa: S311 - moments to kill at, no secret


def kill_at(work: Callable[[], object], seconds: float) -> bool:
    """Runs `work` in a child and kills it after so long. True: it was still at work."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            _forget_connections()
            work()
            status = 0
        finally:
            os._exit(status)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        ended, _ = os.waitpid(child, os.WNOHANG)
        if ended:
            return False
        time.sleep(0.0005)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


_INHERITED: list[Any] = []


def _forget_connections() -> None:
    """A forked child must not speak on a connection of its parent, not even to end it.

    close_all() before the fork is not enough. Where an event loop runs in the thread (Playwright keeps one), Django
    has two connections there: one as seen from within the loop, and one that was opened before it ran. close_all()
    sees the first; the child, in which no loop runs, sees the second. A child killed in a transaction on it left
    that open for ever, since the parent still held its end: everybody then waited for its locks.
    """
    for alias in connections:
        if hasattr(connections._connections, alias):
            # Kept, and never collected: psycopg would tell the server to end the parent's session.
            _INHERITED.append(connections[alias])
            del connections[alias]


class Length:
    """How long the work takes in a child that nobody kills: the shortest of three, for the first one warms up."""

    def __init__(self) -> None:
        self.seen: list[float] = []

    def measure(self, work: Callable[[], object]) -> bool:
        """Lets the work end and notes its length, three times. False: it is known."""
        if len(self.seen) == 3:
            return False
        begun = time.monotonic()
        kill_at(work, 60)
        self.seen.append(time.monotonic() - begun)
        return True

    def moment(self, chance: random.Random) -> float:
        """A random moment within it, in seconds."""
        return chance.uniform(0, min(self.seen))


def killed_ticks(world: World, trials: int) -> Tally:
    """The worker is killed while it runs the tick."""
    tally, length = Tally("kill -9 of the worker in a reminder tick"), Length()
    # The parent reads law and templates once, so that its children are killed at their work and not while they read.
    first = world.add(1)
    run_tick(timezone.now() + HALF)
    _done(world, first)
    for _ in range(trials):
        tally.trials += 1
        duties = world.add(3)
        at = timezone.now() + HALF
        ids = [duty.pk for duty in duties]
        work = partial(run_tick, at)
        if not length.measure(work):
            tally.killed_at_work += kill_at(work, length.moment(world.chance))
        _whole(tally, ids)
        run_tick(at)
        rows = Reminder.objects.filter(obligation__in=ids, step="half")
        states = Counter(rows.values_list("state", flat=True))
        tally.hold(states == {"claimed": 3}, f"steps after recovery: {dict(states)}")
        mails = rows.values("message").distinct().count()
        tally.hold(mails == 1, f"{mails} mails for steps of one person and instant")
        _done(world, duties)
    return tally


def _whole(tally: Tally, ids: list[int]) -> None:
    """No row stands between two states after a kill: a claimed step has its mail, a planned one has none."""
    rows = Reminder.objects.filter(obligation__in=ids)
    torn = rows.filter(state="claimed", message__isnull=True) | rows.filter(state="planned", message__isnull=False)
    tally.hold(not torn.exists(), "a step in two states")
    orphans = Message.objects.filter(kind="reminder", reminders__isnull=True)
    tally.hold(not orphans.exists(), "a mail without its steps")


def killed_changes(world: World, trials: int) -> Tally:
    """The web process is killed while an officer's change of a deadline, or a fulfilment, is being written."""
    tally, lengths = Tally("kill -9 of the web process in a change of state"), (Length(), Length())
    for number in range(trials):
        tally.trials += 1
        (duty,) = world.add(1)
        old, new = duty.due, timezone.now() + PERIOD / 2
        work = _fulfilment(world, duty) if number % 2 else _change(world, duty, new)
        length = lengths[number % 2]
        if not length.measure(work):
            tally.killed_at_work += kill_at(work, length.moment(world.chance))
        now_is = Obligation.objects.with_acts().get(pk=duty.pk)
        tally.hold(now_is.due in (old, new), "a deadline that nobody entered")
        plan = ReminderPlan.objects.get(obligation=duty)
        fulfilled = bool(now_is.is_fulfilled)  # type: ignore[attr-defined]  # annotated
        tally.hold(plan.live != fulfilled, "fulfilled, and still planned (or the other way)")
        tally.hold(fulfilled or plan.due == now_is.due, "the plan is not that of the deadline")
        tally.hold(duty.pk not in behind_between(duty.pk - 1, duty.pk), "the sweep would have to repair it")
        planned = Reminder.objects.filter(obligation=duty, state="planned").exclude(due=now_is.due)
        tally.hold(not planned.exists(), "steps of the old deadline still stand")
        _done(world, [duty])
    return tally


def _change(world: World, duty: Obligation, due: datetime) -> Callable[[], object]:
    return lambda: services.change_obligation(duty, by=world.owner, reason="Read again", due=due)


def _fulfilment(world: World, duty: Obligation) -> Callable[[], object]:
    return lambda: services.record_fulfilment(duty, at=timezone.now(), by=world.owner, channel="email")


def _done(world: World, duties: list[Obligation]) -> None:
    for duty in Obligation.objects.open().filter(pk__in=[one.pk for one in duties]):
        services.record_fulfilment(duty, at=timezone.now(), by=world.owner, channel="email")


def killed_deliveries(world: World, trials: int, taken: Callable[[], list[Any]], batch: int = 4) -> Tally:
    """The worker is killed while it delivers a batch. At most the message in flight may come twice."""
    tally, length = Tally("kill -9 of the worker in a delivery"), Length()
    for number in range(trials):
        tally.trials += 1
        messages = [
            enqueue(
                workspace=world.workspace, to=f"r{n}@example.org", subject="Due", text="Due.", html="",
                key=f"faults:{world.workspace.pk}:{number}:{n}",
            )
            for n in range(batch)
        ]  # fmt: skip
        ids = [one.pk for one in messages]
        before = len(taken())
        killed, work = False, partial(delivery.deliver, ids)
        if not length.measure(work):
            killed = kill_at(work, length.moment(world.chance))
            tally.killed_at_work += killed
        recover(ids)
        states = Counter(Message.objects.filter(pk__in=ids).values_list("state", flat=True))
        tally.hold(states == {"sent": batch}, f"messages after recovery: {dict(states)}")
        came = Counter(mail["Message-ID"] for mail in taken()[before:])
        tally.hold(set(came) == {one.message_id for one in messages}, "not every message came")
        twice = sum(came.values()) - len(came)
        tally.repeated += twice
        tally.hold(twice <= int(killed), f"{twice} repeated")
    return tally


def recover(ids: list[int]) -> None:
    """What the sweeper does once the dead worker's lease has run out."""
    delivery.repair(timezone.now() + delivery.LEASE + timedelta(seconds=1))
    Message.objects.filter(pk__in=ids, state__in=delivery.WAITING).update(next_attempt_at=timezone.now())
    delivery.deliver(ids)


def clock_jumps(world: World, trials: int) -> Tally:
    """The machine's clock jumps forward and back between ticks: each step goes once, the late ones say so."""
    tally = Tally("the clock jumps, up to two days, forward and back")
    for _ in range(trials):
        tally.trials += 1
        (duty,) = world.add(1)
        begun = timezone.now()
        for _jump in range(4):
            run_tick(begun + timedelta(hours=world.chance.uniform(0, 60)))
        run_tick(begun + PERIOD - timedelta(minutes=29))
        rows = list(Reminder.objects.filter(obligation=duty).exclude(step__startswith="overdue"))
        tally.hold(bool(rows) and all(row.state == "claimed" for row in rows), "a step that did not go")
        steps = Counter(row.step for row in rows)
        tally.hold(max(steps.values()) == 1, "a step that went twice")
        _done(world, [duty])
    return tally


def down_over_a_deadline(world: World, trials: int) -> Tally:
    """Nothing ran from before the first step until after the deadline: one mail at once, and it says how late."""
    tally = Tally("the system is down over a deadline")
    for number in range(trials):
        tally.trials += 1
        (duty,) = world.add(1)
        late = timedelta(hours=1 + number)
        due = duty.due
        if due is None:
            raise RuntimeError("a duty without its deadline")
        run_tick(due + late)
        rows = Reminder.objects.filter(obligation=duty, state="claimed").select_related("message")
        mails = {row.message for row in rows if row.message is not None}
        tally.hold(len(mails) == 1, f"{len(mails)} mails")
        tally.hold(all("This reminder is late by" in one.text for one in mails), "not marked as late")
        tally.hold(all("Overdue by" in one.subject for one in mails), "does not say that it is overdue")
        _done(world, [duty])
    return tally
