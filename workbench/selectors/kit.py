"""What the paper kit says: whom to call, the first hour, a blank facts sheet, the clocks of the main countries."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from accounts import place_names
from accounts.models import Contact, Membership, Workspace
from incidents.catalogue import load_catalogue
from incidents.first_hour import FIRST_HOUR
from law.rulebook import load_rulebook
from reports.readiness import ways_into
from workbench import clocks
from workbench.selectors.rules import for_a_sector, is_known, page_of

BLANK_ROWS = 6
LEFT_OUT = ("narrative", "test")
"""Widgets whose questions are not for a sheet of paper: texts, and legal tests."""


@dataclass(frozen=True)
class KitClock:
    """One duty of a country: what, to whom, how long, under which provision, how sure the library is."""

    title: str
    whom: str
    limit: str
    provision: str
    confidence: str


@dataclass(frozen=True)
class KitCountry:
    """The clocks of one country; `status` is none or unresearched where there are none."""

    name: str
    status: str
    clocks: tuple[KitClock, ...]
    verified_on: date | None


def members_to_call(workspace: Workspace) -> list[Membership]:
    """The active members, those with a number first."""
    rows = Membership.objects.filter(workspace=workspace, user__is_active=True).select_related("user").order_by("pk")
    return sorted(rows, key=lambda one: not one.phone)


def contacts_of(workspace: Workspace) -> list[Contact]:
    """Whom to call outside, in the order in which they were entered."""
    return list(Contact.objects.filter(workspace=workspace).order_by("pk"))


def kit_countries(workspace: Workspace, day: date) -> list[KitCountry]:
    """The general duties of the main countries as of a day; those of single sectors are left to the rule browser."""
    return [_country(code, day) for code in workspace.main_countries if is_known(code)]


def _country(code: str, day: date) -> KitCountry:
    page = page_of(code, day)
    found = [one for one in page.duties if not for_a_sector(one.duty)]
    return KitCountry(
        name=place_names.name(code),
        status=page.status,
        clocks=tuple(
            KitClock(one.duty.rule.title, one.whom, one.in_one_line, one.duty.rule.cite, one.short_confidence)
            for one in found
        ),
        verified_on=page.verified_on,
    )


def kit(workspace: Workspace, now: datetime, language: str) -> dict[str, Any]:
    """Everything that workbench/kit_paper.html prints."""
    zone = ZoneInfo(workspace.time_zone)
    day = now.astimezone(zone).date()
    return {
        "workspace": workspace,
        "made": clocks.instant_words(now, zone, language, utc=True),
        "law_day": clocks.day_words(now, zone, language),
        "rulebook": load_rulebook().date,
        "members": members_to_call(workspace),
        "contacts": contacts_of(workspace),
        "first_hour": FIRST_HOUR,
        "groups": _sheet(),
        "rows": range(BLANK_ROWS),
        "countries": kit_countries(workspace, day),
        "ways": ways_into(workspace, workspace.main_countries, day),
        "tag": language,
    }


def _sheet() -> list[tuple[str, list[str]]]:
    """The questions of the catalogue that stand in no row, group by group."""
    found = []
    for group in load_catalogue().groups:
        asked = [
            str(one.label) for one in group.questions if one.path and "*" not in one.path and one.widget not in LEFT_OUT
        ]
        if asked:
            found.append((str(group.title), asked))
    return found
