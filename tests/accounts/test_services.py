from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import services
from accounts.access import Permission
from accounts.models import ApiToken, LegalEntity, Membership, Role, User, Workspace
from accounts.selectors import legal_entities_of, members_of, members_who_may, tokens_of, workspaces_of
from tests.conftest import PASSWORD, Cast


def test_it_knows_a_person_whatever_the_case_of_the_address(db: None) -> None:
    user = services.create_user(email=" Dana@Example.ORG ", display_name="Dana", password=PASSWORD)
    assert user.email == "dana@example.org"
    with pytest.raises(ValidationError) as fault:
        services.create_user(email="DANA@example.org", display_name="Another", password=PASSWORD)
    assert "email" in fault.value.message_dict


def test_it_holds_addresses_in_lower_case_against_every_writer(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="accounts_user_email_lower_case"), transaction.atomic():
        User.objects.filter(pk=cast.alice.pk).update(email="Alice@example.org")


@pytest.mark.parametrize(
    "password", ["short", "password1234", "123456789012345", "dana.example.org"], ids=lambda word: word
)
def test_it_refuses_weak_passwords(db: None, password: str) -> None:
    with pytest.raises(ValidationError) as fault:
        services.create_user(email="dana@example.org", display_name="Dana", password=password)
    assert "password" in fault.value.message_dict


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("time_zone", "Paris", "'Paris' is not a time zone; expected an IANA name"),
        ("language", "tlh", "'tlh' is not a language here; expected one of en"),
        ("email", "dana", "valid email"),
    ],
)
def test_it_names_field_value_and_mend(db: None, field: str, value: str, words: str) -> None:
    given = {"email": "dana@example.org", "display_name": "Dana", "password": PASSWORD, field: value}
    with pytest.raises(ValidationError) as fault:
        services.create_user(**given)
    assert words in fault.value.message_dict[field][0]


def test_it_makes_a_workspace_with_its_first_officer(cast: Cast) -> None:
    made = services.create_workspace(slug="new-room", name="New room", owner=cast.bob)
    assert [(member.user, member.role) for member in members_of(made)] == [(cast.bob, Role.PRIVACY_OFFICER)]
    assert list(workspaces_of(cast.bob)) == [cast.workspace, made]


@pytest.mark.parametrize("slug", ["Upper", "two--hyphens", "-first", "with space", "é"])
def test_it_refuses_a_slug_unfit_for_addresses(cast: Cast, slug: str) -> None:
    with pytest.raises(ValidationError):
        services.create_workspace(slug=slug, name="x", owner=cast.bob)
    with pytest.raises(IntegrityError, match="accounts_workspace_slug_form"), transaction.atomic():
        Workspace.objects.create(slug=slug, name="x")


def test_it_takes_a_person_in_once(cast: Cast) -> None:
    with pytest.raises(ValidationError):
        services.add_member(cast.workspace, cast.bob, Role.AUDITOR)


def test_it_asks_a_local_representative_for_the_countries(cast: Cast) -> None:
    with pytest.raises(ValidationError):
        services.add_member(cast.workspace, cast.charlie, Role.LOCAL_REPRESENTATIVE)
    with pytest.raises(ValidationError, match="XX"):
        services.add_member(cast.workspace, cast.charlie, Role.LOCAL_REPRESENTATIVE, ["XX"])
    member = services.add_member(cast.workspace, cast.charlie, Role.LOCAL_REPRESENTATIVE, ["JP", "FR", "JP"])
    assert member.countries == ["FR", "JP"]


def test_it_keeps_somebody_who_can_manage(cast: Cast) -> None:
    alice = Membership.objects.get(user=cast.alice)
    for attempt in (
        lambda: services.remove_member(alice),
        lambda: services.change_member(alice, Role.AUDITOR),
    ):
        with pytest.raises(ValidationError, match="Alice is the last who can manage Harbour Lines"):
            attempt()
    services.change_member(Membership.objects.get(user=cast.bob), Role.ADMINISTRATOR)
    services.remove_member(alice)
    assert [member.user for member in members_of(cast.workspace)] == [cast.bob]


def test_it_finds_who_may_approve(cast: Cast) -> None:
    services.add_member(cast.workspace, cast.charlie, Role.CONTRIBUTOR)
    members = members_who_may(cast.workspace, Permission.APPROVE)
    assert {member.user for member in members} == {cast.alice, cast.bob}


def test_it_keeps_a_group_of_companies_a_tree_within_the_workspace(cast: Cast) -> None:
    def entity(name: str, parent: LegalEntity | None = None, workspace: Workspace = cast.workspace) -> LegalEntity:
        return services.save_legal_entity(LegalEntity(workspace=workspace, name=name, country="FR", parent=parent))

    top = entity("Harbour SA")
    middle = entity("Harbour Port SAS", top)
    bottom = entity("Harbour Quay SARL", middle)
    stranger = entity("Stranger GmbH", workspace=cast.elsewhere)
    top.parent = bottom
    with pytest.raises(ValidationError, match="Harbour Quay SARL is held by Harbour SA"):
        services.save_legal_entity(top)
    bottom.parent = stranger
    with pytest.raises(ValidationError, match="not a company of this workspace"):
        services.save_legal_entity(bottom)
    assert [entity.name for entity in legal_entities_of(cast.workspace)] == [
        "Harbour Port SAS",
        "Harbour Quay SARL",
        "Harbour SA",
    ]


def test_it_refuses_a_country_that_does_not_exist(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="'UK' is not a country code"):
        services.save_legal_entity(LegalEntity(workspace=cast.workspace, name="x", country="UK"))


def test_it_shows_a_secret_once_and_stores_its_digest(cast: Cast) -> None:
    issued = services.issue_token(cast.alice, "Dashboard")
    stored = " ".join(str(value) for value in ApiToken.objects.values_list().get())
    assert issued.secret not in stored
    assert issued.secret.startswith(issued.token.prefix)
    assert issued.secret not in repr(issued)
    assert services.use_token(issued.secret) == issued.token
    assert list(tokens_of(cast.alice)) == [issued.token]


def test_it_notes_the_use_of_a_token_once_an_hour(cast: Cast, django_assert_num_queries) -> None:
    secret = services.issue_token(cast.alice, "Dashboard").secret
    with django_assert_num_queries(2):
        first = services.use_token(secret)
    with django_assert_num_queries(1):
        second = services.use_token(secret)
    assert first is not None
    assert second is not None
    assert first.last_used_at == second.last_used_at is not None


def test_it_takes_no_revoked_or_expired_token(cast: Cast) -> None:
    revoked = services.issue_token(cast.alice, "Revoked")
    services.revoke_token(revoked.token)
    expired = services.issue_token(cast.alice, "Expired")
    past = timezone.now() - timedelta(days=2)
    ApiToken.objects.filter(pk=expired.token.pk).update(created_at=past, expires_at=past + timedelta(days=1))
    assert [services.use_token(issued.secret) for issued in (revoked, expired)] == [None, None]


def test_it_refuses_a_token_that_ends_before_it_begins(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="is past; expected a later instant"):
        services.issue_token(cast.alice, "x", timezone.now() - timedelta(seconds=1))


def test_it_locks_a_person_out_with_all_tokens(cast: Cast) -> None:
    issued = services.issue_token(cast.bob, "Script")
    services.deactivate_user(cast.bob)
    assert services.use_token(issued.secret) is None
    assert cast.bob not in [member.user for member in members_of(cast.workspace)]
