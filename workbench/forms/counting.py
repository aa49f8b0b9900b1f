"""Numbers of people as officers type them: exact, at least, at most, between, or not known."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

KINDS = (("exact", _("Exactly")), ("at_least", _("At least")), ("at_most", _("At most")), ("between", _("Between")))
WHOLE = re.compile(r"\d+|\d{1,3}([ ,.'’\u00a0\u202f]\d{3})+")
EXPECTED = _("Enter a whole number, such as 2800 or 2,800.")


def number_field(label: Any, css: str) -> forms.CharField:
    """A field for a whole number: text, because people write 2,800 and 2 800."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "data-part": css}),
    )


def whole_number(text: str) -> int:
    """A number with or without marks between its thousands. Raises ValueError with the mend."""
    text = text.strip()
    if not WHOLE.fullmatch(text):
        raise ValueError(f"{text!r} is no whole number. {EXPECTED}")
    return int(re.sub(r"\D", "", text))


def initial_of(count: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the fields `kind`, `low` and `high` show for a count of the facts document."""
    if not count or count.get("kind") == "unknown":
        return {}
    low = count["n"] if count["kind"] == "exact" else count.get("low")
    return {"kind": count["kind"], "low": low, "high": count.get("high")}


def read_count(form: forms.Form, kind: str, low_name: str = "low", high_name: str = "high") -> dict[str, Any] | None:
    """The count of the facts document; None with the faults noted at their fields.

    One number is enough for all kinds but "between", whichever of the two fields it stands in.
    """
    found: dict[str, int] = {}
    for name in (low_name, high_name):
        text = str(form.cleaned_data.get(name) or "")
        if not text.strip():
            continue
        try:
            found[name] = whole_number(text)
        except ValueError as error:
            form.add_error(name, str(error))
    if form.errors.keys() & {low_name, high_name}:
        return None
    low, high = found.get(low_name), found.get(high_name)
    if kind == "between":
        for name, number, fault in (
            (low_name, low, gettext("Enter the lowest number you think possible.")),
            (high_name, high, gettext("Enter the highest number you think possible.")),
        ):
            if number is None:
                form.add_error(name, fault)
        if low is None or high is None:
            return None
        if low > high:
            form.add_error(
                high_name,
                gettext("{high} is less than {low}. Enter the larger number here.").format(high=high, low=low),
            )
            return None
        return {"kind": "between", "low": low, "high": high}
    number = high if kind == "at_most" and high is not None else low if low is not None else high
    if number is None:
        form.add_error(low_name, gettext("Enter a number, or say that you do not know it yet."))
        return None
    key = {"exact": "n", "at_least": "low", "at_most": "high"}[kind]
    return {"kind": kind, key: number}
