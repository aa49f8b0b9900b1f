"""One case out of two, and two out of one: what was merged or split, by whom, why, and what came of it."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.history import tracked
from accounts.models import User
from incidents.models.incident import Incident, Phase


@tracked()
class IncidentMerge(models.Model):
    """`source` was the same incident as `target`: it is closed and stays readable, `target` goes on.

    `made` says what the merge wrote into `target`, so that it can be undone: ids of fulfilments taken over, of
    duties and tasks carried, of legal persons added; and for each legal person the revisions before and after.
    """

    # Serves "merged into": the standing merge of a case (the constraint below begins with it).
    source = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="merged_away", db_index=False)
    # Serves the page of the case that goes on: what was merged into it.
    target = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="merged_in")
    reason = models.TextField()
    # For each path on which the two differed: "target" or "source".
    choices: "models.JSONField[dict[str, str], dict[str, str]]" = models.JSONField(default=dict)
    phase_before = models.CharField(max_length=16, choices=Phase)
    made: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    done_at = models.DateTimeField(default=timezone.now, editable=False)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    undone_at = models.DateTimeField(null=True)
    undone_reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["source"], condition=Q(undone_at__isnull=True), name="incidents_merge_one_standing"
            ),
            models.CheckConstraint(condition=~Q(source=F("target")), name="incidents_merge_not_into_itself"),
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="incidents_merge_reason_given"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True, undone_reason="")
                | Q(undone_at__isnull=False, undone_by__isnull=False, undone_reason__regex=r"\S"),
                name="incidents_merge_undone_by_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} merged into {self.target_id}"


@tracked()
class IncidentSplit(models.Model):
    """`made` was cut out of `source`: `taken` lists the rows that went, `copied` whatever stands in both."""

    # Serves the page of the case that was split.
    source = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="split_off")
    made = models.OneToOneField(Incident, on_delete=models.PROTECT, related_name="split_from")
    reason = models.TextField()
    taken: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list)
    copied: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    done_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(source=F("made")), name="incidents_split_not_of_itself"),
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="incidents_split_reason_given"),
        ]

    def __str__(self) -> str:
        return f"{self.made_id} split from {self.source_id}"
