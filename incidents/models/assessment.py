"""Assessments: what the law library said of one revision of the facts, frozen."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incidents.models.append_only import append_only
from incidents.models.facts import FactsRevision
from incidents.models.incident import Party


class Assessment(models.Model):
    """One application of the rulebook to one revision at one instant. Written once.

    `findings` is compact: outcome, clock and provision of every duty. The tree of reasons is made
    again from the revision, `as_of` and the rulebook of that digest (incidents.selectors.reasons).
    """

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="assessments", db_index=False)
    # Serves "what did this wave change?": the assessments of one revision.
    revision = models.ForeignKey(FactsRevision, on_delete=models.PROTECT, related_name="assessments")
    as_of = models.DateTimeField(help_text="The instant of the look: the law and what had happened by then")
    made_at = models.DateTimeField(default=timezone.now)
    rulebook = models.CharField(max_length=80, help_text="Digest of the rulebook")
    rulebook_date = models.DateField(help_text="The day of the rulebook")
    facts_digest = models.CharField(max_length=71)
    findings: "models.JSONField[list[dict[str, Any]], list[dict[str, Any]]]" = models.JSONField()
    # How many findings of each outcome, and the earliest due instant.
    numbers: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField()
    # The decisive questions, in their order.
    questions: "models.JSONField[list[dict[str, Any]], list[dict[str, Any]]]" = models.JSONField()
    # Assumptions, conflicts, suggested risk, jurisdictions without a general duty or not researched.
    remarks: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            # Serves the newest assessment of a party, and its waves in order.
            models.Index(fields=["party", "-id"], name="incidents_assessment_newest"),
        ]
        triggers: ClassVar = append_only("assessments")

    def __str__(self) -> str:
        return f"assessment of {self.revision_id} as of {self.as_of:%Y-%m-%d %H:%M}"


class DutyChange(models.Model):
    """What one assessment changed in one duty, with the state before and after."""

    class Kind(models.TextChoices):
        """MOVED is a change of clock with the outcome unchanged; REOPENED: settled before, open again."""

        GAINED = "gained", _("New")
        LOST = "lost", _("Fell away")
        SETTLED = "settled", _("Settled")
        REOPENED = "reopened", _("Open again")
        MOVED = "moved", _("Deadline moved")

    # No index of its own: the unique constraint below begins with the assessment.
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="changes", db_index=False)
    # Serves the history of one duty.
    obligation = models.ForeignKey("incidents.Obligation", on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=8, choices=Kind)
    # {"outcome", "due", "due_arguable", "outer_due", "guideline_due"}; null: there was no such duty.
    before: "models.JSONField[dict[str, Any] | None, dict[str, Any] | None]" = models.JSONField(null=True)
    after: "models.JSONField[dict[str, Any] | None, dict[str, Any] | None]" = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves the changes of one assessment.
            models.UniqueConstraint(fields=["assessment", "obligation"], name="incidents_change_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["gained", "lost", "settled", "reopened", "moved"]),
                name="incidents_change_kind_known",
            ),
        ]
        triggers: ClassVar = append_only("changes of duties")

    def __str__(self) -> str:
        return f"{self.obligation_id}: {self.get_kind_display()}"
