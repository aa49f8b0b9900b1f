"""A case as rules ask about its data: what was lost, what may have been, of which group.

The first of three layers of `law.case.Case`: data, people, acts.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from law.derived import Assumption
from law.facts.model import BreachFacts, DataItem
from law.kept import kept
from law.kleene import Value
from law.rows import CONFIRMED
from law.taxonomies import load_taxonomies

UNASKED = object()  # what a memo gives for what has not been asked: None is an answer


class DataCondition:
    """What a data definition of a law file compiles to (law.data_conditions)."""

    def value(self, case: "DataOfACase", group: str | None) -> Value:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Held:
    """What one row says of a kind of data: was it lost, may it have been, and the row itself."""

    value: Value
    possible: bool
    item: DataItem | None


@dataclass(frozen=True)
class DataOfACase:
    """Facts with what follows from them, and the questions that rules ask of the data.

    `memo` remembers what does not depend on a place, by the condition that asked.
    """

    facts: BreachFacts
    as_of: datetime
    assumptions: tuple[Assumption, ...]
    memo: dict[object, object] = field(default_factory=dict, compare=False)
    _lost: dict[tuple[int, str | None], Value] = field(default_factory=dict, compare=False)
    _held: dict[tuple[str | None, str], tuple[Held, ...]] = field(default_factory=dict, compare=False)

    @kept
    def day(self) -> date:
        """The day of the look, in UTC: which states belong to the EEA on it."""
        return self.as_of.astimezone(UTC).date()

    def lost(self, definition: DataCondition, group: str | None) -> Value:
        """Did this group lose data of that definition? `None` asks of data that everybody lost."""
        whose = group if group in self._with_own_data else None
        key = id(definition), whose
        found = self._lost.get(key, UNASKED)
        if found is UNASKED:
            found = self._lost[key] = definition.value(self, whose)
        return found  # type: ignore[return-value]  # not UNASKED any more

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
        unlisted = () if whole else (Held(self.unlisted, False, None),)
        return (*map(_row, (*whole, *parts)), *unlisted)

    def _of_element(self, group: str | None, element: str) -> tuple[Held, ...]:
        rows, terms = self._by_term[group], load_taxonomies()
        if element in rows:
            return tuple(map(_row, rows[element]))
        category = terms.category_of(element)
        whole = rows.get(category)
        if whole is None:
            return (Held(self.unlisted, False, None),)
        if whole[0].status == "ruled_out":
            return (Held(False, False, whole[0]),)
        if self.data_listed and any(name in rows for name in terms.elements[category]):
            return (Held(False, False, whole[0]),)
        return (Held(None, whole[0].status in ("confirmed", "suspected"), whole[0]),)

    def recorded(self, group: str | None) -> frozenset[str]:
        """The elements and categories on which a row of this group's bears; of all others `unlisted` is all to say."""
        return self._recorded[self.whose_data(group)]

    @kept
    def _recorded(self) -> dict[str | None, frozenset[str]]:
        terms, found = load_taxonomies(), {}
        for group, rows in self._by_term.items():
            bearing = set(rows)
            for name in rows:
                bearing.update(terms.elements.get(name) or (terms.category.get(name, name),))
            found[group] = frozenset(bearing)
        return found

    @kept
    def unlisted(self) -> Value:
        """Was something lost that no row names: no, once the list is closed."""
        return False if self.data_listed else None

    @kept
    def data_listed(self) -> bool:
        """Is the list of data closed?"""
        return self.facts.data_complete == "yes" and not any(
            item.category in ("unknown", "not_yet_known") for item in self.facts.data
        )


def _row(item: DataItem) -> Held:
    return Held(CONFIRMED.get(item.status), item.status in ("confirmed", "suspected"), item)
