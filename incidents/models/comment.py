"""Comments on a case, on one of its duties, on a fact, or on an answer of a document; and whom they call."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import tracked
from accounts.models import User
from incidents.models.incident import Incident, Party
from incidents.models.obligation import Obligation


@tracked()
class Comment(models.Model):
    """Plain text by one person. Edited by its author only; earlier wordings stand in the history and are shown.

    `obligation`: on a duty. `path` with `party`: on a fact, as incidents.paths writes it. `document` with `field`:
    on an answer of a document that is in review; it stays open until somebody resolves it. None: on the case.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="comments", db_index=False)
    obligation = models.ForeignKey(
        Obligation, on_delete=models.PROTECT, related_name="comments", null=True, blank=True, db_index=False
    )
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    path = models.CharField(max_length=300, blank=True)
    # The ordinal of a document of this case (documents stand a floor higher), and a field of its form.
    document = models.PositiveIntegerField(null=True, blank=True)
    field = models.CharField(max_length=60, blank=True, default="", db_default="")
    text = models.TextField(_("text"))
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    written_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    resolved_at = models.DateTimeField(null=True, blank=True)
    # Makes a form sent twice one comment.
    key = models.CharField(max_length=40, editable=False)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            # Serves the comments of a case, of a duty and of a fact, in their order.
            models.Index(fields=["incident", "written_at"], name="incidents_comment_order"),
            # Serves the comments on the answers of a document, on its page and before its approval.
            models.Index(
                fields=["incident", "document"],
                condition=Q(document__isnull=False),
                name="incidents_comment_document",
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves a form sent twice.
            models.UniqueConstraint(fields=["author", "key"], name="incidents_comment_once"),
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="incidents_comment_text_given"),
            models.CheckConstraint(
                condition=Q(path="", party__isnull=True)
                | Q(path__regex=r"\S", party__isnull=False, obligation__isnull=True),
                name="incidents_comment_on_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(document__isnull=True, field="", resolved_at__isnull=True)
                | Q(document__isnull=False, field__regex=r"\S", party__isnull=True, obligation__isnull=True),
                name="incidents_comment_on_an_answer",
            ),
            models.CheckConstraint(
                condition=Q(resolved_by__isnull=True, resolved_at__isnull=True)
                | Q(resolved_by__isnull=False, resolved_at__isnull=False),
                name="incidents_comment_resolved_by_and_when",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Mention(models.Model):
    """A member whom a comment calls by @: it stands on the member's desk until it is seen."""

    # No index of its own: the unique constraint below begins with the comment.
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="mentions", db_index=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            # Serves the desk: what waits for one person.
            models.Index(fields=["user"], condition=Q(seen_at__isnull=True), name="incidents_mention_waiting"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["comment", "user"], name="incidents_mention_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.comment_id}"
