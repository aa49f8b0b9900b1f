"""An inspector's view of the register: an invitation limited in time and scope, and the log of what was looked at."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import tracked
from accounts.models import LegalEntity, User, Workspace
from accounts.places import validate_country
from incidents.models import Incident
from incidents.models.append_only import append_only
from reports.models.document import Document


@tracked()
class Inspection(models.Model):
    """Somebody from outside may read the register, or a part of it, by a signed link until an hour that is set.

    What does not stand here is not seen: no assessment, no draft, no privileged item, no file of evidence; a
    restricted case only where it is named in `restricted`. The link is made from the row and is stored nowhere.
    """

    # Serves the list of a workspace's invitations.
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="inspections")
    name = models.CharField(_("who is invited"), max_length=200)
    reason = models.CharField(_("on what ground"), max_length=500)
    legal_entity = models.ForeignKey(
        LegalEntity, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    countries = ArrayField(
        models.CharField(max_length=2, validators=[validate_country]),
        default=list,
        blank=True,
        help_text="Cases with people affected there: ISO 3166-1 codes; empty: all",
    )
    with_documents = models.BooleanField(default=False, help_text="Also the documents that were sent")
    restricted: "models.ManyToManyField[Incident, Any]" = models.ManyToManyField(Incident, related_name="+", blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(name__regex=r"\S") & Q(reason__regex=r"\S"), name="reports_inspection_who_and_why"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="reports_inspection_expires_later"
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="reports_inspection_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="reports_inspection_revoked_by_and_when",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def open_at(self, now: datetime) -> bool:
        """Does the link still show anything?"""
        return self.revoked_at is None and now < self.expires_at


class InspectionLook(models.Model):
    """One line of the log: what the inspector was shown, and when. Written once."""

    class What(models.TextChoices):
        REGISTER = "register", _("The register")
        CASE = "case", _("A case")
        DOCUMENT = "document", _("A document")

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="looks", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    what = models.CharField(max_length=10, choices=What)
    page = models.PositiveIntegerField(default=1, help_text="Of the register")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            # Serves the log of one invitation, newest first.
            models.Index(fields=["inspection", "-at"], name="reports_look_newest"),
        ]
        triggers: ClassVar = append_only("looks of an inspector")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.what}"
