"""Lessons learnt: what went well and what did not, once for each case. Measures that follow are tasks."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import tracked
from accounts.models import User
from incidents.models.incident import Incident


@tracked()
class Lessons(models.Model):
    """What was learnt from a case (ISO/IEC 27035-1, lessons learnt). Earlier wordings stand in the history."""

    incident = models.OneToOneField(Incident, on_delete=models.PROTECT, related_name="lessons")
    went_well = models.TextField(_("what went well"), blank=True)
    went_badly = models.TextField(_("what did not go well"), blank=True)
    # Counts the wordings, so that a form left open cannot write over a newer one.
    version = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "lessons"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(went_well__regex=r"\S") | Q(went_badly__regex=r"\S"), name="incidents_lessons_given"
            ),
        ]

    def __str__(self) -> str:
        return f"Lessons of {self.incident_id}"
