"""Paths into a facts document, and patches made of them. Pure: documents in, documents out.

A path is a JSON pointer (RFC 6901: segments after "/", with "~0" for "~" and "~1" for "/") in which
the rows of a list are named by what they are about, never by their index, so that a row added by one
officer does not move another officer's path:

    /cause/type                     a fact of a section
    /affected/g1/count              the count of the affected group whose id is "g1"
    /data/payment_card/status       the data row of a category (of all groups)
    /data/vehicle@g1,g2/status      the data row of a category for the groups g1 and g2 alone
    /notices/individuals@AU/first_sent_at
    /risk/by_test/au.serious_harm   an entry of a map
    /affected/g1                    a whole row

`ROWS` says which fields name a row of which list. Fields are joined by "@", the members of a list
field (sorted) by ","; trailing empty fields fall away; "%", "@", ",", "#" inside a field are written
%25, %40, %2C, %23. Where two rows would bear one name, the second is called "name#2".

What stands in no list and no section is a VALUE and is set as a whole: a count, an instant or span,
an amount, a test's answer, a list of words. A patch maps paths to new values; None takes a value
away (back to unknown) or removes a row. Fields that name a row cannot be patched: remove the row and
add another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = Any  # the decoded JSON of a facts document: dict, list, str, int, float, bool or None
Document = Mapping[str, Any]
Patch = Mapping[str, Any]
Segments = tuple[str, ...]

GROUPS: frozenset[Segments] = frozenset({
    (), ("organisation",), ("processing",), ("nature",), ("records",), ("cause",), ("incident",),
    ("incident", "disruption"), ("extortion",), ("timeline",), ("exposure",), ("risk",), ("risk", "by_test"),
    ("measures",), ("measures", "identity_protection"), ("provenance",),
})  # fmt: skip
"""Sections and maps: they hold facts and are none themselves."""

MAPS: frozenset[Segments] = frozenset({("risk", "by_test"), ("provenance",)})
"""Sections whose keys are not fixed."""

ROWS: Mapping[Segments, tuple[str, ...]] = {
    ("organisation", "representatives"): ("for",),
    ("parties",): ("id",),
    ("incident", "classes"): ("scheme",),
    ("events",): ("type", "jurisdiction"),
    ("notices",): ("addressee", "jurisdiction", "duty", "stage"),
    ("affected",): ("id",),
    ("data",): ("category", "groups"),
    ("risk", "consequences"): ("id",),
    ("delays",): ("ground", "jurisdiction"),
    ("claims",): ("exemption", "jurisdiction"),
}
"""Lists of rows, each with the fields that name a row in it."""


@dataclass(frozen=True, slots=True)
class PathFault:
    """One path of a patch that cannot be applied, and what was expected there."""

    path: str
    expected: str

    def __str__(self) -> str:
        return f"{self.path}: expected {self.expected}"


class PathError(ValueError):
    """A patch whose paths cannot be applied; `faults` holds every fault."""

    def __init__(self, faults: Iterable[PathFault]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(map(str, self.faults)))


@dataclass(frozen=True, slots=True)
class Change:
    """One path with the value before and after; None stands for "nothing recorded"."""

    path: str
    before: Any
    after: Any


# -- segments and names ------------------------------------------------------------------------------


def parse(path: str) -> Segments:
    """The segments of a path. PathError where it does not begin with "/" or ends in one."""
    if not path.startswith("/") or path == "/" or "" in path[1:].split("/"):
        raise PathError([PathFault(path, 'a path such as "/affected/g1/count"')])
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in path[1:].split("/"))


def join(segments: Iterable[str]) -> str:
    """The path of the segments; parse(join(s)) == s."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in segments)


def _pattern(segments: Segments) -> Segments:
    """The segments with every row's name replaced by "*": the place in the document's structure."""
    out: list[str] = []
    for part in segments:
        out.append("*" if tuple(out) in ROWS else part)
    return tuple(out)


def pattern(path: str) -> str:
    """The path with "*" for every name of a row and key of a map: "/affected/*/count", "/risk/by_test/*".

    Questions are asked of patterns.
    """
    place = _pattern(parse(path))
    return join((*place[:-1], "*") if place[:-1] in MAPS else place)


def _holds(place: Segments) -> bool:
    """May this place hold facts of its own: a section, a map or a row?"""
    return place in GROUPS or (len(place) > 1 and place[-1] == "*" and place[:-1] in ROWS)


_ESCAPES = (("%", "%25"), ("@", "%40"), (",", "%2C"), ("#", "%23"))


def _escape(text: str) -> str:
    for plain, escaped in _ESCAPES:
        text = text.replace(plain, escaped)
    return "%2D" if text == "-" else text


def _unescape(text: str) -> str:
    text = text.replace("%2D", "-")
    for plain, escaped in reversed(_ESCAPES):
        text = text.replace(escaped, plain)
    return text


def row_name(row: Mapping[str, Any], fields: tuple[str, ...]) -> str:
    """The name of a row by its naming fields, without the "#2" of a namesake."""
    parts = []
    for field in fields:
        value = row.get(field)
        if isinstance(value, list | tuple):
            parts.append(",".join(sorted(_escape(str(item)) for item in value)) if value else "-")
        else:
            parts.append("" if value is None else _escape(str(value)))
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return "@".join(parts)


LIST_FIELDS = frozenset({"groups"})


def naming_fields(name: str, fields: tuple[str, ...]) -> dict[str, Any]:
    """The fields that a row's name states: {"category": "vehicle", "groups": ["g1", "g2"]}."""
    out: dict[str, Any] = {}
    for field, part in zip(fields, name.split("#", 1)[0].split("@"), strict=False):
        if part == "":
            continue
        if field in LIST_FIELDS:
            out[field] = [] if part == "-" else [_unescape(item) for item in part.split(",")]
        else:
            out[field] = _unescape(part)
    return out


# -- the document as a tree ---------------------------------------------------------------------------


def _named_rows(rows: Iterable[Any], fields: tuple[str, ...]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    seen: dict[str, int] = {}
    for row in rows:
        name = row_name(row if isinstance(row, Mapping) else {fields[0]: row}, fields)
        seen[name] = seen.get(name, 0) + 1
        named[name if seen[name] == 1 else f"{name}#{seen[name]}"] = row
    return named


def _tree(node: Any, place: Segments) -> Any:
    """The document with every list of rows turned into a mapping from name to row."""
    if place in ROWS:
        rows = _named_rows(node or (), ROWS[place])
        return {name: _tree(row, (*place, "*")) for name, row in rows.items()}
    if _holds(place) and isinstance(node, Mapping):
        return {key: _tree(item, (*place, key)) for key, item in node.items()}
    return node


def _untree(node: Any, place: Segments) -> Any:
    if place in ROWS:
        return [_untree(row, (*place, "*")) for row in node.values()]
    if _holds(place) and isinstance(node, Mapping):
        return {key: _untree(item, (*place, key)) for key, item in node.items()}
    return node


def _walk(node: Any, place: Segments, trail: Segments) -> Iterator[tuple[Segments, Any]]:
    """Every value with its segments. A row that consists of its name alone is given as itself."""
    if place in ROWS:
        for name, row in node.items():
            yield from _walk_row(row, place, (*trail, name))
    elif place in GROUPS and isinstance(node, Mapping):
        for key, item in node.items():
            yield from _walk(item, (*place, key), (*trail, key))
    else:
        yield trail, node


def _walk_row(row: Any, place: Segments, trail: Segments) -> Iterator[tuple[Segments, Any]]:
    if not isinstance(row, Mapping):
        yield trail, row
        return
    facts = [(key, item) for key, item in row.items() if key not in ROWS[place]]
    if not facts:
        yield trail, dict(row)
    for key, item in facts:
        yield (*trail, key), item


def leaves(document: Document) -> dict[str, Any]:
    """Every value of the document by its path, in the document's order."""
    return {join(trail): value for trail, value in _walk(_tree(document, ()), (), ())}


def names(document: Document, place: Segments) -> list[str]:
    """The names of the rows of one list (a key of ROWS), in the document's order."""
    node: Any = document
    for part in place:
        node = node.get(part) if isinstance(node, Mapping) else None
    return list(_named_rows(node or (), ROWS[place]))


def get(document: Document, path: str) -> Any:
    """The value at a path, or None where nothing is recorded. A row comes as its object."""
    node: Any = _tree(document, ())
    trail: Segments = ()
    for part in parse(path):
        if not (_holds(_pattern(trail)) or _pattern(trail) in ROWS) or not isinstance(node, Mapping):
            return None
        if part not in node:
            return None
        node = node[part]
        trail = (*trail, part)
    return _untree(node, _pattern(trail))


def from_pointer(document: Document, pointer: str) -> str:
    """A plain JSON pointer with indexes ("/affected/0/count") as a path of ours.

    Parts below a value stay as they are ("/affected/0/count/n" -> "/affected/g1/count/n"), and so
    does an index that the document does not have.
    """
    trail: list[str] = []
    node: Any = document
    for part in parse(pointer) if pointer not in ("", "/") else ():
        place = _pattern(tuple(trail))
        if place in ROWS and isinstance(node, list) and part.isdigit() and int(part) < len(node):
            trail.append(list(_named_rows(node, ROWS[place]))[int(part)])
            node = node[int(part)]
        else:
            trail.append(part)
            node = node.get(part) if isinstance(node, Mapping) else None
    return join(trail)


# -- patches -------------------------------------------------------------------------------------------


def overlap(one: str, other: str) -> bool:
    """Do two paths speak of the same thing: equal, or one a row that holds the other?"""
    return one == other or one.startswith(other + "/") or other.startswith(one + "/")


def _fault(path: str, value: Any) -> str | None:
    """What the document's structure expects instead of this entry of a patch, or None."""
    segments = parse(path)
    place = _pattern(segments)
    for length in range(1, len(place)):
        holder = place[:length]
        if not _holds(holder) and holder not in ROWS:
            return f"the value as a whole, at {join(segments[:length])}"
    if place in GROUPS:
        return f"one fact of this section, such as {path}/…"
    if place in ROWS:
        return f"one row of this list, such as {path}/…"
    if place[:-2] in ROWS and place[-1] in ROWS[place[:-2]]:
        row = join(segments[:-1])
        return f"no change here, because it names the row: remove {row} and add another row"
    if place[:-1] in ROWS and value is not None:
        return _row_fault(segments, value, ROWS[place[:-1]])
    return None


def _row_fault(segments: Segments, value: Any, fields: tuple[str, ...]) -> str | None:
    if not isinstance(value, Mapping):
        return "the row as an object, or null to remove it"
    named = naming_fields(segments[-1], fields)
    for field in fields:
        given = value.get(field)
        if given is not None and row_name({field: given}, (field,)) != row_name(named, (field,)):
            return f"{field} {named.get(field)!r}, as the path names it, not {given!r}"
    return None


def check(patch: Patch) -> list[PathFault]:
    """Every fault of a patch that shows without the document."""
    faults: list[PathFault] = []
    for path, value in patch.items():
        try:
            message = _fault(path, value)
        except PathError as error:
            faults += error.faults
            continue
        if message:
            faults.append(PathFault(path, message))
    ordered = sorted(patch)
    faults += [
        PathFault(inner, f"one of the two: the same patch sets {outer}, which holds it")
        for outer in ordered
        for inner in ordered
        if inner.startswith(outer + "/")
    ]
    return faults


def apply(document: Document, patch: Patch) -> dict[str, Any]:
    """A new document with the patch applied; the old one is left alone. PathError names every fault.

    Rows that a path names and the document does not have are made, with their naming fields.
    """
    faults = check(patch)
    if faults:
        raise PathError(faults)
    tree: dict[str, Any] = _tree(document, ())
    for path, value in patch.items():
        _set(tree, parse(path), value)
    result: dict[str, Any] = _untree(tree, ())
    return result


def _set(tree: dict[str, Any], segments: Segments, value: Any) -> None:
    node = tree
    for index, part in enumerate(segments[:-1]):
        place = _pattern(segments[:index])
        if not isinstance(node.get(part), dict):
            if value is None:
                return
            node[part] = naming_fields(part, ROWS[place]) if place in ROWS else {}
        node = node[part]
    name = segments[-1]
    place = _pattern(segments[:-1])
    if value is None:
        node.pop(name, None)
        if place in ROWS:
            _forget_provenance(tree, join(segments))
    elif place in ROWS:
        node[name] = {**naming_fields(name, ROWS[place]), **value}
    else:
        node[name] = value


def _forget_provenance(tree: dict[str, Any], row: str) -> None:
    """A removed row takes the provenance of its facts with it."""
    held = tree.get("provenance")
    if isinstance(held, dict):
        for key in [key for key in held if overlap(key, row)]:
            del held[key]


def diff(before: Document, after: Document) -> dict[str, Change]:
    """What changed, by path: values changed, added or taken away, and rows removed as a whole.

    apply(before, {path: change.after}) says the same as `after`; the order of rows is not compared.
    """
    old_tree, new_tree = _tree(before, ()), _tree(after, ())
    removed = {join(trail): row for trail, row in _rows(old_tree) if not _has(new_tree, trail)}
    old = {join(trail): value for trail, value in _walk(old_tree, (), ())}
    new = {join(trail): value for trail, value in _walk(new_tree, (), ())}
    changes = {path: Change(path, row, None) for path, row in removed.items()}
    for path, value in old.items():
        if path not in new and not any(overlap(path, row) for row in removed):
            if not _is_row(path):
                changes[path] = Change(path, value, None)
        elif path in new and value != new[path]:
            changes[path] = Change(path, value, new[path])
    for path, value in new.items():
        if path not in old and not (_is_row(path) and _has(old_tree, parse(path))):
            changes[path] = Change(path, None, value)
    return changes


def _is_row(path: str) -> bool:
    return _pattern(parse(path))[:-1] in ROWS


def _rows(tree: dict[str, Any]) -> Iterator[tuple[Segments, Any]]:
    for place in ROWS:
        node: Any = tree
        for part in place:
            node = node.get(part, {}) if isinstance(node, Mapping) else {}
        for name, row in node.items():
            yield (*place, name), row


def _has(tree: dict[str, Any], segments: Segments) -> bool:
    node: Any = tree
    for part in segments:
        if not isinstance(node, Mapping) or part not in node:
            return False
        node = node[part]
    return True


def patch_between(before: Document, after: Document) -> dict[str, Any]:
    """The patch that makes `after` out of `before`."""
    return {path: change.after for path, change in diff(before, after).items()}
