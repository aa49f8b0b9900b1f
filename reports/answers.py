"""The answer sheet: every field of a form with its answer, its state and the facts it rests on. Pure.

It is read from the frozen snapshot and what the officer entered; the same two give the same sheet.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from reports.conditions import is_asked
from reports.definitions import Form, FormField, Section, Test, form_of
from reports.languages import Language, language
from reports.readers import read
from reports.reading import Context, Part, Reading

SHORT_OPTION = 40
"""The room that a short option takes at least, in characters."""


class State(StrEnum):
    """How it stands with one answer."""

    READY = "ready"
    NOT_KNOWN = "not_known"  # and the law lets it follow
    MISSING = "missing"  # not known, and the law does not allow the gap
    NO_TEXT = "no_text"  # there are words, but not in this language
    NOT_APPLICABLE = "not_applicable"
    LEFT_OUT = "left_out"  # nothing to say, and nobody asks for it


@dataclass(frozen=True)
class Answer:
    """One field with its answer as it will be printed."""

    field: FormField
    label: str
    provision: str
    state: State
    parts: tuple[Part, ...]
    paths: tuple[str, ...]
    typed: Mapping[str, Any] | None = None
    from_record: str = ""

    @cached_property
    def plain(self) -> str:
        """The answer as text."""
        return "\n".join(part.plain for part in self.parts)

    @cached_property
    def size(self) -> int:
        """How much room it takes on paper, in characters: options that are not ticked count too."""
        open_ones = (text for part in self.parts for ticked, text in part.ticks if not ticked)
        return len(self.plain) + sum(max(len(text), SHORT_OPTION) for text in open_ones)

    @property
    def printed(self) -> bool:
        """Does it stand in the document?"""
        return self.state is not State.LEFT_OUT


@dataclass(frozen=True)
class AnsweredSection:
    section: Section
    title: str
    intro: str
    answers: tuple[Answer, ...]

    @property
    def printed(self) -> tuple[Answer, ...]:
        """Its answers that stand in the document."""
        return tuple(answer for answer in self.answers if answer.printed)


@dataclass(frozen=True)
class Sheet:
    """All answers of one document."""

    form: Form
    language: Language
    sections: tuple[AnsweredSection, ...]

    @cached_property
    def answers(self) -> dict[str, Answer]:
        """All answers by field id, in the form's order."""
        return {answer.field.id: answer for section in self.sections for answer in section.answers}

    def of_state(self, *states: State) -> list[Answer]:
        """The answers in one of these states."""
        return [answer for answer in self.answers.values() if answer.state in states]

    @property
    def total(self) -> int:
        """How many answers the document has."""
        return sum(answer.printed for answer in self.answers.values())

    @property
    def ready(self) -> int:
        """How many of them need nothing more."""
        return len(self.of_state(State.READY, State.NOT_APPLICABLE))

    @property
    def follows(self) -> list[Answer]:
        """Answers that the law lets follow later."""
        return self.of_state(State.NOT_KNOWN)

    @property
    def blocking(self) -> list[Answer]:
        """Answers without which the document cannot be approved."""
        return self.of_state(State.MISSING, State.NO_TEXT)

    def as_rows(self) -> list[dict[str, Any]]:
        """The printed answers as data: what answers.json holds and what the next phase compares with."""
        return [
            {
                "field": answer.field.id,
                "number": answer.field.number,
                "label": answer.label,
                "provision": answer.provision,
                "state": str(answer.state),
                "text": answer.plain,
                "facts": list(answer.paths),
                **({"entered": {"reason": answer.typed.get("reason", "")}} if answer.typed else {}),
            }
            for answer in self.answers.values()
            if answer.printed
        ]


def answer_sheet(snapshot: Mapping[str, Any], typed: Mapping[str, Mapping[str, Any]]) -> Sheet:
    """The sheet of one document. `typed`: what the officer entered, by field id ("text" or "picks", with a reason)."""
    form = form_of(snapshot["form"]["id"])
    said = language(snapshot["language"])
    context = Context(snapshot, said, tuple(snapshot.get("groups", ())), typed)
    sheet = _sheet(form, context)
    if not any(test.complete is not None for test in _tests(form)):
        return sheet
    # Whether it is a complete notification is itself asked: it is known once the rest has been read.
    gaps = [answer for answer in (*sheet.follows, *sheet.blocking) if not _asks_completeness(answer.field)]
    return _sheet(form, replace(context, complete=not gaps))


def _sheet(form: Form, context: Context) -> Sheet:
    return Sheet(form, context.language, tuple(_section(section, form, context) for section in form.sections))


def _tests(form: Form) -> Iterator[Test]:
    return (test for field in form.fields.values() for pick in field.picks for test in pick.ticked_by)


def _asks_completeness(field: FormField) -> bool:
    return any(test.complete is not None for pick in field.picks for test in pick.ticked_by)


def _section(section: Section, form: Form, context: Context) -> AnsweredSection:
    said = context.language.tag
    answers = tuple(_answer(one, context) for one in section.fields)
    return AnsweredSection(section, section.title[said], section.intro.get(said, ""), answers)


def _answer(one: FormField, context: Context) -> Answer:
    said = context.language
    entered = context.typed.get(one.id)
    readings = [(origin, read(origin, one, context)) for origin in one.origin]
    found = [reading for origin, reading in readings if not origin.extra or reading.state == "known"]
    paths = tuple(dict.fromkeys(path for reading in found for path in reading.paths))
    from_record = "\n".join(part.plain for reading in found for part in reading.parts)
    label, provision = one.label[said.tag], one.provision(said.tag)
    if not is_asked(one, context):
        return Answer(one, label, provision, State.LEFT_OUT, (), paths)
    if entered and entered.get("text"):
        words = tuple(_paragraphs(entered["text"]))
        return Answer(one, label, provision, State.READY, (_typed(entered, words),), paths, entered, from_record)
    state = _state([reading.state for reading in found], one, closed=context.closed)
    parts = tuple(part for reading in found for part in reading.parts)
    return Answer(one, label, provision, state, _with_words(parts, found, state, context), paths, entered, from_record)


def _typed(entered: Mapping[str, Any], words: tuple[str, ...]) -> Part:
    return Part("lines", words, lead=entered.get("lead", ""), tag=entered.get("tag", ""))


def _paragraphs(text: str) -> Iterator[str]:
    return (line.strip() for line in text.replace("\r\n", "\n").split("\n") if line.strip())


def _state(states: list[str], one: FormField, *, closed: bool) -> State:
    if "no_text" in states:
        return State.NO_TEXT
    known = [state for state in states if state in ("known", "for_good", "not_applicable")]
    if "unknown" in states or not known:
        if one.optional and not known:
            return State.LEFT_OUT
        return State.NOT_KNOWN if one.may_follow and not closed else State.MISSING
    return State.NOT_APPLICABLE if set(states) <= {"not_applicable", "empty"} else State.READY


def _with_words(parts: tuple[Part, ...], readings: list[Reading], state: State, context: Context) -> tuple[Part, ...]:
    """The pieces with what is to be said where something is not known."""
    said = context.language
    partly = any(reading.state == "known" and reading.parts for reading in readings)
    words = {
        State.NOT_KNOWN: context.more_not_known if partly else context.not_known,
        State.MISSING: said.word("missing"),
        State.NO_TEXT: said.word("no_text"),
        State.NOT_APPLICABLE: said.word("not_applicable"),
    }
    if state in words and not (state is State.NOT_APPLICABLE and parts):
        return (*parts, Part("open" if state is not State.NOT_APPLICABLE else "text", (words[state],)))
    if any(reading.state == "for_good" for reading in readings):
        return (*parts, Part("text", (said.word("unknown_for_good"),)))
    return parts
