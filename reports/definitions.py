"""Forms as data: reports/forms/*.toml, one file per form, read strictly and once.

A form is a list of sections with fields in the regulator's own order. A field says where its answer
comes from (`from`), whether the law lets it follow later (`may_follow`), and on what its wording
rests (`basis`): "statute" the provision was read, "seen" the regulator's own page or form was read,
"layout" our own arrangement, "recall" from memory. A fault stops the start and names file, field,
key and mend.
"""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from incidents import paths
from incidents.catalogue import load_catalogue
from reports.languages import CODES, load_languages

FOLDER = Path(__file__).with_name("forms")

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Texts = dict[str, Text]
Basis = Literal["statute", "seen", "layout", "recall"]
READ = ("statute", "seen")
"""Bases that count as read at a source."""


class FormError(ValueError):
    """The forms cannot be used; one line for each fault."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Origin(Strict):
    """One place that an answer comes from. `extra`: printed when known, never missed when not."""

    kind: str
    extra: bool = False


class NarrativeOrigin(Origin):
    """The officer's own words, in the document's language."""

    kind: Literal["narrative"]
    question: str


class InstantOrigin(Origin):
    """One instant of the facts."""

    kind: Literal["instant"]
    path: str


class PeriodOrigin(Origin):
    """From one instant to another."""

    kind: Literal["period"]
    start: str
    end: str


class TermOrigin(Origin):
    """A term or a list of terms, named from a table of the language file."""

    kind: Literal["term"]
    path: str
    table: str


class OptionsOrigin(Origin):
    """Options of the form, ticked by the facts: each option names the path and the values that tick it."""

    kind: Literal["options"]
    only_ticked: bool = False
    options: list["TickedOption"]


class TickedOption(Strict):
    label: Texts
    path: str
    values: list[str]


class PicksOrigin(Origin):
    """Options of the form that the officer picks for this document; no fact decides them."""

    kind: Literal["picks"]
    options: list["Pick"]


class Pick(Strict):
    id: str
    label: Texts


class TypedOrigin(Origin):
    """Entered by the officer for this document. `carry`: taken over from the last document of the same entity."""

    kind: Literal["typed"]
    carry: bool = False


class RecordOrigin(Origin):
    """What is read from the case as a whole; `show` narrows it where the kind knows parts."""

    kind: Literal[
        "organisation", "parties", "evidence", "people_table", "people_count", "subjects", "records_count", "data",
        "data_ruled_out", "data_letter", "harms", "measures_before", "measures_after", "told", "late",
    ]  # fmt: skip
    show: list[str] = []


AnyOrigin = (
    NarrativeOrigin
    | InstantOrigin
    | PeriodOrigin
    | TermOrigin
    | OptionsOrigin
    | PicksOrigin
    | TypedOrigin
    | RecordOrigin
)


class FormField(Strict):
    """One question of the form."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    number: str = ""
    label: Texts
    cite: str | Texts = ""
    basis: Basis
    may_follow: bool = False
    optional: bool = False
    when: Literal["always", "late"] = "always"
    required_by: str = ""
    origin: list[Annotated[AnyOrigin, Field(discriminator="kind")]] = Field(alias="from", min_length=1)

    def provision(self, code: str) -> str:
        """The provision that asks for it, in that language where the form gives it in several."""
        return self.cite if isinstance(self.cite, str) else self.cite[code]

    @cached_property
    def carried(self) -> bool:
        """Is what was typed taken over from the last document of the same entity?"""
        return any(isinstance(one, TypedOrigin) and one.carry for one in self.origin)

    @cached_property
    def picks(self) -> tuple[Pick, ...]:
        """The options that the officer picks from; none for other fields."""
        return tuple(pick for one in self.origin if isinstance(one, PicksOrigin) for pick in one.options)


class Section(Strict):
    id: str
    title: Texts
    intro: Texts = {}
    fields: list[FormField] = Field(alias="field", min_length=1)


class Source(Strict):
    id: str
    title: str
    url: str
    read_on: date
    how: str


class Form(Strict):
    """One form with its languages."""

    format: Literal[1]
    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9._-]*$")]
    version: str
    layout: Literal["report", "letter"]
    kind: Literal["authority_notification", "notice"]
    generic: bool = False
    regulator: str = ""
    signature: bool = True
    instrument: Texts
    duties: list[str]
    phases: list[Literal["initial", "follow_up", "final"]] = Field(min_length=1)
    languages: list[str] = Field(min_length=1)
    working_copies: list[str] = []
    title: Texts
    addressee: Texts = {}
    statement: Texts = {}
    phase_words: dict[str, Texts] = {}
    sources: list[Source] = Field(alias="source", min_length=1)
    sections: list[Section] = Field(alias="section", min_length=1)
    digest: str = ""

    @cached_property
    def fields(self) -> dict[str, FormField]:
        """All fields by id, in the order of the form."""
        return {field.id: field for section in self.sections for field in section.fields}

    @property
    def all_languages(self) -> tuple[str, ...]:
        """Languages it can be made in; those of working copies last."""
        return (*self.languages, *self.working_copies)

    @property
    def share_read(self) -> float:
        """The share of its fields whose wording was read at a source, 0 to 1."""
        read = sum(field.basis in READ for field in self.fields.values())
        return read / len(self.fields)


@lru_cache(maxsize=1)
def load_forms() -> Mapping[str, Form]:
    """All forms by id. Raises FormError with every fault of every file."""
    faults: list[str] = []
    forms: dict[str, Form] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        try:
            form = read_form(path.read_text(encoding="utf-8"), path.name)
        except FormError as error:
            faults += error.faults
            continue
        if form.id in forms:
            faults.append(f"{path.name}: id {form.id!r} stands in another file too")
        forms[form.id] = form
    if faults:
        raise FormError(faults)
    return forms


def form_of(form_id: str) -> Form:
    """One form. FormError names the id and what there is."""
    found = load_forms().get(form_id)
    if found is None:
        raise FormError([f"form {form_id!r}: expected one of {', '.join(load_forms())}"])
    return found


def read_form(text: str, name: str) -> Form:
    """Reads one form. Raises FormError with every fault."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FormError([f"{name}: {error}"]) from None
    try:
        form = Form.model_validate({**raw, "digest": "sha256:" + hashlib.sha256(text.encode()).hexdigest()})
    except ValidationError as error:
        raise FormError([f"{name}: {_where(one['loc'], raw)}: {one['msg']}" for one in error.errors()]) from None
    faults = [f"{name}: {fault}" for fault in _faults(form)]
    if faults:
        raise FormError(faults)
    return form


def _where(loc: tuple[int | str, ...], raw: Any) -> str:
    """section[2].field[nature].label instead of indexes, where the entry has an id."""
    words: list[str] = []
    node: Any = raw
    for part in loc:
        node = node[part] if _has(node, part) else None
        if isinstance(part, int) and words:
            words[-1] += f"[{node['id'] if isinstance(node, Mapping) and 'id' in node else part}]"
        else:
            words.append(str(part))
    return ".".join(words)


def _has(node: Any, part: int | str) -> bool:
    if isinstance(node, Mapping):
        return part in node
    return isinstance(node, list) and isinstance(part, int) and part < len(node)


def _faults(form: Form) -> Iterator[str]:
    unknown = [code for code in form.all_languages if code not in CODES]
    if unknown:
        yield f"languages: {', '.join(unknown)}: expected of {', '.join(CODES)}"
    yield from _missing_texts("title", form.title, form)
    yield from _missing_texts("instrument", form.instrument, form)
    seen: set[str] = set()
    for section in form.sections:
        yield from _missing_texts(f"section {section.id}: title", section.title, form)
        for field in section.fields:
            where = f"section {section.id}: field {field.id}"
            if field.id in seen:
                yield f"{where}: the id stands twice"
            seen.add(field.id)
            yield from _missing_texts(f"{where}: label", field.label, form)
            if isinstance(field.cite, dict):
                yield from _missing_texts(f"{where}: cite", field.cite, form)
            for one in field.origin:
                yield from (f"{where}: from: {fault}" for fault in _origin_faults(one, form))


def _missing_texts(where: str, texts: Texts, form: Form) -> Iterator[str]:
    for code in form.all_languages:
        if code not in texts:
            yield f"{where}: {code}: missing; the form is offered in this language"


def _origin_faults(origin: Origin, form: Form) -> Iterator[str]:
    match origin:
        case NarrativeOrigin(question=question) if question not in load_catalogue().narratives:
            yield f"question {question!r}: expected one of {', '.join(load_catalogue().narratives)}"
        case InstantOrigin(path=path):
            yield from _path_faults(path)
        case PeriodOrigin(start=start, end=end):
            yield from _path_faults(start)
            yield from _path_faults(end)
        case TermOrigin(path=path, table=table):
            yield from _path_faults(path)
            if table not in load_languages()["en"].tables:
                yield f"table {table!r}: expected a table of the language files"
        case OptionsOrigin(options=options):
            for option in options:
                yield from _path_faults(option.path)
                yield from _missing_texts(f"option {option.path}", option.label, form)
        case PicksOrigin(options=picks):
            for pick in picks:
                yield from _missing_texts(f"option {pick.id}", pick.label, form)


def _path_faults(path: str) -> Iterator[str]:
    try:
        known = load_catalogue().by_pattern.get(paths.pattern(path))
    except paths.PathError as error:
        yield str(error)
        return
    if known is None:
        yield f"path {path!r}: no question of the catalogue is asked there"
