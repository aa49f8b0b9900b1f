"""What keeps reminders from somebody, in words for whoever can mend it. Reads rows, writes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Count, F, Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership, Role, User, Workspace
from incidents.models import Incident, Obligation, Phase
from notifications.choices import Choices, has_zone
from notifications.clocks import running
from notifications.models import ReminderPlan
from outbox.models import Endpoint, Message

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong, what mends it, and where: a path below the workspace's own address."""

    kind: str
    words: str
    mend: str
    path: str


def troubles_of(workspace: Workspace, choices: Choices) -> list[Trouble]:
    """Everything of a workspace that somebody has to mend, what is most urgent first. Seven queries."""
    found = [
        *_nobody(workspace),
        *_unreached(workspace),
        *_undelivered(workspace),
        *_endpoints(workspace),
        *_left(workspace),
        *_away(choices),
        *_zones(workspace),
    ]
    return found[:SHOWN]


def _nobody(workspace: Workspace) -> Iterable[Trouble]:
    plans = ReminderPlan.objects.filter(live=True, nobody=True, obligation__incident__workspace=workspace)
    for number, reference in plans.values_list(
        "obligation__incident__number", "obligation__incident__reference"
    ).distinct()[:SHOWN]:
        yield Trouble(
            "nobody",
            _("%(case)s has a running deadline, and nobody can be reminded of it.") % {"case": reference},
            _("Name an owner who may see the case, or add a privacy officer to the workspace."),
            f"incidents/{number}/",
        )
    if Membership.objects.filter(workspace=workspace, role=Role.PRIVACY_OFFICER, user__is_active=True).exists():
        return
    if running(Obligation.objects.filter(incident__workspace=workspace)).exists():
        yield Trouble(
            "no_team",
            _("The workspace has no privacy officer: the last step of every escalation, and the digest, go to nobody."),
            _("Make somebody a privacy officer of the workspace."),
            "",
        )


def _unreached(workspace: Workspace) -> Iterable[Trouble]:
    """People whose latest mail could not be delivered."""
    rows = (
        Message.objects.filter(workspace=workspace, kind__in=["reminder", "digest"])
        .values("recipient")
        .annotate(lost=Max("pk", filter=Q(state__in=["failed", "bounced"])), came=Max("pk", filter=Q(state="sent")))
        .filter(lost__isnull=False)
        .filter(Q(came__isnull=True) | Q(lost__gt=F("came")))
        .order_by("recipient")[:SHOWN]
    )
    reasons = Message.objects.in_bulk([row["lost"] for row in rows])
    for row in rows:
        yield Trouble(
            "unreached",
            _("Mail to %(address)s cannot be delivered. %(reason)s")
            % {"address": row["recipient"], "reason": reasons[row["lost"]].reason},
            _("Correct the address, or name somebody else. The next person of each case is reminded already."),
            f"outbox/{row['lost']}/",
        )


def _undelivered(workspace: Workspace) -> Iterable[Trouble]:
    count = Message.objects.filter(workspace=workspace, state__in=["failed", "withheld", "bounced"]).count()
    if count:
        yield Trouble(
            "undelivered",
            ngettext("%(n)d message did not arrive.", "%(n)d messages did not arrive.", count) % {"n": count},
            _("Each says why, and can be tried again."),
            "outbox/?state=stopped",
        )


def _endpoints(workspace: Workspace) -> Iterable[Trouble]:
    rows = Endpoint.objects.filter(workspace=workspace, enabled=True).annotate(
        open=Count("messages", filter=Q(messages__state__in=["awaiting_retry", "failed"])),
        failed=Max("messages__pk", filter=Q(messages__state__in=["awaiting_retry", "failed"])),
        came=Max("messages__pk", filter=Q(messages__state="sent")),
    )
    for row in rows.order_by("pk"):
        if row.failed is not None and (row.came is None or row.failed > row.came):
            yield Trouble(
                "endpoint",
                ngettext(
                    "The endpoint %(url)s does not take its calls; %(n)d call waits or was given up.",
                    "The endpoint %(url)s does not take its calls; %(n)d calls wait or were given up.",
                    row.open,
                )
                % {"url": row.url, "n": row.open},
                _("See what it answered, and mend the receiver or switch the endpoint off."),
                "outbox/?channel=webhook",
            )


def _left(workspace: Workspace) -> Iterable[Trouble]:
    """Owners and deputies who left the workspace or were locked out, in open cases."""
    members = Membership.objects.filter(workspace=workspace, user__is_active=True).values("user")
    rows = (
        Incident.objects.filter(workspace=workspace, stands_at__isnull=True)
        .exclude(phase=Phase.CLOSED)
        .filter(~Q(owner__in=members) | (Q(deputy__isnull=False) & ~Q(deputy__in=members)))
        .select_related("owner", "deputy")
        .annotate(owner_gone=~Q(owner__in=members))
    )
    for row in rows.order_by("-pk")[:SHOWN]:
        gone = row.owner if row.owner_gone else row.deputy
        yield Trouble(
            "left",
            (
                _("%(who)s owns %(case)s and is no member any more.")
                if row.owner_gone
                else _("%(who)s is deputy in %(case)s and is no member any more.")
            )
            % {"who": gone, "case": row.reference},
            _("Name somebody else; until then the next person is reminded."),
            f"incidents/{row.number}/",
        )


def _away(choices: Choices) -> Iterable[Trouble]:
    for absence in choices.away.values():
        if absence.stand_in is None:
            person = User.objects.get(pk=absence.user_id)
            yield Trouble(
                "away",
                _("%(who)s is away, and nobody was named to stand in.") % {"who": person},
                _("Deputies and privacy officers are reminded instead. Name a stand-in where that is not enough."),
                "reminders/",
            )


def _zones(workspace: Workspace) -> Iterable[Trouble]:
    for member in Membership.objects.filter(workspace=workspace, user__is_active=True).select_related("user"):
        if not _is_address(member.user.email):
            yield Trouble(
                "address",
                _("%(who)s has no address that mail can go to: %(address)r.")
                % {"who": member.user, "address": member.user.email},
                _("Have whoever runs the installation correct it, and name somebody else until then."),
                "reminders/",
            )
        if not has_zone(member.user):
            yield Trouble(
                "zone",
                (
                    _("%(who)s has a time zone that is none: %(zone)s. Mails show the workspace's.")
                    if member.user.time_zone
                    else _("%(who)s has named no time zone. Mails show the workspace's.")
                )
                % {"who": member.user, "zone": member.user.time_zone},
                _("The person can name one on the page of the reminders."),
                "reminders/",
            )


def _is_address(value: str) -> bool:
    try:
        validate_email(value)
    except ValidationError:
        return False
    return True
