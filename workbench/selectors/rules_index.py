"""The index of the rule library: every place, found by words and filters, with counts that say what they count.

What depends on nothing but the rulebook and the day is made once; a search goes through texts kept in memory.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.text import Truncator

from accounts import law_words, place_names
from law import places
from law.explain import jurisdiction_name
from law.rulebook import Rulebook, load_rulebook
from law.rules import Duty, Instrument, Version
from workbench.selectors.rule_words import (
    ADDRESSEES,
    CONFIDENCE,
    INSIDE,
    SHORT_CONFIDENCE,
    bound_words,
    day_words,
    stage_words,
    version_on,
)
from workbench.selectors.rules import (
    UNION,
    authority_of,
    instruments_of,
    levels_of,
    local_authority,
    page_code,
    parts_of,
    status_of,
    weakest,
)

SHOWN = 3
"""Duties that a search names for one place; what lies beyond is counted."""
LONG, SHORT = 200, 90
"""Signs of a summary and of a limit that the index shows."""
NUMBERS = {"hours": "hours", "days": "days, working days or months", "any": "any number", "no": "no number at all"}
STATUSES = {"duties": "has duties", "none": "no general duty", "unresearched": "not researched"}
INSIDE_KEY = "inside"
ACCENTS = re.compile("[\u0300-\u036f]")


@dataclass(frozen=True, slots=True)
class FoundDuty:
    """One duty as the index knows it. `text` is what a search looks through, folded; `changed`: (day, words)."""

    id: str
    title: str
    limit: str
    addressee: str
    units: frozenset[str]
    text: str
    changed: tuple[tuple[date, str], ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """One place. `number`: how many duties there are, in words; `verified`: the oldest day of reading."""

    code: str
    page: str
    name: str
    around: str
    status: str
    summary: str
    number: str
    duties: tuple[FoundDuty, ...]
    regions: frozenset[str]
    level: str | None
    confidence: str
    verified: str
    upcoming: bool
    is_part: bool
    text: str


@dataclass(frozen=True, slots=True)
class Level:
    """One of the four numbers: how many countries have this as their weakest statement, and how many duties."""

    words: str
    meaning: str
    countries: int
    parts: int
    duties: int


@dataclass(frozen=True, slots=True)
class Library:
    """The whole library at a glance."""

    listed: tuple[Listed, ...]
    levels: tuple[Level, ...]
    countries: Counter[str]
    parts: int
    duties: int
    date: date

    @property
    def total(self) -> int:
        """How many countries and territories there are at all."""
        return sum(self.countries.values())


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; an empty field asks for nothing. `since`: changed on that day or after it."""

    words: str = ""
    status: str = ""
    region: str = ""
    confidence: str = ""
    addressee: str = ""
    number: str = ""
    since: date | None = None

    @property
    def narrows(self) -> bool:
        """Is there a filter beside the words?"""
        return any((self.status, self.region, self.confidence, self.addressee, self.number, self.since))

    @property
    def asks(self) -> bool:
        return self.narrows or bool(self.words)

    @property
    def asks_of_duties(self) -> bool:
        """Do the duties themselves have to answer, and not only the place?"""
        return bool(self.addressee or self.number or self.since)


@dataclass(frozen=True, slots=True)
class Hit:
    """A place that was found, with the duties that made it so (none: the place itself did)."""

    place: Listed
    duties: tuple[FoundDuty, ...] = ()
    more: int = 0
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The places found by status, and how many duties (each counted once) did it."""

    with_duties: tuple[Hit, ...]
    none: tuple[Hit, ...]
    unresearched: tuple[Hit, ...]
    duties: int = 0

    @property
    def total(self) -> int:
        return len(self.with_duties) + len(self.none) + len(self.unresearched)


def folded(text: str) -> str:
    """Text as a search compares it: without capitals and accents."""
    small = text.casefold()
    return small if small.isascii() else ACCENTS.sub("", unicodedata.normalize("NFKD", small))


def library(today: date) -> Library:
    """What the library knows, as of a day."""
    return _library(load_rulebook().digest, today)


@lru_cache(maxsize=4)
def _library(digest: str, today: date) -> Library:
    rulebook = load_rulebook()
    known: dict[str, FoundDuty] = {}
    codes = [UNION] if UNION in rulebook.by_jurisdiction else []
    for country in sorted(places.countries(), key=places.name):
        codes += [country, *parts_of(country, rulebook)]
    listed = tuple(_listed(code, today, rulebook, known) for code in codes)
    of_duties: Counter[str] = Counter(version_on(duty, today).rule.confidence for duty in rulebook.duties.values())
    places_by: dict[bool, Counter[str | None]] = {
        part: Counter(one.level for one in listed if one.is_part is part and one.code != UNION)
        for part in (True, False)
    }
    levels = [
        Level(SHORT_CONFIDENCE[name], meaning, places_by[False][name], places_by[True][name], of_duties[name])
        for name, meaning in CONFIDENCE.items()
    ]
    nothing = "Nobody has looked, or the law could not be established. It does not mean that there is no duty."
    levels.append(Level("Not researched", nothing, places_by[False][None], places_by[True][None], 0))
    return Library(
        listed=listed,
        levels=tuple(levels),
        countries=Counter(one.status for one in listed if not one.is_part and one.code != UNION),
        parts=sum(one.is_part for one in listed),
        duties=len(rulebook.duties),
        date=rulebook.date,
    )


def _listed(code: str, today: date, rulebook: Rulebook, known: dict[str, FoundDuty]) -> Listed:
    own, union = instruments_of(code, today, rulebook)
    local = local_authority(code, today, rulebook)
    duties = [duty for instrument in (*own, *union) for duty in instrument.duties]
    nones = [one.file.no_general_duty for one in own if one.file.no_general_duty]
    level = weakest(levels_of(own + union, today))
    read_on = min((one.file.verified_on for one in own + union), default=None)
    place = None if code == UNION else places.place(code)
    names = [
        *law_words.in_every_language(jurisdiction_name(code)),
        code,
        place.iso_name if place else "EEA European Economic Area",
    ]
    authorities = [one for one in rulebook.authorities.values() if one.jurisdiction == code]
    if local and rulebook.authorities[local] not in authorities:
        authorities.append(rulebook.authorities[local])
    text = [*names, *([str(places.same_as(code))] if place and place.same_as else [])]
    text += [f"{one.name} {one.name_native} {one.acronym}" for one in authorities]
    text += [f"{one.file.title} {one.file.title_native} {one.file.citation}" for one in own]
    text += [f"{none.statement} {' '.join(f'{s.text} {s.cite}' for s in none.sector_duties)}" for none in nones]
    return Listed(
        code=code,
        page=page_code(code, rulebook),
        name=jurisdiction_name(code),
        around=places.name(place.parent) if place and place.parent else "",
        status=status_of(own + union),
        summary=_summary(own, union, [none.statement for none in nones]),
        number=_number(sum(len(one.duties) for one in own), sum(len(one.duties) for one in union)),
        duties=tuple(_duty(duty, rulebook, today, known) for duty in duties),
        regions=frozenset(_regions(code)),
        level=level,
        confidence=SHORT_CONFIDENCE[level] if level else "Not researched",
        verified=day_words(read_on) if read_on else "",
        upcoming=any(_is_upcoming(duty, today) for duty in duties) or any(none.upcoming for none in nones),
        is_part=bool(place and place.parent),
        text=folded(" ".join(text)),
    )


def _summary(own: Sequence[Instrument], union: Sequence[Instrument], statements: Sequence[str]) -> str:
    titles = [*(one.file.title for one in own), *(["the law of the European Union"] if union else [])]
    return Truncator(statements[0] if statements else "; ".join(titles)).chars(LONG)


def _number(own: int, union: int) -> str:
    if not union:
        return str(own)
    return f"{own} of its own, {union} of the Union" if own else f"{union} of the Union"


def _regions(code: str) -> Iterable[str]:
    if code == UNION:
        return ("150",)
    return places.country(code).regions


def _is_upcoming(duty: Duty, today: date) -> bool:
    return bool(duty.rule.upcoming) or duty.versions[-1].rule.from_ > today


def _duty(duty: Duty, rulebook: Rulebook, today: date, known: dict[str, FoundDuty]) -> FoundDuty:
    if duty.id in known:
        return known[duty.id]
    version = version_on(duty, today)
    rule, law = duty.rule, version.rule
    stages = [stage_words(stage, rule.kind) for stage in version.stages]
    authority = authority_of(duty, None, rulebook)
    text = [
        *law_words.in_every_language(rule.title),
        rule.id,
        rule.cite,
        law.cite,
        law.trigger_text,
        bound_words(duty),
        rule.kind,
    ]
    text += [f"{one.limit} {one.law_words} {one.cite} {' '.join(f'{a} {b}' for a, b in one.beside)}" for one in stages]
    text += [f"{one.text} {one.cite}" for one in law.unless]
    text += [f"{one.text} {one.cite}" for one in (law.content if law.content is not None else rule.content)]
    text += [ADDRESSEES.get(rule.addressee or "", INSIDE), duty.instrument.file.title, duty.instrument.file.citation]
    text += [f"{authority.name} {authority.name_native} {authority.acronym}"] if authority else []
    made = FoundDuty(
        id=duty.id,
        title=rule.title,
        limit=Truncator("; ".join(dict.fromkeys(one.limit for one in stages))).chars(SHORT),
        addressee=rule.addressee or INSIDE_KEY,
        units=_units(version),
        text=folded(" ".join(text)),
        changed=tuple(sorted(_changes(duty))),
    )
    known[duty.id] = made
    return made


def _units(version: Version) -> frozenset[str]:
    """The units of its limits, outer limits and yardsticks: "hours" and "days" (everything longer)."""
    periods = [one for stage in version.stages for one in (stage.limit, stage.guideline, stage.outer) if one]
    return frozenset("hours" if one.unit == "hours" else "days" for one in periods)


def _changes(duty: Duty) -> Iterator[tuple[date, str]]:
    """The days on which its law began, changed or ended, and on which a reading was put right."""
    for number, version in enumerate(duty.versions):
        law = version.rule
        word = "changed" if number else "begins"
        yield law.from_, f"{duty.rule.title}: law {word} on {day_words(law.from_)}"
        last = number == len(duty.versions) - 1
        if law.to and last:
            yield law.to, f"{duty.rule.title}: last day in force {day_words(law.to)}"
        for one in law.correction:
            yield one.on, f"{duty.rule.title}: our reading was put right on {day_words(one.on)}"


# -- looking for --------------------------------------------------------------------------------------


def search(wanted: Wanted, today: date) -> Found:
    """The places that answer every wish, in the order of the library. Duties answer all wishes about duties at once.

    Words that are the code of a place ("IN", "us-ca") mean that place, and not every text with these letters.
    """
    hits: dict[str, list[Hit]] = {status: [] for status in STATUSES}
    counted: set[str] = set()
    words = tuple(folded(wanted.words).split())
    listed = library(today).listed
    code = wanted.words.strip().upper()
    if any(code in (place.code, place.page) for place in listed):
        listed, words = tuple(place for place in listed if code in (place.code, place.page)), ()
    for place in listed:
        if not _fits(place, wanted):
            continue
        answered = _hit(place, wanted, words)
        if answered is None:
            continue
        named, hit = answered
        counted.update(named)
        hits[place.status].append(hit)
    return Found(tuple(hits["duties"]), tuple(hits["none"]), tuple(hits["unresearched"]), len(counted))


def _fits(place: Listed, wanted: Wanted) -> bool:
    if wanted.status and place.status != wanted.status:
        return False
    if wanted.region and wanted.region not in place.regions:
        return False
    return not wanted.confidence or place.level == wanted.confidence


def _hit(place: Listed, wanted: Wanted, words: tuple[str, ...]) -> tuple[Iterable[str], Hit] | None:
    """The place as found, with the ids of the duties that answer; None where it does not answer."""
    left = tuple(word for word in words if word not in place.text)
    by_itself = not left and not wanted.asks_of_duties
    duties = [one for one in place.duties if _answers(one, wanted, left)]
    if by_itself:
        return (one.id for one in duties), Hit(place)
    if not duties:
        return None
    changes = tuple(words for one in duties for day, words in one.changed if wanted.since and day >= wanted.since)
    ids = [one.id for one in duties]
    return ids, Hit(place, tuple(duties[:SHOWN]), max(0, len(duties) - SHOWN), changes[:SHOWN])


def _answers(duty: FoundDuty, wanted: Wanted, words: tuple[str, ...]) -> bool:
    if wanted.addressee and duty.addressee != wanted.addressee:
        return False
    if wanted.number and not _numbered(duty.units, wanted.number):
        return False
    if wanted.since and not any(day >= wanted.since for day, _ in duty.changed):
        return False
    return all(word in duty.text for word in words)


def _numbered(units: frozenset[str], number: str) -> bool:
    if number == "no":
        return not units
    return bool(units) if number == "any" else number in units


def regions_offered() -> tuple[tuple[str, str], ...]:
    """The regions of the filter: continents with their parts, by UN M49."""
    found: list[tuple[str, str]] = []
    for continent in ("002", "019", "142", "150", "009"):
        found.append((continent, place_names.region_name(continent)))
        inner = {code for country in places.members(continent) for code in places.place(country).regions}
        found += sorted(
            ((code, f"– {place_names.region_name(code)}") for code in inner - {continent}),
            key=lambda one: place_names.sorting(one[1]),
        )
    return tuple(found)
