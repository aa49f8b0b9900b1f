"""What stands in the way of an approval, and what an approver should look at."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext

from accounts.places import language_name
from incidents.models import FactsRevision
from reports import lint
from reports.answers import Sheet, State, answer_sheet
from reports.definitions import form_of
from reports.glyphs import without_glyph
from reports.models import Document

STRANGE = 10
"""So many characters of an answer are named that cannot be printed."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to look at; it stops nothing. `field` is empty where it is about the whole document."""

    text: str
    field: str = ""


def sheet_of(document: Document) -> Sheet:
    """The answers of a document."""
    return answer_sheet(document.snapshot, document.typed)


def obstacles(document: Document, sheet: Sheet | None = None) -> list[str]:
    """Everything without which the document cannot be approved, one sentence each."""
    sheet = sheet or sheet_of(document)
    said = sheet.language
    found = []
    if document.language in sheet.form.working_copies:
        names = ", ".join(map(language_name, sheet.form.languages))
        found.append(
            gettext("This is a working copy in {name}. The document itself is made in {names}.").format(
                name=language_name(said.tag), names=names
            )
        )
    for answer in sheet.answers.values():
        most, length = answer.field.longest, len(answer.plain)
        if most and answer.printed and length > most:
            found.append(
                gettext("{name}: {length} characters; the form takes {most}. Shorten it by {more}.").format(
                    name=f"{answer.field.number} {answer.label}".strip(), length=length, most=most, more=length - most
                )
            )
        if answer.printed and (strange := without_glyph(f"{answer.label} {answer.plain}")):
            found.append(
                gettext("{name}: no font here has {characters}. Write it in another way.").format(
                    name=f"{answer.field.number} {answer.label}".strip(), characters=", ".join(strange[:STRANGE])
                )
            )
    for answer in sheet.blocking:
        name = f"{answer.field.number} {answer.label}".strip()
        if answer.state is State.NO_TEXT:
            held = [document.snapshot["narratives"].get(one, {}) for one in _questions(answer.paths)]
            others = sorted({code for one in held for code in one.get("languages", ())})
            found.append(
                gettext("{name}: there is no text in {language} (there is one in {others}). Translate it.").format(
                    name=name, language=language_name(said.tag), others=", ".join(map(language_name, others))
                )
            )
        else:
            law = answer.field.required_by or answer.provision
            found.append(
                gettext("{name}: not answered, and {law} does not let it follow later.").format(
                    name=name, law=law or gettext("the form")
                )
            )
    return found


def _questions(paths: tuple[str, ...]) -> list[str]:
    return [path.removeprefix("narrative:") for path in paths if path.startswith("narrative:")]


def required_blocks(sheet: Sheet) -> list[tuple[str, str, bool]]:
    """What the law wants in it: the block, the provision, and whether it is there."""
    return [
        (answer.label, answer.field.required_by, answer.state in (State.READY, State.NOT_APPLICABLE))
        for answer in sheet.answers.values()
        if answer.field.required_by
    ]


def warnings(document: Document, sheet: Sheet | None = None) -> list[Notice]:
    """What the officer, the approver and who sends it should know, most general first."""
    sheet = sheet or sheet_of(document)
    return [
        *_about_language(document, sheet),
        *_about_document(document, sheet),
        *_about_words(document, sheet),
    ]


def _about_language(document: Document, sheet: Sheet) -> Iterator[Notice]:
    """Stays until it is sent: whoever takes an approved document to the authority meets its language first."""
    if not document.is_open and document.state != Document.State.APPROVED:
        return
    accepted = (document.snapshot.get("authority") or {}).get("languages") or []
    if accepted and document.language not in (*accepted, *sheet.form.working_copies):
        yield Notice(
            gettext("The authority accepts notifications in: {languages}.").format(
                languages=", ".join(map(language_name, accepted))
            )
        )


def _about_document(document: Document, sheet: Sheet) -> Iterator[Notice]:
    if not document.is_open:
        return
    if not sheet.language.reviewed:
        yield Notice(
            gettext("The texts of the form in {name} have not been reviewed by a person yet.").format(
                name=language_name(document.language)
            )
        )
    if document.snapshot["form"]["digest"] != form_of(document.form).digest:
        yield Notice(
            gettext("The form has changed since this draft was begun. Take the newest facts to use the new one.")
        )
    newest = (
        FactsRevision.objects.filter(party_id=document.party_id).order_by("-number").values("number", "digest").first()
    )
    if newest and newest["digest"] != document.facts_digest:
        older = document.snapshot["revision"]["number"]
        yield Notice(
            gettext("The facts have changed: this draft rests on revision {older}, the newest is {newest}.").format(
                older=older, newest=newest["number"]
            )
        )


def _about_words(document: Document, sheet: Sheet) -> Iterator[Notice]:
    kinds = {
        "fault": gettext("“{words}” sounds like a word of fault: state what is known."),
        "guess": gettext("“{words}” sounds like a guess: state what is known."),
    }
    for answer in sheet.answers.values():
        if not answer.printed:
            continue
        for mark in lint.marks(answer.plain, sheet.language.tag):
            yield Notice(
                kinds[mark.kind].format(words=mark.words),
                answer.field.id,
            )
        for question in _questions(answer.paths):
            held = document.snapshot["narratives"].get(question, {})
            if held.get("stale") and document.is_open:
                yield Notice(gettext("The original text has changed since this translation was made."), answer.field.id)
            if held.get("machine") and document.is_open:
                yield Notice(gettext("Translated by a machine, and approved by nobody yet."), answer.field.id)
            elif held.get("origin") == "translation" and not held.get("approved") and document.is_open:
                yield Notice(gettext("This translation has not been approved yet."), answer.field.id)
