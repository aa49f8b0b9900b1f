"""Decisive questions: ranked by what is at stake, few enough to cover what is open, and what each answer would do."""

from datetime import datetime
from itertools import combinations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from law.facts import parse_facts
from law.findings import Assessment
from law.questions import greedy_cover
from law.rulebook import load_rulebook
from law.what_if import effects
from tests.law.examples import AS_OF, facts, look
from tests.law.worlds import forget, world


def undetermined(answer: Assessment) -> list[set[str]]:
    return [set(one.hangs_on) for one in answer.findings if one.outcome == "UNDETERMINED"]


def test_it_asks_first_for_what_decides_the_earliest_deadline() -> None:
    answer = look(
        facts(
            timeline={"became_aware_at": "2026-11-16T10:20:00+01:00", "suspected_at": "2026-11-16T10:20:00+01:00"},
            affected=[{"id": "f", "country": "FR", "presence": "confirmed"}, {"id": "a", "country": "AU"}],
            nature={"confidentiality": "suspected"},
        )
    )
    first = answer.questions[0]
    assert first.fact == "nature.confidentiality"  # Article 33, 72 hours
    assert first.earliest_due is not None
    assert first.earliest_due.isoformat() == "2026-11-19T09:20:00+00:00"
    dues = [one.earliest_due for one in answer.questions if one.earliest_due]
    assert dues == sorted(dues)


def test_it_asks_for_the_start_of_a_clock_of_a_duty_that_applies() -> None:
    answer = look(facts(timeline={"became_aware_at": None, "detected_at": "2026-11-16T10:20:00+01:00"}))
    [asked] = [one for one in answer.questions if one.fact == "timeline.became_aware_at"]
    assert asked.findings == 0
    assert ("gdpr.art33.notify_authority", "FR") in asked.dates
    assert asked.to_json()["dates"][0].startswith("gdpr.")


def test_it_counts_a_finding_for_each_question_that_it_hangs_on() -> None:
    answer = look(facts(nature={"confidentiality": "suspected"}, organisation={"role": "unknown"}))
    asked = {one.fact: one.findings for one in answer.questions}
    hanging = undetermined(answer)
    for fact, number in asked.items():
        assert number == sum(fact in facts_ for facts_ in hanging)


@given(seed=st.integers(0, 10**9))
@settings(max_examples=12, deadline=None)
def test_it_covers_what_is_open_with_nearly_the_fewest_questions(seed: int) -> None:
    answer = look(forget(world(seed), Random(seed), 0.12), "2026-11-20T12:00:00+00:00")
    hanging = undetermined(answer)
    chosen = [one.fact for one in greedy_cover(answer.findings, list(answer.questions))]
    assert all(hung & set(chosen) for hung in hanging)
    names = sorted({fact for hung in hanging for fact in hung})
    if len(names) > 9:
        return
    fewest = next(
        size for size in range(len(names) + 1)
        if any(all(hung & set(some) for hung in hanging) for some in combinations(names, size))
    )  # fmt: skip
    assert len(chosen) <= fewest + 1


def test_it_says_what_either_answer_would_do() -> None:
    document = facts(nature={"confidentiality": "suspected"})
    told = effects(load_rulebook(), parse_facts(document), datetime.fromisoformat(AS_OF), "nature.confidentiality")
    yes, no = told
    assert (yes.answer, no.answer) == ("yes", "no")
    assert ("gdpr.art33.notify_authority", "FR") in yes.required
    assert yes.earliest_due is not None
    assert yes.earliest_due.isoformat() == "2026-11-19T09:20:00+00:00"
    assert no.required == ()
    assert no.still_open > 0  # integrity and availability are open still


def test_it_tries_answers_on_people_data_and_tests() -> None:
    document = facts(
        affected=[{"id": "f", "country": "FR", "presence": "confirmed"}, {"id": "n", "country": "NZ"}],
        exposure={"access": "confirmed"}, timeline={"became_aware_at": "2026-11-16T10:20:00+01:00"},
    )  # fmt: skip
    given_facts, as_of, rulebook = parse_facts(document), datetime.fromisoformat(AS_OF), load_rulebook()
    for fact in ("affected[NZ].presence", "risk.by_test.serious_harm", "data[full_name].status", "organisation.role"):
        assert len(effects(rulebook, given_facts, as_of, fact)) == 2, fact
    assert effects(rulebook, given_facts, as_of, "affected[NZ].count") == []
    nobody = effects(rulebook, given_facts, as_of, "affected[NZ].presence")[1]
    assert ("nz.privacy.notify_commissioner", "NZ") in nobody.not_required


def test_it_leaves_out_an_answer_that_the_facts_contradict() -> None:
    document = facts(data=[{"category": "basic_identity", "status": "ruled_out"}])
    told = effects(load_rulebook(), parse_facts(document), datetime.fromisoformat(AS_OF), "data[full_name].status")
    assert [one.answer for one in told] == ["no"]
