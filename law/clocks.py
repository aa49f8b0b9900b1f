"""Running the clock of one stage in one case: start, limit, yardstick and outer limit together."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from law import places
from law.holds import after_what_is_over
from law.leaves import Here
from law.rules import Owed, Stage
from law.starts import Start, Started
from law.time_limits import Due, Period, due_at


def no_steps() -> tuple[str, ...]:
    """The working of a clock that counts nothing."""
    return ()


class Clock(NamedTuple):
    """When a stage is due. `due` is the strictest reading; None where no number or no start is known."""

    starts: str
    fact: str
    started_at: datetime | None
    basis: str
    due: datetime | None = None
    arguable: datetime | None = None
    ground: str | None = None
    not_before: datetime | None = None
    outer_due: datetime | None = None
    guideline_due: datetime | None = None
    arises_on: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    zone: str = "UTC"
    steps: Callable[[], tuple[str, ...]] = no_steps

    @property
    def working(self) -> tuple[str, ...]:
        """How the due instant was counted, in words; made when it is read."""
        return self.steps()


class Clocks:
    """The clocks of one assessment. What several duties count alike is counted once."""

    def __init__(self) -> None:
        self._ends: dict[tuple[int, datetime, str, str], Due] = {}
        self._starts: dict[tuple[int, str], Started] = {}

    def stopped(self, here: Here, stage: Stage, owed: Owed) -> Clock:
        """The clock of a duty that does not apply: it has a start, and nothing is due."""
        started = self._started(stage.start, here)
        return Clock(stage.start.text, started.fact, started.at, started.basis, zone=owed.zone)

    def run(self, here: Here, stage: Stage, owed: Owed) -> Clock:
        """When `stage` is due, counted in the zone and by the calendar of the authority, else in the law's own."""
        zone, calendar = owed.zone, owed.calendar
        zones: tuple[str, ...] = (zone,)
        if here.facts.organisation.subdivision is not None:
            zones = tuple(dict.fromkeys((zone, *_zone_of_the_organisation(here))))
        started = self._started(stage.start, here)
        if stage.counts_nothing:
            return Clock(
                stage.start.text, started.fact, started.at, started.basis, zone=zone,
                arises_on=(started.fact,) if started.state == "not_yet" else (), missing=_missing(started),
            )  # fmt: skip
        main = self._strictest(stage.limit, started.at, zones, calendar) if stage.limit else None
        guideline = self._strictest(stage.guideline, started.at, zones, calendar) if stage.guideline else None
        outer = None
        if stage.outer:
            outer_start = self._started(stage.outer_start, here) if stage.outer_start else started
            outer = self._strictest(stage.outer, outer_start.at, zones, calendar)
        at_latest = None
        if main is None and started.at_latest:
            at_latest = self._strictest(stage.limit, started.at_latest[0], zones, calendar)
        counted = main or guideline or outer
        due = main.at if main else None
        if outer and (due is None or outer.at < due):
            due = outer.at
        arguable, ground = self._later(here, stage, main, started, zones, calendar) if main else (None, None)
        if at_latest and started.at_latest:
            arguable, ground = at_latest.at, f"only if it began no earlier than {started.at_latest[1]}"
        wait = self._strictest(stage.wait, started.at, zones, calendar) if stage.wait else None
        return Clock(
            starts=stage.start.text,
            fact=started.fact,
            started_at=started.at,
            basis=started.basis,
            due=due,
            arguable=arguable,
            ground=ground,
            not_before=wait.at if wait else None,
            outer_due=outer.at if outer else None,
            guideline_due=guideline.at if guideline else None,
            steps=(lambda: counted.working) if counted else no_steps,
            arises_on=(started.fact,) if started.state == "not_yet" else (),
            missing=_missing(started),
            zone=counted.zone if counted else zone,
        )

    def _later(
        self, here: Here, stage: Stage, main: Due, started: Started, zones: tuple[str, ...], calendar: str
    ) -> tuple[datetime | None, str | None]:
        """The latest end that can be argued beside the strict one, and its ground."""
        found = [(main.arguable, main.ground)] if main.arguable else []
        if stage.arguable is not None and stage.rule.arguable is not None:
            longer = self._strictest(stage.arguable, started.at, zones, calendar)
            if longer and longer.at > main.at:
                found.append((longer.at, stage.rule.arguable.text))
        facts = here.facts
        if facts.delays or facts.events or facts.law_enforcement_delay_until:
            held = after_what_is_over(here, stage, main.at, main.zone, calendar)
            found += [held] if held else []
        return max(found, key=lambda one: one[0]) if found else (None, None)

    def _started(self, start: Start, here: Here) -> Started:
        key = (id(start), here.place if start.local else "")
        found = self._starts.get(key)
        if found is None:
            found = self._starts[key] = start.at(here.case, here.place, here.prefixes)
        return found

    def _strictest(
        self, length: Period | None, since: datetime | None, zones: tuple[str, ...], calendar: str
    ) -> Due | None:
        """The end in whichever of the zones the day ends first."""
        if length is None or since is None:
            return None
        if len(zones) == 1:
            return self._end(length, since, zones[0], calendar)
        return min((self._end(length, since, zone, calendar) for zone in zones), key=lambda due: due.at)

    def _end(self, length: Period, since: datetime, zone: str, calendar: str) -> Due:
        key = (id(length), since, zone, calendar)
        found = self._ends.get(key)
        if found is None:
            found = self._ends[key] = due_at(length, since, zone, calendar)
        return found


def _missing(started: Started) -> tuple[str, ...]:
    return (started.fact,) if started.state in ("unknown", "assumed") and started.fact else ()


def _zone_of_the_organisation(here: Here) -> tuple[str, ...]:
    """Where the organisation sits in another part of the same country, its own day may end earlier."""
    own = here.facts.organisation.subdivision
    country = places.country(here.place).code if places.is_place(here.place) else None
    return (places.zone(own),) if own and places.country(own).code == country else ()
