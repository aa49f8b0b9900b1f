"""Names of special regimes."""

from typing import get_args

from incidents.regimes import NAMES, regime_name
from law.facts.model import Regime


def test_it_names_every_regime_of_the_facts_and_no_other() -> None:
    assert set(NAMES) == set(get_args(Regime))
    assert len({str(name) for name in NAMES.values()}) == len(NAMES)


def test_it_writes_an_abbreviation_as_the_field_does() -> None:
    assert regime_name("nis2_essential") == "Essential entity under NIS2 (European Union)"
    assert regime_name("hipaa_covered_entity") == "Covered entity under HIPAA (United States)"


def test_it_keeps_an_id_readable_that_it_does_not_know() -> None:
    assert regime_name("water_supplier") == "Water supplier"
