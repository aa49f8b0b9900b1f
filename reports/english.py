"""The English working copy of a document: the same snapshot with English labels, for readers in the house. Never filed.

The writer's own sentences stand in English where the case holds them as a pair with the very wording of the snapshot;
else as they were written, marked with their language. What an officer entered stands as it was entered.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import override

from accounts.places import language_name
from incidents.models import Narrative
from reports.answers import answer_sheet
from reports.compose import Look, changes, document_html
from reports.definitions import form_of
from reports.languages import language
from reports.making import stamp_of
from reports.models import Document
from reports.render import Stamp, Variant, to_pdf

ENGLISH = "en"


def has_english_copy(document: Document) -> bool:
    """Is it in another language, and does its form know its labels in English?"""
    return document.language != ENGLISH and ENGLISH in form_of(document.form).all_languages


def english_pdf(document: Document) -> bytes:
    """The file. RenderError where it cannot be made."""
    snapshot, typed = english_of(document.snapshot, document.typed, english_texts(document))
    original = stamp_of(document.snapshot)
    stamp = Stamp(f"{original.identifier}:english-copy", original.created)
    look = Look(draft=document.is_open, english_copy=_name(document.language))
    return to_pdf(document_html(snapshot, typed, look), Variant.SENT, stamp)


def english_texts(document: Document) -> dict[str, str]:
    """By question: the English sentences that say what the snapshot says, or that wait to be translated."""
    held: Mapping[str, Mapping[str, Any]] = document.snapshot["narratives"]
    rows = list(
        Narrative.objects.filter(
            Q(party_id=document.party_id) | Q(party=None),
            incident_id=document.incident_id,
            question__in=list(held),
            language__in=(ENGLISH, document.language),
        )
    )
    # The party's own come before those of the case, as in the snapshot.
    rows.sort(key=lambda row: row.party_id is None)
    found = {}
    for question, text in held.items():
        said = {tag: [row for row in rows if (row.question, row.language) == (question, tag) and row.text.strip()]
                for tag in (ENGLISH, document.language)}  # fmt: skip
        ours = next(iter(said[document.language]), None)
        if not text.get("text"):
            english = next(iter(said[ENGLISH]), None)
        else:
            # A pair: both of the party, or both of the case.
            pairs = (row for row in said[ENGLISH] if ours and row.party_id == ours.party_id)
            english = next((row for row in pairs if ours and _say_the_same(ours, row, text)), None)
        if english:
            found[question] = english.text
    return found


def _say_the_same(ours: Narrative, english: Narrative, frozen: Mapping[str, Any]) -> bool:
    """Is the text still the one of the snapshot, and neither of the two older than what it translates?"""
    if ours.text != frozen["text"]:
        return False
    for translation, source in ((ours, english), (english, ours)):
        if translation.translated_from == source.language and translation.recorded_at < source.recorded_at:
            return False
    return True


def english_of(
    snapshot: Mapping[str, Any], typed: Mapping[str, Mapping[str, Any]], texts: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The snapshot and what was entered, to be read in English. Pure but for the names of languages."""
    said = str(snapshot["language"])
    as_written = {"lead": f"{language(ENGLISH).word('as_written', language=_name(said))}:", "tag": said}
    waiting = {"lead": f"{language(ENGLISH).word('not_yet_in', language=_name(said))}:"}
    narratives = {}
    for question, held in snapshot["narratives"].items():
        if question in texts:
            narratives[question] = {**held, "text": texts[question], **({} if held.get("text") else waiting)}
        else:
            narratives[question] = {**held, **(as_written if held.get("text") else {})}
    entered = {name: {**entry, **(as_written if entry.get("text") else {})} for name, entry in typed.items()}
    previous = snapshot.get("previous")
    if previous:
        previous = {**previous, "changed": _changed(snapshot, typed, previous)}
    return {**snapshot, "language": ENGLISH, "narratives": narratives, "previous": previous}, entered


def _changed(
    snapshot: Mapping[str, Any], typed: Mapping[str, Mapping[str, Any]], previous: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """What differs from the document sent before: compared in its own language, else every word would differ."""
    sheet = answer_sheet(snapshot, typed)
    before = {row["field"]: row["text"] for row in previous["answers"]}
    now = {row["field"] for row in sheet.as_rows()}
    return [
        {
            "field": one.field,
            "before": before.get(one.field, ""),
            "dropped": one.field not in now,
            "tag": sheet.language.tag,
        }
        for one in changes(sheet, previous)
    ]


def _name(code: str) -> str:
    """The language by its English name, whoever reads."""
    with override(ENGLISH):
        return language_name(code)
