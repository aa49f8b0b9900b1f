"""The JSON Schema of a facts document: what `parse_facts` accepts by shape, for other programs.

Sense is not part of it: that an end does not lie before its start, or that an element is not confirmed under
a category that is ruled out, is checked by `parse_facts` only.
"""

from typing import Any

from law import places
from law.facts.model import BreachFacts
from law.facts.values import RFC3339, Fact
from law.taxonomies import load_taxonomies

DIALECT = "https://json-schema.org/draft/2020-12/schema"
UNKNOWN: dict[str, Any] = {"enum": [None, "unknown"]}


def facts_schema() -> dict[str, Any]:
    """The schema as plain values, the same every time."""
    raw = BreachFacts.model_json_schema(by_alias=True)
    definitions: dict[str, Any] = raw.pop("$defs")
    for name, entry in (*definitions.items(), ("BreachFacts", raw)):
        _let_be_unknown(entry, _keeps_unknown(name))
    schema = _mended({**raw, "$defs": {**definitions, **_lists()}})
    by_test = schema["$defs"]["Risk"]["properties"]["by_test"]["anyOf"][0]
    by_test["propertyNames"] = {"pattern": _test_keys()}
    by_test["additionalProperties"]["anyOf"].append({"type": "null"})
    title = {"$schema": DIALECT, "$id": "tocsin.facts/1", "title": "Facts of a personal data breach (tocsin.facts/1)"}
    return {**title, **{key: value for key, value in schema.items() if key != "title"}}


def _keeps_unknown(name: str) -> frozenset[str]:
    """The fields in which "unknown" says something of its own, of the model with this name."""
    todo: list[type[Fact]] = [Fact]
    while todo:
        model = todo.pop()
        if model.__name__ == name:
            return model.keeps_unknown
        todo += model.__subclasses__()
    return frozenset()


def _let_be_unknown(entry: dict[str, Any], keeps: frozenset[str]) -> None:
    """A key may be missing, null or "unknown", unless it must be there."""
    required = entry.get("required", ())
    for name, value in entry.get("properties", {}).items():
        if name not in required and name not in keeps:
            entry["properties"][name] = {"anyOf": [_bare(value), UNKNOWN]}


def _bare(value: dict[str, Any]) -> dict[str, Any]:
    """A property without its default and without branches that say null."""
    kept = {key: one for key, one in value.items() if key not in ("default", "title")}
    branches = [one for one in kept.get("anyOf", ()) if one != {"type": "null"}]
    if branches:
        kept["anyOf"] = branches
    return kept


def _mended(value: Any) -> Any:
    """Lists by reference, instants by pattern, no titles that repeat the key."""
    if isinstance(value, list):
        return [_mended(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "x-list" in value:
        listed = {"$ref": f"#/$defs/list_{value['x-list']}"}
        also = value["x-also"]
        return {"anyOf": [listed, {"enum": also}]} if also else listed
    if value.get("format") == "date-time":
        return {"type": "string", "format": "date-time", "pattern": f"^{RFC3339.pattern}$"}
    return {key: _mended(one) for key, one in value.items() if not (key == "title" and isinstance(one, str))}


def _lists() -> dict[str, Any]:
    terms = load_taxonomies()
    lists = {
        "place": sorted({*places.countries(), *(p for c in places.countries() for p in places.subdivisions(c))}),
        "region": [code for number in range(1000) if places.is_region(code := f"{number:03}")],
        "data": sorted({*terms.elements, *terms.category}),
        **{kind: list(terms.ids(kind)) for kind in ("incident_type", "subject_category", "consequence")},
    }
    return {f"list_{name}": {"enum": values} for name, values in lists.items()}


def _test_keys() -> str:
    return f"^([a-z]{{2}}(-[a-z0-9]+)?\\.)?({'|'.join(load_taxonomies().ids('test'))})$"
