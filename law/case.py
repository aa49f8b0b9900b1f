"""One case as the rules ask about it: who is where, what of theirs was lost, how many.

A `Case` is made once for an assessment; every question about it is answered in Kleene's logic
(law.kleene) and remembered, because hundreds of duties ask the same few things.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from law.canonical import in_order
from law.derived import Assumption, derive
from law.facts.model import BreachFacts, DataItem, Notice, RegimeEntry, TestRecord
from law.facts.values import bounds, earliest
from law.kept import kept
from law.kleene import Value, all_of, any_of
from law.rows import (
    CONFIRMED,
    UNION,
    WORLD,
    Interval,
    Row,
    Whereabouts,
    concerns,
    containing,
    least_together,
    upwards,
    within,
)
from law.taxonomies import load_taxonomies

UNASKED = object()  # what a memo gives for what has not been asked: None is an answer
RISK_LEVELS = {
    "unlikely": {"rights_risk": False, "rights_high_risk": False},
    "risk": {"rights_risk": True, "rights_high_risk": False},
    "high_risk": {"rights_risk": True, "rights_high_risk": True},
}
ANSWERS: dict[str, Value] = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Held:
    """What one row says of a kind of data: was it lost, may it have been, and the row itself."""

    value: Value
    possible: bool
    item: DataItem | None


@dataclass(frozen=True)
class Case:
    """Facts with what follows from them, and the questions that rules ask of them.

    `memo` remembers what does not depend on a place, by the condition that asked.
    """

    facts: BreachFacts
    as_of: datetime
    assumptions: tuple[Assumption, ...]
    memo: dict[object, object] = field(default_factory=dict, compare=False)
    _rows: dict[str, tuple[Row, ...]] = field(default_factory=dict, compare=False)
    _people: dict[tuple[str, int, bool], Value] = field(default_factory=dict, compare=False)
    _counts: dict[tuple[str, int, bool], Interval] = field(default_factory=dict, compare=False)
    _all_there: dict[tuple[str, bool], Interval] = field(default_factory=dict, compare=False)
    _lost: dict[tuple[int, str | None], Value] = field(default_factory=dict, compare=False)
    _held: dict[tuple[str | None, str], tuple[Held, ...]] = field(default_factory=dict, compare=False)

    @staticmethod
    def of(facts: BreachFacts, as_of: datetime) -> "Case":
        """The case of these facts, whatever the order of their lists."""
        filled, assumptions = derive(in_order(facts), as_of.astimezone(UTC).date())
        return Case(filled, as_of, assumptions)

    # -- people ---------------------------------------------------------------------------------

    @kept
    def day(self) -> date:
        """The day of the look, in UTC: which states belong to the EEA on it."""
        return self.as_of.astimezone(UTC).date()

    def rows(self, place: str) -> tuple[Row, ...]:
        """The groups that are, or may be, in `place`: a code, "EU"/"EEA" or "world"."""
        found = self._rows.get(place)
        if found is None:
            found = self._rows[place] = self._whereabouts.rows(place)
        return found

    @kept
    def _whereabouts(self) -> Whereabouts:
        return Whereabouts(self.facts, self.day)

    @kept
    def everybody_listed(self) -> bool:
        """Is the list of affected people closed?"""
        return self.facts.affected_complete == "yes" and not any(
            group.country == "unknown" for group in self.facts.affected
        )

    def covered(self, place: str) -> bool:
        """Do the rows say all there is to say of the people in `place`?

        The rows of a country (or state) do, taken together; rows of its parts only do not, nor do those
        of a wider place while the list is open.
        """
        if self.everybody_listed:
            return True
        return place not in (WORLD, *UNION) and any(not row.inside for row in self.rows(place))

    def people(self, place: str, definition: "DataCondition | None" = None, possible: bool = False) -> Value:
        """Are there affected people in `place` (who lost data of that definition)?"""
        key = (place, id(definition), possible)
        if key not in self._people:
            self._people[key] = self._ask_people(place, definition, possible)
        return self._people[key]

    def _ask_people(self, place: str, definition: "DataCondition | None", possible: bool) -> Value:
        if definition is not None and not self._with_own_data:
            lost = self.lost(definition, None)  # everybody lost the same
            return False if lost is False else all_of((lost, self.people(place, None, possible)))
        found: Value = False
        for row in self.rows(place):
            there = row.reads(possible)
            if there is False:
                continue
            lost = self.lost(definition, row.group.id) if definition else True
            if there is True and lost is True:
                return True
            if lost is not False:
                found = None
        if found is False and not self.covered(place):
            return False if definition and self.lost(definition, None) is False else None
        return found

    def count(self, place: str, definition: "DataCondition | None" = None, possible: bool = False) -> Interval:
        """How many people in `place` (who lost data of that definition): the lowest and highest number."""
        key = (place, id(definition), possible)
        found = self._counts.get(key)
        if found is None:
            low, high = self._ask_count(place, definition, possible)
            found = self._counts[key] = low, high if high is None else max(low, high)
        return found

    def _ask_count(self, place: str, definition: "DataCondition | None", possible: bool) -> Interval:
        """The numbers as they add up; a recorded total may lie below them."""
        if definition is not None and not self._with_own_data:
            lost = self.lost(definition, None)  # everybody lost the same
            low, high = (0, 0) if lost is False else self._everybody(place, possible)
            return (low if lost is True else 0), high
        rows = self.rows(place)
        lows: dict[str, int] = {}
        nobody_else = definition is not None and self.lost(definition, None) is False
        high = 0 if nobody_else or self.covered(place) else None
        for row in rows:
            row_low, row_high = row.number
            lost = self.lost(definition, row.group.id) if definition else True
            if row.via is None and row.reads(possible) is True and lost is True:
                lows[row.group.id] = row_low
            if row.presence != "ruled_out" and lost is not False:
                high = None if high is None or row_high is None else high + row_high
        low = self._least(lows, rows)
        if place == WORLD and (definition is None or self.lost(definition, None) is True):
            low = max(low, bounds(self.facts.affected_total)[0])
        if self._ceiling is not None:
            high = self._ceiling if high is None else min(high, self._ceiling)
        return low, high

    def _everybody(self, place: str, possible: bool) -> Interval:
        """Those in `place`, whatever they lost."""
        key = (place, possible)
        if key not in self._all_there:
            self._all_there[key] = self._ask_count(place, None, possible)
        return self._all_there[key]

    @kept
    def _ceiling(self) -> int | None:
        """The highest total recorded; none where the rows already add up to more, for both figures are kept."""
        total = bounds(self.facts.affected_total)[1]
        if total is None:
            return None
        rows = self.rows(WORLD)
        known = {row.group.id: row.number[0] for row in rows if row.present is True}
        return total if total >= self._least(known, rows) else None

    def _least(self, numbers: dict[str, int], rows: tuple[Row, ...]) -> int:
        """The least number of people in these groups, of which some may be the same people."""
        if len(numbers) < 2 or not self._overlapping:
            return sum(numbers.values())
        return least_together(numbers, [row.group for row in rows])

    @kept
    def _overlapping(self) -> bool:
        return any(group.overlaps for group in self.facts.affected)

    def at_risk(self, place: str) -> Interval:
        """How many people in `place` are at risk of harm; never more than are affected there."""
        rows = self.rows(place)
        lows: dict[str, int] = {}
        high: int | None = 0 if self.covered(place) else None
        for row in rows:
            risk_low, risk_high = bounds(row.group.at_risk_count)
            row_high = row.number[1] if risk_high is None else risk_high
            if row.via is None and row.present is True:
                lows[row.group.id] = risk_low
            if row.presence != "ruled_out":
                high = None if high is None or row_high is None else high + row_high
        low = self._least(lows, rows)
        affected = self.count(place)[1]
        if affected is not None:
            high = affected if high is None else min(high, affected)
        return low, high if high is None else max(low, high)

    def targeted(self, place: str) -> Value:
        """Were goods or services offered to the people there, or their behaviour monitored there?"""
        found = any_of(_targeted(row) for row in self.rows(place))
        return None if found is False and not self.covered(place) else found

    # -- data -----------------------------------------------------------------------------------

    def lost(self, definition: "DataCondition", group: str | None) -> Value:
        """Did this group lose data of that definition? `None` asks of data that everybody lost."""
        key = (id(definition), self.whose_data(group))
        if key not in self._lost:
            self._lost[key] = definition.value(self, key[1])
        return self._lost[key]

    @kept
    def _with_own_data(self) -> frozenset[str]:
        """Groups with rows of their own; every other one lost what everybody lost."""
        return frozenset(group for item in self.facts.data for group in item.groups or ())

    def whose_data(self, group: str | None) -> str | None:
        """The group by which data are looked up: None, for what everybody lost, where it has no rows of its own."""
        return group if group in self._with_own_data else None

    def items(self, group: str | None) -> tuple[DataItem, ...]:
        """The rows of this group's data; its own row of a category wins over that of everybody."""
        return self._items[self.whose_data(group)]

    @kept
    def _items(self) -> dict[str | None, tuple[DataItem, ...]]:
        general = tuple(item for item in self.facts.data if item.groups is None)
        found: dict[str | None, tuple[DataItem, ...]] = {None: general}
        for group in self._with_own_data:
            own = tuple(item for item in self.facts.data if group in (item.groups or ()))
            named = {item.category for item in own}
            found[group] = (*own, *(item for item in general if item.category not in named))
        return found

    @kept
    def _by_term(self) -> dict[str | None, dict[str, tuple[DataItem, ...]]]:
        found: dict[str | None, dict[str, tuple[DataItem, ...]]] = {}
        for group, items in self._items.items():
            terms = found[group] = {}
            for item in items:
                terms[item.category] = (*terms.get(item.category, ()), item)
        return found

    def held(self, group: str | None, term: str) -> tuple[Held, ...]:
        """What is recorded that bears on a category or an element, one entry for each row.

        A category is lost if any of its elements is; a category of which no element is named leaves each
        element open, unless it is ruled out as a whole. What is not listed is open while the list is.
        """
        group = self.whose_data(group)
        key = (group, term)
        if key not in self._held:
            terms = load_taxonomies()
            found = self._of_category(group, term) if term in terms.elements else self._of_element(group, term)
            self._held[key] = found
        return self._held[key]

    def _of_category(self, group: str | None, category: str) -> tuple[Held, ...]:
        rows = self._by_term[group]
        whole = rows.get(category, ())
        if any(item.status == "ruled_out" for item in whole):
            return (Held(False, False, whole[0]),)
        parts = [item for name in load_taxonomies().elements[category] for item in rows.get(name, ())]
        unlisted = () if whole else (Held(self._unlisted, False, None),)
        return (*map(_row, (*whole, *parts)), *unlisted)

    def _of_element(self, group: str | None, element: str) -> tuple[Held, ...]:
        rows, terms = self._by_term[group], load_taxonomies()
        if element in rows:
            return tuple(map(_row, rows[element]))
        category = terms.category_of(element)
        whole = rows.get(category)
        if whole is None:
            return (Held(self._unlisted, False, None),)
        if whole[0].status == "ruled_out":
            return (Held(False, False, whole[0]),)
        if self.data_listed and any(name in rows for name in terms.elements[category]):
            return (Held(False, False, whole[0]),)
        return (Held(None, whole[0].status in ("confirmed", "suspected"), whole[0]),)

    @kept
    def _unlisted(self) -> Value:
        return False if self.data_listed else None

    @kept
    def data_listed(self) -> bool:
        """Is the list of data closed?"""
        return self.facts.data_complete == "yes" and not any(
            item.category in ("unknown", "not_yet_known") for item in self.facts.data
        )

    # -- the organisation -----------------------------------------------------------------------

    def established(self, place: str) -> Value:
        """Is the organisation established in `place`? Its own country counts as one of its places.

        A country recorded without its part leaves the part open, unless a part of it is recorded too.
        """
        if place in self._seated_in:
            return True
        if place in UNION or place == WORLD:
            found = any_of(within(code, place, self.day) for code in self._seats)
        else:
            found = False if self._seats_named.isdisjoint(upwards(place)) else None
        if found is False and self.facts.organisation.establishments is None:
            return None
        return found

    @kept
    def _seated_in(self) -> frozenset[str]:
        """Every place in which one of its seats lies."""
        return frozenset().union(*(containing(code, self.day) for code in self._seats))

    @kept
    def _seats_named(self) -> frozenset[str]:
        return frozenset(self._seats)

    @kept
    def _seats(self) -> tuple[str, ...]:
        """Where the organisation is recorded to be; a country of which a part is recorded is told by its part."""
        organisation = self.facts.organisation
        known = [code for code in (organisation.country, organisation.subdivision) if code]
        known += organisation.establishments or ()
        return tuple(one for one in known if not any(one != two and within(two, one, self.day) for two in known))

    def does_business(self, place: str) -> Value:
        """Does it do business there? Where nothing is stated: being there, or holding its residents' data."""
        stated = self.facts.organisation.does_business_in
        if stated is not None:
            found = any_of(within(code, place, self.day) for code in stated)
            if found is not None:
                return found
        if self.established(place) is True:
            return True
        return True if self.people(place) is True else None

    def regime(self, regime: str, place: str | None) -> Value:
        """Is the organisation under this regime (there)? The list is closed once it is given."""
        entries = self.facts.organisation.regimes
        if entries is None:
            return None
        values: list[Value] = []
        for entry in entries:
            if not isinstance(entry, RegimeEntry):
                values.append(entry == regime)
            elif entry.id == regime:
                where = entry.subdivision or entry.country
                there = True if place is None or where is None else within(where, place, self.day)
                values.append(all_of((there, CONFIRMED.get(entry.status))))
        return any_of(values)

    # -- tests and acts -------------------------------------------------------------------------

    def test_answer(self, test: str, prefixes: tuple[str, ...]) -> tuple[str | None, TestRecord | None]:
        """The officer's answer to `test`, the most local first, and its record where it has one.

        Yes for some groups is yes. No for some groups is no only if nobody else is left.
        """
        by_test = self.facts.risk.by_test
        for key in self._test_keys(test, prefixes):
            found = by_test.get(key)
            record = found if isinstance(found, TestRecord) else None
            answer = record.answer if record else found if isinstance(found, str) else None
            if answer in (None, "unknown"):
                continue
            if answer == "no" and record and record.groups and self._leaves_others(record.groups):
                return "unknown", record
            return answer, record
        return None, None

    def _test_keys(self, test: str, prefixes: tuple[str, ...]) -> tuple[str, ...]:
        if not self._local_tests:
            return (test,)
        return (*(f"{prefix.lower()}.{test}" for prefix in prefixes), test)

    @kept
    def _local_tests(self) -> bool:
        """Is any test answered for one place only?"""
        return any("." in key for key in self.facts.risk.by_test)

    def _leaves_others(self, groups: tuple[str, ...]) -> bool:
        rows = self.rows(WORLD)
        return not self.everybody_listed or any(
            row.group.id not in groups for row in rows if row.presence != "ruled_out"
        )

    def test(self, test: str, prefixes: tuple[str, ...]) -> Value:
        """The officer's answer to a legal test, or what the level and published implications make of others."""
        if not self._local_tests:
            found = self.memo.get(("test", test), UNASKED)
            if found is UNASKED:
                found = self.memo["test", test] = self._ask_test(test, prefixes)
            return found  # type: ignore[return-value]  # not UNASKED any more
        return self._ask_test(test, prefixes)

    def _ask_test(self, test: str, prefixes: tuple[str, ...]) -> Value:
        answer, _ = self.test_answer(test, prefixes)
        if answer is not None:
            return ANSWERS.get(answer)
        level = RISK_LEVELS.get(self.facts.risk.level, {}).get(test)
        if level is not None:
            return level
        terms = load_taxonomies()
        if any(self.test_answer(stronger, prefixes)[0] == "yes" for stronger in terms.implying(test)):
            return True
        if any(self.test_answer(weaker, prefixes)[0] == "no" for weaker in terms.implied_by(test)):
            return False
        return None

    def claimed(self, exemption: str, place: str) -> bool:
        """Is this defence relied upon (here)?"""
        return any(
            claim.exemption == exemption and concerns(claim.jurisdiction, place, self.day)
            for claim in self.facts.claims
        )

    def relies(self, names: tuple[str, ...], place: str) -> bool:
        """Is a defence relied upon (here) under one of its names?"""
        return any(self.claimed(one, place) for one in names)

    def notices(self, addressee: str | None, place: str) -> list[Notice]:
        """Notices to `addressee` in `place` that have been sent, or at least begun."""
        return [
            notice
            for notice in self.facts.notices
            if notice.addressee == addressee
            and notice.first_sent_at != "not_yet"
            and concerns(notice.jurisdiction, place, self.day)
        ]

    def events(self, kind: str, place: str | None) -> list[Any]:
        """Recorded events of a kind (in `place`) that have happened."""
        return [
            event
            for event in self.facts.events
            if event.type == kind
            and event.at != "not_yet"
            and (place is None or concerns(event.jurisdiction, place, self.day))
        ]

    def start_of(self, name: str) -> datetime | None:
        """The earliest instant that `timeline.<name>` allows."""
        return earliest(getattr(self.facts.timeline, name))


class DataCondition:
    """What a data definition of a law file compiles to (law.data_definitions)."""

    def value(self, case: Case, group: str | None) -> Value:
        raise NotImplementedError


def _row(item: DataItem) -> Held:
    return Held(CONFIRMED.get(item.status), item.status in ("confirmed", "suspected"), item)


def _targeted(row: Row) -> Value:
    """Are there, as far as may be, people of this row, and are they targeted?"""
    answer = ANSWERS.get(row.group.targeted)
    if row.via is not None and answer is True:
        return None  # somebody in the region was targeted; whether somebody here, is open
    return all_of((row.reads(True), answer))
