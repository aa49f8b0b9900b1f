"""What each wave of the demonstration changed, as short tables for a terminal."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from textwrap import wrap
from typing import Any

from accounts.models import Workspace
from incidents.models import DutyChange, Obligation, Outcome, Party
from incidents.selectors.duties import Duty, Wave, duties_grouped, waves
from law.explain import jurisdiction_name
from law.places import region_name
from law.rulebook import load_rulebook
from law.time_limits import shown, zone_of
from law.wording import question

WIDTH = 100
GROUPS = ((Outcome.APPLIES, "required"), (Outcome.UNDETERMINED, "depends"), (Outcome.DOES_NOT_APPLY, "not required"))
WORDS = {
    DutyChange.Kind.GAINED: "new",
    DutyChange.Kind.LOST: "fell away",
    DutyChange.Kind.SETTLED: "settled",
    DutyChange.Kind.REOPENED: "open again",
    DutyChange.Kind.MOVED: "clock moved",
}
TOLD = {"individuals": "tell the people affected", "controller": "tell the controller"}
ACTS = {"assess": "assess what happened", "document": "keep a record"}
ROWS = 7


def story(workspace: Workspace) -> Iterator[str]:
    """Every wave of every case of a workspace, in the order in which it became known."""
    parties = Party.objects.filter(incident__workspace=workspace, position=Party.Position.ORGANISATION)
    told = [(wave, party) for party in parties.select_related("incident") for wave in waves(party)]
    for wave, party in sorted(told, key=lambda one: (one[0].revision.known_at, one[1].pk)):
        yield from _tell(wave, party)


def _tell(wave: Wave, party: Party) -> Iterator[str]:
    """One wave: what changed, grouped, earliest clock first; then the question that settles most."""
    incident, revision = party.incident, wave.revision
    known = revision.known_at.astimezone(zone_of(incident.time_zone))
    yield ""
    yield f"{known:%d %b %Y}  {revision.reason.split('. ')[0]}"
    yield f"{'':11}  {incident.reference} {incident.title}, facts number {revision.number}"
    if wave.assessment is None:
        return
    changed = {change.obligation_id: change for change in wave.changes}
    if not changed:
        yield "  no duty changed its outcome or its clock"
    for outcome, name in GROUPS:
        yield from _group(name, [one for one in changed.values() if _after(one) == outcome])
    yield from _standing(wave.assessment.findings, wave.assessment.remarks)
    questions = wave.assessment.questions
    if questions:
        best = max(questions, key=lambda row: row["findings"])
        yield f"    Ask first: {question(best['fact'])} It bears on {best['findings']} findings."


def _after(change: DutyChange) -> str:
    return str((change.after or {}).get("outcome", Outcome.DOES_NOT_APPLY))


def _group(name: str, changes: list[DutyChange]) -> Iterator[str]:
    for change in changes[:ROWS]:
        row = change.obligation
        when = _instant((change.after or {}).get("due"), row)
        words = WORDS[DutyChange.Kind(change.kind)]
        yield f"  {name:<12} {words:<11} {when:<22} {_cut(_what(row), 52)}"
    if len(changes) > ROWS:
        yield f"  {name:<12} and {len(changes) - ROWS} more"


def _standing(findings: list[dict[str, Any]], remarks: dict[str, Any]) -> Iterator[str]:
    counted = Counter(row["outcome"] for row in findings)
    silent = remarks.get("unresearched", [])
    none = remarks.get("no_general_duty", [])
    parts = [f"{counted.get(str(outcome), 0)} {name}" for outcome, name in GROUPS]
    parts.append(f"{len(none)} without a general duty")
    parts.append(f"{len(silent)} not researched")
    yield f"    Now: {', '.join(parts)}."


def duties_table(party: Party, now: datetime) -> Iterator[str]:
    """The duties of a party as they stand, earliest clock first."""
    duties = duties_grouped(party, now)
    yield ""
    yield f"{party.incident.reference} {party.incident.title}: {party.legal_entity.name}"
    for duty in duties.required:
        yield _duty("required", duty)
    yield from _depending(duties.depends)
    yield f"  {'not required':<12} {len(duties.not_required)} duties, each with its reason"
    yield from _places("no duty", "without a general duty", [one["jurisdiction"] for one in duties.no_general_duty])
    yield from _places("unknown", "whose law has not been researched", duties.not_researched)


def _places(name: str, what: str, codes: Iterable[str]) -> Iterator[str]:
    """Places of one kind, in a paragraph: "2 places without a general duty: Fiji, Nauru"."""
    names = sorted(map(jurisdiction_name, codes))
    if names:
        text = f"{len(names)} {'place' if len(names) == 1 else 'places'} {what}: {', '.join(names)}"
        yield from wrap(text, WIDTH, initial_indent=f"  {name:<12} ", subsequent_indent=" " * 15)


def _depending(duties: Iterable[Duty]) -> Iterator[str]:
    """What hangs on facts; of places that are only possible, by way of a region, the first few and how many more."""
    possible = [duty for duty in duties if str(duty.obligation.details.get("via") or "").startswith("region")]
    shown = [duty for duty in duties if duty not in possible[ROWS:]]
    for duty in shown:
        yield _duty("depends", duty)
    if rest := possible[ROWS:]:
        places = len({duty.obligation.jurisdiction for duty in rest})
        codes = {str(duty.obligation.details["via"]).split()[-1] for duty in possible}
        regions = " and ".join(sorted(region_name(code) for code in codes))
        words = f"{len(rest)} more duties in {places} places, should people there be among those of {regions}"
        yield f"  {'depends':<12} {words}"


def _duty(name: str, duty: Duty) -> str:
    row = duty.obligation
    when = _instant(duty.leading.isoformat() if duty.leading else None, row)
    return f"  {name:<12} {when:<22} {_cut(_what(row), 62)}"


def _what(row: Obligation) -> str:
    """Where, and what in as few words as a table has room for: "Japan: notify PPC (preliminary)"."""
    authority = load_rulebook().authorities.get(row.authority)
    if row.kind == "notify" and authority is not None:
        act = f"notify {authority.acronym or authority.name}"
    elif row.kind == "notify":
        act = TOLD.get(row.addressee, row.title)
    else:
        act = ACTS.get(row.kind, row.title)
    stage = "" if row.stage in ("initial", "assessment") else f" ({row.stage.replace('_', ' ')})"
    return f"{jurisdiction_name(row.jurisdiction)}: {act}{stage}"


def _instant(due: str | None, row: Obligation) -> str:
    if due is None:
        return "no fixed time"
    return shown(datetime.fromisoformat(due), str(row.details.get("due_zone") or "UTC"))[:22].rstrip(" ,")


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 3]}..."
