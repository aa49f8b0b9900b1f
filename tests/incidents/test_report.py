"""Reporting an incident: every page may stay open, no hour is guessed, and nothing that was typed is lost."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import LegalEntity, Membership, Role, User
from incidents.forms.instants import readings
from incidents.forms.people import EntryError, read_count, read_place
from incidents.models import Incident, Narrative, OrganisationSheet, ReportDraft, TimelineEntry
from incidents.selectors import newest_revision
from tests.conftest import PASSWORD, Cast

PAGES = ("what", "when", "company", "data", "people")
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def officer(cast: Cast, entity: LegalEntity) -> Client:
    client = Client()
    client.force_login(cast.alice)
    return client


def at(page: str) -> str:
    return reverse("incidents:report_page", args=("harbour", page))


def check(client: Client) -> Any:
    """Sends the draft as the check page does."""
    url = reverse("incidents:report_check", args=("harbour",))
    return client.post(url, {"draft": client.get(url).context["draft"].pk})


def answer_all(client: Client, **answers: dict[str, Any]) -> None:
    """Answers some pages; the others with "I do not know yet"."""
    for page in PAGES:
        client.post(at(page), answers.get(page, {"answer": "unknown"}))


def test_it_opens_a_case_of_which_nothing_is_known(officer: Client, entity: LegalEntity) -> None:
    answer_all(officer)
    response = check(officer)
    case = Incident.objects.get()
    assert response.url == reverse("incidents:report_done", args=("harbour", case.number))
    assert case.title.startswith("Incident reported on ")
    party = case.parties.get()
    assert (party.legal_entity, party.position) == (entity, "unknown")
    revision = newest_revision(party)
    assert revision is not None
    assert "timeline" not in revision.document
    open_facts = {"/timeline/detected_at", "/timeline/became_aware_at", "/organisation/role"}
    assert {path for path, said in revision.document["provenance"].items() if said["state"] == "not_yet_known"} == (
        open_facts
    )


def test_it_turns_answers_into_facts_words_and_a_timeline(officer: Client, entity: LegalEntity) -> None:
    answer_all(
        officer,
        what={"summary": "A mailbox was taken over. Nobody noticed.", "title": ""},
        when={
            "sign_day": "2026-11-02", "sign_time": "08:00", "sign_zone": "Europe/Paris",
            "sure": "yes", "certain_day": "2026-11-02", "certain_time": "10:30", "certain_zone": "Europe/Paris",
            "why": "Logs show a foreign sign-in.",
        },
        company={"company": str(entity.pk), "role": "controller"},
        data={"categories": ["contact_details", "health"], "status": "confirmed"},
        people={"rows": "3", "place_0": "germany", "count_0": "at least 500", "presence_0": "confirmed",
                "place_1": "US-CA", "presence_1": "suspected", "place_2": "Asia", "presence_2": "suspected"},
    )  # fmt: skip
    check(officer)
    case = Incident.objects.get(title="A mailbox was taken over")
    revision = newest_revision(case.parties.get())
    assert revision is not None
    facts = revision.document
    assert facts["timeline"] == {
        "detected_at": "2026-11-02T07:00:00Z", "became_aware_at": "2026-11-02T09:30:00Z",
    }  # fmt: skip
    assert facts["organisation"]["role"] == "controller"
    assert {(row["category"], row["status"]) for row in facts["data"]} == {
        ("contact_details", "confirmed"), ("health", "confirmed"),
    }  # fmt: skip
    assert [(row.get("country"), row.get("subdivision"), row.get("region")) for row in facts["affected"]] == [
        ("DE", None, None), ("US", "US-CA", None), (None, None, "142"),
    ]  # fmt: skip
    assert facts["affected"][0]["count"] == {"kind": "at_least", "low": 500}
    assert Narrative.objects.get(question="summary").text.endswith("Nobody noticed.")
    said = list(TimelineEntry.objects.filter(kind="human").order_by("at").values_list("text", flat=True))
    assert said[0] == "First sign seen."
    assert said[1].endswith("Logs show a foreign sign-in.")


def company_said(client: Client, entity: LegalEntity, *sectors: str) -> Any:
    """The facts of the organisation in the case that comes of these sectors."""
    answer_all(client, company={"company": str(entity.pk), "role": "controller", "sectors": list(sectors)})
    check(client)
    revision = newest_revision(Incident.objects.latest("pk").parties.get())
    assert revision is not None
    return revision.document["organisation"]


@pytest.mark.parametrize(("sectors", "regimes"), [((), None), (("none",), []), (("telecom",), 8)])
def test_it_takes_the_sector_for_the_regimes_that_may_bind(
    officer: Client, entity: LegalEntity, sectors: tuple[str, ...], regimes: Any
) -> None:
    said = company_said(officer, entity, *sectors).get("regimes")
    assert (len(said) if isinstance(regimes, int) else said) == regimes
    assert not regimes or {one["status"] for one in said} == {"suspected"}


def test_it_lets_the_duties_of_sectors_fall_away_where_the_company_is_in_none(
    officer: Client, entity: LegalEntity
) -> None:
    when = {"sign_day": "2026-11-02", "sign_zone": "Europe/Paris", "sure": "not_yet"}
    found = []
    for sectors in ([], ["none"]):
        company = {"company": str(entity.pk), "role": "controller", "sectors": sectors}
        people = {"rows": "3", "place_0": "France", "count_0": "5", "presence_0": "confirmed"}
        answer_all(officer, when=when, company=company, people=people)
        found.append(officer.get(reverse("incidents:report_check", args=("harbour",))).context["foreseen"])
        officer.post(reverse("incidents:report_discard", args=("harbour",)))
    assert found[1].depends < found[0].depends
    assert "supervisory authority" not in found[0].first.title
    assert "supervisory authority" in found[1].first.title


def test_a_sector_does_not_blur_what_the_organisation_sheet_says(
    officer: Client, entity: LegalEntity, cast: Cast
) -> None:
    OrganisationSheet.objects.create(legal_entity=entity, regimes=["insurer"], changed_by=cast.alice)
    assert company_said(officer, entity, "finance")["regimes"] == ["insurer"]


def test_it_names_both_where_none_is_ticked_with_a_sector(officer: Client, entity: LegalEntity) -> None:
    said = {"company": str(entity.pk), "role": "controller", "sectors": ["none", "telecom"]}
    text = officer.post(at("company"), said).content.decode()
    assert "“None of these” is ticked together with: Telephone, internet or messaging provider." in text


def test_it_remembers_of_the_one_company_that_no_sector_binds_it(officer: Client, entity: LegalEntity) -> None:
    assert officer.get(at("company")).context["form"]["sectors"].value() == []
    company_said(officer, entity, "none")
    form = officer.get(at("company")).context["form"]
    assert form["sectors"].value() == ["none"]


def test_it_makes_no_second_case_when_the_report_is_sent_twice(officer: Client) -> None:
    answer_all(officer)
    url = reverse("incidents:report_check", args=("harbour",))
    draft = officer.get(url).context["draft"].pk
    first = officer.post(url, {"draft": draft})
    again = officer.post(url, {"draft": draft})
    assert first.url == again.url
    assert Incident.objects.count() == 1
    assert ReportDraft.objects.get().data == {}


def test_it_keeps_what_was_typed_beside_the_fault(officer: Client) -> None:
    response = officer.post(at("people"), {"rows": "3", "place_0": "Germny", "count_0": "many", "answer": "known"})
    text = response.content.decode()
    assert "Did you mean Germany?" in text
    assert "“many” is no number." in text
    assert 'value="Germny"' in officer.get(at("people")).content.decode()


def test_it_wants_an_answer_or_the_word_that_there_is_none(officer: Client) -> None:
    for page in PAGES:
        assert officer.post(at(page), {"answer": "known", "rows": "3"}).status_code == 200, page
    assert officer.post(at("data"), {"answer": "unknown"}).status_code == 302


def test_it_asks_which_of_two_hours_is_meant_and_names_a_missing_one(officer: Client) -> None:
    twice = {"sign_day": "2026-10-25", "sign_time": "02:30", "sign_zone": "Europe/Paris", "sure": "not_yet"}
    assert "happened twice" in officer.post(at("when"), twice).content.decode()
    assert officer.post(at("when"), {**twice, "sign_which": "1"}).status_code == 302
    never = {**twice, "sign_day": "2026-03-29"}
    assert "the clocks went from 02:00 to 03:00" in officer.post(at("when"), never).content.decode()


def test_it_refuses_the_future_and_a_certainty_before_the_first_sign(officer: Client) -> None:
    sign = {"sign_zone": "UTC", "sure": "not_yet"}
    later = officer.post(at("when"), {**sign, "sign_day": f"{timezone.now().year + 1}-01-01"})
    assert "lies in the future" in later.content.decode()
    both = {"sign_day": "2026-11-02", "sign_time": "08:00", "sign_zone": "UTC", "sure": "yes"}
    before = officer.post(at("when"), {**both, "certain_day": "2026-11-01", "certain_zone": "UTC"})
    assert "before the first sign" in before.content.decode()


def test_it_takes_a_day_without_a_time_as_a_span(officer: Client) -> None:
    answer_all(officer, when={"sign_day": "2026-11-02", "sign_zone": "Europe/Paris", "sure": "unknown"})
    check(officer)
    revision = newest_revision(Incident.objects.get().parties.get())
    assert revision is not None
    assert revision.document["timeline"]["detected_at"] == {
        "earliest": "2026-11-01T23:00:00Z", "latest": "2026-11-02T22:59:59Z",
    }  # fmt: skip


def test_it_counts_from_the_first_sign_until_somebody_is_certain(officer: Client) -> None:
    when = {"sign_day": "2026-11-02", "sign_time": "08:00", "sign_zone": "Europe/Paris", "sure": "not_yet"}
    saved = officer.post(reverse("incidents:report_save", args=("harbour", "when")), when).content.decode()
    assert "counted from the first sign" in saved
    assert "Thu 5 Nov 2026, 08:00 Paris" in saved


def test_it_keeps_what_was_typed_when_the_session_has_ended(cast: Cast, entity: LegalEntity, officer: Client) -> None:
    by = officer.get(at("what")).context["by"]
    stranger = Client()
    response = stranger.post(at("what"), {"summary": "Typed too late", "by": by})
    assert response.url.startswith("/accounts/login/")
    stranger.post("/accounts/login/", {"login": "alice@example.org", "password": PASSWORD})
    assert "Typed too late" in stranger.get(at("what")).content.decode()
    assert ReportDraft.objects.get(author=cast.alice).data["what"]["typed"]["summary"] == ["Typed too late"]


def test_it_shows_what_was_typed_to_nobody_else_at_the_same_browser(cast: Cast, officer: Client) -> None:
    Membership.objects.filter(user=cast.bob).update(role=Role.CONTRIBUTOR)
    by = officer.get(at("what")).context["by"]
    shared = Client()
    shared.post(at("what"), {"summary": "Alice's words", "by": by})
    shared.post("/accounts/login/", {"login": "bob@example.org", "password": PASSWORD})
    assert "Alice's words" not in shared.get(at("what")).content.decode()
    assert not ReportDraft.objects.exists()


def test_it_gives_the_case_to_a_privacy_officer_when_a_contributor_reports(cast: Cast, entity: LegalEntity) -> None:
    carol = User.objects.create_user("carol@example.org", PASSWORD, display_name="Carol")
    Membership.objects.create(user=carol, workspace=cast.workspace, role=Role.CONTRIBUTOR)
    client = Client()
    client.force_login(carol)
    answer_all(client)
    check(client)
    case = Incident.objects.get()
    assert (case.owner, case.deputy, case.opened_by) == (cast.alice, carol, carol)


def test_it_asks_for_a_company_where_there_is_none(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.alice)
    answer_all(client)
    url = reverse("incidents:report_check", args=("harbour",))
    assert "A case begins with one company" in client.get(url).content.decode()
    client.post(at("company"), {"company": "new", "new_name": "Kiosk", "new_country": "france", "role": "unknown"})
    check(client)
    assert Incident.objects.get().parties.get().legal_entity.country == "FR"


def test_it_lets_a_report_be_continued_or_thrown_away(officer: Client) -> None:
    officer.post(at("what"), {"summary": "Half of it"})
    start = reverse("incidents:report", args=("harbour",))
    assert at("when") in officer.get(start).content.decode()
    officer.post(reverse("incidents:report_discard", args=("harbour",)))
    assert officer.get(start).status_code == 302
    assert not ReportDraft.objects.exists()


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("340", {"kind": "exact", "n": 340}), ("62,835", {"kind": "exact", "n": 62835}),
        ("at least 500", {"kind": "at_least", "low": 500}), ("500 or more", {"kind": "at_least", "low": 500}),
        ("up to 900", {"kind": "at_most", "high": 900}), ("100 - 900", {"kind": "between", "low": 100, "high": 900}),
        ("", None), ("unknown", None),
    ],
)  # fmt: skip
def test_it_reads_numbers_of_people_as_they_are_said(typed: str, count: dict[str, Any] | None) -> None:
    assert read_count(typed) == count


@pytest.mark.parametrize("typed", ["-1", "1.5", "many", "900 to 100", "99999999999999"])
def test_it_names_a_number_that_cannot_be_read(typed: str) -> None:
    with pytest.raises(EntryError, match=typed.split(" ", maxsplit=1)[0]):
        read_count(typed)


def test_it_tells_georgia_from_georgia() -> None:
    assert read_place("Georgia").country == "GE"
    assert read_place("Georgia (United States)").subdivision == "US-GA"


def test_it_knows_hours_that_happen_twice_and_never() -> None:
    assert readings(date(2026, 3, 29), time(2, 30), PARIS) == []
    assert readings(date(2026, 10, 25), time(2, 30), PARIS) == [
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    ]  # fmt: skip


def test_it_filters_and_searches_the_list(officer: Client, open_case: Callable[..., Incident], cast: Cast) -> None:
    open_case(title="Lost laptop")
    other = open_case(title="Mailbox opened", owner=cast.bob)
    url = reverse("incidents:list", args=("harbour",))
    assert [row.incident.title for row in officer.get(url, {"q": "laptop harbour"}).context["listed"].rows] == [
        "Lost laptop"
    ]
    assert [row.incident.title for row in officer.get(url, {"show": "mine"}).context["listed"].rows] == ["Lost laptop"]
    assert officer.get(url, {"show": "closed"}).context["listed"].total == 0
    assert "No incident has these words" in officer.get(url, {"q": "submarine"}).content.decode()
    assert f'/incidents/{other.number}/"' in officer.get(url).content.decode()


def test_the_confirmation_shows_the_first_hour_and_when_72_hours_would_end(
    officer: Client, open_case: Callable[..., Incident]
) -> None:
    case = open_case(facts={"/timeline/detected_at": "2026-11-02T09:30:00+00:00"})
    text = officer.get(reverse("incidents:report_done", args=("harbour", case.number))).content.decode()
    assert "Keep the logs." in text
    assert "counted from the first sign: 72 hours would end" in text
    assert 'datetime="2026-11-05T09:30:00Z"' in text
