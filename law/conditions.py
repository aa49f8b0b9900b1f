"""The compiler of conditions: the closed grammar in which law files ask about a case.

docs/law/reading-a-rule.md explains the grammar with examples; docs/law/adding-a-jurisdiction.md shows
how to write a rule.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, get_args

from law import places
from law.data_conditions import Definition
from law.expressions import Node, RuleError, compile_expression
from law.facts.model import Addressee, EventType, Regime, Role
from law.kleene import Value, word
from law.leaves import AboutPeople, Applies, CountOf, Here, Leaf, Name, Scope, scope_of
from law.paths import comparison, membership, reading, shown
from law.rows import UNION, WORLD
from law.taxonomies import load_taxonomies

PATH_IS = re.compile(r"(?P<path>[a-z_]+(?:\.[a-z_]+)+) is (?P<reading>confirmed|believed|possible|yes|no)")
PATH_IN = re.compile(r"(?P<path>[a-z_]+(?:\.[a-z_]+)+) in \[(?P<values>[a-z0-9_, ]+)\]")
PATH_COUNT = re.compile(r"(?P<path>[a-z_]+(?:\.[a-z_]+)*) (?P<op>>=|<=|>|<) (?P<n>[0-9_]+)(?: (?P<currency>[A-Z]{3}))?")
CALL = re.compile(
    r"(?P<name>[a-z_]+)\((?P<args>[^()]*)\)(?: is (?P<reading>confirmed|possible))?"
    r"(?: (?P<op>>=|<=|>|<) (?P<n>[0-9_]+))?"
)
PLACES = ("here", WORLD, *UNION)
READ_AS_POSSIBLE = ("people", "lost", "count")
OF_DEFINITIONS = ("people", "lost", "count")  # may name a definition of data of their own file


class Compiler:
    """Compiles the conditions of one law file, given its sets, data definitions and named conditions."""

    def __init__(self, sets: dict[str, list[str]], data: dict[str, Definition]) -> None:
        self.sets = sets
        self.data = data
        self.named: dict[str, Node[Here]] = {}

    def define(self, name: str, raw: Any) -> None:
        """Adds a condition of `[let]`; it may use those above it."""
        node = self.compile(raw)
        self.named[name] = Name(name, node, scope_of(node))

    def compile(self, raw: Any) -> Node[Here]:
        return compile_expression(raw, self.leaf)

    def leaf(self, text: str) -> Node[Here]:
        if text in self.named:
            return self.named[text]
        if match := PATH_IN.fullmatch(text):
            names = [name.strip() for name in match["values"].split(",") if name.strip()]
            return _membership(text, match["path"], frozenset(one for n in names for one in self.sets.get(n, [n])))
        if match := CALL.fullmatch(text):
            return self._call(text, match)
        if (found := _of_a_fact(text)) is not None:
            return found
        raise RuleError(
            f"{text!r} is no condition: expected a name of [let] above, 'path is confirmed', 'path in [..]', "
            "'path >= n' or one of " + ", ".join(f"{name}(...)" for name in sorted(CALLS))
        )

    def _call(self, text: str, match: re.Match[str]) -> Node[Here]:
        name = match["name"]
        args = [arg.strip() for arg in match["args"].split(",") if arg.strip()]
        if name not in CALLS:
            raise RuleError(f"{text!r}: no such question; expected one of {', '.join(sorted(CALLS))}")
        if match["op"] and name not in ("count", "at_risk"):
            raise RuleError(f"{text!r}: only count(...) and at_risk(...) are compared with a number")
        if match["reading"] == "possible" and name not in READ_AS_POSSIBLE:
            raise RuleError(f"{text!r}: only {', '.join(READ_AS_POSSIBLE)} are read as possible")
        if name in OF_DEFINITIONS and (name == "lost" or len(args) > 1):
            return CALLS[name](self, text, args, match)
        return _shared_call(text)

    def definition(self, name: str) -> Definition:
        if name not in self.data:
            raise RuleError(f"{name!r}: no such definition; expected one of [data]: {', '.join(self.data) or 'none'}")
        return self.data[name]


# Conditions that say the same are one object in all laws: what one of them came to, the others need not ask again.


@lru_cache(maxsize=4096)
def _of_a_fact(text: str) -> Node[Here] | None:
    if match := PATH_IS.fullmatch(text):
        return reading(text, match["path"], match["reading"])
    if match := PATH_COUNT.fullmatch(text):
        return comparison(text, match["path"], match["op"], int(match["n"]), match["currency"])
    return None


@lru_cache(maxsize=4096)
def _membership(text: str, path: str, wanted: frozenset[str]) -> Node[Here]:
    return membership(text, path, set(wanted))


@lru_cache(maxsize=4096)
def _shared_call(text: str) -> Node[Here]:
    match = CALL.fullmatch(text)
    if match is None:
        raise RuleError(f"{text!r} is no question")
    args = [arg.strip() for arg in match["args"].split(",") if arg.strip()]
    return CALLS[match["name"]](Compiler({}, {}), text, args, match)


# -- the questions a rule may ask --------------------------------------------------------------------


def _one(text: str, args: list[str], what: str) -> str:
    if len(args) != 1:
        raise RuleError(f"{text!r}: expected one argument, {what}")
    return args[0]


def _place(text: str, place: str) -> str:
    if place not in PLACES and not places.is_place(place):
        raise RuleError(f"{text!r}: {place!r} is no place; expected here, world, EU, EEA or an ISO 3166 code")
    return place


def _scope(place: str | None) -> Scope:
    return "place" if place == "here" else "case"


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
    possible = match["reading"] == "possible"
    return CountOf(text, _place(text, args[0]), definition, possible, match["op"], int(match["n"]))


def _at_risk(compiler: Compiler, text: str, args: list[str], match: re.Match[str]) -> Node[Here]:
    place = _place(text, _one(text, args, "a place"))
    if not match["op"]:
        raise RuleError(f"{text!r}: expected at_risk(PLACE) >= n")
    return CountOf(text, place, None, False, match["op"], int(match["n"]), at_risk=True)


def _test(compiler: Compiler, text: str, args: list[str], match: re.Match[str]) -> Node[Here]:
    test = _one(text, args, "the id of a test")
    try:
        load_taxonomies().term("test", test)
    except LookupError as error:
        raise RuleError(f"{text!r}: {error}") from None

    def show(here: Here) -> Any:
        answer, _ = here.case.test_answer(test, here.prefixes)
        if answer:
            return answer
        if here.case.test(test, here.prefixes) is None:
            return "not answered"
        level = here.facts.risk.level
        return f"level: {level}" if level != "unknown" else "follows from another test"

    return Leaf(
        text, lambda here: f"risk.by_test.{test}", lambda here: here.case.test(test, here.prefixes), show, scope="tests"
    )


def _about_place(method: str, path: Callable[[str], str]) -> Callable[..., Node[Here]]:
    def build(compiler: Compiler, text: str, args: list[str], match: re.Match[str]) -> Node[Here]:
        place = _place(text, _one(text, args, "a place"))

        def read(here: Here) -> Value:
            found: Value = getattr(here.case, method)(here.at(place))
            return found

        return Leaf(
            text, lambda here: path(here.at(place)), read, lambda here: _whereabouts(here, method, here.at(place)),
            scope=_scope(place),
        )  # fmt: skip

    return build


def _whereabouts(here: Here, method: str, place: str) -> Any:
    organisation = here.facts.organisation
    if method == "established":
        return shown(organisation.establishments) or f"country: {organisation.country or 'not recorded'}"
    if method == "does_business":
        return shown(organisation.does_business_in) or "not recorded"
    return [f"{row.group.id}: {row.group.targeted}" for row in here.case.rows(place)] or "nobody recorded"


def _role(compiler: Compiler, text: str, args: list[str], match: re.Match[str]) -> Node[Here]:
    if not args or (wrong := sorted(set(args) - (set(get_args(Role)) - {"unknown"}))):
        raise RuleError(
            f"{text!r}: no such role {', '.join(wrong) if args else ''}; "
            "expected controller, processor, joint_controller"
        )
    return role_leaf(tuple(args))


@lru_cache(maxsize=16)
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

    def show(here: Here) -> Any:
        entries = here.facts.organisation.regimes
        if entries is None:
            return "not recorded"
        return [entry if isinstance(entry, str) else entry.id for entry in entries] or "none"

    return Leaf(
        text,
        lambda here: "organisation.regimes",
        lambda here: here.case.regime(args[0], here.at(place) if place else None),
        show,
        _scope(place),
    )


def _event(compiler: Compiler, text: str, args: list[str], match: re.Match[str]) -> Node[Here]:
    """An act of somebody else. What is not recorded has not happened: it is an act, not a fact."""
    if not 1 <= len(args) <= 2 or args[0] not in get_args(EventType):
        raise RuleError(f"{text!r}: expected event(TYPE), TYPE one of {', '.join(get_args(EventType))}")
    place = _place(text, args[1]) if len(args) == 2 else None

    def read(here: Here) -> Value:
        return bool(here.case.events(args[0], here.at(place) if place else None))

    return Leaf(text, lambda here: f"events[{args[0]}]", read, lambda here: _recorded(read(here)), _scope(place))


def _notice(compiler: Compiler, text: str, args: list[str], match: re.Match[str]) -> Node[Here]:
    """A notice that has been sent. What is not recorded has not been sent."""
    addressee = _one(text, args, "an addressee")
    if addressee not in get_args(Addressee):
        raise RuleError(f"{text!r}: expected one of {', '.join(get_args(Addressee))}")

    def read(here: Here) -> Value:
        return bool(here.case.notices(addressee, here.place))

    return Leaf(text, lambda here: f"notices[{addressee}]", read, lambda here: _recorded(read(here)), "place")


def _applies(compiler: Compiler, text: str, args: list[str], match: re.Match[str]) -> Node[Here]:
    """Another duty of the same file; law.file_checks sees that there is one, and no circle."""
    return Applies(_one(text, args, "the id of another duty of this file"))


def _recorded(value: Value) -> str:
    return "recorded" if word(value) == "true" else "not recorded"


CALLS: dict[str, Callable[..., Node[Here]]] = {
    "people": _people,
    "lost": _lost,
    "count": _count,
    "at_risk": _at_risk,
    "test": _test,
    "established": _about_place("established", lambda place: "organisation.establishments"),
    "does_business": _about_place("does_business", lambda place: "organisation.does_business_in"),
    "targeted": _about_place("targeted", lambda place: f"affected[{place}].targeted"),
    "role": _role,
    "regime": _regime,
    "event": _event,
    "notice": _notice,
    "applies": _applies,
}

__all__ = ["CALLS", "Compiler", "Here", "Leaf", "role_leaf"]
