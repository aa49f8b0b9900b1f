"""How questions about places are asked and read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext

from accounts import place_names
from incidents import paths
from law import places
from workbench import words
from workbench.forms.controls import Control
from workbench.forms.options import (
    Choices,
    country_options,
    read_places,
    region_options,
    subdivision_options,
)

if TYPE_CHECKING:
    from workbench.forms.answers import AnswerForm, Asking


class PlaceControl(Control):
    """One country, state or province."""

    def answers(self, asking: Asking) -> Choices:
        return (("known", gettext("Here:")),)

    def chosen(self, asking: Asking) -> str:
        return "known"

    def options(self, asking: Asking) -> Choices:
        if paths.parse(asking.path)[-1] != "subdivision":
            return country_options()
        row = paths.get(asking.document, paths.join(paths.parse(asking.path)[:-1])) or {}
        return subdivision_options(row.get("country"))

    def add(self, form: AnswerForm, asking: Asking) -> None:
        form.fields["place"] = forms.ChoiceField(
            label=gettext("Place"),
            choices=[("", gettext("Choose")), *self.options(asking)],
            required=False,
            initial=None if asking.value == "none" else asking.value,
        )

    def read(self, form: AnswerForm, asking: Asking, answer: str) -> Any:
        found = form.cleaned_data.get("place")
        if not found:
            if "place" not in form.errors:
                form.add_error("place", gettext("Choose a place, or say that you do not know it yet."))
            return None
        return found


class MainEstablishmentControl(PlaceControl):
    """A state of the European Economic Area, or none."""

    def answers(self, asking: Asking) -> Choices:
        return (("known", gettext("Here:")), ("none", gettext("None in the European Economic Area")))

    def chosen(self, asking: Asking) -> str:
        return "none" if asking.value == "none" else "known"

    def options(self, asking: Asking) -> Choices:
        return [
            (code, place_names.name(code))
            for code in sorted(places.eea_members(asking.now.date()), key=place_names.name)
        ]

    def read(self, form: AnswerForm, asking: Asking, answer: str) -> Any:
        return "none" if answer == "none" else super().read(form, asking, answer)


class RegionControl(PlaceControl):
    def options(self, asking: Asking) -> Choices:
        return region_options()


class PlacesControl(Control):
    """A closed list of places, typed as names or codes."""

    def answers(self, asking: Asking) -> Choices:
        return (("known", gettext("In these and no others:")), ("none", gettext("Nowhere")))

    def chosen(self, asking: Asking) -> str:
        return "known" if asking.value else "none"

    def add(self, form: AnswerForm, asking: Asking) -> None:
        form.fields["places"] = forms.CharField(
            label=gettext("Places"),
            help_text=gettext("Names or codes with commas between them: Japan, France, US-CA."),
            required=False,
            max_length=2000,
            initial=", ".join(words.place_words(one) for one in asking.value or ()),
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )

    def read(self, form: AnswerForm, asking: Asking, answer: str) -> Any:
        if answer == "none":
            return []
        found, faults = read_places(str(form.cleaned_data.get("places") or ""))
        for fault in faults:
            form.add_error("places", fault)
        if not found and not faults:
            form.add_error("places", gettext("Enter at least one place, or say that you do not know it yet."))
        return None if faults or not found else found
