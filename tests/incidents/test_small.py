"""The everyday incident on one page: told, judged, decided, and never more decided than the judgement reaches."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import LegalEntity, Membership, Role, User
from incidents.models import Decision, Fulfilment, Incident, Obligation
from incidents.selectors import newest_revision
from tests.conftest import PASSWORD, Cast

KEY = "0123456789abcdef0123456789abcdef"
TOLD: dict[str, Any] = {
    "kind": "misdirected_email",
    "summary": "An offer went to another customer. She deleted it and wrote so.",
    "noticed_day": "2026-11-02",
    "noticed_time": "09:00",
    "noticed_zone": "Europe/Paris",
    "place": "France",
    "count": "1",
    "categories": ["contact_details"],
    "sector": "none",
    "recipient": "other_customer",
    "assurance": "written",
    "risk": "unlikely",
    "reason": "One offer with an address, deleted unread.",
    "key": KEY,
}


@pytest.fixture
def officer(cast: Cast, entity: LegalEntity) -> Client:
    client = Client()
    client.force_login(cast.alice)
    return client


def send(client: Client, **more: Any) -> Any:
    typed = {name: value for name, value in {**TOLD, "record": "1", **more}.items() if value is not None}
    return client.post(reverse("incidents:small", args=("harbour",)), typed)


def test_it_goes_from_intake_to_a_recorded_decision_in_one_post(officer: Client, cast: Cast) -> None:
    response = send(officer)
    case = Incident.objects.get()
    assert response.url == reverse("incidents:report_done", args=("harbour", case.number))
    decided = Decision.objects.get(obligation__duty="gdpr.art33.notify_authority")
    assert (decided.reason, decided.decided_by, decided.kind) == (TOLD["reason"], cast.alice, "not_to_notify")
    assert Fulfilment.objects.get(obligation__duty="gdpr.art33.document").channel == "internal"
    assert not Obligation.objects.filter(incident=case, kind="notify").exclude(stage="follow_up").open().exists()
    page = officer.get(response.url).content.decode()
    assert "No notice is open." in page
    assert TOLD["reason"] in page


def test_it_keeps_who_judged_when_and_why_as_a_fact(officer: Client) -> None:
    send(officer)
    revision = newest_revision(Incident.objects.get().parties.get())
    assert revision is not None
    assert revision.number == 2  # the facts first, the judgement second
    test = revision.document["risk"]["by_test"]["rights_risk"]
    assert (test["answer"], test["by"], test["reason"]) == ("no", "Alice", TOLD["reason"])


def test_it_decides_nothing_where_there_is_a_risk(officer: Client) -> None:
    send(officer, risk="risk")
    assert (
        not Decision.objects.exists()
        or not Decision.objects.filter(obligation__duty="gdpr.art33.notify_authority").exists()
    )
    assert Obligation.objects.get(duty="gdpr.art33.notify_authority", stage="initial").outcome == "APPLIES"


def test_it_decides_nothing_where_the_risk_is_not_known_yet(officer: Client) -> None:
    send(officer, risk="", reason="")
    case = Incident.objects.get()
    assert not Decision.objects.exists()
    assert "risk" not in newest_revision(case.parties.get()).document  # type: ignore[union-attr]


def test_it_leaves_open_what_the_judgement_does_not_reach(officer: Client) -> None:
    send(officer, sector="")  # rules of a sector may bind the company: nobody has said
    still = Obligation.objects.filter(kind="notify", duty="eu.nis2.art23.notify_csirt").first()
    assert still is not None
    assert still.outcome == "UNDETERMINED"
    assert not Decision.objects.filter(obligation=still).exists()


def test_it_remembers_what_the_last_case_said_of_the_company(officer: Client) -> None:
    page = reverse("incidents:small", args=("harbour",))
    assert officer.get(page).context["form"]["sector"].value() == ""
    send(officer)
    assert officer.get(page).context["form"]["sector"].value() == "none"


def test_it_shows_what_follows_and_stores_nothing(officer: Client) -> None:
    page = send(officer, record=None).content.decode()
    assert "The decision not to notify is recorded with your reason" in page
    assert TOLD["reason"] in page  # what was typed stands in the form
    assert not Incident.objects.exists()


def test_it_makes_one_case_of_two_clicks(officer: Client) -> None:
    assert send(officer).url == send(officer).url
    assert Incident.objects.count() == 1


def test_it_leaves_the_decision_to_whoever_may_decide(officer: Client, cast: Cast) -> None:
    user = User.objects.create_user("carl@example.org", PASSWORD, display_name="Carl")
    Membership.objects.create(user=user, workspace=cast.workspace, role=Role.CONTRIBUTOR)
    client = Client()
    client.force_login(user)
    send(client)
    case = Incident.objects.get()
    assert (case.owner, case.deputy) == (cast.alice, user)
    assert not Decision.objects.exists()
    assert not Fulfilment.objects.exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"summary": ""}, "summary"),
        ({"noticed_day": ""}, "noticed_day"),
        ({"count": "a few"}, "count"),
        ({"place": "Atlantis"}, "place"),
        ({"place": ""}, "place"),
        ({"reason": " "}, "reason"),
    ],
)
def test_it_names_the_field_and_keeps_what_was_typed(officer: Client, typed: dict[str, str], field: str) -> None:
    response = send(officer, **typed)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert "An offer went to another customer" in response.content.decode() or field == "summary"
    assert not Incident.objects.exists()
