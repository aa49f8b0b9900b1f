from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts import history
from accounts.access import access_workspace
from accounts.models import User, Workspace
from tests.conftest import Cast


def test_it_makes_a_workspace_and_its_officer(db: None) -> None:
    out = StringIO()
    call_command("create_workspace", "quay", "Quay SA", owner="Dana@example.org", time_zone="Europe/Paris", stdout=out)
    dana = User.objects.get(email="dana@example.org")
    membership = access_workspace(dana, "quay")
    assert (membership.role, dana.time_zone) == ("privacy_officer", "Europe/Paris")
    assert "/w/quay/" in out.getvalue()
    assert "changepassword dana@example.org" in out.getvalue()
    assert history.events_of(membership.workspace)[0].user_id is None


def test_it_takes_an_owner_who_is_known(cast: Cast) -> None:
    call_command("create_workspace", "quay", "Quay SA", owner="bob@example.org", stdout=StringIO())
    assert access_workspace(cast.bob, "quay").workspace.name == "Quay SA"


@pytest.mark.parametrize(
    ("slug", "given", "words"),
    [
        ("harbour", {"owner": "bob@example.org"}, "slug"),
        ("quay", {"owner": "nobody"}, "email"),
        ("quay", {"owner": "new@example.org", "time_zone": "Paris"}, "time_zone: 'Paris' is not a time zone"),
    ],
)
def test_it_names_what_is_wrong_and_makes_nothing(cast: Cast, slug: str, given: dict[str, str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("create_workspace", slug, "Quay SA", stdout=StringIO(), **given)
    assert Workspace.objects.count() == 2
    assert User.objects.count() == 3
