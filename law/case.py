"""One case as the rules ask about it: who is where, what of theirs was lost, how many.

A `Case` is made once for an assessment; every question about it is answered in Kleene's logic
(law.kleene) and remembered, because hundreds of duties ask the same few things. Its questions stand in layers: data
(law.case_data), people (law.case_people), tests and acts (law.case_acts), and here the organisation.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from law.canonical import in_order
from law.case_acts import ActsOfACase
from law.derived import derive
from law.facts.model import BreachFacts, RegimeEntry
from law.kept import kept
from law.kleene import Value, all_of, any_of
from law.rows import CONFIRMED, UNION, WORLD, containing, upwards, within


@dataclass(frozen=True)
class Case(ActsOfACase):
    """Facts with what follows from them, and the questions that rules ask of them."""

    @staticmethod
    def of(facts: BreachFacts, as_of: datetime) -> "Case":
        """The case of these facts, whatever the order of their lists."""
        filled, assumptions = derive(in_order(facts), as_of.astimezone(UTC).date())
        return Case(filled, as_of, assumptions)

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
