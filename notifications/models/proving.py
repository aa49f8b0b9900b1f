"""The two-minute drill: a proof, with what was seen and when, that mail and scheduler of this installation work."""

from typing import ClassVar

from django.db import models

from accounts.models import User, Workspace
from incidents.models import Incident
from outbox.models import MailProof


class InstallationDrill(models.Model):
    """One run: an exercise case, a mail with a button, and a tick of the scheduler after its start.

    Heartbeats are overwritten by the next: so the first tick that was seen is kept here.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+", db_index=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+", db_index=False)
    proof = models.ForeignKey(MailProof, on_delete=models.PROTECT, related_name="+", db_index=False)
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    started_at = models.DateTimeField()
    tick_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="When every step had been seen, or it was ended without")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            # Serves the page: the runs of a workspace, newest first.
            models.Index(fields=["workspace", "-started_at"], name="notifications_drill_newest"),
        ]

    def __str__(self) -> str:
        return f"drill of {self.started_at:%Y-%m-%d %H:%M}"
