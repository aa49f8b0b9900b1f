"""Who gets the same letter: groups of people about whom the same data are concerned. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from law import places
from reports.languages import readers_language


@dataclass(frozen=True, slots=True)
class Segment:
    """Groups of people about whom the same data are concerned: one letter fits them all."""

    groups: tuple[str, ...]
    places: tuple[str, ...]
    data: tuple[str, ...]

    @property
    def value(self) -> str:
        """The groups as one word, for a form."""
        return ",".join(self.groups)

    @property
    def words(self) -> str:
        """Places and data in words, for the officer who chooses."""
        said = readers_language()
        places = said.listing(_place_words(one) for one in self.places)
        data = said.listing(said.data(one).lower() for one in self.data)
        return f"{places}{said.word('colon')}{data or gettext('no data recorded')}"


def _place_words(code: str) -> str:
    said = readers_language()
    if code == "unknown":
        return said.word("place_unknown")
    return said.region(code) if code.isdigit() else said.place(code)


def segments_of(facts: Mapping[str, Any], place: str = "", only: Sequence[str] = ()) -> list[Segment]:
    """The people of a facts document, those ruled out left out.

    `place` sets the people of one country apart and puts them first ("EU": nobody is set apart); some laws
    protect people abroad too, so nobody is left out for it. `only` keeps these groups.
    """
    by_data: dict[tuple[bool, tuple[tuple[str, str], ...]], list[Mapping[str, Any]]] = {}
    for row in facts.get("affected", ()):
        if row.get("presence") == "ruled_out" or (only and row["id"] not in only):
            continue
        key = (not within(row, place), _data_of(row["id"], facts.get("data", ())))
        by_data.setdefault(key, []).append(row)
    return [
        Segment(
            groups=tuple(row["id"] for row in rows),
            places=tuple(dict.fromkeys(row.get("country") or row.get("region") or "unknown" for row in rows)),
            data=tuple(category for category, status in data if status != "ruled_out"),
        )
        for (_, data), rows in sorted(by_data.items(), key=lambda item: item[0][0])
    ]


def within(row: Mapping[str, Any], place: str) -> bool:
    """Does the group live in that place, or perhaps: a region that holds it, or a country not known yet?"""
    if place in ("", "EU"):
        return True
    if row.get("region") and not row.get("country"):
        return place[:2] in places.members(row["region"])
    return row.get("country") in (place[:2], "unknown", None)


def _data_of(group: str, items: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (item["category"], item.get("status", "unknown"))
        for item in items
        if item.get("groups") is None or group in item["groups"]
    )
