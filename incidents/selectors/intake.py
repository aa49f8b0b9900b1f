"""Reading what came in from outside."""

from django.db.models import QuerySet

from accounts.access import Permission, may
from accounts.models import Membership, Workspace
from incidents.models import IntakeLink, IntakeReport


def handles_intake(membership: Membership) -> bool:
    """Whether this member decides what becomes of reports from outside: who may open and decide a case."""
    return may(membership, Permission.EDIT_FACTS) and may(membership, Permission.DECIDE)


def open_link(workspace: Workspace) -> IntakeLink | None:
    """The public link of a workspace that is open now."""
    return IntakeLink.objects.filter(workspace=workspace, closed_at__isnull=True).first()


def link_of(token: str) -> IntakeLink | None:
    """The open link of an address."""
    return IntakeLink.objects.filter(token=token, closed_at__isnull=True).select_related("workspace").first()


def reports_of(workspace: Workspace) -> "QuerySet[IntakeReport]":
    """What came in, by whichever link of the workspace, newest first."""
    return (
        IntakeReport.objects.filter(link__workspace=workspace)
        .select_related("link__workspace", "handled_by", "incident")
        .order_by("-received_at", "-pk")
    )


def new_reports(membership: Membership) -> int:
    """How many reports wait for this member; none for whoever does not handle them."""
    if not handles_intake(membership):
        return 0
    return reports_of(membership.workspace).filter(state=IntakeReport.State.NEW).count()
