"""A breach with residents in every American state: what is due first, whose notice goes before whose, what is asked."""

import copy
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

from law import places
from law.assess import assess
from law.facts import parse_facts
from law.findings import Assessment, stamp
from law.rulebook import load_rulebook

EVERYWHERE, UNKNOWN, *_ = tomllib.loads((Path(__file__).parent / "cases" / "us_all.toml").read_text("utf-8"))["case"]
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


# -- docs/law/us-second-reading.md --------------------------------------------------------------------

DOC = Path(__file__).parents[2] / "docs" / "law" / "us-second-reading.md"
READ_ON = date(2026, 11, 27)


def rows() -> dict[str, list[str]]:
    """The table's rows by place: what stands between the bars."""
    lines = [line for line in DOC.read_text("utf-8").splitlines() if line.startswith("| ") and "---" not in line]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    by_name = {places.name(one["jurisdiction"]): one["jurisdiction"] for one in UNKNOWN["expect"]}
    by_name["Virgin Islands"] = "US-VI"
    return {by_name[row[0]]: row for row in cells if row[0]}


def period(duty: str) -> str:
    """The number of the first stage on the day of the reading, as the table writes it."""
    (version,) = load_rulebook().duties[duty].versions_between(READ_ON, READ_ON)
    limit = version.stages[0].rule.limit
    if limit is None:
        return "no number"
    return next(
        f"{number} {unit.replace('_', ' ')}"
        for unit in ("hours", "days", "working_days", "months")
        if (number := getattr(limit, unit))
    )


def test_it_tells_in_the_second_reading_the_periods_of_the_library() -> None:
    table = rows()
    told = {one["jurisdiction"]: one["duty"] for one in UNKNOWN["expect"]}
    assert {place: row[1] for place, row in table.items()} == {place: period(duty) for place, duty in told.items()}


def test_it_tells_in_the_second_reading_how_soon_an_owner_is_told() -> None:
    for place, row in rows().items():
        own = [
            duty for duty in load_rulebook().duties if duty.startswith(f"{place.lower()}.") and "notify_owner" in duty
        ]
        general = [duty for duty in own if not any(part in duty for part in ("ic4-1-11", "os74-", "insurance"))]
        assert row[5] == (period(general[0]) if general else "none"), place
