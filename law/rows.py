"""Where the affected people are: the groups of a facts document as seen from one place.

A group stands where its row says. It may stand in a part of that place (its state is not recorded) or
somewhere in a region; then it is only possibly there, and `via` says by which row.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from law import places
from law.facts.model import AffectedGroup, BreachFacts
from law.facts.values import bounds
from law.kleene import Value

WORLD = "world"
UNION = ("EU", "EEA")
CONFIRMED: dict[str, Value] = {"confirmed": True, "ruled_out": False}
POSSIBLE: dict[str, Value] = {"confirmed": True, "suspected": True, "ruled_out": False}


@dataclass(frozen=True, slots=True)
class Row:
    """A group of people as seen from one place.

    `presence`: are they there - confirmed, suspected, ruled_out or unknown; `via`: the region or country
    row by which they are only possibly there; `inside`: they stand in a part of the place, so that the
    row says nothing about the rest of it; `number`: how many they are, those at risk being among them.
    """

    group: AffectedGroup
    presence: str
    via: str | None = None
    inside: bool = False
    number: tuple[int, int | None] = (0, None)

    @property
    def present(self) -> Value:
        """Are they there, on the confirmed reading?"""
        return CONFIRMED.get(self.presence)

    def reads(self, possible: bool) -> Value:
        """Are they there, as the rule reads it: "possible" takes a suspicion for enough."""
        return (POSSIBLE if possible else CONFIRMED).get(self.presence)


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
        self._numbers = {group.id: numbers_of(group) for group in facts.affected}
        self._inside: dict[str, list[AffectedGroup]] = {}
        self._exactly: dict[str, list[AffectedGroup]] = {}
        self._somewhere: list[AffectedGroup] = []
        for group in facts.affected:
            code = group.subdivision or group.country
            if group.region is not None:
                self._somewhere.append(group)
            elif code is not None and code != "unknown":
                self._exactly.setdefault(code, []).append(group)
                for place in containing(code, day):
                    self._inside.setdefault(place, []).append(group)

    def rows(self, place: str) -> Iterator[Row]:
        """The groups that are, or may be, in `place`: a code, "EU"/"EEA" or "world"."""
        if place == WORLD:
            for group in self.facts.affected:
                yield self._row(group, self._presence(group))
        elif place in UNION:
            yield from self._in_the_union()
        else:
            yield from self._in_a_place(place)

    def _row(self, group: AffectedGroup, presence: str, via: str | None = None, inside: bool = False) -> Row:
        return Row(group, presence, via, inside, self._numbers[group.id])

    def _presence(self, group: AffectedGroup) -> str:
        return "ruled_out" if self._numbers[group.id][1] == 0 else group.presence

    def _maybe(self, group: AffectedGroup, otherwise: str) -> str:
        return "ruled_out" if self._presence(group) == "ruled_out" else otherwise

    def _in_a_place(self, place: str) -> Iterator[Row]:
        above = _upwards(place)
        own = False
        for group in self._inside.get(place, ()):
            own = True
            yield self._row(group, self._presence(group), inside=(group.subdivision or group.country) not in above)
        for code in above[1:]:
            for group in self._exactly.get(code, ()):
                if not any(group is one for one in self._inside.get(place, ())):
                    # Somewhere in the country: whether in this part of it is one open question.
                    own = True
                    yield self._row(group, self._maybe(group, "unknown"), f"country {code}")
        if own or not self._somewhere:  # a row of its own wins over every region
            return
        countries = [code for code in above if places.parent(code) is None]
        for group in self._somewhere:
            if any(_in_region(code, str(group.region)) for code in countries):
                yield self._row(group, self._maybe(group, "suspected"), f"region {group.region}")

    def _in_the_union(self) -> Iterator[Row]:
        members = places.eea_members(self.day)
        for group in self.facts.affected:
            if group.country not in (None, "unknown"):
                if places.eea_state(str(group.country), self.day) in members:
                    yield self._row(group, self._presence(group))
            elif group.country == "unknown":
                yield self._row(group, self._maybe(group, "unknown"), "country unknown")
            elif not members.isdisjoint(places.members(str(group.region))):
                yield self._row(group, self._maybe(group, "suspected"), f"region {group.region}")


@lru_cache(maxsize=8192)
def _in_region(code: str, region: str) -> bool:
    return code in places.members(region)


def numbers_of(group: AffectedGroup) -> tuple[int, int | None]:
    """How many people a group is: the lowest and the highest number. Those at risk are among them."""
    low, high = bounds(group.count)
    return max(low, bounds(group.at_risk_count)[0]), high


def least_together(numbers: dict[str, int], rows: tuple[Row, ...]) -> int:
    """The least number of people in these groups, of which some may be the same people.

    Groups that overlap, directly or through others, hold at least as many as the largest of them.
    """
    if len(numbers) < 2 or not any(row.group.overlaps for row in rows):
        return sum(numbers.values())
    leader = {name: name for name in numbers}

    def find(name: str) -> str:
        while leader[name] != name:
            name = leader[name]
        return name

    for row in rows:
        for other in row.group.overlaps:
            if row.group.id in leader and other in leader:
                leader[find(row.group.id)] = find(other)
    largest: dict[str, int] = {}
    for name, number in numbers.items():
        head = find(name)
        largest[head] = max(largest.get(head, 0), number)
    return sum(largest.values())
