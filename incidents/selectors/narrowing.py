"""Narrowing and ordering a list of cases: by country, kind of incident, owner,
and the days on which they were opened.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Lower

from accounts.models import User
from incidents.models import AffectedPeople, FactsRevision, Incident


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
        if self.country:
            people = AffectedPeople.objects.filter(incident=OuterRef("pk"), country=self.country)
            rows = rows.filter(Exists(people.exclude(presence="ruled_out")))
        return rows.filter(Exists(_caused(self.cause))) if self.cause else rows

    def ordered_by(self, own: tuple[Any, ...]) -> tuple[Any, ...]:
        """The order that was asked for; `own` is that of the list."""
        return BY.get(self.order, own)


def _caused(cause: str) -> QuerySet[Any]:
    newer = FactsRevision.objects.filter(party=OuterRef("party"), number__gt=OuterRef("number"))
    kind = KeyTextTransform("type", KeyTransform("cause", "document"))
    return FactsRevision.objects.filter(~Exists(newer), party__incident=OuterRef("pk")).alias(kind=kind).filter(
        kind=cause
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offered:
    """What a form offers: the countries and owners of the cases that the member sees."""

    countries: tuple[str, ...]
    owners: tuple[User, ...]


def offered(rows: QuerySet[Incident]) -> Offered:
    """What there is to narrow by in these cases. Two queries."""
    people = AffectedPeople.objects.filter(incident__in=rows).exclude(country__in=("", "unknown"))
    owners = User.objects.filter(pk__in=rows.order_by().values("owner_id"))
    return Offered(
        countries=tuple(people.order_by("country").values_list("country", flat=True).distinct()),
        owners=tuple(owners.order_by("display_name", "pk")),
    )
