"""What the pages of this floor have in common: who looks, at which workspace, in which zone."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.access import Permission, access_workspace, require
from accounts.models import Membership, User, Workspace
from law.time_limits import zone_of


def enter(request: HttpRequest, slug: str, permission: Permission | None = None) -> Membership:
    """The member who asks. Http404 for outsiders, PermissionDenied where the role lacks the right."""
    membership = access_workspace(request.user, slug)
    if permission is not None:
        require(membership, permission)
    return membership


def frame(membership: Membership, nav: str, **values: Any) -> dict[str, Any]:
    """What base.html needs, and the page's own values. Times are shown in the workspace's zone."""
    return {
        "workspace": membership.workspace,
        "membership": membership,
        "nav": nav,
        "zone": zone_of(membership.workspace.time_zone),
        "now": timezone.now(),
        **values,
    }


def case_url(workspace: Workspace, number: int) -> str:
    """The page of a case: it stands below the list of cases, /w/<slug>/incidents/<number>/."""
    return f"{reverse('incidents:list', args=(workspace.slug,))}{number}/"


def zones_offered(user: User, workspace: Workspace) -> tuple[str, ...]:
    """The zones that a form offers first: that of the workspace, then that of the person."""
    return tuple(dict.fromkeys((workspace.time_zone, user.time_zone)))
