"""How each kind of question is asked and read: choices, numbers, instants, judgements."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from incidents import paths
from incidents.forms.sectors import SectorsField
from incidents.regimes import NAMES, only_perhaps, regime_name, regimes_of
from law import places
from workbench.forms import counting
from workbench.forms.instants import as_typed
from workbench.forms.options import (
    Choices,
)

if TYPE_CHECKING:
    from workbench.forms.answers import AnswerForm, Asking

KNOWN: Choices = (("known", _("I know it")),)
LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})*")
CURRENCIES = ("EUR", "USD", "GBP", "JPY", "AUD", "NZD", "CAD", "CHF", "SGD", "CNY", "KRW", "INR", "BRL", "SEK", "NOK",
              "DKK", "PLN", "CZK", "HUF", "RON", "MXN", "ZAR", "AED", "HKD", "THB", "TRY")  # fmt: skip


class Control:
    """A question whose answers are listed: one of them is chosen."""

    adds_rows = False

    def answers(self, asking: Asking) -> Choices:
        """The answers offered beside "not known yet"."""
        return asking.question.options

    def chosen(self, asking: Asking) -> str:
        """Which of them stands recorded."""
        return str(asking.value)

    def add(self, form: AnswerForm, asking: Asking) -> None:
        """Adds the fields beside the choice, with what is recorded."""

    def read(self, form: AnswerForm, asking: Asking, answer: str) -> Any:
        """The value of the facts document. Faults are noted in the form; then the value is None."""
        return answer

    def patch(self, asking: Asking, value: Any) -> dict[str, Any]:
        """The patch that records the value; it makes the row of a place that has none yet."""
        return {asking.path: value} | _row_of(asking, value)


def _row_of(asking: Asking, value: Any) -> dict[str, Any]:
    """People of a country of whom nothing is recorded: the row must say which country it is."""
    segments = paths.parse(asking.path)
    if segments[0] != "affected" or len(segments) != 3 or value is None:
        return {}
    row = paths.join(segments[:2])
    if paths.get(asking.document, row) is not None:
        return {}
    return {f"{row}/{key}": code for key, code in place_of_row(segments[1]).items()}


def place_of_row(name: str) -> dict[str, str]:
    """The fields that say where the people of a new row live, told from its name ("sg", "us-ca")."""
    code = name.upper()
    if not places.is_place(code):
        return {}
    place = places.place(code)
    if place.kind == "subdivision":
        return {"country": places.country(code).code, "subdivision": code}
    return {"country": code}


class ChoicesControl(Control):
    """Several of the listed answers."""

    def answers(self, asking: Asking) -> Choices:
        return (("known", gettext("These:")),)

    def chosen(self, asking: Asking) -> str:
        return "known"

    def options(self, asking: Asking) -> Choices:
        return asking.question.options

    def add(self, form: AnswerForm, asking: Asking) -> None:
        form.fields["several"] = forms.MultipleChoiceField(
            label=gettext("Choose all that fit"),
            choices=self.options(asking),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            initial=[one if isinstance(one, str) else one["id"] for one in asking.value or ()],
        )

    def read(self, form: AnswerForm, asking: Asking, answer: str) -> Any:
        found = form.cleaned_data.get("several") or []
        if not found and not self.may_be_empty:
            form.add_error("several", gettext("Choose at least one, or say that you do not know it yet."))
            return None
        return found

    may_be_empty = False


class RegimesControl(ChoicesControl):
    """A closed list: none chosen says that none binds. An entry that says more than its id is kept as it is.

    Asked in brief it is asked by sector: each regime of a sector may bind then, and those are asked one by one later.
    """

    may_be_empty = True

    def answers(self, asking: Asking) -> Choices:
        return (("known", gettext("These and no others:")),)

    def chosen(self, asking: Asking) -> str:
        # With what may bind still open, nothing is said before somebody says it.
        return "" if only_perhaps(asking.value or ()) else "known"

    def options(self, asking: Asking) -> Choices:
        perhaps = set(only_perhaps(asking.value or ()))
        named = [(one, regime_name(one)) for one in NAMES]
        first = [(one, gettext("{name} (perhaps)").format(name=name)) for one, name in named if one in perhaps]
        return [*first, *((one, name) for one, name in named if one not in perhaps)]

    def add(self, form: AnswerForm, asking: Asking) -> None:
        if form.brief:
            form.fields["several"] = SectorsField(label=gettext("Tick what fits"))
            return
        super().add(form, asking)
        perhaps = only_perhaps(asking.value or ())
        field = form.fields["several"]
        field.initial = [one for one in field.initial or () if one not in perhaps]

    def read(self, form: AnswerForm, asking: Asking, answer: str) -> Any:
        if form.brief:
            sectors = form.cleaned_data.get("several") or []
            if not sectors and "several" not in form.errors:
                form.add_error("several", gettext("Tick what fits, or “None of these”."))
            return regimes_of(sectors) if sectors else None
        perhaps = only_perhaps(asking.value or ())
        more = {one["id"]: one for one in asking.value or () if isinstance(one, Mapping) and one["id"] not in perhaps}
        return [more.get(one, one) for one in super().read(form, asking, answer)]


class CountControl(Control):
    """How many."""

    def answers(self, asking: Asking) -> Choices:
        return counting.KINDS

    def chosen(self, asking: Asking) -> str:
        return str(counting.initial_of(asking.value).get("kind", ""))

    def add(self, form: AnswerForm, asking: Asking) -> None:
        initial = counting.initial_of(asking.value)
        form.fields["low"] = counting.number_field(gettext("Number"), "low")
        form.fields["high"] = counting.number_field(gettext("And at most"), "high")
        form.fields["low"].initial, form.fields["high"].initial = initial.get("low"), initial.get("high")

    def read(self, form: AnswerForm, asking: Asking, answer: str) -> Any:
        return counting.read_count(form, answer)


class InstantControl(Control):
    """When: an instant, a span in which it lies, or not yet."""

    def answers(self, asking: Asking) -> Choices:
        return (("at", gettext("At")), ("between", gettext("Between")), ("not_yet", gettext("It has not happened yet")))

    def chosen(self, asking: Asking) -> str:
        if asking.value == "not_yet":
            return "not_yet"
        return "between" if isinstance(asking.value, Mapping) else "at"

    def add(self, form: AnswerForm, asking: Asking) -> None:
        span = asking.value if isinstance(asking.value, Mapping) else {}
        first = span.get("earliest") or (asking.value if asking.value != "not_yet" else None)
        form.add_instant("first", gettext("Date and time"), initial=_instant(first))
        form.add_instant("last", gettext("And at the latest"), initial=_instant(span.get("latest")))
        form.fields["first"].widget.attrs["data-part"] = "low"
        form.fields["last"].widget.attrs["data-part"] = "high"

    def read(self, form: AnswerForm, asking: Asking, answer: str) -> Any:
        if answer == "not_yet":
            return "not_yet"
        future = paths.parse(asking.path)[0] == "delays"
        first = form.instant("first", future=future)
        last = form.instant("last", future=future) if answer == "between" else None
        needed = {"first": first} if answer == "at" else {"first": first, "last": last}
        for name, found in needed.items():
            if found is None and not form.errors.keys() & {name, f"{name}_which"}:
                form.add_error(name, gettext("Enter a date and a time, or say that you do not know it yet."))
        if None in needed.values() or first is None:
            return None
        if last is None:
            return self._kept(asking, first)
        if last.astimezone(UTC) < first.astimezone(UTC):
            form.add_error("last", gettext("This lies before the first of the two. Enter the later time here."))
            return None
        return {"earliest": first.isoformat(), "latest": last.isoformat()}

    def _kept(self, asking: Asking, found: datetime) -> str:
        """A recorded instant with seconds is not changed by showing it without them."""
        old = _instant(asking.value)
        if old is not None and as_typed(old, asking.zone) == as_typed(found, asking.zone):
            return str(asking.value)
        return found.isoformat()


def _instant(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else None


class DayControl(Control):
    """Until which day, inclusive: kept as the end of that day in the case's zone."""

    def answers(self, asking: Asking) -> Choices:
        return (("known", gettext("Yes, until this day")),)

    def chosen(self, asking: Asking) -> str:
        return "known"

    def add(self, form: AnswerForm, asking: Asking) -> None:
        instant = _instant(asking.value)
        form.fields["day"] = forms.DateField(
            label=gettext("Last day"),
            required=False,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            initial=instant.astimezone(asking.zone).date() if instant else None,
        )

    def read(self, form: AnswerForm, asking: Asking, answer: str) -> Any:
        day: date | None = form.cleaned_data.get("day")
        if day is None:
            if "day" not in form.errors:
                form.add_error("day", gettext("Enter the day, or say that you do not know it yet."))
            return None
        return datetime.combine(day, time(23, 59, 59), asking.zone).isoformat()


class LanguagesControl(Control):
    """Languages as tags."""

    def answers(self, asking: Asking) -> Choices:
        return (("known", gettext("These:")),)

    def chosen(self, asking: Asking) -> str:
        return "known"

    def add(self, form: AnswerForm, asking: Asking) -> None:
        form.fields["languages"] = forms.CharField(
            label=gettext("Languages"),
            help_text=gettext("Codes with commas between them: en, fr, pt-BR."),
            required=False,
            max_length=200,
            initial=", ".join(asking.value or ()),
        )

    def read(self, form: AnswerForm, asking: Asking, answer: str) -> Any:
        found = [one.strip() for one in str(form.cleaned_data.get("languages") or "").split(",") if one.strip()]
        wrong = [one for one in found if not LANGUAGE_TAG.fullmatch(one)]
        if wrong or not found:
            fault = gettext("Enter codes such as en, fr, ja or pt-BR.")
            if wrong:
                named = ", ".join(map(repr, wrong))
                fault = f"{gettext('{codes}: no language codes.').format(codes=named)} {fault}"
            form.add_error("languages", fault)
            return None
        return list(dict.fromkeys(found))


class MoneyControl(CountControl):
    """An amount: a count of a currency's units."""

    def chosen(self, asking: Asking) -> str:
        return str(counting.initial_of((asking.value or {}).get("amount")).get("kind", ""))

    def add(self, form: AnswerForm, asking: Asking) -> None:
        initial = counting.initial_of((asking.value or {}).get("amount"))
        form.fields["currency"] = forms.ChoiceField(
            label=gettext("Currency"),
            choices=[(one, one) for one in CURRENCIES],
            required=False,
            initial=(asking.value or {}).get("currency"),
        )
        form.fields["low"] = counting.number_field(gettext("Amount"), "low")
        form.fields["high"] = counting.number_field(gettext("And at most"), "high")
        form.fields["low"].initial, form.fields["high"].initial = initial.get("low"), initial.get("high")

    def read(self, form: AnswerForm, asking: Asking, answer: str) -> Any:
        amount = counting.read_count(form, answer)
        return None if amount is None else {"amount": amount, "currency": form.cleaned_data.get("currency") or "EUR"}


class NumberControl(Control):
    """A plain whole number."""

    def answers(self, asking: Asking) -> Choices:
        return KNOWN

    def chosen(self, asking: Asking) -> str:
        return "known"

    def add(self, form: AnswerForm, asking: Asking) -> None:
        form.fields["low"] = counting.number_field(gettext("Number"), "low")
        form.fields["low"].initial = asking.value

    def read(self, form: AnswerForm, asking: Asking, answer: str) -> Any:
        try:
            return counting.whole_number(str(form.cleaned_data.get("low") or ""))
        except ValueError as error:
            form.add_error("low", str(error))
            return None


class TestControl(Control):
    """A legal test: the answer, when it was judged, by whom, and why."""

    __test__ = False  # not a test of the test runner

    def chosen(self, asking: Asking) -> str:
        return str(asking.value["answer"] if isinstance(asking.value, Mapping) else asking.value)

    def add(self, form: AnswerForm, asking: Asking) -> None:
        record = asking.value if isinstance(asking.value, Mapping) else {}
        form.fields["why"] = forms.CharField(
            label=gettext("Why?"),
            help_text=gettext("The reason is part of the record. An inspector reads it first."),
            required=False,
            max_length=4000,
            widget=forms.Textarea(attrs={"rows": 3}),
            initial=record.get("reason"),
        )
        if form.brief:
            return
        form.add_instant(
            "judged_at", gettext("Judged"), help_text=gettext("Empty: now."), initial=_instant(record.get("at"))
        )

    def read(self, form: AnswerForm, asking: Asking, answer: str) -> Any:
        why = str(form.cleaned_data.get("why") or "").strip()
        if not why:
            form.add_error("why", gettext("Say why in a sentence: this is a judgement, not a fact."))
        at = (form.instant("judged_at") if "judged_at" in form.fields else None) or asking.now
        record = dict(asking.value) if isinstance(asking.value, Mapping) else {}
        old = _instant(record.get("at"))
        if old is not None and as_typed(old, asking.zone) == as_typed(at, asking.zone):
            at = old
        return {**record, "answer": answer, "at": at.isoformat(), "by": asking.by, "reason": why}
