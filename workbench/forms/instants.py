"""Instants typed in a zone: a local date and time that a change of summer time may make twofold or void."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from workbench import clocks

TYPED = "%Y-%m-%dT%H:%M"
EXPECTED = _("Enter a date and a time, such as 2026-11-19 08:00.")


def readings(text: str, zone: ZoneInfo) -> list[datetime]:
    """The instants that a local time may mean in a zone: one, two (the clocks go back), or none (forward).

    Raises ValueError where the text is no date and time.
    """
    local = datetime.fromisoformat(text.strip().replace(" ", "T"))
    if local.tzinfo is not None:
        return [local]
    found = [local.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    real = [one for one in found if clocks.in_utc(one).astimezone(zone).replace(tzinfo=None) == local]
    return real if len(real) == 2 and clocks.is_ambiguous(real[0]) else real[:1]


def as_typed(instant: datetime, zone: ZoneInfo) -> str:
    """An instant as the field shows it: the local time of the zone to the minute."""
    return clocks.in_utc(instant).astimezone(zone).strftime(TYPED)


class ZonedForm(forms.Form):
    """A form with instants. Each is typed as the local time of the case's zone, which its label names.

    An hour that exists twice brings a second field that asks which; one that does not exist is an error
    that says so. `instant(name)` gives the checked instant inside clean().
    """

    def __init__(self, *args: Any, zone: ZoneInfo, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.now = zone, now

    def add_instant(self, name: str, label: str, *, help_text: str = "", initial: datetime | None = None) -> None:
        """Adds a field for an instant, and the field that asks which hour, where what was typed needs it."""
        self.fields[name] = forms.CharField(
            label=gettext("{label} ({place} time)").format(label=label, place=clocks.place_words(self.zone)),
            help_text=help_text,
            required=False,
            max_length=40,
            initial=as_typed(initial, self.zone) if initial else None,
            widget=forms.TextInput(attrs={"type": "datetime-local"}),
        )
        found = self._readings(name)
        if len(found) == 2:
            self.fields[self._which(name)] = forms.ChoiceField(
                label=gettext("The clocks were put back in that hour, so it happened twice. Which one?"),
                choices=[(str(one.fold), f"{one:%H:%M} {clocks.offset_words(one)}") for one in found],
                widget=forms.RadioSelect,
                required=False,
            )

    def instant(self, name: str, *, future: bool = False) -> datetime | None:
        """The instant typed, None where none was. Notes the fault at its field where there is one."""
        text = str(self.data.get(self.add_prefix(name)) or "").strip()
        if not text:
            return None
        try:
            found = readings(text, self.zone)
        except ValueError:
            self.add_error(
                name, gettext("{text!r} is no date and time. {expected}").format(text=text, expected=EXPECTED)
            )
            return None
        if not found:
            place = clocks.place_words(self.zone)
            self.add_error(
                name,
                gettext("The clocks in {place} were put forward then: {text} did not exist that day.").format(
                    place=place, text=text[-5:]
                ),
            )
            return None
        chosen = found[0]
        if len(found) == 2:
            which = str(self.data.get(self.add_prefix(self._which(name))) or "")
            if which not in ("0", "1"):
                self.add_error(self._which(name), gettext("Choose one of the two."))
                return None
            chosen = found[int(which)]
        if not future and clocks.elapsed(self.now, chosen).total_seconds() > 0:
            words = clocks.instant_words(self.now, self.zone)
            self.add_error(
                name, gettext("That lies in the future: it is {words} now. Enter a time up to now.").format(words=words)
            )
            return None
        return chosen

    def _readings(self, name: str) -> list[datetime]:
        text = str(self.data.get(self.add_prefix(name)) or "") if self.is_bound else ""
        try:
            return readings(text, self.zone) if text.strip() else []
        except ValueError:
            return []

    def _which(self, name: str) -> str:
        return f"{name}_which"
