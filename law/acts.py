"""What has been done already: notices that answer a stage, delays in force, and the numbers on which a duty turns."""

from typing import Any

from law.clocks import Clock
from law.facts.values import earliest, latest, stamp
from law.holds import held_end, holds
from law.kleene import word
from law.leaves import Here
from law.rules import Duty, Stage, Version


def answered_by(here: Here, duty: Duty, stage: Stage, first: bool, clock: Clock) -> dict[str, Any] | None:
    """The recorded notice that answers this stage. One that names no stage answers the first of the duty."""
    if not here.facts.notices:
        return None
    fitting = [
        notice
        for notice in here.case.notices(duty.rule.addressee, here.place)
        if notice.duty in (None, duty.id) and (notice.stage == stage.rule.stage or (first and notice.stage is None))
    ]
    if duty.rule.addressee is None:
        fitting = [notice for notice in fitting if notice.duty == duty.id]
    if not fitting:
        return None
    sent = min(fitting, key=lambda notice: (earliest(notice.first_sent_at) is None, str(notice.first_sent_at)))
    at = earliest(sent.first_sent_at)
    return {
        "addressee": sent.addressee,
        "stage": sent.stage,
        "first_sent_at": stamp(at),
        "completed_at": stamp(latest(sent.completed_at)),
        "received_at": stamp(latest(sent.received_at)),
        "late": None if at is None or clock.due is None else at > clock.due,
    }


def delay_in_force(here: Here, stage: Stage, clock: Clock, calendar: str) -> dict[str, Any] | None:
    """The law's grounds for waiting, and the recorded delay that is in force at as_of, if there is one."""
    grounds = stage.rule.delay
    if not grounds:
        return None
    running = [one for one in holds(here, stage.rule.hold) if not one.over]
    untils = [one.until for one in running]
    end = None if not untils or None in untils else max(until for until in untils if until)
    dues = [held_end(clock.due, one, stage, clock.zone, calendar) for one in running] if clock.due and end else []
    return {
        "text": grounds,
        "in_force": bool(running),
        "grounds": sorted({one.ground for one in running}),
        "until": stamp(end),
        "due": stamp(max((due for due in dues if due), default=None)),
    }


def threshold_of(here: Here, version: Version) -> dict[str, Any] | None:
    """The number on which the duty turns, and how many are counted: the one met, else open, else missed."""
    if not version.thresholds:
        return None
    rank = {True: 0, None: 1, False: 2}
    chosen = min(version.thresholds, key=lambda one: rank[one.value(here)])
    low, high = chosen.interval(here)
    return {
        "of": "people at risk" if chosen.at_risk else "people affected",
        "place": here.at(chosen.place),
        "operator": chosen.operator,
        "n": chosen.threshold,
        "counted": {"low": low, "high": high},
        "met": word(chosen.value(here)),
    }
