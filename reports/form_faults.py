"""What can be wrong with a form beside its shape: texts missing, paths, terms and fields that do not exist."""

from collections.abc import Iterator, Mapping, Sequence

from incidents import paths
from incidents.catalogue import load_catalogue
from reports.definitions import (
    TESTED,
    Form,
    FormField,
    InstantOrigin,
    NarrativeOrigin,
    OptionsOrigin,
    Origin,
    PeriodOrigin,
    Pick,
    PicksOrigin,
    TermOrigin,
    Test,
    Texts,
)
from reports.languages import CODES, load_languages


def faults_of(form: Form) -> Iterator[str]:
    unknown = [code for code in form.all_languages if code not in CODES]
    if unknown:
        yield f"languages: {', '.join(unknown)}: expected of {', '.join(CODES)}"
    strange = [code for code in form.own_translation if code not in form.all_languages]
    if strange:
        yield f"own_translation: {', '.join(strange)}: expected of {', '.join(form.all_languages)}"
    yield from _missing_texts("title", form.title, form)
    yield from _missing_texts("instrument", form.instrument, form)
    yield from _phase_faults(form)
    seen: dict[str, FormField] = {}
    for section in form.sections:
        yield from _missing_texts(f"section {section.id}: title", section.title, form)
        for field in section.fields:
            where = f"section {section.id}: field {field.id}"
            if field.id in seen:
                yield f"{where}: the id stands twice"
            for test in field.asked_if:
                yield from (f"{where}: asked_if: {fault}" for fault in _test_faults(test, seen))
            seen[field.id] = field
            yield from _missing_texts(f"{where}: label", field.label, form)
            if isinstance(field.cite, dict):
                yield from _missing_texts(f"{where}: cite", field.cite, form)
            for one in field.origin:
                yield from (f"{where}: from: {fault}" for fault in _origin_faults(one, form, seen))


def _missing_texts(where: str, texts: Texts, form: Form) -> Iterator[str]:
    for code in form.all_languages:
        if code not in texts:
            yield f"{where}: {code}: missing; the form is offered in this language"


def _origin_faults(origin: Origin, form: Form, seen: Mapping[str, FormField]) -> Iterator[str]:
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
            yield from _pick_faults(picks, form, seen)


def _phase_faults(form: Form) -> Iterator[str]:
    strange = sorted(set(form.withdrawal) - set(form.fields))
    if strange:
        yield f"withdrawal: {', '.join(strange)}: no such field"
    if ("withdrawal" in form.phases) != bool(form.withdrawal):
        yield "withdrawal: expected the fields that a withdrawal asks exactly where phases name it"
    if form.native_language and form.native_language in form.all_languages:
        yield f"native_language: {form.native_language}: the form is offered in it; its labels go there"
    if not form.generic and form.regulator and form.channel is None and form.filing_languages:
        yield "channel: missing; expected how the regulator takes the form"


def _pick_faults(picks: Sequence[Pick], form: Form, seen: Mapping[str, FormField]) -> Iterator[str]:
    ids = [pick.id for pick in picks]
    for one in sorted({one for one in ids if ids.count(one) > 1}):
        yield f"option {one}: the id stands twice"
    for pick in picks:
        yield from _missing_texts(f"option {pick.id}", pick.label, form)
        if pick.open and pick.ticked_by:
            yield f"option {pick.id}: open, so no fact can tick it"
        for test in pick.ticked_by:
            yield from (f"option {pick.id}: ticked_by: {fault}" for fault in _test_faults(test, seen))


TERMS = {
    "subjects": ("subject_category",),
    "consequences": ("consequence",),
    "measures_before": ("measure",),
    "measures_after": ("measure",),
    "data": ("data_category", "data_element"),
}


def _test_faults(test: Test, seen: Mapping[str, FormField]) -> Iterator[str]:
    complete = test.complete is not None
    if len(test.kinds) + complete != 1:
        yield f"expected exactly one of {', '.join(TESTED)}, complete; found {', '.join(test.kinds) or 'none'}"
    if test.path:
        yield from _path_faults(test.path)
    if bool(test.path) != bool(test.values):
        yield "path and values: expected both or none"
    for kind, tables in TERMS.items():
        known = {term for table in tables for term in load_languages()["en"].tables[table]}
        strange = sorted(set(getattr(test, kind)) - known)
        if strange:
            yield f"{kind}: {', '.join(strange)}: no such term"
    if test.field:
        held = seen.get(test.field)
        strange = sorted(set(test.picks) - {pick.id for pick in held.picks}) if held else []
        if held is None:
            yield f"field {test.field!r}: expected a field that stands before"
        elif strange or not test.picks:
            yield f"picks {', '.join(strange) or 'none'}: expected options of the field {test.field}"
    for other in (test.together, test.or_else):
        if other is not None:
            yield from _test_faults(other, seen)


def _path_faults(path: str) -> Iterator[str]:
    try:
        known = load_catalogue().by_pattern.get(paths.pattern(path))
    except paths.PathError as error:
        yield str(error)
        return
    if known is None:
        yield f"path {path!r}: no question of the catalogue is asked there"
