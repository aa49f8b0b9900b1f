"""When reminders of one deadline go out. Pure: no clock, no database, no framework.

A deadline has a period, from the instant its clock started to the instant it is due. The series of
its steps lies in that period: at half and at three quarters of it, then 24 h, 8 h, 2 h and 30 min
before its end. Steps nearer to the one before than a tenth of the period merge into that one; the
last step always stays, because nothing warns after it.

A plan is made at an instant, often when part of the period has passed already (the case was opened
late, the deadline moved). Steps already past are dropped and one reminder goes at once.

After the deadline a reminder goes out again and again until somebody acts. That row has no end, so
its members are computed one by one: `overdue_step`.

Steps that fall on days off or into quiet hours come earlier, never later (`Quiet`); the steps of the last
day of work before a weekend's deadline are thus read while there is somebody at work to act.

All instants are aware datetimes. They are put into UTC first: Python subtracts two times of the same
zone by the clock on the wall, which a change to summer time puts an hour out.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

HALF: Final = "half"
THREE_QUARTERS: Final = "three_quarters"
DAY: Final = "24h"
EIGHT_HOURS: Final = "8h"
TWO_HOURS: Final = "2h"
HALF_HOUR: Final = "30min"
AT_ONCE: Final = "at_once"
MOVED: Final = "moved"
ENDED: Final = "ended"
AGAIN: Final = "again"
QUESTION: Final = "question"
OVERDUE: Final = "overdue"

SHARES: Final = ((HALF, 2), (THREE_QUARTERS, 4))
"""Steps at a share of the period: what is left then is the period divided by the number."""

BEFORE: Final = (
    (DAY, timedelta(hours=24)),
    (EIGHT_HOURS, timedelta(hours=8)),
    (TWO_HOURS, timedelta(hours=2)),
    (HALF_HOUR, timedelta(minutes=30)),
)
"""Steps at a fixed time before the deadline."""

STANDS_BEFORE: Final = dict(BEFORE)

MOVABLE: Final = frozenset({HALF, THREE_QUARTERS, DAY})
"""Steps that quiet time brings forward. Those of the last hours stay where they are."""

DAY_OFF_FROM: Final = time(16)
"""What falls on days off comes at this time of the last working day."""

ESCALATION: Final = timedelta(hours=24)
"""From this long before the deadline the deputy is written to as well."""

EVERY: Final = timedelta(hours=4)
"""How often an overdue duty is recalled."""

EVERY_YARDSTICK: Final = timedelta(hours=24)
"""How often a passed yardstick is recalled: the law itself names no number, so nothing is overdue."""

TOGETHER: Final = timedelta(minutes=30)
"""Steps of one person within this time go in one mail."""

LATE: Final = timedelta(minutes=10)
"""A reminder sent later than this after its instant says so."""

QUIET_AFTER_SEEN: Final = timedelta(hours=12)
"""For so long an overdue duty is not recalled to somebody who said that he has seen it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One reminder of the series: its instant, and which step it is."""

    at: datetime
    kind: str


@dataclass(frozen=True, slots=True)
class Quiet:
    """When a person would rather not be written to: days off, and hours of the night (None: no such hours).

    `working_days` as in ISO 8601, 1 for Monday. Quiet time never delays anything.
    """

    zone: ZoneInfo
    working_days: frozenset[int]
    begins: time | None = None
    ends: time | None = None

    def before(self, at: datetime) -> datetime:
        """The last instant not after `at` that is not quiet."""
        local = at.astimezone(self.zone)
        day, moved = local.date(), False
        while day.isoweekday() not in self.working_days and self.working_days:
            day, moved = day - timedelta(days=1), True
        if moved:
            local = datetime.combine(day, DAY_OFF_FROM, self.zone)
        if self.begins is not None and self.ends is not None and _within(local.time(), self.begins, self.ends):
            evening = local.date() if local.time() >= self.begins else local.date() - timedelta(days=1)
            local = datetime.combine(evening, self.begins, self.zone)
            if evening.isoweekday() not in self.working_days:  # a night that began on a day off
                return self.before(local - timedelta(seconds=1))
        return min(local.astimezone(UTC), _utc(at))


def _within(at: time, begins: time, ends: time) -> bool:
    """Hours that may go over midnight. The instant at which they begin is still outside."""
    return begins < at < ends if begins < ends else at > begins or at < ends


@dataclass(frozen=True, slots=True)
class Plan:
    """What follows from planning at an instant: the steps to come, and those dropped with the reason."""

    steps: tuple[Step, ...]
    past: tuple[Step, ...] = ()
    merged: tuple[Step, ...] = ()


def series(
    due: datetime, start: datetime, quiet: Quiet | None = None, not_before: datetime | None = None
) -> tuple[Step, ...]:
    """The steps before a deadline whose clock started at `start`, earliest first, merged.

    `quiet` brings steps forward, where they still come after `not_before` (the first planning). Empty
    where the period has no length.
    """
    due, start = _utc(due), _utc(start)
    period = due - start
    if period <= timedelta():
        return ()
    every = [Step(due - period / share, kind) for kind, share in SHARES]
    every += [Step(due - before, kind) for kind, before in BEFORE]
    steps = [step for step in every if step.at > start]
    if quiet is not None:
        earliest = max(start, _utc(not_before)) if not_before else start
        last = max(steps, key=lambda step: step.at, default=None)
        steps = [step if step is last else _brought_forward(step, quiet, earliest) for step in steps]
    return tuple(_spread(steps, period / 10)[0])


def _brought_forward(step: Step, quiet: Quiet, earliest: datetime) -> Step:
    at = quiet.before(step.at) if step.kind in MOVABLE else step.at
    return Step(at, step.kind) if at > earliest else step


def plan(
    due: datetime,
    start: datetime,
    planned_at: datetime,
    every: timedelta | None = EVERY,
    takes: Callable[[Step], bool] = lambda _: True,
    quiet: Quiet | None = None,
    first_planned_at: datetime | None = None,
) -> Plan:
    """The reminders of a deadline as planned at `planned_at`, the first recall after it included.

    `every`: how often it is recalled once passed; None: never. `takes`: which steps of the series go
    to the person planned for; `quiet`: when they rather come earlier, as of `first_planned_at`. A period
    that starts only after the planning, or not before its end, is counted from the planning.
    """
    due, start, planned_at = _utc(due), _utc(start), _utc(planned_at)
    if start > planned_at or start >= due:
        start = planned_at
    steps = tuple(step for step in series(due, start, quiet, first_planned_at or planned_at) if takes(step))
    past = tuple(step for step in steps if step.at <= planned_at)
    if planned_at >= due:
        return Plan(_recalls(due, planned_at, every), past)
    after = _recalls(due, due, every)
    ahead = steps[len(past) :]
    if not past:
        return Plan((*ahead, *after))
    kept, merged = _spread((Step(planned_at, AT_ONCE), *ahead), (due - start) / 10)
    return Plan((*kept, *after), past, tuple(merged))


def overdue_step(due: datetime, after: datetime, every: timedelta = EVERY) -> Step:
    """The first recall not before `after`: number n comes n times `every` after the deadline."""
    due, after = _utc(due), _utc(after)
    number = max(0, -((due - after) // every))  # rounded up
    return Step(due + number * every, overdue_kind(number))


def overdue_now(due: datetime, now: datetime, every: timedelta = EVERY) -> Step:
    """The recall that stands at `now`, for a deadline that has passed: it goes at once."""
    due, now = _utc(due), _utc(now)
    return Step(now, overdue_kind(max(0, (now - due) // every)))


def overdue_kind(number: int) -> str:
    """The kind of a recall: "overdue-0" at the deadline itself."""
    return f"{OVERDUE}-{number}"


def overdue_number(kind: str) -> int | None:
    """The number of a recall; None for any other step."""
    name, _, number = kind.partition("-")
    return int(number) if name == OVERDUE and number.isdigit() else None


def question_at(due: datetime, start: datetime, planned_at: datetime) -> datetime:
    """When the one reminder of duties that are only possible goes: at half the time, or at once if past."""
    due, start, planned_at = _utc(due), _utc(start), _utc(planned_at)
    start = min(start, planned_at)
    return max(planned_at, due - (due - start) / 2)


def _recalls(due: datetime, at: datetime, every: timedelta | None) -> tuple[Step, ...]:
    if every is None:
        return ()
    return (overdue_now(due, at, every),)


def _spread(steps: Iterable[Step], least: timedelta) -> tuple[list[Step], list[Step]]:
    """The steps that stay and those that merge into the one before, nearer to it than `least`."""
    ordered = sorted(steps, key=lambda step: step.at)
    kept: list[Step] = []
    merged: list[Step] = []
    for step in ordered:
        if (kept and step.at == kept[-1].at) or (kept and step.at - kept[-1].at < least and step is not ordered[-1]):
            merged.append(step)
        else:
            kept.append(step)
    return kept, merged


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()}: expected an instant with a time zone")
    return instant.astimezone(UTC)
