"""What more knowledge may do to an assessment: settle what was open, and nothing else.

Every duty of the library is asked, over random cases. Tests, claims, events and notices are acts and stay the same; so
does the timeline, on which the law that governs depends. A showing of the organisation reads "not known" as "not
shown": making it is not a refinement of what the duty read.
"""

from collections.abc import Iterable
from datetime import datetime
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from law.assess import assess
from law.facts import parse_facts
from law.findings import Finding
from law.rulebook import load_rulebook
from tests.law.worlds import AS_OF, forget, shuffled, world

RULEBOOK = load_rulebook()
SEEDS = st.integers(min_value=0, max_value=10**9)
Key = tuple[str, str, str, str]


def findings(document: dict[str, Any]) -> dict[Key, Finding]:
    answer = assess(RULEBOOK, parse_facts(document), datetime.fromisoformat(AS_OF))
    return {one.key: one for one in answer.findings}


def shown_by_the_organisation(one: Finding) -> bool:
    return any(state.id == one.lifted_by and state.burden == "holder" for state in one.exemptions)


def of_the_union(key: Key) -> bool:
    return RULEBOOK.duties[key[0]].instrument.file.jurisdiction == "EU"


def unsettled(before: dict[Key, Finding], after: dict[Key, Finding]) -> Iterable[str]:
    """Settled findings that more knowledge has turned."""
    for key, one in before.items():
        if one.outcome == "UNDETERMINED":
            continue
        now = after.get(key)
        if now is None:
            if one.outcome == "APPLIES" and not (of_the_union(key) and _somewhere(key, after)):
                yield f"{key}: applied, and is gone"
        elif now.outcome != one.outcome and not shown_by_the_organisation(now):
            if one.outcome == "APPLIES" and of_the_union(key) and _somewhere(key, after):
                continue
            yield f"{key}: {one.outcome} became {now.outcome}"


def _somewhere(key: Key, after: dict[Key, Finding]) -> bool:
    """A duty of Union law is shown at the seats that are known: a seat may take the place of the Union."""
    return any(other[0] == key[0] and one.outcome == "APPLIES" for other, one in after.items())


@given(seed=SEEDS, share=st.sampled_from([0.15, 0.4, 0.8]))
@settings(max_examples=35, deadline=None)
def test_it_never_unsettles_what_was_settled_when_more_is_known(seed: int, share: float) -> None:
    whole = world(seed)
    less = forget(whole, Random(seed + 1), share)
    least = forget(less, Random(seed + 2), share)
    known, partly, hardly = findings(whole), findings(less), findings(least)
    assert list(unsettled(hardly, partly)) == []
    assert list(unsettled(partly, known)) == []
    assert list(unsettled(hardly, known)) == []


@given(seed=SEEDS)
@settings(max_examples=20, deadline=None)
def test_it_leaves_nothing_open_when_everything_is_known(seed: int) -> None:
    answer = findings(world(seed))
    open_now = {
        key: one.hangs_on for key, one in answer.items() if one.outcome == "UNDETERMINED" and not _only_money(one)
    }
    assert open_now == {}


def _only_money(one: Finding) -> bool:
    """A threshold in another currency than the one recorded stays open."""
    return all("turnover" in fact or "loss" in fact or "amount" in fact for fact in one.hangs_on)


@given(seed=SEEDS)
@settings(max_examples=15, deadline=None)
def test_it_does_not_depend_on_the_order_of_lists(seed: int) -> None:
    document = forget(world(seed), Random(seed), 0.3)
    as_of = datetime.fromisoformat(AS_OF)
    one = assess(RULEBOOK, parse_facts(document), as_of).to_json()
    two = assess(RULEBOOK, parse_facts(shuffled(document, Random(seed + 7))), as_of).to_json()
    del one["facts_digest"], two["facts_digest"]
    assert one == two


@given(seed=SEEDS)
@settings(max_examples=5, deadline=None)
def test_it_gives_the_same_answer_twice(seed: int) -> None:
    facts = parse_facts(forget(world(seed), Random(seed), 0.3))
    as_of = datetime.fromisoformat(AS_OF)
    assert assess(RULEBOOK, facts, as_of).to_json() == assess(RULEBOOK, facts, as_of).to_json()


@given(seed=SEEDS)
@settings(max_examples=15, deadline=None)
def test_it_says_of_every_open_finding_what_it_hangs_on(seed: int) -> None:
    for one in findings(forget(world(seed), Random(seed), 0.6)).values():
        assert (one.outcome == "UNDETERMINED") == bool(one.hangs_on), (one.key, one.outcome, one.hangs_on)


def test_it_reaches_both_outcomes_of_most_duties() -> None:
    """The random cases are worth something only if they get to the law's conditions."""
    met: dict[str, set[str]] = {}
    for seed in range(30):
        for key, one in findings(world(seed, everywhere=True)).items():
            met.setdefault(key[0], set()).add(one.outcome)
    both = [duty for duty, outcomes in met.items() if {"APPLIES", "DOES_NOT_APPLY"} <= outcomes]
    assert len(both) >= 0.5 * len(RULEBOOK.duties), sorted(set(RULEBOOK.duties) - set(both))
