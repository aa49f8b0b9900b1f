"""The form of a look back: one instant or two, and by what they are meant."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from workbench import clocks
from workbench.forms.instants import ZonedForm
from workbench.selectors.then import Reading

READINGS = (
    (Reading.RECORDED, _("by what stood recorded here then")),
    (Reading.KNOWN, _("by what was known then, whenever it was typed")),
)


class ThenForm(ZonedForm):
    """An instant of a case, and a second one to compare it with.

    An address may name an instant exactly, with its offset and to the microsecond (the links of pages do); the
    fields then show it as local time. What is typed to the minute counts to the end of that minute.
    """

    by = forms.ChoiceField(label=_("Read it"), choices=READINGS, widget=forms.RadioSelect, required=False)

    def __init__(self, data: QueryDict, *, zone: ZoneInfo, now: datetime) -> None:
        self._exact = {name: found for name in ("at", "against") if (found := _exact(data.get(name, "")))}
        shown: dict[str, Any] = {key: data[key] for key in data}
        for name, instant in self._exact.items():
            shown[name] = _local(instant, zone)
            shown[f"{name}_which"] = str(clocks.in_utc(instant).astimezone(zone).fold)
        shown.setdefault("by", Reading.RECORDED)
        super().__init__(shown, zone=zone, now=now)
        self.add_instant("at", gettext("The case as it stood on"), help_text=gettext("A minute counts to its end."))
        self.add_instant(
            "against", gettext("Compare with"), help_text=gettext("Only if you want to see what lies between.")
        )
        self.order_fields(["at", "at_which", "against", "against_which", "by"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("at", "against"):
            cleaned[f"{name}_instant"] = self._exact.get(name) or self._typed(name)
        return cleaned

    def _typed(self, name: str) -> datetime | None:
        found = self.instant(name, future=True)
        if found is None:
            return None
        to_the_minute = len(str(self.data.get(name, "")).strip()) <= len("2026-11-05T10:30")
        unit = timedelta(minutes=1) if to_the_minute else timedelta(seconds=1)
        return min(found + unit - timedelta(microseconds=1), self.now)


def _exact(text: str) -> datetime | None:
    """An instant that is written out with its offset; None for any other text."""
    try:
        # In a query a plus stands for a space.
        found = datetime.fromisoformat(text.strip().replace(" ", "+"))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _local(instant: datetime, zone: ZoneInfo) -> str:
    """Local time to the second, rounded up so that the instant itself is within it."""
    local = clocks.in_utc(instant).astimezone(zone)
    if local.microsecond:
        local += timedelta(seconds=1)
    return local.strftime("%Y-%m-%dT%H:%M:%S")
