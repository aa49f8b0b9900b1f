import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.access import ROLE_PERMISSIONS, Permission, access_workspace, may, require
from accounts.models import Membership, Role
from tests.conftest import Cast


def test_it_opens_the_workspace_to_its_members(cast: Cast) -> None:
    assert access_workspace(cast.bob, "harbour").role == Role.APPROVER


def test_it_needs_one_query_for_member_workspace_and_user(cast: Cast, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        membership = access_workspace(cast.alice, "harbour")
        assert (membership.workspace.name, membership.user.display_name) == ("Harbour Lines", "Alice")


@pytest.mark.parametrize("slug", ["harbour", "no-such-workspace"])
def test_it_tells_outsiders_nothing(cast: Cast, slug: str) -> None:
    with pytest.raises(Http404, match=r"^No such workspace\.$"):
        access_workspace(cast.charlie, slug)


def test_it_is_closed_to_whoever_is_not_signed_in_or_locked_out(cast: Cast) -> None:
    cast.alice.is_active = False
    for user in (AnonymousUser(), cast.alice):
        with pytest.raises(Http404):
            access_workspace(user, "harbour")


def test_it_says_what_is_lacking_and_who_has_it(cast: Cast) -> None:
    membership = Membership(user=cast.bob, workspace=cast.workspace, role=Role.CONTRIBUTOR)
    with pytest.raises(PermissionDenied) as refused:
        require(membership, Permission.APPROVE)
    assert str(refused.value) == (
        "As contributor you may not approve documents. Roles that may: Privacy officer, Approver (counsel)."
    )


def test_it_lets_pass_whoever_has_the_right(cast: Cast) -> None:
    require(access_workspace(cast.alice, "harbour"), Permission.SEND)


def test_it_gives_every_role_its_rights_and_every_right_a_role() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role)
    assert set().union(*ROLE_PERMISSIONS.values()) == set(Permission)


@pytest.mark.parametrize(
    ("role", "permission", "allowed"),
    [
        (Role.ADMINISTRATOR, Permission.VIEW_CASE, False),
        (Role.ADMINISTRATOR, Permission.MANAGE_WORKSPACE, True),
        (Role.AUDITOR, Permission.VIEW_PRIVILEGED, False),
        (Role.AUDITOR, Permission.EXPORT, True),
        (Role.CONTRIBUTOR, Permission.EDIT_FACTS, True),
        (Role.CONTRIBUTOR, Permission.SEND, False),
        (Role.APPROVER, Permission.APPROVE, True),
        (Role.APPROVER, Permission.EDIT_FACTS, False),
        (Role.LOCAL_REPRESENTATIVE, Permission.SEND, True),
        (Role.LOCAL_REPRESENTATIVE, Permission.APPROVE, False),
    ],
)
def test_it_keeps_roles_apart(role: Role, permission: Permission, allowed: bool) -> None:
    assert may(Membership(role=role), permission) is allowed


def test_it_limits_a_local_representative_to_countries() -> None:
    local = Membership(role=Role.LOCAL_REPRESENTATIVE, countries=["FR", "US"])
    assert [local.covers(code) for code in ("FR", "US-CA", "JP")] == [True, True, False]
    assert Membership(role=Role.CONTRIBUTOR).covers("JP")
