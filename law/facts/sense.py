"""Faults of sense: values that are well formed and contradict each other.

What two sources say differently of one thing (a total that is not the sum) is no fault: both are kept.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from law import places
from law.facts.fault import Fault
from law.facts.model import AffectedGroup, BreachFacts, TestRecord
from law.facts.values import bounds, earliest, latest
from law.taxonomies import load_taxonomies

AMONG_ALL = date(2020, 1, 1)  # a day on which every territory of a state of the EEA belonged to it


def _before(path: str, end: Any, start: Any, name: str) -> Iterator[Fault]:
    """An end cannot lie before its start, wherever within their spans the two lie."""
    last, first = latest(end), earliest(start)
    if first is not None and last is not None and last < first:
        yield Fault(path, last.isoformat(), f"an instant not before {name} ({first.isoformat()})")


def _times_in_order(facts: BreachFacts) -> Iterator[Fault]:
    line = facts.timeline
    for name in ("occurred_until", "contained_at", "restored_at", "handling_ended_at"):
        yield from _before(f"/timeline/{name}", getattr(line, name), line.occurred_from, "occurred_from")
    for index, event in enumerate(facts.events):
        yield from _before(f"/events/{index}/until", event.until, event.at, "at")
    for index, notice in enumerate(facts.notices):
        for name in ("completed_at", "received_at"):
            point = getattr(notice, name)
            yield from _before(f"/notices/{index}/{name}", point, notice.first_sent_at, "first_sent_at")
    for index, delay in enumerate(facts.delays):
        yield from _before(f"/delays/{index}/until", delay.until, delay.requested_at, "requested_at")


def _organisation_in_its_place(facts: BreachFacts) -> Iterator[Fault]:
    organisation = facts.organisation
    if fault := _part_of("/organisation/subdivision", organisation.subdivision, organisation.country):
        yield fault
    main = organisation.main_establishment_eu
    if main not in (None, "none") and not _ever_in_the_eea(str(main)):
        yield Fault("/organisation/main_establishment_eu", main, 'a member state of the EEA, or "none"')
    for index, entry in enumerate(organisation.regimes or ()):
        if not isinstance(entry, str) and entry.country:
            path = f"/organisation/regimes/{index}/subdivision"
            if fault := _part_of(path, entry.subdivision, entry.country):
                yield fault


def _part_of(path: str, part: str | None, country: str | None) -> Fault | None:
    if part is None or country is None or places.country(part).code == country or part == places.same_as(country):
        return None
    return Fault(path, part, f"a subdivision of country {country}")


def _ever_in_the_eea(code: str) -> bool:
    country = places.country(code).code
    return places.eea_membership(country) is not None or places.eea_state(country, AMONG_ALL) is not None


def _groups_make_sense(facts: BreachFacts) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, group in enumerate(facts.affected):
        at = f"/affected/{index}"
        if group.id in seen:
            yield Fault(f"{at}/id", group.id, "an id that no other group has")
        seen.add(group.id)
        if group.country is None and group.region is None:
            yield Fault(at, group.id, 'a country, a region (UN M49) or country "unknown"')
        if group.country is not None and group.region is not None:
            yield Fault(f"{at}/region", group.region, "either a country or a region, not both")
        if group.subdivision and (group.country in (None, "unknown") or places.parent(group.subdivision) is None):
            yield Fault(f"{at}/subdivision", group.subdivision, "a subdivision, with its country under country")
        elif fault := _part_of(f"{at}/subdivision", group.subdivision, group.country):
            yield fault
        yield from _counts_make_sense(at, group)
    for index, group in enumerate(facts.affected):
        for other in group.overlaps:
            if other not in seen or other == group.id:
                yield Fault(f"/affected/{index}/overlaps", other, "the id of another group of `affected`")


def _counts_make_sense(at: str, group: AffectedGroup) -> Iterator[Fault]:
    most = bounds(group.count)[1]
    if most == 0 and group.presence in ("confirmed", "suspected"):
        yield Fault(f"{at}/presence", group.presence, "ruled_out, because the count is 0; or another count")
    for name in ("at_risk_count", "without_contact"):
        least = bounds(getattr(group, name))[0]
        if most is not None and least > most:
            yield Fault(f"{at}/{name}", least, f"no more people than the group counts ({most})")


def _data_make_sense(facts: BreachFacts) -> Iterator[Fault]:
    groups = {group.id for group in facts.affected}
    stated: list[tuple[int, str, tuple[str, ...] | None]] = []
    for index, item in enumerate(facts.data):
        if item.groups == ():
            yield Fault(f"/data/{index}/groups", [], "at least one group; leave it out where it is the data of all")
        for other in item.groups or ():
            if other not in groups:
                yield Fault(f"/data/{index}/groups", other, "the id of a group of `affected`")
        if item.category in ("unknown", "other", "not_yet_known"):
            continue
        for row, category, whose in stated:
            if category == item.category and (whose is None) == (item.groups is None) and _share(whose, item.groups):
                yield Fault(
                    f"/data/{index}", item.category, f"one row for it; row {row} says the same data of the same people"
                )
        stated.append((index, item.category, item.groups))


def _categories_agree_with_elements(facts: BreachFacts) -> Iterator[Fault]:
    """An element cannot be there where its whole category is ruled out for the same people."""
    out = [item for item in facts.data if item.status == "ruled_out"]
    for index, item in enumerate(facts.data):
        if item.status not in ("confirmed", "suspected") or item.category == "unknown":
            continue
        category = load_taxonomies().category_of(item.category)
        for ruled_out in out:
            if ruled_out.category == category != item.category and _share(item.groups, ruled_out.groups):
                yield Fault(
                    f"/data/{index}/status",
                    item.status,
                    f"ruled_out, because its category {category} is ruled out for the same people",
                )


def _share(one: tuple[str, ...] | None, other: tuple[str, ...] | None) -> bool:
    return one is None or other is None or bool(set(one) & set(other))


def _parties_named_once(facts: BreachFacts) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, party in enumerate(facts.parties):
        if party.id in seen:
            yield Fault(f"/parties/{index}/id", party.id, "an id that no other party has")
        seen.add(party.id)


def _tests_known(facts: BreachFacts) -> Iterator[Fault]:
    groups = {group.id for group in facts.affected}
    for key, record in facts.risk.by_test.items():
        prefix, _, test = key.rpartition(".")
        path = f"/risk/by_test/{key}"
        try:
            load_taxonomies().term("test", test)
        except LookupError as error:
            yield Fault(path, test, f"an id of a test; {error}")
        if prefix and not (prefix == prefix.lower() and (prefix == "eu" or places.is_place(prefix.upper()))):
            yield Fault(path, prefix, 'the code of a place in small letters before the test, such as "au." or "us-ca."')
        for other in record.groups if isinstance(record, TestRecord) else ():
            if other not in groups:
                yield Fault(f"{path}/groups", other, "the id of a group of `affected`")


def _provenance_points(facts: BreachFacts) -> Iterator[Fault]:
    for key in facts.provenance:
        head = key.removeprefix("/").split("/")[0]
        fields = {field.alias or name for name, field in BreachFacts.model_fields.items()}
        if not key.startswith("/") or head not in fields:
            yield Fault(f"/provenance/{key}", key, 'a JSON pointer into the document, such as "/affected/0/count"')


CROSS_CHECKS: tuple[Callable[[BreachFacts], Iterator[Fault]], ...] = (
    _times_in_order,
    _organisation_in_its_place,
    _groups_make_sense,
    _parties_named_once,
    _data_make_sense,
    _categories_agree_with_elements,
    _tests_known,
    _provenance_points,
)
