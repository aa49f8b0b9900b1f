"""One case at a glance: what to do now, which questions decide, the steps, and what lies beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext

from workbench.selectors.duties import DutyGroups, DutyRow
from workbench.selectors.people import PeopleRow
from workbench.selectors.questions import Deciding


@dataclass(frozen=True)
class Step:
    """One step of the case with its state: a key of the page's tags, or empty where it cannot start yet."""

    title: str
    url: str
    state: str
    words: str
    note: str = ""


def steps(
    groups: DutyGroups,
    deciding: list[Deciding],
    people: list[PeopleRow],
    document: Mapping[str, Any],
    urls: Mapping[str, str],
) -> list[Step]:
    """The steps of a case in the order in which they are mostly taken; none of them waits for another."""
    tests = [one for one in deciding if one.question.widget == "test"]
    told = [row for row in groups.rows if row.obligation.addressee == "individuals"]
    outside = [row for row in groups.rows if row.obligation.addressee and row not in told]
    inside = [row for row in groups.rows if not row.obligation.addressee]
    return [
        _facts_step(deciding, urls["facts"]),
        _people_step(people, urls["people"]),
        _tests_step(tests, document, urls["risk"]),
        _duty_step(gettext("Notify authorities and others"), outside, urls["duties"]),
        _duty_step(gettext("Tell the people affected"), told, urls["duties"]),
        _duty_step(gettext("Assess and document"), inside, urls["duties"]),
    ]


def _facts_step(deciding: list[Deciding], url: str) -> Step:
    number = len(deciding)
    if not number:
        return Step(gettext("Record the facts"), url, "done", gettext("Nothing open decides a duty"))
    words = ngettext("{number} question decides", "{number} questions decide", number).format(number=number)
    return Step(gettext("Record the facts"), url, "undecided", words)


def _people_step(people: list[PeopleRow], url: str) -> Step:
    title = gettext("Count people in each country")
    present = [row for row in people if not row.ruled_out]
    open_rows = [row for row in present if row.count_words is None]
    if not people:
        return Step(title, url, "undecided", gettext("No country yet"))
    if open_rows:
        return Step(
            title,
            url,
            "undecided",
            ngettext("{number} not known", "{number} not known", len(open_rows)).format(number=len(open_rows)),
        )
    return Step(
        title, url, "done", ngettext("{number} counted", "{number} counted", len(present)).format(number=len(present))
    )


def _tests_step(tests: list[Deciding], document: Mapping[str, Any], url: str) -> Step:
    title = gettext("Judge the risk")
    if tests:
        return Step(
            title,
            url,
            "undecided",
            ngettext("{number} open", "{number} open", len(tests)).format(number=len(tests)),
            note=gettext("Clocks run as if the duty applied."),
        )
    answered = (document.get("risk") or {}).get("by_test") or {}
    return Step(
        title, url, "done" if answered else "on_track", gettext("Judged") if answered else gettext("None asked")
    )


def _duty_step(title: str, rows: list[DutyRow], url: str) -> Step:
    required = [row for row in rows if row.state in ("overdue", "due_soon", "on_track")]
    overdue = sum(row.state == "overdue" for row in required)
    done = sum(row.state == "done" for row in rows)
    depends = sum(row.state == "undecided" for row in rows)
    note = (
        ngettext("{number} more may be required", "{number} more may be required", depends).format(number=depends)
        if depends and required
        else ""
    )
    if overdue:
        return Step(
            title,
            url,
            "overdue",
            ngettext("{number} overdue", "{number} overdue", overdue).format(number=overdue),
            note,
        )
    if required:
        soon = any(row.state == "due_soon" for row in required)
        return Step(
            title,
            url,
            "due_soon" if soon else "on_track",
            gettext("{number} open, {done} done").format(number=len(required), done=done),
            note,
        )
    if depends:
        return Step(
            title,
            url,
            "undecided",
            ngettext("{number} may be required", "{number} may be required", depends).format(number=depends),
        )
    if done:
        return Step(title, url, "done", ngettext("{number} done", "{number} done", done).format(number=done))
    return Step(title, url, "not_required", gettext("Not required"))
