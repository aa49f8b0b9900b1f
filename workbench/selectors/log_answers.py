"""Which answers of a document an act changed, in the words of its form."""

from collections.abc import Iterator, Mapping
from typing import Any

from accounts.translating import reading_language
from reports.definitions import FormField, load_forms
from workbench.selectors.waves import Learnt

Typed = Mapping[str, Mapping[str, Any]]


def answers_changed(form: str, language: str, before: Typed, after: Typed) -> Iterator[Learnt]:
    """Each answer that was entered, changed or taken back, before and after."""
    for field in {**before, **after}:
        was, now = (_said(form, language, field, typed.get(field)) for typed in (before, after))
        if was != now:
            yield Learnt(_label(form, language, field), was, now, now is None)


def _field(form: str, field: str) -> FormField | None:
    """None where the form, or the field in it, is no longer there: the history outlives both."""
    found = load_forms().get(form)
    return found.fields.get(field) if found else None


def _label(form: str, language: str, field: str) -> str:
    found = _field(form, field)
    return f"{found.number} {_in(found.label, language)}".strip() if found else field


def _said(form: str, language: str, field: str, entry: Mapping[str, Any] | None) -> str | None:
    if not entry:
        return None
    if entry.get("text"):
        return str(entry["text"])
    found = _field(form, field)
    labels = {pick.id: _in(pick.label, language) for pick in found.picks} if found else {}
    return ", ".join(labels.get(one, one) for one in entry.get("picks", ())) or None


def _in(texts: Mapping[str, str], language: str) -> str:
    """In the reader's language where the form has it, else in the document's."""
    return texts.get(reading_language()) or texts.get(language) or next(iter(texts.values()), "")
