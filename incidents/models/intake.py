"""What comes in from outside: the public link of an organisation, and the reports that came by it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import tracked
from accounts.models import User, Workspace
from incidents.models.incident import Incident


@tracked()
class IntakeLink(models.Model):
    """An address at which anybody may report an incident without signing in. Closed for good, never reopened."""

    # No index of its own: the constraint below begins with the workspace.
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="intake_links", db_index=False)
    # 144 random bits: the address can be handed out and cannot be guessed.
    token = models.CharField(max_length=40, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves the public page: the link of an address.
            models.UniqueConstraint(fields=["token"], name="incidents_intakelink_token_unique"),
            models.UniqueConstraint(
                fields=["workspace"], condition=Q(closed_at__isnull=True), name="incidents_intakelink_one_open"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="incidents_intakelink_closed_by_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"intake link of {self.workspace_id}"


class IntakeReport(models.Model):
    """A report from outside. It is no incident until an officer accepts it.

    Not tracked: strangers write into it, names of people affected among the rest, and such words must
    be erasable. Who handled it, when and why stands in the row itself.
    """

    class State(models.TextChoices):
        NEW = "new", _("New")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")

    link = models.ForeignKey(IntakeLink, on_delete=models.PROTECT, related_name="reports", db_index=False)
    receipt = models.CharField(max_length=12, editable=False, help_text="R-7KQ49XMDHB, given to the sender")
    what = models.TextField()
    when = models.CharField(max_length=200, blank=True, help_text="In the sender's own words")
    contact = models.CharField(max_length=254, blank=True, help_text="How to ask back; empty: nobody to ask")
    received_at = models.DateTimeField(default=timezone.now, editable=False)
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    handled_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    handled_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, help_text="Why it was declined")
    incident = models.OneToOneField(Incident, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            # Serves the list of what came in by one link, newest first.
            models.Index(fields=["link", "-received_at"], name="incidents_intake_newest"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves the page of a receipt.
            models.UniqueConstraint(fields=["receipt"], name="incidents_intake_receipt_unique"),
            models.CheckConstraint(condition=Q(what__regex=r"\S"), name="incidents_intake_says_something"),
            models.CheckConstraint(
                condition=Q(state="new", handled_at__isnull=True, handled_by__isnull=True, incident__isnull=True)
                | Q(state="accepted", handled_at__isnull=False, handled_by__isnull=False, incident__isnull=False)
                | Q(
                    state="declined",
                    handled_at__isnull=False,
                    handled_by__isnull=False,
                    incident__isnull=True,
                    reason__regex=r"\S",
                ),
                name="incidents_intake_handled_by_and_why",
            ),
        ]

    def __str__(self) -> str:
        return self.receipt
