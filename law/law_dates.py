"""Which day's law governs: the day of the occurrence, the discovery, the duty's arising, or the notice.

Each version of a duty says which of these decides. Where that instant is known only as lying between two
days, each version in force on one of them is applied; where it is not known at all, `as_of` stands in.
"""

from datetime import date, datetime
from typing import NamedTuple

from law import places
from law.case import Case
from law.derived import Assumption
from law.facts.values import earliest, latest
from law.rules import Duty, InForce, Instrument, Version
from law.time_limits import zone_of

MOST_DAYS = 32
"""Of how many days a law keeps what governs on them: cases that are looked at together mostly share a few."""
FACTS = {
    "occurrence": "timeline.occurred_until",
    "discovery": "timeline.detected_at",
    "duty_arises": "timeline.became_aware_at",
    "notice": "notices",
}


class Days(NamedTuple):
    """The first and the last day whose law may govern, what decides, and whether a day had to be assumed."""

    first: date
    last: date
    basis: str
    assumed: Assumption | None = None


class LawDates:
    """The days whose law may govern one case, per basis and zone; remembered for all duties."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.assumed: dict[str, Assumption] = {}
        self._days: dict[tuple[str, str], Days] = {}
        self._alike: dict[str, tuple[datetime, datetime, Assumption | None]] = {}
        self._of_notices: dict[tuple[str, str], Days] = {}
        self._governing: dict[tuple[str, date], list[InForce]] = {}
        self._notified = bool(case.facts.notices)

    def in_force(self, instrument: Instrument, place: str) -> list[tuple[Duty, list[InForce]]]:
        """The duties of a law, each with the versions that may govern.

        Where the same kinds of days decide for all of them, what governs on those is kept for the next case.
        """
        bases = instrument.dated_by
        if bases is None or (self._notified and any(basis == "notice" for basis, _ in bases)):
            return [(duty, self.versions(duty, place)) for duty in instrument.duties]
        key: list[date] = []
        for one in bases:
            days = self._days.get(one) or self._alike_for_all(one)
            key += days[:2]
        kept, days_known = instrument.governing, tuple(key)
        found = kept.get(days_known)
        if found is None:
            if len(kept) >= MOST_DAYS:
                kept.clear()
            found = kept[days_known] = [(duty, self.versions(duty, place)) for duty in instrument.duties]
        return found

    def versions(self, duty: Duty, place: str) -> list[InForce]:
        """The versions that may govern, the newest last; empty where none was in force."""
        began = first_day(duty, place) if duty.reached_later else duty.begins
        if duty.of_the_union and not self._notified:
            key = duty.id, began  # looked at from thirty places
            if key not in self._governing:
                self._governing[key] = self._versions_since(duty, place, began)
            return self._governing[key]
        return self._versions_since(duty, place, began)

    def _versions_since(self, duty: Duty, place: str, began: date) -> list[InForce]:
        found = []
        for version in duty.versions:
            days, until = self.days(duty, version, place), version.until
            last = days.last if until is None or until > days.last else until
            if days.first <= last and version.begins <= last and began <= last:
                found.append(InForce(version, last, days.basis))
        return found

    def days(self, duty: Duty, version: Version, place: str) -> Days:
        """The days whose law may govern this duty, by what this version says decides."""
        key = version.dated_by
        days = self._days.get(key)
        if days is not None:
            return days
        if key[0] != "notice" or not self._notified:
            return self._alike_for_all(key)
        if (duty.id, place) not in self._of_notices:
            self._of_notices[duty.id, place] = self._made(key, *self._sent(duty, place))
        return self._of_notices[duty.id, place]

    def _alike_for_all(self, key: tuple[str, str]) -> Days:
        """The days by what decides alike for all duties, and in which zone."""
        basis = key[0]
        if basis not in self._alike:
            self._alike[basis] = self._instants(basis)
        days = self._days[key] = self._made(key, *self._alike[basis])
        return days

    def _made(self, key: tuple[str, str], begin: datetime, end: datetime, assumed: Assumption | None) -> Days:
        basis, where = key[0], zone_of(key[1])
        first = begin.astimezone(where).date()
        if assumed:
            self.assumed.setdefault(basis, assumed)
        return Days(first, first if end is begin else end.astimezone(where).date(), basis, assumed)

    def _sent(self, duty: Duty, place: str) -> tuple[datetime, datetime, Assumption | None]:
        """When the notice was sent that this duty asks for."""
        sent = self.case.notices(duty.rule.addressee, place)
        mine = [notice.first_sent_at for notice in sent if notice.duty in (None, duty.id)]
        first = min((at for point in mine if (at := earliest(point))), default=None)
        return self._assumed("notice") if first is None else (first, first, None)

    def _instants(self, basis: str) -> tuple[datetime, datetime, Assumption | None]:
        line, as_of = self.case.facts.timeline, self.case.as_of
        match basis:
            case "occurrence":
                points = [line.occurred_from, line.occurred_until]
                if line.occurred_until == "not_yet":
                    points = [line.occurred_from, as_of]
                elif line.occurred_until is None and (begin := earliest(line.occurred_from)) is not None:
                    return begin, as_of, self._assumed(basis)[2]
            case "discovery":
                first = next((point for point in (line.detected_at, line.suspected_at) if earliest(point)), None)
                points = [first or line.became_aware_at]
            case "notice":
                points = []  # nothing was sent yet
            case _:
                points = [line.became_aware_at]
        begins = [at for point in points if (at := earliest(point)) is not None]
        ends = [at for point in points if (at := latest(point)) is not None]
        if begins and ends:
            return min(begins), max(ends), None
        return self._assumed(basis)

    def _assumed(self, basis: str) -> tuple[datetime, datetime, Assumption]:
        """Nothing says when: as_of stands in, or the time since the first sign where the duty may have arisen."""
        line, as_of = self.case.facts.timeline, self.case.as_of
        why = f"the day that decides which law governs ({basis.replace('_', ' ')}) is not recorded; as_of stands in"
        begin, end = as_of, as_of
        if basis == "duty_arises" and line.became_aware_at != "not_yet":
            signs = [at for point in (line.detected_at, line.suspected_at) if (at := earliest(point)) is not None]
            begin, end = min(signs, default=as_of), latest(line.determined_at) or as_of
            begin = min(begin, end)
            if begin < end:
                why += "; the law since the first sign is applied too, where it was another"
        return begin, end, Assumption(FACTS[basis], as_of.isoformat(), why)


def first_day(duty: Duty, place: str) -> date:
    """The first day of a duty in a place: the Regulation reached three EEA states after the others."""
    began = duty.begins
    if duty.instrument.file.instrument == "gdpr" and places.is_place(place):
        membership = places.eea_membership(place)
        return max(began, membership.gdpr_first) if membership else began
    return began
