"""Who is reminded of a case: its owner, then the deputy, then the privacy officers of the workspace."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Role, User
from incidents.access import people_allowed_to_see
from incidents.models import Incident
from notifications.choices import Choices
from notifications.models import Capacity, Level
from notifications.reminder_plan import ESCALATION, STANDS_BEFORE, Quiet, Step, overdue_number

LAST_HOURS = STANDS_BEFORE["8h"]


@dataclass(frozen=True, slots=True)
class Receiver:
    """A person, why he is written to, and from when: "all" of the series, the "last_day", or when "overdue"."""

    user: User
    capacity: Capacity
    hears: str
    level: Level = Level.ALL
    quiet: Quiet | None = None

    def takes(self, step: Step, due: datetime) -> bool:
        """Does this step of the series go to this person?"""
        if overdue_number(step.kind) is not None:
            return True
        # Quiet time may have brought the step forward; what counts is where it stands by law.
        at = due - STANDS_BEFORE[step.kind] if step.kind in STANDS_BEFORE else step.at
        if self.hears == "overdue" or (self.hears == "last_day" and at < due - ESCALATION):
            return False
        if self.level == Level.LAST_HOURS:
            return at >= due - LAST_HOURS
        return self.level == Level.ALL or at >= due - ESCALATION


def receivers_of(incident: Incident, choices: Choices, unreached: Iterable[int] = ()) -> list[Receiver]:
    """The people to remind of an incident, owner first.

    Only who may see the case: a person who left, was deactivated, or is not named for a restricted
    case is passed over, and so is who is away while somebody else is there; the next one then hears of
    everything at once. `unreached`: users to whom mail about this case could not be delivered; they are
    still written to, and the next one as well.
    """
    # A case that is not restricted is seen by the same people as all such cases of its workspace.
    allowed = set(people_allowed_to_see(incident)) if incident.restricted else set(choices.viewers)
    found = _asked(incident, choices, allowed, set(unreached), choices.away)
    if not found and choices.away:  # all are away: better a mail on a holiday than none
        found = _asked(incident, choices, allowed, set(unreached), {})
    return [
        Receiver(one.user, one.capacity, one.hears, choices.level(one.user), choices.quiet(one.user)) for one in found
    ]


def _asked(
    incident: Incident, choices: Choices, allowed: set[int], unreached: set[int], away: Iterable[int]
) -> list[Receiver]:
    found: list[Receiver] = []
    hears = "all"
    for user, capacity, next_one in (
        (incident.owner, Capacity.OWNER, "last_day"),
        (incident.deputy, Capacity.DEPUTY, "overdue"),
    ):
        if user is None or user.pk not in allowed or any(user.pk == one.user.pk for one in found):
            continue
        person, why = _or_stand_in(user, capacity, choices, allowed, away)
        if person is None or any(person.pk == one.user.pk for one in found):
            continue
        found.append(Receiver(person, why, hears))
        if hears != "all" or person.pk not in unreached:
            hears = next_one
    if hears == "last_day":  # an owner who can be reached, and no deputy
        hears = "overdue"
    known = {one.user.pk for one in found} | set(away)
    team = [one for one in choices.members if one.role == Role.PRIVACY_OFFICER and one.user_id in allowed - known]
    return found + [Receiver(one.user, Capacity.PRIVACY_TEAM, hears) for one in team]


def _or_stand_in(
    user: User, capacity: Capacity, choices: Choices, allowed: set[int], away: Iterable[int]
) -> tuple[User | None, Capacity]:
    """The person, or who stands in for him; nobody where he is away and no one does."""
    if user.pk not in away:
        return user, capacity
    stand_in = choices.away[user.pk].stand_in
    if stand_in is not None and stand_in.pk in allowed and stand_in.pk not in away:
        return stand_in, Capacity.STAND_IN
    return None, capacity
