"""One case as the rules ask about it: who is where, what of theirs was lost, how many.

A `Case` is made once for an assessment; every question about it is answered in Kleene's logic
(law.kleene) and remembered, because hundreds of duties ask the same few things.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property

from law import places
from law.derived import Assumption, derive
from law.facts.model import AffectedGroup, BreachFacts, DataItem, RegimeEntry, TestRecord
from law.facts.values import bounds, earliest
from law.kleene import Value, all_of, any_of, negate
from law.taxonomies import load_taxonomies

WORLD = "world"
UNION = ("EU", "EEA")
Interval = tuple[int, int | None]
PRESENCE: dict[str, Value] = {"confirmed": True, "ruled_out": False}
RISK_LEVELS = {
    "unlikely": {"rights_risk": False, "rights_high_risk": False},
    "risk": {"rights_risk": True, "rights_high_risk": False},
    "high_risk": {"rights_risk": True, "rights_high_risk": True},
}


@dataclass(frozen=True, slots=True)
class Row:
    """A group of people as seen from one place: are there any, and by which way are they counted here."""

    group: AffectedGroup
    present: Value
    via: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """What one row says of a kind of data: was it lost, may it have been, and the row itself."""

    value: Value
    possible: bool
    item: DataItem | None


@dataclass(frozen=True)
class Case:
    """Facts with what follows from them, and the questions that rules ask of them."""

    facts: BreachFacts
    as_of: datetime
    assumptions: tuple[Assumption, ...]
    _rows: dict[str, tuple[Row, ...]] = field(default_factory=dict)

    @staticmethod
    def of(facts: BreachFacts, as_of: datetime) -> "Case":
        filled, assumptions = derive(facts)
        return Case(filled, as_of, assumptions)

    # -- places ---------------------------------------------------------------------------------

    def today(self) -> date:
        return self.as_of.astimezone(UTC).date()

    def rows(self, place: str) -> tuple[Row, ...]:
        """The groups that are, or may be, in `place`: a code, "EU"/"EEA" or "world"."""
        if place not in self._rows:
            self._rows[place] = tuple(self._find_rows(place))
        return self._rows[place]

    def _find_rows(self, place: str) -> Iterator[Row]:
        if place == WORLD:
            for group in self.facts.affected:
                yield Row(group, _presence(group))
        elif place in UNION:
            yield from self._union_rows()
        else:
            yield from self._place_rows(place)

    def _union_rows(self) -> Iterator[Row]:
        members = places.eea_members(self.today())
        for group in self.facts.affected:
            if group.country is not None and group.country != "unknown":
                if places.eea_state(group.country, self.today()) in members:
                    yield Row(group, _presence(group))
            else:
                maybe = group.country == "unknown" or _meets(group.region, members)
                if maybe:
                    yield Row(group, _maybe(_presence(group)), _via(group))

    def _place_rows(self, place: str) -> Iterator[Row]:
        country = places.country(place).code
        own = [group for group in self.facts.affected if country == group.country]
        for group in own:
            if place == country or group.subdivision == place:
                yield Row(group, _presence(group))
            elif group.subdivision is None:
                # Somewhere in the country: whether in this part of it is one open question.
                yield Row(group, _maybe(_presence(group)), f"country {country}")
        if not own:  # a row of its own wins over every region
            for group in self.facts.affected:
                if group.region is not None and country in places.members(group.region):
                    yield Row(group, _maybe(_presence(group)), _via(group))

    def everywhere_listed(self) -> bool:
        """Is the list of affected people closed?"""
        return self.facts.affected_complete == "yes" and not any(
            group.country == "unknown" for group in self.facts.affected
        )

    def people(self, place: str, definition: "DataCondition | None" = None, possible: bool = False) -> Value:
        """Are there affected people in `place` (who lost data of that definition)?"""
        rows = self.rows(place)
        if not rows:
            if self.everywhere_listed():
                return False
            return False if definition and self.lost_by_anybody(definition) is False else None
        values = []
        for row in rows:
            present = True if possible and row.present is None else row.present
            values.append(all_of((present, self.lost(definition, row.group.id) if definition else True)))
        found = any_of(values)
        if found is False and place in (WORLD, *UNION) and not self.everywhere_listed():
            return None
        return found

    def count(self, place: str, definition: "DataCondition | None" = None) -> Interval:
        """How many people in `place` (who lost data of that definition): the lowest and highest number."""
        rows = self.rows(place)
        lows: list[int] = []
        low, high = 0, 0 if rows or self.everywhere_listed() else None
        overlapping = any(row.group.overlaps for row in rows)
        for row in rows:
            row_low, row_high = bounds(row.group.count)
            lost = self.lost(definition, row.group.id) if definition else True
            if row.present is True and lost is True:
                lows.append(row_low)
            if row.present is not False and lost is not False:
                high = None if high is None or row_high is None else high + row_high
        low = (max(lows, default=0) if overlapping else sum(lows)) if lows else 0
        if place == WORLD:
            return self._bounded_by_total(low, high, definition)
        if place in UNION and not self.everywhere_listed():
            high = None
        return low, high

    def _bounded_by_total(self, low: int, high: int | None, definition: "DataCondition | None") -> Interval:
        total_low, total_high = bounds(self.facts.affected_total)
        if not self.everywhere_listed():
            high = None
        if definition is None or self.lost(definition, None) is True:
            low = max(low, total_low)
        candidates = [value for value in (high, total_high) if value is not None]
        high = min(candidates) if candidates else None
        return low, high if high is None else max(low, high)

    # -- data -----------------------------------------------------------------------------------

    def lost(self, definition: "DataCondition", group: str | None) -> Value:
        """Did this group lose data of that definition? `None` asks of data that everybody lost."""
        return definition.value(self, group)

    def lost_by_anybody(self, definition: "DataCondition") -> Value:
        groups = [None, *(group.id for group in self.facts.affected)]
        return any_of(self.lost(definition, group) for group in groups)

    def items(self, group: str | None) -> dict[str, DataItem]:
        """What is recorded of this group's data, by category or element; the group's own rows win."""
        return self._items[group]

    @cached_property
    def _items(self) -> dict[str | None, dict[str, DataItem]]:
        general = {item.category: item for item in self.facts.data if item.groups is None}
        found: dict[str | None, dict[str, DataItem]] = {None: general}
        for group in self.facts.affected:
            own = {item.category: item for item in self.facts.data if group.id in (item.groups or ())}
            found[group.id] = {**general, **own}
        return found

    def held(self, group: str | None, term: str) -> tuple["Held", ...]:
        """What is recorded that bears on a category or an element: one entry for each row, or one for none.

        A category is lost if any of its elements is; a category of which no element is named leaves each
        element open, unless it is ruled out as a whole.
        """
        items, terms = self._items[group], load_taxonomies()
        if term in terms.elements:
            rows = [items[name] for name in (term, *terms.elements[term]) if name in items]
            if term in items and items[term].status == "ruled_out":
                return (Held(False, False, items[term]),)
            return tuple(map(_row, rows)) or (Held(self._unlisted(), False, None),)
        if term in items:
            return (_row(items[term]),)
        category = items.get(terms.category_of(term))
        if category is None:
            return (Held(self._unlisted(), False, None),)
        if category.status == "ruled_out":
            return (Held(False, False, category),)
        return (Held(None, category.status in ("confirmed", "suspected"), category),)

    def _unlisted(self) -> Value:
        return False if self.data_listed() else None

    def data_listed(self) -> bool:
        """Is the list of data closed?"""
        return self.facts.data_complete == "yes" and not any(
            item.category in ("unknown", "not_yet_known") for item in self.facts.data
        )

    # -- the organisation -----------------------------------------------------------------------

    def established(self, place: str) -> Value:
        """Is the organisation established in `place`? Its own country counts as one of its places."""
        organisation = self.facts.organisation
        known = [code for code in (organisation.country, organisation.subdivision) if code]
        known += organisation.establishments or ()
        if any(self._lies_in(code, place) for code in known):
            return True
        return None if organisation.establishments is None else False

    def does_business(self, place: str) -> Value:
        """Does it do business there? Where nothing is stated: being there, or holding its residents' data."""
        stated = self.facts.organisation.does_business_in
        if stated is not None:
            return any(self._lies_in(code, place) or self._lies_in(place, code) for code in stated)
        if self.established(place) is True:
            return True
        return True if self.people(place) is True else None

    def targeted(self, place: str) -> Value:
        """Were goods or services offered to the people there, or their behaviour monitored there?"""
        rows = self.rows(place)
        if not rows:
            return False if self.everywhere_listed() else None
        answers = {"yes": True, "no": False}
        return any_of(all_of((negate(row.present is False), answers.get(row.group.targeted))) for row in rows)

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
                there = place is None or where is None or self._lies_in(where, place)
                values.append(all_of((there, PRESENCE.get(entry.status))))
        return any_of(values)

    def _lies_in(self, code: str, place: str) -> bool:
        if place == WORLD:
            return True
        if place in UNION:
            return places.eea_state(code, self.today()) is not None
        here: str | None = code
        while here is not None:
            if here == place:
                return True
            here = places.parent(here)
        return False

    # -- tests and claims -----------------------------------------------------------------------

    def test_key(self, test: str, prefixes: tuple[str, ...]) -> str | None:
        """The key under which the officer answered `test`, the most local first."""
        keys = [f"{prefix.lower()}.{test}" for prefix in prefixes] + [test]
        return next((key for key in keys if key in self.facts.risk.by_test), None)

    def test(self, test: str, prefixes: tuple[str, ...]) -> Value:
        """The officer's answer to a legal test, or what published implications make of other answers."""
        own = self._answer(test, prefixes)
        if own is not None:
            return own
        level = RISK_LEVELS.get(self.facts.risk.level, {}).get(test)
        if level is not None:
            return level
        terms = load_taxonomies()
        if any(self._answer(stronger, prefixes) is True for stronger in terms.implying(test)):
            return True
        if any(self._answer(weaker, prefixes) is False for weaker in terms.implied_by(test)):
            return False
        return None

    def _answer(self, test: str, prefixes: tuple[str, ...]) -> Value:
        key = self.test_key(test, prefixes)
        if key is None:
            return None
        record = self.facts.risk.by_test[key]
        answer = record.answer if isinstance(record, TestRecord) else record
        return {"yes": True, "no": False}.get(answer)

    def claimed(self, exemption: str, jurisdiction: str) -> bool:
        """Is this defence relied upon (here)?"""
        return any(
            claim.exemption == exemption and claim.jurisdiction in (None, jurisdiction) for claim in self.facts.claims
        )

    def start_of(self, name: str) -> datetime | None:
        """The earliest instant that `timeline.<name>` allows."""
        return earliest(getattr(self.facts.timeline, name))


class DataCondition:
    """What a data definition of a law file compiles to (law.data_definitions)."""

    def value(self, case: Case, group: str | None) -> Value:
        raise NotImplementedError


def _row(item: DataItem) -> Held:
    return Held(PRESENCE.get(item.status), item.status in ("confirmed", "suspected"), item)


def _presence(group: AffectedGroup) -> Value:
    if bounds(group.count)[1] == 0:
        return False
    return PRESENCE.get(group.presence)


def _maybe(value: Value) -> Value:
    return False if value is False else None


def _via(group: AffectedGroup) -> str:
    return f"region {group.region}" if group.region else "country unknown"


def _meets(region: str | None, members: frozenset[str]) -> bool:
    return region is not None and not members.isdisjoint(places.members(region))
