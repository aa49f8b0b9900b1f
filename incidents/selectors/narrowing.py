"""Narrowing and ordering a list of cases: by country, kind of incident, owner,
and the days on which they were opened.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower

from accounts.models import User
from incidents.models import Incident


class Order(StrEnum):
    """How a list is sorted. DEADLINE is the list's own order: next deadline first, or last closed first."""

    DEADLINE = "deadline"
    NEWEST = "newest"
    OLDEST = "oldest"
    TITLE = "title"


BY = {
    Order.NEWEST: ("-opened_at", "-number"),
    Order.OLDEST: ("opened_at", "number"),
    Order.TITLE: (Lower("title"), "number"),
}


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which cases, and in which order. Empty parts do not narrow.

    `country`: people there are affected or may be (ISO 3166-1). `cause`: the kind of incident by the newest facts of
    any of its legal persons. `owner`: the id of a user who owns the case.
    `opened_from` and `opened_before`: instants, the second not included.
    """

    country: str = ""
    cause: str = ""
    owner: int | None = None
    opened_from: datetime | None = None
    opened_before: datetime | None = None
    order: Order = Order.DEADLINE

    @property
    def narrows(self) -> bool:
        """Does it leave out any case?"""
        return bool(self.country or self.cause or self.owner or self.opened_from or self.opened_before)

    def apply(self, rows: QuerySet[Incident]) -> QuerySet[Incident]:
        """The cases of `rows` that it leaves."""
        where: dict[str, Any] = {
            "owner_id": self.owner,
            "opened_at__gte": self.opened_from,
            "opened_at__lt": self.opened_before,
        }
        rows = rows.filter(**{name: value for name, value in where.items() if value is not None})
        keys = [f"country:{self.country}"] if self.country else []
        keys += [f"kind:{self.cause}"] if self.cause else []
        return rows.filter(figures__counts__has_keys=keys) if keys else rows

    def ordered_by(self, own: tuple[Any, ...]) -> tuple[Any, ...]:
        """The order that was asked for; `own` is that of the list."""
        return BY.get(self.order, own)


@dataclass(frozen=True, slots=True)
class Offered:
    """What a form offers: the countries and owners of the cases that the member sees."""

    countries: tuple[str, ...]
    owners: tuple[User, ...]


def offered(every: Iterable[str]) -> Offered:
    """What there is to narrow by in the cases that a member sees. `every`: the keys of counts_of(). One query."""
    keys = [key.partition(":") for key in every]
    owners = User.objects.filter(pk__in=[int(value) for name, _, value in keys if name == "owner"])
    return Offered(
        countries=tuple(sorted(value for name, _, value in keys if name == "country")),
        owners=tuple(owners.order_by("display_name", "pk")),
    )
