"""The rule library to read: every place with its sources, found by words, no silence about what was not researched."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from law import places
from law.installed import use_from
from law.rulebook import Rulebook, ask_instead, load_rulebook, read_folder
from tests.law.examples import law
from tests.law.examples import library as law_folder
from workbench.selectors import rules_index
from workbench.selectors.rule_words import cells, version_on
from workbench.selectors.rules import page_of
from workbench.selectors.rules_index import Wanted, folded, library, search
from workbench.selectors.rules_regions import by_continent

TODAY = date(2026, 11, 22)
UseLaw = Callable[..., Rulebook]

CHANGED = """
  [[duty.version]]
  from = 2024-03-01
  to = 2027-01-31
  applies_by = "duty_arises"
  when = "people(BR) is confirmed"
  sources = ["act"]
  confidence = "low"
  verified_on = 2026-11-22
  trigger_text = "Something grave happened."
    [[duty.version.correction]]
    revision = 1
    on = 2026-11-25
    was = "within five days"
    why = "section 2 was read in a superseded print"
    effect = "the deadline lies two days earlier"
    reported_by = "a reader"
    [[duty.version.stage]]
    stage = "initial"
    start = "aware"
    limit = { hours = 48 }
    limit_kind = "fixed"
    limit_text = "within forty-eight hours"
    cite = "s 3"

  [[duty.version]]
  from = 2027-02-01
  applies_by = "duty_arises"
  when = "people(BR) is confirmed"
  sources = ["act"]
  confidence = "low"
  verified_on = 2026-11-22
  trigger_text = "Anything happened."
    [[duty.version.stage]]
    stage = "initial"
    start = "aware"
    limit_kind = "qualitative"
    limit_text = "without delay"
    cite = "s 3"
"""


@pytest.fixture
def use_law(tmp_path: Path) -> Iterator[UseLaw]:
    """`use_law(br_own="...")`: a library of these files alone is in use until the test ends."""

    def use(**files: str) -> Rulebook:
        made = read_folder(law_folder(tmp_path, **files))
        ask_instead(lambda: made)
        return made

    yield use
    use_from(settings.RULEBOOK_FILE)


def dated() -> str:
    """A law of Brazil in three versions: five days, then 48 hours (corrected), then without a number."""
    first = law([{"id": "br.own.tell"}]).replace("  from = 2020-01-01\n", "  from = 2020-01-01\n  to = 2024-02-29\n")
    return first + CHANGED


def text_of(client: Client, path: str) -> str:
    response = client.get(f"/w/harbour/rules/{path}")
    assert response.status_code == 200, path
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


# -- the index ----------------------------------------------------------------------------------------


def test_it_lists_every_country_once_and_every_part_with_law_of_its_own() -> None:
    listed = [one.code for one in library(TODAY).listed]
    assert len(listed) == len(set(listed))
    assert set(listed) >= set(places.countries())
    assert set(listed) >= set(load_rulebook().by_jurisdiction)


def test_it_counts_every_country_and_every_duty_under_one_level() -> None:
    found = library(TODAY)
    assert sum(level.countries for level in found.levels) == len(places.countries())
    assert sum(level.parts for level in found.levels) == found.parts
    assert sum(level.duties for level in found.levels) == len(load_rulebook().duties)
    assert found.countries["unresearched"] == found.levels[-1].countries


def test_it_shows_the_law_of_the_union_in_its_states_with_their_own_authority() -> None:
    france = next(one for one in library(TODAY).listed if one.code == "FR")
    assert france.status == "duties"
    of_the_union = len([d for d in load_rulebook().duties.values() if d.instrument.file.jurisdiction == "EU"])
    assert france.number.endswith(f"{of_the_union} of the Union")
    authority = next(d.authority for d in page_of("FR", TODAY).duties if d.duty.id == "gdpr.art33.notify_authority")
    assert authority
    assert authority.acronym == "CNIL"
    assert page_of("RE", TODAY).union  # an overseas department


def test_it_names_of_national_law_within_the_unions_only_the_sources_of_the_state_looked_from() -> None:
    def national(code: str) -> set[str]:
        told = next(one for one in page_of(code, TODAY).duties if one.duty.id == "gdpr.art34.communicate")
        assert "statute" in {source.id for source in told.sources}
        return {state for source in told.sources for state in source.states}

    assert national("FR") == national("RE") == {"FR"}
    assert national("SE") == set()
    assert {"DE", "FR", "NL"} < national("EU")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("jp", "JP"), ("CNIL", "FR"), ("Québec", "CA-QC"), ("quebec", "CA-QC"), ("1798.82", "US-CA"),
        ("attorney general california", "US-CA"), ("Personal Information Protection Commission", "JP"),
        ("個人情報保護委員会", "JP"),
    ],
)  # fmt: skip
def test_it_finds_places_by_name_code_authority_and_provision(words: str, code: str) -> None:
    found = search(Wanted(words=words), TODAY)
    assert code in {hit.place.code for hit in (*found.with_duties, *found.none)}
    assert 0 < found.total < 100


def test_it_takes_a_code_for_the_place_and_not_for_letters() -> None:
    assert [hit.place.code for hit in search(Wanted(words="in"), TODAY).with_duties] == ["IN"]
    assert {hit.place.code for hit in search(Wanted(words="US-PR"), TODAY).with_duties} == {"PR", "US-PR"}


def test_it_names_the_duties_that_answer_and_counts_each_once() -> None:
    found = search(Wanted(words="72 hours gdpr art. 33(1)"), TODAY)
    (hit,) = (one for one in found.with_duties if one.place.code == "EU")
    assert hit.duties[0].id == "gdpr.art33.notify_authority"
    assert found.duties < len(found.with_duties)  # the states of the Union share theirs


def test_it_asks_all_wishes_of_one_and_the_same_duty() -> None:
    found = search(Wanted(addressee="individuals", number="hours"), TODAY)
    for hit in found.with_duties:
        assert any(one.addressee == "individuals" and "hours" in one.units for one in hit.place.duties)
    numbered = search(Wanted(number="any"), TODAY).duties
    assert numbered + search(Wanted(number="no"), TODAY).duties == len(load_rulebook().duties)


def test_it_filters_by_status_region_and_confidence() -> None:
    for status, name in (("duties", "with_duties"), ("none", "none"), ("unresearched", "unresearched")):
        found = search(Wanted(status=status), TODAY)
        assert found.total == len(getattr(found, name))
    assert {hit.place.code for hit in search(Wanted(region="053", status="duties"), TODAY).with_duties} <= {
        "AU", "NZ", "CX", "CC", "HM", "NF", *places.subdivisions("AU"),
    }  # fmt: skip
    for hit in search(Wanted(confidence="low"), TODAY).with_duties:
        assert hit.place.level == "low"


def test_it_finds_what_changed_since_a_day(use_law: UseLaw) -> None:
    use_law(br_own=dated(), ar_own=law([{"id": "ar.own.tell"}], "ar-own", "AR"))
    assert search(Wanted(since=date(2019, 1, 1)), TODAY).duties == 2
    (hit,) = search(Wanted(since=date(2026, 11, 25)), TODAY).with_duties
    assert hit.place.code == "BR"
    assert "our reading was put right on 25 Nov 2026" in hit.changes[0]
    assert "law changed on 1 Feb 2027" in hit.changes[1]
    assert not search(Wanted(since=date(2027, 3, 1)), TODAY).total


def test_it_compares_text_without_capitals_and_accents() -> None:
    assert folded("Données à Caractère") == "donnees a caractere"
    assert folded("が") == folded("が")


def test_it_builds_what_depends_on_the_library_alone_once(officer: Client) -> None:
    """bench/rule_index.py says how long the index takes."""
    officer.get("/w/harbour/rules/")
    made = rules_index._library.cache_info().misses
    for words in ("", "?q=cnil", "?q=notify+72&number=any"):
        assert officer.get(f"/w/harbour/rules/{words}").status_code == 200
    assert rules_index._library.cache_info().misses == made


def test_it_says_the_four_numbers_and_never_one(officer: Client) -> None:
    text = text_of(officer, "")
    for words in ("Source-checked", "Secondary sources", "Unsure", "Not researched", "No named lawyer has reviewed"):
        assert words in text
    assert f"Of {len(places.countries())} countries and territories" in text


def test_it_finds_through_the_address_and_says_what_it_could_not_read(officer: Client) -> None:
    text = text_of(officer, "?q=cnil")
    assert "France" in text
    assert "Japan" not in text
    assert "Nothing in the library answers all of this." in text_of(officer, "?q=zzzz")
    wrong = text_of(officer, "?since=yesterday&region=Mars")
    assert "Write a day as 2026-11-23" in wrong
    assert "Japan" in wrong


# -- a place ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", sorted(load_rulebook().by_jurisdiction))
def test_it_words_every_law_of_the_library(code: str) -> None:
    page = page_of(code, TODAY)
    assert page.groups or page.nones
    for duty in page.duties:
        assert duty.sources, duty.duty.id
        assert all(stage.limit and stage.starts for stage in duty.stages), duty.duty.id
        assert all(all(cells(duty.duty, one).values()) for one in duty.duty.versions), duty.duty.id


def test_it_prints_limit_provision_source_and_how_it_was_read(officer: Client) -> None:
    text = text_of(officer, "EU/")
    for words in ("72 hours", "Art. 33(1)", "Source-checked", "read on 22 Nov 2026", "CNIL", "Unfold everything"):
        assert words in text
    assert "To the people affected" in text
    assert "No named lawyer has reviewed it." in text


def test_a_state_shows_its_own_additions_to_the_law_of_the_union_and_no_others(officer: Client) -> None:
    journalism = "journalistic, academic, artistic or literary purposes only"
    assert "Belgium, Latvia, Malta, Netherlands, Romania only:" in text_of(officer, "EU/")
    belgium = text_of(officer, "BE/")
    assert journalism in belgium
    assert "only: The data" not in belgium
    assert journalism not in text_of(officer, "DE/")
    assert journalism in text_of(officer, "compare/?a=BE&b=JP")
    assert journalism not in text_of(officer, "compare/?a=DE&b=JP")


def test_it_names_languages_that_django_has_no_name_for(officer: Client) -> None:
    assert "Languages: Chinese" in text_of(officer, "CN/")
    assert "Maltese" in text_of(officer, "MT/")


def test_it_says_what_was_searched_where_there_is_no_duty(officer: Client) -> None:
    text = text_of(officer, "KH/")
    for words in ("No general duty", "Announced, not in force", "What was searched, and when", "read on 22 Nov 2026"):
        assert words in text
    assert "What single sectors have all the same" in text


def test_it_says_loudly_what_nobody_has_researched(use_law: UseLaw, officer: Client) -> None:
    use_law(br_own=law([{"id": "br.own.tell"}]))
    text = text_of(officer, "JP/")
    assert "Nobody has researched the law of" in text
    assert "says nothing about whether there is a duty" in text


def test_it_says_what_was_searched_in_vain(officer: Client) -> None:
    text = text_of(officer, "UZ/")
    for words in ("could not be established", "What was searched", "Not found, and needed for an answer", "Pages read"):
        assert words in text
    assert "Nobody has researched" not in text


def test_it_leads_from_a_state_to_the_federation_and_back(officer: Client) -> None:
    assert [one.code for one in page_of("US-CA", TODAY).up] == ["US"]
    assert "US-CA" in [one.code for one in page_of("US", TODAY).parts]
    assert [one.code for one in page_of("FR", TODAY).up] == ["EU"]
    assert {one.code for one in page_of("DE-BY", TODAY).up} == {"DE", "EU"}
    assert officer.get("/w/harbour/rules/PR/").headers["Location"] == "/w/harbour/rules/US-PR/"


def test_it_knows_no_place_that_does_not_exist(officer: Client) -> None:
    assert officer.get("/w/harbour/rules/XX/").status_code == 404


def test_it_shows_law_that_is_not_in_force_as_announced() -> None:
    page = page_of("US-CA", date(2025, 6, 1))
    notify = next(one for one in page.duties if one.duty.id == "us-ca.civ1798-82.notify_individuals")
    assert notify.version.name == "2022-01-01"
    assert [told.version.name for told in notify.upcoming] == ["2026-01-01"]


def test_it_tells_each_version_with_its_days_and_what_changed(use_law: UseLaw, officer: Client) -> None:
    use_law(br_own=dated())
    (duty,) = page_of("BR", TODAY).duties
    assert duty.standing == "In force since 1 Mar 2024, until 31 Jan 2027"
    assert [told.days for told in duty.history] == ["1 Mar 2024 to 31 Jan 2027", "1 Jan 2020 to 29 Feb 2024"]
    changed = {change.label: change for change in duty.history[0].changes}
    assert changed["What triggers it"].before == ("Something happened.",)
    assert "48 hours" in changed["By when"].after[0]
    assert "Who must do it" not in changed
    text = text_of(officer, "BR/")
    for words in (
        "Announced, not in force", "1 Feb 2027, with no end stated", "Where we were wrong", "Put right on 25 Nov 2026",
        "within five days", "the deadline lies two days earlier", "Unsure",
    ):  # fmt: skip
        assert words in text


def test_it_says_of_a_law_that_has_ended_that_it_is_not_in_force(use_law: UseLaw) -> None:
    ended = law([{"id": "br.own.tell"}]).replace("  from = 2020-01-01\n", "  from = 2020-01-01\n  to = 2021-12-31\n")
    use_law(br_own=ended)
    (duty,) = page_of("BR", TODAY).duties
    assert duty.standing == "No longer in force: its last day was 31 Dec 2021"


def test_it_shows_who_must_show_an_exemption(use_law: UseLaw) -> None:
    unless = (
        "  unless = [{ id = 'keys', text = 'The data were unreadable.', when = 'people(BR) is confirmed', "
        "burden = 'holder', shown_by = 'claim', record = true, cite = 's 4' }]"
    )
    use_law(br_own=law([{"id": "br.own.tell", "unless": unless}]))
    (exemption,) = page_of("BR", TODAY).duties[0].exemptions
    assert exemption.burden.startswith("the organisation must show it")
    assert exemption.requires == "a record of it is kept"


def test_it_escapes_what_a_law_file_says(use_law: UseLaw, officer: Client) -> None:
    use_law(br_own=law([{"id": "br.own.tell"}]).replace("Something happened.", "<script>x</script> happened."))
    assert "<script>x" not in officer.get("/w/harbour/rules/BR/").content.decode()


def test_it_prints_the_version_of_the_day() -> None:
    duty = load_rulebook().duties["us-ca.civ1798-82.notify_individuals"]
    assert version_on(duty, date(2025, 6, 1)).name == "2022-01-01"
    assert version_on(duty, date(2026, 6, 1)).name == "2026-01-01"


@pytest.mark.parametrize("path", ["", "?q=72+hours&number=any", "EU/"])
def test_it_asks_the_database_a_handful_of_times(officer: Client, path: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert officer.get(f"/w/harbour/rules/{path}").status_code == 200
    assert len(queries) <= 8


def test_it_puts_each_place_under_one_continent() -> None:
    hits = search(Wanted(), TODAY).with_duties
    found = {one.name: [hit.place.code for hit in one.hits] for one in by_continent(hits)}
    assert sum(map(len, found.values())) == len(hits)
    assert "EU" in found["Europe"]
    assert "JP" in found["Asia"]
    assert "US-CA" in found["Americas"]


def test_it_folds_the_places_until_somebody_asks(officer: Client) -> None:
    whole, asked = (officer.get(f"/w/harbour/rules/{path}").content.decode() for path in ("", "?q=cnil"))
    assert whole.count('<details class="fold">') == 5
    assert '<details class="fold">' not in asked
