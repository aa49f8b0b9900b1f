"""The form above the list of cases that narrows and sorts it."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts import place_names
from accounts.translating import translated
from incidents.selectors.narrowing import Narrowing, Offered, Order
from law import places
from law.taxonomies import load_taxonomies

ORDERS = (
    (Order.DEADLINE, _("Next deadline first")),
    (Order.NEWEST, _("Opened last first")),
    (Order.OLDEST, _("Opened first first")),
    (Order.TITLE, _("By title")),
)


class Choices(forms.Select):
    """A select written in one go: Django's would render a template for each option."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        widget = self.get_context(name, value, attrs)["widget"]
        options = [
            (one["value"], flatatt(one["attrs"]), one["label"]) for _, group, _ in widget["optgroups"] for one in group
        ]
        said = format_html_join("", '<option value="{}"{}>{}</option>', options)
        return format_html('<select name="{}"{}>{}</select>', widget["name"], flatatt(widget["attrs"]), said)


class NarrowingForm(forms.Form):
    """Read from the address. A value that is not offered narrows nothing and is named as a fault."""

    country = forms.ChoiceField(label=_("People in"), required=False, widget=Choices)
    cause = forms.ChoiceField(label=_("Kind of incident"), required=False, widget=Choices)
    owner = forms.ChoiceField(label=_("Owner"), required=False, widget=Choices)
    opened_from = forms.DateField(
        label=_("Opened from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    opened_until = forms.DateField(
        label=_("Opened until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    sort = forms.ChoiceField(label=_("Order"), choices=ORDERS, required=False, widget=Choices)

    def __init__(self, data: Any, *, offered: Offered, zone: ZoneInfo) -> None:
        super().__init__(data)
        self._zone = zone
        named = sorted((place_names.name(code) if places.is_place(code) else code, code) for code in offered.countries)
        choices: dict[str, list[tuple[str, str]]] = {
            "country": [(code, name) for name, code in named],
            "cause": [(term, translated(load_taxonomies().label("incident_type", term))) for term in
                      load_taxonomies().ids("incident_type")],
            "owner": [(str(user.pk), str(user)) for user in offered.owners],
        }  # fmt: skip
        for name, found in choices.items():
            cast("forms.ChoiceField", self.fields[name]).choices = [("", _("All")), *found]

    def narrowing(self) -> Narrowing:
        """What was asked for; days begin and end in the zone of the workspace."""
        self.full_clean()
        said = self.cleaned_data
        until = said.get("opened_until")
        return Narrowing(
            country=said.get("country") or "",
            cause=said.get("cause") or "",
            owner=int(said["owner"]) if said.get("owner") else None,
            opened_from=self._begin(said.get("opened_from")),
            opened_before=self._begin(until + timedelta(days=1) if until else None),
            order=Order(said.get("sort") or Order.DEADLINE),
        )

    def _begin(self, day: Any) -> datetime | None:
        return datetime(day.year, day.month, day.day, tzinfo=self._zone).astimezone(UTC) if day else None

    def query(self) -> dict[str, str]:
        """The parts of the address that it stands for: those that are sound and not empty."""
        return {name: str(self.data[name]) for name in self.cleaned_data if self.data.get(name)}
