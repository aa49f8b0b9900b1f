"""The only place where a deadline is computed.

`due_at` counts a period from an instant as the law at hand counts it and says its steps in words.
Hours run on UTC; days, working days and months run on the calendar of a place and end at the end of a
day there. What is given is the strictest reading; a later, arguable one stands beside it with its ground.
Zones are read from the pinned package `tzdata`, holidays from the pinned package `holidays`, so that no
deadline depends on the host.
"""

import calendar as months_of
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from importlib import resources
from typing import Literal
from zoneinfo import ZoneInfo

import holidays

from law.expressions import RuleError
from law.schema import Counting, Length

Unit = Literal["hours", "days", "working_days", "months"]
END_OF_DAY = {"day": time(23, 59, 59), "office": time(17, 0), "noon": time(12, 0)}
# How many days of holidays one look asks for; no limit in the library is longer.
HORIZON = timedelta(days=800)


@dataclass(frozen=True, slots=True)
class Period:
    """A length and the way to count it. `first_day`: the day of the event itself is the first one."""

    unit: Unit
    n: int
    counting: Counting

    def to_json(self) -> dict[str, int]:
        return {self.unit: self.n}

    def words(self) -> str:
        unit = {"hours": "hour", "days": "day", "working_days": "working day", "months": "month"}[self.unit]
        return f"{self.n} {unit}{'' if self.n == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Due:
    """The end of a period. `at`: strictest reading, UTC. `arguable`: a later reading and its ground.

    `working`: the steps in words, with local times and the zone. `local_day`: the day of the end in the
    place of counting, kept so that a change of a zone's rules does not move what was computed.
    """

    at: datetime
    local_day: date
    zone: str
    working: tuple[str, ...]
    arguable: datetime | None = None
    ground: str | None = None


def period(length: Length, counting: Counting) -> Period:
    """The period that a law file writes. Raises RuleError unless exactly one unit is given."""
    given = [
        (unit, n) for unit in ("hours", "days", "working_days", "months") if (n := getattr(length, unit)) is not None
    ]
    if len(given) != 1:
        raise RuleError("expected exactly one of hours, days, working_days, months")
    unit, n = given[0]
    if unit != "hours" and counting.end == "instant":
        counting = counting.model_copy(update={"end": "day"})
    return Period(unit, n, counting)  # type: ignore[arg-type]  # the four units of the list above


@lru_cache(maxsize=512)
def zone_of(key: str) -> ZoneInfo:
    """The zone from the pinned `tzdata`. Raises RuleError for an unknown key."""
    parts = key.split("/")
    try:
        with resources.files("tzdata.zoneinfo").joinpath(*parts).open("rb") as file:
            return ZoneInfo.from_file(file, key=key)
    except (OSError, ValueError, IsADirectoryError):
        raise RuleError(f"{key!r} is no time zone; expected an IANA name such as Europe/Paris") from None


def check_zone(key: str) -> None:
    zone_of(key)


def check_calendar(key: str) -> None:
    """Raises RuleError unless `key` names a calendar of the `holidays` package (or is empty)."""
    if key:
        _calendar(key, 2025)


@lru_cache(maxsize=4096)
def _calendar(key: str, year: int) -> holidays.HolidayBase:
    country, _, subdivision = key.partition("-")
    try:
        return holidays.country_holidays(country, subdiv=subdivision or None, years=year)
    except (NotImplementedError, KeyError):
        raise RuleError(
            f"calendar {key!r} is unknown; expected a key of the `holidays` package such as FR or AU-NSW"
        ) from None


def is_working_day(day: date, key: str) -> bool:
    """Is `day` a working day by this calendar? Without a calendar: Monday to Friday."""
    if not key:
        return day.weekday() < 5
    found = _calendar(key, day.year)
    return day not in found and day.weekday() not in found.weekend


def why_not_working(day: date, key: str) -> str:
    """The holiday's name, or the weekday's."""
    if key and (name := _calendar(key, day.year).get(day)):
        return str(name)
    return f"{day:%A}"


def due_at(length: Period, start: datetime, zone: str, calendar: str) -> Due:
    """The end of `length` counted from `start` in `zone` (IANA), with the holidays of `calendar`.

    Raises ValueError for an instant without offset.
    """
    if start.tzinfo is None:
        raise ValueError(f"start {start.isoformat()} has no offset from UTC; give an aware instant")
    if length.unit == "hours":
        return _hours(length, start, zone, calendar)
    return _days(length, start, zone, calendar)


def shown(instant: datetime, zone: str) -> str:
    """Words: "Mon 29 May 2023, 10:20 Asia/Tokyo (01:20 UTC)"."""
    local = instant.astimezone(zone_of(zone))
    utc = instant.astimezone(UTC)
    other_day = "" if utc.date() == local.date() else f"{utc:%a %d %b }"
    return f"{local:%a %d %b %Y, %H:%M} {zone} ({other_day}{utc:%H:%M} UTC)"


def _hours(length: Period, start: datetime, zone: str, calendar: str) -> Due:
    begin = start.astimezone(UTC)
    end = begin + timedelta(hours=length.n)
    steps = [
        f"The clock starts {shown(begin, zone)}.",
        f"{length.words()} later, every hour counted, is {shown(end, zone)}.",
    ]
    arguable, ground = None, None
    if length.counting.rule == "eu_1182_71":
        arguable, ground = _eu_hours(length.n, begin, end, zone, calendar)
    if arguable is not None:
        steps.append(f"A later reading, {shown(arguable, zone)}, can be argued: {ground}.")
    return Due(end, end.astimezone(zone_of(zone)).date(), zone, tuple(steps), arguable, ground)


def _eu_hours(n: int, begin: datetime, end: datetime, zone: str, calendar: str) -> tuple[datetime | None, str | None]:
    """Regulation (EEC, Euratom) 1182/71 on a period of hours.

    Art. 3(1): the hour of the event is not counted. Art. 3(5): a period of two days or more includes at
    least two working days.
    """
    whole = begin.replace(minute=0, second=0, microsecond=0)
    rounded = end if whole == begin else whole + timedelta(hours=n + 1)
    ground = "Regulation 1182/71, Art. 3(1): the hour in which the event falls is not counted"
    if n >= 48:
        local_zone = zone_of(zone)
        first, last = begin.astimezone(local_zone).date(), rounded.astimezone(local_zone).date()
        days = [first + timedelta(days=k) for k in range((last - first).days + 1)]
        working = [day for day in days if is_working_day(day, calendar)]
        day = last
        while len(working) < 2:
            day += timedelta(days=1)
            if is_working_day(day, calendar):
                working.append(day)
        if day > last:
            rounded = _at(day, END_OF_DAY["day"], zone)
            ground = "Regulation 1182/71, Art. 3(5): a period of two days or more includes at least two working days"
    return (rounded, ground) if rounded > end else (None, None)


def _days(length: Period, start: datetime, zone: str, calendar: str) -> Due:
    counting = length.counting
    first = start.astimezone(zone_of(zone)).date()
    steps = [f"The clock starts {shown(start, zone)}."]
    lead = 1 if counting.first_day and length.unit != "months" else 0
    if length.unit == "days":
        last = first + timedelta(days=length.n - lead)
        first_word = "the first day counted" if lead else "not counting that day"
        steps.append(f"{length.words()}, {first_word}, end on {last:%a %d %b %Y}.")
    elif length.unit == "months":
        last = _add_months(first, length.n)
        steps.append(f"{length.words()} end on the same day of the month, or its last: {last:%a %d %b %Y}.")
    else:
        last = _working_days(first, length.n, bool(lead), calendar, steps)
    if (counting.roll or counting.rule == "eu_1182_71") and length.unit != "working_days":
        last = _rolled(last, calendar, steps)
    end = _at(last, END_OF_DAY["day" if counting.end == "instant" else counting.end], zone)
    steps.append(f"The day ends there at {shown(end, zone)}.")
    return Due(end, last, zone, tuple(steps))


def _working_days(first: date, n: int, first_counts: bool, calendar: str, steps: list[str]) -> date:
    day, counted, passed = first, 0, []
    if first_counts and is_working_day(first, calendar):
        counted = 1
    while counted < n and day - first < HORIZON:
        day += timedelta(days=1)
        if is_working_day(day, calendar):
            counted += 1
        else:
            passed.append(
                f"{day:%a %d %b} ({why_not_working(day, calendar)})" if day.weekday() < 5 else f"{day:%a %d %b}"
            )
    skipped = f", passing over {', '.join(passed)}" if passed else ""
    by = f" by the calendar of {calendar}" if calendar else ""
    steps.append(f"Working day number {n}{by} is {day:%a %d %b %Y}{skipped}.")
    return day


def _rolled(day: date, calendar: str, steps: list[str]) -> date:
    last = day
    while not is_working_day(last, calendar):
        last += timedelta(days=1)
    if last != day:
        steps.append(
            f"{day:%a %d %b} is no working day ({why_not_working(day, calendar)}), so it ends on {last:%a %d %b %Y}."
        )
    return last


def _add_months(day: date, n: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    return date(year, month + 1, min(day.day, months_of.monthrange(year, month + 1)[1]))


def _at(day: date, clock: time, zone: str) -> datetime:
    """That local time as an instant, UTC; in a repeated hour the earlier one, the stricter reading."""
    return datetime.combine(day, clock, tzinfo=zone_of(zone)).astimezone(UTC)
