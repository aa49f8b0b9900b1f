"""Who changed what in a case, when and why, in the words of pages."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import law_words
from accounts.models import LegalEntity, User
from incidents.catalogue import load_catalogue
from incidents.models import Incident, Obligation, Party
from incidents.selectors.changelog import LogEntry, changelog
from reports.models import Document
from workbench import clocks
from workbench.log_columns import COLUMNS
from workbench.noted import said_anew
from workbench.selectors.log_answers import answers_changed
from workbench.selectors.waves import Learnt, differences
from workbench.words import place_words

KINDS = {
    # value of the filter: its words, and the kinds of row that it shows
    "": (_("All"), frozenset[str]()),
    "facts": (_("Facts"), frozenset({"factsrevision", "narrative"})),
    "duties": (_("Duties"), frozenset({"obligation", "fulfilment", "decision"})),
    "documents": (_("Documents"), frozenset({"document"})),
    "work": (_("Tasks, files and comments"), frozenset({"task", "comment", "evidencefile", "lessons"})),
    "case": (_("The case itself"), frozenset({"incident", "party", "incidentlink", "incidentaccess", "measuretaken"})),
}
VERBS = {
    ("incident", "insert"): _("Case opened"),
    ("incident", "update"): _("Case changed"),
    ("party", "insert"): _("Legal person added"),
    ("party", "update"): _("Legal person changed"),
    ("incidentlink", "insert"): _("Linked to another incident"),
    ("incidentlink", "delete"): _("Link taken away"),
    ("incidentaccess", "insert"): _("Named for the case"),
    ("incidentaccess", "delete"): _("No longer named for the case"),
    ("narrative", "insert"): _("Told in words"),
    ("narrative", "update"): _("Worded anew"),
    ("measuretaken", "insert"): _("Measure recorded"),
    ("measuretaken", "update"): _("Measure changed"),
    ("obligation", "insert"): _("Duty entered by hand"),
    ("obligation", "update"): _("Duty changed"),
    ("fulfilment", "insert"): _("Recorded as done"),
    ("decision", "insert"): _("Decided"),
    ("document", "insert"): _("Document drafted"),
    ("document", "update"): _("Document changed"),
    ("factsrevision", "revised"): _("Facts recorded"),
    ("task", "insert"): _("Task added"),
    ("task", "update"): _("Task changed"),
    ("comment", "insert"): _("Comment written"),
    ("comment", "update"): _("Comment changed"),
    ("evidencefile", "insert"): _("File added"),
    ("evidencefile", "update"): _("File described anew"),
    ("lessons", "insert"): _("Lessons learnt recorded"),
    ("lessons", "update"): _("Lessons learnt changed"),
}


@dataclass(frozen=True)
class LogRow:
    """One act. `changes` are what it changed; `about` says of which duty, question or document."""

    at: datetime
    who: str
    what: str
    about: str
    why: str
    subject: str
    changes: tuple[Learnt, ...]


def case_log(
    incident: Incident, zone: ZoneInfo, kind: str = "", after: datetime | None = None, until: datetime | None = None
) -> list[LogRow]:
    """The acts of a case, newest first; `kind` is a key of KINDS. A constant number of queries.

    `after` and `until` take those of a span: later than the first, up to and including the second.
    """
    wanted = KINDS[kind][1]
    entries = [
        entry
        for entry in changelog(incident, [(Document, "incident_id")])
        if (not wanted or entry.subject in wanted)
        and (after is None or entry.at > after)
        and (until is None or entry.at <= until)
    ]
    names = _Names(incident, entries)
    return [_row(entry, names, zone) for entry in entries]


def _row(entry: LogEntry, names: "_Names", zone: ZoneInfo) -> LogRow:
    if entry.subject == "factsrevision":
        changes = tuple(differences(entry.before or {}, entry.row.document, zone))
        about = names.parties.get(entry.row.party_id, "") if len(names.parties) > 1 else ""
    else:
        changes = tuple(_changed(entry, names, zone))
        about = names.about(entry)
    return LogRow(
        at=entry.at,
        who=names.people.get(entry.user or 0, gettext("No person: the machine")),
        what=_verb(entry),
        about=about,
        why=said_anew(_why(entry)),
        subject=entry.subject,
        changes=changes,
    )


def _verb(entry: LogEntry) -> str:
    changed = {change.field for change in entry.changes}
    match entry.subject:
        case "fulfilment" if "withdrawn_at" in changed:
            return gettext("Withdrawn: it was not done")
        case "decision" if "revoked_at" in changed:
            return gettext("Decision revoked")
        case "decision" if "approved_at" in changed:
            return gettext("Decision approved")
        case "document" if "state" in changed:
            return gettext("Document: {state}").format(state=entry.row.get_state_display().lower())
        case "task" if "state" in changed:
            return entry.row.get_state_display() if entry.row.state != "open" else gettext("Open again")
        case "incident" if "closed_at" in changed:
            return gettext("Case closed") if entry.row.closed_at else gettext("Case opened again")
        case "narrative" if "approved_at" in changed and entry.row.approved_at and "text" not in changed:
            return gettext("Wording approved")
    return str(VERBS.get((entry.subject, entry.verb)) or f"{capfirst(entry.subject)}: {entry.verb}")


REASONS = ("withdrawn_reason", "revoked_reason", "reason", "closing_reason", "source", "note")


def _why(entry: LogEntry) -> str:
    """The reason of the act. That a wording or an answer was recorded, and of which question, the line itself says."""
    if entry.subject == "narrative" and entry.why.startswith("Wording of "):
        return ""
    if entry.subject == "document" and re.fullmatch(r"Answer \w+ entered", entry.why):
        return ""
    return entry.why or _own_reason(entry)


def _own_reason(entry: LogEntry) -> str:
    """The reason that stands in the row itself, where the context of the act names none."""
    changed = {change.field for change in entry.changes}
    for name in REASONS:
        if getattr(entry.row, name, "") and (entry.verb == "insert" or name in changed):
            return str(getattr(entry.row, name))
    return ""


HIDDEN = frozenset({
    "version", "digest", "document_digest", "facts_digest", "key", "sha256", "kept_sha256", "revision_id", "number",
    "typed", "self_approval", "recorded_as_sent", *REASONS[:4],
})  # fmt: skip
"""Columns that say nothing to a reader: counters, digests, and reasons, which stand on a line of their own."""


def _changed(entry: LogEntry, names: "_Names", zone: ZoneInfo) -> Iterable[Learnt]:
    for change in entry.changes:
        if change.field == "typed":
            yield from answers_changed(entry.row.form, entry.row.language, change.before or {}, change.after or {})
        if change.field in HIDDEN:
            continue
        field = next(one for one in entry.model._meta.concrete_fields if one.attname == change.field)
        before, after = (_value(field, value, names, zone) for value in (change.before, change.after))
        yield Learnt(str(COLUMNS.get(change.field) or capfirst(str(field.verbose_name))), before, after, after is None)


def _value(field: Any, value: Any, names: "_Names", zone: ZoneInfo) -> str | None:
    if value is None or value == "" or value == []:
        return None
    if field.is_relation:
        known = {User: names.people, Obligation: names.duties}.get(field.related_model, {})
        return known.get(value, str(value))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, datetime):
        return clocks.instant_words(value, zone)
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


class _Names:
    """Names of what the rows of the log point at. Four queries."""

    def __init__(self, incident: Incident, entries: list[LogEntry]) -> None:
        wanted = _pointed(entries, User) | {entry.user for entry in entries if entry.user}
        self.people = {user.pk: str(user) for user in User.objects.filter(pk__in=wanted)}
        parties = Party.objects.filter(incident=incident).select_related("legal_entity")
        self.parties = {party.pk: party.legal_entity.name for party in parties}
        self.entities = {one.pk: one.name for one in LegalEntity.objects.filter(parties__incident=incident)}
        duties = {entry.row.obligation_id for entry in entries if entry.subject in ("fulfilment", "decision", "task")}
        duties |= _pointed(entries, Obligation)
        rows = Obligation.objects.filter(pk__in=duties).values_list("pk", "title", "jurisdiction", "origin")
        titles = [(pk, _title(title, origin), code) for pk, title, code, origin in rows]
        self.duties: Mapping[int, str] = {
            pk: f"{title} ({place_words(code)})" if code else title for pk, title, code in titles
        }
        self.questions = {one.id: one.label for group in load_catalogue().groups for one in group.questions}

    def about(self, entry: LogEntry) -> str:
        row = entry.row
        match entry.subject:
            case "fulfilment" | "decision":
                return self.duties.get(row.obligation_id, "")
            case "narrative":
                return f"{self.questions.get(row.question, row.question)} ({row.language})"
            case "obligation":
                return str(row.title)
            case "party":
                return self.entities.get(row.legal_entity_id, "")
            case "incidentaccess":
                return self.people.get(row.user_id, "")
            case "document":
                return f"{row.get_kind_display()} {row.ordinal}"
            case "task":
                return str(row.title)
            case "evidencefile":
                return f"{row.number}. {row.name}"
            case "comment":
                return str(row.text)[:80]
            case "measuretaken":
                return str(row.description or row.measure)
        return ""


def _title(title: str, origin: str) -> str:
    return title if origin == Obligation.Origin.HAND else law_words.spoken(title).text


def _pointed(entries: list[LogEntry], model: type[models.Model]) -> set[int]:
    found = set()
    for entry in entries:
        for field in entry.model._meta.concrete_fields:
            if field.is_relation and field.related_model is model:
                values = [getattr(entry.row, field.attname, None)]
                values += [value for one in entry.changes if one.field == field.attname for value in (one.before,)]
                found |= {value for value in values if value is not None}
    return found
