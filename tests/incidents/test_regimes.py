"""Names of special regimes."""

from typing import get_args

import pytest

from incidents.regimes import NAMES, SECTORS, only_perhaps, regime_name, regimes_of
from law.facts.model import Regime


def test_it_names_every_regime_of_the_facts_and_no_other() -> None:
    assert set(NAMES) == set(get_args(Regime))
    assert len({str(name) for name in NAMES.values()}) == len(NAMES)


def test_it_writes_an_abbreviation_as_the_field_does() -> None:
    assert regime_name("nis2_essential") == "Essential entity under NIS2 (European Union)"
    assert regime_name("hipaa_covered_entity") == "Covered entity under HIPAA (United States)"


def test_it_keeps_an_id_readable_that_it_does_not_know() -> None:
    assert regime_name("water_supplier") == "Water supplier"


def test_every_regime_stands_in_a_sector_so_that_none_of_them_is_an_answer_for_all() -> None:
    assert {regime for sector in SECTORS for regime in sector.regimes} == set(NAMES)
    assert all(len(set(sector.regimes)) == len(sector.regimes) for sector in SECTORS)


@pytest.mark.parametrize("sector", ["finance", "telecom", "health", "public", "essential", "digital"])
def test_it_leaves_open_in_every_sector_that_such_laws_list_whether_the_company_is_important(sector: str) -> None:
    said = only_perhaps(regimes_of([sector]))
    assert {"critical_infrastructure", "nis2_essential", "nis2_important"} <= set(said)


def test_a_sector_says_of_its_regimes_that_they_may_bind_and_of_no_other() -> None:
    said = regimes_of(["telecom", "finance"])
    assert {"telecom", "eu_ecomms_provider", "telecom_us", "bank_us"} <= set(only_perhaps(said))
    assert "consumer_reporting_agency" not in only_perhaps(said)
    assert len(said) == len({one["id"] for one in said})
    assert regimes_of(["none"]) == []
    assert only_perhaps(["insurer", {"id": "bank_us", "country": "US"}]) == []
