"""Instants and durations in the words of a mail: in full, with weekday, zone and UTC. Pure.

Pages say the same things short (workbench.clocks, a floor above); a mail is read on a telephone at
night, far from the page, and perhaps forwarded across the world, so that nothing in it is relative.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from law.places import PlaceError
from law.time_limits import zone_of
from notifications.wording import Wording
from reports.languages import language

DAY = timedelta(days=1)


def zone_named(name: str) -> ZoneInfo:
    """The zone from the pinned data; UTC where the name is none, so that no reminder fails on it."""
    try:
        return zone_of(name)
    except ValueError:
        return zone_of("UTC")


def instant_words(instant: datetime, zone: ZoneInfo, words: Wording, utc: bool = True) -> str:
    """An instant in full: "Thursday 5 November 2026, 10:30, Paris time (09:30 UTC)".

    Midnight is the end of the day that it closes, as a deadline counted in days ends: "Friday, 00:00"
    would be read as the end of Friday. In the hour that a change of summer time makes happen twice
    the offset is named.
    """
    local = instant.astimezone(zone)
    if (local.hour, local.minute) == (0, 0):
        date, time = _date(local - DAY, words.date, words), words.end_of_day
    else:
        date, time = _date(local, words.date, words), words.time.format(h=local.hour, m=local.minute)
    return words.at.format(
        date=date,
        time=time,
        offset=f" ({offset_words(local)})" if _happens_twice(local) else "",
        city=city_words(zone, words),
        utc="" if _is_utc(zone) or not utc else _in_utc(instant, local, words),
    )


def city_words(zone: ZoneInfo, words: Wording) -> str:
    """The zone as people say it: "Paris time", "heure d’Athènes", "UTC"."""
    if _is_utc(zone):
        return "UTC"
    city = language(words.tag).zone(zone.key)
    pattern = words.city_before_vowel if city[:1].upper() in "AEIOUYÉÎÔ" else words.city
    return pattern.format(city=city)


def span_words(duration: timedelta, words: Wording) -> str:
    """A duration without its sign, rounded down to the minute: more time is never promised than there is."""
    return words.span(abs(duration) // timedelta(minutes=1))


def offset_words(local: datetime) -> str:
    """The offset of a local time: "UTC+2", "UTC−3:30"."""
    minutes = int((local.utcoffset() or timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    if not minutes:
        return "UTC"
    return f"UTC{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02d}" if rest else "")


def place_words(code: str, words: Wording) -> str:
    """The name of a jurisdiction; the code itself where there is none ("EU")."""
    try:
        return language(words.tag).place(code)
    except (PlaceError, KeyError):
        return code


def region_words(code: str, words: Wording) -> str:
    """The name of a region of UN M49."""
    try:
        return language(words.tag).region(code)
    except KeyError:
        return code


def same_time(one: ZoneInfo, other: ZoneInfo, at: datetime) -> bool:
    """Do the clocks of both zones show the same at that instant?"""
    return at.astimezone(one).utcoffset() == at.astimezone(other).utcoffset()


def _date(day: datetime, pattern: str, words: Wording) -> str:
    return pattern.format(
        weekday=words.weekdays[day.weekday()],
        day=words.first_of_month if day.day == 1 else day.day,
        month=words.months[day.month - 1],
        year=day.year,
    )


def _in_utc(instant: datetime, local: datetime, words: Wording) -> str:
    world = instant.astimezone(UTC)
    time = words.time.format(h=world.hour, m=world.minute)
    shown = local - DAY if (local.hour, local.minute) == (0, 0) else local
    if world.date() == shown.date():
        return words.utc.format(time=time)
    return words.utc_other_day.format(date=_date(world, words.date_short, words), time=time)


def _happens_twice(local: datetime) -> bool:
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def _is_utc(zone: ZoneInfo) -> bool:
    return zone.key in {"UTC", "Etc/UTC", "GMT", "Etc/GMT"}
