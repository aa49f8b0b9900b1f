"""Duties that are only possible: one reminder names the question that would settle them.

A region instead of a country, or a country that is only suspected, makes dozens of duties possible
at once. A series for each would bury what matters; so each party of a case has one reminder, with
the earliest instant that is at stake.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from incidents.asking import Asked, asked
from incidents.models import Assessment, Incident, Obligation, Outcome, Party
from notifications.batch import unreached_in
from notifications.choices import choices_of
from notifications.clocks import LEADING, is_possible, running
from notifications.models import Reason, Reminder, State
from notifications.receivers import receivers_of
from notifications.reminder_plan import QUESTION, question_at


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """The question to put, and what hangs on it: duties that are only possible, earliest instant first."""

    asked: Asked | None
    duties: tuple[Obligation, ...]

    @property
    def earliest(self) -> Obligation:
        return self.duties[0]


def possible_duties(party_id: int) -> list[Obligation]:
    """The running duties of a party that are only possible, earliest instant first."""
    rows = running(Obligation.objects.filter(party_id=party_id, outcome=Outcome.UNDETERMINED))
    return [row for row in rows.select_related("incident").order_by(LEADING, "pk") if is_possible(row)]


def question_of(party: Party, duties: Sequence[Obligation]) -> OpenQuestion | None:
    """The decisive question that settles the earliest of these duties; None where there is no duty."""
    if not duties:
        return None
    first = duties[0]
    newest = Assessment.objects.filter(party=party).select_related("revision").order_by("-pk").first()
    if newest is None:
        return OpenQuestion(None, tuple(duties))
    for row in newest.questions:
        if first.duty in row["settles"] and first.jurisdiction in row.get("jurisdictions", ()):
            return OpenQuestion(asked(row["fact"], newest.revision.document), tuple(duties))
    open_facts = first.details.get("undetermined_on") or [None]
    fact = open_facts[0]
    return OpenQuestion(asked(fact, newest.revision.document) if fact else None, tuple(duties))


def plan_question(party_id: int, now: datetime) -> None:
    """Plans the one reminder of what is only possible for a party, or takes it back.

    Told once is told: another follows only where an earlier instant comes to be at stake.
    """
    duties = possible_duties(party_id)
    planned = Reminder.objects.filter(obligation__party=party_id, step=QUESTION, state=State.PLANNED)
    if not duties:
        planned.update(state=State.CANCELLED, reason=Reason.ANSWERED)
        return
    first = duties[0]
    due = first.leading_due or now  # a running duty has one
    planned.exclude(obligation=first, due=due).update(state=State.CANCELLED, reason=Reason.ANSWERED)
    incident = Incident.objects.select_related("owner", "deputy", "workspace").get(pk=first.incident_id)
    receivers = receivers_of(incident, choices_of(incident.workspace, now), unreached_in([incident.pk])[incident.pk])
    hearing = {one.user.pk for one in receivers if one.hears == "all"}
    planned.exclude(recipient__in=hearing).update(state=State.CANCELLED, reason=Reason.OTHER_PEOPLE)
    for receiver in receivers:
        if receiver.hears != "all":
            continue
        told = Reminder.objects.filter(
            obligation__party=party_id, step=QUESTION, recipient=receiver.user, state__in=[State.CLAIMED, State.SENT]
        ).aggregate(earliest=Min("due"))["earliest"]
        if told is not None and told <= due:
            continue
        start = first.reminder_plan.start or now
        _put(first, due, receiver.user.pk, receiver.capacity, question_at(due, start, now), now)


def _put(obligation: Obligation, due: datetime, recipient: int, capacity: str, at: datetime, now: datetime) -> None:
    row, made = Reminder.objects.get_or_create(
        obligation=obligation,
        due=due,
        step=QUESTION,
        recipient_id=recipient,
        defaults={"capacity": capacity, "planned_for": at, "created_at": now},
    )
    if not made and row.state == State.CANCELLED:
        Reminder.objects.filter(pk=row.pk, state=State.CANCELLED).update(
            state=State.PLANNED, reason="", capacity=capacity, planned_for=at
        )
