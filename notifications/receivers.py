"""Who is reminded of a case: its owner, then the deputy, then the privacy officers of the workspace."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Membership, Role, User
from incidents.access import people_allowed_to_see
from incidents.models import Incident
from notifications.models import Capacity
from notifications.reminder_plan import ESCALATION, Step, overdue_number


@dataclass(frozen=True, slots=True)
class Receiver:
    """A person, why he is written to, and from when: None for every step of the series."""

    user: User
    capacity: Capacity
    hears: str  # "all", "last_day" or "overdue"

    def takes(self, step: Step, due: datetime) -> bool:
        """Does this step of the series go to this person?"""
        if self.hears == "all" or overdue_number(step.kind) is not None:
            return True
        return self.hears == "last_day" and step.at >= due - ESCALATION


def receivers_of(incident: Incident, unreached: Iterable[int] = ()) -> list[Receiver]:
    """The people to remind of an incident, owner first.

    Only who may see the case: a person who left, was deactivated, or is not named for a restricted
    case is passed over, and the next one hears of everything at once. `unreached`: users to whom mail
    about this case could not be delivered; they are still written to, and the next one as well.
    """
    allowed = set(people_allowed_to_see(incident))
    unreached = set(unreached)
    found: list[Receiver] = []
    hears = "all"
    if incident.owner_id in allowed:
        found.append(Receiver(incident.owner, Capacity.OWNER, "all"))
        hears = "all" if incident.owner_id in unreached else "last_day"
    deputy = incident.deputy
    if deputy is not None and deputy.pk in allowed and deputy.pk != incident.owner_id:
        found.append(Receiver(deputy, Capacity.DEPUTY, hears))
        hears = "all" if hears == "all" and deputy.pk in unreached else "overdue"
    if hears == "last_day":  # an owner who can be reached, and no deputy
        hears = "overdue"
    known = {one.user.pk for one in found}
    team = Membership.objects.filter(
        workspace_id=incident.workspace_id, role=Role.PRIVACY_OFFICER, user__in=allowed - known
    ).select_related("user")
    return found + [Receiver(one.user, Capacity.PRIVACY_TEAM, hears) for one in team.order_by("user_id")]
