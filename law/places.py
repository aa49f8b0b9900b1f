"""Countries, subdivisions and free zones, United Nations regions, and membership of the EEA.

Data: law/places.toml (its head states the sources). Codes are ISO 3166-1 alpha-2 ("JP"), ISO 3166-2 ("US-CA"),
the user-assigned "XK", and AE-DIFC, AE-ADGM, QA-QFC. Region codes are UN M49 ("142" is Asia, "001" the world).
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

_FILE = Path(__file__).with_name("places.toml")
WORLD = "001"

Kind = Literal["country", "subdivision", "free_zone"]


class PlaceError(ValueError):
    """A code that names no place (or no region); `str()` says the code and the mend."""

    def __init__(self, code: object, message: str) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Place:
    """One place. `regions` runs from the widest M49 region to the narrowest, without the world."""

    code: str
    name: str
    iso_name: str
    kind: Kind
    zone: str
    parent: str | None
    numeric: str | None
    regions: tuple[str, ...]
    same_as: str | None


@dataclass(frozen=True, slots=True)
class EeaMembership:
    """From when to when (inclusive) a state was bound by EEA law, and the first day of the GDPR there."""

    state: str
    first: date
    last: date | None
    gdpr_first: date
    in_union: bool
    territories: tuple[str, ...]

    def holds_on(self, day: date) -> bool:
        """Was the state bound on `day`?"""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class _Atlas:
    places: Mapping[str, Place]
    region_names: Mapping[str, str]
    members: Mapping[str, tuple[str, ...]]
    children: Mapping[str, tuple[str, ...]]
    eea: Mapping[str, EeaMembership]
    eea_home: Mapping[str, str]
    mistaken: Mapping[str, str]


def place(code: str) -> Place:
    """The country, subdivision or free zone with this code. PlaceError otherwise."""
    found = _atlas().places.get(code)
    if found is None:
        raise PlaceError(code, _unknown(code))
    return found


def country(code: str) -> Place:
    """The country that `code` is or lies in: "US-CA" and "US" both give the United States."""
    found = place(code)
    return found if found.parent is None else country(found.parent)


def is_place(code: object) -> bool:
    """Is this the code of a country, a listed subdivision or a free zone? Capitals matter."""
    return isinstance(code, str) and code in _atlas().places


def is_region(code: object) -> bool:
    """Is this a UN M49 region code?"""
    return isinstance(code, str) and code in _atlas().region_names


def members(region_code: str) -> tuple[str, ...]:
    """Codes of the countries in a UN M49 region, sorted. "001" gives all of them. PlaceError otherwise."""
    if not is_region(region_code):
        raise PlaceError(region_code, _unknown_region(region_code))
    return _atlas().members[region_code]


def region_name(region_code: str) -> str:
    """The English name of a UN M49 region. PlaceError otherwise."""
    if not is_region(region_code):
        raise PlaceError(region_code, _unknown_region(region_code))
    return _atlas().region_names[region_code]


def countries() -> tuple[str, ...]:
    """All country codes, sorted: ISO 3166-1 and XK."""
    return _atlas().members[WORLD]


def subdivisions(code: str) -> tuple[str, ...]:
    """Codes of the listed subdivisions and free zones of a country, sorted; empty where none is listed."""
    place(code)
    return _atlas().children.get(code, ())


def parent(code: str) -> str | None:
    """The code of the place that this one lies in, or None for a country."""
    return place(code).parent


def same_as(code: str) -> str | None:
    """The other code of the same territory (PR and US-PR), or None."""
    return place(code).same_as


def name(code: str) -> str:
    """The everyday English name of a place."""
    return place(code).name


def zone(code: str) -> str:
    """The IANA time zone of a place's capital."""
    return place(code).zone


@lru_cache(maxsize=512)
def eea_members(day: date) -> frozenset[str]:
    """States bound by EEA law on that day: the Union's members and IS, LI, NO; GB until 2020-12-31."""
    return frozenset(state for state, membership in _atlas().eea.items() if membership.holds_on(day))


def eea_membership(state: str) -> EeaMembership | None:
    """When a state was bound by EEA law and from when by the GDPR; None for a state that never was."""
    place(state)
    return _atlas().eea.get(state)


def eea_state(code: str, day: date) -> str | None:
    """The EEA state whose data protection law applies here on that day: RE gives FR, DE-BY gives DE."""
    here = country(code).code
    state = _atlas().eea_home.get(here, here)
    return state if state in eea_members(day) else None


def _unknown(code: object) -> str:
    """What is wrong with a code, and what was probably meant."""
    if not isinstance(code, str):
        return f"{code!r} is not a code; write a text such as 'JP', 'US-CA' or 'AE-DIFC'"
    atlas = _atlas()
    bare = code.strip().upper()
    meant = atlas.mistaken.get(bare) or (bare if bare in atlas.places else None)
    if meant is None:
        by_name = {p.name.casefold(): p.code for p in atlas.places.values() if p.same_as is None or p.parent is None}
        by_name |= {p.iso_name.casefold(): p.code for p in atlas.places.values() if p.parent is None}
        near = difflib.get_close_matches(code.strip().casefold(), list(by_name), n=1, cutoff=0.85)
        meant = by_name[near[0]] if near else None
    if meant is not None:
        return f"'{code}' is not the code of a place; did you mean {meant} ({atlas.places[meant].name})?"
    if bare in atlas.region_names:
        return f"'{code}' is a region ({atlas.region_names[bare]}), not a country; put it under 'region'"
    if bare in ("EU", "EEA"):
        return f"'{code}' is not a country; name the member state, for example FR, or DE"
    head = bare.partition("-")[0]
    if head in atlas.children:
        return f"'{code}' is not a listed subdivision; those of {head} run {_some(atlas.children[head])}"
    return f"'{code}' is not the code of a place; use ISO 3166-1 alpha-2 (JP), ISO 3166-2 (US-CA), XK or AE-DIFC"


def _unknown_region(code: object) -> str:
    atlas = _atlas()
    if isinstance(code, str) and code in atlas.places:
        return f"'{code}' is a country ({atlas.places[code].name}), not a region; put it under 'country'"
    known = ", ".join(f"{c} {atlas.region_names[c]}" for c in (WORLD, "002", "009", "019", "142", "150"))
    return f"{code!r} is not a UN M49 region; for example {known}"


def _some(codes: tuple[str, ...]) -> str:
    return ", ".join(codes) if len(codes) <= 6 else f"{', '.join(codes[:3])} ... {codes[-1]}"


@lru_cache(maxsize=1)
def _atlas() -> _Atlas:
    with _FILE.open("rb") as file:
        raw = tomllib.load(file)
    kinds: tuple[Kind, ...] = ("country", "subdivision", "free_zone")
    places = {code: _place(code, kind, row) for kind in kinds for code, row in raw[kind].items()}
    in_region: dict[str, list[str]] = {code: [] for code in raw["region"]}
    children: dict[str, list[str]] = {}
    for code in sorted(places):
        found = places[code]
        if found.parent is not None:
            children.setdefault(found.parent, []).append(code)
            continue
        for region in (WORLD, *found.regions):
            in_region[region].append(code)
    eea = {state: _membership(state, row) for state, row in raw["eea"].items()}
    return _Atlas(
        places=places,
        region_names={code: row["name"] for code, row in raw["region"].items()},
        members={code: tuple(found) for code, found in in_region.items()},
        children={code: tuple(found) for code, found in children.items()},
        eea=eea,
        eea_home={territory: state for state, m in eea.items() for territory in m.territories},
        mistaken=raw["mistaken"],
    )


def _place(code: str, kind: Kind, row: Mapping[str, Any]) -> Place:
    return Place(
        code=code,
        name=row["name"],
        iso_name=row.get("iso_name", row["name"]),
        kind=kind,
        zone=row["zone"],
        parent=row.get("parent"),
        numeric=row.get("numeric"),
        regions=tuple(row.get("regions", ())),
        same_as=row.get("same_as"),
    )


def _membership(state: str, row: Mapping[str, Any]) -> EeaMembership:
    return EeaMembership(
        state=state,
        first=row["first"],
        last=row.get("last"),
        gdpr_first=row["gdpr"],
        in_union=row.get("union", True),
        territories=tuple(row.get("territories", ())),
    )
