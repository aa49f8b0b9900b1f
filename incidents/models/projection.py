"""Relational projections of the newest facts, for lists, maps, search and statistics.

They say nothing of their own: incidents.services.projections rebuilds them from the newest revision
of a party, in the transaction that adds it.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from incidents.models.incident import Incident, Party


class AffectedPeople(models.Model):
    """One group of people affected (`/affected/<row>`). `low` and `high` are people; both null: unknown."""

    # Serves the rebuild, and the people of one party.
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="affected_people")
    # Serves the people of one incident, by country.
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="affected_people")
    row = models.TextField(help_text="The row's name in the facts document")
    country = models.CharField(max_length=10, blank=True, help_text='ISO 3166-1 or a zone, or "unknown"')
    subdivision = models.CharField(max_length=10, blank=True, help_text="ISO 3166-2")
    region = models.CharField(max_length=8, blank=True, help_text="UN M49")
    presence = models.CharField(max_length=10, default="unknown")
    persons = models.CharField(max_length=10, default="natural")
    subjects = ArrayField(models.CharField(max_length=40), default=list)
    low = models.BigIntegerField(null=True)
    high = models.BigIntegerField(null=True)

    class Meta:
        verbose_name_plural = "affected people"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(low__isnull=True) | Q(low__gte=0), name="incidents_people_low_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(high__isnull=True) | Q(high__gte=models.F("low")),
                name="incidents_people_low_high",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.row}: {self.country or self.region}"


class DataInvolved(models.Model):
    """One category or element of data (`/data/<row>`) and what is known of it."""

    # Serves the rebuild, and the data of one party.
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="data_involved")
    # Serves the data of one incident.
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="data_involved")
    row = models.TextField(help_text="The row's name in the facts document")
    category = models.CharField(max_length=60)
    element = models.CharField(max_length=60, blank=True, help_text="Empty: the category as a whole")
    status = models.CharField(max_length=10, default="unknown")
    protection = models.CharField(max_length=30, default="unknown")
    groups = ArrayField(models.TextField(), null=True, help_text="Rows of affected people; null: all")

    class Meta:
        verbose_name_plural = "data involved"

    def __str__(self) -> str:
        return f"{self.element or self.category}: {self.status}"


class FactInstant(models.Model):
    """One instant of `/timeline`. A span has two ends; `not_yet` says that it has not happened."""

    # No index of its own: the unique constraint below begins with the party.
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="instants", db_index=False)
    # Serves the case's timeline.
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="instants")
    name = models.CharField(max_length=40, help_text="became_aware_at")
    earliest = models.DateTimeField(null=True)
    latest = models.DateTimeField(null=True)
    not_yet = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves one instant of one party.
            models.UniqueConstraint(fields=["party", "name"], name="incidents_instant_once"),
            models.CheckConstraint(
                condition=Q(not_yet=True, earliest__isnull=True, latest__isnull=True)
                | Q(not_yet=False, earliest__isnull=False, latest__gte=models.F("earliest")),
                name="incidents_instant_span_or_not_yet",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.earliest or 'not yet'}"
