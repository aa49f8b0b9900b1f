"""The rows of one planning: read at once, changed in memory, written at once.

What a tick has claimed meanwhile is never taken back: every write names the state that it expects.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from incidents.models import Incident, Obligation
from notifications.choices import Choices, choices_in
from notifications.clocks import why_moved
from notifications.models import Reason, Reminder, ReminderPlan, State
from notifications.receivers import Receiver, receivers_of
from notifications.reminder_plan import QUESTION, Step

PLAN_FIELDS = (
    "live", "possible", "due", "kind", "start", "moved_from", "moved_because",
    "seen", "owner_seen", "deputy_seen", "nobody", "look_again_at", "planned_at",
)  # fmt: skip


@dataclass
class Batch:
    """The plans, reminders and people of some obligations, which the caller has locked."""

    obligations: list[Obligation]
    now: datetime
    plans: dict[int, ReminderPlan] = field(init=False)
    reminders: dict[int, list[Reminder]] = field(init=False)
    choices: dict[int, Choices] = field(init=False)
    _unreached: dict[int, set[int]] = field(init=False)
    _people: dict[int, list[Receiver]] = field(default_factory=dict)
    _new: list[Reminder] = field(default_factory=list)
    _ended: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    _followed: list[int] = field(default_factory=list)
    _set: list[Reminder] = field(default_factory=list)
    _moved_by: dict[int, dict[str, str]] = field(default_factory=dict)
    _read: dict[int, tuple[object, ...]] = field(init=False)

    def __post_init__(self) -> None:
        ids = [row.pk for row in self.obligations]
        self.plans = {one.obligation_id: one for one in ReminderPlan.objects.filter(obligation__in=ids)}
        self._read = {pk: _content(one) for pk, one in self.plans.items()}
        self.reminders = defaultdict(list)
        for one in Reminder.objects.filter(obligation__in=ids).exclude(step=QUESTION).order_by("planned_for", "pk"):
            self.reminders[one.obligation_id].append(one)
        self.choices = choices_in({row.incident.workspace for row in self.obligations}, self.now)
        self._unreached = unreached_in({row.incident_id for row in self.obligations})

    def receivers(self, incident: Incident) -> list[Receiver]:
        """Whom to remind of an incident; read once."""
        if incident.pk not in self._people:
            self._people[incident.pk] = receivers_of(
                incident, self.choices[incident.workspace_id], self._unreached[incident.pk]
            )
        return self._people[incident.pk]

    def why_moved(self, obligation: Obligation) -> dict[str, str]:
        """What moved its deadline. One assessment moves dozens at once: it is read once."""
        made = obligation.assessment_id
        if made is None or obligation.origin == Obligation.Origin.HAND:
            return why_moved(obligation)
        if made not in self._moved_by:
            self._moved_by[made] = why_moved(obligation)
        return self._moved_by[made]

    def of(self, obligation: Obligation, due: datetime | None) -> list[Reminder]:
        """The reminders of one deadline of an obligation."""
        return [one for one in self.reminders[obligation.pk] if one.due == due]

    def cancel(self, obligation: Obligation, why: Reason, which: Callable[[Reminder], bool] = lambda _: True) -> None:
        """Takes back what is planned."""
        for one in self.reminders[obligation.pk]:
            if one.state == State.PLANNED and which(one):
                self._end(one, State.CANCELLED, why)

    def drop(self, one: Reminder, why: Reason) -> None:
        """Lets a step that was taken back rest for good."""
        self._end(one, State.DROPPED, why)

    def _end(self, one: Reminder, state: State, why: Reason) -> None:
        one.state, one.reason = state, why
        self._ended[state, why].append(one.pk)

    def revive(self, one: Reminder, at: datetime, receiver: Receiver) -> None:
        """Plans a step again that was taken back."""
        one.state, one.reason, one.planned_for, one.capacity = State.PLANNED, "", at, receiver.capacity
        self._set.append(one)

    def move(self, one: Reminder, at: datetime) -> None:
        """Plans a waiting step for another instant."""
        one.planned_for = at
        self._set.append(one)

    def follow(self, one: Reminder) -> None:
        """Notes that the recall after this one is planned."""
        if not one.followed:
            one.followed = True
            self._followed.append(one.pk)

    def add(
        self, obligation: Obligation, due: datetime, step: Step, receiver: Receiver, dropped: Reason | None = None
    ) -> None:
        """Plans a step for a person, or notes why it is dropped. Each step exists once: one taken back is revived."""
        for one in self.reminders[obligation.pk]:
            if (one.due, one.step, one.recipient_id) == (due, step.kind, receiver.user.pk):
                if one.state == State.CANCELLED and dropped is None:
                    self.revive(one, step.at, receiver)
                return
        made = Reminder(
            obligation=obligation,
            due=due,
            step=step.kind,
            recipient=receiver.user,
            capacity=receiver.capacity,
            planned_for=step.at,
            state=State.DROPPED if dropped else State.PLANNED,
            reason=dropped or "",
            created_at=self.now,
        )
        self.reminders[obligation.pk].append(made)
        self._new.append(made)

    def write(self) -> None:
        """Writes reminders first, then plans: the order in which everybody locks them."""
        for (state, why), ids in self._ended.items():
            open_rows = Reminder.objects.filter(pk__in=ids, state__in=[State.PLANNED, State.CANCELLED])
            open_rows.update(state=state, reason=why)
        for one in self._set:
            Reminder.objects.filter(pk=one.pk, state__in=[State.PLANNED, State.CANCELLED]).update(
                state=one.state, reason=one.reason, planned_for=one.planned_for, capacity=one.capacity
            )
        Reminder.objects.filter(pk__in=self._followed).update(followed=True)
        Reminder.objects.bulk_create(self._new, ignore_conflicts=True)
        # A plan that stands as it stood is not written again, but for those that look for somebody in turn.
        changed = [one for pk, one in self.plans.items() if one.nobody or self._read.get(pk) != _content(one)]
        ReminderPlan.objects.bulk_create(
            changed, update_conflicts=True, unique_fields=["obligation"], update_fields=PLAN_FIELDS
        )


def _content(plan: ReminderPlan) -> tuple[object, ...]:
    """What a plan says, without when it was looked at."""
    return tuple(getattr(plan, name) for name in PLAN_FIELDS if name != "planned_at")


def unreached_in(incidents: Iterable[int]) -> dict[int, set[int]]:
    """By incident: the users to whom a reminder of it could not be delivered."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = Reminder.objects.filter(obligation__incident__in=list(incidents), reason=Reason.UNDELIVERED)
    for incident, user in rows.values_list("obligation__incident", "recipient"):
        found[incident].add(user)
    return found
