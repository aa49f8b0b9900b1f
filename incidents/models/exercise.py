"""Exercises: a case that is a drill. Its clocks stand still between the news, and nothing of it leaves the house."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.history import tracked
from accounts.models import User
from incidents.models.incident import Incident


@tracked()
class Exercise(models.Model):
    """One drill: the scenario that is told in its case, how far it was told, and when it began and ended."""

    incident = models.OneToOneField(Incident, on_delete=models.PROTECT, related_name="drill")
    scenario = models.CharField(max_length=60, help_text="Id of a scenario of incidents/scenarios")
    told = models.PositiveSmallIntegerField(default=0, help_text="How many of the scenario's news were told")
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    ended_at = models.DateTimeField(null=True)
    remarks = models.TextField(blank=True, help_text="What was learnt, in words")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="incidents_exercise_ended_by_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scenario} in {self.incident_id}"
