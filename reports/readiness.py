"""Could we file today? For each authority that matters to a workspace: what is prepared, and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.utils.translation import gettext, ngettext

from accounts.models import LegalEntity, Workspace
from accounts.translating import translated
from incidents.models import Obligation, OrganisationSheet, Outcome
from law.explain import jurisdiction_name
from law.rulebook import load_rulebook
from law.schema import Authority
from reports.definitions import Form, load_forms
from reports.models import FilingAccount
from reports.ways_in import authorities_in, countries_of

FRESH = timedelta(days=365)
"""A login that nobody has opened for longer than this is not counted as tested."""


@dataclass(frozen=True)
class Readiness:
    """One authority: its form, where one is known, what is recorded, and what is missing to file today."""

    id: str
    authority: Authority
    form: Form | None
    account: FilingAccount | None
    today: date

    @property
    def place(self) -> str:
        """The country or state of the authority."""
        return translated(jurisdiction_name(self.authority.jurisdiction))

    @property
    def login(self) -> str:
        """What the way in asks for: as recorded, else as the form knows; "unknown" where nobody knows."""
        if self.account and self.account.login:
            return self.account.login
        return self.form.channel.login if self.form and self.form.channel else "unknown"

    @property
    def preflight(self) -> list[str]:
        """What is known of the way in before anybody opens it, one sentence each."""
        if self.form and self.form.channel:
            return self.form.channel.preflight
        return [self.authority.channel.note] if self.authority.channel.note else []

    @property
    def recorded(self) -> list[tuple[str, str]]:
        """What was prepared, each with what it is."""
        held = self.account
        if held is None:
            return []
        lines = [
            (gettext("Who holds the login"), held.holder),
            (gettext("Our registration numbers there"), held.registration),
            (gettext("Representative, power of attorney"), held.representative),
            (gettext("Note"), held.note),
        ]
        return [(label, text) for label, text in lines if text]

    @cached_property
    def missing(self) -> list[str]:
        """What stands between today and a filing, one sentence each; nothing where all is there."""
        found = []
        held, login = self.account, self.login
        if login != "none" and not (held and held.holder):
            found.append(gettext("Nobody is named who holds the login, or nobody has found out that none is needed."))
        if held is None or held.tested_on is None:
            found.append(gettext("The way in has not been opened and tested."))
        elif held.tested_on < self.today - FRESH:
            found.append(gettext("The way in was tested more than a year ago."))
        return found

    @property
    def ready(self) -> bool:
        """Could a notification be filed there today?"""
        return not self.missing


def readiness_of(workspace: Workspace, today: date) -> list[Readiness]:
    """The authorities of the workspace's countries and standing duties, and those recorded; what lacks stands first."""
    accounts = {row.authority: row for row in FilingAccount.objects.filter(workspace=workspace)}
    entities = LegalEntity.objects.filter(workspace=workspace).select_related("sheet")
    homes = {code for entity in entities for code in countries_of(entity, getattr(entity, "sheet", None))}
    homes |= set(workspace.main_countries)
    named = set(
        Obligation.objects.filter(incident__workspace=workspace, kind="notify", outcome=Outcome.APPLIES)
        .exclude(authority="")
        .values_list("authority", flat=True)
    )
    known = load_rulebook().authorities
    wanted = {name for name in (*accounts, *named, *authorities_in(homes)) if name in known}
    rows = [readiness_one(name, accounts.get(name), today) for name in wanted]
    return sorted(rows, key=lambda row: (row.ready, row.authority.name))


def readiness_for(entity: LegalEntity, sheet: OrganisationSheet | None, today: date) -> list[Readiness]:
    """The authorities of the countries in which one organisation works, its own country first."""
    return ways_into(entity.workspace, countries_of(entity, sheet), today)


def ways_into(workspace: Workspace, countries: Sequence[str], today: date) -> list[Readiness]:
    """The authorities of these countries in their order, with what was prepared for each."""
    names = authorities_in(countries)
    held = FilingAccount.objects.filter(workspace=workspace, authority__in=names)
    accounts = {row.authority: row for row in held.select_related("changed_by")}
    return [readiness_one(name, accounts.get(name), today) for name in names]


def way_in(workspace: Workspace, name: str, today: date) -> Readiness | None:
    """What is known and prepared for filing with an authority; None where the library has none of that name."""
    if name not in load_rulebook().authorities:
        return None
    return readiness_one(name, FilingAccount.objects.filter(workspace=workspace, authority=name).first(), today)


def readiness_one(name: str, account: FilingAccount | None, today: date) -> Readiness:
    """One authority. KeyError where the library has none of that name."""
    form = next((one for one in load_forms().values() if name in one.authorities or one.regulator == name), None)
    return Readiness(name, load_rulebook().authorities[name], form, account, today)


def in_words(rows: Sequence[Readiness]) -> str:
    """You could file today with 9 of 12 authorities."""
    ready = sum(row.ready for row in rows)
    return ngettext(
        "You could file today with %(ready)s of %(count)s authority.",
        "You could file today with %(ready)s of %(count)s authorities.",
        len(rows),
    ) % {"ready": ready, "count": len(rows)}
