"""Faults of sense in a law file whose shape is right; the loader tells each with file, duty and key."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import PurePath
from typing import Any

from law import places
from law.expressions import RuleError
from law.schema import Authority, DutyRule, LawFile, VersionRule
from law.time_limits import check_calendar, check_zone


def of_the_file(path: PurePath, file: LawFile) -> Iterator[tuple[str, str]]:
    """Faults of the head of a file: where, and what is wrong with it."""
    if file.instrument != path.stem:
        yield "instrument", f"{file.instrument!r}; expected the file's own name, {path.stem!r}"
    if file.jurisdiction != "EU" and not places.is_place(file.jurisdiction):
        yield "jurisdiction", f"{file.jurisdiction!r}; expected an ISO 3166 code, or EU"
    if bool(file.duty) == bool(file.no_general_duty):
        yield "duty", "expected either duties or [no_general_duty], and not both"
    for check, value, key in ((check_zone, file.zone, "zone"), (check_calendar, file.calendar, "calendar")):
        try:
            check(value)
        except RuleError as error:
            yield key, str(error)
    for name, authority in file.authority.items():
        try:
            check_zone(authority.zone)
            check_calendar(authority.calendar)
        except RuleError as error:
            yield f"authority {name}", str(error)
    yield from _of_sources(file)
    known = {source.id for source in file.source}
    if file.no_general_duty:
        for source in file.no_general_duty.sources:
            if source not in known:
                yield "no_general_duty: sources", f"{source!r} is no id of a [[source]]"


def _of_sources(file: LawFile) -> Iterator[tuple[str, str]]:
    for one in file.source:
        for code in one.states:
            if not places.is_place(code):
                yield f"source {one.id}: states", f"{code!r} is no code of a place"


def of_the_duty(rule: DutyRule, file: LawFile, authorities: dict[str, Authority]) -> Iterator[tuple[str, str]]:
    """Faults of one duty: names that nothing bears, versions that overlap or leave a gap."""
    if rule.kind == "notify" and rule.addressee is None:
        yield "addressee", "a duty to notify needs one"
    if isinstance(rule.authority, str) and rule.authority not in authorities:
        yield "authority", f"{rule.authority!r} is no [authority.ID] of any file"
    known = {source.id for source in file.source}
    for version in rule.version:
        for source in version.sources:
            if source not in known:
                yield f"version {version.from_}: sources", f"{source!r} is no id of a [[source]]"
        yield from _of_states(version)
        if version.to is not None and version.to < version.from_:
            yield f"version {version.from_}: to", f"{version.to} lies before its first day"
    ordered = sorted(rule.version, key=lambda one: one.from_)
    for one, following in pairwise(ordered):
        if one.to is None or one.to >= following.from_:
            yield f"version {one.from_}: to", f"overlaps with version {following.from_}; end it the day before"
        elif (following.from_ - one.to).days > 1:
            yield f"version {one.from_}: to", f"leaves a gap before version {following.from_}"


def _of_states(version: VersionRule) -> Iterator[tuple[str, str]]:
    for unless in version.unless:
        if unless.states and unless.shown_by != "claim":
            what = "an exemption of some states is relied upon: say shown_by = 'claim'"
            yield f"version {version.from_}, unless {unless.id}: states", what
        for code in unless.states:
            if not places.is_place(code):
                yield f"version {version.from_}, unless {unless.id}: states", f"{code!r} is no code of a place"


APPLIES = re.compile(r"applies\(([^()]*)\)")


def of_references(file: LawFile) -> Iterator[tuple[str, str]]:
    """Faults of duties that ask for other duties: an id that the file lacks, or a circle of asking."""
    asks = {rule.id: _asked_by(rule, file) for rule in file.duty}
    for name, wanted in asks.items():
        for other in sorted(wanted - asks.keys()):
            yield f"duty {name}: applies({other})", "no such duty in this file; name one of " + ", ".join(sorted(asks))
        if name in _reached(name, asks):
            yield f"duty {name}: applies(..)", "asks for itself in the end; say its conditions instead"


def _asked_by(rule: DutyRule, file: LawFile) -> set[str]:
    """The duties that the conditions of a duty name, by itself or through [let]."""
    found: set[str] = set()
    seen: set[str] = set()
    todo: list[Any] = [
        [one.when, *(other.when for other in one.unless), *(stage.when for stage in one.stage)] for one in rule.version
    ]
    while todo:
        raw = todo.pop()
        if isinstance(raw, str):
            found.update(name.strip() for name in APPLIES.findall(raw))
            if raw in file.let and raw not in seen:
                seen.add(raw)
                todo.append(file.let[raw])
        elif isinstance(raw, dict):
            todo += raw.values()
        elif isinstance(raw, list):
            todo += raw
    return found


def _reached(name: str, asks: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    todo = list(asks.get(name, ()))
    while todo:
        other = todo.pop()
        if other not in found:
            found.add(other)
            todo += asks.get(other, ())
    return found


def between_files(shaped: list[tuple[PurePath, LawFile]]) -> Iterator[str]:
    """Faults that only all files together show: ids that stand twice, orders that name no duty."""
    seen: dict[str, str] = {}
    everything = {rule.id for _, file in shaped for rule in file.duty}
    for path, file in shaped:
        for rule in file.duty:
            if rule.id in seen:
                yield f"{path.name}: duty {rule.id}: the same id stands in {seen[rule.id]}; ids are unique"
            seen[rule.id] = path.name
            for order in rule.order:
                if order.duty not in everything:
                    yield f"{path.name}: duty {rule.id}: order: {order.duty!r} is no duty of any file"
