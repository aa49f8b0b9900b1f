"""Evidence: files with their digest, and the log of who had them in hand."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import tracked
from accounts.models import User
from incidents.models.append_only import append_only
from incidents.models.incident import Incident
from incidents.models.obligation import Obligation


@tracked()
class EvidenceFile(models.Model):
    """One file of a case. Its content never changes; it stands in the storage under its SHA-256, outside the web root.

    `kind` is what the content shows (a media type), whatever the name says. What it is named and said to be may be
    corrected; the history keeps the earlier words.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="evidence", db_index=False)
    number = models.PositiveIntegerField(editable=False)
    obligation = models.ForeignKey(
        Obligation, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    name = models.CharField(_("file name"), max_length=200)
    kind = models.CharField(_("type by content"), max_length=100, editable=False)
    size = models.PositiveBigIntegerField(_("size"), editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    # Relative to the storage: evidence/<workspace>/<first two digits>/<digest>.
    stored = models.CharField(max_length=120, editable=False)
    source = models.CharField(_("where it comes from"), max_length=300)
    description = models.TextField(_("what it shows"), blank=True)
    privileged = models.BooleanField(_("legally privileged"), default=False)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False, editable=False)
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves the files of one case in their order, and one of them by its address.
            models.UniqueConstraint(fields=["incident", "number"], name="incidents_evidence_number"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="incidents_evidence_digest_form"),
            models.CheckConstraint(
                condition=Q(name__regex=r"\S") & Q(source__regex=r"\S"), name="incidents_evidence_named_with_source"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"


class CustodyEntry(models.Model):
    """One line of the chain of custody: who had the file in hand, when, and what for. Written once."""

    class Act(models.TextChoices):
        ADDED = "added", _("Added")
        OPENED = "opened", _("Page opened")
        DOWNLOADED = "downloaded", _("Downloaded")
        MOVED = "moved", _("Handed over or moved")
        CHANGED = "changed", _("Description changed")
        CHECKED = "checked", _("Digest checked")
        EXPORTED = "exported", _("Put into a dossier")

    evidence = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="custody", db_index=False)
    act = models.CharField(max_length=12, choices=Act)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    why = models.TextField()

    class Meta:
        verbose_name_plural = "custody entries"
        indexes: ClassVar[list[models.Index]] = [
            # Serves the log of one file in its order.
            models.Index(fields=["evidence", "at"], name="incidents_custody_order"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(why__regex=r"\S"), name="incidents_custody_why_given"),
        ]
        triggers: ClassVar = append_only("custody entries")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.act}"
