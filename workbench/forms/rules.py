"""Forms of the rule browser: what to look for, and what to compare."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.law_words import spoken_lazy
from workbench.selectors.rule_words import ADDRESSEES, SHORT_CONFIDENCE
from workbench.selectors.rules_index import INSIDE_KEY, NUMBERS, STATUSES, Wanted, regions_offered

ALL = ("", gettext_lazy("all"))


def _choice(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False)


def _spoken(table: Mapping[str, str]) -> list[tuple[str, str]]:
    """Words of the library as choices."""
    return [(value, spoken_lazy(words)) for value, words in table.items()]


def day_field(label: Any, required: bool = False) -> forms.DateField:
    """A day, in the browser's own control where it has one."""
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Write a day as 2026-11-23: year, month, day.")},
    )


class FindForm(forms.Form):
    """The filters of the index. A filter that cannot be read asks for nothing, and says so."""

    q = forms.CharField(
        label=gettext_lazy("Words"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "data-search": True, "autocomplete": "off"}),
        help_text=gettext_lazy("Place, code, authority, provision, or words of a duty"),
    )
    status = _choice(gettext_lazy("What the library says"), [ALL, *_spoken(STATUSES)])
    region = _choice(gettext_lazy("Region"), [ALL])
    confidence = _choice(gettext_lazy("Weakest statement"), [ALL, *_spoken(SHORT_CONFIDENCE)])
    to = _choice(
        gettext_lazy("A duty to"), [ALL, *_spoken(ADDRESSEES), (INSIDE_KEY, gettext_lazy("keep or assess within"))]
    )
    number = _choice(gettext_lazy("Its time in"), [ALL, *_spoken(NUMBERS)])
    since = day_field(gettext_lazy("Law or reading changed since"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["region"].choices = [ALL, *regions_offered()]  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """What is looked for; what could not be read is left out."""
        self.is_valid()
        said = self.cleaned_data
        return Wanted(
            words=said.get("q", ""),
            status=said.get("status", ""),
            region=said.get("region", ""),
            confidence=said.get("confidence", ""),
            addressee=said.get("to", ""),
            number=said.get("number", ""),
            since=said.get("since"),
        )


class CompareForm(forms.Form):
    """Two places, each on a day. Without the second place: the first on another day."""

    a = _choice(gettext_lazy("Place"), [])
    on = day_field(gettext_lazy("On"))
    b = _choice(gettext_lazy("Compared with"), [])
    then = day_field(gettext_lazy("On"))
    only = forms.BooleanField(label=gettext_lazy("Show only what differs"), required=False)

    def __init__(self, *args: Any, choices: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["a"].choices = [("", gettext_lazy("Choose a place")), *choices]  # type: ignore[attr-defined]
        self.fields["b"].choices = [("", gettext_lazy("The same place")), *choices]  # type: ignore[attr-defined]
