"""Duties as rows of a page: who is to be told, by when, where it stands, and why in one line."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import law_words, place_names
from incidents.models import Decision, Obligation, Outcome
from incidents.selectors import Duties, Duty, DutyState
from law import places
from law.rulebook import load_rulebook
from law.schema import Authority
from workbench import clocks, words

ADDRESSEES = {
    "supervisory_authority": _("Supervisory authority"),
    "sector_regulator": _("Sector regulator"),
    "attorney_general": _("Attorney general"),
    "police": _("Police"),
    "individuals": _("People affected"),
    "consumer_reporting_agencies": _("Consumer reporting agencies"),
    "controller": _("Controller (owner of the data)"),
    "media": _("Media"),
    "public": _("The public"),
    "csirt": _("Computer security incident response team"),
    "other_organisations": _("Other organisations"),
    "employee_representatives": _("Employee representatives"),
    "securities_market": _("Securities market"),
}
INTERNAL = {"assess": _("Internal: assess"), "document": _("Internal: document"), "offer": _("Internal: offer")}
STAGES = {
    "assessment": _("assessment"),
    "preliminary": _("preliminary report"),
    "initial": "",
    "follow_up": _("follow-up"),
    "final": _("final report"),
}
STATES = {
    # state of the page's tags: words of the filter
    "overdue": _("Overdue"),
    "due_soon": _("Due soon"),
    "on_track": _("On track"),
    "undecided": _("Depends"),
    "done": _("Done"),
    "not_required": _("Not required"),
}


@dataclass(frozen=True)
class DutyRow:
    """One duty as a page shows it. `state` is one of STATES; `state_words` are empty where a clock speaks."""

    duty: Duty
    url: str
    who: str
    place: str
    stage: str
    state: str
    state_words: str
    line: str

    @property
    def obligation(self) -> Obligation:
        return self.duty.obligation

    @property
    def due(self) -> datetime | None:
        return self.duty.leading

    @property
    def start(self) -> datetime | None:
        """When its clock began, where that is known."""
        started = self.obligation.details.get("started_at")
        return datetime.fromisoformat(started) if started else None

    @property
    def done(self) -> datetime | None:
        return self.duty.fulfilment.at if self.duty.fulfilment else None

    @property
    def clock_words(self) -> str:
        """What kind of clock it is, where it is not the law's own fixed one."""
        if self.duty.leading_kind == "guideline":
            return gettext("guideline of the authority, not a limit of the law")
        return gettext("outer limit; without delay before it") if self.duty.leading_kind == "outer" else ""

    @property
    def by_hand(self) -> bool:
        """Was it entered by a person, in whose words it stands?"""
        return self.obligation.origin == Obligation.Origin.HAND

    @property
    def without_clock(self) -> str:
        """What the law says of the time where it gives no number, as HTML."""
        text = str(self.obligation.details.get("limit_text") or "")
        return law_words.marked(f"{text[0].upper()}{text[1:]}") if text else gettext("No fixed time")


def duty_row(duty: Duty, now: datetime, url: str) -> DutyRow:
    """One duty as it stands at `now`; `url` is its page."""
    row = duty.obligation
    state, said = display_state(duty, now)
    return DutyRow(
        duty=duty,
        url=url,
        who=who_words(row),
        place=words.jurisdiction_words(row.jurisdiction),
        stage=stage_words(row.stage),
        state=state,
        state_words=said,
        line=_line(row),
    )


def display_state(duty: Duty, now: datetime) -> tuple[str, str]:
    """The state of the page's tag, and its words where no clock speaks for it."""
    if duty.state == DutyState.DONE:
        return "done", ""
    if duty.state == DutyState.DECIDED:
        return "not_required", gettext("Decided: will not notify")
    if duty.state == DutyState.NOT_REQUIRED:
        anyway = duty.decision is not None and duty.decision.kind == Decision.Kind.NOTIFY_ANYWAY
        return (
            ("on_track", gettext("Not required, will notify")) if anyway else ("not_required", gettext("Not required"))
        )
    if duty.obligation.outcome == Outcome.UNDETERMINED:
        return "undecided", gettext("Depends")
    if duty.leading is None:
        return "on_track", ""
    if duty.leading_kind == "guideline" and duty.leading < now:
        return "due_soon", gettext("Past the guideline")
    started = duty.obligation.details.get("started_at")
    start = datetime.fromisoformat(started) if started else None
    return clocks.deadline_state(duty.leading, now, start), ""


def who_words(row: Obligation | Mapping[str, Any]) -> str:
    """Who is to be told: the authority by its short name, else the kind of addressee."""
    authority_id, addressee, kind = (
        (row.authority, row.addressee, row.kind)
        if isinstance(row, Obligation)
        else (row.get("authority") or "", row.get("addressee") or "", row.get("kind") or "")
    )
    found = authority_of(authority_id)
    if found is not None:
        return found.acronym or found.name
    return str(ADDRESSEES.get(addressee) or addressee or INTERNAL.get(kind) or gettext("Internal"))


def authority_of(authority_id: str) -> Authority | None:
    """An authority of the law library, or None."""
    return load_rulebook().authorities.get(authority_id) if authority_id else None


def stage_words(act: str) -> str:
    """A stage in words: "final-2" is "final report 2"; the first notice needs none."""
    stage, _, number = act.partition("-")
    said = str(STAGES.get(stage, stage.replace("_", " ")))
    return f"{said or gettext('first notice')} {number}" if number else said


def duty_words(row: Obligation) -> str:
    """One duty among others of its name: what, where, and which report of several."""
    title = row.title if row.origin == Obligation.Origin.HAND else law_words.spoken(row.title).text
    where = words.place_words(row.jurisdiction) if row.jurisdiction else ""
    said = ", ".join(filter(None, (where, stage_words(row.stage))))
    return f"{title} ({said})" if said else title


def _line(row: Obligation) -> str:
    if row.origin == Obligation.Origin.HAND:
        return row.source
    said = str(row.details.get("line") or row.provision)
    if row.outcome != Outcome.UNDETERMINED:
        return said
    return f"{said[0].upper()}{said[1:]}" if said else ""


@dataclass(frozen=True)
class Filter:
    """One chip above the duties: how many rows are in a state."""

    state: str
    words: str
    number: int
    url: str
    chosen: bool


@dataclass(frozen=True)
class DutyGroups:
    """The duties of one legal person in the groups of its pages."""

    required: tuple[DutyRow, ...]
    depends: tuple[DutyRow, ...]
    not_required: tuple[DutyRow, ...]
    no_general_duty: tuple["NoDuty", ...]
    not_researched: tuple[str, ...]

    @property
    def rows(self) -> tuple[DutyRow, ...]:
        return (*self.required, *self.depends, *self.not_required)

    @property
    def by_state(self) -> Counter[str]:
        return Counter(row.state for row in self.rows)

    def only(self, state: str) -> "DutyGroups":
        """The rows in one state of STATES."""

        def kept(rows: Iterable[DutyRow]) -> tuple[DutyRow, ...]:
            return tuple(row for row in rows if row.state == state)

        return DutyGroups(kept(self.required), kept(self.depends), kept(self.not_required), (), ())

    @property
    def next(self) -> DutyRow | None:
        """What to do now: an open duty that is required, its own legal clock first; then what may be required."""
        opened = [row for row in (*self.required, *self.depends) if is_open(row.duty)]
        return min((row for row in opened if row.due), key=_urgency, default=opened[0] if opened else None)

    @property
    def sooner(self) -> tuple[DutyRow, ...]:
        """What would end before the clock of `next`: the first that only may be required, the first guideline."""
        lead = self.next
        if lead is None or lead.due is None:
            return ()
        before = [row for row in self.rows if row.due and row.due < lead.due and is_open(row.duty)]
        guidelines = [row for row in before if row.duty.leading_kind == "guideline" and row in self.required]
        perhaps = [row for row in before if row.duty.leading_kind != "guideline" and row in self.depends]
        return tuple(min(rows, key=_urgency) for rows in (guidelines, perhaps) if rows)


def is_open(duty: Duty) -> bool:
    """Still to be done, or to be decided."""
    return duty.state in (DutyState.OPEN, DutyState.OVERDUE)


def _urgency(row: DutyRow) -> tuple[bool, bool, datetime]:
    if row.due is None:
        raise ValueError(f"{row.obligation} has no clock")
    return row.duty.leading_kind == "guideline", row.obligation.outcome != Outcome.APPLIES, row.due


@dataclass(frozen=True)
class NoDuty:
    """A country whose law has no general duty: what was found, where, and how sure that is."""

    place: str
    statement: str
    source: str
    verified_on: str
    confidence: str
    sector_duties: tuple[Mapping[str, str], ...]


def group_duties(duties: Duties, now: datetime, url_of: Callable[[int], str]) -> DutyGroups:
    """The duties as rows. `url_of` gives the page of an obligation by its id."""

    def rows(found: Iterable[Duty]) -> tuple[DutyRow, ...]:
        return tuple(duty_row(duty, now, url_of(duty.obligation.pk)) for duty in found)

    return DutyGroups(
        required=rows(duties.required),
        depends=rows(duties.depends),
        not_required=rows(duties.not_required),
        no_general_duty=tuple(no_duty(one) for one in duties.no_general_duty),
        not_researched=named_places(duties.not_researched),
    )


def no_duty(remark: Mapping[str, Any]) -> NoDuty:
    """A remark of an assessment as a row."""
    return NoDuty(
        place=words.place_words(remark["jurisdiction"]),
        statement=remark["statement"],
        source=remark.get("source") or "",
        verified_on=remark["verified_on"],
        confidence=confidence_words(remark["confidence"]),
        sector_duties=tuple(remark.get("sector_duties", ())),
    )


def named_places(codes: Iterable[str]) -> tuple[str, ...]:
    """Places by name, sorted."""
    return tuple(sorted(place_names.name(code) if places.is_place(code) else code for code in codes))


CONFIDENCE = {
    "high": _("The law itself was read, or two independent sources agree."),
    "medium": _("From secondary sources that agree; the law itself was not read."),
    "low": _("From one source or from memory. Have it checked before you rely on it."),
}


def confidence_words(confidence: str) -> str:
    """How sure the library is of a rule, honestly."""
    return str(CONFIDENCE.get(confidence) or gettext("How sure this is was not recorded."))
