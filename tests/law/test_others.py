"""A duty that asks for another duty of its law goes with it: applies, falls away and stays open as that one does."""

from pathlib import Path
from typing import Any

import pytest

from law.explain import chain
from law.findings import Assessment
from law.rulebook import Rulebook, load_rulebook
from tests.law.examples import facts, law, library, look, the

TELL = "test(serious_harm)"
CONDITION = "nature.confidentiality is confirmed"


@pytest.fixture(scope="module")
def rulebook(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    text = law([{"id": "br.own.tell"}, {"id": "br.own.show"}])
    first, second = text.split("[[duty]]")[1:]
    text = text.replace(first, first.replace(f'"{CONDITION}"', f'{{ all = ["people(here)", "{TELL}"] }}'))
    text = text.replace(
        second, second.replace(f'"{CONDITION}"', '{ all = ["applies(br.own.tell)", "count(here) > 1000"] }')
    )
    folder: Path = tmp_path_factory.mktemp("law")
    return load_rulebook(library(folder, br_own=text))


def answer(rulebook: Rulebook, people: int, **risk: Any) -> Assessment:
    group = {"id": "g1", "country": "BR", "presence": "confirmed", "count": {"kind": "exact", "n": people}}
    return look(facts(affected=[group], risk={"by_test": risk}), rulebook=rulebook)


@pytest.mark.parametrize(
    ("people", "answered", "outcome"),
    [(1001, "yes", "APPLIES"), (1000, "yes", "DOES_NOT_APPLY"), (1001, "no", "DOES_NOT_APPLY"),
     (1001, "unknown", "UNDETERMINED")],
)  # fmt: skip
def test_it_goes_with_the_duty_that_it_asks_for(rulebook: Rulebook, people: int, answered: str, outcome: str) -> None:
    assert the(answer(rulebook, people, serious_harm=answered), "br.own.show").outcome == outcome


def test_it_hangs_on_what_the_other_hangs_on(rulebook: Rulebook) -> None:
    found = the(answer(rulebook, 1001), "br.own.show")
    assert found.hangs_on == ("risk.by_test.serious_harm",)


def test_it_gives_the_reasons_of_the_other_as_its_own(rulebook: Rulebook) -> None:
    found = answer(rulebook, 1001, serious_harm="yes")
    other = {reason.text for reason in chain(the(found, "br.own.tell"))}
    assert other <= {reason.text for reason in chain(the(found, "br.own.show"))}


def test_florida_spares_the_agencies_where_it_spares_the_residents() -> None:
    group = {"id": "g1", "country": "US", "subdivision": "US-FL", "presence": "confirmed",
             "count": {"kind": "exact", "n": 1001}}  # fmt: skip
    case = facts(
        affected=[group],
        organisation={"does_business_in": ["US-FL"]},
        records={"medium": ["electronic"]},
        exposure={"access": "confirmed"},
        data=[{"category": "full_name", "status": "confirmed"},
              {"category": "social_security_number", "status": "confirmed", "protection": "none"}],
    )  # fmt: skip
    spared = facts(**{**case, "risk": {"by_test": {"identity_theft_or_financial_harm": "no"}}})
    agencies = "us-fl.fs501-171.notify_consumer_reporting_agencies"
    assert the(look(case), agencies).outcome == "APPLIES"
    assert the(look(spared), agencies).outcome == "DOES_NOT_APPLY"
