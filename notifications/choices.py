"""What a workspace asks of its reminders and what its people chose, read together. Writes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from accounts.access import Permission, may
from accounts.models import Membership, User, Workspace
from notifications.models import Absence, Level, ReminderPolicy, ReminderPreference
from notifications.reminder_plan import Quiet
from notifications.words import zone_named

STRICTNESS = {Level.ALL: 2, Level.LAST_DAY: 1, Level.LAST_HOURS: 0}
"""How much each level sends: a person's choice counts where it is not below the floor."""


@dataclass(frozen=True)
class Choices:
    """Policy, preferences and absences of one workspace, as they stand at `now`."""

    workspace: Workspace
    policy: ReminderPolicy
    preferences: dict[int, ReminderPreference]
    absences: tuple[Absence, ...]
    now: datetime
    away: dict[int, Absence] = field(init=False)

    def __post_init__(self) -> None:
        away = {one.user_id: one for one in self.absences if one.starts_at <= self.now < one.ends_at}
        object.__setattr__(self, "away", away)

    @cached_property
    def members(self) -> tuple[Membership, ...]:
        """Who is in the workspace and may sign in; read once for all its cases."""
        rows = Membership.objects.filter(workspace=self.workspace, user__is_active=True).select_related("user")
        return tuple(rows.order_by("user_id"))

    @cached_property
    def viewers(self) -> frozenset[int]:
        """Who may see its cases that are not restricted."""
        return frozenset(one.user_id for one in self.members if may(one, Permission.VIEW_CASE))

    def of(self, user: User) -> ReminderPreference:
        """What this person chose; the defaults where he chose nothing."""
        return self.preferences.get(user.pk) or ReminderPreference(user=user, workspace=self.workspace)

    def level(self, user: User) -> Level:
        """The steps that this person is sent: never fewer than the workspace's floor."""
        chosen, floor = Level(self.of(user).level), Level(self.policy.floor)
        return chosen if STRICTNESS[chosen] >= STRICTNESS[floor] else floor

    def quiet(self, user: User) -> Quiet:
        """When this person would rather not be written to, in his own zone."""
        own = self.of(user)
        return Quiet(
            zone_named(zone_name_of(user, self.workspace)),
            frozenset(self.policy.working_days),
            own.quiet_from,
            own.quiet_until,
        )

    def discreet(self, user: User) -> bool:
        """Do mails to this person say nothing of law, country, authority or title?"""
        return self.policy.discreet or self.of(user).discreet

    def digest(self, user: User) -> bool:
        """Is this person sent the morning digest?"""
        return self.policy.digest_required or self.of(user).digest

    @property
    def changes_at(self) -> datetime | None:
        """When an absence next begins or ends: the receivers may then be others."""
        ends = [at for one in self.absences for at in (one.starts_at, one.ends_at) if at > self.now]
        return min(ends, default=None)


def choices_in(workspaces: Iterable[Workspace], now: datetime) -> dict[int, Choices]:
    """By workspace. Three queries for all."""
    by_id = {one.pk: one for one in workspaces}
    policies = {one.workspace_id: one for one in ReminderPolicy.objects.filter(workspace__in=by_id)}
    preferences: dict[int, dict[int, ReminderPreference]] = {pk: {} for pk in by_id}
    for chosen in ReminderPreference.objects.filter(workspace__in=by_id):
        preferences[chosen.workspace_id][chosen.user_id] = chosen
    absences: dict[int, list[Absence]] = {pk: [] for pk in by_id}
    for away in Absence.objects.filter(workspace__in=by_id, ends_at__gt=now).select_related("stand_in").order_by("pk"):
        absences[away.workspace_id].append(away)
    return {
        pk: Choices(one, policies.get(pk) or ReminderPolicy(workspace=one), preferences[pk], tuple(absences[pk]), now)
        for pk, one in by_id.items()
    }


def choices_of(workspace: Workspace, now: datetime) -> Choices:
    """Of one workspace."""
    return choices_in([workspace], now)[workspace.pk]


def has_zone(user: User) -> bool:
    """Is the person's zone one that exists? Where it is not, the workspace's zone stands in for it."""
    return bool(user.time_zone) and (user.time_zone == "UTC" or zone_named(user.time_zone).key != "UTC")


def zone_name_of(user: User, workspace: Workspace) -> str:
    """The zone in which a person is written to."""
    return user.time_zone if has_zone(user) else workspace.time_zone
