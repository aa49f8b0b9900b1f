"""The words of time: how long until a deadline, how long past it, and when that is.

Pure functions; without a language they speak the reader's. static/app/app.js repeats `duration_words`
and `due_words` so that a page left open stays right; tests/e2e/test_gallery.py compares the two. Durations
are elapsed time between instants (summer time does not bend them) and are rounded down to the minute, so
that a page never promises more time than there is.
"""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from accounts.translating import reading_language

State = Literal["overdue", "due_soon", "on_track"]

SOON = timedelta(hours=24)


@dataclass(frozen=True)
class Words:
    """The words of one language. `%` stands for the duration."""

    due: str
    overdue: str
    early: str
    late: str
    day: str
    hour: str
    minute: str
    moment: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    at: str
    """What stands between the day and the hour."""
    hour_form: str
    """The hour, as strftime takes it."""

    def for_script(self) -> dict[str, str]:
        """The part that app.js needs."""
        return {key: value for key, value in asdict(self).items() if isinstance(value, str)}


ENGLISH = Words(
    due="Due in %",
    overdue="Overdue by %",
    early="% before the deadline",
    late="% after the deadline",
    day="d",
    hour="h",
    minute="min",
    moment="less than 1 min",
    weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    at=", ",
    hour_form="%H:%M",
)
FRENCH = Words(
    due="Échéance dans %",
    overdue="En retard de %",
    early="% avant l’échéance",
    late="% après l’échéance",
    day="j",
    hour="h",
    minute="min",
    moment="moins de 1 min",
    weekdays=("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
    months=(
        "janv.",
        "févr.",
        "mars",
        "avr.",
        "mai",
        "juin",
        "juil.",
        "août",
        "sept.",
        "oct.",
        "nov.",
        "déc.",
    ),
    at=" à ",
    hour_form="%-H\u00a0h\u00a0%M",
)
LANGUAGES = {"en": ENGLISH, "fr": FRENCH}


def words_of(language: str) -> Words:
    """The words of a language tag such as "fr" or "fr-be", "" for the reader's; English where there are none."""
    return LANGUAGES.get((language or reading_language()).partition("-")[0].lower(), ENGLISH)


def duration_words(duration: timedelta, language: str = "") -> str:
    """A duration without its sign: "35 min", "26 h 05 min", from two days on "2 d 4 h"."""
    words = words_of(language)
    minutes = abs(duration) // timedelta(minutes=1)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    if days >= 2:
        return f"{days} {words.day} {hour} {words.hour}"
    if hours > 0:
        return f"{hours} {words.hour} {minute:02d} {words.minute}"
    return f"{minutes} {words.minute}" if minutes else words.moment


def due_words(due: datetime, now: datetime, language: str = "") -> str:
    """Say "Due in 9 h 05 min" or "Overdue by 1 h 10 min". The deadline's own instant is still in time.

    The duration holds together: where a line is too short, it is broken before the number.
    """
    left = elapsed(now, due)
    words = words_of(language)
    pattern = words.due if left >= timedelta() else words.overdue
    return pattern.replace("%", duration_words(left, language).replace(" ", "\u00a0"))


def done_words(done: datetime, due: datetime, language: str = "") -> str:
    """How long before or after its deadline something was done: "15 h 58 min before the deadline"."""
    left = elapsed(done, due)
    words = words_of(language)
    pattern = words.early if left >= timedelta() else words.late
    return pattern.replace("%", duration_words(left, language))


def deadline_state(due: datetime, now: datetime, start: datetime | None = None) -> State:
    """Overdue, due soon (under a day, or under a third of the whole time, is left) or on track."""
    left = elapsed(now, due)
    if left < timedelta():
        return "overdue"
    threshold = max(SOON, elapsed(start, due) / 3) if start else SOON
    return "due_soon" if left < threshold else "on_track"


def share_spent(start: datetime, due: datetime, now: datetime) -> int:
    """Per cent of the time that has passed, 0 to 100; 100 from the deadline on."""
    whole = elapsed(start, due)
    if whole <= timedelta():
        return 100
    return max(0, min(100, int(elapsed(start, now) * 100 / whole)))


def elapsed(first: datetime, second: datetime) -> timedelta:
    """Real time from one instant to another.

    Python subtracts two times of the same zone by the clock on the wall, so that a night with a change
    to summer time comes out an hour wrong; UTC has no such nights. Raises ValueError without a zone.
    """
    return in_utc(second) - in_utc(first)


def in_utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()}: expected an instant with a time zone")
    return instant.astimezone(UTC)


def utc_attribute(instant: datetime) -> str:
    """The value of a `datetime` attribute: UTC to the second, "2026-11-22T07:00:00Z"."""
    return in_utc(instant).strftime("%Y-%m-%dT%H:%M:%SZ")


def date_words(day: date, language: str = "") -> str:
    """A day of the calendar: "4 Dec 2026", "1er déc. 2026"."""
    words = words_of(language)
    number = "1er" if words is FRENCH and day.day == 1 else str(day.day)
    return f"{number} {words.months[day.month - 1]} {day.year}"


def day_words(instant: datetime, zone: ZoneInfo, language: str = "") -> str:
    """The day in that zone: "Sun 22 Nov 2026"."""
    return _day_words(in_utc(instant).astimezone(zone), language)


def _day_words(local: datetime, language: str) -> str:
    return f"{words_of(language).weekdays[local.weekday()]} {date_words(local.date(), language)}"


def instant_words(instant: datetime, zone: ZoneInfo, language: str = "", utc: bool = False) -> str:
    """An instant in a zone: "Sun 22 Nov 2026, 08:00 Paris", with `utc` followed by "(07:00 UTC)".

    In an hour that a change of summer time makes happen twice the offset is named, as the hour alone
    would mean two instants. The day of UTC is named where it differs.
    """
    world = in_utc(instant)
    local = world.astimezone(zone)
    place = place_words(zone)
    words = words_of(language)
    text = f"{_day_words(local, language)}{words.at}{local.strftime(words.hour_form)} {place}"
    if is_ambiguous(local):
        text += f" ({offset_words(local)})"
    if utc and place != "UTC":
        other_day = f"{_day_words(world, language)}{words.at}" if world.date() != local.date() else ""
        text += f" ({other_day}{world.strftime(words.hour_form)} UTC)"
    return text


def place_words(zone: ZoneInfo) -> str:
    """The city of a zone: "Asia/Ho_Chi_Minh" is "Ho Chi Minh"."""
    key = zone.key
    return "UTC" if key in {"UTC", "Etc/UTC", "GMT", "Etc/GMT"} else key.rpartition("/")[2].replace("_", " ")


def offset_words(local: datetime) -> str:
    """The offset of a local time: "UTC+1", "UTC+5:30", "UTC-3:30", "UTC"."""
    offset = local.utcoffset()
    if not offset:
        return "UTC"
    minutes = int(offset.total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '-'}{hours}" + (f":{rest:02d}" if rest else "")


def zone_words(zone: ZoneInfo, at: datetime) -> str:
    """A zone as pages name it, with its offset at that instant: "Paris (UTC+1)"."""
    place = place_words(zone)
    return place if place == "UTC" else f"{place} ({offset_words(in_utc(at).astimezone(zone))})"


def is_ambiguous(local: datetime) -> bool:
    """Does this hour happen twice, because the clocks are put back in it?"""
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
