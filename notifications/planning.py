"""Planning: brings the reminders of obligations to what facts, law, acts and people now say.

Safe to repeat and to run beside itself: what is right already is left alone. Rows are locked in one
order everywhere, obligations first (by id), then their reminders, so that planning inside an
officer's transaction and the tick never wait for each other in a circle.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

from django.db import transaction

from incidents.models import Obligation
from notifications import questions
from notifications.batch import Batch
from notifications.clocks import Clock, clock_of, is_possible, recalled_every
from notifications.finding import behind, behind_between, take_part
from notifications.models import Reason, Reminder, ReminderPlan, State, SweepMark
from notifications.receivers import Receiver
from notifications.reminder_plan import (
    AGAIN,
    AT_ONCE,
    ENDED,
    MOVED,
    QUIET_AFTER_SEEN,
    Step,
    overdue_kind,
    overdue_now,
    overdue_number,
    overdue_step,
    plan,
    series,
)

logger = logging.getLogger(__name__)

TOLD = (State.CLAIMED, State.SENT)
SAID_AT_ONCE = {AT_ONCE, MOVED, AGAIN}
SIZE = 200


def reconcile(now: datetime) -> int:
    """Plans anew what is known to be behind, and what the sweep finds to be. How many obligations.

    The sweep compares a part of all obligations with their plans: a lost event repairs itself here, with
    up to finding.PART obligations at once, with more after as many ticks as there are parts.
    """
    ids = sorted({*behind(now), *_swept()})
    replan_in_parts(ids, now)
    return len(ids)


def follow_up(now: datetime) -> None:
    """Plans the recalls after those that have just gone."""
    replan_in_parts(behind(now), now)


def replan_in_parts(ids: Sequence[int], now: datetime) -> None:
    """Each part is a transaction of its own, so that no row is locked for long; what others hold is left."""
    for start in range(0, len(ids), SIZE):
        replan(ids[start : start + SIZE], now, wait=False)


def _swept() -> list[int]:
    """What is behind in the part of the obligations whose turn it is. Two ticks at once take one part each."""
    part = take_part()
    if part is None:  # in other hands, or the first tick of all
        SweepMark.objects.bulk_create([SweepMark(name="plans")], ignore_conflicts=True)
        part = take_part()
    return behind_between(*part) if part else []


def replan(obligation_ids: Iterable[int], now: datetime, wait: bool = True) -> None:
    """Plans the reminders of these obligations as of `now`. Without `wait`, those in other hands are left."""
    ids = list(obligation_ids)
    if ids:
        _replan(ids, now, wait)


@transaction.atomic
def _replan(ids: list[int], now: datetime, wait: bool) -> None:
    rows = list(
        Obligation.objects.with_acts()
        .filter(pk__in=ids)
        .select_for_update(of=("self",), no_key=True, skip_locked=not wait)
        .select_related("incident__owner", "incident__deputy", "incident__workspace")
        .order_by("pk")
    )
    batch = Batch(rows, now)
    asking: set[int] = set()
    for row in rows:
        before = batch.plans.get(row.pk)
        if is_possible(row) or (before is not None and before.possible):
            asking.add(row.party_id)
        _bring(batch, row)
    batch.write()
    # In the order of their ids: two plannings of the same parties must not lock them crosswise.
    for party_id in sorted(asking):
        questions.plan_question(party_id, now)


def _bring(batch: Batch, row: Obligation) -> None:
    """Notes what is planned from, and brings the reminders of one obligation to it."""
    clock = clock_of(row)
    noted = batch.plans.setdefault(row.pk, ReminderPlan(obligation=row))
    noted.live, noted.possible = isinstance(clock, Clock), is_possible(row)
    noted.seen, noted.planned_at = row.updated_at, batch.now
    noted.look_again_at = batch.choices[row.incident.workspace_id].changes_at
    noted.owner_seen, noted.deputy_seen = row.incident.owner_id, row.incident.deputy_id or 0
    if not isinstance(clock, Clock):
        _end(batch, row, clock, noted.due)
        return
    start = clock.start if clock.start is not None and clock.start <= batch.now else None
    if noted.due != clock.at:
        noted.moved_from, noted.moved_because = noted.due, batch.why_moved(row) if noted.due else {}
        noted.due, noted.start = clock.at, start or batch.now
    noted.kind, noted.start = clock.kind, start or noted.start
    if noted.possible:
        batch.cancel(row, Reason.POSSIBLE)
    else:
        _keep_up(batch, row, clock, noted)


def _end(batch: Batch, row: Obligation, why: Reason, due: datetime | None) -> None:
    """No clock runs: what is planned is taken back, and whoever was told of a deadline hears it."""
    _done_with_recalls(batch, row)
    batch.cancel(row, why, lambda one: one.step != ENDED)
    if due is None or why not in (Reason.NOT_REQUIRED, Reason.NO_CLOCK):
        batch.cancel(row, why)
        return  # somebody acted, or the case is closed: that is known
    told = {one.recipient_id for one in batch.of(row, due) if one.state in TOLD}
    for receiver in batch.receivers(row.incident):
        if receiver.user.pk in told:
            batch.add(row, due, Step(batch.now, ENDED), receiver)


def _keep_up(batch: Batch, row: Obligation, clock: Clock, noted: ReminderPlan) -> None:
    """The clock runs: each receiver has the steps that are his, and nobody else has any."""
    receivers = batch.receivers(row.incident)
    if not receivers and not noted.nobody:
        logger.error("obligation %s is due %s, and there is nobody to remind of it", row.pk, clock.at)
    noted.nobody = not receivers
    here = {receiver.user.pk for receiver in receivers}
    batch.cancel(row, Reason.REQUIRED_AGAIN, lambda one: one.step == ENDED)
    batch.cancel(row, Reason.MOVED, lambda one: one.due != clock.at)
    batch.cancel(row, Reason.OTHER_PEOPLE, lambda one: one.recipient_id not in here)
    for receiver in receivers:
        batch.cancel(row, Reason.OTHER_PEOPLE, partial(_is_not_for, receiver))
        _steps_before(batch, row, clock, noted, receiver)
        _recall(batch, row, clock, receiver)


def _is_not_for(receiver: Receiver, one: Reminder) -> bool:
    """A step of this person that is no longer his: an owner who hands over stays, perhaps, in the team."""
    if one.recipient_id != receiver.user.pk or one.step in (MOVED, AGAIN):
        return False
    return not receiver.takes(Step(one.planned_for, one.step), one.due)


def _steps_before(batch: Batch, row: Obligation, clock: Clock, noted: ReminderPlan, receiver: Receiver) -> None:
    """The steps of one person before the deadline."""
    start = noted.start or batch.now
    own = _own(batch, row, clock.at, receiver)
    had = {one.step for one in own}
    first_planned_at = min([one.created_at for one in own], default=batch.now)
    _move(batch, series(clock.at, start, receiver.quiet, first_planned_at), own)
    revived = _revive(batch, clock, receiver, own)
    missing = plan(
        clock.at,
        start,
        batch.now,
        every=None,
        takes=lambda step: step.kind not in had and receiver.takes(step, clock.at),
        quiet=receiver.quiet,
        first_planned_at=first_planned_at,
    )
    for steps, why in ((missing.past, Reason.PAST), (missing.merged, Reason.MERGED), (missing.steps, None)):
        for step in steps:
            if step.kind != AT_ONCE:
                batch.add(row, clock.at, step, receiver, why)
    if revived:
        return
    first = _said_first(batch, row, clock, receiver, own)
    if first is None and missing.past and batch.now < clock.at and not SAID_AT_ONCE & had:
        first = AT_ONCE
    if first is not None:
        batch.add(row, clock.at, Step(batch.now, first), receiver)


def _said_first(batch: Batch, row: Obligation, clock: Clock, receiver: Receiver, own: list[Reminder]) -> str | None:
    """What this person was told before and is no longer so: it is put right at once."""
    if any(one.step == ENDED and one.state in TOLD for one in own):
        return AGAIN
    theirs = [one for one in batch.reminders[row.pk] if one.recipient_id == receiver.user.pk]
    if not own and any(one.due != clock.at and one.state in TOLD for one in theirs):
        return MOVED
    return None


def _move(batch: Batch, steps: Iterable[Step], own: list[Reminder]) -> None:
    """The clock may have started at another instant than was thought, with the same end."""
    right = {step.kind: step.at for step in steps}
    for one in own:
        at = right.get(one.step, one.planned_for)
        # What is due goes: a tick that was missed must not put off a step that had been brought forward.
        if one.state == State.PLANNED and one.planned_for > batch.now and one.planned_for != at > batch.now:
            batch.move(one, at)


def _revive(batch: Batch, clock: Clock, receiver: Receiver, own: list[Reminder]) -> bool:
    """What was taken back stands again: the steps to come, and at once the last of those missed meanwhile."""
    ended = [one for one in own if one.state == State.CANCELLED and one.step != ENDED]
    ended = [one for one in ended if receiver.takes(Step(one.planned_for, one.step), clock.at)]
    missed = [one for one in ended if one.planned_for <= batch.now]
    for one in missed[:-1]:
        batch.drop(one, Reason.PAST)
    for one in missed[-1:]:
        batch.revive(one, batch.now, receiver)
    for one in ended:
        if one.planned_for > batch.now:
            batch.revive(one, one.planned_for, receiver)
    return bool(missed)


def _recall(batch: Batch, row: Obligation, clock: Clock, receiver: Receiver) -> None:
    """One recall after the deadline is always planned; the one after it follows when it is out."""
    every = recalled_every(row, clock.kind)
    own = _own(batch, row, clock.at, receiver)
    recalls = [one for one in own if overdue_number(one.step) is not None]
    if every is None:
        _done_with_recalls(batch, row)
        return
    if any(one.state == State.PLANNED for one in recalls):
        return
    if not recalls:
        late = batch.now >= clock.at
        step = overdue_now(clock.at, batch.now, every) if late else overdue_step(clock.at, clock.at, every)
    else:
        quiet = [one.seen_at + QUIET_AFTER_SEEN for one in own if one.seen_at]
        step = overdue_step(clock.at, max([batch.now, *quiet]), every)
        number = max(overdue_number(kind) or 0 for kind in [step.kind, *(_next(one) for one in recalls)])
        step = Step(clock.at + number * every, overdue_kind(number))
    for one in recalls:
        batch.follow(one)
    batch.add(row, clock.at, step, receiver)


def _done_with_recalls(batch: Batch, row: Obligation) -> None:
    """No recall is to follow: the tick need not find those that are out for ever."""
    for one in batch.reminders[row.pk]:
        if overdue_number(one.step) is not None and one.state in (*TOLD, State.DROPPED):
            batch.follow(one)


def _next(recall: Reminder) -> str:
    return overdue_kind((overdue_number(recall.step) or 0) + 1)


def _own(batch: Batch, row: Obligation, due: datetime, receiver: Receiver) -> list[Reminder]:
    return [one for one in batch.of(row, due) if one.recipient_id == receiver.user.pk]
