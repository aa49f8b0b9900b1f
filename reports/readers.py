"""How answers are read from a snapshot: one function for each kind of origin. Pure.

Each gives the pieces to print and the paths of the facts it read, in the terms of incidents.paths.
Nothing of an assessment is read here: a filing states facts, not what a rulebook thinks of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from incidents import paths
from reports.conditions import chosen, open_pick, paths_of
from reports.definitions import (
    AnyOrigin,
    FormField,
    InstantOrigin,
    NarrativeOrigin,
    OptionsOrigin,
    PeriodOrigin,
    PicksOrigin,
    RecordOrigin,
    TermOrigin,
    TypedOrigin,
)
from reports.readers_data import RECORD as DATA_RECORD
from reports.readers_people import RECORD as PEOPLE_RECORD
from reports.reading import (
    UNKNOWN,
    Context,
    Part,
    Reading,
    instant_words,
    notices_sent,
    plain_text,
    provenance_state,
    term_words,
)


def read(origin: AnyOrigin, field: FormField, context: Context) -> Reading:
    """What one origin of a field says."""
    match origin:
        case NarrativeOrigin():
            return narrative(origin.question, context)
        case InstantOrigin():
            return instant(origin.path, context)
        case PeriodOrigin():
            return period(origin, context)
        case TermOrigin():
            return terms(origin, context)
        case OptionsOrigin():
            return options(origin, context)
        case PicksOrigin():
            return picks(origin, field, context)
        case TypedOrigin():
            return typed(field, context)
        case RecordOrigin():
            return RECORD[origin.kind](origin.show, context)


def narrative(question: str, context: Context) -> Reading:
    """The text of a question in the document's language."""
    held = context.snapshot["narratives"].get(question)
    if not held:
        return UNKNOWN
    text = held.get("text", "")
    if not text:
        return Reading("no_text", paths=(f"narrative:{question}",))
    # Only in an English copy: whose sentences these are, and in which language.
    part = replace(plain_text(text), lead=held.get("lead", ""), tag=held.get("tag", ""))
    return Reading("known", (part,), (f"narrative:{question}",))


def instant(path: str, context: Context) -> Reading:
    """An instant, a span, or that it has not happened."""
    value = paths.get(context.facts, path)
    if value is None:
        return Reading(provenance_state(path, context), paths=(path,))
    if value == "not_yet":
        return Reading("known", (plain_text(context.language.word("not_yet")),), (path,))
    return Reading("known", (plain_text(instant_words(value, context)),), (path,))


def period(origin: PeriodOrigin, context: Context) -> Reading:
    """From ... to ...; one open end is a known answer, two are none."""
    start, end = (paths.get(context.facts, path) for path in (origin.start, origin.end))
    said, read_paths = context.language, (origin.start, origin.end)
    if start in (None, "not_yet") and end in (None, "not_yet"):
        return Reading(provenance_state(origin.start, context), paths=read_paths)
    if start in (None, "not_yet"):
        words = said.word("until_open", end=instant_words(end, context))
    elif end == "not_yet":
        words = said.word("from_going_on", start=instant_words(start, context))
    elif end is None:
        words = said.word("from_open", start=instant_words(start, context))
    elif isinstance(start, dict) or isinstance(end, dict):
        ends = ((said.word("start"), start), (said.word("end"), end))
        lines = tuple(f"{name}{said.word('colon')}{instant_words(value, context)}" for name, value in ends)
        return Reading("known", (Part("lines", lines),), read_paths)
    else:
        words = said.word("from_until", start=instant_words(start, context), end=instant_words(end, context))
    return Reading("known", (plain_text(words),), read_paths)


def terms(origin: TermOrigin, context: Context) -> Reading:
    """A term, or a list of terms, by name."""
    value = paths.get(context.facts, origin.path)
    if value is None or value in ([], "not_yet_known"):
        return Reading(provenance_state(origin.path, context), paths=(origin.path,))
    names = [term_words(origin.table, one, context) for one in (value if isinstance(value, list) else [value])]
    part = plain_text(names[0]) if len(names) == 1 else Part("items", tuple(names))
    return Reading("known", (part,), (origin.path,))


def options(origin: OptionsOrigin, context: Context) -> Reading:
    """The form's own options with those ticked that the facts tick."""
    said = context.language.tag
    ticks, known = [], False
    for option in origin.options:
        value = paths.get(context.facts, option.path)
        held = value if isinstance(value, list) else [value]
        known = known or value is not None
        ticks.append((any(str(one) in option.values for one in held), option.label[said]))
    read_paths = tuple(dict.fromkeys(option.path for option in origin.options))
    if not known:
        return Reading(provenance_state(read_paths[0], context), paths=read_paths)
    if not any(ticked for ticked, _ in ticks):
        parts = () if origin.only_ticked else (Part("options", ticks=tuple(ticks)),)
        return Reading("unknown", parts, read_paths)
    if origin.only_ticked:
        return Reading("known", (Part("text", tuple(text for ticked, text in ticks if ticked)),), read_paths)
    return Reading("known", (Part("options", ticks=tuple(ticks)),), read_paths)


def picks(origin: PicksOrigin, field: FormField, context: Context) -> Reading:
    """The options that stand: picked by the officer, else ticked by the facts, else "to be determined"."""
    said = context.language.tag
    found = set(chosen(field, context))
    later = open_pick(origin)
    known = bool(found - {later.id if later else ""})
    if not found and later and not context.closed:
        found = {later.id}
    ticks = tuple((pick.id in found, pick.label[said]) for pick in origin.options)
    if origin.only_ticked:
        ticks = tuple(tick for tick in ticks if tick[0])
    return Reading(
        "known" if known else "unknown", (Part("options", ticks=ticks),) if ticks else (), paths_of(origin.options)
    )


def typed(field: FormField, context: Context) -> Reading:
    """Nothing to read: the officer enters it, and what is entered comes before every origin."""
    return UNKNOWN


def organisation(show: Sequence[str], context: Context) -> Reading:
    """The organisation by name, with country and registration number as asked."""
    held = context.snapshot["organisation"]
    said = context.language
    words = {
        "name": held["name"],
        "country": said.place(held["country"]) if held.get("country") else "",
        "registration": held.get("registration_number", ""),
    }
    lines = tuple(words[one] for one in (show or ("name",)) if words[one])
    path = "/organisation/name"
    return Reading("known", (Part("lines", lines),), (path,)) if lines else Reading("unknown", paths=(path,))


def parties(show: Sequence[str], context: Context) -> Reading:
    """Other legal persons in the case; `show` keeps some roles."""
    said = context.language
    rows = [row for row in context.facts.get("parties", ()) if row.get("name")]
    kept = [row for row in rows if not show or row.get("role") in show]
    lines = []
    for row in kept:
        name = row["name"]
        if row.get("country"):
            name = said.word("organisation_in", name=name, country=said.place(row["country"]))
        role = said.term("role", row["role"]) if row.get("role") else ""
        lines.append(f"{name}{said.word('colon')}{role}" if role else name)
    read_paths = tuple(f"/parties/{row['id']}" for row in kept)
    return Reading("known", (Part("items", tuple(lines)),), read_paths) if lines else Reading("empty")


def party_names(show: Sequence[str], context: Context) -> Reading:
    """The other organisations by name."""
    return _of_parties("name", lambda row: str(row["name"]), context)


def party_roles(show: Sequence[str], context: Context) -> Reading:
    """The roles of the other organisations, in the order of their names."""
    return _of_parties("role", lambda row: context.language.term("role", row["role"]), context)


def _of_parties(key: str, words: Callable[[Mapping[str, Any]], str], context: Context) -> Reading:
    rows = [row for row in context.facts.get("parties", ()) if row.get(key)]
    if not rows:
        return Reading("unknown", paths=("/parties",))
    lines = tuple(words(row) for row in rows)
    return Reading("known", (Part("lines", lines),), tuple(f"/parties/{row['id']}" for row in rows))


def establishments(show: Sequence[str], context: Context) -> Reading:
    """The countries in which the organisation has an establishment; `show` keeps these."""
    path = "/organisation/establishments"
    held = [code for code in paths.get(context.facts, path) or () if not show or code in show]
    if not held:
        return Reading(provenance_state(path, context), paths=(path,))
    return Reading("known", (plain_text(context.language.listing(map(context.language.place, held))),), (path,))


def representatives(show: Sequence[str], context: Context) -> Reading:
    """Representatives of the organisation by name and country; `show` keeps those for these territories."""
    path, said = "/organisation/representatives", context.language
    held = [row for row in paths.get(context.facts, path) or () if row.get("name")]
    lines = tuple(
        said.word("organisation_in", name=row["name"], country=said.place(row["country"]))
        for row in held
        if not show or row.get("for") in show
    )
    return Reading("known", (Part("lines", lines),), (path,)) if lines else Reading("unknown", paths=(path,))


def reference(show: Sequence[str], context: Context) -> Reading:
    """The reference of this document."""
    return Reading("known", (plain_text(context.snapshot["reference"]),))


def previous_reference(show: Sequence[str], context: Context) -> Reading:
    """The reference that the authority gave to the document before, carried on."""
    held = (context.snapshot.get("previous") or {}).get("authority_reference", "")
    return Reading("known", (plain_text(held),)) if held else UNKNOWN


EVIDENCE = {
    "confirmed": "evidence_confirmed",
    "reasonably_believed": "evidence_believed",
    "suspected": "evidence_suspected",
    "no_evidence": "evidence_none",
    "ruled_out": "evidence_ruled_out",
}


def evidence(show: Sequence[str], context: Context) -> Reading:
    """What is known of access, copying, misuse, publication: "no evidence" is not "ruled out"."""
    asked = show or ("access", "exfiltration", "misuse", "published")
    held = {name: (context.facts.get("exposure") or {}).get(name) for name in asked}
    lines = tuple(context.language.term(EVIDENCE[value], name) for name, value in held.items() if value)
    read_paths = tuple(f"/exposure/{name}" for name, value in held.items() if value)
    if not lines:
        return Reading("unknown", paths=tuple(f"/exposure/{name}" for name in asked))
    prose = context.language.word("sentence_join").join(lines)
    return Reading("known", (plain_text(prose),), read_paths)


def measures(time: str) -> Callable[[Sequence[str], Context], Reading]:
    """Measures recorded in the case: those in place before, or those since, done and planned apart."""

    def reader(show: Sequence[str], context: Context) -> Reading:
        said = context.language
        rows = [row for row in context.snapshot["measures"] if row["time"] == time]
        parts = []
        for state, lead in (("in_place", "measures_done"), ("planned", "measures_planned")):
            lines = tuple(_measure(row, context) for row in rows if row["state"] == state)
            if lines and (not show or state in show):
                heading = "" if time == "before" else said.word(lead) + said.word("colon").rstrip()
                parts.append(Part("items", lines, heading))
        if not parts:
            return Reading("empty", paths=("measures",))
        return Reading("known", tuple(parts), ("measures",))

    return reader


def _measure(row: Mapping[str, Any], context: Context) -> str:
    said = context.language
    words = said.term("measure", row["measure"])
    if row.get("day"):
        day = said.day(datetime.fromisoformat(row["day"]).date())
        words += f" ({said.word('planned_for' if row['state'] == 'planned' else 'done_on', day=day)})"
    return words


def told(show: Sequence[str], context: Context) -> Reading:
    """Notices already sent, to the addressees asked for: when, and in which country."""
    said = context.language
    rows = notices_sent(show, context)
    lines, read_paths = [], []
    for index, row in rows:
        words = said.word("told_on", instant=instant_words(row["first_sent_at"], context))
        place = said.place(row["jurisdiction"]) if row.get("jurisdiction") not in (None, "EU") else ""
        lines.append(f"{place}{said.word('colon')}{words}" if place else words)
        read_paths.append(paths.from_pointer(context.facts, f"/notices/{index}"))
    if not lines:
        return Reading("known", (plain_text(said.word("told_none")),), ("/notices",))
    return Reading("known", (Part("items", tuple(lines)),), tuple(read_paths))


def late(show: Sequence[str], context: Context) -> Reading:
    """Why the notification is late, in the officer's words."""
    return narrative("late_reasons", context)


RECORD: Mapping[str, Callable[[Sequence[str], Context], Reading]] = {
    "organisation": organisation,
    "parties": parties,
    "evidence": evidence,
    "measures_before": measures("before"),
    "measures_after": measures("after"),
    "told": told,
    "late": late,
    "party_names": party_names,
    "party_roles": party_roles,
    "establishments": establishments,
    "representatives": representatives,
    "reference": reference,
    "previous_reference": previous_reference,
    **PEOPLE_RECORD,
    **DATA_RECORD,
}
