"""What somebody has typed of a report and not sent yet."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User, Workspace
from incidents.models.incident import Incident


class ReportDraft(models.Model):
    """A person's unfinished report of an incident, exactly as typed, page by page.

    Not tracked: what is typed and not sent is nobody's record yet. Sending empties it and names the
    case that came of it, so that sending twice finds the first case and makes no second.
    """

    # No index of its own: the constraint below begins with the workspace.
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+", db_index=False)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    # page -> field -> the values as the form sent them
    data: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    updated_at = models.DateTimeField(default=timezone.now)
    incident = models.OneToOneField(Incident, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves the one draft of a person in a workspace.
            models.UniqueConstraint(
                fields=["workspace", "author"], condition=Q(incident__isnull=True), name="incidents_draft_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"report of {self.author_id} in {self.workspace_id}"
