"""Obligations: a duty in one case, with its state; what fulfilled it, and what was decided about it."""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import tracked
from accounts.models import User
from incidents.models.assessment import Assessment
from incidents.models.facts import FactsRevision
from incidents.models.incident import Incident, Party


class Outcome(models.TextChoices):
    """What the law library says; the words of the contract."""

    APPLIES = "APPLIES", _("Required")
    UNDETERMINED = "UNDETERMINED", _("Depends")
    DOES_NOT_APPLY = "DOES_NOT_APPLY", _("Not required")


class ObligationQuerySet(models.QuerySet["Obligation"]):
    def standing(self) -> "ObligationQuerySet":
        """Required or depending: duties whose clock runs. Under doubt it runs as if the duty applied."""
        return self.filter(outcome__in=[Outcome.APPLIES, Outcome.UNDETERMINED])

    def with_acts(self) -> "ObligationQuerySet":
        """Annotates `is_fulfilled` and `is_decided` (a standing decision not to notify)."""
        return self.annotate(is_fulfilled=_is_fulfilled(), is_decided=_is_decided())

    def open(self) -> "ObligationQuerySet":
        """Standing, and neither fulfilled nor decided against: what still has to be done."""
        return self.standing().filter(~_is_fulfilled(), ~_is_decided())


def _is_fulfilled() -> models.Exists:
    return models.Exists(Fulfilment.objects.filter(obligation=models.OuterRef("pk"), withdrawn_at__isnull=True))


def _is_decided() -> models.Exists:
    return models.Exists(
        Decision.objects.filter(
            obligation=models.OuterRef("pk"), kind=Decision.Kind.NOT_TO_NOTIFY, revoked_at__isnull=True
        )
    )


@tracked(exclude=["assessment", "changed_in", "details", "updated_at"])
class Obligation(models.Model):
    """One duty (one stage of it) of one party. From the law, kept up by assessments; or made by hand.

    Never deleted: a duty that an assessment no longer finds stays with found=False and the outcome
    DOES_NOT_APPLY. All instants are UTC; "overdue" is computed by whoever asks, never stored.
    """

    class Origin(models.TextChoices):
        LAW = "law", _("From the law")
        HAND = "hand", _("Entered by hand")

    # Serves the duties of one incident by outcome.
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="obligations", db_index=False)
    # No index of its own: the unique constraint below begins with the party.
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="obligations", db_index=False)
    origin = models.CharField(max_length=4, choices=Origin, default=Origin.LAW)
    duty = models.CharField(max_length=100, blank=True, help_text="au.ndb.notify_authority; empty by hand")
    jurisdiction = models.CharField(max_length=10, blank=True)
    stage = models.CharField(max_length=16, default="initial", help_text="initial; final-2 for a second final")
    # Tells apart findings that share duty, jurisdiction and stage (a law between two versions).
    variant = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=12, default="notify")
    addressee = models.CharField(max_length=40, blank=True)
    authority = models.CharField(max_length=100, blank=True)
    provision = models.CharField(max_length=200, blank=True)
    # By hand: where the duty comes from (a contract and its clause, an insurer, a court).
    source = models.TextField(blank=True)
    binding = models.CharField(max_length=12, default="mandatory")
    outcome = models.CharField(max_length=14, choices=Outcome, default=Outcome.APPLIES)
    found = models.BooleanField(default=True, help_text="False: the newest assessment no longer names it")
    limit_kind = models.CharField(max_length=20, blank=True)
    due = models.DateTimeField(null=True, help_text="The strictest reading")
    due_arguable = models.DateTimeField(null=True, help_text="A later reading that can be argued")
    outer_due = models.DateTimeField(null=True, help_text="Hard outer limit beside a qualitative one")
    guideline_due = models.DateTimeField(null=True, help_text="The regulator's own yardstick")
    # What a page of duties shows beside: clock, limit in words, open questions. Copied from the finding.
    details: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    # The assessment that changed it, until somebody has looked; null: nothing new.
    changed_in = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            # Serves the duties of one case, and the next deadline of each case in a list.
            models.Index(fields=["incident", "outcome", "due"], name="incidents_obligation_case"),
            # Serves the reminder tick: standing duties of all cases, earliest first.
            models.Index(
                fields=["due"],
                condition=Q(outcome__in=["APPLIES", "UNDETERMINED"], due__isnull=False),
                name="incidents_obligation_due",
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves reassess(): the obligation of a finding.
            models.UniqueConstraint(
                fields=["party", "duty", "jurisdiction", "stage", "variant"],
                condition=Q(origin="law"),
                name="incidents_obligation_once",
            ),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="incidents_obligation_outcome_known"),
            models.CheckConstraint(
                condition=Q(origin="law", duty__regex=r"\S", jurisdiction__regex=r"\S")
                | Q(origin="hand", duty="", source__regex=r"\S", created_by__isnull=False),
                name="incidents_obligation_law_or_hand",
            ),
            models.CheckConstraint(condition=Q(title__regex=r"\S"), name="incidents_obligation_title_given"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.jurisdiction or 'by hand'}, {self.stage})"

    @property
    def leading_due(self) -> datetime | None:
        """The instant to count down to: the law's own first, then the outer limit, then the yardstick."""
        return self.due or self.outer_due or self.guideline_due


@tracked()
class Fulfilment(models.Model):
    """A duty was fulfilled: when, by whom, how. A mistaken one is withdrawn, never removed."""

    class Manner(models.TextChoices):
        SENT = "sent", _("Sent by Tocsin")
        RECORDED = "recorded", _("Recorded as done elsewhere")

    class Channel(models.TextChoices):
        PORTAL = "portal", _("Portal")
        EMAIL = "email", "E-mail"
        FORM = "form", _("Form")
        POST = "post", _("Post")
        PHONE = "phone", _("Telephone")
        IN_PERSON = "in_person", _("In person")
        INTERNAL = "internal", _("Internal record")
        OTHER = "other", _("Other")

    # Serves is_fulfilled: the acts of one obligation.
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="fulfilments")
    at = models.DateTimeField(help_text="When it was done")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    manner = models.CharField(max_length=8, choices=Manner, default=Manner.RECORDED)
    channel = models.CharField(max_length=10, choices=Channel)
    reference = models.CharField(max_length=200, blank=True, help_text="The receiver's own reference")
    note = models.TextField(blank=True)
    document_digest = models.CharField(max_length=71, blank=True, help_text="sha256:… of what was sent")
    # What the facts were when it was done: a filing is pinned to a revision.
    revision = models.ForeignKey(FactsRevision, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    # Makes recording from a sending job safe to repeat.
    key = models.CharField(max_length=100, null=True, blank=True)  # noqa: DJ001 - null: no key, and not unique
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves a repeated call with the same key.
            models.UniqueConstraint(fields=["key"], name="incidents_fulfilment_key_unique"),
            models.CheckConstraint(condition=Q(at__lte=F("recorded_at")), name="incidents_fulfilment_not_in_future"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, withdrawn_reason__regex=r"\S"),
                name="incidents_fulfilment_withdrawn_by_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.obligation_id} fulfilled {self.at:%Y-%m-%d %H:%M}"


@tracked()
class Decision(models.Model):
    """A person's decision about a duty. "We will not notify" needs a reason and a person.

    The database itself insists on both, and on an approver who is somebody else.
    """

    class Kind(models.TextChoices):
        NOT_TO_NOTIFY = "not_to_notify", _("We will not notify")
        NOTIFY_ANYWAY = "notify_anyway", _("We notify although it is not required")

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="decisions", db_index=False)
    kind = models.CharField(max_length=16, choices=Kind)
    reason = models.TextField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    decided_at = models.DateTimeField(default=timezone.now)
    # The facts it rests on: when they change, the decision must be looked at again.
    revision = models.ForeignKey(FactsRevision, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    approved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    revoked_reason = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            # Serves is_decided and the decisions of one obligation.
            models.Index(fields=["obligation", "decided_at"], name="incidents_decision_of"),
            # Serves the desk of whoever approves: decisions that wait for a second person.
            models.Index(
                fields=["decided_by"],
                condition=Q(revoked_at__isnull=True, approved_at__isnull=True),
                name="incidents_decision_waiting",
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["obligation"],
                condition=Q(revoked_at__isnull=True),
                name="incidents_decision_one_standing",
            ),
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="incidents_decision_reason_given"),
            models.CheckConstraint(
                condition=Q(kind__in=["not_to_notify", "notify_anyway"]), name="incidents_decision_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | (Q(approved_by__isnull=False, approved_at__isnull=False) & ~Q(approved_by=F("decided_by"))),
                name="incidents_decision_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True, revoked_reason="")
                | Q(revoked_at__isnull=False, revoked_by__isnull=False, revoked_reason__regex=r"\S"),
                name="incidents_decision_revoked_by_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.obligation_id}"
