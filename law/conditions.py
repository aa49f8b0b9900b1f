"""Three-valued conditions over a case: the closed grammar of the leaves in law files.

Each leaf says how it reads a value ("confirmed", "believed", "possible"), so that "no evidence" or
"suspected" means what the law at hand makes of it. docs/law/reading-a-rule.md explains the grammar
with examples; docs/law/adding-a-jurisdiction.md shows how to write one.
"""

import re
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from law import places
from law.case import WORLD, Case, Interval
from law.data_definitions import Definition
from law.expressions import Node, RuleError, compile_expression
from law.facts import values
from law.facts.model import Addressee, BreachFacts, EventType, Regime, Role
from law.facts.values import bounds
from law.kleene import Value, all_of, any_of, negate, word
from law.taxonomies import load_taxonomies


@dataclass(frozen=True)
class Here:
    """The case as seen from one place, for one instrument; remembers the named conditions it has met."""

    case: Case
    place: str
    prefixes: tuple[str, ...]
    named: dict[int, Value] = field(default_factory=dict)

    @property
    def facts(self) -> BreachFacts:
        return self.case.facts


READINGS: dict[str, dict[str, Value]] = {
    "confirmed": {"confirmed": True, "yes": True, "ruled_out": False, "no": False},
    "believed": {"confirmed": True, "yes": True, "reasonably_believed": True, "ruled_out": False, "no": False},
    "possible": {
        "confirmed": True, "yes": True, "reasonably_believed": True, "suspected": True, "no_evidence": True,
        "partly": True, "ruled_out": False, "no": False,
    },
}  # fmt: skip
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


@dataclass(frozen=True, slots=True)
class Leaf(Node[Here]):
    """A leaf: its text, the path of the fact it reads, and the functions that read it."""

    text: str
    fact: Callable[[Here], str]
    read: Callable[[Here], Value]
    show: Callable[[Here], Any]

    def value(self, context: Here) -> Value:
        return self.read(context)

    def explain(self, context: Here) -> dict[str, Any]:
        return {
            "leaf": self.text,
            "value": word(self.read(context)),
            "fact": self.fact(context),
            "is": self.show(context),
        }

    def open_facts(self, context: Here) -> list[str]:
        return [self.fact(context)] if self.read(context) is None else []


@dataclass(frozen=True, slots=True)
class Name(Node[Here]):
    """A condition of `[let]`, evaluated once for each place."""

    name: str
    node: Node[Here]

    def value(self, context: Here) -> Value:
        key = id(self.node)
        if key not in context.named:
            context.named[key] = self.node.value(context)
        return context.named[key]

    def explain(self, context: Here) -> dict[str, Any]:
        return {"op": "all", "name": self.name, "value": word(self.value(context)), "of": [self.node.explain(context)]}

    def open_facts(self, context: Here) -> list[str]:
        return self.node.open_facts(context)


@dataclass(frozen=True, slots=True)
class AboutPeople(Node[Here]):
    """people(PLACE[, DATA]) and lost(DATA[, PLACE]): are there people, and did they lost such data."""

    text: str
    place: str
    definition: Definition | None
    possible: bool

    def value(self, context: Here) -> Value:
        return context.case.people(_at(self.place, context), self.definition, self.possible)

    def explain(self, context: Here) -> dict[str, Any]:
        place = _at(self.place, context)
        rows = context.case.rows(place)
        shown = [f"{row.group.id}: {row.group.presence}" for row in rows]
        tree: dict[str, Any] = {
            "leaf": self.text,
            "value": word(self.value(context)),
            "fact": f"affected[{place}]",
            "is": shown or "nobody recorded",
        }
        if self.definition:
            groups: list[str | None] = [row.group.id for row in rows if row.present is not False]
            tree["of"] = [self.definition.explain(context.case, group) for group in groups[:3] or [None]]
        return tree

    def open_facts(self, context: Here) -> list[str]:
        if self.value(context) is not None:
            return []
        place, case = _at(self.place, context), context.case
        rows = [row for row in case.rows(place) if row.present is not False]
        found: dict[str, None] = {}
        if case.people(place, None, self.possible) is None:
            found[_who(place, case)] = None
        if self.definition:
            groups: list[str | None] = [row.group.id for row in rows]
            for group in groups or [None]:
                found.update(dict.fromkeys(self.definition.open_facts(case, group)))
        return list(found)


@dataclass(frozen=True, slots=True)
class CountOf(Node[Here]):
    """count(PLACE[, DATA]) against a threshold."""

    text: str
    place: str
    definition: Definition | None
    operator: str
    threshold: int

    def interval(self, context: Here) -> Interval:
        return context.case.count(_at(self.place, context), self.definition)

    def value(self, context: Here) -> Value:
        return OPERATORS[self.operator](self.interval(context), self.threshold)

    def explain(self, context: Here) -> dict[str, Any]:
        return {
            "leaf": self.text,
            "value": word(self.value(context)),
            "fact": f"affected[{_at(self.place, context)}].count",
            "is": interval_words(self.interval(context)),
        }

    def open_facts(self, context: Here) -> list[str]:
        if self.value(context) is not None:
            return []
        place, case = _at(self.place, context), context.case
        without = OPERATORS[self.operator](case.count(place), self.threshold)
        found: dict[str, None] = {}
        if without is None or self.definition is None:
            found["affected_total" if place == WORLD else f"affected[{place}].count"] = None
        if self.definition:
            groups: list[str | None] = [r.group.id for r in case.rows(place) if r.present is not False]
            for group in groups or [None]:
                found.update(dict.fromkeys(self.definition.open_facts(case, group)))
        return list(found)


def _who(place: str, case: Case) -> str:
    """The question behind an unknown presence: which states, which countries of a region, or are there any."""
    vias = {row.via for row in case.rows(place) if row.via}
    if len(vias) == 1:
        via = vias.pop().partition(" ")
        return f"affected[{via[2]}].subdivision" if via[0] == "country" else f"affected[{via[2]}].country"
    return f"affected[{place}].presence"


def _at(place: str, context: Here) -> str:
    return context.place if place == "here" else place


# -- the compiler ------------------------------------------------------------------------------------

PATH_IS = re.compile(r"(?P<path>[a-z_]+(?:\.[a-z_]+)+) is (?P<reading>confirmed|believed|possible|yes|no)")
PATH_IN = re.compile(r"(?P<path>[a-z_]+(?:\.[a-z_]+)+) in \[(?P<values>[a-z0-9_, ]+)\]")
PATH_COUNT = re.compile(r"(?P<path>[a-z_]+(?:\.[a-z_]+)*) (?P<op>>=|<=|>|<) (?P<n>[0-9_]+)(?: (?P<currency>[A-Z]{3}))?")
CALL = re.compile(
    r"(?P<name>[a-z_]+)\((?P<args>[^()]*)\)(?: is (?P<reading>confirmed|possible))?"
    r"(?: (?P<op>>=|<=|>|<) (?P<n>[0-9_]+))?"
)
PLACES = ("here", WORLD, "EU", "EEA")


class Compiler:
    """Compiles the conditions of one law file, given its sets, data definitions and named conditions."""

    def __init__(self, sets: dict[str, list[str]], data: dict[str, Definition]) -> None:
        self.sets = sets
        self.data = data
        self.named: dict[str, Node[Here]] = {}

    def define(self, name: str, raw: Any) -> None:
        """Adds a condition of `[let]`; it may use those above it."""
        self.named[name] = Name(name, self.compile(raw))

    def compile(self, raw: Any) -> Node[Here]:
        return compile_expression(raw, self.leaf)

    def leaf(self, text: str) -> Node[Here]:
        if text in self.named:
            return self.named[text]
        if match := PATH_IS.fullmatch(text):
            return _reading(text, match["path"], match["reading"])
        if match := PATH_IN.fullmatch(text):
            return self._membership(text, match["path"], match["values"])
        if match := PATH_COUNT.fullmatch(text):
            return _comparison(text, match["path"], match["op"], int(match["n"]), match["currency"])
        if match := CALL.fullmatch(text):
            return self._call(text, match)
        raise RuleError(
            f"{text!r} is no condition: expected a name of [let] above, 'path is confirmed', 'path in [..]', "
            "'path >= n' or one of " + ", ".join(f"{name}(...)" for name in sorted(CALLS))
        )

    def _membership(self, text: str, path: str, listed: str) -> Leaf:
        get, options = _getter(path)
        names = [name.strip() for name in listed.split(",") if name.strip()]
        wanted = {value for name in names for value in self.sets.get(name, [name])}
        _check_options(path, options, wanted)

        def read(here: Here) -> Value:
            value = get(here.facts)
            if value is None or value in ("unknown", "not_yet_known"):
                return None
            return bool(wanted & set(value)) if isinstance(value, tuple) else value in wanted

        return Leaf(text, lambda here: path, read, lambda here: _shown(get(here.facts)))

    def _call(self, text: str, match: re.Match[str]) -> Node[Here]:
        name = match["name"]
        args = [arg.strip() for arg in match["args"].split(",") if arg.strip()]
        if name not in CALLS:
            raise RuleError(f"{text!r}: no such question; expected one of {', '.join(sorted(CALLS))}")
        if match["op"] and name != "count":
            raise RuleError(f"{text!r}: only count(...) is compared with a number")
        return CALLS[name](self, text, args, match)

    def definition(self, name: str) -> Definition:
        if name not in self.data:
            raise RuleError(f"{name!r}: no such definition; expected one of [data]: {', '.join(self.data) or 'none'}")
        return self.data[name]


def _getter(path: str) -> tuple[Callable[[BreachFacts], Any], set[str] | str | None]:
    """How to read a path, and what may stand there: a set of values, "count", "money" or None (free)."""
    parts = path.split(".")
    model: type[BaseModel] = BreachFacts
    options: set[str] | str | None = None
    for index, part in enumerate(parts):
        if part not in model.model_fields:
            raise RuleError(f"{path!r}: the facts have no {part!r}; expected one of {', '.join(model.model_fields)}")
        annotation = model.model_fields[part].annotation
        if index < len(parts) - 1:
            if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
                raise RuleError(f"{path!r}: {part!r} has no parts that a rule could read")
            model = annotation
        else:
            options = _options(annotation)

    def get(facts: BreachFacts) -> Any:
        value: Any = facts
        for part in parts:
            value = getattr(value, part)
        return value

    return get, options


def _options(annotation: Any) -> set[str] | str | None:
    origin = get_origin(annotation)
    if origin is Literal:
        return set(get_args(annotation))
    found: set[str] = set()
    for part in get_args(annotation):
        inner = _options(part) if get_origin(part) in (Literal, Union, tuple, types.UnionType) else None
        if isinstance(inner, set):
            found |= inner
        if part is values.ExactCount:
            return "count"
        if part is values.Money:
            return "money"
    return found or None


def _check_options(path: str, options: set[str] | str | None, wanted: set[str]) -> None:
    if path == "cause.type":
        options = set(load_taxonomies().ids("incident_type"))
    if not isinstance(options, set):
        raise RuleError(f"{path!r} is no enumerated fact")
    if wrong := sorted(wanted - options):
        raise RuleError(f"{path!r} never is {', '.join(wrong)}; expected of {', '.join(sorted(options))}")


def _reading(text: str, path: str, reading: str) -> Leaf:
    get, options = _getter(path)
    if not isinstance(options, set) or not options & {"confirmed", "yes"}:
        raise RuleError(f"{path!r} is not read as {reading}: it is neither a yes/no fact nor on the evidence scale")
    table = READINGS["confirmed" if reading in ("yes", "no") else reading]
    turn = reading == "no"

    def read(here: Here) -> Value:
        value = table.get(get(here.facts))
        return negate(value) if turn else value

    return Leaf(text, lambda here: path, read, lambda here: get(here.facts))


def _comparison(text: str, path: str, operator: str, number: int, currency: str | None) -> Leaf:
    get, options = _getter(path)
    if (options == "money") != bool(currency) or options not in ("count", "money"):
        raise RuleError(f"{text!r}: expected a count compared with a number, or an amount with its currency")

    def interval(here: Here) -> Interval:
        value = get(here.facts)
        if currency:
            return bounds(value.amount) if value and value.currency == currency else (0, None)
        low, high = bounds(value)
        if path == "processing.total_subjects":  # it holds at least as many people as were affected
            low = max(low, here.case.count(WORLD)[0])
        return low, high

    def read(here: Here) -> Value:
        return OPERATORS[operator](interval(here), number)

    return Leaf(text, lambda here: path, read, lambda here: interval_words(interval(here)))


def _shown(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


# -- the questions a rule may ask --------------------------------------------------------------------


def _one(text: str, args: list[str], what: str) -> str:
    if len(args) != 1:
        raise RuleError(f"{text!r}: expected one argument, {what}")
    return args[0]


def _place(text: str, place: str) -> str:
    if place not in PLACES and not places.is_place(place):
        raise RuleError(f"{text!r}: {place!r} is no place; expected here, world, EU, EEA or an ISO 3166 code")
    return place


def _people(compiler: Compiler, text: str, args: list[str], match: re.Match[str]) -> Node[Here]:
    if not 1 <= len(args) <= 2:
        raise RuleError(f"{text!r}: expected people(PLACE) or people(PLACE, DATA)")
    definition = compiler.definition(args[1]) if len(args) == 2 else None
    return AboutPeople(text, _place(text, args[0]), definition, match["reading"] == "possible")


def _lost(compiler: Compiler, text: str, args: list[str], match: re.Match[str]) -> Node[Here]:
    if not 1 <= len(args) <= 2:
        raise RuleError(f"{text!r}: expected lost(DATA) or lost(DATA, PLACE)")
    place = _place(text, args[1]) if len(args) == 2 else "here"
    return AboutPeople(text, place, compiler.definition(args[0]), match["reading"] == "possible")


def _count(compiler: Compiler, text: str, args: list[str], match: re.Match[str]) -> Node[Here]:
    if not 1 <= len(args) <= 2 or not match["op"]:
        raise RuleError(f"{text!r}: expected count(PLACE) >= n or count(PLACE, DATA) >= n")
    definition = compiler.definition(args[1]) if len(args) == 2 else None
    return CountOf(text, _place(text, args[0]), definition, match["op"], int(match["n"]))


def _test(compiler: Compiler, text: str, args: list[str], match: re.Match[str]) -> Node[Here]:
    test = _one(text, args, "the id of a test")
    try:
        load_taxonomies().term("test", test)
    except LookupError as error:
        raise RuleError(f"{text!r}: {error}") from None

    def shown(here: Here) -> Any:
        key = here.case.test_key(test, here.prefixes)
        record = here.facts.risk.by_test.get(key) if key else None
        answer = getattr(record, "answer", record)
        return answer or ("level: " + here.facts.risk.level if here.facts.risk.level != "unknown" else "not answered")

    return Leaf(text, lambda here: f"risk.by_test.{test}", lambda here: here.case.test(test, here.prefixes), shown)


def _about_place(method: str, path: Callable[[str], str]) -> Callable[..., Node[Here]]:
    def build(compiler: Compiler, text: str, args: list[str], match: re.Match[str]) -> Node[Here]:
        place = _place(text, _one(text, args, "a place"))

        def read(here: Here) -> Value:
            found: Value = getattr(here.case, method)(_at(place, here))
            return found

        return Leaf(text, lambda here: path(_at(place, here)), read, lambda here: _whereabouts(here, method))

    return build


def _whereabouts(here: Here, method: str) -> Any:
    organisation = here.facts.organisation
    if method == "established":
        return _shown(organisation.establishments) or f"country: {organisation.country or 'not recorded'}"
    return _shown(organisation.does_business_in) if method == "does_business" else "see the people affected"


def _role(compiler: Compiler, text: str, args: list[str], match: re.Match[str]) -> Node[Here]:
    if wrong := sorted(set(args) - set(get_args(Role))):
        raise RuleError(f"{text!r}: no such role {', '.join(wrong)}; expected controller, processor, joint_controller")
    return role_leaf(tuple(args))


def role_leaf(roles: tuple[str, ...]) -> Leaf:
    """Is the organisation one of these? A role that is not known leaves it open."""

    def read(here: Here) -> Value:
        role = here.facts.organisation.role
        return None if role == "unknown" else role in roles

    return Leaf(
        f"role({', '.join(roles)})", lambda here: "organisation.role", read, lambda here: here.facts.organisation.role
    )


def _regime(compiler: Compiler, text: str, args: list[str], match: re.Match[str]) -> Node[Here]:
    if not 1 <= len(args) <= 2 or args[0] not in get_args(Regime):
        raise RuleError(f"{text!r}: expected regime(ID) or regime(ID, PLACE), ID one of the regimes of the facts")
    place = _place(text, args[1]) if len(args) == 2 else None
    return Leaf(
        text,
        lambda here: "organisation.regimes",
        lambda here: here.case.regime(args[0], _at(place, here) if place else None),
        lambda here: [str(entry) for entry in here.facts.organisation.regimes or ()] or "not recorded",
    )


def _event(compiler: Compiler, text: str, args: list[str], match: re.Match[str]) -> Node[Here]:
    """An act of somebody else. What is not recorded has not happened: it is an act, not a fact."""
    if not 1 <= len(args) <= 2 or args[0] not in get_args(EventType):
        raise RuleError(f"{text!r}: expected event(TYPE), TYPE one of {', '.join(get_args(EventType))}")
    place = _place(text, args[1]) if len(args) == 2 else None

    def read(here: Here) -> Value:
        return any(
            event.type == args[0] and (place is None or event.jurisdiction in (None, _at(place, here)))
            for event in here.facts.events
        )

    return Leaf(text, lambda here: f"events[{args[0]}]", read, lambda here: word(read(here)))


def _notice(compiler: Compiler, text: str, args: list[str], match: re.Match[str]) -> Node[Here]:
    addressee = _one(text, args, "an addressee")
    if addressee not in get_args(Addressee):
        raise RuleError(f"{text!r}: expected one of {', '.join(get_args(Addressee))}")

    def read(here: Here) -> Value:
        return any(
            notice.addressee == addressee and notice.jurisdiction in (None, here.place) for notice in here.facts.notices
        )

    return Leaf(text, lambda here: f"notices[{addressee}]", read, lambda here: word(read(here)))


CALLS: dict[str, Callable[..., Node[Here]]] = {
    "people": _people,
    "lost": _lost,
    "count": _count,
    "test": _test,
    "established": _about_place("established", lambda place: "organisation.establishments"),
    "does_business": _about_place("does_business", lambda place: "organisation.does_business_in"),
    "targeted": _about_place("targeted", lambda place: f"affected[{place}].targeted"),
    "role": _role,
    "regime": _regime,
    "event": _event,
    "notice": _notice,
}

__all__ = ["CALLS", "Compiler", "Here", "Leaf", "all_of", "any_of", "role_leaf"]
