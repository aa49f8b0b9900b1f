"""Reading the reminders of a case: what is planned next, what went to whom, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from incidents.models import Incident, Obligation
from notifications.models import Reminder, ReminderPlan, State


@dataclass(frozen=True, slots=True)
class DutyReminders:
    """The reminders of one duty: `ahead` in the order in which they go; `out` and `not_out` newest first."""

    obligation: Obligation
    plan: ReminderPlan | None
    ahead: tuple[Reminder, ...]
    out: tuple[Reminder, ...]
    not_out: tuple[Reminder, ...]

    @property
    def next_at(self) -> datetime | None:
        return self.ahead[0].planned_for if self.ahead else None


def reminders_of(incident: Incident) -> list[DutyReminders]:
    """By duty, the next reminder first; duties that nobody was or will be reminded of are left out. Two queries."""
    rows = (
        Reminder.objects.filter(obligation__incident=incident)
        .select_related("obligation__party__legal_entity", "recipient", "message")
        .order_by("planned_for", "pk")
    )
    plans = {one.obligation_id: one for one in ReminderPlan.objects.filter(obligation__incident=incident)}
    by_duty: dict[int, list[Reminder]] = {}
    for row in rows:
        by_duty.setdefault(row.obligation_id, []).append(row)
    found = [_of(duty_rows, plans.get(duty)) for duty, duty_rows in by_duty.items()]
    return sorted(found, key=_by_next)


def _of(rows: Iterable[Reminder], plan: ReminderPlan | None) -> DutyReminders:
    ordered = list(rows)
    past = [row for row in reversed(ordered) if row.state != State.PLANNED]
    return DutyReminders(
        obligation=ordered[0].obligation,
        plan=plan,
        ahead=tuple(row for row in ordered if row.state == State.PLANNED),
        out=tuple(row for row in past if row.message_id is not None),
        not_out=tuple(row for row in past if row.message_id is None),
    )


def _by_next(duty: DutyReminders) -> tuple[bool, datetime, int]:
    at = duty.next_at or (duty.out or duty.not_out)[0].planned_for
    return duty.next_at is None, at, duty.obligation.pk
