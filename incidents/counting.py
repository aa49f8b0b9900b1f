"""How many people a case concerns, read from a facts document: one sum for lists, pages and documents. Pure.

The kinds of a count are those of law/facts/values.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KINDS = ("exact", "at_least", "at_most", "between", "unknown")

Bounds = tuple[int | None, int | None]


def bounds(count: object) -> Bounds:
    """Lowest and highest number that a count allows; None where it is open.

    `count` is a count of a facts document (a mapping, or a model with the same names), a plain number,
    or None. Raises ValueError for anything else.
    """
    if count is None:
        return None, None
    if isinstance(count, int) and not isinstance(count, bool):
        return count, count
    kind = count.get("kind") if isinstance(count, Mapping) else getattr(count, "kind", None)
    if kind not in KINDS:
        raise ValueError(f"count {count!r}: expected a number or a kind of {', '.join(KINDS)}")
    if kind == "exact":
        return _get(count, "n"), _get(count, "n")
    low = _get(count, "low") if kind in {"at_least", "between"} else None
    high = _get(count, "high") if kind in {"at_most", "between"} else None
    return low, high


@dataclass(frozen=True, slots=True)
class PeopleSum:
    """The sum over the groups. `low`: people whose data are confirmed to be affected. `high`: nobody else can be;
    None while a number or the list of groups is open. `suspected`: how many more, at least, may be affected.
    `stated`: the total that somebody has recorded beside the groups.
    """

    low: int
    high: int | None
    suspected: int
    stated: Bounds | None

    @property
    def leading(self) -> Bounds:
        """The one figure for a list: what was stated where no group has a number, else the sum."""
        if not self.low and self.stated is not None and self.stated != (None, None):
            return self.stated
        return self.low or None, self.high


def people_sum(document: Mapping[str, Any]) -> PeopleSum:
    """Adds up the groups that are not ruled out. Groups that overlap are counted once: the largest stands for all.

    An overlap may be recorded at either of the two groups.
    """
    groups = [row for row in document.get("affected") or () if row.get("presence", "unknown") != "ruled_out"]
    overlaps = _overlaps(groups)
    certain = {row["id"] for row in groups if row.get("presence") == "confirmed"}
    low, high, suspected, is_open = 0, 0, 0, document.get("affected_complete") != "yes"
    shared, shared_suspected = [0], [0]
    for row in groups:
        least, most = bounds(row.get("count"))
        others = overlaps.get(row["id"], set())
        if row["id"] in certain:
            low += 0 if others else least or 0
            shared += [least or 0] if others else []
        elif not others & certain:
            # People who may be counted among the certain ones already are not said to come on top of them.
            suspected += 0 if others else least or 0
            shared_suspected += [least or 0] if others else []
        is_open = is_open or most is None
        high += most or 0
    stated = document.get("affected_total")
    return PeopleSum(
        low=low + max(shared),
        high=None if is_open else high,
        suspected=suspected + max(shared_suspected),
        stated=bounds(stated) if stated else None,
    )


def _overlaps(groups: list[Mapping[str, Any]]) -> dict[str, set[str]]:
    """For each group those that it shares people with, both ways."""
    found: dict[str, set[str]] = {}
    for row in groups:
        for other in row.get("overlaps") or ():
            found.setdefault(row["id"], set()).add(other)
            found.setdefault(other, set()).add(row["id"])
    return found


def _get(count: object, name: str) -> int | None:
    return count.get(name) if isinstance(count, Mapping) else getattr(count, name, None)
