"""The world map of people affected, as SVG drawn on the server: no script, printable, each country a link.

The table beside the map is the truth; the map is a picture of it. How many people is a step of one hue;
a number that is not known is a hatch; a suspicion has a dashed border; what was ruled out is drawn empty.
Data: workbench/data/world.json, made by tools/build_map.py from Natural Earth (public domain).
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts import place_names
from law import places
from workbench import counts

PATTERNS = mark_safe(
    "<defs>"
    '<pattern id="map-hatch" width="5" height="5" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)">'
    '<rect class="hatch-ground" width="5" height="5"/>'
    '<path class="hatch-line" d="M0 0v5" stroke-width="3"/></pattern>'
    '<pattern id="map-dots" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<rect class="dots-ground" width="6" height="6"/>'
    '<circle class="dots-dot" cx="3" cy="3" r="1.1"/></pattern>'
    "</defs>"
)
FRAME = '<svg class="map" viewBox="0 0 {} {}" role="group" aria-label="{}">{}<path class="land" d="{}"/>{}{}</svg>'

Presence = Literal["confirmed", "suspected", "ruled_out"]

STEPS = (100, 1_000, 10_000, 40_000)
DOT = 4.5
ORDER: dict[Presence, int] = {"ruled_out": 0, "suspected": 1, "confirmed": 2}


@dataclass(frozen=True, slots=True)
class MapRow:
    """People in one place: `code` is a country, a subdivision or a UN M49 region; `url` its table row.

    `low` and `high` bound how many; both None when that is not known.
    """

    code: str
    low: int | None = None
    high: int | None = None
    presence: Presence = "confirmed"
    url: str = ""

    @property
    def name(self) -> str:
        return place_names.region_name(self.code) if places.is_region(self.code) else place_names.name(self.code)

    def words(self, language: str) -> str:
        """The place and what is known of it: "Japan: 88", "Asia: suspected, number not known yet"."""
        if self.presence == "ruled_out":
            return f"{self.name}: {_('ruled out')}"
        number = counts.count_words(self.low, self.high, language) or _("number not known yet")
        return f"{self.name}: {_('suspected')}, {number}" if self.presence == "suspected" else f"{self.name}: {number}"


@dataclass(frozen=True, slots=True)
class LegendEntry:
    css: str
    words: str


def render(rows: Sequence[MapRow], language: str = "en") -> SafeString:
    """The map. Raises law.places.PlaceError for a code that names no place."""
    world = _world()
    regions = [row for row in rows if places.is_region(row.code)]
    by_country: dict[str, list[MapRow]] = {}
    for row in rows:
        if not places.is_region(row.code):
            by_country.setdefault(places.country(row.code).code, []).append(row)
    covered = {code: row for row in regions for code in places.members(row.code) if code not in by_country}
    land = "".join(c["d"] for code, c in world["countries"].items() if code not in by_country)
    order = sorted(by_country, key=lambda code: max(ORDER[row.presence] for row in by_country[code]))
    return format_html(
        FRAME,
        world["width"],
        world["height"],
        _("World map of the people affected, with the figures of the table"),
        PATTERNS,
        world["land"] + land,
        _joined(_region(row, [c for c, r in covered.items() if r is row], language) for row in regions),
        _joined(_country(code, by_country[code], language) for code in order),
    )


def legend(rows: Iterable[MapRow]) -> list[LegendEntry]:
    """What the fills and borders of these rows mean, in the order of the map's steps."""
    entries = [
        LegendEntry("l1", _("under 100")),
        LegendEntry("l2", _("100 to 999")),
        LegendEntry("l3", _("1,000 to 9,999")),
        LegendEntry("l4", _("10,000 to 39,999")),
        LegendEntry("l5", _("40,000 or more")),
        LegendEntry("unknown", _("number not known yet")),
        LegendEntry("l0 suspected", _("dashed border: suspected")),
        LegendEntry("within", _("somewhere in the region")),
        LegendEntry("l0 ruled-out", _("ruled out")),
    ]
    used = {css for row in rows for css in _used(row)}
    return [entry for entry in entries if entry.css.split()[-1] in used]


def level(low: int | None, high: int | None) -> int | None:
    """The step 1 to 5 of a number: by its lower bound where there is one. None when nothing is known."""
    number = low or high
    return None if not number else 1 + sum(number >= step for step in STEPS)


def _used(row: MapRow) -> list[str]:
    if places.is_region(row.code):
        return ["within"]
    if row.presence == "ruled_out":
        return ["ruled-out"]
    return [_fill(row.low, row.high)] + (["suspected"] if row.presence == "suspected" else [])


def _fill(low: int | None, high: int | None) -> str:
    step = level(low, high)
    return "unknown" if step is None else f"l{step}"


def _country(code: str, rows: list[MapRow], language: str) -> SafeString:
    """One country as a link; several rows (states of a federation, groups) share its shape and its words."""
    shape = _world()["countries"].get(code)
    if shape is None:
        return mark_safe("")
    present = [row for row in rows if row.presence != "ruled_out"]
    if not present:
        css = "hit l0 ruled-out"
    else:
        known = [row for row in present if level(row.low, row.high)]
        total = sum(row.low or row.high or 0 for row in known)
        only_suspected = all(row.presence == "suspected" for row in present)
        css = f"hit {_fill(total, None)}{' suspected' if only_suspected else ''}"
    title = "; ".join(row.words(language) for row in rows)
    if rows[0].code != code:  # a state or province, which the map does not draw
        title = f"{place_names.name(code)}, {title}"
    return _link(rows[0].url, title, _drawn(shape, css))


def _region(row: MapRow, codes: list[str], language: str) -> SafeString:
    shapes = [_world()["countries"][code] for code in codes if code in _world()["countries"]]
    paths = format_html('<path class="within" d="{}"/>', "".join(shape["d"] for shape in shapes))
    return _link(row.url, _("Somewhere in %s") % row.words(language), paths)


def _drawn(shape: dict[str, Any], css: str) -> SafeString:
    path = format_html('<path class="{}" d="{}"/>', css, shape["d"]) if shape["d"] else ""
    x, y = shape["at"]
    dot = format_html('<circle class="{}" cx="{}" cy="{}" r="{}"/>', css, x, y, DOT) if shape["dot"] else ""
    return format_html("{}{}", path, dot)


def _link(url: str, title: str, inner: SafeString) -> SafeString:
    if not url:
        return format_html('<g role="img" aria-label="{}"><title>{}</title>{}</g>', title, title, inner)
    return format_html('<a href="{}" aria-label="{}"><title>{}</title>{}</a>', url, title, title, inner)


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def outlines() -> tuple[int, int, str, dict[str, dict[str, Any]]]:
    """Width, height, the land that belongs to no listed country, and each country's outline: `d`, `at`, `dot`."""
    world = _world()
    return world["width"], world["height"], world["land"], world["countries"]


@lru_cache(maxsize=1)
def _world() -> dict[str, Any]:
    text = (Path(__file__).parent / "data" / "world.json").read_text(encoding="utf-8")
    world: dict[str, Any] = json.loads(text)
    return world
