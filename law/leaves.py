"""The leaves of conditions: how a fact, a group of people or a number answers a rule, in three values.

Each leaf says how it reads a value ("confirmed", "believed", "possible"), so that "no evidence" or
"suspected" means what the law at hand makes of it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal, Protocol

from law.case import Case
from law.case_data import UNASKED
from law.data_conditions import Definition
from law.expressions import All, AnyOf, Node, Not
from law.facts.model import BreachFacts
from law.kleene import Value, negate, word
from law.rows import WORLD, Interval, Row

Scope = Literal["case", "tests", "place"]
"""On what an answer depends: the facts alone; answers to tests, which may be local; the place that asks."""


class OtherDuties(Protocol):
    """What the duties of the same law come to in the case at hand; a condition may ask for them."""

    def value(self, here: "Here", duty: str) -> Value: ...
    def explain(self, here: "Here", duty: str) -> list[dict[str, Any]]: ...
    def open_facts(self, here: "Here", duty: str) -> tuple[str, ...]: ...


@dataclass(slots=True, eq=False)
class Here:
    """The case as seen from one place, for one instrument.

    `prefixes`: the places whose own test answers are looked up, the most local first. `memo` remembers what conditions
    came to here; `tests` those that hang on the answers to tests, for all places while none is answered for one of
    them. `duties`: what other duties of the law come to.
    """

    case: Case
    place: str
    prefixes: tuple[str, ...]
    duties: OtherDuties | None = None
    memo: dict[object, object] = field(default_factory=dict)
    facts: BreachFacts = field(init=False)
    tests: dict[object, object] = field(init=False)

    def __post_init__(self) -> None:
        self.facts = self.case.facts
        self.tests = self.memo if self.case.local_tests else self.case.memo

    def at(self, place: str) -> str:
        """The place that a rule means: "here" is this one."""
        return self.place if place == "here" else place


OPERATORS: dict[str, Callable[[Interval, int], Value]] = {
    ">=": lambda i, n: True if i[0] >= n else False if i[1] is not None and i[1] < n else None,
    ">": lambda i, n: True if i[0] > n else False if i[1] is not None and i[1] <= n else None,
    "<=": lambda i, n: negate(OPERATORS[">"](i, n)),
    "<": lambda i, n: negate(OPERATORS[">="](i, n)),
}


def interval_words(interval: Interval) -> str:
    """Words: "2,800", "500 or more", "between 100 and 900" or "not known"."""
    low, high = interval
    if high is None:
        return f"{low:,} or more" if low else "not known"
    return f"{low:,}" if low == high else f"between {low:,} and {high:,}" if low else f"at most {high:,}"


class Remembered(Node[Here]):
    """A condition that is asked once within its scope, and its reasons too, however many duties share it."""

    @property
    def scope(self) -> Scope:
        raise NotImplementedError

    def asked(self) -> Callable[[Here], Value]:
        """What finds the answer, when it is asked first."""
        raise NotImplementedError

    def memo_of(self, context: Here) -> dict[object, object]:
        """Where its answers are kept."""
        match self.scope:
            case "case":
                return context.case.memo
            case "tests":
                return context.tests
            case _:
                return context.memo

    def value(self, context: Here) -> Value:
        memo = self.memo_of(context)
        found = memo.get(self, UNASKED)
        if found is UNASKED:
            found = memo[self] = self.asked()(context)
        return found  # type: ignore[return-value]  # not UNASKED any more

    def explain(self, context: Here) -> dict[str, Any]:
        """The same tree for all that ask within its scope; not to be changed."""
        memo, key = self.memo_of(context), (self, "tree")
        tree = memo.get(key)
        if tree is None:
            tree = memo[key] = self.tree(context)
        return tree  # type: ignore[return-value]  # what stands under this key is a tree

    def tree(self, context: Here) -> dict[str, Any]:
        """Its reasons, made anew."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, eq=False)
class Leaf(Remembered):
    """A leaf: its text, the path of the fact it reads, and the functions that read it."""

    text: str
    fact: Callable[[Here], str]
    read: Callable[[Here], Value]
    show: Callable[[Here], Any]
    scope: Scope = "case"

    def asked(self) -> Callable[[Here], Value]:
        return self.read

    def tree(self, context: Here) -> dict[str, Any]:
        return {
            "leaf": self.text,
            "value": word(self.value(context)),
            "fact": self.fact(context),
            "is": self.show(context),
        }

    def open_facts(self, context: Here) -> list[str]:
        return [self.fact(context)] if self.value(context) is None else []


@dataclass(frozen=True, slots=True, eq=False)
class Name(Remembered):
    """A condition of `[let]`."""

    name: str
    node: Node[Here]
    scope: Scope = "place"

    def asked(self) -> Callable[[Here], Value]:
        return self.node.value

    def tree(self, context: Here) -> dict[str, Any]:
        inner = self.node.explain(context)
        return {"op": "all", "name": self.name, "value": inner["value"], "of": [inner]}

    def open_facts(self, context: Here) -> list[str]:
        return self.node.open_facts(context)


@dataclass(frozen=True, slots=True, eq=False)
class AboutPeople(Remembered):
    """people(PLACE[, DATA]) and lost(DATA[, PLACE]): are there people, and did they lose such data."""

    text: str
    place: str
    definition: Definition | None
    possible: bool

    @property
    def scope(self) -> Scope:
        return "place" if self.place == "here" else "case"

    def asked(self) -> Callable[[Here], Value]:
        place, definition, possible = self.place, self.definition, self.possible
        if definition is not None:
            definition.written()
        if place == "here":
            return lambda context: context.case.people(context.place, definition, possible)
        return lambda context: context.case.people(place, definition, possible)

    def tree(self, context: Here) -> dict[str, Any]:
        place, case = context.at(self.place), context.case
        rows = case.rows(place)
        tree: dict[str, Any] = {
            "leaf": self.text,
            "value": word(self.value(context)),
            "fact": f"affected[{place}].presence",
            "is": _listed(case, place, rows) or "nobody recorded",
        }
        if self.definition:
            there = (row.group.id for row in rows if row.presence != "ruled_out")
            groups: list[str | None] = list(islice(there, 3))
            tree["of"] = [self.definition.explain(case, group) for group in groups or [None]]
        return tree

    def open_facts(self, context: Here) -> list[str]:
        if self.value(context) is not None:
            return []
        place, case = context.at(self.place), context.case
        found: dict[str, None] = {}
        if case.people(place, None, self.possible) is None:
            found[_who(place, case)] = None
        if self.definition:
            found.update(dict.fromkeys(_open_data(place, case, self.definition)))
        return list(found) or [_who(place, case)]


@dataclass(frozen=True, slots=True, eq=False)
class Applies(Remembered):
    """applies(DUTY): does another duty of the same law apply here, its exemptions considered?

    "Whoever must notify more than 1,000 residents under this section also tells ...": what lifts the one lifts the
    other.
    """

    duty: str
    scope: Scope = "place"

    def asked(self) -> Callable[[Here], Value]:
        return self._ask

    def _ask(self, context: Here) -> Value:
        return self._others(context).value(context, self.duty)

    def tree(self, context: Here) -> dict[str, Any]:
        """The reasons of the other duty stand where they are asked for."""
        trees = self._others(context).explain(context, self.duty)
        return {"op": "any", "name": f"applies({self.duty})", "value": word(self.value(context)), "of": trees}

    def open_facts(self, context: Here) -> list[str]:
        if self.value(context) is not None:
            return []
        return list(self._others(context).open_facts(context, self.duty))

    @staticmethod
    def _others(context: Here) -> OtherDuties:
        if context.duties is None:
            raise ValueError("a condition asks for another duty, but no look at the whole law is under way")
        return context.duties


@dataclass(frozen=True, slots=True, eq=False)
class CountOf(Remembered):
    """count(PLACE[, DATA]) or at_risk(PLACE) against a threshold."""

    text: str
    place: str
    definition: Definition | None
    possible: bool
    operator: str
    threshold: int
    at_risk: bool = False

    @property
    def scope(self) -> Scope:
        return "place" if self.place == "here" else "case"

    def asked(self) -> Callable[[Here], Value]:
        compare, threshold = OPERATORS[self.operator], self.threshold
        if self.definition is not None:
            self.definition.written()
        return lambda context: compare(self.interval(context), threshold)

    def interval(self, context: Here) -> Interval:
        place = context.at(self.place)
        if self.at_risk:
            return context.case.at_risk(place)
        return context.case.count(place, self.definition, self.possible)

    def fact(self, context: Here) -> str:
        place = context.at(self.place)
        if self.at_risk:
            return f"affected[{place}].at_risk_count"
        return "affected_total" if place == WORLD else f"affected[{place}].count"

    def tree(self, context: Here) -> dict[str, Any]:
        return {
            "leaf": self.text,
            "value": word(self.value(context)),
            "fact": self.fact(context),
            "is": interval_words(self.interval(context)),
        }

    def open_facts(self, context: Here) -> list[str]:
        if self.value(context) is not None:
            return []
        place, case = context.at(self.place), context.case
        found: dict[str, None] = {}
        without = self.interval(context) if self.at_risk else case.count(place, None, self.possible)
        if self.definition is None or OPERATORS[self.operator](without, self.threshold) is None:
            found[self.fact(context)] = None
        if self.definition:
            found.update(dict.fromkeys(_open_data(place, case, self.definition)))
        return list(found) or [self.fact(context)]


def scope_of(node: Node[Here]) -> Scope:
    """The widest scope in which a condition has one answer."""
    match node:
        case All(parts=parts) | AnyOf(parts=parts):
            scopes = {scope_of(part) for part in parts}
            return next((one for one in ("place", "tests") if one in scopes), "case")
        case Not(part=inner):
            return scope_of(inner)
        case Remembered():
            return node.scope
        case _:
            return "place"


def counts_in(node: Node[Here]) -> list[CountOf]:
    """Every threshold of a condition, in reading order."""
    match node:
        case CountOf():
            return [node]
        case All(parts=parts) | AnyOf(parts=parts):
            return [found for part in parts for found in counts_in(part)]
        case Name(node=inner) | Not(part=inner):
            return counts_in(inner)
        case _:
            return []


def _listed(case: Case, place: str, rows: tuple[Row, ...], most: int = 8) -> list[str]:
    """The same list for all who ask of that place; not to be changed."""
    found = case.memo.get(("listed", place))
    if found is None:
        more = [f"and {len(rows) - most} more"] if len(rows) > most else []
        found = case.memo["listed", place] = [*map(_shown, rows[:most]), *more]
    return found  # type: ignore[return-value]  # what stands under this key is a list


def _shown(row: Row) -> str:
    return f"{row.group.id}: {row.presence.replace('_', ' ')}" + (f" ({row.via})" if row.via else "")


def _open_data(place: str, case: Case, definition: Definition) -> list[str]:
    """The data that are open for the groups in a place; groups that lost the same are asked once."""
    groups = dict.fromkeys(case.whose_data(row.group.id) for row in case.rows(place) if row.presence != "ruled_out")
    return [fact for group in groups or [None] for fact in definition.open_facts(case, group)]


def _who(place: str, case: Case) -> str:
    """The question behind an unknown presence: which states, which countries of a region, or are there any."""
    vias = {row.via for row in case.rows(place) if row.via}
    if len(vias) == 1:
        kind, _, code = str(vias.pop()).partition(" ")
        if code != "unknown":
            return f"affected[{code}].subdivision" if kind == "country" else f"affected[{code}].country"
    if place == WORLD and case.facts.affected:
        return "affected_complete"
    return f"affected[{place}].presence"
