"""Where the affected people are: the groups of a facts document as seen from one place.

A group stands where its row says. It may stand in a part of that place (its state is not recorded) or
somewhere in a region; then it is only possibly there, and `via` says by which row.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from law import places
from law.facts.model import AffectedGroup, BreachFacts
from law.facts.values import UNKNOWN_COUNT, ExactCount, bounds
from law.kleene import Value

Interval = tuple[int, int | None]
WORLD = "world"
UNION = ("EU", "EEA")
NOBODY: list["Row"] = []
CONFIRMED: dict[str, Value] = {"confirmed": True, "ruled_out": False}
POSSIBLE: dict[str, Value] = {"confirmed": True, "suspected": True, "ruled_out": False}


class Row(NamedTuple):
    """A group of people as seen from one place.

    `presence`: are they there - confirmed, suspected, ruled_out or unknown; `via`: the region or country
    row by which they are only possibly there; `inside`: they stand in a part of the place, so that the
    row says nothing about the rest of it; `number`: how many they are, those at risk being among them.
    """

    group: AffectedGroup
    presence: str
    present: Value  # on the confirmed reading
    via: str | None
    inside: bool
    number: Interval

    def reads(self, possible: bool) -> Value:
        """Are they there, as the rule reads it: "possible" takes a suspicion for enough."""
        return POSSIBLE.get(self.presence) if possible else self.present

    @property
    def alone(self) -> bool:
        """Are they there for certain, and does the row speak for the whole place?"""
        return self.present is True and self.via is None and not self.inside

    def maybe(self, otherwise: str, via: str) -> "Row":
        """The same people as seen from a place where they may be; nobody is nowhere."""
        if self.presence == "ruled_out":
            return self._replace(via=via)
        return self._replace(presence=otherwise, present=CONFIRMED.get(otherwise), via=via)


@lru_cache(maxsize=4096)
def containing(code: str, day: date) -> frozenset[str]:
    """Every place in which `code` lies, itself included: US-PR lies in PR and the US, Réunion in France."""
    found = set(_upwards(code))
    if (home := places.eea_state(code, day)) is not None:
        found.add(home)
    return frozenset(found)


@lru_cache(maxsize=4096)
def _upwards(code: str) -> tuple[str, ...]:
    """The place, its other code, and what it is a part of; the nearest first."""
    found: dict[str, None] = {}
    todo = [code]
    while todo:
        here = todo.pop(0)
        if here not in found:
            found[here] = None
            todo += [other for other in (places.same_as(here), places.parent(here)) if other]
    return tuple(found)


def upwards(code: str) -> tuple[str, ...]:
    """The place and what it is a part of, the nearest first; "EU" stands for itself."""
    return _upwards(code) if places.is_place(code) else (code,)


def within(code: str, place: str, day: date) -> Value:
    """Does what is recorded of `code` hold for `place`? Unknown where `code` names only the larger place."""
    if place == WORLD:
        return True
    if place in UNION:
        return places.eea_state(code, day) is not None
    if place in containing(code, day):
        return True
    return None if code in _upwards(place) else False


def concerns(code: str | None, place: str, day: date) -> bool:
    """Is an act recorded for `code` an act in `place`? Without a code it concerns every place."""
    if code is None or code == place:
        return True
    if place in UNION:
        return places.eea_state(code, day) is not None
    return places.same_as(code) == place


class Whereabouts:
    """The affected groups of a case by place; asked for many places."""

    def __init__(self, facts: BreachFacts, day: date) -> None:
        self.facts, self.day = facts, day
        self.everywhere = tuple(map(as_recorded, facts.affected))
        self._inside: dict[str, list[Row]] = {}
        self._exactly: dict[str, list[Row]] = {}
        self._somewhere: list[Row] = []
        for row in self.everywhere:
            group = row.group
            code = group.subdivision or group.country
            if group.region is not None:
                self._somewhere.append(row)
            elif code is not None and code != "unknown":
                self._exactly.setdefault(code, []).append(row)
                for place in containing(code, day):
                    self._inside.setdefault(place, []).append(row)

    def rows(self, place: str) -> tuple[Row, ...]:
        """The groups that are, or may be, in `place`: a code, "EU"/"EEA" or "world"."""
        if place == WORLD:
            return self.everywhere
        if place in UNION:
            return tuple(self._in_the_union())
        here = self._exactly.get(place)
        if here is not None and len(here) == len(self._inside[place]):
            above = _upwards(place)
            if len(above) == 1 or self._exactly.keys().isdisjoint(above[1:]):
                return tuple(here)  # nobody is recorded for a part of it, nor for what it is a part of
        return tuple(self._in_a_place(place))

    def _in_a_place(self, place: str) -> list[Row]:
        above = _upwards(place)
        exactly = self._exactly
        inside = self._inside.get(place, NOBODY)
        here = exactly.get(place, NOBODY)
        found = [*here]
        if len(inside) > len(here):
            at_large = {id(row) for code in above for row in exactly.get(code, ())}
            found = [row if id(row) in at_large else row._replace(inside=True) for row in inside]
        for code in above[1:]:
            if wider := exactly.get(code):
                # Somewhere in the country: whether in this part of it is one open question.
                there = {id(row) for row in inside}
                found += [row.maybe("unknown", f"country {code}") for row in wider if id(row) not in there]
        if found or not self._somewhere:  # a row of its own wins over every region
            return found
        countries = [code for code in above if places.parent(code) is None]
        return [
            row.maybe("suspected", f"region {row.group.region}")
            for row in self._somewhere
            if any(_in_region(code, str(row.group.region)) for code in countries)
        ]

    def _in_the_union(self) -> Iterator[Row]:
        members = places.eea_members(self.day)
        for row in self.everywhere:
            group = row.group
            if group.country is not None and group.country != "unknown":
                if places.eea_state(group.country, self.day) in members:
                    yield row
            elif group.country == "unknown":
                yield row.maybe("unknown", "country unknown")
            elif not members.isdisjoint(places.members(str(group.region))):
                yield row.maybe("suspected", f"region {group.region}")


def as_recorded(group: AffectedGroup) -> Row:
    """A group as seen from the whole world: no people are nowhere."""
    number = numbers_of(group)
    presence = "ruled_out" if number[1] == 0 else group.presence
    return Row(group, presence, CONFIRMED.get(presence), None, False, number)


@lru_cache(maxsize=8192)
def _in_region(code: str, region: str) -> bool:
    return code in places.members(region)


def numbers_of(group: AffectedGroup) -> Interval:
    """How many people a group is: the lowest and the highest number. Those at risk are among them."""
    count = group.count
    low, high = (count.n, count.n) if type(count) is ExactCount else bounds(count)
    if group.at_risk_count is not UNKNOWN_COUNT:
        low = max(low, bounds(group.at_risk_count)[0])
    return low, high


def least_together(numbers: dict[str, int], groups: Sequence[AffectedGroup]) -> int:
    """The least number of people in these groups, of which some may be the same people.

    Groups that overlap, directly or through others, hold at least as many as the largest of them.
    """
    if len(numbers) < 2 or not any(group.overlaps for group in groups):
        return sum(numbers.values())
    leader = {name: name for name in numbers}

    def find(name: str) -> str:
        while leader[name] != name:
            name = leader[name]
        return name

    for group in groups:
        for other in group.overlaps:
            if group.id in leader and other in leader:
                leader[find(group.id)] = find(other)
    largest: dict[str, int] = {}
    for name, number in numbers.items():
        head = find(name)
        largest[head] = max(largest.get(head, 0), number)
    return sum(largest.values())
