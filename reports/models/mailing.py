"""A notification on its way to an authority by e-mail: which document, which message, and what came of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.history import tracked
from accounts.models import User
from outbox.models import Message
from reports.models.document import Document


@tracked()
class Mailing(models.Model):
    """One e-mail that carries an approved document. How far it is stands in the message alone.

    `recorded_at`: its leaving was recorded as the sending of the document. `came_back_at`: it came back after that,
    and what it had fulfilled was taken back. `problem`: why its leaving could not be recorded.
    """

    # Serves the page of a document: its newest mailing.
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="mailings")
    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="mailing")
    address_read_on = models.DateField(help_text="The day on which the law library last read the address")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    recorded_at = models.DateTimeField(null=True)
    came_back_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(came_back_at__isnull=True) | Q(recorded_at__isnull=False),
                name="reports_mailing_came_back_after_it_was_recorded",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # Serves the tick: mailings whose leaving is not recorded, or whose return is.
            models.Index(
                fields=["message"],
                name="reports_mailing_open",
                condition=Q(recorded_at__isnull=True) | Q(came_back_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"mailing {self.pk} of {self.document_id}"

    @property
    def underway(self) -> bool:
        """May it still reach the authority without anybody doing anything, or has it, and is not recorded yet?"""
        return self.recorded_at is None and self.message.state in UNDERWAY

    @property
    def may_be_taken_back(self) -> bool:
        """Has it not left?"""
        return self.message.state in (Message.State.QUEUED, Message.State.AWAITING_RETRY)

    @property
    def failed(self) -> bool:
        """Did it not leave, or come back?"""
        return self.message.state in FAILED


UNDERWAY = (Message.State.QUEUED, Message.State.IN_FLIGHT, Message.State.AWAITING_RETRY, Message.State.SENT)
FAILED = (Message.State.FAILED, Message.State.WITHHELD, Message.State.BOUNCED)
