"""The only place where a deadline is computed.

`due_at` counts a period from an instant as the law at hand counts it and says its steps in words.
Hours run on UTC; days, working days and months run on the calendar of a place and end at the end of a
day there. What is given is the strictest reading; a later, arguable one stands beside it with its ground.
Zones are read from the pinned package `tzdata`, holidays from the pinned package `holidays`, so that no
deadline depends on the host.
"""

import calendar as months_of
from collections.abc import Iterator
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


@dataclass(frozen=True, slots=True, eq=False)
class Period:
    """A length and the way to count it; each is itself only, so that what was counted by it is found fast."""

    unit: Unit
    n: int
    counting: Counting

    def to_json(self) -> dict[str, int]:
        return {self.unit: self.n}

    def words(self) -> str:
        unit = {"hours": "hour", "days": "day", "working_days": "working day", "months": "month"}[self.unit]
        return f"{self.n} {unit}{'' if self.n == 1 else 's'}"


@dataclass(eq=False, slots=True)
class Due:
    """The end of a period. `at`: strictest reading, UTC. `arguable`: a later reading and its ground.

    `last`: the day of the end in the place of counting, where days are counted. `length`, `start`, `zone` and
    `calendar` are what it was counted from.
    """

    at: datetime
    last: date | None
    length: Period
    start: datetime
    zone: str
    calendar: str
    arguable: datetime | None = None
    ground: str | None = None

    @property
    def local_day(self) -> date:
        """The day of the end in the place of counting."""
        return self.last or local_day(self.at, self.zone)

    @property
    def working(self) -> tuple[str, ...]:
        """The steps in words, with local times and the zone; made when they are read."""
        return tuple(_steps(self))


def period(length: Length, counting: Counting) -> Period:
    """The period that a law file writes. Raises RuleError unless exactly one unit is given."""
    given = [
        (unit, n) for unit in ("hours", "days", "working_days", "months") if (n := getattr(length, unit)) is not None
    ]
    if len(given) != 1:
        raise RuleError("expected exactly one of hours, days, working_days, months")
    unit, n = given[0]
    if unit == "hours" and counting.since:
        raise RuleError(f"counting.since is {counting.since!r}, but hours run from an instant; give days or months")
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
        # The language is named, else the names of holidays would follow the environment of the host.
        return holidays.country_holidays(country, subdiv=subdivision or None, years=year, language="en_US")
    except (NotImplementedError, KeyError):
        raise RuleError(
            f"calendar {key!r} is unknown; expected a key of the `holidays` package such as FR or AU-NSW"
        ) from None


@lru_cache(maxsize=16384)
def is_working_day(day: date, key: str) -> bool:
    """Is `day` a working day by this calendar? Without a calendar: Monday to Friday.

    A calendar may make a weekend day one of work in exchange for a holiday (as China's does).
    """
    if not key:
        return day.weekday() < 5
    return bool(_calendar(key, day.year).is_working_day(day))


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
        end = start.astimezone(UTC) + timedelta(hours=length.n)
        arguable, ground = None, None
        if length.counting.rule == "eu_1182_71":
            arguable, ground = _eu_hours(length.n, start.astimezone(UTC), end, zone, calendar)
        elif length.counting.rule == "dora_noon":
            arguable, ground = _dora_noon(end, zone, calendar)
        return Due(end, None, length, start, zone, calendar, arguable, ground)
    last, at = _end_in_days(length, local_day(start, zone), zone, calendar)
    return Due(at, last, length, start, zone, calendar)


@lru_cache(maxsize=16384)
def _end_in_days(length: Period, day: date, zone: str, calendar: str) -> tuple[date, datetime]:
    """The last day of a period that an event on `day` sets running, and when it ends; kept, for cases share days."""
    last = _rolled(length, _last_day(length, day, calendar), calendar)
    return last, _end_of(last, length.counting, zone)


def later_by_days(end: datetime, days: int, counting: Counting, zone: str) -> datetime:
    """The end of the day so many days after that of `end`, as the law ends its days."""
    day = end.astimezone(zone_of(zone)).date() + timedelta(days=days)
    return _end_of(day, counting, zone)


def local_day(instant: datetime, zone: str) -> date:
    """The day of an instant in a zone."""
    return instant.astimezone(zone_of(zone)).date()


def shown(instant: datetime, zone: str) -> str:
    """Words: "Mon 29 May 2023, 10:20 Asia/Tokyo (01:20 UTC)"."""
    local = instant.astimezone(zone_of(zone))
    utc = instant.astimezone(UTC)
    other_day = "" if utc.date() == local.date() else f"{utc:%a %d %b }"
    return f"{local:%a %d %b %Y, %H:%M} {zone} ({other_day}{utc:%H:%M} UTC)"


# -- hours -------------------------------------------------------------------------------------------


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
        working = sum(is_working_day(first + timedelta(days=k), calendar) for k in range((last - first).days + 1))
        day = last
        while working < 2:
            day += timedelta(days=1)
            working += is_working_day(day, calendar)
        if day > last:
            rounded = _at(day, END_OF_DAY["day"], zone)
            ground = "Regulation 1182/71, Art. 3(5): a period of two days or more includes at least two working days"
    return (rounded, ground) if rounded > end else (None, None)


def _dora_noon(end: datetime, zone: str, calendar: str) -> tuple[datetime | None, str | None]:
    """Delegated Regulation (EU) 2025/301, Art. 5: what ends on no working day may be sent by noon of the next one.

    Not for every financial entity nor every report, so the later end is arguable, not the one acted upon.
    """
    day = end.astimezone(zone_of(zone)).date()
    if is_working_day(day, calendar):
        return None, None
    while not is_working_day(day, calendar):
        day += timedelta(days=1)
    return _at(
        day, END_OF_DAY["noon"], zone
    ), "Delegated Regulation (EU) 2025/301, Art. 5: by noon of the next working day"


# -- days and longer ---------------------------------------------------------------------------------


def _last_day(length: Period, day: date, calendar: str) -> date:
    """The last day of the period that an event on `day` sets running, before any rolling."""
    first = _counted_from(length.counting, day)
    early = timedelta(days=1 if length.counting.first_day and length.n else 0)
    match length.unit:
        case "days":
            return first + timedelta(days=length.n) - early
        case "months":
            return _add_months(first, length.n) - early
        case _:
            day, counted = first, int(bool(early) and is_working_day(first, calendar))
            while counted < length.n and day - first < HORIZON:
                day += timedelta(days=1)
                counted += is_working_day(day, calendar)
            return day


def _counted_from(counting: Counting, day: date) -> date:
    """The day of the event, or the last of its year or month where the law counts from there."""
    match counting.since:
        case "end_of_year":
            return date(day.year, 12, 31)
        case "end_of_month":
            return date(day.year, day.month, months_of.monthrange(day.year, day.month)[1])
        case _:
            return day


def _rolled(length: Period, day: date, calendar: str) -> date:
    """The next working day where the law moves a last day that is none."""
    if length.unit != "working_days" and (length.counting.roll or length.counting.rule == "eu_1182_71"):
        while not is_working_day(day, calendar):
            day += timedelta(days=1)
    return day


def _add_months(day: date, n: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    return date(year, month + 1, min(day.day, months_of.monthrange(year, month + 1)[1]))


def _end_of(day: date, counting: Counting, zone: str) -> datetime:
    return _at(day, END_OF_DAY["day" if counting.end == "instant" else counting.end], zone)


def _at(day: date, clock: time, zone: str) -> datetime:
    """That local time as an instant, UTC. Where a clock change repeats it or leaves it out, the earlier
    of its two readings, the stricter one.
    """
    local = datetime.combine(day, clock, tzinfo=zone_of(zone))
    later = local.replace(fold=1)
    if local.utcoffset() == later.utcoffset():
        return local.astimezone(UTC)
    return min(local.astimezone(UTC), later.astimezone(UTC))


# -- in words ----------------------------------------------------------------------------------------


def _steps(due: Due) -> Iterator[str]:
    yield f"The clock starts {shown(due.start, due.zone)}."
    if due.length.unit == "hours":
        yield f"{due.length.words()} later, every hour counted, is {shown(due.at, due.zone)}."
        if due.arguable is not None:
            yield f"A later reading, {shown(due.arguable, due.zone)}, can be argued: {due.ground}."
        return
    yield from _steps_in_days(due)


def _steps_in_days(due: Due) -> Iterator[str]:
    length, calendar = due.length, due.calendar
    first = local_day(due.start, due.zone)
    last = _last_day(length, first, calendar)
    if (since := _counted_from(length.counting, first)) != first:
        yield f"The period is counted from the end of that {length.counting.since[7:]}, {since:%a %d %b %Y}."
    counted = "that day counted as the first" if length.counting.first_day and length.n else "not counting that day"
    if length.unit == "working_days":
        by = f" by the calendar of {calendar}" if calendar else ""
        yield f"Working day number {length.n}{by} is {last:%a %d %b %Y}, {counted}{_passed_over(due, last)}."
    else:
        yield f"{length.words()}, {counted}, end on {last:%a %d %b %Y}."
    moved = _rolled(length, last, calendar)
    if moved != last:
        why = why_not_working(last, calendar)
        yield f"{last:%a %d %b} is no working day ({why}), so it ends on {moved:%a %d %b %Y}."
    yield f"The day ends there at {shown(due.at, due.zone)}."
    if calendar and due.local_day.year > _calendar(calendar, due.local_day.year).end_year:
        yield f"The holidays of {calendar} are not known for {due.local_day.year}; look them up."


def _passed_over(due: Due, last: date) -> str:
    first = _counted_from(due.length.counting, due.start.astimezone(zone_of(due.zone)).date())
    days = [first + timedelta(days=k) for k in range(1, (last - first).days)]
    passed = [
        f"{day:%a %d %b}" + (f" ({why_not_working(day, due.calendar)})" if day.weekday() < 5 else "")
        for day in days
        if not is_working_day(day, due.calendar)
    ]
    return f", passing over {', '.join(passed)}" if passed else ""
