"""The library as it is shipped: lint, coverage, snapshots, and words for everything that rules read."""

import re
from datetime import date
from pathlib import Path

import pytest

from law.coverage import coverage
from law.lint import lint
from law.paths import getter
from law.rulebook import load_rulebook
from law.rules import Instrument
from law.searched import searches
from law.sentences import instrument_lines
from law.wording import open_words, plain, question
from tests.law.examples import law, library

RULEBOOK = load_rulebook()
SNAPSHOTS = Path(__file__).parent / "snapshots"
TODAY = max(RULEBOOK.date, date(2026, 11, 22))


def test_it_says_of_every_place_without_law_what_was_searched() -> None:
    found = coverage(RULEBOOK, TODAY)
    assert set(searches()) == set(found.unresearched)


def test_it_has_no_fault_that_lint_would_tell() -> None:
    assert [str(one) for one in lint(RULEBOOK, TODAY) if one.grave] == []


@pytest.mark.parametrize("instrument", RULEBOOK.instruments, ids=lambda one: one.file.instrument)
def test_it_says_what_its_snapshot_says(instrument: Instrument) -> None:
    """`python -m tests.law.snapshots` writes the snapshots anew; the diff is what is reviewed."""
    path = SNAPSHOTS / f"{instrument.file.instrument}.txt"
    assert path.exists(), f"no snapshot of {path.stem}: python -m tests.law.snapshots {path.stem}"
    assert "\n".join(instrument_lines(instrument)) + "\n" == path.read_text("utf-8")


def test_it_keeps_no_snapshot_of_law_that_is_gone() -> None:
    known = {instrument.file.instrument for instrument in RULEBOOK.instruments}
    assert {path.stem for path in SNAPSHOTS.glob("*.txt")} <= known


def test_it_accounts_for_every_country() -> None:
    found = coverage(RULEBOOK, TODAY)
    assert len({*found.with_duties, *found.without, *found.unresearched}) == 250
    assert {"FR", "NO", "RE", "JP", "AU"} <= set(found.with_duties)
    assert "KH" in found.without
    assert "US-CA" in found.parts
    assert sum(found.versions.values()) >= found.duties


def test_it_tells_the_law_of_every_american_state_district_and_territory() -> None:
    (american,) = coverage(RULEBOOK, TODAY).within
    assert (american.country, len(american.told), american.unresearched) == ("US", 54, ())
    assert {"US-DC", "US-PR", "US-GU", "US-VI"} <= set(american.told)
    assert american.without == ("US-AS", "US-MP", "US-UM")


def test_it_misses_a_state_of_which_only_a_law_for_one_sector_is_told(tmp_path: Path) -> None:
    sector = law([{"id": "us.ak.one"}]).replace('"BR"', '"US-AK"').replace('"br-own"', '"f0"')
    (american,) = coverage(load_rulebook(library(tmp_path, f0=sector)), TODAY).within
    assert american.told == ()
    assert "US-AK" in american.unresearched


# -- lint over faulty libraries ----------------------------------------------------------------------


def remarks(tmp_path: Path, *texts: str, today: date = TODAY) -> list[str]:
    files = {f"f{index}": text for index, text in enumerate(texts)}
    folder = library(tmp_path, **{"br_own": files.pop("f0"), **files})
    return [str(one) for one in lint(load_rulebook(folder), today)]


def test_it_tells_orders_that_go_in_a_circle(tmp_path: Path) -> None:
    order = 'order = [{{ relation = "after", duty = "{}" }}]'
    text = law(
        [
            {"id": "br.own.one", "more": order.format("br.own.two")},
            {"id": "br.own.two", "more": order.format("br.own.one")},
        ]
    )
    assert any(
        "goes in a circle: br.own.one before br.own.two before br.own.one" in one for one in remarks(tmp_path, text)
    )


@pytest.mark.parametrize(
    ("when", "tied"),
    [
        ('"people(here) is confirmed"', True),
        ('{ all = ["nature.confidentiality is confirmed", { any = ["established(here)", "count(here) > 5"] }] }', True),
        ('"nature.confidentiality is confirmed"', False),
        ('{ any = ["nature.confidentiality is confirmed", "established(here)"] }', False),
        ('{ not = "established(here)" }', False),
        ('"count(world) > 500"', False),
    ],
)
def test_it_tells_a_duty_that_nothing_ties_to_its_place(tmp_path: Path, when: str, tied: bool) -> None:
    told = [
        one for one in remarks(tmp_path, law([{"id": "br.own.tell", "when": when}])) if "ties it to the place" in one
    ]
    assert bool(told) is not tied


SOURCE = law([{"id": "br.own.tell"}]).split("[[source]]")[1].split("[[duty]]")[0]
MUST_NOT = 'cite = "s 1"\nmust_not = [{ text = "x", sources = ["nowhere"] }]'


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('    cite = "s 2"\n', "", "version 2020-01-01, stage initial: cites no provision"),
        ("[[duty]]", f"[[source]]{SOURCE.replace('act', 'other')}[[duty]]", "source other: no statement names it"),
        ("read_on = 2026-11-22", "read_on = 2066-11-22", "read_on 2066-11-22 lies in the future"),
        ('kind = "statute"', 'kind = "secondary"', "confidence is high on a single source that is no statute"),
        ("[[duty]]", '[let]\nidle = "role(controller)"\n[[duty]]', "let.idle: nothing uses it"),
        ('cite = "s 1"', MUST_NOT, "'nowhere' is neither the id"),
    ],
)
def test_it_remarks_on_what_a_careful_editor_would(tmp_path: Path, before: str, after: str, words: str) -> None:
    found = remarks(tmp_path, law([{"id": "br.own.tell"}]).replace(before, after, 1))
    assert any(words in one for one in found), found


def test_it_warns_of_what_nobody_has_verified_for_a_year(tmp_path: Path) -> None:
    found = remarks(tmp_path, law([{"id": "br.own.tell"}]), today=date(2028, 1, 1))
    assert any(
        "duty br.own.tell, version 2020-01-01: verified on 2026-11-22, more than a year ago" in one for one in found
    )


# -- words -------------------------------------------------------------------------------------------


def test_it_has_words_for_every_fact_that_the_library_reads() -> None:
    """A rule over a fact without words would be told to the officer as a path."""
    mute = []
    for instrument in RULEBOOK.instruments:
        texts = str([instrument.file.let, [duty.version for duty in instrument.file.duty]])
        for path in set(_paths(texts)):
            getter(path)
            if open_words(path) == plain(path) or "What is known of this" in question(path):
                mute.append(f"{instrument.file.instrument}: {path}")
    assert mute == []


def _paths(texts: str) -> list[str]:
    return re.findall(r"'((?:[a-z_]+\.)+[a-z_]+) (?:is|in|>=|<=|>|<) ", texts)
