"""Privileged notes: what is written for legal advice, and who may read it beside counsel."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import tracked
from accounts.models import Membership, User
from incidents.models.incident import Incident


@tracked()
class PrivilegedNote(models.Model):
    """A note made for legal advice. Seen through incidents.access.sees_privileged only, and in no export by itself."""

    # Serves the notes of one case.
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="privileged_notes")
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"))
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False, editable=False)
    written_at = models.DateTimeField(default=timezone.now, editable=False)
    # Counts the wordings, so that a form left open cannot write over a newer one.
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    # Makes a form sent twice one note.
    key = models.CharField(max_length=40, editable=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["author", "key"], name="incidents_privileged_once"),
            models.CheckConstraint(
                condition=Q(title__regex=r"\S") & Q(text__regex=r"\S"), name="incidents_privileged_text_given"
            ),
        ]

    def __str__(self) -> str:
        return self.title


@tracked()
class PrivilegedReader(models.Model):
    """A member whom the workspace allows to see privileged items, beside those whose role carries the right."""

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="privileged_reader")
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    granted_at = models.DateTimeField(default=timezone.now, editable=False)
    reason = models.TextField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="incidents_privileged_reader_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} sees privileged items"
