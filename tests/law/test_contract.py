"""The published answer, key by key, as docs/law/contract.md states it."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from law.findings import standing_line
from law.rulebook import Rulebook, load_rulebook
from tests.law.examples import AS_OF, facts, law, library, look, the

KEYS = {
    "duty", "version", "jurisdiction", "kind", "addressee", "authority", "authority_basis", "recipients", "copies",
    "bound", "binding", "outcome", "because", "undetermined_on", "rebuttable_by", "default_if_unresolved", "arises_on",
    "satisfied_by", "answered_by", "exemptions", "stage", "clock_starts", "clock_fact", "started_at", "limit",
    "limit_kind", "limit_text", "due", "due_arguable", "due_arguable_ground", "due_working", "outer_limit", "outer_due",
    "guideline", "extension", "delay", "if_late", "order", "threshold", "record", "substitute", "offers", "provision",
    "instrument", "sources", "law_date", "law_date_basis", "upcoming", "corrections", "confidence", "verified_on",
    "human_review",
    "via", "due_basis", "channel", "languages", "content", "must_not", "form", "authority_publishes",
}  # fmt: skip
ANSWER = {
    "schema", "as_of", "rulebook", "facts_digest", "suggested_risk", "risk_proposals", "assumptions", "findings",
    "conflicts",
    "no_general_duty", "unresearched", "questions",
}  # fmt: skip


def own(tmp_path: Path, *duties: dict[str, str], body: str = "") -> Rulebook:
    """The real authorities and one Brazilian law with these duties."""
    return load_rulebook(library(tmp_path, br_own=law(list(duties), body=body)))


def brazil(**changed: Any) -> dict[str, Any]:
    people = [{"id": "g1", "country": "BR", "presence": "confirmed", "count": {"kind": "exact", "n": 700}}]
    return facts(**{"organisation": {"country": "BR", "establishments": ["BR"]}, "affected": people, **changed})


def test_it_answers_every_key_of_the_contract() -> None:
    said = look(
        facts(affected=[{"id": "g", "country": "FR", "presence": "confirmed"}, {"id": "w", "region": "009"}])
    ).to_json()
    assert set(said) >= ANSWER
    for finding in said["findings"]:
        assert set(finding) >= KEYS
    assert json.loads(json.dumps(said)) == said


def test_it_carries_the_proposals_of_both_methods_and_binds_nobody() -> None:
    said = look(facts()).to_json()
    assert said["suggested_risk"]["method"] == "enisa-2013"
    assert set(said["suggested_risk"]) == {"level", "method", "score", "score_range", "band", "working", "binding"}
    proposals = said["risk_proposals"]
    assert [one["method"] for one in proposals["methods"]] == ["enisa-2013", "edpb-factors-1"]
    for one in proposals["methods"]:
        assert set(one) == {
            "method", "title", "level", "at_least", "at_most", "in_words", "score", "score_range", "band", "reasons",
            "open_facts", "binding",
        }  # fmt: skip
        assert all(set(reason) == {"factor", "effect", "text", "source"} for reason in one["reasons"])
        assert all(set(fact) == {"fact", "question", "may"} for fact in one["open_facts"])
    assert set(proposals["precedents"]) == {"for", "against"}
    assert (said["suggested_risk"]["binding"], proposals["binding"]) == (False, False)


def test_it_says_a_whole_finding() -> None:
    said = the(look(facts()), "gdpr.art33.notify_authority", "FR", "initial").to_json()
    expected = {
        "version": "2018-05-25", "authority": "CNIL", "outcome": "APPLIES", "rebuttable_by": ["unlikely_risk"],
        "default_if_unresolved": "notify", "clock_starts": "awareness", "clock_fact": "timeline.became_aware_at",
        "started_at": "2026-11-16T09:20:00Z", "limit": {"hours": 72}, "limit_kind": "fixed_if_feasible",
        "due": "2026-11-19T09:20:00Z", "due_arguable": "2026-11-19T10:00:00Z", "due_basis": "awareness",
        "if_late": "reasons", "provision": "Art. 33(1)", "instrument": "Regulation (EU) 2016/679",
        "law_date": "2026-11-16", "law_date_basis": "duty_arises", "human_review": None, "languages": ["fr"],
        "undetermined_on": [], "arises_on": [], "answered_by": None, "threshold": None, "delay": None, "via": None,
    }  # fmt: skip
    assert {key: said[key] for key in expected} == expected
    assert said["exemptions"][0]["status"] == "open"
    assert said["record"] == {"required": True, "for": ["unlikely_risk"], "relied_on": []}


def exemptions(country: str, **changes: object) -> list[str]:
    people = [{"id": "g1", "country": country, "presence": "confirmed"}]
    answer = look(facts(affected=people, organisation={"country": country, "establishments": [country]}, **changes))
    return [one["id"] for one in the(answer, "gdpr.art34.communicate", country, "initial").to_json()["exemptions"]]


def test_it_speaks_of_an_exemption_of_national_law_only_in_its_state() -> None:
    own = ["protected_data", "risk_removed"]
    assert exemptions("PL") == own
    assert exemptions("DE") == [*own, "national_secrecy_de"]
    assert exemptions("NL") == [*own, "national_interest_nl", "national_finance_nl", "journalism"]
    assert exemptions("PL", claims=[{"exemption": "national_secrecy_de"}]) == [*own, "national_secrecy_de"]


# -- acts that have been done ------------------------------------------------------------------------


def sent(**keys: Any) -> dict[str, Any]:
    return {"addressee": "supervisory_authority", "first_sent_at": "2026-11-18T08:00:00+01:00", **keys}


@pytest.mark.parametrize(
    ("notice", "answers"),
    [
        (sent(), True),
        (sent(jurisdiction="FR", stage="initial"), True),
        (sent(duty="gdpr.art33.notify_authority"), True),
        (sent(jurisdiction="DE"), False),
        (sent(stage="follow_up"), False),
        (sent(duty="uk.gdpr.art33.notify_authority"), False),
        (sent(first_sent_at="not_yet"), False),
        (sent(addressee="individuals"), False),
    ],
)
def test_it_says_which_notice_answers_a_stage(notice: dict[str, Any], answers: bool) -> None:
    found = the(look(facts(notices=[notice])), "gdpr.art33.notify_authority", "FR", "initial")
    assert bool(found.answered_by) is answers
    if found.answered_by:
        assert found.answered_by["first_sent_at"] == "2026-11-18T07:00:00Z"
        assert found.answered_by["late"] is False
        assert found.outcome == "APPLIES"


def test_it_says_that_a_notice_was_late() -> None:
    late = the(
        look(facts(notices=[sent(first_sent_at="2026-11-20T08:00:00+01:00")])),
        "gdpr.art33.notify_authority",
        "FR",
        "initial",
    )
    assert late.answered_by is not None
    assert late.answered_by["late"] is True


DELAYED = {
    "more": "",
    "limit": 'limit = { days = 3 }\n    limit_kind = "fixed"\n    delay = "While the police ask (s 3)."',
}


def police(**keys: Any) -> dict[str, Any]:
    return {"delays": [{"ground": "law_enforcement", **keys}]}


@pytest.mark.parametrize(
    ("changed", "in_force", "until"),
    [
        ({"law_enforcement_delay_until": "2026-12-01T00:00:00Z"}, True, "2026-12-01T00:00:00Z"),
        ({"law_enforcement_delay_until": "2026-11-18T00:00:00Z"}, False, None),
        (police(jurisdiction="BR", until="2026-12-02T00:00:00Z"), True, "2026-12-02T00:00:00Z"),
        (police(jurisdiction="AR"), False, None),
        (police(), True, None),
        ({**police(), "events": [{"type": "law_enforcement_clearance"}]}, False, None),
    ],
)  # fmt: skip
def test_it_says_which_delay_is_in_force_and_keeps_the_strict_date(
    tmp_path: Path, changed: dict[str, Any], in_force: bool, until: str | None
) -> None:
    rulebook = own(tmp_path, {"id": "br.own.tell", **DELAYED})
    said = the(look(brazil(**changed), rulebook=rulebook), "br.own.tell").to_json()
    assert said["delay"]["text"] == "While the police ask (s 3)."
    assert (said["delay"]["in_force"], said["delay"]["until"]) == (in_force, until)
    assert said["due"] == "2026-11-20T02:59:59Z"  # 19 November, end of the day in São Paulo
    assert said["delay"]["due"] == until


def test_it_shows_the_threshold_and_how_many_are_counted(tmp_path: Path) -> None:
    rulebook = own(tmp_path, {"id": "br.own.tell", "when": '"count(here) > 500"'})
    said = the(look(brazil(), rulebook=rulebook), "br.own.tell").to_json()
    assert said["threshold"] == {
        "of": "people affected", "place": "BR", "operator": ">", "n": 500, "counted": {"low": 700, "high": 700},
        "met": "true",
    }  # fmt: skip


def ordered(relation: str, other: str) -> dict[str, str]:
    return {"more": f'order = [{{ relation = "{relation}", duty = "{other}", cite = "s 9" }}]'}


def test_it_names_orders_that_contradict_each_other(tmp_path: Path) -> None:
    rulebook = own(
        tmp_path,
        {"id": "br.own.one", **ordered("before", "br.own.two")},
        {"id": "br.own.two", **ordered("before", "br.own.three")},
        {"id": "br.own.three", **ordered("not_after", "br.own.one")},
    )
    assert [one["duties"] for one in look(brazil(), rulebook=rulebook).conflicts] == [
        ["br.own.one", "br.own.two", "br.own.three"]
    ]
    assert look(brazil(nature={"confidentiality": "no"}), rulebook=rulebook).conflicts == ()


def test_it_sees_no_contradiction_where_duties_may_fall_together(tmp_path: Path) -> None:
    rulebook = own(
        tmp_path,
        {"id": "br.own.one", **ordered("not_after", "br.own.two")},
        {"id": "br.own.two", **ordered("with", "br.own.one")},
    )
    assert look(brazil(), rulebook=rulebook).conflicts == ()


def test_it_says_what_was_sent_before_what_comes_first() -> None:
    people = [{"id": "g", "country": "SG", "presence": "confirmed", "count": {"kind": "exact", "n": 600}}]
    document = facts(
        organisation={"country": "SG", "establishments": ["SG"]}, affected=people,
        timeline={"determined_at": "2026-11-17T09:00:00+08:00"}, risk={"by_test": {"significant_harm": "yes"}},
        notices=[sent(addressee="individuals", jurisdiction="SG")],
    )  # fmt: skip
    [conflict] = look(document).conflicts
    assert conflict["duties"] == ["sg.pdpa.notify_commission", "sg.pdpa.notify_individuals"]
    assert "sg.pdpa.notify_commission comes first" in conflict["what"]


def test_it_dates_a_stage_that_is_timed_by_another_duty(tmp_path: Path) -> None:
    rulebook = own(
        tmp_path,
        {"id": "br.own.tell"},
        {"id": "br.own.offer", **ordered("with", "br.own.tell"), "limit": 'limit_kind = "relative"'},
    )
    answer = look(brazil(), rulebook=rulebook)
    offer = the(answer, "br.own.offer")
    assert offer.due == the(answer, "br.own.tell").due
    assert offer.clock.basis.endswith("due when br.own.tell is")


# -- which law ---------------------------------------------------------------------------------------

TWO_VERSIONS = (
    law([{"id": "br.own.tell"}]).replace("applies_by", "to = 2026-11-17\n  applies_by", 1)
    + """
  [[duty.version]]
  from = 2026-11-18
  applies_by = "duty_arises"
  when = "nature.confidentiality is confirmed"
  sources = ["act"]
  confidence = "low"
  verified_on = 2026-11-22
  trigger_text = "Something happened."
    [[duty.version.stage]]
    stage = "initial"
    start = "aware"
    limit = { days = 1 }
    limit_kind = "fixed"
    limit_text = "at once"
    cite = "s 2"
"""
)


@pytest.mark.parametrize(
    ("timeline", "versions"),
    [
        ({"became_aware_at": "2026-11-17T23:00:00-03:00"}, ["2020-01-01"]),
        ({"became_aware_at": "2026-11-18T00:00:00-03:00"}, ["2026-11-18"]),
        (
            {"became_aware_at": {"earliest": "2026-11-17T12:00:00-03:00", "latest": "2026-11-18T12:00:00-03:00"}},
            ["2020-01-01", "2026-11-18"],
        ),
        ({"became_aware_at": None, "detected_at": "2026-11-10T12:00:00-03:00"}, ["2020-01-01", "2026-11-18"]),
        ({"became_aware_at": None}, ["2026-11-18"]),
        ({"became_aware_at": "not_yet", "detected_at": "2026-11-10T12:00:00-03:00"}, ["2026-11-18"]),
    ],
)
def test_it_applies_the_law_of_the_day_and_both_where_the_day_is_open(
    tmp_path: Path, timeline: dict[str, Any], versions: list[str]
) -> None:
    rulebook = load_rulebook(library(tmp_path, br_own=TWO_VERSIONS))
    answer = look(brazil(timeline=timeline), rulebook=rulebook)
    assert sorted(str(one.version) for one in answer.findings) == versions
    stands_in = [one for one in answer.assumptions if "decides which law governs" in one.why]
    assert bool(stands_in) is (timeline["became_aware_at"] in (None, "not_yet"))


def test_it_says_that_a_law_was_not_in_force() -> None:
    document = facts(timeline={"became_aware_at": "2018-05-24T10:00:00+02:00"})
    found = the(look(document), "gdpr.art33.notify_authority", "FR")
    assert (found.outcome, found.version, found.law_date.isoformat()) == ("DOES_NOT_APPLY", None, "2018-05-24")


# -- places ------------------------------------------------------------------------------------------


def test_it_names_law_of_both_codes_of_a_territory_once(tmp_path: Path) -> None:
    puerto_rico = law([{"id": "us-pr.own.tell"}], "us-pr-own", "US-PR", zone="America/Puerto_Rico", calendar="PR")
    rulebook = load_rulebook(library(tmp_path, us_pr_own=puerto_rico))
    for row in ({"country": "PR"}, {"country": "US", "subdivision": "US-PR"}):
        answer = look(brazil(affected=[{"id": "g", "presence": "confirmed", **row}]), rulebook=rulebook)
        assert [(one.duty, one.jurisdiction, one.outcome) for one in answer.findings] == [
            ("us-pr.own.tell", "US-PR", "APPLIES")
        ]
        assert {one.jurisdiction for one in answer.unresearched} == {"BR", "US"}


def test_it_asks_once_for_the_states_of_a_country() -> None:
    document = facts(
        affected=[{"id": "g", "country": "US", "presence": "confirmed"}],
        data=[{"category": name, "status": "confirmed"} for name in ("full_name", "social_security_number")],
    )
    answer = look({**document, "exposure": {"acquisition": "confirmed"}})
    found = the(answer, "us-ca.civ1798-82.notify_individuals", "US-CA")
    assert (found.outcome, found.via) == ("UNDETERMINED", "country US")
    assert found.hangs_on == ("affected[US].subdivision",)
    assert "affected[US].subdivision" in {one.fact for one in answer.questions}


def test_it_is_loud_about_law_that_nobody_has_researched(tmp_path: Path) -> None:
    answer = look(brazil(affected=[{"id": "g", "country": "AR"}]), rulebook=own(tmp_path, {"id": "br.own.tell"}))
    assert [one.jurisdiction for one in answer.unresearched] == ["AR"]


def test_it_looks_where_people_are_ruled_out_and_says_so() -> None:
    document = facts(affected=[{"id": "g", "country": "NZ", "presence": "ruled_out"}])
    found = the(look(document), "nz.privacy.notify_commissioner", "NZ", "initial")
    assert found.outcome == "DOES_NOT_APPLY"


def test_it_looks_where_business_is_done_while_nobody_knows_who_is_affected() -> None:
    found = look(facts(affected=[], affected_complete="no", organisation={"does_business_in": ["JP"]}))
    assert {one.outcome for one in found.findings if one.jurisdiction == "JP"} >= {"UNDETERMINED"}
    settled = look(facts(affected_complete="yes", organisation={"does_business_in": ["JP"]}))
    assert {one.outcome for one in settled.findings if one.jurisdiction == "JP"} == {"DOES_NOT_APPLY"}


def test_it_looks_where_the_organisation_stands_under_a_regime() -> None:
    regimes = [{"id": "insurer", "country": "US", "subdivision": "US-NY", "status": "confirmed"}]
    assert "US-NY" in {one.jurisdiction for one in look(facts(organisation={"regimes": regimes})).findings}


def test_it_stands_by_its_line() -> None:
    said = look(facts(), AS_OF).to_json()
    assert said["notice"] == standing_line(load_rulebook().date)
    assert "does not replace it" in said["notice"]


NONE = """
[no_general_duty]
statement = "There is no general duty yet."
until = 2026-11-30
sources = ["act"]
verified_on = 2026-11-22
confidence = "high"
upcoming = [{ from = 2026-12-01, text = "A duty begins.", sources = ["act"] }]
"""


@pytest.mark.parametrize(("as_of", "listed"), [("2026-11-30T12:00:00Z", True), ("2026-12-01T12:00:00Z", False)])
def test_it_says_that_there_is_no_duty_until_one_begins(tmp_path: Path, as_of: str, listed: bool) -> None:
    rulebook = load_rulebook(library(tmp_path, br_none=law([], "br-none", body=NONE)))
    said = look(brazil(), as_of, rulebook).to_json()["no_general_duty"]
    assert [one["jurisdiction"] for one in said] == ["BR"] * listed
    if listed:
        assert said[0]["upcoming"][0]["from"] == "2026-12-01"


def test_it_can_be_taken_as_a_library() -> None:
    import law as library_of_law

    answer = library_of_law.assess(
        library_of_law.load_rulebook(), library_of_law.parse_facts(facts()), datetime.fromisoformat(AS_OF)
    )
    assert answer.findings
