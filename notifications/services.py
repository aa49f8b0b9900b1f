"""Writing what people and workspaces choose about reminders. Each change plans anew what it touches."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import history
from accounts.models import Membership, User, Workspace
from incidents.models import Obligation
from notifications.clocks import running
from notifications.models import Absence, ReminderPolicy, ReminderPreference
from notifications.planning import SIZE, replan


@transaction.atomic
def save_policy(policy: ReminderPolicy, by: User, now: datetime) -> None:
    """Writes what the workspace asks, and plans its reminders anew."""
    policy.working_days = sorted(set(policy.working_days))
    policy.full_clean()
    with history.context(by, "Reminders of the workspace"):
        policy.save()
    _replan(Q(incident__workspace=policy.workspace), now)


@transaction.atomic
def save_preference(preference: ReminderPreference, user: User, now: datetime) -> None:
    """Writes what a person chose, language and zone included, and plans his reminders anew."""
    user.full_clean(exclude=["password"])
    user.save(update_fields=["language", "time_zone"])
    preference.full_clean()
    preference.save()
    _replan(_cases_of(user, preference.workspace), now)


@transaction.atomic
def add_absence(
    workspace: Workspace,
    user: User,
    starts_at: datetime,
    ends_at: datetime,
    stand_in: User | None,
    by: User,
    now: datetime,
) -> Absence:
    """Notes that somebody is away, and plans anew for whoever is there. Raises ValidationError naming the field."""
    if ends_at <= starts_at:
        raise ValidationError(
            {
                "ends_at": _("%(value)s is not after the beginning; expected a later instant")
                % {"value": ends_at.isoformat()}
            }
        )
    if ends_at <= now:
        raise ValidationError(
            {"ends_at": _("%(value)s is past; expected a later instant") % {"value": ends_at.isoformat()}}
        )
    for field, person in (("user", user), ("stand_in", stand_in)):
        if person and not Membership.objects.filter(workspace=workspace, user=person, user__is_active=True).exists():
            raise ValidationError(
                {
                    field: _("%(who)s is no member of %(workspace)s; choose somebody who is.")
                    % {"who": person, "workspace": workspace}
                }
            )
    if stand_in == user:
        raise ValidationError(
            {"stand_in": _("%(who)s cannot stand in for themselves; choose somebody else.") % {"who": user}}
        )
    with history.context(by, "Away"):
        made = Absence.objects.create(
            workspace=workspace,
            user=user,
            stand_in=stand_in,
            starts_at=starts_at,
            ends_at=ends_at,
            created_by=by,
            created_at=now,
        )
    _replan(_cases_of(user, workspace), now)
    return made


@transaction.atomic
def end_absence(absence: Absence, by: User, now: datetime) -> None:
    """The person is back, or will not go."""
    user, workspace = absence.user, absence.workspace
    with history.context(by, "Back"):
        if absence.starts_at < now:
            absence.ends_at = max(now, absence.starts_at)
            absence.save(update_fields=["ends_at"])
        else:
            absence.delete()
    _replan(_cases_of(user, workspace), now)


def _cases_of(user: User, workspace: Workspace) -> Q:
    """The duties in which this person may be a receiver: as owner, deputy, stand-in or in the team."""
    own = Q(incident__owner=user) | Q(incident__deputy=user) | Q(reminders__recipient=user)
    return Q(incident__workspace=workspace) & own


def _replan(which: Q, now: datetime) -> None:
    ids = list(running(Obligation.objects.filter(which)).distinct().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), SIZE):
        replan(ids[start : start + SIZE], now)
