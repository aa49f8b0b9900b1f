"""From which instant a clock runs, above all when that instant was not recorded."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from law.case import Case
from law.expressions import RuleError
from law.facts import parse_facts
from law.starts import LATER, TIMELINE, Started, parse_start

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
# The order in which these happen; each cannot come before the one above it.
ORDER = (
    "occurred_from", "should_have_known_at", "detected_at", "suspected_at", "became_aware_at",
    "responsible_informed_at", "scope_identified_at", "affected_identified_at", "determined_at",
    "materiality_determined_at", "contained_at", "restored_at", "handling_ended_at",
)  # fmt: skip


def started(start: Any, place: str = "SG", **parts: Any) -> Started:
    facts = parse_facts({"organisation": {"name": "Example"}, **parts})
    return parse_start(start).at(Case.of(facts, NOW), place, (place,))


def day(n: int) -> str:
    return f"2026-11-{n:02}T09:00:00+00:00"


def test_it_starts_with_the_fact_that_the_law_names() -> None:
    found = started("aware", timeline={"became_aware_at": day(3), "detected_at": day(1)})
    assert (found.state, found.at, found.fact) == (
        "known",
        datetime(2026, 11, 3, 9, tzinfo=UTC),
        "timeline.became_aware_at",
    )


def test_it_counts_a_span_from_its_beginning() -> None:
    found = started("aware", timeline={"became_aware_at": {"earliest": day(3), "latest": day(5)}})
    assert found.at == datetime(2026, 11, 3, 9, tzinfo=UTC)
    assert "beginning of its span" in found.basis


def test_it_counts_from_the_earliest_sign_where_awareness_is_not_recorded() -> None:
    found = started("aware", timeline={"detected_at": day(2), "suspected_at": day(4)})
    assert (found.state, found.at) == ("assumed", datetime(2026, 11, 2, 9, tzinfo=UTC))
    assert found.basis == "assumed: the first sign, because awareness is not recorded"


def test_it_takes_word_from_the_processor_for_awareness() -> None:
    found = started("aware", parties=[{"id": "p", "role": "processor", "told_us_at": day(6)}])
    assert found.basis == "assumed: word from the processor, because awareness is not recorded"


def test_it_does_not_start_what_has_not_happened() -> None:
    found = started("aware", timeline={"became_aware_at": "not_yet", "detected_at": day(2)})
    assert (found.state, found.at) == ("not_yet", None)


def test_it_bounds_an_unknown_sign_by_what_came_later_without_counting_from_it() -> None:
    found = started("suspected", timeline={"became_aware_at": day(3)})
    assert (found.state, found.at) == ("unknown", None)
    assert found.at_latest == (datetime(2026, 11, 3, 9, tzinfo=UTC), "awareness")


def to_authority(**notice: Any) -> dict[str, Any]:
    return {"notices": [{"addressee": "supervisory_authority", **notice}]}


def tested(key: str) -> dict[str, Any]:
    return {"risk": {"by_test": {key: {"answer": "yes", "at": day(5)}}}}


@pytest.mark.parametrize(
    ("start", "parts", "at"),
    [
        ("notice(supervisory_authority)", to_authority(first_sent_at=day(7)), 7),
        ("notice(supervisory_authority)", to_authority(first_sent_at=day(7), jurisdiction="JP"), None),
        ("notice(supervisory_authority)", to_authority(first_sent_at="not_yet"), None),
        ("event(authority_order)", {"events": [{"type": "authority_order", "at": day(8), "jurisdiction": "SG"}]}, 8),
        ("paid", {"extortion": {"payment": "yes", "paid_at": day(9)}}, 9),
        ("test(significant_harm)", tested("significant_harm"), 5),
        ("test(significant_harm)", tested("sg.significant_harm"), 5),
        ("test(significant_harm)", tested("jp.significant_harm"), None),
    ],
)
def test_it_starts_with_acts_done_here(start: str, parts: dict[str, Any], at: int | None) -> None:
    found = started(start, **parts)
    assert found.at == (datetime(2026, 11, at, 9, tzinfo=UTC) if at else None)
    assert found.state == ("known" if at else "not_yet")


def test_it_counts_an_act_of_unknown_instant_from_when_the_breach_was_found() -> None:
    sent = [{"addressee": "supervisory_authority"}]
    found = started("notice(supervisory_authority)", notices=sent, timeline={"became_aware_at": day(3)})
    assert (found.state, found.at) == ("assumed", datetime(2026, 11, 3, 9, tzinfo=UTC))


def test_it_combines_starts() -> None:
    line = {"became_aware_at": day(3), "determined_at": day(8)}
    assert started({"earlier_of": ["aware", "determined"]}, timeline=line).at == datetime(2026, 11, 3, 9, tzinfo=UTC)
    assert started({"later_of": ["aware", "determined"]}, timeline=line).at == datetime(2026, 11, 8, 9, tzinfo=UTC)
    waiting = started({"later_of": ["aware", "notice(individuals)"]}, timeline=line)
    assert (waiting.state, waiting.fact) == ("not_yet", "notices[individuals].first_sent_at")


def test_it_lets_a_recorded_decision_stand_for_one_without_an_instant() -> None:
    line = {"became_aware_at": day(3), "determined_at": day(8)}
    found = started(
        {"earlier_of": ["determined", "test(significant_harm)"]},
        timeline=line,
        risk={"by_test": {"significant_harm": "yes"}},
    )
    assert (found.state, found.at) == ("known", datetime(2026, 11, 8, 9, tzinfo=UTC))


def test_it_counts_from_the_recorded_one_of_two_signs_and_asks_for_the_other() -> None:
    found = started({"earlier_of": ["detected", "suspected"]}, timeline={"suspected_at": day(4)})
    assert (found.state, found.at) == ("assumed", datetime(2026, 11, 4, 9, tzinfo=UTC))
    assert found.fact == "timeline.detected_at"
    assert found.basis == "suspicion; the first sign is not recorded, and could be earlier"


@given(seed=st.integers(0, 10**9))
@settings(max_examples=80, deadline=None)
def test_it_never_starts_later_than_the_true_start_could(seed: int) -> None:
    random = Random(seed)
    at = NOW - timedelta(days=60)
    truth = {}
    for name in ORDER:
        at += timedelta(hours=random.choice((0, 1, 30)))
        truth[name] = at.isoformat()
    recorded = {name: value for name, value in truth.items() if random.random() < 0.5}
    names = [*TIMELINE, {"later_of": ["aware", "determined"]}, {"earlier_of": ["aware", "told_by_processor"]}]
    for start in names:
        full, found = started(start, timeline=truth), started(start, timeline=recorded)
        assert full.at is not None
        assert found.at is None or found.at <= full.at, (start, found)
        assert found.state != "known" or found.at == full.at, (start, found)
        if found.at is None and found.at_latest:
            assert full.at <= found.at_latest[0]


def test_it_has_an_upper_bound_only_for_what_comes_first() -> None:
    assert set(LATER) == {"suspected", "detected", "should_have_known"}


def told(*sent: tuple[str, int], **more: Any) -> dict[str, Any]:
    """Notices to individuals of a stage, first sent on a day."""
    return {
        "notices": [{"addressee": "individuals", "stage": stage, "first_sent_at": day(n), **more} for stage, n in sent]
    }


@pytest.mark.parametrize(
    ("start", "parts", "at"),
    [
        ("notice(individuals)", told(("initial", 6), ("follow_up", 4)), 4),
        ("notice(individuals, initial)", told(("initial", 6), ("follow_up", 4)), 6),
        ("notice(individuals, final)", told(("initial", 6)), None),
        ("last_notice(individuals)", told(("initial", 6), ("initial", 9)), 9),
        ("completed_notice(individuals)", told(("initial", 6), completed_at=day(12)), 12),
        ("completed_notice(individuals)", told(("initial", 6), completed_at="not_yet"), None),
        ("classified", {"incident": {"classes": [{"scheme": "dora", "class": "major", "at": day(7)}]}}, 7),
        ("classified", {}, None),
    ],
)
def test_it_starts_with_one_kind_of_notice_or_a_classification(
    start: str, parts: dict[str, Any], at: int | None
) -> None:
    found = started(start, **parts)
    assert found.at == (datetime(2026, 11, at, 9, tzinfo=UTC) if at else None)
    assert found.state == ("known" if at else "not_yet")


@pytest.mark.parametrize(
    ("agent", "state", "at"), [("yes", "known", 3), ("unknown", "assumed", 3), ("no", "not_yet", None)]
)
def test_it_takes_the_knowledge_of_an_agent_for_that_of_the_organisation(
    agent: str, state: str, at: int | None
) -> None:
    parties = [{"id": "p", "role": "processor", "agent": agent, "aware_at": day(3)}]
    found = started("agent_aware", parties=parties)
    assert (found.state, found.at) == (state, datetime(2026, 11, at, 9, tzinfo=UTC) if at else None)


def test_it_counts_from_whoever_knew_first_the_organisation_or_its_agent() -> None:
    start = {"earlier_of": ["aware", "agent_aware"]}
    parties = [{"id": "p", "role": "processor", "agent": "yes", "aware_at": day(3)}]
    found = started(start, timeline={"became_aware_at": day(5)}, parties=parties)
    assert (found.at, found.basis) == (datetime(2026, 11, 3, 9, tzinfo=UTC), "the knowledge of an agent")
    perhaps = [{**parties[0], "agent": "unknown"}]
    found = started(start, timeline={"became_aware_at": day(5)}, parties=perhaps)
    assert (found.state, found.fact) == ("assumed", "parties[agent].agent")


def test_it_names_the_notice_that_starts_a_clock() -> None:
    words = [parse_start(raw).text for raw in ("notice(police, initial)", "last_notice(individuals)")]
    assert words == ["the initial notice to the police", "the last notice to the people affected"]


@pytest.mark.parametrize(
    "raw",
    [
        "test(rights_risk, initial)",
        "notice(police, sequel)",
        "awareness",
        "test(no_such)",
        "event(party)",
        {"earlier_of": ["aware"]},
        5,
        {},
    ],
)
def test_it_refuses_starts_that_are_none(raw: Any) -> None:
    with pytest.raises(RuleError, match="expected"):
        parse_start(raw)
