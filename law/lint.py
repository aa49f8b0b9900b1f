"""Checks of the whole library that a single file cannot show, and warnings that are no faults.

The loader (law.rulebook) refuses what cannot be used; what stands here is what a careful editor would ask.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from law.conflicts import BACKWARD, FORWARD, STRICT, strict_circles
from law.expressions import All, AnyOf, Node
from law.leaves import AboutPeople, Applies, CountOf, Here, Leaf, Name
from law.rows import WORLD
from law.rulebook import Rulebook
from law.rules import Duty, Instrument
from law.schema import VersionRule

STALE = timedelta(days=366)
TIES = ("established(", "does_business(", "targeted(")


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to mend (`grave`) or to look at, in one line that names file, duty and key."""

    where: str
    what: str
    grave: bool

    def __str__(self) -> str:
        return f"{'fault' if self.grave else 'warning'}: {self.where}: {self.what}"


def lint(rulebook: Rulebook, today: date) -> list[Remark]:
    """Every remark on the library as it stands, faults first. `today`: against which age is measured."""
    remarks = list(_circles(rulebook))
    for instrument in rulebook.instruments:
        remarks += _of_sources(instrument, today)
        remarks += _of_names(instrument)
        for duty in instrument.duties:
            remarks += _of_duty(instrument, duty, today)
    for name, authority in sorted(rulebook.authorities.items()):
        if today - authority.verified_on > STALE:
            remarks.append(
                Remark(f"authority {name}", f"verified on {authority.verified_on}, more than a year ago", False)
            )
    return sorted(remarks, key=lambda one: (not one.grave, one.where, one.what))


def _circles(rulebook: Rulebook) -> Iterator[Remark]:
    edges: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for name, duty in sorted(rulebook.duties.items()):
        for order in duty.rule.order:
            if order.relation in FORWARD:
                edges[name].append((order.duty, STRICT[order.relation]))
            if order.relation in BACKWARD:
                edges[order.duty].append((name, STRICT[order.relation]))
    for circle in strict_circles(edges):
        yield Remark(f"duty {circle[0]}: order", f"goes in a circle: {' before '.join((*circle, circle[0]))}", True)


def _of_sources(instrument: Instrument, today: date) -> Iterator[Remark]:
    file, at = instrument.file, f"{instrument.file.instrument}.toml"
    known = {source.id for source in file.source}
    used: set[str] = set()
    for where, name in _references(instrument):
        used.add(name)
        if name not in known and not name.startswith(("https://", "http://")):
            yield Remark(f"{at}: {where}", f"{name!r} is neither the id of a [[source]] nor an address", True)
    for source in file.source:
        if source.id not in used and source.url not in used:
            yield Remark(f"{at}: source {source.id}", "no statement names it", False)
        if source.read_on > today:
            yield Remark(f"{at}: source {source.id}", f"read_on {source.read_on} lies in the future", True)
    if today - file.verified_on > STALE:
        yield Remark(at, f"verified on {file.verified_on}, more than a year ago", False)


def _references(instrument: Instrument) -> Iterator[tuple[str, str]]:
    """Every mention of a source, with where it stands."""
    file = instrument.file
    for name, authority in file.authority.items():
        yield from ((f"authority {name}: sources", source) for source in authority.sources)
    if none := file.no_general_duty:
        yield from (("no_general_duty: sources", source) for source in none.sources)
        yield from (("no_general_duty: sector_duties", one.source) for one in none.sector_duties if one.source)
        yield from (("no_general_duty: upcoming", source) for one in none.upcoming for source in one.sources)
    for duty in file.duty:
        at = f"duty {duty.id}"
        cited = [*duty.satisfied_by, *duty.must_not, *duty.offers, *([duty.substitute] if duty.substitute else [])]
        named = [*(one.sources for one in cited), *(one.sources for one in duty.upcoming)]
        yield from ((at, source) for sources in named for source in sources)
        for version in duty.version:
            yield from ((f"{at}, version {version.from_}: sources", source) for source in version.sources)
            for stage in version.stage:
                for beside in (stage.guideline, stage.outer):
                    if beside and re.fullmatch(r"[a-z0-9-]+|https?://\S+", beside.source):
                        yield f"{at}, stage {stage.stage}", beside.source


def _of_duty(instrument: Instrument, duty: Duty, today: date) -> Iterator[Remark]:
    at = f"{instrument.file.instrument}.toml: duty {duty.id}"
    for item in duty.rule.content:
        if not item.cite:
            yield Remark(f"{at}: content {item.id}", "cites no provision", False)
    stated = [("must_not", duty.rule.must_not), ("satisfied_by", duty.rule.satisfied_by), ("offers", duty.rule.offers)]
    for key, entries in stated:
        if any(not entry.cite for entry in entries):
            yield Remark(f"{at}: {key}", "cites no provision", False)
    yield from _of_ties(at, duty)
    for version in duty.rule.version:
        here = f"{at}, version {version.from_}"
        if today - version.verified_on > STALE:
            yield Remark(here, f"verified on {version.verified_on}, more than a year ago", False)
        for unless in version.unless:
            if not unless.cite:
                yield Remark(f"{here}, unless {unless.id}", "cites no provision", True)
        for stage in version.stage:
            if not stage.cite:
                yield Remark(f"{here}, stage {stage.stage}", "cites no provision", True)
        if version.confidence == "high" and not _well_sourced(instrument, version):
            yield Remark(here, "confidence is high on a single source that is no statute", False)


def _of_ties(at: str, duty: Duty) -> Iterator[Remark]:
    for version in duty.versions:
        if not duty.of_the_union and not ties_to_a_place(version.when):
            what = "nothing in `when` ties it to the place: ask for an establishment, business or people there"
            yield Remark(f"{at}, version {version.name}", what, True)


def ties_to_a_place(node: Node[Here]) -> bool:
    """Can the condition hold only where the organisation or people are tied to the place?

    Else more knowledge (nobody is affected there after all) would turn a settled duty.
    """
    match node:
        case All(parts=parts):
            return any(ties_to_a_place(part) for part in parts)
        case AnyOf(parts=parts):
            return all(ties_to_a_place(part) for part in parts)
        case Name(node=inner):
            return ties_to_a_place(inner)
        case AboutPeople() | CountOf():
            return node.place != WORLD
        case Applies():
            return True  # as the duty that it asks for is tied
        case Leaf(text=text):
            return text.startswith(TIES) or (text.startswith("regime(") and "," in text)
        case _:
            return False


def _well_sourced(instrument: Instrument, version: VersionRule) -> bool:
    kinds = {source.id: source.kind for source in instrument.file.source}
    return len(version.sources) > 1 or any(kinds.get(name) == "statute" for name in version.sources)


def _of_names(instrument: Instrument) -> Iterator[Remark]:
    """Sets, data definitions and conditions that nothing uses."""
    file, at = instrument.file, f"{instrument.file.instrument}.toml"
    texts = [*_texts(file.data.values()), *_texts(file.let.values())]
    for duty in file.duty:
        for version in duty.version:
            wanted = [version.when, *(one.when for one in version.unless), *(one.when for one in version.stage)]
            texts += _texts(wanted)
    words = {word for text in texts for word in re.findall(r"[a-z0-9_]+", text)}
    for kind, names in (("sets", file.sets), ("data", file.data), ("let", file.let)):
        for name in names:
            if name not in words:
                yield Remark(f"{at}: {kind}.{name}", "nothing uses it", False)


def _texts(raw: Iterable[Any]) -> Iterator[str]:
    for one in raw:
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            yield from _texts(one.values())
        elif isinstance(one, list):
            yield from _texts(one)
