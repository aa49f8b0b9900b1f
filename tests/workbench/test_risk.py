"""The risk page of a case, and the library of published cases: what is judged, proposed, found and refused."""

import re
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, User
from incidents.models import Party
from incidents.services import close_incident, patch_facts
from law.precedents.library import precedent, precedents
from tests.conftest import Cast
from tests.workbench.conftest import page
from workbench.selectors.precedents import opened, search
from workbench.selectors.risk import disagreement, level_judged, result_of, tests_asked, weighed_of

Url = Callable[..., str]
SignIn = Callable[[User], Client]
UTC = ZoneInfo("UTC")


def judge(officer: Client, url: Url, test: str, answer: str, base: int, why: str = "Names and mail addresses.") -> Any:
    data = {"answer": answer, "why": why, "base": base, "next": url("risk")}
    return officer.post(url("fact", "risk_test") + f"?row={test}", data)


@pytest.fixture
def controller(party: Party, cast: Cast) -> Party:
    """The case with its role known: whom the tests of the GDPR concern."""
    patch_facts(party, {"/organisation/role": "controller"}, 1, cast.alice, "Read the contract")
    return party


def test_it_says_that_nothing_is_assessed_and_that_clocks_run(officer: Client, url: Url, controller: Party) -> None:
    text = page(officer.get(url("risk")))
    assert "Not assessed. Clocks run as if the duty applied." in text
    assert "Is a risk to people" in text
    assert "Is a high risk to people" in text
    assert "A “no” can lift: " in text
    assert "Save assessment" in text
    assert "style=" not in text


def test_it_records_an_answer_with_its_reason_and_shows_who_gave_it(
    officer: Client, url: Url, controller: Party
) -> None:
    response = judge(officer, url, "rights_risk", "yes", 2)
    assert response["Location"] == url("risk")
    text = page(officer.get(url("risk")))
    assert "Judged: there is a risk to people. Whether a high one is not answered." in text
    assert "Names and mail addresses." in text
    judge(officer, url, "rights_high_risk", "no", 3)
    assert "Judged: there is a risk to people, not a high one." in page(officer.get(url("risk")))


def test_it_takes_no_answer_without_a_reason(officer: Client, url: Url, controller: Party) -> None:
    response = judge(officer, url, "rights_risk", "no", 2, why=" ")
    assert response.status_code == 422
    assert "Say why in a sentence" in page(response)
    assert "Not assessed." in page(officer.get(url("risk")))


def test_it_keeps_earlier_answers_in_sight(officer: Client, url: Url, controller: Party) -> None:
    judge(officer, url, "rights_risk", "yes", 2)
    judge(officer, url, "rights_risk", "no", 3, why="The recipient is trusted.")
    text = page(officer.get(url("risk")))
    assert "Judged: a risk to people is unlikely." in text
    before = text[text.index("<h3>Before</h3>") :]
    assert "Yes" in before[: before.index("</ol>")]
    assert "Your answer lies below what the factors of the EDPB give" in text


def test_it_shows_both_methods_their_reasons_and_the_facts_that_would_settle_them(
    officer: Client, url: Url, controller: Party
) -> None:
    text = page(officer.get(url("risk")))
    for said in ("ENISA 2013 severity", "Factors of the EDPB", "SE = ", "How likely harm is", "What would settle it"):
        assert said in text
    assert f'href="{url("fact", "recipient")}' in text
    assert "The authority had to be notified" in text
    assert text.count('<ul class="cases">') == 2


def test_it_offers_forms_only_to_those_who_may_judge(
    member: Callable[..., User], signed_in: SignIn, url: Url, controller: Party, cast: Cast, officer: Client
) -> None:
    auditor = page(signed_in(member(Role.AUDITOR)).get(url("risk")))
    assert "What the laws ask" in auditor
    assert "Save assessment" not in auditor
    local = page(signed_in(member(Role.LOCAL_REPRESENTATIVE, countries=["FR"])).get(url("risk")))
    assert "Save assessment" not in local
    close_incident(controller.incident, by=cast.alice, reason="Done.")
    assert "Save assessment" not in page(officer.get(url("risk")))


def test_it_leads_from_the_steps_of_the_case_to_the_risk(officer: Client, url: Url, controller: Party) -> None:
    assert f'<a href="{url("risk")}">Judge the risk</a>' in page(officer.get(url("case")))


def test_it_asks_the_database_for_no_more_than_other_pages_do(officer: Client, url: Url, controller: Party) -> None:
    officer.get(url("risk"))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        officer.get(url("risk"))
    assert len(queries) <= 16


# -- what the page is made of ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("risk", "level"),
    [
        ({}, None),
        ({"level": "risk"}, "risk"),
        ({"by_test": {"rights_risk": "no"}}, "unlikely"),
        ({"by_test": {"rights_risk": {"answer": "yes"}}}, "some"),
        ({"by_test": {"rights_risk": "yes", "rights_high_risk": "no"}}, "risk"),
        ({"by_test": {"rights_high_risk": "yes"}}, "high_risk"),
        ({"by_test": {"rights_risk": "cannot_be_determined"}}, None),
        ({"by_test": {"serious_harm": "yes"}}, None),
    ],
)
def test_it_reads_the_level_from_what_the_officer_answered(risk: dict[str, Any], level: str | None) -> None:
    assert level_judged({"risk": risk}) == level


def test_it_asks_the_tests_on_which_duties_hang_and_those_that_lift_them() -> None:
    findings: list[dict[str, Any]] = [
        {"duty": "gdpr.art33.notify_authority", "version": "2018-05-25", "title": "Notify", "jurisdiction": "FR",
         "outcome": "APPLIES", "due": "2026-11-05T09:30:00Z",
         "exemptions": [{"id": "unlikely_risk", "shown_by": "test"}]},
        {"duty": "au.ndb.notify_individuals", "version": "x", "title": "Tell", "jurisdiction": "AU",
         "outcome": "UNDETERMINED", "undetermined_on": ["risk.by_test.serious_harm", "affected[AU].count"]},
        {"duty": "gdpr.art34.communicate", "version": "x", "title": "Tell", "jurisdiction": "FR",
         "outcome": "DOES_NOT_APPLY", "undetermined_on": ["risk.by_test.rights_high_risk"]},
    ]  # fmt: skip
    found = tests_asked(findings, {"risk": {"by_test": {"harm_possible": "yes"}}})
    assert [(one.key, one.lifts, one.duties) for one in found] == [
        ("rights_risk", True, (("Notify", "France"),)),
        ("serious_harm", False, (("Tell", "Australia"),)),
        ("harm_possible", False, ()),
    ]
    assert result_of({}, []) == ("Not assessed. Clocks run as if the duty applied.", False)


def test_it_points_out_an_answer_below_what_the_facts_give(party: Party) -> None:
    facts = {
        "organisation": {"name": "A", "role": "controller"}, "nature": {"confidentiality": "yes"},
        "exposure": {"published": "confirmed"}, "data": [{"category": "diagnosis", "status": "confirmed"}],
        "risk": {"by_test": {"rights_risk": "yes", "rights_high_risk": "no"}},
    }  # fmt: skip
    weighed = weighed_of(facts, party.incident.opened_at)
    assert disagreement(facts, weighed)
    assert not disagreement({**facts, "risk": {"by_test": {"rights_high_risk": "yes"}}}, weighed)
    assert not disagreement({**facts, "risk": {}}, weighed)


# -- published cases ---------------------------------------------------------------------------------


def test_it_searches_the_published_cases_by_words_and_filters() -> None:
    assert len(search({}).rows) == len(precedents())
    pesel = search({"q": "PESEL risk"})
    assert {"UODO-DKN.5131.28.2023"} <= {one.id for one in pesel.rows}
    assert pesel.narrowed
    spared = search({"authority": "no", "incident": "misdirected_email"})
    assert {one.authority for one in spared.rows} == {"no"}
    assert {one.incident for one in spared.rows} == {"misdirected_email"}
    assert search({"authority": "maybe"}).rows == ()


def test_it_offers_each_filter_with_the_values_that_occur() -> None:
    filters = {one.name: dict(one.choices) for one in search({}).filters}
    assert filters["authority"] == {
        "yes": "Yes", "no": "No", "depends": "It depends", "not_decided": "Not decided",
    }  # fmt: skip
    assert filters["law"]["hipaa"] == "HIPAA"
    assert set(filters["incident"]) == {one.incident for one in precedents()}


@pytest.mark.parametrize("name", [one.id for one in precedents()])
def test_it_words_the_facts_of_every_published_case(name: str) -> None:
    found = opened(precedent(name), UTC)
    assert found.facts
    assert all(label and value for label, value in found.facts)
    assert len(found.alike) == 3
    assert name not in {one.id for one in found.alike}


def test_it_shows_the_published_cases_and_one_of_them(officer: Client) -> None:
    listed = page(officer.get("/w/harbour/precedents/?authority=no&q=trusted"))
    assert "Emailing a file in error (internal)" in listed
    assert "Show all" in listed
    assert "No published case has all of this." in page(officer.get("/w/harbour/precedents/?q=zzz"))
    text = page(officer.get("/w/harbour/precedents/ICO-2/"))
    for said in ("Internal breach log only", "ico.org.uk", "Somebody you can trust", "ENISA 2013 severity"):
        assert said in text
    assert officer.get("/w/harbour/precedents/NOBODY/").status_code == 404


def test_it_shows_the_published_cases_a_page_at_a_time(officer: Client) -> None:
    first, second = (page(officer.get(f"/w/harbour/precedents/?law=gdpr&page={number}")) for number in (1, 2))
    rows = [re.findall(r'<th scope="row"><a href="([^"]+)"', text) for text in (first, second)]
    assert len(rows[0]) == 20
    assert rows[1]
    assert not set(rows[0]) & set(rows[1])
    assert 'href="?law=gdpr&amp;page=2"' in first


def test_it_leads_from_the_rules_to_the_published_cases(officer: Client) -> None:
    assert 'href="/w/harbour/precedents/"' in page(officer.get("/w/harbour/rules/"))
