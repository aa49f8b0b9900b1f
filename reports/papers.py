"""Papers about a case: one page for the board, and a memo for counsel. Neither says that anybody is at fault.

The board reads clocks and exposure; fines are what the law says of them, never a forecast. The memo has the reasons
of each duty by country, made again from facts, instant and rulebook, and is privileged.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Q

from incidents.models import Incident, MeasureTaken, Narrative, Obligation, Party
from incidents.selectors import duties_grouped, newest_assessments, reasons
from incidents.selectors.duties import Duty, DutyState
from incidents.selectors.rulebooks import RulebookGone
from law.explain import chain, headline, jurisdiction_name, why_not
from law.findings import Finding
from law.rulebook import load_rulebook
from law.wording import question
from reports.languages import language
from reports.paper import Block, Grid, Heading, Items, Paper, Text
from reports.register import register_rows

PRIVILEGED = "Privileged and confidential: prepared for the purpose of legal advice"
EXERCISE = "Exercise: nothing in this paper has happened"
NO_ADVICE = "Tocsin supports legal judgement and does not replace it."
CLOCKS = 4
"""Clocks on the board's page."""
TOGETHER = 4
"""From so many places on, those that hang on one answer stand together in the memo."""
FINES = 3
"""Laws of which the board's page says what they say of fines."""
STATES = {
    DutyState.OVERDUE: "late",
    DutyState.OPEN: "open",
    DutyState.DONE: "done",
    DutyState.DECIDED: "decided: not to notify",
    DutyState.NOT_REQUIRED: "not required",
}
SIGNS = {"yes": "holds", "no": "does not hold", "open": "open"}


def board_paper(incident: Incident, now: datetime) -> Paper:
    """One page for management: what happened, whom it concerns, what is due when, what is exposed."""
    row = next(register_rows([incident]))
    duties = duties_grouped(incident, now)
    return Paper(
        title=f"Summary for the board: {incident.title}",
        subtitle=f"As of {_when(now, incident)}",
        organisation=incident.workspace.name,
        reference=incident.reference,
        marking=_marking(incident),
        blocks=[
            *_happened(incident),
            Grid(
                ["People", "Countries", "Data", "State"],
                [[row.people, _short(row.countries), _short(row.data, 4), row.state]],
            ),
            Heading("Clocks"),
            *_clocks([*duties.required, *duties.depends], incident),
            Heading("Exposure"),
            Text(_exposure(duties.required, duties.depends)),
            *_fines(duties.required),
            Heading("Measures"),
            *_measures(incident),
        ],
    )


def _marking(incident: Incident, *more: str) -> str:
    return " · ".join([*([EXERCISE] if incident.exercise else []), *more])


def _happened(incident: Incident) -> Iterator[Block]:
    text = Narrative.objects.filter(incident=incident, question="summary", language="en").order_by("party").first()
    yield Text(text.text if text and text.text.strip() else "No summary in English has been written yet.")


def _when(value: datetime, incident: Incident) -> str:
    return language("en").instant(value, incident.time_zone)


def _short(lines: str, most: int = 6) -> str:
    parts = lines.split("\n")
    return "\n".join(parts[:most] + ([f"and {len(parts) - most} more"] if len(parts) > most else []))


def _clocks(duties: Sequence[Duty], incident: Incident) -> Iterator[Block]:
    running = [duty for duty in duties if duty.leading and duty.state in (DutyState.OPEN, DutyState.OVERDUE)]
    # Late ones first; then what is required before what may prove to be, each by its clock, as the caller has them.
    running.sort(key=lambda duty: duty.state != DutyState.OVERDUE)
    several = len({duty.obligation.party_id for duty in running}) > 1
    rows: dict[tuple[str, str, str, str], list[str]] = {}
    for duty in running:
        row = duty.obligation
        receiver = row.authority or row.addressee.replace("_", " ")
        due = _when(duty.leading, incident) if duty.leading else ""
        key = (due, f"{row.title} ({_place(row)})", receiver, _state(duty))
        rows.setdefault(key, []).append(row.party.legal_entity.name)
    if not rows:
        yield Text("No clock runs.")
        return
    yield Grid(
        ["Due", "Duty", "Receiver", "State"],
        [
            [due, f"{words}\n{', '.join(dict.fromkeys(names))}" if several else words, receiver, state]
            for (due, words, receiver, state), names in list(rows.items())[:CLOCKS]
        ],
    )
    if len(rows) > CLOCKS:
        yield Text(f"Clocks that run besides: {len(rows) - CLOCKS}.", small=True)


def _place(row: Obligation) -> str:
    return jurisdiction_name(row.jurisdiction) if row.jurisdiction else "by hand"


def _state(duty: Duty) -> str:
    words = STATES[duty.state]
    if duty.leading_kind == "guideline":
        words += "; a regulator's yardstick, not a limit of the law"
    return f"{words}, depends on facts not known yet" if duty.obligation.outcome == "UNDETERMINED" else words


def _exposure(required: Sequence[Duty], depends: Sequence[Duty]) -> str:
    count = {state: sum(duty.state == state for duty in required) for state in DutyState}
    places = {duty.obligation.jurisdiction for duty in required if duty.obligation.jurisdiction}
    return (
        f"Required: {len(required)}. Jurisdictions: {len(places)}. Open: {count[DutyState.OPEN]}."
        f" Late: {count[DutyState.OVERDUE]}. Done: {count[DutyState.DONE]}."
        f" Decided not to notify: {count[DutyState.DECIDED]}. Depend on facts not known yet: {len(depends)}."
    )


def _fines(required: Iterable[Duty]) -> Iterator[Block]:
    """What the laws of standing duties say of fines: information, no forecast."""
    said = {duty.id: duty.rule.penalty for one in load_rulebook().instruments for duty in one.duties}
    found = dict.fromkeys(
        (_place(duty.obligation), said[duty.obligation.duty]) for duty in required if said.get(duty.obligation.duty)
    )
    if not found:
        return
    listed = list(found)
    yield Text("What the laws say of sanctions, as information and not as a forecast:", small=True)
    yield Items([f"{place}: {words}" for place, words in listed[:FINES]])
    if len(listed) > FINES:
        yield Text(f"{len(listed) - FINES} more stand on the pages of the duties.", small=True)


def _measures(incident: Incident) -> Iterator[Block]:
    rows = MeasureTaken.objects.filter(~Q(state="dropped"), incident=incident, time="after").order_by("day", "pk")
    said = language("en")
    lines = [f"{said.term('measure', row.measure)} ({row.get_state_display().lower()})" for row in rows]
    yield Items(list(dict.fromkeys(lines))[:CLOCKS]) if lines else Text("None recorded.")


def memo_paper(incident: Incident, now: datetime) -> Paper:
    """For counsel: each duty by country with its reasons, provisions, open questions and confidence."""
    return Paper(
        title=f"Memorandum: {incident.title}",
        subtitle=f"Which duties to notify follow from the facts recorded, and why. As of {_when(now, incident)}",
        organisation=incident.workspace.name,
        reference=incident.reference,
        blocks=[*_happened(incident), *_parties(incident, now), Text(NO_ADVICE, small=True)],
        marking=_marking(incident, PRIVILEGED),
    )


def _parties(incident: Incident, now: datetime) -> Iterator[Block]:
    for made in newest_assessments(incident):
        name = made.party.legal_entity.name
        yield Heading(f"{name}")
        yield Text(
            f"Facts: revision {made.revision.number}. Assessed as of {_when(made.as_of, incident)} with the rule"
            f" library of {made.rulebook_date.isoformat()}.",
            small=True,
        )
        try:
            answer = reasons(made)
        except RulebookGone:
            yield Text("The rule library of this assessment is not kept here any more: assess the case anew.")
            continue
        yield from _places(answer.findings, _acts(made.party, now), incident)
        if answer.no_general_duty:
            yield Heading("No general duty", 3)
            yield Items([f"{jurisdiction_name(one.jurisdiction)}: {one.statement}" for one in answer.no_general_duty])
        if answer.unresearched:
            places = ", ".join(jurisdiction_name(one.jurisdiction) for one in answer.unresearched)
            yield Text(f"Nothing is said about the law of: {places}.")


Acts = Mapping[tuple[str, str, str, str], Duty]
"""What was done or decided about a duty of the party, by the key of its finding."""


def _acts(party: Party, now: datetime) -> Acts:
    duties = duties_grouped(party, now)
    return {
        (row.duty, row.jurisdiction, row.stage, row.details.get("version") or ""): duty
        for duty in (*duties.required, *duties.depends)
        if duty.state in (DutyState.DONE, DutyState.DECIDED)
        for row in [duty.obligation]
    }


def _places(findings: Iterable[Finding], acts: Acts, incident: Incident) -> Iterator[Block]:
    """A table of all places; then each with its reasons, what is required and due first.

    Places of which nothing is required, and of which all hangs on one and the same answer, stand together: fifty states
    whose law is asked only because nobody knows yet in which of them people are would bury the rest.
    """
    by_place: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_place[finding.jurisdiction].append(finding)
    places = [_Place(place, found, acts) for place, found in by_place.items()]
    places.sort(key=lambda one: (not one.required, one.first is None, one.first or incident.opened_at, one.name))
    together = Counter(one.hangs_on for one in places if one.hangs_on)
    yield Grid(
        ["Place", "Required", "Depends on facts", "Next open deadline"],
        [
            [one.name, str(one.required), str(one.open), one.next(incident)]
            for one in places
            if one.standing and together[one.hangs_on] < TOGETHER
        ],
    )
    for place in places:
        if together[place.hangs_on] < TOGETHER:
            yield from _place_reasons(place, incident)
    for asked, count in together.items():
        if count >= TOGETHER:
            yield Heading(f"{count} places that depend on one answer", 3)
            yield Text(asked, strong=True)
            yield Items([_briefly(one, incident) for one in places if one.hangs_on == asked])


@dataclass(frozen=True)
class _Place:
    """What was found of one place."""

    code: str
    findings: Sequence[Finding]
    acts: Acts

    @property
    def name(self) -> str:
        return jurisdiction_name(self.code)

    @cached_property
    def standing(self) -> list[Finding]:
        return [one for one in self.findings if one.outcome != "DOES_NOT_APPLY"]

    @cached_property
    def required(self) -> int:
        return sum(one.outcome == "APPLIES" for one in self.standing)

    @property
    def open(self) -> int:
        return len(self.standing) - self.required

    @cached_property
    def left(self) -> list[Finding]:
        """Those of which nothing was done or decided yet."""
        return [one for one in self.standing if one.key not in self.acts]

    @cached_property
    def first(self) -> datetime | None:
        """The earliest deadline of what is left: one that was met says nothing of what is due."""
        return min((one.due for one in self.left if one.due), default=None)

    def next(self, incident: Incident) -> str:
        """When something is due here next, or that nothing is."""
        if self.first:
            return _when(self.first, incident)
        if self.left:
            return "No fixed deadline"
        done = all(self.acts[one.key].state == DutyState.DONE for one in self.standing)
        return "None: all done" if done else "None: all done or decided"

    @cached_property
    def hangs_on(self) -> str:
        """The one question on which all depends; empty where there are several, or something is required."""
        asked = {question(one.hangs_on[0]) if one.hangs_on else "" for one in self.standing}
        return asked.pop() if len(asked) == 1 and not self.required else ""


def _place_reasons(place: _Place, incident: Incident) -> Iterator[Block]:
    yield Heading(place.name, 3)
    for finding in place.standing:
        yield from _finding(finding, place.acts.get(finding.key), incident)
    if len(place.standing) < len(place.findings):
        yield Text("Not required on the facts recorded:", strong=True)
        yield Items([_not_required(one) for one in place.findings if one.outcome == "DOES_NOT_APPLY"])


def _briefly(place: _Place, incident: Incident) -> str:
    """One line: the duties that may follow there, with provision and the deadline as if they applied."""
    duties = dict.fromkeys(
        f"{one.title} ({one.static['provision']}{f'; {fate}' if fate else ''})"
        for one in place.standing
        for fate in [_fate(one, place.acts.get(one.key), incident)]
    )
    return f"{place.name}: {'; '.join(duties)}"


def _not_required(finding: Finding) -> str:
    stage = "" if finding.stage == "initial" else f" ({finding.stage.replace('_', ' ')})"
    return f"{finding.title}{stage}, {finding.static['provision']}: {why_not(finding)}"


def _fate(finding: Finding, act: Duty | None, incident: Incident) -> str:
    """When it is due; or that, and when, it was done or decided."""
    due = _when(finding.due, incident) if finding.due else ""
    if act is None:
        return due
    if act.fulfilment:
        said = f"done {_when(act.fulfilment.at, incident)}"
    else:
        said = STATES[act.state]
    return f"{said}; was due {due}" if due else said


def _finding(finding: Finding, act: Duty | None, incident: Incident) -> Iterator[Block]:
    static = finding.static
    stage = "" if finding.stage == "initial" else f" ({finding.stage.replace('_', ' ')})"
    fate = _fate(finding, act, incident)
    said = f" {fate[0].upper()}{fate[1:]}." if act else f" Due {fate}." if fate else ""
    yield Text(f"{finding.title}{stage}: {headline(finding)}{said}", strong=True)
    yield Items([f"{one.text} [{SIGNS[one.verdict]}; {one.provision}]" for one in chain(finding)])
    if finding.outcome == "UNDETERMINED":
        asked = list(dict.fromkeys(question(fact) for fact in finding.hangs_on))
        yield Text(f"Open: {' '.join(asked[:FINES])}")
    yield Text(
        f"{static['provision']}. Confidence of this reading: {static['confidence']}; verified {static['verified_on']}.",
        small=True,
    )
