"""Every message that leaves, as a row."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Workspace

# Mail that carries a way in: its text is dropped from the row when it has ended.
FORGOTTEN_KINDS = frozenset({"account"})


class Message(models.Model):
    """One e-mail to one person. The row is the truth; the broker only nudges.

    QUEUED and AWAITING_RETRY wait for `next_attempt_at`. IN_FLIGHT belongs to one worker until
    `leased_until`; the sweeper takes it back afterwards. WITHHELD, SENT, FAILED and CANCELLED are
    ends; why stands in `reason`.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        IN_FLIGHT = "in_flight", "In flight"
        AWAITING_RETRY = "awaiting_retry", "Awaiting retry"
        WITHHELD = "withheld", "Withheld"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    # Empty only for mail of sign-in, which belongs to no workspace.
    workspace = models.ForeignKey(
        Workspace, on_delete=models.PROTECT, related_name="messages", null=True, db_index=False
    )
    key = models.CharField(max_length=200, help_text="What makes it this message: the same key is sent once")
    message_id = models.CharField(max_length=255, help_text="Message-ID, made from the key")
    kind = models.CharField(max_length=40, help_text="What sort of message: reminder, digest, account ...")
    related = models.CharField(max_length=200, blank=True, help_text="What it is about, in the sender's words")
    inside_only = models.BooleanField(default=False, help_text="Demonstration or exercise: never leaves")

    sender = models.CharField(max_length=320)
    recipient = models.EmailField(max_length=254)
    subject = models.CharField(max_length=500)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    language = models.CharField(max_length=16)

    state = models.CharField(max_length=16, choices=State, default=State.QUEUED)
    reason = models.CharField(max_length=500, blank=True, help_text="Why it is withheld, failed or cancelled")
    # Since it was queued (again): the step of the retry rule that comes next.
    attempts_made = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    nudged_at = models.DateTimeField(null=True, help_text="When the sweeper last asked a worker to deliver it")
    lease = models.UUIDField(null=True, help_text="The claim of the worker that has it in hand")
    leased_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves enqueue(): the message with this key, if it exists.
            models.UniqueConstraint(fields=["key"], name="outbox_message_key_unique"),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "queued",
                        "in_flight",
                        "awaiting_retry",
                        "withheld",
                        "sent",
                        "failed",
                        "cancelled",
                    ]
                ),
                name="outbox_message_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "awaiting_retry"], next_attempt_at__isnull=False)
                | (~Q(state__in=["queued", "awaiting_retry"]) & Q(next_attempt_at__isnull=True)),
                name="outbox_message_waits_for_an_instant",
            ),
            models.CheckConstraint(
                condition=Q(state="in_flight", lease__isnull=False, leased_until__isnull=False)
                | (~Q(state="in_flight") & Q(lease__isnull=True, leased_until__isnull=True)),
                name="outbox_message_in_flight_is_leased",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="outbox_message_sent_has_its_instant",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["withheld", "failed", "cancelled"]) | ~Q(reason=""),
                name="outbox_message_end_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(workspace__isnull=False) | Q(kind="account"),
                name="outbox_message_belongs_to_a_workspace",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # Serves the sweeper and the claim: what is due.
            models.Index(
                fields=["next_attempt_at"],
                name="outbox_message_due",
                condition=Q(state__in=["queued", "awaiting_retry"]),
            ),
            # Serves the sweeper: what a dead worker left in hand.
            models.Index(fields=["leased_until"], name="outbox_message_leased", condition=Q(state="in_flight")),
            # Serves the list of what did not leave, in a workspace.
            models.Index(
                fields=["workspace", "-created_at"],
                name="outbox_message_undelivered",
                condition=Q(state__in=["withheld", "failed"]),
            ),
            # Serves the list of messages about one thing.
            models.Index(fields=["workspace", "related"], name="outbox_message_related"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} ({self.state})"


class Attachment(models.Model):
    """A file that goes with a message, held in the database so that both are written or neither."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments", db_index=False)
    filename = models.CharField(max_length=150)
    content_type = models.CharField(max_length=100)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves composing: the files of one message.
            models.UniqueConstraint(fields=["message", "filename"], name="outbox_attachment_name_once"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="outbox_attachment_digest_form"),
        ]

    def __str__(self) -> str:
        return self.filename


class Attempt(models.Model):
    """One try at delivering a message, and how it ended."""

    class Outcome(models.TextChoices):
        UNDERWAY = "underway", "Under way"
        SENT = "sent", "Sent"
        DEFERRED = "deferred", "Will be tried again"
        GIVEN_UP = "given_up", "Given up"
        LOST = "lost", "The worker did not come back"

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attempts", db_index=False)
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, choices=Outcome, default=Outcome.UNDERWAY)
    failure = models.CharField(max_length=24, blank=True, help_text="Kind of error: outbox.retry_rules")
    smtp_code = models.PositiveSmallIntegerField(null=True)
    answer = models.CharField(max_length=500, blank=True, help_text="The mail server's words, without addresses")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves the list of a message's attempts; and one number is one attempt.
            models.UniqueConstraint(fields=["message", "number"], name="outbox_attempt_number_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=["underway", "sent", "deferred", "given_up", "lost"]),
                name="outbox_attempt_outcome_known",
            ),
            models.CheckConstraint(
                condition=Q(outcome="underway", ended_at__isnull=True)
                | (~Q(outcome="underway") & Q(ended_at__isnull=False)),
                name="outbox_attempt_ends_with_its_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} of message {self.message_id}"
