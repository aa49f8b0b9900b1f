"""A case as rules ask about its people: who is where, who of them lost what, how many they are."""

from dataclasses import dataclass, field

from law.case_data import UNASKED, DataCondition, DataOfACase
from law.facts.values import bounds
from law.kept import kept
from law.kleene import ANSWERS, Value, all_of, any_of
from law.rows import UNION, WORLD, Interval, Row, Whereabouts, least_together


@dataclass(frozen=True)
class PeopleOfACase(DataOfACase):
    """The questions about people; what was answered once is remembered."""

    _rows: dict[str, tuple[Row, ...]] = field(default_factory=dict, compare=False)
    _people: dict[tuple[str, int, bool], Value] = field(default_factory=dict, compare=False)
    _counts: dict[tuple[str, int, bool], Interval] = field(default_factory=dict, compare=False)
    _all_there: dict[tuple[str, bool], Interval] = field(default_factory=dict, compare=False)

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

    def people(self, place: str, definition: DataCondition | None = None, possible: bool = False) -> Value:
        """Are there affected people in `place` (who lost data of that definition)?"""
        if definition is not None and not self._with_own_data:
            lost = self.lost(definition, None)  # everybody lost the same
            if lost is False:
                return False
            there = self.people(place, None, possible)
            return there if lost is True or there is False else None
        key = (place, id(definition), possible)
        found = self._people.get(key, UNASKED)
        if found is UNASKED:
            found = self._people[key] = self._ask_people(place, definition, possible)
        return found  # type: ignore[return-value]  # not UNASKED any more

    def _ask_people(self, place: str, definition: DataCondition | None, possible: bool) -> Value:
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

    def count(self, place: str, definition: DataCondition | None = None, possible: bool = False) -> Interval:
        """How many people in `place` (who lost data of that definition): the lowest and highest number."""
        key = (place, id(definition), possible)
        found = self._counts.get(key)
        if found is None:
            low, high = self._ask_count(place, definition, possible)
            found = self._counts[key] = low, high if high is None else max(low, high)
        return found

    def _ask_count(self, place: str, definition: DataCondition | None, possible: bool) -> Interval:
        """The numbers as they add up; a recorded total may lie below them."""
        if definition is not None and not self._with_own_data:
            lost = self.lost(definition, None)  # everybody lost the same
            low, high = (0, 0) if lost is False else self._everybody(place, possible)
            return (low if lost is True else 0), high
        rows = self.rows(place)
        if len(rows) == 1 and definition is None and place != WORLD and rows[0].alone and self._ceiling is None:
            return rows[0].number
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


def _targeted(row: Row) -> Value:
    """Are there, as far as may be, people of this row, and are they targeted?"""
    answer = ANSWERS.get(row.group.targeted)
    if row.via is not None and answer is True:
        return None  # somebody in the region was targeted; whether somebody here, is open
    return all_of((row.reads(True), answer))
