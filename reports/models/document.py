"""Documents: what leaves the house, from draft to sent, frozen as it went.

The database itself holds the rules: who and when stand with every state (CHECK), and a document that
was approved or sent is not changed any more (triggers).
"""

from typing import Any, ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.history import tracked
from accounts.models import User, Workspace
from incidents.models import Incident, Obligation, Party

FROZEN = """
IF TG_OP = 'DELETE' THEN
    IF OLD.state IN ('approved', 'sent', 'superseded') THEN
        RAISE EXCEPTION 'document %: a document that was approved or sent is kept', OLD.id;
    END IF;
    RETURN OLD;
END IF;
IF OLD.state = 'superseded' THEN
    RAISE EXCEPTION 'document %: it is superseded and changes no more', OLD.id;
END IF;
IF OLD.state = 'sent' AND NOT (NEW.state = 'superseded' AND to_jsonb(NEW) - 'state' = to_jsonb(OLD) - 'state') THEN
    RAISE EXCEPTION 'document %: it was sent and changes no more', OLD.id;
END IF;
IF OLD.state = 'approved' AND NOT (
    NEW.state IN ('sent', 'superseded')
    AND to_jsonb(NEW) - ARRAY['state', 'sent_at', 'sent_by_id', 'sent_how', 'sent_reference', 'recorded_as_sent', 'sent_recorded_at']
      = to_jsonb(OLD) - ARRAY['state', 'sent_at', 'sent_by_id', 'sent_how', 'sent_reference', 'recorded_as_sent', 'sent_recorded_at']
) THEN
    RAISE EXCEPTION 'document %: it is approved; make a new version instead of changing it', OLD.id;
END IF;
RETURN NEW;
"""  # noqa: E501 - SQL


@tracked(exclude=["snapshot", "printed", "file", "kept_file"])
class Document(models.Model):
    """One notification, notice or letter.

    `snapshot` holds everything it is made from, `typed` what the officer entered beside it; from the
    two the same file comes out each time. The stored file and its digest are the truth.
    """

    class Kind(models.TextChoices):
        AUTHORITY_NOTIFICATION = "authority_notification", _("Notification to an authority")
        NOTICE = "notice", _("Letter to people affected")

    class Phase(models.TextChoices):
        INITIAL = "initial", _("Initial")
        FOLLOW_UP = "follow_up", _("Follow-up")
        FINAL = "final", _("Final")
        WITHDRAWAL = "withdrawal", _("Withdrawal")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_REVIEW = "in_review", _("In review")
        APPROVED = "approved", _("Approved")
        SENT = "sent", _("Sent")
        SUPERSEDED = "superseded", _("Superseded")

    class How(models.TextChoices):
        """As incidents.Fulfilment.Channel."""

        PORTAL = "portal", _("Portal")
        EMAIL = "email", "E-mail"
        FORM = "form", _("Form")
        POST = "post", _("Post")
        PHONE = "phone", _("Telephone")
        IN_PERSON = "in_person", _("In person")
        OTHER = "other", _("Other")

    # Serves the newest document of a legal entity in its workspace, whose contact details are taken over.
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="documents")
    # No index of its own: the unique constraint below begins with the incident.
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="documents", db_index=False)
    # Stands in every address: /w/<slug>/incidents/<number>/documents/<ordinal>/
    ordinal = models.PositiveIntegerField(editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="documents")
    # Serves the documents of one duty.
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="documents", null=True)
    kind = models.CharField(max_length=24, choices=Kind)
    form = models.CharField(max_length=60, help_text="Id of a form of reports/forms")
    language = models.CharField(max_length=16)
    phase = models.CharField(max_length=12, choices=Phase)
    groups = ArrayField(models.TextField(), default=list, help_text="Groups of people a letter is for; empty: all")
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    snapshot: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField()
    facts_digest = models.CharField(max_length=71)
    # By field: {"text"} or {"picks"}, with reason, by, at.
    typed: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict, blank=True)
    # The answers as printed, set with the approval: what the next phase compares with.
    printed: "models.JSONField[list[dict[str, Any]] | None, list[dict[str, Any]] | None]" = models.JSONField(null=True)
    previous = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="next_phases", null=True, help_text="The one sent before"
    )
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="replaced_by", null=True, help_text="The version before"
    )
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now)
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    submitted_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    approved_at = models.DateTimeField(null=True)
    self_approval = models.BooleanField(default=False, help_text="By one who wrote it: nobody else could approve")
    file = models.FileField(upload_to="documents/", blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    kept_file = models.FileField(upload_to="documents/", blank=True, help_text="With the facts attached")
    kept_sha256 = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    sent_how = models.CharField(max_length=10, choices=How, blank=True)
    sent_reference = models.CharField(max_length=200, blank=True, help_text="The receiver's own reference")
    recorded_as_sent = models.BooleanField(default=False, help_text="Sent elsewhere; here a person only recorded it")
    sent_recorded_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves access_document(): the document named by an address.
            models.UniqueConstraint(fields=["incident", "ordinal"], name="reports_document_ordinal_unique"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "in_review", "approved", "sent", "superseded"]),
                name="reports_document_state_known",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["authority_notification", "notice"])
                & Q(phase__in=["initial", "follow_up", "final", "withdrawal"]),
                name="reports_document_kind_and_phase_known",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(submitted_by__isnull=False, submitted_at__isnull=False),
                name="reports_document_review_asked_by",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=["draft", "in_review"]) & Q(approved_by__isnull=True, approved_at__isnull=True))
                | (
                    Q(state__in=["approved", "sent", "superseded"])
                    & Q(approved_by__isnull=False, approved_at__isnull=False, printed__isnull=False)
                    & Q(sha256__regex="^[0-9a-f]{64}$", kept_sha256__regex="^[0-9a-f]{64}$")
                    & ~Q(file="")
                    & ~Q(kept_file="")
                ),
                name="reports_document_approved_by_with_file",
            ),
            models.CheckConstraint(
                condition=Q(self_approval=True)
                | Q(approved_by__isnull=True)
                | (~Q(approved_by=F("created_by")) & ~Q(approved_by=F("submitted_by"))),
                name="reports_document_self_approval_said",
            ),
            models.CheckConstraint(
                condition=Q(
                    sent_at__isnull=True, sent_by__isnull=True, sent_how="", sent_reference="", recorded_as_sent=False
                )
                | Q(
                    sent_at__isnull=False, sent_by__isnull=False, sent_how__regex=r"\S", sent_recorded_at__isnull=False
                ),
                name="reports_document_sent_by_when_how",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="reports_document_sent_has_day"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["sent", "superseded"]) | Q(sent_at__isnull=True),
                name="reports_document_unsent_has_no_day",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(sent_at__lte=F("sent_recorded_at")),
                name="reports_document_not_sent_in_future",
            ),
            models.CheckConstraint(
                condition=Q(facts_digest__regex=r"^sha256:[0-9a-f]{64}$"), name="reports_document_digest_form"
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=FROZEN,
            ),
            pgtrigger.Trigger(
                name="no_truncate",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'documents are kept: TRUNCATE refused';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.form} ({self.language}, {self.get_phase_display()})"

    @property
    def reference(self) -> str:
        """INC-2026-014/3: the third document of that case."""
        return f"{self.incident.reference}/{self.ordinal}"

    @property
    def is_open(self) -> bool:
        """May it still be worked on?"""
        return self.state in (self.State.DRAFT, self.State.IN_REVIEW)

    @property
    def sent_words(self) -> str:
        """Two states, two words: what Tocsin sent, and what a person recorded as sent."""
        return gettext("Recorded as sent") if self.recorded_as_sent else gettext("Sent by Tocsin")
