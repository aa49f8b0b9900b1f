"""Two places side by side, or one place on two days: each duty cell by cell, with what differs said in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from accounts.translating import translated
from law.explain import jurisdiction_name
from law.rulebook import Rulebook, load_rulebook
from law.rules import Duty, Version
from workbench import clocks
from workbench.selectors.rule_words import ADDRESSEES, CELLS, INSIDE, KINDS, SHORT_CONFIDENCE, cells, day_words
from workbench.selectors.rules import (
    authority_of,
    for_a_sector,
    instruments_of,
    local_authority,
    place_words,
    status_of,
    union_state,
)

NOT_COMPARED = ("Provision", "How it was read")
"""Cells that are shown for reading: that two laws have other section numbers is no difference of law."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: a place as the law stood on a day."""

    code: str
    day: date
    name: str
    status: str
    duties: int

    @property
    def words(self) -> str:
        return f"{translated(self.name)}, {clocks.date_words(self.day)}"


@dataclass(frozen=True, slots=True)
class Cell:
    """One row of the table. `verdict`: "same", "differs", or empty where it is not compared."""

    label: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    verdict: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two duties that ask the same kind of act of the same addressee; None where only one side has it."""

    left: Duty | None
    right: Duty | None
    cells: tuple[Cell, ...]

    @property
    def title(self) -> str:
        titles = dict.fromkeys(one.rule.title for one in (self.left, self.right) if one)
        return " / ".join(titles)

    @property
    def differing(self) -> tuple[str, ...]:
        """The labels of what differs."""
        return tuple(one.label for one in self.cells if one.verdict == "differs")

    @property
    def both(self) -> bool:
        return self.left is not None and self.right is not None


@dataclass(frozen=True, slots=True)
class Comparison:
    left: Side
    right: Side
    groups: tuple[tuple[str, tuple[Pair, ...]], ...]

    @property
    def pairs(self) -> list[Pair]:
        return [pair for _, pairs in self.groups for pair in pairs]

    @property
    def same(self) -> int:
        return sum(pair.both and not pair.differing for pair in self.pairs)

    @property
    def differ(self) -> int:
        return sum(pair.both and bool(pair.differing) for pair in self.pairs)

    @property
    def only_left(self) -> int:
        return sum(pair.right is None for pair in self.pairs)

    @property
    def only_right(self) -> int:
        return sum(pair.left is None for pair in self.pairs)


Held = list[tuple[Duty, Version]]


def compare(first: tuple[str, date], second: tuple[str, date]) -> Comparison:
    """Compares the law in force in two places, each on its day. Law announced for later is left out."""
    rulebook = load_rulebook()
    left, right = _in_force(*first, rulebook), _in_force(*second, rulebook)
    groups: list[tuple[str, tuple[Pair, ...]]] = []
    for addressee in (*ADDRESSEES, ""):
        pairs = tuple(
            _pair(one, other, first, second, rulebook)
            for one, other in _matched(
                [one for one in left if (one[0].rule.addressee or "") == addressee],
                [one for one in right if (one[0].rule.addressee or "") == addressee],
                same_place=first[0] == second[0],
            )
        )
        if pairs:
            groups.append((f"To {ADDRESSEES.get(addressee, INSIDE)}", pairs))
    return Comparison(_side(*first, left, rulebook), _side(*second, right, rulebook), tuple(groups))


def _side(code: str, day: date, duties: Held, rulebook: Rulebook) -> Side:
    own, union = instruments_of(code, day, rulebook)
    return Side(code, day, jurisdiction_name(code), status_of(own + union), len(duties))


def _in_force(code: str, day: date, rulebook: Rulebook) -> Held:
    own, union = instruments_of(code, day, rulebook)
    found: Held = []
    for instrument in (*own, *union):
        for duty in instrument.duties:
            if versions := duty.versions_between(day, day):
                found.append((duty, versions[-1]))
    return found


def _matched(
    left: Held, right: Held, *, same_place: bool
) -> Iterator[tuple[tuple[Duty, Version] | None, tuple[Duty, Version] | None]]:
    """The duties of both sides in pairs: the same duty with itself; else, in order, those of the same kind of act."""
    by_id = {duty.id: (duty, version) for duty, version in right}
    for one in left:
        if one[0].id in by_id:
            yield one, by_id.pop(one[0].id)
    rest = [one for one in left if one[0].id not in {duty.id for duty, _ in right}]
    others = list(by_id.values())
    if same_place:
        yield from ((one, None) for one in rest)
        yield from ((None, one) for one in others)
        return
    for key in dict.fromkeys(_alike(duty) for duty, _ in (*rest, *others)):
        yield from zip_longest(
            [one for one in rest if _alike(one[0]) == key], [one for one in others if _alike(one[0]) == key]
        )


def _alike(duty: Duty) -> tuple[str, bool, bool]:
    """What makes two duties comparable: the kind of act, for everybody or a sector, for a processor alone or not."""
    return duty.rule.kind, for_a_sector(duty), list(duty.rule.bound) == ["processor"]


def _pair(
    one: tuple[Duty, Version] | None, other: tuple[Duty, Version] | None,
    first: tuple[str, date], second: tuple[str, date], rulebook: Rulebook,
) -> Pair:  # fmt: skip
    left, right = _cells(one, first, rulebook), _cells(other, second, rulebook)
    found = []
    for label in (*CELLS, "How it was read"):
        verdict = "" if label in NOT_COMPARED or not (left and right) else _verdict(left[label], right[label])
        found.append(Cell(label, left.get(label, ()), right.get(label, ()), verdict))
    return Pair(one[0] if one else None, other[0] if other else None, tuple(found))


def _verdict(left: Sequence[str], right: Sequence[str]) -> str:
    return "same" if [one.casefold() for one in left] == [one.casefold() for one in right] else "differs"


def _cells(
    held: tuple[Duty, Version] | None, where: tuple[str, date], rulebook: Rulebook
) -> dict[str, tuple[str, ...]]:
    if held is None:
        return {}
    duty, version = held
    local = local_authority(*where, rulebook)
    authority = authority_of(duty, local, rulebook)
    # With the place: Japan and South Korea have each a Personal Information Protection Commission.
    named = f"{authority.name}, {place_words(authority.jurisdiction)}" if authority else ""
    found = cells(duty, version, named, union_state(*where))
    act = KINDS.get(duty.rule.kind, duty.rule.kind)
    read = f"{SHORT_CONFIDENCE[version.rule.confidence]}, verified on {day_words(version.rule.verified_on)}"
    return {**found, "How it was read": (read, f"{act}: {duty.id}, version of {version.name}")}
