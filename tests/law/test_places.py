"""Places: complete lists, regions, the EEA over time, and errors that say what was meant."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from law import places
from law.places import PlaceError


def test_it_lists_every_country_once() -> None:
    codes = places.countries()
    assert len(codes) == 250  # 249 of ISO 3166-1, and XK
    assert len(set(codes)) == 250
    assert places.country("XK").numeric is None
    numbers = [places.country(code).numeric for code in codes if code != "XK"]
    assert all(n is not None and len(n) == 3 for n in numbers)
    assert len(set(numbers)) == 249


def test_it_gives_every_place_a_name_and_a_real_zone() -> None:
    for code in places.countries():
        for each in (code, *places.subdivisions(code)):
            assert places.name(each).strip()
            assert ZoneInfo(places.zone(each)).key == places.zone(each)


@pytest.mark.parametrize(
    ("region", "some", "none"),
    [
        ("142", {"JP", "TW", "HK", "IL", "TR", "KZ"}, {"AU", "RU", "EG"}),
        ("009", {"AU", "NZ", "FJ", "PG", "GU", "NC"}, {"JP", "ID", "TL"}),
        ("030", {"JP", "KR", "CN", "TW", "MN"}, {"VN"}),
        ("053", {"AU", "NZ", "NF"}, {"FJ"}),
        ("150", {"FR", "GB", "RU", "XK"}, {"CY"}),
        ("419", {"BR", "MX", "PR"}, {"US", "CA"}),
    ],
)
def test_it_knows_who_is_in_a_region(region: str, some: set[str], none: set[str]) -> None:
    found = set(places.members(region))
    assert some <= found
    assert not none & found


def test_it_puts_every_country_in_one_continent() -> None:
    continents = ("002", "009", "019", "142", "150")
    listed = [code for region in continents for code in places.members(region)]
    assert len(listed) == len(set(listed))
    assert set(places.members("001")) - set(listed) == {"AQ"}
    assert places.region_name("009") == "Oceania"


def test_it_finds_the_country_of_a_subdivision() -> None:
    assert places.parent("US-CA") == "US"
    assert places.parent("AE-DIFC") == "AE"
    assert places.parent("JP") is None
    assert places.country("QA-QFC").name == "Qatar"
    assert places.same_as("PR") == "US-PR"
    assert places.same_as("US-PR") == "PR"
    assert {"US-CA", "US-DC", "US-PR", "US-GU", "US-VI"} <= set(places.subdivisions("US"))
    assert places.subdivisions("JP") == ()


def test_it_follows_the_eea_through_time() -> None:
    before = places.eea_members(date(2020, 12, 31))
    after = places.eea_members(date(2021, 1, 1))
    assert before - after == {"GB"}
    assert len(after) == 30
    assert {"IS", "LI", "NO", "HR"} <= after
    assert not {"CH", "GB", "TR", "RE"} & after
    assert "HR" not in places.eea_members(date(2013, 6, 30))
    membership = places.eea_membership("NO")
    assert membership is not None
    assert membership.gdpr_first == date(2018, 7, 20)
    assert not membership.in_union
    assert places.eea_membership("JP") is None


@pytest.mark.parametrize(
    ("code", "day", "state"),
    [
        ("RE", date(2023, 6, 1), "FR"),
        ("AX", date(2023, 6, 1), "FI"),
        ("DE-BY", date(2023, 6, 1), "DE"),
        ("GI", date(2020, 12, 31), "GB"),
        ("GI", date(2021, 1, 1), None),
        ("NC", date(2023, 6, 1), None),
    ],
)
def test_it_says_whose_data_protection_law_applies(code: str, day: date, state: str | None) -> None:
    assert places.eea_state(code, day) == state


@pytest.mark.parametrize(
    ("wrong", "mend"),
    [
        ("UK", "did you mean GB"),
        ("jp", "did you mean JP"),
        ("Japan", "did you mean JP"),
        ("Korea, Republic of", "did you mean KR"),
        ("DIFC", "did you mean AE-DIFC"),
        ("US-ZZ", "not a listed subdivision; those of US run US-AK"),
        ("142", "put it under 'region'"),
        ("EU", "name the member state"),
        ("QQ", "use ISO 3166-1 alpha-2"),
        ("", "use ISO 3166-1 alpha-2"),
    ],
)
def test_it_names_the_code_and_the_mend(wrong: str, mend: str) -> None:
    assert not places.is_place(wrong)
    with pytest.raises(PlaceError) as error:
        places.place(wrong)
    assert f"'{wrong}'" in str(error.value)
    assert mend in str(error.value)


def test_it_tells_a_country_from_a_region() -> None:
    with pytest.raises(PlaceError, match="'JP' is a country"):
        places.members("JP")
    with pytest.raises(PlaceError, match="not a UN M49 region"):
        places.members("999")


def test_it_refuses_a_code_of_the_wrong_type() -> None:
    assert not places.is_place(None)
    assert not places.is_place(81)
