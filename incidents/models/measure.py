"""Measures: what protected the data before, and what was done or is planned since."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import tracked
from accounts.models import User
from incidents.models.incident import Incident, Party
from law.taxonomies import UnknownTermError, load_taxonomies


def validate_measure(value: str) -> None:
    """A measure of the taxonomy; ValidationError names the value and the nearest one."""
    try:
        load_taxonomies().term("measure", value)
    except UnknownTermError as error:
        raise ValidationError(str(error)) from None


@tracked()
class MeasureTaken(models.Model):
    """One measure of the taxonomy in one case: before the incident or after it, in place or planned."""

    class Time(models.TextChoices):
        BEFORE = "before", _("Before the incident")
        AFTER = "after", _("Since the incident")

    class State(models.TextChoices):
        IN_PLACE = "in_place", _("In place")
        PLANNED = "planned", _("Planned")
        DROPPED = "dropped", _("No longer planned")

    # Serves the measures of one incident.
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="measures_taken")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    measure = models.CharField(max_length=40, validators=[validate_measure])
    time = models.CharField(max_length=8, choices=Time)
    state = models.CharField(max_length=8, choices=State)
    # A day, not an instant: measures are reported by the day. Done on it, or planned for it.
    day = models.DateField(null=True, blank=True)
    description = models.TextField(blank=True)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name_plural = _("measures taken")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(time="before") | Q(state="in_place"),
                name="incidents_measure_before_was_in_place",
            ),
            models.CheckConstraint(
                condition=Q(time__in=["before", "after"]) & Q(state__in=["in_place", "planned", "dropped"]),
                name="incidents_measure_terms_known",
            ),
            models.CheckConstraint(condition=Q(measure__regex=r"\S"), name="incidents_measure_given"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} ({self.get_time_display()}, {self.get_state_display()})"
