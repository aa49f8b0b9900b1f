"""Facts: one document for each legal person, in revisions that are added and never edited."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from incidents.models.append_only import append_only
from incidents.models.incident import Party


class FactsRevision(models.Model):
    """The whole facts document as one party knew it after one change.

    Two instants: `recorded_at` is when it was typed, `known_at` when it was known (a wave of news of
    May may be typed in November). Triggers refuse UPDATE, DELETE and TRUNCATE.
    """

    # No index of its own: the unique constraint below begins with the party.
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="revisions", db_index=False)
    number = models.PositiveIntegerField()
    # The document of contract tocsin.facts/1 in canonical form: unknowns left out.
    document: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField()
    digest = models.CharField(max_length=71, help_text="sha256:… over the canonical document")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField(default=timezone.now)
    known_at = models.DateTimeField()
    reason = models.TextField()
    changed_paths = ArrayField(models.TextField(), help_text="incidents.paths, against the revision before")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves the newest revision of a party, and the chain in order.
            models.UniqueConstraint(fields=["party", "number"], name="incidents_revision_number_unique"),
            models.CheckConstraint(condition=Q(number__gte=1), name="incidents_revision_number_from_1"),
            models.CheckConstraint(
                condition=Q(known_at__lte=F("recorded_at")), name="incidents_revision_known_before_recorded"
            ),
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="incidents_revision_reason_given"),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^sha256:[0-9a-f]{64}$"), name="incidents_revision_digest_form"
            ),
        ]
        triggers: ClassVar = append_only("facts revisions")

    def __str__(self) -> str:
        return f"facts {self.number} of party {self.party_id}"
