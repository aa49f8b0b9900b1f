"""The small values that facts are made of: answers, counts, instants, money.

Unknown is a value, not a gap: a missing key, `null` and "unknown" are one and the same, and none of
them ever means "no".
"""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Answer = Literal["yes", "no", "unknown"]
SuspectedAnswer = Literal["yes", "no", "suspected", "unknown"]
PartlyAnswer = Literal["yes", "no", "partly", "unknown"]
Evidence = Literal["confirmed", "reasonably_believed", "suspected", "no_evidence", "ruled_out", "unknown"]
Presence = Literal["confirmed", "suspected", "ruled_out", "unknown"]
TestAnswer = Literal["yes", "no", "unknown", "cannot_be_determined"]

RFC3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
YEARS = (1900, 3000)
INSTANT_EXPECTED = 'an instant with its offset, such as "2023-05-29T10:20:00+09:00"'


class Fact(BaseModel):
    """A part of the facts document: frozen, no unknown keys, `null` and "unknown" dropped on entry.

    `keeps_unknown` names the fields in which the word "unknown" says something of its own
    (an affected group in an unknown country is a group all the same).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    keeps_unknown: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _drop_unknown(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {
            key: item
            for key, item in value.items()
            if not (item is None or (item == "unknown" and key not in cls.keeps_unknown)) or key not in cls.model_fields
        }


class ExactCount(Fact):
    kind: Literal["exact"]
    n: int = Field(ge=0, strict=True)


class AtLeast(Fact):
    kind: Literal["at_least"]
    low: int = Field(ge=0, strict=True)


class AtMost(Fact):
    kind: Literal["at_most"]
    high: int = Field(ge=0, strict=True)


class Between(Fact):
    kind: Literal["between"]
    low: int = Field(ge=0, strict=True)
    high: int = Field(ge=0, strict=True)

    @model_validator(mode="after")
    def _ordered(self) -> "Between":
        if self.low > self.high:
            raise ValueError(f"low {self.low} not greater than high {self.high}")
        return self


class UnknownCount(Fact):
    kind: Literal["unknown"]
    keeps_unknown: ClassVar[frozenset[str]] = frozenset({"kind"})


Count = Annotated[ExactCount | AtLeast | AtMost | Between | UnknownCount, Field(discriminator="kind")]
UNKNOWN_COUNT = UnknownCount(kind="unknown")


def bounds(count: Count) -> tuple[int, int | None]:
    """The lowest and the highest number that `count` allows; None for "no upper bound known"."""
    if isinstance(count, ExactCount):
        return count.n, count.n
    if isinstance(count, UnknownCount):
        return 0, None
    if isinstance(count, AtLeast):
        return count.low, None
    return (0 if isinstance(count, AtMost) else count.low), count.high


class Money(Fact):
    """An amount in a currency (ISO 4217), its number a count like every other."""

    amount: Count = UNKNOWN_COUNT
    currency: str = Field(pattern="^[A-Z]{3}$")


def _instant(value: Any) -> Any:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"expected {INSTANT_EXPECTED}")
        return value
    if not isinstance(value, str) or not RFC3339.fullmatch(value):
        raise ValueError(f"expected {INSTANT_EXPECTED}")
    try:
        found = datetime.fromisoformat(value.upper())
    except ValueError as error:
        raise ValueError(f"{INSTANT_EXPECTED} ({error})") from None
    if not YEARS[0] <= found.year < YEARS[1]:
        raise ValueError(f"an instant of the years {YEARS[0]} to {YEARS[1] - 1}")
    return found


Moment = Annotated[datetime, BeforeValidator(_instant)]


class Span(Fact):
    """An instant known only as lying between two others, both inclusive."""

    earliest: Moment
    latest: Moment

    @model_validator(mode="after")
    def _ordered(self) -> "Span":
        if self.earliest > self.latest:
            raise ValueError(f"earliest {self.earliest.isoformat()} not after latest {self.latest.isoformat()}")
        return self


def _point(value: Any) -> Any:
    if isinstance(value, dict | Span) or value == "not_yet":
        return value
    return _instant(value)


# "not_yet": it has not happened. None: not known.
Point = Annotated[datetime | Span | Literal["not_yet"], BeforeValidator(_point)]


def earliest(point: datetime | Span | str | None) -> datetime | None:
    """The earliest instant that `point` allows; None when unknown or not yet happened."""
    if isinstance(point, datetime):
        return point
    return point.earliest if isinstance(point, Span) else None


def latest(point: datetime | Span | str | None) -> datetime | None:
    """The latest instant that `point` allows; None when unknown or not yet happened."""
    if isinstance(point, datetime):
        return point
    return point.latest if isinstance(point, Span) else None


def stamp(instant: datetime | None) -> str | None:
    """RFC 3339 in UTC, seconds kept."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z") if instant else None
