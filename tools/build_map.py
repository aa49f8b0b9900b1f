"""Turn Natural Earth's countries into the small SVG paths of workbench/data/world.json.

    python -m tools.build_map UNPACKED_WORLD_ATLAS workbench/data/world.json

The package is npm's `world-atlas` 2.0.2 (Natural Earth 4.1.0 at 1:50m, public domain), unpacked. The
1:110m file lacks Malta, Singapore and others with breach law of their own. Output: for each ISO 3166-1
alpha-2 code its outline `d` in the Natural Earth projection, 960 wide, a point `at`, and `dot` where the
land is too small to be hit; under `land` what belongs to nobody in that list.
"""

import json
import math
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

from law import places

Point = tuple[float, float]

WIDTH = 960
NORTH, SOUTH = 84.0, -56.5  # without the polar caps
TOLERANCE = 0.35  # pixels that a simplified border may stray
SMALLEST_RING = 0.6  # square pixels: smaller islands are left out, but for a country's largest
SMALLEST_SHAPE = 1.2  # a country smaller than this is only a dot
SMALL = 12.0  # a country smaller than this gets a dot beside its outline

# Natural Earth draws these without an ISO number, or as part of their state: (longitude, latitude).
BY_NAME = {"Kosovo": "XK"}
DOTS: dict[str, Point] = {
    "GI": (-5.35, 36.14),
    "GF": (-53.1, 4.0),
    "GP": (-61.55, 16.25),
    "MQ": (-61.02, 14.64),
    "RE": (55.54, -21.12),
    "YT": (45.17, -12.83),
    "BQ": (-68.26, 12.18),
    "CC": (96.83, -12.17),
    "CX": (105.69, -10.49),
    "SJ": (15.65, 78.22),
    "TK": (-171.85, -9.2),
    "TV": (179.2, -8.52),
}

# Which state Natural Earth draws them in; parts of it this near to the dot, in pixels, are theirs.
DRAWN_WITHIN = {"FR": ("GF", "GP", "MQ", "RE", "YT"), "NL": ("BQ",), "NO": ("SJ",)}
NEAR = 18


def project(longitude: float, latitude: float) -> Point:
    """The Natural Earth projection, by its published polynomial; unit of the result: radians."""
    x, y = math.radians(longitude), math.radians(latitude)
    y2 = y * y
    y4 = y2 * y2
    across = 0.8707 - 0.131979 * y2 + y4 * (-0.013791 + y4 * (0.003971 * y2 - 0.001529 * y4))
    up = 1.007226 + y2 * (0.015085 + y4 * (-0.044475 + 0.028874 * y2 - 0.005916 * y4))
    return x * across, y * up


EDGE = project(180, 0)[0]
SCALE = WIDTH / (2 * EDGE)
TOP = project(0, NORTH)[1]
HEIGHT = round((TOP - project(0, SOUTH)[1]) * SCALE)


def to_pixels(longitude: float, latitude: float) -> Point:
    x, y = project(longitude, latitude)
    return (x + EDGE) * SCALE, (TOP - y) * SCALE


def simplify(points: list[Point], tolerance: float) -> list[Point]:
    """Douglas-Peucker. Applied to each arc, so that two countries keep the same border between them."""
    if len(points) < 3:
        return points
    keep = {0, len(points) - 1}
    pending = [(0, len(points) - 1)]
    while pending:
        first, last = pending.pop()
        distances = [_distance(points[i], points[first], points[last]) for i in range(first + 1, last)]
        if distances and max(distances) > tolerance:
            middle = first + 1 + distances.index(max(distances))
            keep.add(middle)
            pending += [(first, middle), (middle, last)]
    return [points[i] for i in sorted(keep)]


def _distance(point: Point, start: Point, end: Point) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy)
    if not length:
        return math.hypot(point[0] - start[0], point[1] - start[1])
    return abs(dy * (point[0] - start[0]) - dx * (point[1] - start[1])) / length


def read_arcs(topology: dict[str, Any]) -> list[list[Point]]:
    """TopoJSON's delta-encoded arcs, projected and simplified."""
    (scale_x, scale_y), (shift_x, shift_y) = (
        topology["transform"]["scale"],
        topology["transform"]["translate"],
    )
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append(to_pixels(x * scale_x + shift_x, y * scale_y + shift_y))
        arcs.append(simplify(points, TOLERANCE))
    return arcs


def ring(arcs: list[list[Point]], numbers: list[int]) -> list[Point]:
    """Join arcs into a ring; a negative number (its complement) is an arc walked backwards."""
    points: list[Point] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc[1:] if points else arc
    return points


def area(points: list[Point]) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip([points[-1], *points], points, strict=False))) / 2


def middle(points: list[Point]) -> Point:
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


def territory_of(points: list[Point], territories: tuple[str, ...]) -> str | None:
    """Which of these territories an island or a coast belongs to: the nearest dot, if near enough."""
    here = middle(points)
    distance, code = min((math.dist(here, to_pixels(*DOTS[code])), code) for code in territories)
    return code if distance < NEAR else None


def outline(points: list[Point]) -> str:
    """A closed SVG path with relative steps, to a fifth of a pixel."""
    grid = [(round(x * 5), round(y * 5)) for x, y in points]
    steps = [f"{(x - px) / 5:g} {(y - py) / 5:g}" for (px, py), (x, y) in pairwise(grid) if (x, y) != (px, py)]
    text = f"M{grid[0][0] / 5:g} {grid[0][1] / 5:g}l{' '.join(steps)}z"
    return text.replace(" -", "-").replace(" 0.", " .").replace("-0.", "-.")


def parts(arcs: list[list[Point]], geometry: dict[str, Any]) -> list[list[list[Point]]]:
    """The parts of a country: each an outer ring, followed by its holes (Lesotho within South Africa)."""
    whole = geometry["type"] == "Polygon"
    found: list[list[list[Point]]] = []
    for outer, *holes in [geometry["arcs"]] if whole else geometry.get("arcs", []):
        first, *others = split(ring(arcs, outer))
        found.append([first, *(ring(arcs, hole) for hole in holes)])
        found += [[other] for other in others]
    return found


def split(points: list[Point]) -> list[list[Point]]:
    """Cut a ring that leaves the map at one edge and comes back at the other, as Russia's does at 180°.

    Left whole, it would be drawn as a band across the whole map.
    """
    chains: list[list[Point]] = [[points[0]]]
    for before, point in pairwise(points):
        if abs(point[0] - before[0]) > WIDTH / 2:
            chains.append([])
        chains[-1].append(point)
    if len(chains) > 1:
        chains[0] = chains.pop() + chains[0]
    return sorted(chains, key=area, reverse=True)


def outlines(rings: list[list[Point]]) -> str:
    """Outer ring and holes run in opposite directions, so that SVG's own rule leaves the holes empty."""
    return "".join(outline(r) for r in rings if len(r) > 3 and area(r) >= SMALLEST_RING)


def shape(found: list[list[list[Point]]]) -> dict[str, Any]:
    """One country: outline, the middle of its largest part, and whether it needs a dot."""
    found = sorted(found, key=lambda part: area(part[0]), reverse=True)
    whole = sum(area(part[0]) for part in found)
    main = found[0][0]
    path = "".join(map(outlines, found)) or outline(main)
    at = [round(value, 1) for value in middle(main)]
    return {"d": path if whole >= SMALLEST_SHAPE else "", "at": at, "dot": whole < SMALL}


def build(topology: dict[str, Any]) -> dict[str, Any]:
    by_number = {places.place(code).numeric: code for code in places.countries() if places.place(code).numeric}
    arcs = read_arcs(topology)
    found: dict[str | None, list[list[list[Point]]]] = {}  # Australia stands in two rows of the file
    for geometry in topology["objects"]["countries"]["geometries"]:
        code = by_number.get(geometry.get("id")) or BY_NAME.get(geometry["properties"]["name"])
        found.setdefault(code, []).extend(parts(arcs, geometry))
    for state, territories in DRAWN_WITHIN.items():
        for part in list(found[state]):
            owner = territory_of(part[0], territories)
            if owner:
                found[state].remove(part)
                found.setdefault(owner, []).append(part)
    found.pop("AQ")  # south of the map
    nobody = "".join(map(outlines, found.pop(None, [])))
    countries = {str(code): shape(rings) for code, rings in found.items() if rings}
    for code in DOTS.keys() - countries.keys():
        x, y = to_pixels(*DOTS[code])
        countries[code] = {"d": "", "at": [round(x, 1), round(y, 1)], "dot": True}
    ordered = {code: countries[code] for code in sorted(countries)}
    return {"width": WIDTH, "height": HEIGHT, "land": nobody, "countries": ordered}


def main() -> None:
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    topology = json.loads((Path(sys.argv[1]) / "countries-50m.json").read_text(encoding="utf-8"))
    world = build(topology)
    rows = [f'"{code}":{json.dumps(row, separators=(",", ":"))}' for code, row in world["countries"].items()]
    head = json.dumps(world["land"])
    text = f'{{"width":{WIDTH},"height":{HEIGHT},"land":{head},"countries":{{\n' + ",\n".join(rows) + "\n}}\n"
    Path(sys.argv[2]).write_text(text, encoding="utf-8")
    missing = sorted(set(places.countries()) - set(world["countries"]))
    print(f"{len(rows)} countries, {len(text) // 1024} KiB; without a place on the map: {', '.join(missing)}")


if __name__ == "__main__":
    main()
