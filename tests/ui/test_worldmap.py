"""The map of the people affected."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from law import places
from workbench import worldmap
from workbench.worldmap import MapRow

WORLD = json.loads((Path(worldmap.__file__).parent / "data/world.json").read_text(encoding="utf-8"))
UNINHABITED = {"AQ", "BV", "UM"}


def links(rows: list[MapRow]) -> dict[str, ElementTree.Element]:
    root = ElementTree.fromstring(str(worldmap.render(rows)))
    return {str(link.get("aria-label")): link for link in root.iter("a")}


def classes(link: ElementTree.Element) -> set[str]:
    return {name for shape in link for name in str(shape.get("class", "")).split()}


def test_it_can_show_every_country() -> None:
    assert set(places.countries()) - set(WORLD["countries"]) == UNINHABITED


@pytest.mark.parametrize("code", ["MT", "SG", "HK", "LI", "MC", "GI", "GP", "MQ", "RE", "YT"])
def test_it_gives_small_places_a_dot(code: str) -> None:
    assert WORLD["countries"][code]["dot"]


@pytest.mark.parametrize(
    ("west", "east"), [("IE", "GB"), ("PT", "ES"), ("US", "BR"), ("GF", "FR"), ("IN", "AU"), ("AU", "NZ")]
)
def test_it_puts_countries_in_their_place(west: str, east: str) -> None:
    assert WORLD["countries"][west]["at"][0] < WORLD["countries"][east]["at"][0]


def test_it_draws_no_band_across_the_map() -> None:
    for code, country in WORLD["countries"].items():
        steps = re.findall(r"-?\d*\.?\d+", "".join(re.findall(r"l([^z]*)", country["d"])))
        assert all(abs(float(step)) < WORLD["width"] / 3 for step in steps), code


def test_it_keeps_australia_whole() -> None:
    """Two rows of the source have its number: the second, a reef, must not replace the continent."""
    assert len(WORLD["countries"]["AU"]["d"]) > 300
    assert not WORLD["countries"]["AU"]["dot"]


def test_it_leaves_a_hole_for_a_country_within_another() -> None:
    assert WORLD["countries"]["ZA"]["d"].count("M") >= 2


def test_it_links_and_names_each_country() -> None:
    found = links([MapRow("FR", 48_210, 48_210, url="#row-FR"), MapRow("XK", 5, 5, url="#row-XK")])
    assert found["France: 48,210"].get("href") == "#row-FR"
    assert found["France: 48,210"].find("title").text == "France: 48,210"  # type: ignore[union-attr]
    assert "Kosovo: 5" in found


@pytest.mark.parametrize(
    ("row", "label", "expected"),
    [
        (MapRow("MT", 12, 12, url="#x"), "Malta: 12", {"l1"}),
        (MapRow("DE", 9_120, None, url="#x"), "Germany: 9,120 or more", {"l3"}),
        (MapRow("BE", None, 900, url="#x"), "Belgium: up to 900", {"l2"}),
        (MapRow("ZA", url="#x"), "South Africa: number not known yet", {"unknown"}),
        (MapRow("JP", 88, 88, "suspected", "#x"), "Japan: suspected, 88", {"l1", "suspected"}),
        (
            MapRow("BR", None, None, "suspected", "#x"),
            "Brazil: suspected, number not known yet",
            {"unknown", "suspected"},
        ),
        (MapRow("CA", presence="ruled_out", url="#x"), "Canada: ruled out", {"ruled-out"}),
    ],
)
def test_it_shows_what_is_known_of_a_country(row: MapRow, label: str, expected: set[str]) -> None:
    assert expected <= classes(links([row])[label])


@pytest.mark.parametrize(
    ("number", "level"),
    [(1, 1), (99, 1), (100, 2), (999, 2), (1_000, 3), (10_000, 4), (39_999, 4), (40_000, 5), (2_150_000, 5), (0, None)],
)
def test_it_steps_by_how_many(number: int, level: int | None) -> None:
    assert worldmap.level(number, None) == level


def test_it_shows_a_region_but_for_countries_with_a_row_of_their_own() -> None:
    found = links([MapRow("053", presence="suspected", url="#r"), MapRow("NZ", presence="ruled_out", url="#n")])
    region = found["Somewhere in Australia and New Zealand: suspected, number not known yet"]
    drawn = str(region.find("path").get("d"))  # type: ignore[union-attr]
    assert WORLD["countries"]["AU"]["d"] in drawn
    assert WORLD["countries"]["NZ"]["d"] not in drawn
    assert "ruled-out" in classes(found["New Zealand: ruled out"])


def test_it_joins_the_states_of_a_federation() -> None:
    found = links([MapRow("US-CA", 700, 700, url="#ca"), MapRow("US-TX", 400, 400, url="#tx")])
    (label,) = found
    assert label == "United States, California: 700; Texas: 400"
    assert "l3" in classes(found[label])


def test_it_escapes_what_it_writes() -> None:
    text = str(worldmap.render([MapRow("FR", 1, 1, url='"><script>')]))
    assert "<script>" not in text


def test_it_explains_only_what_the_map_shows() -> None:
    entries = worldmap.legend([MapRow("FR", 5, 5), MapRow("ZA"), MapRow("JP", 5, 5, "suspected")])
    assert [entry.words for entry in entries] == ["under 100", "number not known yet", "dashed border: suspected"]


def test_it_names_a_code_that_is_no_place() -> None:
    with pytest.raises(places.PlaceError, match="'FX' is not the code of a place"):
        worldmap.render([MapRow("FX", 1, 1)])
