"""The moment of awareness: the instants that come into question, and the one that was chosen, with the reason."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from incidents.models.append_only import append_only
from incidents.models.facts import FactsRevision
from incidents.models.incident import Party


class AwarenessCandidate(models.Model):
    """An instant at which the organisation may have become aware, and what speaks for it. Written once."""

    # No index of its own: the constraint below begins with the party.
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="awareness_candidates", db_index=False)
    at = models.DateTimeField(help_text="The instant, or the earliest that is meant")
    until = models.DateTimeField(null=True, help_text="The latest that is meant; empty: an instant")
    source = models.TextField(help_text="Who knew what then, and where that stands")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves the candidates of one party in order of time.
            models.UniqueConstraint(fields=["party", "at", "source"], name="incidents_awareness_candidate_once"),
            models.CheckConstraint(condition=Q(source__regex=r"\S"), name="incidents_awareness_candidate_source"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("at")), name="incidents_awareness_candidate_order"
            ),
        ]
        triggers: ClassVar = append_only("candidates for the moment of awareness")

    def __str__(self) -> str:
        return f"{self.at.isoformat()}: {self.source}"


class AwarenessChoice(models.Model):
    """The candidate from which clocks run, who chose it and why. A later choice replaces it and leaves it standing."""

    # Serves the choices of one candidate.
    candidate = models.ForeignKey(AwarenessCandidate, on_delete=models.PROTECT, related_name="choices")
    reason = models.TextField()
    chosen_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    chosen_at = models.DateTimeField(default=timezone.now)
    # The facts that the choice made; a fact changed past the choice is told by comparing.
    revision = models.ForeignKey(FactsRevision, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="incidents_awareness_choice_reason"),
        ]
        triggers: ClassVar = append_only("choices of the moment of awareness")

    def __str__(self) -> str:
        return f"{self.candidate_id}: {self.reason}"
