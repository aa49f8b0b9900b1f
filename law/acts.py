"""What has been done already: notices that answer a stage, delays in force, thresholds, and acts out of order."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from law.clocks import Clock
from law.facts.values import earliest, latest
from law.findings import Finding, stamp
from law.holds import held_end, holds
from law.kleene import word
from law.leaves import Here
from law.rulebook import Duty, Stage, Version

STRICT = {"before": True, "after": True, "not_after": False, "on_or_after": False, "with": False}
FORWARD = ("before", "not_after", "with")
BACKWARD = ("after", "on_or_after", "with")


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


def conflicts(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Duties whose prescribed order contradicts itself or what has been sent, for duties that (may) apply."""
    standing: dict[str, Finding] = {}
    for one in findings:
        if one.outcome != "DOES_NOT_APPLY":
            standing.setdefault(one.duty, one)
    return [*_circles(standing), *_out_of_order(findings)]


def _circles(standing: dict[str, Finding]) -> list[dict[str, Any]]:
    edges: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for name, finding in sorted(standing.items()):
        for order in finding.static["order"]:
            other, relation = order["duty"], order["relation"]
            if other in standing:
                if relation in FORWARD:
                    edges[name].append((other, STRICT[relation]))
                if relation in BACKWARD:
                    edges[other].append((name, STRICT[relation]))
    return [
        {
            "duties": list(circle),
            "what": "Each of these duties must come before the next, and the last before the first.",
        }
        for circle in strict_circles(edges)
    ]


def strict_circles(edges: dict[str, list[tuple[str, bool]]]) -> list[tuple[str, ...]]:
    """Circles of "comes before" (name, strictly?) that hold at least one strict step; each told once."""
    found: dict[frozenset[str], tuple[str, ...]] = {}

    def walk(path: list[str], strict: bool) -> None:
        for other, is_strict in edges.get(path[-1], ()):
            if other == path[0] and (strict or is_strict):
                found.setdefault(frozenset(path), tuple(path))
            elif other > path[0] and other not in path:
                walk([*path, other], strict or is_strict)

    for name in sorted(edges):
        walk([name], False)
    return list(found.values())


def _out_of_order(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Something was sent although what the law wants before it has not been, or was sent later."""
    sent: dict[tuple[str, str], str] = {}
    standing: dict[tuple[str, str], Finding] = {}
    for one in findings:
        key = (one.duty, one.jurisdiction)
        if one.outcome != "DOES_NOT_APPLY":
            standing.setdefault(key, one)
        if one.answered_by and one.answered_by["first_sent_at"]:
            sent[key] = min(sent.get(key, "9"), one.answered_by["first_sent_at"])
    told = []
    for (name, place), finding in sorted(standing.items()):
        for order in finding.static["order"]:
            other = (order["duty"], place)
            if other not in standing:
                continue
            first, second = (
                ((name, place), other) if order["relation"] in ("before", "not_after") else (other, (name, place))
            )
            if order["relation"] == "with" or second not in sent:
                continue
            if first not in sent or sent[first] > sent[second]:
                what = f"{second[0]} was sent on {sent[second]}, but {first[0]} comes first"
                cite = f" ({order['cite']})" if order.get("cite") else ""
                told.append({"duties": [first[0], second[0]], "jurisdiction": place, "what": f"{what}{cite}."})
    return told
