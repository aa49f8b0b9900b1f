"""Recorded delays, and what they do to a clock: it waits, or stands still, or an extension was granted.

A delay never moves `due`, the strictest reading: it rests on a ground that others have set and may take back. While
it is in force the answer says so beside the date (`delay`); once it is over, the later end that follows from it is
arguable, with its ground.
"""

from datetime import datetime
from typing import NamedTuple

from law.facts.model import Delay
from law.facts.values import earliest, latest
from law.leaves import Here
from law.rows import concerns
from law.rules import Stage
from law.schema import Hold
from law.time_limits import due_at, later_by_days, local_day

WORDS = {
    "law_enforcement": "law enforcement", "national_security": "national security",
    "restore_integrity": "restoring the integrity of systems", "authority_permission": "permission of the authority",
    "other": "another ground",
}  # fmt: skip


class Held(NamedTuple):
    """One recorded delay that the law knows. `until` None: nobody has said when it ends; `over`: it has ended."""

    ground: str
    begun: datetime | None
    until: datetime | None
    over: bool


def holds(here: Here, hold: Hold | None) -> list[Held]:
    """The delays of this place on the grounds that the law knows, that have begun by `as_of`."""
    case = here.case
    found = []
    if case.facts.law_enforcement_delay_until is not None:
        until = case.facts.law_enforcement_delay_until
        found.append(Held("law_enforcement", None, until, until <= case.as_of))
    found += [
        _held(here, delay)
        for delay in case.facts.delays
        if delay.requested_at != "not_yet" and concerns(delay.jurisdiction, here.place, case.day)
    ]
    known = set(hold.grounds) if hold and hold.grounds else None
    return [one for one in found if known is None or one.ground in known]


def _held(here: Here, delay: Delay) -> Held:
    """A law enforcement agency that has given clearance no longer holds the notice up."""
    until = latest(delay.until)
    cleared = [earliest(one.at) for one in here.case.events("law_enforcement_clearance", here.place)]
    if delay.ground == "law_enforcement" and cleared:
        at = [one for one in cleared if one is not None]
        ended = min([*at, *([until] if until else [])], default=until)
        return Held(delay.ground, earliest(delay.requested_at), ended, True)
    return Held(delay.ground, earliest(delay.requested_at), until, until is not None and until <= here.case.as_of)


def held_end(due: datetime, held: Held, stage: Stage, zone: str, calendar: str) -> datetime | None:
    """When a stage is due that was held up so: never before `due`. None while nobody knows when the delay ends."""
    hold = stage.rule.hold
    if held.until is None:
        return None
    if hold and hold.clock == "stands_still" and held.begun is not None:
        if held.begun >= due:
            return due
        if stage.limit is not None and stage.limit.unit == "hours":
            return max(due, due + (held.until - held.begun))
        days = (local_day(held.until, zone) - local_day(held.begun, zone)).days
        return max(due, later_by_days(due, days, stage.rule.counting, zone)) if days > 0 else due
    if stage.after_hold is not None:
        return max(due, due_at(stage.after_hold, held.until, zone, calendar).at)
    return max(due, held.until)


def after_what_is_over(
    here: Here, stage: Stage, due: datetime, zone: str, calendar: str
) -> tuple[datetime, str] | None:
    """The latest end that a delay which is over, or an extension granted, gives; with its ground. None without one."""
    found: list[tuple[datetime, str]] = []
    rule = stage.rule
    if rule.delay:
        for one in holds(here, rule.hold):
            end = held_end(due, one, stage, zone, calendar) if one.over else None
            if end is not None and end > due and one.until is not None and (rule.hold is not None):
                cite = f" ({rule.hold.cite})"
                found.append((end, f"held up by {WORDS[one.ground]} until {one.until:%d %b %Y}{cite}"))
    if rule.extension:
        for event in here.case.events("authority_permission", here.place):
            until = latest(event.until)
            if until is not None and until > due:
                found.append((until, f"extended by {event.by or 'the authority'}: {rule.extension}"))
    return max(found, default=None)
