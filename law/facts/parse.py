"""Reading a facts document: every fault at once, each naming the key, the value and what was expected."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from law.facts.model import BreachFacts
from law.facts.values import earliest, latest
from law.taxonomies import load_taxonomies


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: where (`/affected/0/count/n`), what stands there, what was expected."""

    path: str
    value: Any
    expected: str

    def __str__(self) -> str:
        shown = json.dumps(self.value, ensure_ascii=False, default=str)
        if len(shown) > 80:
            shown = shown[:77] + "..."
        return f"{self.path or '/'}: {shown}: expected {self.expected}"


class FactsError(ValueError):
    """The document cannot be read as facts; `faults` holds every fault, in the document's order."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


def parse_facts(document: object) -> BreachFacts:
    """Reads a facts document (the decoded JSON). Raises FactsError with every fault found."""
    if not isinstance(document, dict):
        raise FactsError([Fault("", document, "an object with the keys of tocsin.facts/1")])
    try:
        facts = BreachFacts.model_validate(document)
    except ValidationError as error:
        raise FactsError(_faults(error, document)) from None
    faults = [fault for rule in CROSS_CHECKS for fault in rule(facts)]
    if faults:
        raise FactsError(faults)
    return facts


def to_document(facts: BreachFacts) -> dict[str, Any]:
    """The document of `facts` with everything unknown left out; parse_facts of it gives `facts` again."""
    return facts.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def digest(facts: BreachFacts) -> str:
    """The digest "sha256:..." over the document in its canonical form: unknowns left out, keys sorted."""
    text = json.dumps(to_document(facts), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


# -- faults of shape ---------------------------------------------------------------------------------

_UNION_TAGS = {"ExactCount", "exact", "AtLeast", "at_least", "AtMost", "at_most", "Between", "between",
               "UnknownCount", "Span", "RegimeEntry", "TestRecord", "datetime"}  # fmt: skip


def _pointer(loc: tuple[int | str, ...], document: Any) -> str:
    """A JSON pointer; the names of union branches that pydantic puts into `loc` are left out."""
    parts: list[str] = []
    here = document
    for part in loc:
        known = isinstance(here, dict) and part in here
        if isinstance(here, list) and isinstance(part, int) and part < len(here):
            here, known = here[part], True
        elif known:
            here = here[part]
        if known or not _is_branch(part):
            parts.append(str(part).replace("~", "~0").replace("/", "~1"))
    return "/" + "/".join(parts)


def _is_branch(part: int | str) -> bool:
    text = str(part)
    return text in _UNION_TAGS or "[" in text


_COUNT_EXPECTED = 'a count: {"kind": "exact", "n": 5}, at_least (low), at_most (high), between or unknown'
_EXPECTED = {
    "extra_forbidden": "no such key here (see `manage.py law schema` for the keys)",
    "missing": "this key to be given",
    "union_tag_invalid": _COUNT_EXPECTED,
    "union_tag_not_found": _COUNT_EXPECTED,
    "model_attributes_type": _COUNT_EXPECTED,
    "greater_than_equal": "a whole number of {ge} or more",
    "less_than_equal": "a whole number of {le} or less",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "string_type": "text",
    "string_too_short": "text that is not empty",
    "string_pattern_mismatch": "text of the form {pattern}",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
}


def _expected(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    kind = error["type"]
    if kind == "literal_error":
        return str(context["expected"]).replace("'", "").replace(" or ", ", or ")
    if kind == "value_error":
        return str(context.get("error", error["msg"])).removeprefix("expected ")
    words = _EXPECTED.get(kind, error["msg"])
    return words if words is _COUNT_EXPECTED else words.format(**context)


def _faults(error: ValidationError, document: object) -> list[Fault]:
    found: dict[str, Fault] = {}
    for detail in error.errors(include_url=False):
        path = _pointer(detail["loc"], document)
        value = None if detail["type"] == "missing" else detail["input"]
        fault = Fault(path, value, _expected(detail))
        # A union reports one fault for each branch: keep the one that speaks of the deepest place.
        if path in found:
            if fault.expected not in found[path].expected:
                fault = Fault(path, value, f"{found[path].expected}; or {fault.expected}")
            else:
                fault = found[path]
        found[path] = fault
    # Where a part of a value is named, the same value's "is no such thing" says nothing more.
    return [one for path, one in found.items() if not any(other.startswith(path + "/") for other in found)]


# -- faults of sense ---------------------------------------------------------------------------------


def _times_in_order(facts: BreachFacts) -> Iterator[Fault]:
    line = facts.timeline
    begin, end = earliest(line.occurred_from), latest(line.occurred_until)
    if begin and end and end < begin:
        yield Fault("/timeline/occurred_until", end.isoformat(), f"an end not before occurred_from {begin.isoformat()}")


def _groups_named_once(facts: BreachFacts) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, group in enumerate(facts.affected):
        if group.id in seen:
            yield Fault(f"/affected/{index}/id", group.id, "an id that no other group has")
        seen.add(group.id)
        if group.country is None and group.region is None:
            yield Fault(f"/affected/{index}", group.id, 'a country, a region (UN M49) or country "unknown"')
        if group.country is not None and group.region is not None:
            yield Fault(f"/affected/{index}/region", group.region, "either a country or a region, not both")
        if group.subdivision and not group.subdivision.startswith(f"{group.country}-"):
            yield Fault(
                f"/affected/{index}/subdivision", group.subdivision, f"a subdivision of country {group.country}"
            )
    for index, group in enumerate(facts.affected):
        for other in group.overlaps:
            if other not in seen or other == group.id:
                yield Fault(f"/affected/{index}/overlaps", other, "the id of another group of `affected`")
    for index, item in enumerate(facts.data):
        for other in item.groups or ():
            if other not in seen:
                yield Fault(f"/data/{index}/groups", other, "the id of a group of `affected`")


def _parties_named_once(facts: BreachFacts) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, party in enumerate(facts.parties):
        if party.id in seen:
            yield Fault(f"/parties/{index}/id", party.id, "an id that no other party has")
        seen.add(party.id)


def _categories_agree_with_elements(facts: BreachFacts) -> Iterator[Fault]:
    """An element cannot be there where its whole category is ruled out for the same people."""
    out = [item for item in facts.data if item.status == "ruled_out"]
    for index, item in enumerate(facts.data):
        if item.status not in ("confirmed", "suspected") or item.category == "unknown":
            continue
        category = load_taxonomies().category_of(item.category)
        for rule in out:
            if rule.category == category != item.category and _share_groups(item.groups, rule.groups):
                yield Fault(
                    f"/data/{index}/status",
                    item.status,
                    f"ruled_out, because its category {category} is ruled out for the same people",
                )
    stated: dict[tuple[str, tuple[str, ...] | None], int] = {}
    for index, item in enumerate(facts.data):
        key = (item.category, tuple(sorted(item.groups)) if item.groups is not None else None)
        if key in stated and item.category not in ("unknown", "other"):
            yield Fault(
                f"/data/{index}", item.category, f"one row for it; row {stated[key]} says the same data and groups"
            )
        stated.setdefault(key, index)


def _share_groups(one: tuple[str, ...] | None, other: tuple[str, ...] | None) -> bool:
    return one is None or other is None or bool(set(one) & set(other))


def _tests_known(facts: BreachFacts) -> Iterator[Fault]:
    for key in facts.risk.by_test:
        test = key.rsplit(".", 1)[-1]
        try:
            load_taxonomies().term("test", test)
        except LookupError as error:
            yield Fault(f"/risk/by_test/{key}", test, f"an id of a test; {error}")


CROSS_CHECKS: tuple[Callable[[BreachFacts], Iterator[Fault]], ...] = (
    _times_in_order,
    _groups_named_once,
    _parties_named_once,
    _categories_agree_with_elements,
    _tests_known,
)
