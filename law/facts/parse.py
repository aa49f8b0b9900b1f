"""Reading a facts document: every fault at once, each naming the key, the value and what was expected."""

import copy
import difflib
import hashlib
import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from law.facts.fault import Fault
from law.facts.model import BreachFacts
from law.facts.sense import CROSS_CHECKS


class FactsError(ValueError):
    """The document cannot be read as facts; `faults` holds every fault, in the document's order."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


def parse_facts(document: object) -> BreachFacts:
    """Reads a facts document (the decoded JSON). Raises FactsError with every fault found."""
    if not isinstance(document, dict):
        raise FactsError([Fault("", document, "an object with the keys of tocsin.facts/1")])
    if unreadable := list(_half_characters(document)):
        raise FactsError(unreadable)
    try:
        facts = BreachFacts.model_validate(document)
    except ValidationError as error:
        of_shape = _faults(error, document)
        rest = _without_faults(document, error)
        # What seems to make no sense only because a faulty value was taken out is no second fault.
        beside = [
            fault
            for fault in (_of_sense(rest) if rest else ())
            if not any(shape.path.startswith(fault.path) for shape in of_shape)
        ]
        raise FactsError([*of_shape, *beside]) from None
    if faults := _of_sense(facts):
        raise FactsError(faults)
    return facts


def _of_sense(facts: BreachFacts) -> list[Fault]:
    return [fault for check in CROSS_CHECKS for fault in check(facts)]


def to_document(facts: BreachFacts) -> dict[str, Any]:
    """The document of `facts` with everything unknown left out; parse_facts of it gives `facts` again."""
    # The name of the contract is never left out: a document must say of itself what it is.
    return {"schema": facts.schema_, **facts.model_dump(mode="json", by_alias=True, exclude_defaults=True)}


def digest(facts: BreachFacts) -> str:
    """The digest "sha256:..." over the document in its canonical form: unknowns left out, keys sorted."""
    text = json.dumps(to_document(facts), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _half_characters(value: Any, path: str = "") -> Iterator[Fault]:
    """Texts that hold half of a surrogate pair are no text: they can be neither stored nor shown."""
    if isinstance(value, str):
        if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
            yield Fault(path, value.encode("ascii", "backslashreplace").decode(), "text in whole characters")
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _half_characters(key, f"{path}/{str(key).encode('ascii', 'backslashreplace').decode()}")
            yield from _half_characters(part, f"{path}/{key}")
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _half_characters(part, f"{path}/{index}")


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


def _without_faults(document: dict[str, Any], error: ValidationError) -> BreachFacts | None:
    """The facts that are left when every faulty value is taken as unknown, so that their sense can be checked."""
    rest = copy.deepcopy(document)
    for _ in range(8):
        for detail in error.errors(include_url=False):
            _forget(rest, detail)
        try:
            return BreachFacts.model_validate(rest)
        except ValidationError as again:
            error = again
    return None


def _forget(rest: dict[str, Any], detail: ErrorDetails) -> None:
    """Takes out the value at fault; where a key is missing or an entry of a list is wrong, what holds it."""
    trail: list[tuple[Any, Any]] = []
    here: Any = rest
    for part in detail["loc"]:
        there = part in here if isinstance(here, dict) else isinstance(here, list) and part in range(len(here))
        if there:
            trail.append((here, part))
            here = here[part]
    if not trail:
        rest[str(detail["loc"][0])] = {"name": "-"}  # the only part that must be there
    while trail:
        holder, key = trail.pop()
        if isinstance(holder, dict):
            holder.pop(key)
            return


_COUNT_EXPECTED = 'a count: {"kind": "exact", "n": 5}, at_least (low), at_most (high), between or unknown'
_EXPECTED = {
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
    "string_pattern_mismatch": "a currency as three capital letters (ISO 4217), such as EUR",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
}


def _no_such_key(key: str) -> str:
    near = difflib.get_close_matches(key, _keys(), n=1, cutoff=0.7)
    hint = f"; did you mean {near[0]}?" if near and near[0] != key else ""
    return f"no such key here{hint} (`manage.py law schema` lists the keys)"


@lru_cache(maxsize=1)
def _keys() -> tuple[str, ...]:
    definitions = BreachFacts.model_json_schema()["$defs"]
    own = BreachFacts.model_fields
    found = {name for entry in definitions.values() for name in entry.get("properties", ())}
    return tuple(sorted(found | {field.alias or name for name, field in own.items()}))


def _expected(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    kind = error["type"]
    if kind == "extra_forbidden":
        return _no_such_key(str(error["loc"][-1]))
    if kind == "literal_error":
        return str(context["expected"]).replace("'", "").replace(" or ", ", or ")
    if kind == "value_error":
        return str(context.get("error", error["msg"])).removeprefix("expected ")
    words = _EXPECTED.get(kind, error["msg"])
    return words if words is _COUNT_EXPECTED else words.format(**context)


def _faults(error: ValidationError, document: object) -> list[Fault]:
    """One fault for each place, in the document's order."""
    told: dict[str, list[ErrorDetails]] = {}
    for detail in error.errors(include_url=False):
        told.setdefault(_pointer(detail["loc"], document), []).append(detail)
    # Where a part of a value is named, the same value's "is no such thing" says nothing more.
    return [
        _one_fault(path, details)
        for path, details in told.items()
        if not any(other.startswith(path + "/") for other in told)
    ]


def _one_fault(path: str, details: list[ErrorDetails]) -> Fault:
    """A union reports one fault for each of its branches: the branch that knows the shape speaks alone."""
    knowing = [one for one in details if one["type"] == "value_error" and isinstance(one["input"], dict)]
    expected = list(dict.fromkeys(_expected(one) for one in knowing or details))
    value = None if details[0]["type"] == "missing" else details[0]["input"]
    return Fault(path, value, "; or ".join(expected))
