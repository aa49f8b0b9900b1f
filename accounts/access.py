"""The one door to a workspace, and what each role may do behind it.

Outsiders get 404, never 403: whether a workspace exists is nobody's business.
"""

from collections.abc import Mapping
from enum import StrEnum

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Role, User


class Permission(StrEnum):
    """A right inside one workspace. The value completes the sentence "you may not ..."."""

    VIEW_CASE = "see cases"
    EDIT_FACTS = "record or change facts"
    WORK = "work on tasks, evidence and comments"
    DECIDE = "decide that a duty is not to be fulfilled"
    APPROVE = "approve documents"
    SEND = "send documents or record them as sent"
    MANAGE_WORKSPACE = "manage the workspace and its members"
    VIEW_PRIVILEGED = "see privileged items"
    EXPORT = "export data"
    INTERPRET = "state the organisation's position on the law or settle doubts about the library"


# What completes "you may not ...", as pages say it.
ACTS = {
    Permission.VIEW_CASE: _("see cases"),
    Permission.EDIT_FACTS: _("record or change facts"),
    Permission.WORK: _("work on tasks, evidence and comments"),
    Permission.DECIDE: _("decide that a duty is not to be fulfilled"),
    Permission.APPROVE: _("approve documents"),
    Permission.SEND: _("send documents or record them as sent"),
    Permission.MANAGE_WORKSPACE: _("manage the workspace and its members"),
    Permission.VIEW_PRIVILEGED: _("see privileged items"),
    Permission.EXPORT: _("export data"),
    Permission.INTERPRET: _("state the organisation's position on the law or settle doubts about the library"),
}


P = Permission

ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    # Everything: in a small organisation it is the only person, and approves her own documents with
    # a recorded self-approval (reports decides when a second person is needed).
    Role.PRIVACY_OFFICER: frozenset(Permission),
    Role.APPROVER: frozenset({P.VIEW_CASE, P.WORK, P.DECIDE, P.APPROVE, P.VIEW_PRIVILEGED, P.EXPORT, P.INTERPRET}),
    Role.CONTRIBUTOR: frozenset({P.VIEW_CASE, P.EDIT_FACTS, P.WORK}),
    # Within the countries of the membership: Membership.covers().
    Role.LOCAL_REPRESENTATIVE: frozenset({P.VIEW_CASE, P.EDIT_FACTS, P.WORK, P.SEND}),
    Role.AUDITOR: frozenset({P.VIEW_CASE, P.EXPORT}),
    # Whoever runs the system sees no case by that.
    Role.ADMINISTRATOR: frozenset({P.MANAGE_WORKSPACE}),
}


def access_workspace(user: User | AnonymousUser, slug: str) -> Membership:
    """The user's membership in the workspace of that address, with `workspace` and `user` loaded.

    Raises Http404 where there is none, whether or not the workspace exists.
    """
    if not user.is_authenticated or not user.is_active:
        raise Http404("No such workspace.")
    try:
        return Membership.objects.select_related("workspace", "user").get(user=user, workspace__slug=slug)
    except Membership.DoesNotExist:
        raise Http404("No such workspace.") from None


def may(membership: Membership, permission: Permission) -> bool:
    """Whether this member's role carries the right."""
    return permission in ROLE_PERMISSIONS[Role(membership.role)]


def require(membership: Membership, permission: Permission) -> None:
    """Let pass, or raise PermissionDenied that says what is lacking and who has it."""
    if may(membership, permission):
        return
    holders = [role.label for role in Role if permission in ROLE_PERMISSIONS[role]]
    raise PermissionDenied(
        gettext("As {role} you may not {act}. Roles that may: {roles}.").format(
            role=membership.get_role_display().lower(), act=ACTS[permission], roles=", ".join(map(str, holders))
        )
    )
