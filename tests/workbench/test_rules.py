"""The rule library to read: every jurisdiction with its sources, and no silence about what was not researched."""

from datetime import date

import pytest
from django.test import Client

from law import places
from law.rulebook import load_rulebook
from workbench.selectors.rules import law_of, library

TODAY = date(2026, 11, 22)


def test_it_names_every_country_once_as_known_or_not_researched() -> None:
    found = library(TODAY)
    known = {one.code[:2] for one in (*found.with_duties, *found.none) if one.code != "EU"}
    missing = {code for _, code in found.not_researched}
    countries = set(places.countries())
    in_the_eea = {code for code in countries if places.eea_state(code, TODAY)}
    assert missing | in_the_eea | known >= countries
    assert not missing & in_the_eea
    assert not missing & {one.code for one in (*found.with_duties, *found.none)}


def test_it_counts_every_duty_under_one_confidence() -> None:
    assert sum(number for _, _, number in library(TODAY).shares) == len(load_rulebook().duties)


@pytest.mark.parametrize("code", sorted(load_rulebook().by_jurisdiction))
def test_it_words_every_law_of_the_library(code: str) -> None:
    for law in law_of(code, TODAY):
        for duty in law.duties:
            assert duty.sources, duty.duty.id
            assert all(stage.limit and stage.starts for stage in duty.stages), duty.duty.id


def test_it_prints_limit_provision_source_and_how_it_was_read(officer: Client) -> None:
    text = officer.get("/w/harbour/rules/EU/").content.decode()
    for words in ("72 hours", "Art. 33(1)", "Well founded", "read 22 Nov 2026", "CNIL"):
        assert words in text
    none = officer.get("/w/harbour/rules/KH/").content.decode()
    assert "No general duty" in none
    assert "Announced, not in force" in none


def test_it_knows_no_place_that_the_library_does_not_have(officer: Client) -> None:
    assert officer.get("/w/harbour/rules/XX/").status_code == 404


def test_it_shows_law_that_is_not_in_force_as_announced() -> None:
    (law,) = law_of("US-CA", date(2025, 6, 1))
    notify = next(one for one in law.duties if one.duty.id == "us-ca.civ1798-82.notify_individuals")
    assert notify.version.name == "2022-01-01"
    assert [version.name for version in notify.later] == ["2026-01-01"]
