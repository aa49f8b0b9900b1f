"""From a snapshot to the HTML of a document. Pure: no database, no clock.

The same HTML is the preview and the source of the PDF; only the link to the style sheet and the
watermark differ.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string

from reports.answers import Sheet, answer_sheet
from reports.definitions import Form
from reports.languages import Language, language

LONG = 700  # characters of room from which an answer may be broken across pages
CONTENTS_FROM = 10  # sections from which a document has a list of contents


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that differs from the document sent before."""

    number: str
    label: str
    before: str
    now: str
    field: str = ""
    tag: str = ""
    """The language of `before`, where it is another than the document's (an English copy)."""


@dataclass(frozen=True, slots=True)
class Look:
    """What differs between preview, draft, sent and kept."""

    draft: bool = False
    annex: bool = False
    stylesheet: str = ""
    not_reviewed: bool = False
    english_copy: str = ""
    """Of an English copy: the language of the document itself."""


def document_html(snapshot: Mapping[str, Any], typed: Mapping[str, Mapping[str, Any]], look: Look) -> str:
    """The whole page of a document."""
    sheet = answer_sheet(snapshot, typed)
    template = f"documents/{sheet.form.layout}.html"
    return render_to_string(template, context_of(sheet, snapshot, look))


def context_of(sheet: Sheet, snapshot: Mapping[str, Any], look: Look) -> dict[str, Any]:
    """What the templates of documents are given."""
    form, said = sheet.form, sheet.language
    words = said.tables["words"]
    title = form.title[said.tag]
    printed = [(section, _number(section.printed)) for section in sheet.sections if section.printed]
    changed = changes(sheet, snapshot.get("previous"))
    copy = said.word("english_copy", language=look.english_copy) if look.english_copy else ""
    running = [snapshot["organisation"]["name"], snapshot["reference"]]
    return {
        "look": look,
        "exercise": bool(snapshot.get("exercise")),
        "form": form,
        "w": words,
        "tag": said.tag,
        "title": title,
        "running": " · ".join([*running, *([copy.partition(". ")[0]] if copy else [])]),
        "organisation": snapshot["organisation"]["name"],
        "addressee": addressee(form, snapshot, said),
        "phase": phase_word(form, snapshot["phase"], said),
        "statement": form.statement.get(said.tag, ""),
        "working_copy": copy or _working_copy(form, said),
        "meta": _meta(form, snapshot, said),
        "day": _day(snapshot, said),
        "reference": snapshot["reference"],
        "sheet": sheet,
        "sections": printed,
        "contents": len(printed) >= CONTENTS_FROM,
        "long": LONG,
        "follows": sheet.follows,
        "missing": bool(sheet.blocking),
        "phased": any(field.may_follow for field in form.fields.values()),
        "changes": changed,
        "changed": {change.field for change in changed},
        "changes_title": _changes_title(snapshot, said),
        "signature_for": said.word("signature_for", name=snapshot["organisation"]["name"]),
        "annex_intro": said.word(
            "annex_intro", revision=snapshot["revision"]["number"], digest=snapshot["revision"]["digest"]
        ),
        "annex": _annex(sheet) if look.annex else [],
    }


def phase_word(form: Form, phase: str, said: Language) -> str:
    """The phase in the regulator's own word, else in the plain one."""
    return form.phase_words.get(phase, {}).get(said.tag) or said.word(f"phase_{phase}")


def addressee(form: Form, snapshot: Mapping[str, Any], said: Language) -> str:
    """Whom it is for: the form's own words, else the authority's name; in English its English name.

    An authority with several languages has its name in one of them, and seldom in English.
    """
    if said.tag in form.addressee:
        return form.addressee[said.tag]
    authority = snapshot.get("authority") or {}
    own = said.tag != "en" and said.tag in authority.get("languages", ())
    if own and authority.get("name_native"):
        return str(authority["name_native"])
    name = str(authority.get("name", ""))
    acronym = authority.get("acronym", "")
    return f"{name} ({acronym})" if name and acronym and acronym != name else name


def _meta(form: Form, snapshot: Mapping[str, Any], said: Language) -> list[tuple[str, str]]:
    zone = snapshot["zone"]
    known = said.instant(datetime.fromisoformat(snapshot["taken_at"]), zone)
    previous = snapshot.get("previous") or {}
    rows = [
        ("title_reference", snapshot["reference"]),
        ("title_date", _day(snapshot, said)),
        ("title_as_known", known),
        ("title_basis", form.instrument[said.tag]),
    ]
    if previous:
        instant = said.instant(datetime.fromisoformat(previous["sent_at"]), zone)
        rows.append(("title_previous", f"{previous['reference']}, {instant}"))
    if previous.get("authority_reference"):
        rows.append(("title_authority_reference", previous["authority_reference"]))
    return [(said.word(key), value) for key, value in rows]


def _day(snapshot: Mapping[str, Any], said: Language) -> str:
    """The day of the document: of the approval, else of the snapshot, in the zone of the case."""
    dated = datetime.fromisoformat(snapshot.get("dated") or snapshot["taken_at"])
    return said.day(dated.astimezone(ZoneInfo(snapshot["zone"])).date())


def _working_copy(form: Form, said: Language) -> str:
    if said.tag not in form.working_copies:
        return ""
    return said.word("working_copy", languages=said.listing(language(code).name for code in form.languages))


def _number(answers: Sequence[Any]) -> str:
    """The number of a section, where its fields are numbered 1.1, 1.2 ..."""
    first = answers[0].field.number
    return first.split(".")[0] if "." in first else ""


def changes(sheet: Sheet, previous: Mapping[str, Any] | None) -> list[Change]:
    """What the answers say otherwise than the document sent before; nothing where there was none."""
    if not previous:
        return []
    if previous.get("changed") is not None:
        return _changes_told(sheet, previous["changed"])
    said = sheet.language
    before = {row["field"]: row for row in previous["answers"]}
    now = {row["field"]: row for row in sheet.as_rows()}
    rows = []
    for field, row in now.items():
        old = before.get(field)
        if old is None:
            rows.append(Change(row["number"], row["label"], said.word("changes_added"), row["text"], field))
        elif _differs(old, row):
            rows.append(Change(row["number"], row["label"], old["text"], row["text"], field))
    for field, row in before.items():
        if field not in now:
            rows.append(Change(row["number"], row["label"], row["text"], said.word("changes_dropped"), field))
    return rows


def _changes_told(sheet: Sheet, told: Sequence[Mapping[str, Any]]) -> list[Change]:
    """The changes of an English copy: found between the originals, told with the answers of the copy."""
    said, now = sheet.language, {row["field"]: row for row in sheet.as_rows()}
    rows = []
    for one in told:
        row = now.get(one["field"])
        tag = one["tag"] if one["before"] else ""
        before = one["before"] or said.word("changes_added")
        after = row["text"] if row and not one["dropped"] else said.word("changes_dropped")
        held = sheet.answers.get(one["field"])
        label, number = (held.label, held.field.number) if held else (one["field"], "")
        rows.append(Change(number, label, before, after, one["field"], tag))
    return rows


def _differs(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    # "Not known at ..." carries the instant of each document: still not known is no change.
    if old["state"] == new["state"] == "not_known":
        return list(old["text"].splitlines()[:-1]) != list(new["text"].splitlines()[:-1])
    return bool(old["text"] != new["text"])


def _changes_title(snapshot: Mapping[str, Any], said: Language) -> str:
    previous = snapshot.get("previous")
    if not previous:
        return ""
    instant = said.instant(datetime.fromisoformat(previous["sent_at"]), snapshot["zone"])
    return said.word("changes_title", instant=instant)


def _annex(sheet: Sheet) -> list[tuple[str, str, list[str]]]:
    """Number, label and sources of each answer, for the file that is kept."""
    said = sheet.language
    rows = []
    for answer in sheet.answers.values():
        if not answer.printed:
            continue
        sources = [_source(path, said) for path in answer.paths]
        if answer.typed:
            reason = answer.typed.get("reason", "")
            sources.insert(0, said.word("annex_typed") + (f"{said.word('colon')}{reason}" if reason else ""))
        rows.append((answer.field.number, answer.label, sources or [said.word("annex_record")]))
    return rows


def _source(path: str, said: Language) -> str:
    if path.startswith("narrative:"):
        return said.word("annex_narrative", question=path.removeprefix("narrative:"))
    return said.word("annex_record") if path == "measures" else path
