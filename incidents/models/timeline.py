"""The timeline: what happened and what was done, each with its own time beside the time it was typed."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from incidents.models.append_only import append_only
from incidents.models.incident import Incident, Party


class TimelineEntry(models.Model):
    """One entry. A mistake is corrected by a new entry that names the old one; nothing is edited."""

    class Kind(models.TextChoices):
        HUMAN = "human", _("Entry")
        LEGAL = "legal", _("Legal event")

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="timeline", db_index=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.HUMAN)
    # What a legal entry tells of: opened, fulfilled, decided, ... Empty for human entries.
    event = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(help_text="When it happened, or the earliest it can have happened")
    until = models.DateTimeField(null=True, help_text="The latest it can have happened; empty: an instant")
    text = models.TextField()
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField(default=timezone.now)
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="corrections", null=True, db_index=False
    )

    class Meta:
        verbose_name_plural = _("timeline entries")
        indexes: ClassVar[list[models.Index]] = [
            # Serves the timeline of one incident in the order of what happened.
            models.Index(fields=["incident", "at"], name="incidents_timeline_order"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves "was this corrected?"; one entry has at most one correction, which may be corrected.
            models.UniqueConstraint(fields=["corrects"], name="incidents_timeline_corrected_once"),
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="incidents_timeline_text_given"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("at")), name="incidents_timeline_span_order"
            ),
            models.CheckConstraint(
                condition=Q(kind="human", event="") | Q(kind="legal", event__regex=r"\S"),
                name="incidents_timeline_legal_names_event",
            ),
        ]
        triggers: ClassVar = append_only("timeline entries")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.text[:60]}"
