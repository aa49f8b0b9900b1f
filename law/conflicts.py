"""Duties whose prescribed order contradicts itself or what has been sent."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from law.findings import Finding

STRICT = {"before": True, "after": True, "not_after": False, "on_or_after": False, "with": False}
FORWARD = ("before", "not_after", "with")
BACKWARD = ("after", "on_or_after", "with")


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
