"""A whole draft read at once: what each page says, what is wrong, and the report that comes of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from accounts.models import LegalEntity, User, Workspace
from incidents import paths
from incidents.forms.report import NEW_COMPANY, PAGES, Answer, Asking, CompanyForm, PageForm, WhatForm, WhenForm, bound
from incidents.selectors.reporting import says_its_regimes
from incidents.services.reporting import Report, TimelineNote
from law.time_limits import zone_of


class Reading:
    """The pages of a draft, judged. A page that was not opened is as unknown as one answered so."""

    def __init__(self, stored: Mapping[str, Mapping[str, Any]], asking: Asking, user: User) -> None:
        self.asking = asking
        self.user = user
        self.faults: list[str] = []
        self.forms: dict[str, PageForm] = {}
        self.invalid: dict[str, PageForm] = {}
        for name in PAGES:
            if not stored[name]["seen"] or stored[name]["unknown"]:
                continue
            form = bound(name, stored[name]["typed"], asking)
            (self.forms if form.is_valid() else self.invalid)[name] = form

    @property
    def sound(self) -> bool:
        """May it be sent?"""
        return not self.invalid and not self.company_missing

    @property
    def company_missing(self) -> bool:
        """Nobody said which company, and there is none that could stand in."""
        return "company" not in self.forms and "company" not in self.invalid and self.asking.head is None

    def wrong(self, name: str) -> bool:
        """Does this page have to be mended?"""
        return name in self.invalid or (name == "company" and self.company_missing)

    def answers(self, name: str) -> list[Answer]:
        """The lines of one page; empty where nothing is known of it yet."""
        form = self.forms.get(name)
        return [] if form is None else form.answers()

    @property
    def when(self) -> WhenForm | None:
        form = self.forms.get("when")
        return form if isinstance(form, WhenForm) else None

    @property
    def company(self) -> LegalEntity | None:
        """The company that was named, or else the one that stands in."""
        form = self.forms.get("company")
        if not isinstance(form, CompanyForm):
            return self.asking.head
        said = form.cleaned_data
        if said["company"] != NEW_COMPANY:
            return next((one for one in self.asking.companies if str(one.pk) == said["company"]), None)
        return LegalEntity(name=said["new_name"], country=said["country"])

    @property
    def company_known(self) -> bool:
        return "company" in self.forms

    def facts(self) -> dict[str, Any]:
        """All answers as one patch; what was asked and is not known yet stands in it as such."""
        patch: dict[str, Any] = {}
        for name, page in PAGES.items():
            form = self.forms.get(name)
            patch |= form.facts() if form else {}
            unknown = form.unknown_facts() if form else ASKED.get(page, ())
            for path in unknown:
                patch[paths.join(["provenance", path])] = {
                    "state": "not_yet_known",
                    "as_of": self.asking.now.isoformat(),
                    "from": str(self.user),
                }
        return patch

    def report(self, workspace: Workspace) -> Report:
        """The report to send. Only where it is sound."""
        what = self.forms.get("what")
        said = what.cleaned_data if isinstance(what, WhatForm) else {}
        company = self.company
        if company is None:
            raise ValueError("a report that is not sound was asked for")
        if company._state.adding:
            company.workspace = workspace
        return Report(
            title=said.get("title") or title_of(said.get("summary", ""), self.asking.now, workspace),
            company=company,
            company_known=self.company_known,
            facts=self._new_facts(company),
            summary=said.get("summary", ""),
            notes=self._notes(),
        )

    def _new_facts(self, company: LegalEntity) -> dict[str, Any]:
        """The facts without the sector, where the organisation sheet names the regimes themselves."""
        facts = self.facts()
        if facts.get("/organisation/regimes") and says_its_regimes(company):
            del facts["/organisation/regimes"]
        return facts

    def _notes(self) -> list[TimelineNote]:
        when = self.when
        notes = []
        if when and when.sign:
            notes.append(TimelineNote(when.sign.at, when.sign.until, gettext("First sign seen.")))
        if when and when.certain:
            why = when.cleaned_data.get("why", "").strip()
            words = gettext("Reasonably certain that personal data were affected")
            notes.append(TimelineNote(when.certain.at, when.certain.until, f"{words}: {why}" if why else f"{words}."))
        return notes


ASKED: Mapping[type[PageForm], tuple[str, ...]] = {
    WhenForm: ("/timeline/detected_at", "/timeline/became_aware_at"),
    CompanyForm: ("/organisation/role",),
}
"""The facts that a page asks for, where the whole page is not known yet."""


def read(stored: Mapping[str, Mapping[str, Any]], asking: Asking, user: User) -> Reading:
    """Reads a draft."""
    return Reading(stored, asking, user)


def title_of(summary: str, now: datetime, workspace: Workspace) -> str:
    """A name for the case where none was given: the first words of the summary, else day and hour."""
    words = " ".join(summary.split())
    if words:
        sentence = words.split(". ")[0].rstrip(".")
        return sentence if len(sentence) <= 80 else f"{sentence[:79].rsplit(' ', 1)[0]}…"
    zone: ZoneInfo = zone_of(workspace.time_zone)
    return gettext("Incident reported on %s") % f"{now.astimezone(zone):%Y-%m-%d, %H:%M}"
