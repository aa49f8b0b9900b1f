"""Projections: the newest facts as rows, for lists, maps and statistics. Always to be had again."""

from datetime import datetime
from typing import Any

from django.db import transaction

from incidents import paths
from incidents.models import AffectedPeople, DataInvolved, FactInstant, FactsRevision, Party
from law.facts import BreachFacts, parse_facts
from law.facts.model import AffectedGroup, DataItem
from law.facts.values import Count, Span, UnknownCount, bounds
from law.taxonomies import load_taxonomies


def rebuild_projections(party: Party) -> None:
    """Makes the projections of a party again from its newest revision, in one transaction."""
    revision = FactsRevision.objects.filter(party=party).order_by("-number").first()
    project(party, parse_facts(revision.document) if revision else None)


@transaction.atomic
def project(party: Party, facts: BreachFacts | None) -> None:
    """Replaces the projections of a party by those of `facts`; None: there are no facts."""
    AffectedPeople.objects.filter(party=party).delete()
    DataInvolved.objects.filter(party=party).delete()
    FactInstant.objects.filter(party=party).delete()
    if facts is None:
        return
    AffectedPeople.objects.bulk_create(_people(party, group) for group in facts.affected)
    DataInvolved.objects.bulk_create(_data(party, item) for item in facts.data)
    FactInstant.objects.bulk_create(_instants(party, facts))


def _bounds(count: Count) -> tuple[int | None, int | None]:
    # An unknown number is no zero: both ends stay empty.
    return (None, None) if isinstance(count, UnknownCount) else bounds(count)


def _people(party: Party, group: AffectedGroup) -> AffectedPeople:
    low, high = _bounds(group.count)
    return AffectedPeople(
        party=party,
        incident_id=party.incident_id,
        row=paths.row_name({"id": group.id}, paths.ROWS[("affected",)]),
        country=group.country or "",
        subdivision=group.subdivision or "",
        region=group.region or "",
        presence=group.presence,
        persons=group.persons,
        subjects=list(group.subjects),
        low=low,
        high=high,
    )


def _data(party: Party, item: DataItem) -> DataInvolved:
    taxonomies = load_taxonomies()
    known = item.category != "unknown"
    category = taxonomies.category_of(item.category) if known else "unknown"
    row: dict[str, Any] = {"category": item.category, "groups": item.groups}
    return DataInvolved(
        party=party,
        incident_id=party.incident_id,
        row=paths.row_name(row, paths.ROWS[("data",)]),
        category=category,
        element=item.category if item.category != category else "",
        status=item.status,
        protection=item.protection,
        groups=list(item.groups) if item.groups is not None else None,
    )


def _instants(party: Party, facts: BreachFacts) -> list[FactInstant]:
    found: list[FactInstant] = []
    for name in type(facts.timeline).model_fields:
        point: datetime | Span | str | None = getattr(facts.timeline, name)
        row = FactInstant(party=party, incident_id=party.incident_id, name=name)
        if isinstance(point, datetime):
            row.earliest = row.latest = point
        elif isinstance(point, Span):
            row.earliest, row.latest = point.earliest, point.latest
        elif point == "not_yet":
            row.not_yet = True
        else:
            continue
        found.append(row)
    return found
