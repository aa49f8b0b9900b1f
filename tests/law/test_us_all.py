"""A breach with residents in every American state: what is due first, whose notice goes before whose, what is asked."""

import copy
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from law.assess import assess
from law.facts import parse_facts
from law.findings import Assessment, stamp
from law.rulebook import load_rulebook

EVERYWHERE, UNKNOWN = tomllib.loads((Path(__file__).parent / "cases" / "us_all.toml").read_text("utf-8"))["case"]
NOT_TOLD = {"us-md.pipa.notify_attorney_general", "us-nj.njsa56-8-163.report_to_state_police"}


def look(case: dict[str, Any], **changed: Any) -> Assessment:
    document = {**copy.deepcopy(case["facts"]), **changed}
    return assess(load_rulebook(), parse_facts(document), datetime.fromisoformat(case["as_of"]))


def test_it_has_an_answer_for_every_state_district_and_territory() -> None:
    told = {one["jurisdiction"] for one in EVERYWHERE["expect"]}
    assert len(told) == 54
    assert told == {group["subdivision"] for group in EVERYWHERE["facts"]["affected"]}
    assert told == {one["jurisdiction"] for one in UNKNOWN["expect"]}


def test_it_puts_first_what_is_due_first() -> None:
    due = [one for one in look(EVERYWHERE).findings if one.due and one.outcome == "APPLIES"]
    first, second, third, *_ = sorted(due, key=lambda one: str(stamp(one.due)))
    assert (first.duty, stamp(first.due)) == (
        "us-mn.ms325e-61.notify_consumer_reporting_agencies",
        "2026-02-04T15:00:00Z",
    )
    assert (second.duty, stamp(second.due)) == ("us-pr.ley111.notify_daco", "2026-02-13T03:59:59Z")
    assert (third.duty, third.stage) == ("us-vt.v9-2435.notify_attorney_general", "preliminary")


def test_it_says_where_the_authority_comes_before_the_people() -> None:
    """Maryland and New Jersey: notices to the people that went out first are told as out of order."""
    sent = [
        {
            "addressee": "individuals",
            "jurisdiction": place,
            "duty": duty,
            "first_sent_at": "2026-02-04T09:00:00-06:00",
        }
        for place, duty in (
            ("US-MD", "us-md.pipa.notify_individuals"),
            ("US-NJ", "us-nj.njsa56-8-163.notify_individuals"),
            ("US-TX", "us-tx.bcc521-053.notify_individuals"),
        )
    ]
    told = {one["duties"][0] for one in look(EVERYWHERE, notices=sent).to_json()["conflicts"]}
    assert told >= NOT_TOLD
    assert not any(duty.startswith("us-tx.") for duty in told)
    assert not NOT_TOLD & {one["duties"][0] for one in look(EVERYWHERE).to_json()["conflicts"]}


def test_it_asks_for_unknown_states_once_and_not_54_times() -> None:
    answer = look(UNKNOWN)
    about_place = [one for one in answer.questions if one.fact.startswith("affected[")]
    states = [one for one in about_place if one.fact == "affected[US].subdivision"]
    assert len(states) == 1
    assert {place for _, place in states[0].settles} >= {one["jurisdiction"] for one in UNKNOWN["expect"]} - {"US-GA"}
    assert not any(one.fact.endswith(".presence") for one in about_place)
