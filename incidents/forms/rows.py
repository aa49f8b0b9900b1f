"""Rows of people in a form: where, how many, and whether there are any at all."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext, gettext_lazy

from accounts import place_names
from incidents.forms.instants import InstantForm
from incidents.forms.people import UNKNOWN_PLACE, EntryError, PlaceEntry, read_count, read_place

MOST_ROWS = 80


@dataclass(frozen=True)
class PeopleRow:
    """The bound fields of one row."""

    place: BoundField
    count: BoundField
    presence: BoundField


PRESENCE = [
    ("suspected", gettext_lazy("Perhaps")),
    ("confirmed", gettext_lazy("Yes, confirmed")),
    ("ruled_out", gettext_lazy("No, ruled out")),
]


class PeopleRowsForm(InstantForm):
    """Rows of a place, a number of people, and whether there are any. Empty rows say nothing."""

    blank_rows: ClassVar[int] = 3

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.number = self._number()
        self.fields["rows"] = forms.IntegerField(required=False, widget=forms.HiddenInput, initial=self.number)
        for index in range(self.number):
            self._add_row(index)

    def _number(self) -> int:
        typed = self.data.get("rows") if self.is_bound else self.initial.get("rows")
        asked = int(str(typed)) if re.fullmatch(r"[0-9]{1,4}", str(typed)) else self.blank_rows
        return max(1, min(asked, MOST_ROWS))

    def _add_row(self, index: int) -> None:
        at = gettext("row %s") % (index + 1)
        self.fields[f"place_{index}"] = forms.CharField(
            label=gettext("Country, state or region (%s)") % at,
            max_length=100,
            required=False,
            widget=forms.TextInput(attrs={"list": "places", "autocomplete": "off"}),
        )
        self.fields[f"count_{index}"] = forms.CharField(
            label=gettext("How many people (%s)") % at, max_length=60, required=False
        )
        self.fields[f"presence_{index}"] = forms.ChoiceField(
            label=gettext("Are there any (%s)") % at, choices=PRESENCE, initial="suspected", required=False
        )

    def rows_of_fields(self) -> list[PeopleRow]:
        return [
            PeopleRow(self[f"place_{index}"], self[f"count_{index}"], self[f"presence_{index}"])
            for index in range(self.number)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["people"] = list(self._read_rows(cleaned))
        return cleaned

    def _read_rows(self, cleaned: Mapping[str, Any]) -> Iterator[tuple[PlaceEntry, dict[str, Any] | None, str, str]]:
        seen: dict[str, int] = {}
        for index in range(self.number):
            typed, number = cleaned.get(f"place_{index}") or "", cleaned.get(f"count_{index}") or ""
            place, count = None, None
            try:
                count = read_count(number)
            except EntryError as error:
                self.add_error(f"count_{index}", str(error))
            if not typed:
                if number:
                    self.add_error(f"place_{index}", gettext("A number without a place. Write where, or “unknown”."))
                continue
            try:
                place = read_place(typed)
            except EntryError as error:
                self.add_error(f"place_{index}", str(error))
                continue
            if place.row in seen:
                words = gettext("This place stands in row %s already. Put both into one.") % seen[place.row]
                self.add_error(f"place_{index}", words)
                continue
            seen[place.row] = index + 1
            yield place, count, cleaned.get(f"presence_{index}") or "suspected", number

    def people_facts(self) -> dict[str, Any]:
        """The rows as a patch of the facts."""
        patch: dict[str, Any] = {}
        for place, count, presence, _ in self.cleaned_data["people"]:
            for name, value in {**place.to_facts(), "presence": presence, "count": count}.items():
                if value is not None:
                    patch[f"/affected/{place.row}/{name}"] = value
        return patch


def place_label(place: PlaceEntry) -> str:
    """A place by its everyday name."""
    if place.region:
        return gettext("Somewhere in %s") % place_names.region_name(place.region)
    code = place.subdivision or place.country
    return gettext("Country not known") if code == UNKNOWN_PLACE else place_names.name(code)
