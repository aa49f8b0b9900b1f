"""Facts documents of two cases beside each other, and one document in two parts. Pure: documents in, documents out."""

from collections.abc import Collection, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from incidents import paths

Document = Mapping[str, Any]
AWARE = "/timeline/became_aware_at"
OF_THE_ENTITY = ("/organisation/name", "/organisation/country", "/organisation/kind", "/schema")
"""What a case takes from the legal entity itself."""
PLACE = ("country", "subdivision", "region")


@dataclass(frozen=True, slots=True)
class Difference:
    """One path with two values. `safer` is the one that is proposed: of two moments of awareness the earlier."""

    path: str
    target: Any
    source: Any

    @property
    def safer(self) -> str:
        if self.path != AWARE:
            return "target"
        ours, theirs = _begin(self.target), _begin(self.source)
        return "source" if theirs is not None and (ours is None or theirs < ours) else "target"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What another case knows beside ours: `new` is known there alone, `differing` in both and not alike."""

    new: dict[str, Any]
    differing: tuple[Difference, ...]
    document: dict[str, Any]


def compare(target: Document, source: Document) -> Comparison:
    """Two documents of one legal person. Groups of the same people in the same place are taken for the same group."""
    theirs = alike(target, source)
    ours, others = _facts(target), _facts(theirs)
    return Comparison(
        new={path: value for path, value in others.items() if path not in ours},
        differing=tuple(
            Difference(path, ours[path], value) for path, value in others.items() if _differs(ours, path, value)
        ),
        document=theirs,
    )


def merged_patch(compared: Comparison, choices: Mapping[str, str], reference: str) -> dict[str, Any]:
    """The patch that takes over what is new, and the other's value where "source" was chosen; each with its source.

    What is new is left out where "target" was chosen: it may contradict what stands here.
    """
    taken = {path: value for path, value in compared.new.items() if choices.get(path, "source") == "source"}
    taken |= {one.path: one.source for one in compared.differing if choices.get(one.path, one.safer) == "source"}
    said = compared.document.get("provenance") or {}
    patch = dict(taken)
    for path in taken:
        held = dict(said.get(path) or {})
        held["from"] = f"{reference}: {held['from']}"[:300] if held.get("from") else reference
        patch[paths.join(["provenance", path])] = {"state": "known", **held}
    return patch


def whole_patch(document: Document) -> dict[str, Any]:
    """A document as a patch on an empty one of the same legal person."""
    return {path: value for path, value in paths.leaves(document).items() if path not in OF_THE_ENTITY}


def alike(target: Document, source: Document) -> dict[str, Any]:
    """`source` with its groups of people named as `target` names the same ones, and no other as one of `target`."""
    renamed = deepcopy(dict(source))
    known = {_who(row): row["id"] for row in target.get("affected") or ()}
    taken = set(known.values())
    names: dict[str, str] = {}
    for row in renamed.get("affected") or ():
        name = known.pop(_who(row), None)
        if name is None:
            name = row["id"]
            while name in taken:
                name = f"{name}-2"
        names[row["id"]] = row["id"] = name
        taken.add(name)
    for row in renamed.get("data") or ():
        if row.get("groups") is not None:
            row["groups"] = sorted(names.get(one, one) for one in row["groups"])
    said = renamed.get("provenance")
    if said:
        renamed["provenance"] = {_renamed(path, names): held for path, held in said.items()}
    return renamed


def _renamed(path: str, names: Mapping[str, str]) -> str:
    segments = paths.parse(path)
    if segments[0] == "affected" and len(segments) > 1:
        return paths.join([segments[0], names.get(segments[1], segments[1]), *segments[2:]])
    return path


def without_rows(document: Document, groups: Collection[str], data: Collection[str]) -> dict[str, Any]:
    """A document without some groups of people (by id) and some rows of data (by name).

    Data of groups that went remain with the groups that stay; what nobody is left for goes.
    """
    return _kept(document, lambda one: one not in groups, lambda name: name not in data)


def only_rows(
    document: Document, groups: Collection[str], data: Collection[str], sections: Collection[str]
) -> dict[str, Any]:
    """Of a document those groups of people, those rows of data, and the facts of those sections."""
    kept = _kept(document, lambda one: one in groups, lambda name: name in data)
    stay = {"schema", "organisation", "affected", "data", *sections}
    found = {name: value for name, value in kept.items() if name in stay}
    said = {path: held for path, held in (document.get("provenance") or {}).items() if _is_there(found, path)}
    return {**found, **({"provenance": said} if said else {})}


def _is_there(document: Document, path: str) -> bool:
    try:
        return paths.get(document, path) is not None
    except paths.PathError:
        return False


def _kept(document: Document, keeps_group: Any, keeps_data: Any) -> dict[str, Any]:
    found = deepcopy(dict(document))
    if "affected" in found:
        found["affected"] = [row for row in found["affected"] if keeps_group(row["id"])]
    names = paths.names(document, ("data",))
    rows = []
    for name, row in zip(names, found.get("data") or (), strict=True):
        if not keeps_data(name):
            continue
        if row.get("groups"):
            left = [one for one in row["groups"] if keeps_group(one)]
            if not left:
                continue
            row["groups"] = left
        rows.append(row)
    if "data" in found:
        found["data"] = rows
    return {name: value for name, value in found.items() if value != []}


def _facts(document: Document) -> dict[str, Any]:
    return {
        path: value
        for path, value in paths.leaves(document).items()
        if path not in OF_THE_ENTITY and not path.startswith("/provenance/")
    }


def _differs(ours: Mapping[str, Any], path: str, value: Any) -> bool:
    return path in ours and ours[path] != value


def _who(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return (*(row.get(name) for name in PLACE), tuple(sorted(row.get("subjects") or ())))


def _begin(value: Any) -> datetime | None:
    said = value.get("earliest") if isinstance(value, Mapping) else value
    try:
        return datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
