"""Reading: whose workspaces, which members, which legal entities."""

from django.db.models import QuerySet

from accounts.access import ROLE_PERMISSIONS, Permission
from accounts.models import ApiToken, LegalEntity, Membership, Role, User, Workspace


def workspaces_of(user: User) -> QuerySet[Workspace]:
    """The workspaces a person belongs to, by name."""
    return Workspace.objects.filter(memberships__user=user).order_by("name", "pk")


def members_of(workspace: Workspace) -> QuerySet[Membership]:
    """Everybody in a workspace who can still sign in, by name, with `user` loaded."""
    return (
        Membership.objects.filter(workspace=workspace, user__is_active=True)
        .select_related("user")
        .order_by("user__display_name", "pk")
    )


def members_who_may(workspace: Workspace, permission: Permission) -> QuerySet[Membership]:
    """The members whose role carries a right: who can approve, who can decide."""
    roles = [role for role in Role if permission in ROLE_PERMISSIONS[role]]
    return members_of(workspace).filter(role__in=roles)


def legal_entities_of(workspace: Workspace) -> QuerySet[LegalEntity]:
    """The legal entities of a workspace, by name, with `parent` loaded."""
    return LegalEntity.objects.filter(workspace=workspace).select_related("parent").order_by("name")


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """A person's API tokens, newest first, ended ones included."""
    return ApiToken.objects.filter(user=user).order_by("-created_at", "-pk")
