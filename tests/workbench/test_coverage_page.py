"""docs/law/coverage.md: made from the library alone, with the four numbers, every place, and a map."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.core.management import call_command

from law import places
from law.installed import use_from
from law.rulebook import Rulebook, ask_instead, load_rulebook, read_folder
from tests.law.examples import HEAD, law, library
from workbench.coverage_page import FILLS, PAGE, PICTURE, coverage_map, coverage_page, page_remarks, write_coverage

DOCS = Path(settings.BASE_DIR) / "docs" / "law"
NONE = """
[no_general_duty]
statement = "Nothing | general."
sources = ["act"]
verified_on = 2026-11-22
confidence = "medium"
"""


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Rulebook]:
    """Brazil has a duty that is source-checked, Ghana an unsure one, Chad none, California one; the rest nothing."""
    unsure = law([{"id": "gh.own.tell"}], "gh-own", "GH").replace('confidence = "high"', 'confidence = "low"')
    none = HEAD.format(instrument="td-none", jurisdiction="TD", zone="Africa/Ndjamena", calendar="TD") + NONE
    part = law([{"id": "us-ca.own.tell"}], "us-ca-own", "US-CA")
    folder = library(tmp_path, br_own=law([{"id": "br.own.tell"}]), gh_own=unsure, td_none=none, us_ca_own=part)
    made = read_folder(folder)
    ask_instead(lambda: made)
    yield made
    use_from(settings.RULEBOOK_FILE)


def row(page: str, code: str) -> list[str]:
    (line,) = (line for line in page.splitlines() if f"| {code} |" in line)
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_it_says_the_four_numbers_and_what_they_count(small: Rulebook) -> None:
    page = coverage_page(small)
    missing = len(places.countries()) - 3
    assert "| Source-checked | 1 | 1 | 2 |" in page
    assert "| Secondary sources | 1 | 0 | 0 |" in page
    assert "| Unsure | 1 | 0 | 1 |" in page
    assert f"| Not researched | {missing} | 0 | none |" in page
    assert f"2 have duties in the library, 1 were researched and have no general duty, {missing} nobody" in page
    assert "%" not in page


def test_it_lists_every_place_once_with_how_it_was_read(small: Rulebook) -> None:
    page = coverage_page(small)
    assert row(page, "BR") == ["Brazil", "BR", "has duties", "1", "Source-checked", "22 Nov 2026"]
    assert row(page, "GH") == ["Ghana", "GH", "has duties", "1", "Unsure", "22 Nov 2026"]
    assert row(page, "TD") == ["Chad", "TD", "no general duty", "", "Secondary sources", "22 Nov 2026"]
    assert row(page, "US-CA")[0] == "United States: California"
    assert row(page, "JP") == ["Japan", "JP", "not researched", "", "", ""]
    for code in places.countries():
        assert row(page, code)


def test_it_draws_every_country_with_its_words(small: Rulebook) -> None:
    picture = ElementTree.fromstring(coverage_map(small))
    space = "{http://www.w3.org/2000/svg}"
    titles = {title.text for title in picture.iter(f"{space}title")}
    assert {
        "Brazil: duties, source-checked", "Ghana: duties, weakest unsure",
        "Chad: no general duty, from secondary sources", "Japan: not researched",
    } <= titles  # fmt: skip
    legend = [text.text for text in picture.iter(f"{space}text")]
    assert legend == [words for _, words in FILLS.values()]
    named = {one.get("id") for one in picture.iter(f"{space}pattern")}
    used = {match for fill, _ in FILLS.values() for match in re.findall(r"url\(#(.+)\)", fill)}
    assert used == named
    assert len({fill for fill, _ in FILLS.values()}) == len(FILLS)


def test_it_gives_the_same_bytes_for_the_same_library(small: Rulebook, tmp_path: Path) -> None:
    assert len(list(write_coverage(tmp_path))) == 2
    assert (tmp_path / PAGE).read_text("utf-8") == coverage_page(small)
    assert (tmp_path / PICTURE).read_text("utf-8") == coverage_map(small)
    assert small.digest in coverage_page(small)


def test_it_warns_of_a_page_of_another_library(tmp_path: Path) -> None:
    assert [one.what.split(";")[0] for one in page_remarks(tmp_path)] == ["is missing", "is missing"]
    list(write_coverage(tmp_path))
    assert page_remarks(tmp_path) == []
    page = tmp_path / PAGE
    page.write_text(page.read_text("utf-8").replace("Unsure", "Sure"), "utf-8")
    (found,) = page_remarks(tmp_path)
    assert str(found).startswith(
        "warning: docs/law/coverage.md: is of another library; write it anew: python manage.py"
    )


def test_it_says_nothing_of_the_page_beside_an_installed_library(small: Rulebook, tmp_path: Path) -> None:
    assert page_remarks(tmp_path / "jurisdictions") == []


def test_the_page_that_ships_has_the_shape_that_the_command_writes() -> None:
    """Not its numbers: law is added day by day, and `law lint` warns when the page has fallen behind."""
    held, made = ((DOCS / PAGE).read_text("utf-8"), coverage_page(load_rulebook()))
    shape = re.compile(r"^(#.*|\| Place .*|\| How it .*)$", re.MULTILINE)
    assert shape.findall(held) == shape.findall(made)
    for code in places.countries():
        assert row(held, code)
    assert ElementTree.fromstring((DOCS / PICTURE).read_text("utf-8")).tag.endswith("svg")


def test_the_command_writes_page_and_map(small: Rulebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.management.commands.law.DOCS", tmp_path)
    out = io.StringIO()
    call_command("law", "coverage", "--page", stdout=out)
    assert out.getvalue().count("library of 2026-11-22") == 2
    assert (tmp_path / PAGE).exists()
