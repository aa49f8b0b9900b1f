"""Who may see a case, and what a local representative may write."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.models import Membership, Role, User
from incidents import access, services
from incidents.models import Incident, Party
from tests.conftest import Cast


def member(cast: Cast, name: str, role: Role, countries: list[str] | None = None) -> Membership:
    user = User.objects.create_user(f"{name}@example.org", display_name=name.title())
    return Membership.objects.create(user=user, workspace=cast.workspace, role=role, countries=countries or [])


def test_it_opens_the_door_to_members_and_to_nobody_else(incident: Incident, cast: Cast) -> None:
    membership, found = access.access_incident(cast.bob, "harbour", incident.number)
    assert (membership.user, found) == (cast.bob, incident)
    for user, slug, number in (
        (cast.charlie, "harbour", incident.number),
        (cast.charlie, "elsewhere", incident.number),
        (cast.alice, "harbour", 99),
        (AnonymousUser(), "harbour", incident.number),
        (member(cast, "adam", Role.ADMINISTRATOR).user, "harbour", incident.number),
    ):
        with pytest.raises(Http404):
            access.access_incident(user, slug, number)


def test_it_shows_a_restricted_case_to_owner_deputy_and_those_named(
    open_case: Callable[..., Incident], cast: Cast
) -> None:
    deputy = member(cast, "dora", Role.CONTRIBUTOR)
    incident = open_case({}, restricted=True, deputy=deputy.user)
    assert access.access_incident(deputy.user, "harbour", incident.number)[1] == incident
    assert set(access.people_allowed_to_see(incident)) == {cast.alice.pk, deputy.user_id}
    with pytest.raises(Http404):
        access.access_incident(cast.bob, "harbour", incident.number)
    services.grant_access(incident, cast.bob, by=cast.alice)
    assert access.access_incident(cast.bob, "harbour", incident.number)[1] == incident
    services.withdraw_access(incident, cast.bob, by=cast.alice)
    with pytest.raises(Http404):
        access.access_incident(cast.bob, "harbour", incident.number)


def test_it_finds_a_party_only_in_its_own_case(open_case: Callable[..., Incident], cast: Cast) -> None:
    first, second = open_case({}), open_case({})
    party = first.parties.get()
    assert access.access_party(cast.alice, "harbour", first.number, party.pk)[1] == party
    with pytest.raises(Http404):
        access.access_party(cast.alice, "harbour", second.number, party.pk)


@pytest.mark.parametrize(
    ("patch", "allowed"),
    [
        ({"/affected/fr/count": {"kind": "exact", "n": 5}}, True),
        ({"/affected/lyon": {"country": "FR"}}, True),
        ({"/affected/lyon/country": "FR", "/affected/lyon/presence": "confirmed"}, True),
        ({"/provenance/~1affected~1fr~1count": {"state": "not_yet_known"}}, True),
        ({"/affected/fr/country": "DE"}, False),
        ({"/affected/berlin/country": "DE"}, False),
        ({"/affected/fr": {"country": "DE"}}, False),
        ({"/affected/unknown/count": {"kind": "exact", "n": 5}}, False),
        ({"/cause/actor": "internal"}, False),
        ({"/provenance/~1cause~1actor": {"state": "not_yet_known"}}, False),
    ],
)
def test_it_keeps_a_local_representative_to_the_people_of_her_country(
    party: Party, cast: Cast, patch: dict[str, Any], allowed: bool
) -> None:
    local = member(cast, "lea", Role.LOCAL_REPRESENTATIVE, ["FR"])
    document = party.revisions.get().document
    if allowed:
        access.require_patch(local, document, patch)
    else:
        with pytest.raises(PermissionDenied, match="Not yours to change"):
            access.require_patch(local, document, patch)


def test_it_lets_an_auditor_record_nothing(party: Party, cast: Cast) -> None:
    auditor = member(cast, "otto", Role.AUDITOR)
    with pytest.raises(PermissionDenied):
        access.require_patch(auditor, party.revisions.get().document, {"/cause/actor": "internal"})
