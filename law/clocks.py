"""Running the clock of one stage in one case: start, limit, yardstick and outer limit together."""

from datetime import datetime

from law import places
from law.conditions import Here
from law.findings import Clock
from law.rulebook import Duty, Stage
from law.schema import Authority
from law.starts import Start, Started
from law.time_limits import Due, Period, due_at


def run_clock(here: Here, duty: Duty, stage: Stage, authority: Authority | None) -> Clock:
    """When `stage` is due, counted in the authority's zone and calendar, else in the law's own."""
    file = duty.instrument.file
    zone = authority.zone if authority else file.zone
    calendar = (authority.calendar if authority else "") or file.calendar
    started = stage.start.at(here.case, here.place, here.prefixes)
    zones = dict.fromkeys((zone, *_zone_of_the_organisation(here)))

    def end(length: Period | None, since: Started) -> Due | None:
        """The strictest of the zones in which a day may be said to end."""
        if length is None or since.at is None:
            return None
        return min((due_at(length, since.at, one, calendar) for one in zones), key=lambda due: due.at)

    main = end(stage.limit, started)
    guideline = end(stage.guideline, started)
    outer_started = _outer_start(here, stage.outer_start, started)
    outer = end(stage.outer, outer_started)
    counted = main or guideline
    return Clock(
        starts=stage.start.text,
        fact=started.fact,
        started_at=started.at,
        basis=started.basis,
        due=_strictest(main, outer),
        arguable=main.arguable if main else None,
        ground=main.ground if main else None,
        outer_due=outer.at if outer else None,
        guideline_due=guideline.at if guideline else None,
        working=counted.working if counted else outer.working if outer else (),
        arises_on=(started.fact,) if started.state == "not_yet" else (),
        missing=(started.fact,) if started.state in ("unknown", "assumed") and started.fact else (),
        zone=counted.zone if counted else zone,
    )


def _zone_of_the_organisation(here: Here) -> tuple[str, ...]:
    """Where the organisation sits in another part of the same country, its own day may end earlier."""
    own = here.facts.organisation.subdivision
    country = places.country(here.place).code if places.is_place(here.place) else None
    return (places.zone(own),) if own and places.country(own).code == country else ()


def _outer_start(here: Here, own: Start | None, started: Started) -> Started:
    return own.at(here.case, here.place, here.prefixes) if own else started


def _strictest(main: Due | None, outer: Due | None) -> datetime | None:
    found = [due.at for due in (main, outer) if due]
    return min(found) if found else None
