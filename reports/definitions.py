"""Forms as data: reports/forms/*.toml, one file per form, read strictly and once.

A form is a list of sections with fields in the regulator's own order. A field says where its answer
comes from (`from`), whether the law lets it follow later (`may_follow`), and on what its wording
rests (`basis`): "statute" the provision was read, "seen" the regulator's own page or form was read,
"layout" our own arrangement, "recall" from memory. A fault stops the start and names file, field,
key and mend. A field may have a condition (`asked_if`) and options that facts tick (`ticked_by`).
"""

import hashlib
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from django.utils.translation import gettext
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

FOLDER = Path(__file__).with_name("forms")

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Texts = dict[str, Text]
Basis = Literal["statute", "seen", "copy", "secondary", "layout", "recall"]
READ = ("statute", "seen")
"""Bases that count as read at a source."""
REPORTED = ("copy", "secondary")
"""Bases that count as read in a copy of the form, or in what others write about it."""
Phase = Literal["initial", "follow_up", "final", "withdrawal"]


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
    """Options of the form: ticked by the facts where an option says by which, else picked by the officer.

    What the officer picks stands over the facts. `single`: one option at most.
    """

    kind: Literal["picks"]
    single: bool = False
    only_ticked: bool = False
    options: list["Pick"]


class Pick(Strict):
    """One option. `open`: "to be determined", which only an incomplete notification may say."""

    id: str
    label: Texts
    open: bool = False
    ticked_by: list["Test"] = []


class Test(Strict):
    """One thing that holds or does not: of a fact, of the case, of another answer, of the document.

    Exactly one of the kinds is given. `values` may hold "*": known, whatever it is. `negate`: where it
    does not hold. `together`: and that too. `or_else`: or that instead.
    """

    path: str = ""
    values: list[str] = []
    data: list[str] = []
    subjects: list[str] = []
    consequences: list[str] = []
    measures_before: list[str] = []
    measures_after: list[str] = []
    parties: list[str] = []
    told: list[str] = []
    people: Literal["", "exact", "approximate"] = ""
    records: Literal["", "exact", "approximate"] = ""
    field: str = ""
    picks: list[str] = []
    phase: list[Phase] = []
    complete: bool | None = None
    late: bool = False
    negate: bool = False
    together: "Test | None" = None
    or_else: "Test | None" = None

    @property
    def kinds(self) -> list[str]:
        """What it tests; one, in a form without faults."""
        return [name for name in TESTED if getattr(self, name) not in ("", [], None, False)]


TESTED = ("path", "data", "subjects", "consequences", "measures_before", "measures_after", "parties", "told", "people",
          "records", "field", "phase", "late")  # fmt: skip


class TypedOrigin(Origin):
    """Entered by the officer for this document. `carry`: taken over from the last document of the same entity."""

    kind: Literal["typed"]
    carry: bool = False


class RecordOrigin(Origin):
    """What is read from the case as a whole; `show` narrows it where the kind knows parts."""

    kind: Literal[
        "organisation", "parties", "evidence", "people_table", "people_count", "people_places", "subjects",
        "records_count", "data", "data_ruled_out", "data_letter", "harms", "measures_before", "measures_after",
        "told", "late", "reference", "previous_reference", "party_names", "party_roles", "establishments",
        "representatives",
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
    asked_if: list[Test] = []
    native: str = ""
    longest: Annotated[int, Field(ge=0)] = 0
    required_by: str = ""
    origin: list[Annotated[AnyOrigin, Field(discriminator="kind")]] = Field(alias="from", min_length=1)

    def provision(self, code: str) -> str:
        """The provision that asks for it, in that language where the form gives it in several."""
        return self.cite if isinstance(self.cite, str) else self.cite[code]

    @cached_property
    def carried(self) -> bool:
        """Is what was typed taken over from the last document of the same entity?"""
        return any(isinstance(one, TypedOrigin) and one.carry for one in self.origin)

    @property
    def single(self) -> bool:
        """Does the form take one of its options only?"""
        return any(isinstance(one, PicksOrigin) and one.single for one in self.origin)

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
    """What a form was made from. `basis`: "read" by whoever wrote the file, on `read_on` and as `how` says; "notes":
    taken from research notes that name this source, so that day and manner are inferred from the notes.
    """

    id: str
    title: str
    url: str
    read_on: date
    basis: Literal["read", "notes"]
    how: str


class Channel(Strict):
    """How the regulator takes the form: what to have at hand before one begins to file."""

    kind: Literal["portal", "email", "form", "post"]
    url: str = ""
    login: Literal["none", "account", "national_eid", "unknown"] = "unknown"
    saves: Literal["yes", "no", "unknown"] = "unknown"
    filer: str = ""
    enclosures: list[str] = []
    notes: list[str] = []

    @property
    def words(self) -> str:
        """The kind in words."""
        return {
            "portal": gettext("Portal"),
            "email": gettext("E-mail"),
            "form": gettext("Form on the web"),
            "post": gettext("Post"),
        }[self.kind]

    @property
    def preflight(self) -> list[str]:
        """What to know before one begins to file, one sentence each; what is not known is said too."""
        login = {
            "none": gettext("No login is needed."),
            "account": gettext("An account is needed: find out who of you holds it, or register now."),
            "national_eid": gettext("A national electronic identity is needed: find out who of you holds one."),
            "unknown": gettext("Whether a login is needed is not known here: open it once before the day."),
        }[self.login]
        saves = {
            "yes": gettext("It can be left and gone on with later."),
            "no": gettext("It cannot be saved once begun: have every answer ready."),
            "unknown": gettext("Whether it can be saved is not known here: have every answer ready."),
        }[self.saves]
        enclosed = [gettext("To enclose: {what}").format(what=one) for one in self.enclosures]
        return [one for one in (login, self.filer, saves, *enclosed, *self.notes) if one]


class Form(Strict):
    """One form with its languages.

    `authorities`: those whose form it is; none: whichever takes the duty. `closed_phases`: phases in which
    nothing may stay open. `withdrawal`: the fields that a withdrawal asks. `filing_languages`: in which the
    regulator takes it, also where documents are not made in them. `native_language`: of `native` labels.
    `own_translation`: languages in which the labels are ours, since the regulator's own were not found.
    """

    format: Literal[1]
    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9._-]*$")]
    version: str
    layout: Literal["report", "letter"]
    kind: Literal["authority_notification", "notice"]
    generic: bool = False
    regulator: str = ""
    authorities: list[str] = []
    channel: Channel | None = None
    filing_languages: list[str] = []
    native_language: str = ""
    own_translation: list[str] = []
    closed_phases: list[Phase] = []
    withdrawal: list[str] = []
    signature: bool = True
    instrument: Texts
    duties: list[str]
    phases: list[Phase] = Field(min_length=1)
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
        return self._share(READ)

    @property
    def share_reported(self) -> float:
        """The share whose wording was read in a copy of the form or in what others write about it, 0 to 1."""
        return self._share(REPORTED)

    @property
    def shares(self) -> str:
        """Both shares in words, as they stand beside the form's name."""
        pattern = gettext("{read:.0%} of its fields read at a source")
        if self.share_reported:
            pattern = gettext("{read:.0%} of its fields read at a source, {reported:.0%} in a copy or a report")
        return pattern.format(read=self.share_read, reported=self.share_reported)

    def _share(self, bases: tuple[str, ...]) -> float:
        return sum(field.basis in bases for field in self.fields.values()) / len(self.fields)


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
    from reports.form_faults import faults_of

    faults = [f"{name}: {fault}" for fault in faults_of(form)]
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
