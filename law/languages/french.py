"""How French writes numbers, days and sentences that were put together."""

import re

NARROW = "\u202f"
"""Sets thousands apart."""
FIXED = "\u00a0"
"""Stands before : ; ? ! and inside of guillemets; no line breaks there."""

WEEKDAYS = {
    "Mon": "lun.", "Tue": "mar.", "Wed": "mer.", "Thu": "jeu.", "Fri": "ven.", "Sat": "sam.", "Sun": "dim.",
}  # fmt: skip
LONG_WEEKDAYS = {
    "Monday": "lundi", "Tuesday": "mardi", "Wednesday": "mercredi", "Thursday": "jeudi", "Friday": "vendredi",
    "Saturday": "samedi", "Sunday": "dimanche",
}  # fmt: skip
MONTHS = {
    "Jan": "janv.", "Feb": "févr.", "Mar": "mars", "Apr": "avr.", "May": "mai", "Jun": "juin", "Jul": "juil.",
    "Aug": "août", "Sep": "sept.", "Oct": "oct.", "Nov": "nov.", "Dec": "déc.",
}  # fmt: skip
UNITS = {
    "hour": ("heure", "heures"), "day": ("jour", "jours"), "working day": ("jour ouvrable", "jours ouvrables"),
    "month": ("mois", "mois"),
}  # fmt: skip
DAY = re.compile(rf"(?:({'|'.join(WEEKDAYS)}) )?(\d\d) ({'|'.join(MONTHS)})(?: (\d{{4}}))?")
SHORT_DAY = re.compile(rf"(\d\d?) ({'|'.join(MONTHS)}) (\d{{4}})")
INSTANT = re.compile(r"(.+), (\d\d):(\d\d) (\S+) \((?:(\w{3} \d\d \w{3}) )?(\d\d):(\d\d) UTC\)")
ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::\d\d)?(?:Z|\+00:00))?")
LENGTH = re.compile(r"(\d+) (hour|day|working day|month)s?")
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
ELIDED = re.compile(r"\b([Qq]u)e (?=(?:ils?|elles?|on|une?|aucune?|informer)\b)")
OF_A_VOWEL = re.compile(r"\bau lieu de (?=[aeiouéèêâî])(?!oui)", re.IGNORECASE)
TWO_STOPS = re.compile(r"(?<!\.)\.\.(?!\.)")
IF_HE = re.compile(r"\b([Ss])i (?=ils?\b)")


def set_in_type(text: str) -> str:
    """Text written with plain spaces and apostrophes as the French print it."""
    text = re.sub(r"(?<=\w)'(?=\w)", "’", text)
    return re.sub(r" (?=[:;?!»])", FIXED, text).replace("« ", f"«{FIXED}")


def elided(text: str) -> str:
    """What putting clauses together leaves: "que il" is "qu’il", "si il" is "s’il"; an abbreviation ends a sentence."""
    text = IF_HE.sub(r"\1’", ELIDED.sub(r"\1’", text))
    return TWO_STOPS.sub(".", OF_A_VOWEL.sub("au lieu d’", text))


def quoted(words: str) -> str:
    """Words of another language inside of a French sentence."""
    return f"«{FIXED}{words}{FIXED}»"


def number(text: str) -> str | None:
    """Words: "1,000" is "1 000", "2.25" is "2,25"."""
    if not NUMBER.fullmatch(text):
        return None
    return text.replace(",", NARROW).replace(".", ",")


def length(text: str) -> str | None:
    """Words: "72 hours" is "72 heures"."""
    if not (match := LENGTH.fullmatch(text)):
        return None
    return f"{match[1]}{FIXED}{UNITS[match[2]][int(match[1]) > 1]}"


def day(text: str) -> str | None:
    """Words: "Mon 29 May 2023" is "lun. 29 mai 2023"; the first is "1er"."""
    if not (match := DAY.fullmatch(text)):
        return None
    weekday, number_, month, year = match.groups()
    words = [WEEKDAYS[weekday]] if weekday else []
    words += [_ordinal(int(number_)), MONTHS[month], *([year] if year else [])]
    return " ".join(words)


def short_day(text: str) -> str | None:
    """Words: "25 May 2018" is "25 mai 2018"."""
    if not (match := SHORT_DAY.fullmatch(text)):
        return None
    return f"{_ordinal(int(match[1]))} {MONTHS[match[2]]} {match[3]}"


def instant(text: str) -> str | None:
    """Words: "Mon 29 May 2023, 10:20 Asia/Tokyo (01:20 UTC)" is "lun. 29 mai 2023 à 10 h 20 Asia/Tokyo (…)"."""
    if not (match := INSTANT.fullmatch(text)):
        return None
    there, hour, minute, zone, other_day, utc_hour, utc_minute = match.groups()
    local = day(there)
    if local is None:
        return None
    other = f"{day(other_day)} à " if other_day else ""
    return f"{local} à {_clock(hour, minute)} {zone} ({other}{_clock(utc_hour, utc_minute)} UTC)"


def iso(text: str) -> str | None:
    """Words: "2026-11-22" is "22 nov. 2026"; an instant in UTC keeps its time."""
    if not (match := ISO.fullmatch(text)):
        return None
    year, month, number_, hour, minute = match.groups()
    words = f"{_ordinal(int(number_))} {list(MONTHS.values())[int(month) - 1]} {year}"
    return f"{words} à {_clock(hour, minute)} UTC" if hour else words


def _ordinal(n: int) -> str:
    return "1er" if n == 1 else str(n)


def _clock(hour: str, minute: str) -> str:
    return f"{int(hour)}{FIXED}h{FIXED}{minute}"
