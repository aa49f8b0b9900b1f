"""Who is to be told what another law library meant for a case."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from incidents.models import Assessment
from outbox.models import Message


class LibraryNews(models.Model):
    """One person who is to be told of one look at a case that another library changed. Without a message: not yet."""

    # No index of its own: the unique constraint below begins with the assessment.
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+", db_index=False)
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    noted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Makes each one unique, however often a change is noted.
            models.UniqueConstraint(fields=["assessment", "recipient"], name="notifications_library_news_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # Serves the turn: who is still to be told.
            models.Index(
                fields=["recipient", "noted_at"],
                name="notifications_library_untold",
                condition=Q(message__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"look {self.assessment_id} for {self.recipient_id}"
