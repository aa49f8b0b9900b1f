"""The paper kit and the first steps of an empty workspace."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from unittest import mock

import pytest
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from accounts.contacts import add_contact, countries_in, set_main_countries
from accounts.models import Contact, LegalEntity, Membership, Role, User, Workspace
from accounts.services import create_user
from reports.services.readiness import record_account
from tests.conftest import Cast
from tests.workbench.conftest import page
from workbench.selectors.kit import kit
from workbench.setting_up import free_slug, make_link

KIT = reverse("workbench:kit", args=("harbour",))
START = reverse("workbench:start", args=("harbour",))
NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
STEPS = {
    "company": "Harbour Lines SA", "country": "FR", "kind": "business", "time_zone": "Europe/Paris", "language": "en",
    "countries": "France, de, Japan", "phone": "+33 6 12", "contact_for": "Cyber insurance, policy 4471",
    "contact_phone": "+33 1 23",
}  # fmt: skip


def test_it_reads_countries_as_people_write_them() -> None:
    assert countries_in("France, de;Japan\nFR, Atlantis") == ["FR", "DE", "JP", "Atlantis"]


def test_it_tells_whom_to_call_and_which_clock_runs(cast: Cast) -> None:
    add_contact(cast.workspace, by=cast.alice, what_for="Cyber insurance", phone="+33 1 23")
    Membership.objects.filter(user=cast.alice).update(phone="+33 6 12")
    set_main_countries(cast.workspace, ["FR", "JP"], by=cast.alice)
    record_account(cast.workspace, "CNIL", by=cast.alice, holder="Marie, Paris")
    html = render_to_string("workbench/kit_paper.html", kit(cast.workspace, NOW, "en"))
    for words in (
        "Marie, Paris",
        "Personal Information Protection Commission",
        "Who holds the login: ____",
        "+33 6 12",
        "Cyber insurance",
        "Keep the logs.",
        "72 hours",
        "Japan",
        "Last verified:",
        "not known",
    ):
        assert words in html
    assert "Fri 27 Nov 2026, 13:00 Paris (12:00 UTC)" in html


def test_it_is_a_pdf_made_on_the_day(officer: Client, cast: Cast) -> None:
    set_main_countries(cast.workspace, ["FR"], by=cast.alice)
    answer = officer.get(reverse("workbench:kit_pdf", args=("harbour",)))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"act": "countries", "countries": "Atlantis"}, "Atlantis: no country is known by that name"),
        ({"act": "contact", "what_for": "Insurer"}, "Enter a telephone number or an e-mail address."),
        ({"act": "contact", "what_for": "", "phone": "+33"}, "This field is required."),
    ],
)
def test_it_names_the_fault_and_keeps_what_was_typed(officer: Client, typed: dict[str, str], words: str) -> None:
    answer = officer.post(KIT, typed)
    assert answer.status_code == 422
    assert words in page(answer)
    for value in list(typed.values())[1:]:
        assert value in page(answer)


def test_it_keeps_numbers_and_contacts(officer: Client, cast: Cast) -> None:
    member = Membership.objects.get(user=cast.bob)
    officer.post(KIT, {"act": "phone", "member": member.pk, "phone": "+49 30"})
    officer.post(KIT, {"act": "contact", "what_for": "Counsel", "phone": "+33 1"})
    shown = page(officer.get(KIT))
    assert "+49 30" in shown
    assert "Counsel" in shown
    officer.post(KIT, {"act": "remove", "contact": Contact.objects.get().pk})
    assert not Contact.objects.exists()


def test_nobody_changes_the_list_of_another_workspace(officer: Client, cast: Cast) -> None:
    theirs = add_contact(cast.elsewhere, by=cast.charlie, what_for="Counsel", phone="+1")
    assert officer.post(KIT, {"act": "remove", "contact": theirs.pk}).status_code == 404
    theirs_too = Membership.objects.get(user=cast.charlie)
    assert officer.post(KIT, {"act": "phone", "member": theirs_too.pk, "phone": "+1"}).status_code == 404


def test_it_takes_no_more_than_a_kit_holds(cast: Cast) -> None:
    codes = ["FR", "DE", "IT", "ES", "PT", "NL", "BE", "LU", "AT", "PL", "CZ", "SE", "FI"]
    with pytest.raises(ValidationError, match="at most 12"):
        set_main_countries(cast.workspace, codes, by=cast.alice)


# -- first steps --------------------------------------------------------------------------------------


def test_an_empty_workspace_is_set_up_on_one_page(officer: Client, cast: Cast) -> None:
    assert START in page(officer.get(reverse("workbench:desk", args=("harbour",))))
    answer = officer.post(START, {**STEPS, "then": "exercise"})
    assert answer.headers["Location"] == reverse("workbench:exercises", args=("harbour",))
    workspace = Workspace.objects.get(pk=cast.workspace.pk)
    assert workspace.main_countries == ["FR", "DE", "JP"]
    assert LegalEntity.objects.get(workspace=workspace).name == "Harbour Lines SA"
    assert Membership.objects.get(user=cast.alice).phone == "+33 6 12"
    assert Contact.objects.get().phone == "+33 1 23"
    assert START not in page(officer.get(reverse("workbench:desk", args=("harbour",))))


def test_it_can_be_sent_twice(officer: Client) -> None:
    officer.post(START, STEPS)
    officer.post(START, {**STEPS, "country": "BE"})
    assert LegalEntity.objects.get().country == "BE"
    assert Contact.objects.count() == 1


@pytest.mark.parametrize("lacking", ["company", "country", "contact_phone"])
def test_it_names_what_is_missing_and_keeps_the_rest(officer: Client, lacking: str) -> None:
    answer = officer.post(START, {**STEPS, lacking: ""})
    assert answer.status_code == 422
    assert lacking in answer.context["form"].errors
    assert "Cyber insurance, policy 4471" in page(answer)
    assert not LegalEntity.objects.exists()


def test_only_an_officer_sets_up(signed_in: Callable[[User], Client], member: Callable[..., User]) -> None:
    assert signed_in(member(Role.ADMINISTRATOR)).get(START).status_code == 403


# -- an empty installation ----------------------------------------------------------------------------

FIRST = {**STEPS, "display_name": "Ada Marin", "email": "Ada@Harbour.example", "password": "seven quiet lanterns"}


def set_up_path(age: int = 0) -> str:
    """The path of a link that was made so many seconds ago."""
    with mock.patch.object(signing.time, "time", return_value=time.time() - age):
        return make_link().removeprefix("http://127.0.0.1:8000")


def test_the_first_person_sets_an_empty_installation_up_on_one_page(db: None, client: Client) -> None:
    path = set_up_path()
    assert client.get(path).status_code == 200
    answer = client.post(path, {**FIRST, "then": "incident"})
    assert answer.headers["Location"] == reverse("incidents:report", args=("harbour-lines-sa",))
    member = Membership.objects.get()
    assert (member.role, member.user.email, member.user.time_zone) == (
        "privacy_officer",
        "ada@harbour.example",
        "Europe/Paris",
    )
    assert member.workspace.name == LegalEntity.objects.get().name == "Harbour Lines SA"
    assert member.phone == "+33 6 12"
    assert client.get(answer.headers["Location"], follow=True).status_code == 200
    assert Client().login(email="ada@harbour.example", password="seven quiet lanterns")


def test_the_link_is_over_once_somebody_has_used_it(db: None, client: Client) -> None:
    path = set_up_path()
    client.post(path, FIRST)
    for answer in (Client().get(path), Client().post(path, {**FIRST, "email": "eve@example.org"})):
        assert answer.status_code == 410
        assert "If it was not you" in page(answer)
    assert User.objects.count() == Workspace.objects.count() == 1
    with pytest.raises(CommandError, match="has its first person"):
        call_command("setup_link")


def test_the_link_holds_for_a_day(db: None, client: Client) -> None:
    answer = client.get(set_up_path(age=25 * 3600))
    assert answer.status_code == 410
    assert "manage.py setup_link" in page(answer)
    assert client.get(set_up_path(age=23 * 3600)).status_code == 200
    assert client.get(set_up_path()[:-3] + "xx/").status_code == 404


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"password": "short"}, "password"), ({"email": "ada"}, "email"), ({"display_name": " "}, "display_name"),
     ({"time_zone": ""}, "time_zone"), ({"company": ""}, "company"), ({"countries": "Atlantis"}, "countries")],
)  # fmt: skip
def test_a_fault_in_setting_up_is_named_and_nothing_is_half_done(
    db: None, client: Client, typed: dict[str, str], field: str
) -> None:
    answer = client.post(set_up_path(), {**FIRST, **typed})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not User.objects.exists()
    assert not Workspace.objects.exists()
    assert "seven quiet lanterns" not in page(answer)


def test_people_of_the_demonstration_leave_an_installation_empty(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    create_user(email="demo@example.org", display_name="Demo", password="demo", is_demonstration=True)
    call_command("setup_link", if_empty=True)
    assert "/setup/" in capsys.readouterr().out
    create_user(email="real@example.org", display_name="Real")
    call_command("setup_link", if_empty=True)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Harbour Lines SA", "harbour-lines-sa"), ("株式会社", "workspace"), ("Harbour", "harbour-2"), ("a__b", "a-b")],
)
def test_a_workspace_gets_an_address_from_its_name(cast: Cast, name: str, slug: str) -> None:
    assert free_slug(name) == slug
