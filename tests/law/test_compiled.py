"""Conditions written out as functions answer as the trees do, whatever their shape and however deep."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from law.case import Case
from law.compiled import decide
from law.expressions import All, AnyOf, Node, Not
from law.facts import parse_facts
from law.kleene import Value, all_of, any_of, negate
from law.law_dates import LawDates
from law.leaves import Here, Leaf, Name, Scope, scope_of
from law.others import OthersOfTheLaw
from law.rulebook import load_rulebook
from law.rules import Version
from tests.law.worlds import world

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
VALUES: list[Value] = [True, False, None]


def here(seed: int = 1, place: str = "FR") -> Here:
    case = Case.of(parse_facts(world(seed)), NOW)
    return Here(case, place, (place,), OthersOfTheLaw(load_rulebook(), LawDates(case)))


def leaf(value: Value, scope: Scope = "case") -> Leaf:
    return Leaf("made", lambda _: "fact", lambda _: value, lambda _: value, scope)


LEAVES = st.builds(leaf, st.sampled_from(VALUES), st.sampled_from(get_args(Scope)))
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map(lambda parts: All(tuple(parts))),
        st.lists(inner, min_size=1, max_size=4).map(lambda parts: AnyOf(tuple(parts))),
        inner.map(Not),
        inner.map(lambda node: Name("named", node, scope_of(node))),
    ),
    max_leaves=25,
)


@given(tree=TREES)
@settings(max_examples=150, deadline=None)
def test_it_answers_as_the_tree_does(tree: Node[Here]) -> None:
    assert decide(tree)(here()) is tree.value(here())


def test_it_goes_deeper_than_python_nests_blocks() -> None:
    tree: Node[Here] = leaf(None)
    for level in range(40):
        tree = All((leaf(True), tree)) if level % 2 else AnyOf((leaf(False), tree))
    assert decide(tree)(here()) is None


def test_it_asks_each_leaf_once_for_a_case() -> None:
    asked = []

    def read(_: Here) -> Value:
        asked.append(1)
        return True

    show: Callable[[Here], Value] = read
    once = Leaf("made", lambda _: "fact", read, show)
    look = here()
    assert decide(All((once, Not(Not(once)))))(look)
    assert decide(AnyOf((once,)))(look)
    assert len(asked) == 1


def test_it_asks_what_is_settled_for_the_whole_case_before_what_each_place_must_be_asked() -> None:
    def read(_: Here) -> Value:
        raise AssertionError("asked in vain")

    local = Leaf("made", lambda _: "fact", read, read, "place")
    assert decide(All((local, leaf(False))))(here()) is False
    assert decide(AnyOf((local, leaf(True))))(here()) is True


def test_it_keeps_an_answer_to_a_test_for_all_places_while_none_is_local() -> None:
    asked = []

    def read(look: Here) -> Value:
        asked.append(look.place)
        return True

    one = All((Leaf("made", lambda _: "fact", read, read, "tests"),))
    for document, places in (({}, ["FR"]), ({"fr.rights_risk": "yes"}, ["FR", "DE"])):
        raw = {**world(1), "risk": {"by_test": document}}
        case = Case.of(parse_facts(raw), NOW)
        asked.clear()
        assert all(decide(one)(Here(case, place, (place,))) for place in ("FR", "DE"))
        assert asked == places


def test_it_decides_every_duty_of_the_library_as_its_tree_does() -> None:
    for seed in (3, 4):
        for instrument in load_rulebook().instruments:
            place = instrument.file.jurisdiction if instrument.file.jurisdiction != "EU" else "FR"
            one, two = here(seed, place), here(seed, place)
            for duty in instrument.duties:
                for version in duty.versions:
                    assert version.applies()(one) is as_trees(version, two), (duty.id, version.name)


def as_trees(version: Version, look: Here) -> Value:
    """Whether a version applies, said again from the trees: bound, met, and not lifted."""
    met = all_of([*([version.roles.value(look)] if version.roles else []), version.when.value(look)])
    lifted: Value = False
    for one in version.exemptions:
        value = one.when.value(look)
        if one.rule.burden != "element":
            relied = one.rule.shown_by == "test" or look.case.relies(one.names, look.place)
            value = value is True and relied
        lifted = any_of((lifted, value))
    return all_of((met, negate(lifted)))
