"""What would change a settled finding: the number, the answer, the protection that would turn it."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from law.assess import assess
from law.facts import parse_facts
from law.flips import Flip, flips
from law.rulebook import load_rulebook
from tests.law.examples import AS_OF, facts, look, the
from tests.law.worlds import world


def colorado(n: int, **more: Any) -> dict[str, Any]:
    return facts(
        organisation={"country": "US", "subdivision": "US-CO", "establishments": ["US-CO"]},
        affected=[
            {
                "id": "g1", "country": "US", "subdivision": "US-CO", "presence": "confirmed",
                "count": {"kind": "exact", "n": n},
            }
        ],
        data=[
            {"category": name, "status": "confirmed", "protection": "none"}
            for name in ("full_name", "social_security_number")
        ],
        exposure={"acquisition": "confirmed"},
        records={"medium": ["electronic"]},
        **more,
    )  # fmt: skip


def turned(document: dict[str, Any], duty: str, place: str | None = None, act: str | None = None) -> dict[str, Flip]:
    finding = the(look(document), duty, place, act)
    found = flips(load_rulebook(), parse_facts(document), datetime.fromisoformat(AS_OF), finding)
    return {f"{one.fact}/{one.kind}": one for one in found}


@pytest.mark.parametrize(
    ("n", "duty", "words", "outcome"),
    [
        (500, "notify_attorney_general", "499 instead of 500", "DOES_NOT_APPLY"),
        (499, "notify_attorney_general", "500 instead of 499", "APPLIES"),
        (1000, "notify_consumer_reporting_agencies", "1,001 instead of 1,000", "APPLIES"),
        (9000, "notify_consumer_reporting_agencies", "1,000 instead of 9,000", "DOES_NOT_APPLY"),
    ],
)
def test_it_names_the_number_on_the_other_side(n: int, duty: str, words: str, outcome: str) -> None:
    found = turned(colorado(n), f"us-co.crs6-1-716.{duty}")["affected[US-CO].count/count"]
    assert found.text == f"How many people in Colorado are affected? {words}."
    assert found.outcome == outcome


def test_it_says_when_a_duty_would_be_due_that_is_not_required_now() -> None:
    found = turned(colorado(499), "us-co.crs6-1-716.notify_attorney_general")["affected[US-CO].count/count"]
    assert found.due is not None
    assert found.due.isoformat() == "2026-12-17T06:59:59+00:00"  # thirty days, end of the day in Denver


def test_it_names_answers_and_protection_that_would_turn_it() -> None:
    found = turned(colorado(500), "us-co.crs6-1-716.notify_individuals")
    assert found["exposure.acquisition/answer"].text == "Did somebody obtain the data? Ruled out instead of confirmed."
    assert found["risk.by_test.misuse_reasonably_likely/answer"].value == "no"
    assert found["data/protection"].text == "How were the data protected? Encrypted, and the key is safe."


def test_it_names_the_role_and_the_judgement_behind_article_33() -> None:
    found = turned(facts(), "gdpr.art33.notify_authority", "FR", "initial")
    assert set(found) == {"organisation.role/answer", "risk.by_test.rights_risk/answer"}
    assert found["organisation.role/answer"].value == "processor"


def test_it_leaves_open_findings_to_their_questions() -> None:
    assert turned(facts(), "gdpr.art34.communicate", "FR") == {}


@given(seed=st.integers(0, 10**9))
@settings(max_examples=10, deadline=None)
def test_it_tells_only_what_really_turns_the_outcome(seed: int) -> None:
    document, rulebook, as_of = world(seed), load_rulebook(), datetime.fromisoformat("2026-11-20T12:00:00+00:00")
    given_facts = parse_facts(document)
    answer = assess(rulebook, given_facts, as_of)
    settled = [one for one in answer.findings if one.outcome != "UNDETERMINED" and one.version][:12]
    for finding in settled:
        for flip in flips(rulebook, given_facts, as_of, finding):
            assert {flip.outcome, finding.outcome} == {"APPLIES", "DOES_NOT_APPLY"}
            assert (flip.due is None) or flip.outcome == "APPLIES"
