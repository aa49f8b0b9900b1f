"""The law of one place as a page: its duties by whom they address, its authorities, sources, notes and neighbours.

Reads no database. What depends on nothing but the rulebook and the day is made once (`lru_cache` by its digest).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from law import places
from law.explain import jurisdiction_name
from law.rulebook import Rulebook, load_rulebook
from law.rules import Duty, Instrument
from law.schema import Authority, AuthorityRule, NoGeneralDuty, Source
from law.searched import Search, search_of
from workbench.selectors.rule_words import (
    ADDRESSEES,
    CONFIDENCE,
    INSIDE,
    SHORT_CONFIDENCE,
    DutyWords,
    duty_words,
    version_on,
)

UNION = "EU"
KINDS = {"country": "", "subdivision": "Part of", "free_zone": "Free zone in"}


@dataclass(frozen=True, slots=True)
class Near:
    """A place that a page leads to: the country around, a part, the Union. `words`: what the library has there."""

    code: str
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class NoneWords:
    """The statement that there is no general duty, with what was searched for it."""

    instrument: Instrument
    none: NoGeneralDuty
    confidence: str
    short_confidence: str
    searched: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The duties that address one and the same: `heading` "To the people affected"."""

    heading: str
    duties: tuple[DutyWords, ...]


@dataclass(frozen=True, slots=True)
class PlacePage:
    """One place. `instruments` are its own, `union` those of the European Union where they hold there.

    `status` is duties, none or unresearched; `shares`: how many duties stand on which confidence.
    """

    code: str
    name: str
    status: str
    kind: str
    up: tuple[Near, ...]
    parts: tuple[Near, ...]
    instruments: tuple[Instrument, ...]
    union: tuple[Instrument, ...]
    groups: tuple[Group, ...]
    nones: tuple[NoneWords, ...]
    authorities: tuple[tuple[str, Authority], ...]
    shares: tuple[tuple[str, int], ...]
    verified_on: date | None
    date: date
    search: Search | None = None

    @property
    def duties(self) -> tuple[DutyWords, ...]:
        return tuple(duty for group in self.groups for duty in group.duties)

    @property
    def all_instruments(self) -> tuple[Instrument, ...]:
        return self.instruments + self.union


def law_of(duty: str) -> str | None:
    """The jurisdiction whose law a duty is; None for one that the library in use does not have."""
    found = load_rulebook().duties.get(duty)
    return found.instrument.file.jurisdiction if found else None


def is_known(code: str) -> bool:
    """Is there a page for this code: a place, or the Union?"""
    return code == UNION or places.is_place(code)


def page_code(code: str, rulebook: Rulebook) -> str:
    """The code under which the library keeps a place: PR has its law under US-PR."""
    if code != UNION and code not in rulebook.by_jurisdiction:
        other = places.same_as(code)
        if other in rulebook.by_jurisdiction:
            return str(other)
    return code


def page_of(code: str, day: date) -> PlacePage:
    """The page of a place as the law stands on a day. PlaceError for a code that names none."""
    rulebook = load_rulebook()
    return _page(rulebook.digest, page_code(code, rulebook), day)


@lru_cache(maxsize=512)
def _page(digest: str, code: str, day: date) -> PlacePage:
    rulebook = load_rulebook()
    own, union = instruments_of(code, day, rulebook)
    local = local_authority(code, day, rulebook)
    state = union_state(code, day)
    duties = [
        _in_words(duty, day, rulebook, local, state) for instrument in (*own, *union) for duty in instrument.duties
    ]
    nones = tuple(
        _none(instrument, instrument.file.no_general_duty) for instrument in own if instrument.file.no_general_duty
    )
    return PlacePage(
        code=code,
        name=jurisdiction_name(code),
        status=status_of(own + union),
        kind=_kind(code),
        up=_up(code, day, rulebook),
        parts=tuple(near(part, day, rulebook) for part in parts_of(code, rulebook)),
        instruments=own,
        union=union,
        groups=_groups(duties),
        nones=nones,
        authorities=_authorities(code, day, rulebook, duties),
        shares=_shares([one.version.rule.confidence for one in duties]),
        verified_on=min((one.file.verified_on for one in own + union), default=None),
        date=rulebook.date,
        search=None if own + union else search_of(code),
    )  # fmt: skip


def instruments_of(code: str, day: date, rulebook: Rulebook) -> tuple[tuple[Instrument, ...], tuple[Instrument, ...]]:
    """The instruments of a place itself, and those of the Union where they hold there on that day."""
    own = rulebook.by_jurisdiction.get(page_code(code, rulebook), ())
    if code == UNION:
        return _general_first(own), ()
    holds = places.eea_state(code, day) is not None
    return _general_first(own), _general_first(rulebook.by_jurisdiction.get(UNION, ())) if holds else ()


def _general_first(instruments: Sequence[Instrument]) -> tuple[Instrument, ...]:
    """Laws for everybody before those that a regime of the organisation switches on."""
    return tuple(sorted(instruments, key=lambda one: bool(one.duties) and all(map(for_a_sector, one.duties))))


def for_a_sector(duty: Duty) -> bool:
    """Does a regime of the organisation switch this duty on, wherever its condition says so?"""
    file = duty.instrument.file
    seen: set[str] = set()

    def reads(raw: object) -> bool:
        if isinstance(raw, str):
            if raw.startswith("regime("):
                return True
            if raw in file.let and raw not in seen:
                seen.add(raw)
                return reads(file.let[raw])
            return False
        if isinstance(raw, dict):
            return any(reads(part) for key, part in raw.items() if key != "not")
        return isinstance(raw, list) and any(reads(part) for part in raw)

    return reads(duty.versions[-1].rule.when)


def status_of(instruments: Iterable[Instrument]) -> str:
    """duties, none (researched, no general duty) or unresearched."""
    held = list(instruments)
    if any(one.duties for one in held):
        return "duties"
    return "none" if held else "unresearched"


STATUS = {
    "none": "no general duty",
    "unresearched": "not researched",
}


def near(code: str, day: date, rulebook: Rulebook) -> Near:
    """A place to go to, with what the library has there."""
    own, union = instruments_of(code, day, rulebook)
    status = status_of(own + union)
    number = sum(len(one.duties) for one in own) or sum(len(one.duties) for one in union)
    words = STATUS.get(status) or f"{number} {'duty' if number == 1 else 'duties'}"
    return Near(code, jurisdiction_name(code), words)


def parts_of(code: str, rulebook: Rulebook) -> tuple[str, ...]:
    """States, provinces and free zones of a country that have law of their own in the library, by name."""
    if code == UNION:
        return ()
    held = [part for part in places.subdivisions(code) if part in rulebook.by_jurisdiction]
    return tuple(sorted(held, key=places.name))


def _up(code: str, day: date, rulebook: Rulebook) -> tuple[Near, ...]:
    if code == UNION:
        return ()
    found = []
    if parent := places.parent(code):
        found.append(near(parent, day, rulebook))
    if places.eea_state(code, day) and UNION in rulebook.by_jurisdiction:
        found.append(near(UNION, day, rulebook))
    return tuple(found)


def _kind(code: str) -> str:
    if code == UNION:
        return "The law of the European Economic Area"
    place = places.place(code)
    if place.parent:
        return f"{KINDS[place.kind]} {places.name(place.parent)}"
    return places.region_name(place.regions[-1]) if place.regions else ""


def local_authority(code: str, day: date, rulebook: Rulebook) -> str | None:
    """The id of the data protection authority of a place; of a territory of a state, that of the state."""
    if code == UNION:
        return None
    return rulebook.authority_of(code) or rulebook.authority_of(places.eea_state(code, day) or "")


def union_state(code: str, day: date) -> str | None:
    """The state whose law adds to the Union's in a place; None of the Union as a whole and outside it."""
    return None if code == UNION else places.eea_state(code, day)


def authority_of(duty: Duty, local: str | None, rulebook: Rulebook) -> Authority | None:
    """To whom a duty goes: the authority it names, or in the Union that of the place."""
    named = local if isinstance(duty.rule.authority, AuthorityRule) else duty.rule.authority
    return rulebook.authorities.get(named) if named else None


def _in_words(duty: Duty, day: date, rulebook: Rulebook, local: str | None, state: str | None) -> DutyWords:
    def title_of(name: str) -> str:
        return rulebook.duties[name].rule.title if name in rulebook.duties else name

    return duty_words(duty, day, authority_of(duty, local, rulebook), title_of, state)


def _groups(duties: Sequence[DutyWords]) -> tuple[Group, ...]:
    found: dict[str, list[DutyWords]] = {name: [] for name in (*ADDRESSEES, "")}
    for duty in duties:
        found[duty.duty.rule.addressee or ""].append(duty)
    return tuple(
        Group(f"To {ADDRESSEES[name]}" if name else f"To {INSIDE}", tuple(held)) for name, held in found.items() if held
    )


def _none(instrument: Instrument, none: NoGeneralDuty) -> NoneWords:
    return NoneWords(
        instrument=instrument,
        none=none,
        confidence=CONFIDENCE[none.confidence],
        short_confidence=SHORT_CONFIDENCE[none.confidence],
        searched=tuple(instrument.file.source),
    )


def _shares(found: Sequence[str]) -> tuple[tuple[str, int], ...]:
    return tuple((words, found.count(level)) for level, words in SHORT_CONFIDENCE.items() if level in found)


def _authorities(
    code: str, day: date, rulebook: Rulebook, duties: Sequence[DutyWords]
) -> tuple[tuple[str, Authority], ...]:
    """The authorities of the place and of its parts, and those that its duties name; for the Union, of its states."""
    named = {id(one.authority): one.authority for one in duties if one.authority}
    members = places.eea_members(day) if code == UNION else frozenset()
    for one in rulebook.authorities.values():
        if (
            one.jurisdiction == code
            or one.jurisdiction[:2] in members
            or (one.jurisdiction.startswith(f"{code}-") and one.jurisdiction not in rulebook.by_jurisdiction)
        ):
            named[id(one)] = one
    held = [(place_words(one.jurisdiction), one) for one in named.values()]
    return tuple(sorted(held, key=lambda pair: (pair[0], pair[1].name)))


def place_words(code: str) -> str:
    """A place by its name; what is none (a bank's own district) as it is written."""
    return jurisdiction_name(code) if is_known(code) else code


def weakest(found: Iterable[str]) -> str | None:
    """The weakest of some levels of confidence; None of none."""
    order = list(CONFIDENCE)
    return max(found, key=order.index, default=None)


def levels_of(instruments: Iterable[Instrument], day: date) -> list[str]:
    """The confidence of every statement: of each duty its version on that day, and of "no general duty"."""
    found: list[str] = []
    for instrument in instruments:
        found += [version_on(duty, day).rule.confidence for duty in instrument.duties]
        if none := instrument.file.no_general_duty:
            found.append(none.confidence)
    return found
