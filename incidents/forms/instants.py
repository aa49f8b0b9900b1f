"""Local times in forms: a day, a time and a zone become an instant, and no hour is ever guessed.

When clocks are put back an hour happens twice: the form asks which one is meant. When they are put
forward an hour does not happen: the form says so. A day without a time is a span, from its first to
its last moment, and clocks run from the first.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, ClassVar, cast
from zoneinfo import ZoneInfo

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext, gettext_lazy

from accounts.places import time_zones, towns_of_zones
from law.time_limits import zone_of

AREAS = (
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was: an instant (`until` None), or some time from `at` to `until`. In UTC."""

    at: datetime
    until: datetime | None = None

    def to_fact(self) -> str | dict[str, str]:
        """The value of a fact of the timeline."""
        if self.until is None:
            return self.at.isoformat()
        return {"earliest": self.at.isoformat(), "latest": self.until.isoformat()}


@dataclass(frozen=True, slots=True)
class InstantFields:
    """The fields of one local time, for a template. `which` is None unless the hour happened twice."""

    day: BoundField
    time: BoundField
    zone: BoundField
    which: BoundField | None


def readings(day: date, clock: time, zone: ZoneInfo) -> list[datetime]:
    """The instants, in UTC, that a clock in that zone showed so: none, one or two, the earlier first."""
    found = []
    for fold in (0, 1):
        local = datetime.combine(day, clock, zone).replace(fold=fold)
        instant = local.astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None) and instant not in found:
            found.append(instant)
    return sorted(found)


@cache
def zone_choices(first: tuple[str, ...] = ()) -> list[tuple[str, list[tuple[str, str]]]]:
    """Zones for a select, those named `first` on top, the others by part of the world."""
    groups: dict[str, list[tuple[str, str]]] = {area: [] for area in AREAS}
    for key in sorted(towns_of_zones()):
        area, _, city = key.partition("/")
        if city and area in groups:
            groups[area].append((key, city.replace("_", " ").replace("/", ", ")))
    used = [(key, key.rpartition("/")[2].replace("_", " ")) for key in dict.fromkeys((*first, "UTC"))]
    return [(gettext("Used here"), used), *((area, cities) for area, cities in groups.items())]


class InstantForm(forms.Form):
    """A form with local times. `instants` names them; each gets the fields NAME_day, _time, _zone, _which.

    Afterwards cleaned_data holds a Moment or None under each name. `zones`: the zones offered first,
    the first of which is preselected. `now`: nothing may lie after it.
    """

    instants: ClassVar[tuple[str, ...]] = ()
    days_alone: ClassVar[bool] = True

    def __init__(self, *args: Any, zones: tuple[str, ...], now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        for name in self.instants:
            self._add(name, zones)

    def _add(self, name: str, zones: tuple[str, ...]) -> None:
        typed = self.data.get(f"{name}_zone") or self.initial.get(f"{name}_zone")
        known = tuple(key for key in (*zones, typed) if key in time_zones())
        self.fields[f"{name}_day"] = forms.DateField(
            label=gettext_lazy("Day"),
            required=False,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"invalid": gettext_lazy("This is no day of the calendar. Write it as 2026-11-22.")},
        )
        self.fields[f"{name}_time"] = forms.TimeField(
            label=gettext_lazy("Time"),
            required=False,
            widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            error_messages={"invalid": gettext_lazy("This is no time of the clock. Write it as 08:30 or 17:05.")},
        )
        self.fields[f"{name}_zone"] = forms.ChoiceField(
            label=gettext_lazy("Clock of"),
            required=False,
            choices=zone_choices(known),
            initial=known[0] if known else "UTC",
            error_messages={"invalid_choice": gettext_lazy("“%(value)s” is no time zone. Choose one of the list.")},
        )
        self.fields[f"{name}_which"] = forms.ChoiceField(
            label=gettext_lazy("This hour happened twice. Which one do you mean?"),
            required=False,
            choices=[("0", ""), ("1", "")],
            widget=forms.RadioSelect,
        )

    def instant_fields(self, name: str) -> InstantFields:
        """The bound fields of one time."""
        twice = self._twice(name)
        if twice:
            choices = [(str(index), words) for index, words in enumerate(twice)]
            cast("forms.ChoiceField", self.fields[f"{name}_which"]).choices = choices
        return InstantFields(
            self[f"{name}_day"], self[f"{name}_time"], self[f"{name}_zone"], self[f"{name}_which"] if twice else None
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in self.instants:
            cleaned[name] = self._moment(name)
        return cleaned

    def _moment(self, name: str) -> Moment | None:
        if any(f"{name}_{part}" in self.errors for part in ("day", "time", "zone")):
            return None
        day, clock = self.cleaned_data.get(f"{name}_day"), self.cleaned_data.get(f"{name}_time")
        if day is None:
            if clock is not None:
                self.add_error(f"{name}_day", gettext("A time without its day. Add the day, or take the time away."))
            return None
        if not 1970 <= day.year <= 2200:
            self.add_error(f"{name}_day", gettext("The year %s cannot be meant. Correct the year.") % day.year)
            return None
        zone = zone_of(self.cleaned_data.get(f"{name}_zone") or self.fields[f"{name}_zone"].initial)
        moment = self._whole_day(name, day, zone) if clock is None else self._exact(name, day, clock, zone)
        if moment is not None and moment.at > self.now:
            at = self.now.astimezone(zone)
            self.add_error(
                f"{name}_day" if day > at.date() else f"{name}_time",
                gettext("This lies in the future: there it is now %(now)s on %(day)s. Give a time up to now.")
                % {"now": f"{at:%H:%M}", "day": f"{at:%Y-%m-%d}"},
            )
            return None
        return moment

    def _whole_day(self, name: str, day: date, zone: ZoneInfo) -> Moment | None:
        if not self.days_alone:
            self.add_error(f"{name}_time", gettext("Add the time of day, as near as you know it."))
            return None
        first = _first_moment(day, zone)
        last = _first_moment(day + timedelta(days=1), zone) - timedelta(seconds=1)
        return Moment(first, min(last, self.now) if first <= self.now else last)

    def _exact(self, name: str, day: date, clock: time, zone: ZoneInfo) -> Moment | None:
        found = readings(day, clock, zone)
        if not found:
            before, after = _gap(day, clock, zone)
            self.add_error(
                f"{name}_time",
                gettext(
                    "%(time)s did not happen in %(zone)s on %(day)s: the clocks went from %(before)s to %(after)s. "
                    "Give a time outside that gap."
                )
                % {"time": f"{clock:%H:%M}", "zone": zone.key, "day": day, "before": before, "after": after},
            )
            return None
        if len(found) == 1:
            return Moment(found[0])
        chosen = self.cleaned_data.get(f"{name}_which")
        if chosen not in ("0", "1"):
            self.add_error(
                f"{name}_which",
                gettext("On %(day)s the clocks in %(zone)s were put back, so %(time)s happened twice. Say which.")
                % {"time": f"{clock:%H:%M}", "zone": zone.key, "day": day},
            )
            return None
        return Moment(found[int(chosen)])

    def _twice(self, name: str) -> list[str]:
        """The two readings in words where the hour that stands in the form happened twice."""
        try:
            day = forms.DateField().clean(self[f"{name}_day"].value())
            clock = forms.TimeField().clean(self[f"{name}_time"].value())
        except forms.ValidationError:
            return []
        key = self[f"{name}_zone"].value()
        if key not in time_zones() or not isinstance(day, date) or not isinstance(clock, time):
            return []
        zone = zone_of(str(key))
        found = readings(day, clock, zone) if 1970 <= day.year <= 2200 else []
        if len(found) < 2:
            return []
        ordinal = (gettext("The first"), gettext("The second"))
        return [
            f"{words}: {at.astimezone(zone).isoformat(timespec='minutes')[11:]}, {at:%H:%M} UTC"
            for words, at in zip(ordinal, found, strict=True)
        ]


def _first_moment(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day begins; where midnight is skipped, the first that exists."""
    for minute in range(0, 24 * 60, 15):
        found = readings(day, time(minute // 60, minute % 60), zone)
        if found:
            return found[0]
    # A day that a place left out altogether (Samoa, 30 December 2011).
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _gap(day: date, clock: time, zone: ZoneInfo) -> tuple[str, str]:
    """The times of the clock between which a local time does not exist, to the minute."""
    local = datetime.combine(day, clock)
    first = last = local
    while not readings(first.date(), first.time(), zone) and local - first < timedelta(days=1):
        first -= timedelta(minutes=1)
    while not readings(last.date(), last.time(), zone) and last - local < timedelta(days=1):
        last += timedelta(minutes=1)
    return f"{first + timedelta(minutes=1):%H:%M}", f"{last:%H:%M}"
