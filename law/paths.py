"""Leaves that read one fact by its path: `PATH is confirmed`, `PATH in [a, b]`, `PATH >= N`."""

import types
from collections.abc import Callable
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from law.expressions import RuleError
from law.facts import values
from law.facts.model import BreachFacts
from law.facts.values import bounds
from law.kleene import Value
from law.leaves import OPERATORS, Here, Leaf, interval_words
from law.rows import Interval
from law.taxonomies import load_taxonomies

Options = set[str] | str | None
READINGS: dict[str, dict[str, Value]] = {
    "confirmed": {"confirmed": True, "yes": True, "partly": False, "ruled_out": False, "no": False},
    "believed": {
        "confirmed": True, "yes": True, "reasonably_believed": True, "partly": False, "ruled_out": False, "no": False,
    },
    "possible": {
        "confirmed": True, "yes": True, "reasonably_believed": True, "suspected": True, "no_evidence": True,
        "partly": True, "ruled_out": False, "no": False,
    },
    "no": {"confirmed": False, "yes": False, "partly": False, "ruled_out": True, "no": True},
}  # fmt: skip
READINGS["yes"] = READINGS["confirmed"]
# A value that may turn out to be another: "possibly malicious" is neither malicious nor not.
MIDDLES = {"possibly_malicious": "malicious"}


def reading(text: str, path: str, how: str) -> Leaf:
    """`PATH is confirmed|believed|possible|yes|no`. Raises RuleError."""
    get, options = getter(path)
    if not isinstance(options, set) or not options & {"confirmed", "yes"}:
        raise RuleError(f"{path!r} is not read as {how}: it is neither a yes/no fact nor on the evidence scale")
    table = READINGS[how]
    return Leaf(text, lambda here: path, lambda here: table.get(get(here.facts)), lambda here: get(here.facts))


def membership(text: str, path: str, wanted: set[str]) -> Leaf:
    """`PATH in [a, b]` for an enumerated fact. Raises RuleError."""
    get, options = getter(path)
    _check_options(path, options, wanted)
    open_values = {middle for middle, sure in MIDDLES.items() if sure in wanted and middle not in wanted}

    def read(here: Here) -> Value:
        value = get(here.facts)
        if value is None or value in ("unknown", "not_yet_known"):
            return None
        if isinstance(value, tuple):
            return bool(wanted & set(value))
        return None if value in open_values else value in wanted

    return Leaf(text, lambda here: path, read, lambda here: shown(get(here.facts)))


def comparison(text: str, path: str, operator: str, number: int, currency: str | None) -> Leaf:
    """`PATH >= N` for a count, `PATH > N EUR` for an amount; another currency leaves it open. Raises RuleError."""
    get, options = getter(path)
    if (options == "money") != bool(currency) or options not in ("count", "money"):
        raise RuleError(f"{text!r}: expected a count compared with a number, or an amount with its currency")

    def interval(here: Here) -> Interval:
        value = get(here.facts)
        if currency:
            return bounds(value.amount) if value and value.currency == currency else (0, None)
        return bounds(value)

    def read(here: Here) -> Value:
        return OPERATORS[operator](interval(here), number)

    return Leaf(text, lambda here: path, read, lambda here: interval_words(interval(here)))


def getter(path: str) -> tuple[Callable[[BreachFacts], Any], Options]:
    """How to read a path, and what may stand there: a set of values, "count", "money" or None (free)."""
    parts = path.split(".")
    model: type[BaseModel] = BreachFacts
    options: Options = None
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


def _options(annotation: Any) -> Options:
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


def _check_options(path: str, options: Options, wanted: set[str]) -> None:
    if path == "cause.type":
        options = set(load_taxonomies().ids("incident_type"))
    if not isinstance(options, set):
        raise RuleError(f"{path!r} is no enumerated fact")
    if wrong := sorted(wanted - options):
        raise RuleError(f"{path!r} never is {', '.join(wrong)}; expected of {', '.join(sorted(options))}")


def shown(value: Any) -> Any:
    """A fact as the tree of reasons shows it."""
    return list(value) if isinstance(value, tuple) else value
