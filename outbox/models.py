"""Every message that leaves, as a row."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import tracked
from accounts.models import User, Workspace

# Mail that carries a way in: its text is dropped from the row when it has ended.
FORGOTTEN_KINDS = frozenset({"account"})
# Mail that a person wrote and sent: a notification to an authority.
BY_A_PERSON = frozenset({"filing"})


@tracked()
class Endpoint(models.Model):
    """An address of the workspace's own that is told of reminders by a signed POST.

    The secret is not stored: it is made from SECRET_KEY, the row and `generation` (outbox.webhook).
    """

    # Serves the list of a workspace's endpoints, and what to tell of a reminder.
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="endpoints")
    url = models.URLField(max_length=500)
    generation = models.PositiveIntegerField(default=1, help_text="One more makes a new secret")
    enabled = models.BooleanField(default=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(url__regex=r"^https?://[^\s]+$"), name="outbox_endpoint_url_form"),
        ]

    def __str__(self) -> str:
        return self.url


class Message(models.Model):
    """One e-mail to one person, or one call of one endpoint. The row is the truth; the broker only nudges.

    QUEUED and AWAITING_RETRY wait for `next_attempt_at`. IN_FLIGHT belongs to one worker until
    `leased_until`; the sweeper takes it back afterwards. WITHHELD, SENT, FAILED and CANCELLED are
    ends; why stands in `reason`. BOUNCED left, and a mail server further on reported that it could not be
    delivered (outbox.bounces).
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        IN_FLIGHT = "in_flight", _("In flight")
        AWAITING_RETRY = "awaiting_retry", _("Awaiting retry")
        WITHHELD = "withheld", _("Withheld")
        SENT = "sent", _("Sent")
        BOUNCED = "bounced", _("Came back")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    class Channel(models.TextChoices):
        MAIL = "mail", "E-mail"
        WEBHOOK = "webhook", _("Webhook")

    # Empty only for mail of sign-in and of the installation itself, which belongs to no workspace.
    workspace = models.ForeignKey(
        Workspace, on_delete=models.PROTECT, related_name="messages", null=True, db_index=False
    )
    key = models.CharField(max_length=200, help_text="What makes it this message: the same key is sent once")
    message_id = models.CharField(max_length=255, help_text="Message-ID, made from the key")
    kind = models.CharField(max_length=40, help_text="What sort of message: reminder, digest, account ...")
    related = models.CharField(max_length=200, blank=True, help_text="What it is about, in the sender's words")
    inside_only = models.BooleanField(default=False, help_text="Demonstration or exercise: never leaves")

    channel = models.CharField(max_length=8, choices=Channel, default=Channel.MAIL)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="messages", null=True, db_index=False)
    sender = models.CharField(max_length=320)
    recipient = models.EmailField(max_length=254, blank=True)
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
                        "bounced",
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
                condition=Q(state__in=["sent", "bounced"], sent_at__isnull=False)
                | (~Q(state__in=["sent", "bounced"]) & Q(sent_at__isnull=True)),
                name="outbox_message_sent_has_its_instant",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["withheld", "failed", "cancelled", "bounced"]) | ~Q(reason=""),
                name="outbox_message_end_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(workspace__isnull=False) | Q(kind__in=["account", "proof", "alarm"]),
                name="outbox_message_belongs_to_a_workspace",
            ),
            models.CheckConstraint(
                condition=Q(channel="mail", endpoint__isnull=True) & ~Q(recipient="")
                | Q(channel="webhook", endpoint__isnull=False, recipient=""),
                name="outbox_message_goes_somewhere",
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
                condition=Q(state__in=["withheld", "failed", "bounced"]),
            ),
            # Serves the tick: reminders that came back.
            models.Index(fields=["id"], name="outbox_message_bounced", condition=Q(state="bounced")),
            # Serves the reading of reports: the message that one is about.
            models.Index(fields=["message_id"], name="outbox_message_by_message_id"),
            # Serves the outbox page: all messages of a workspace, newest first.
            models.Index(fields=["workspace", "-id"], name="outbox_message_newest"),
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
        UNDERWAY = "underway", _("Under way")
        SENT = "sent", _("Sent")
        DEFERRED = "deferred", _("Will be tried again")
        GIVEN_UP = "given_up", _("Given up")
        LOST = "lost", _("The worker did not come back")

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attempts", db_index=False)
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, choices=Outcome, default=Outcome.UNDERWAY)
    failure = models.CharField(max_length=24, blank=True, help_text="Kind of error: outbox.retry_rules")
    smtp_code = models.PositiveSmallIntegerField(null=True)
    answer = models.CharField(max_length=500, blank=True, help_text="The server's words, without addresses")

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


class Heartbeat(models.Model):
    """When something that must go on was last seen to go on: the scheduler's tick."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.at}"


class MailProof(models.Model):
    """A test mail, and whether its reader said that it came. Only the key's SHA-256 is kept.

    `fingerprint` stands for the mail settings that it proves: with others it proves nothing.
    """

    digest = models.CharField(max_length=64, editable=False)
    fingerprint = models.CharField(max_length=64)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="proofs", db_index=False)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves the page of a test mail's link.
            models.UniqueConstraint(fields=["digest"], name="outbox_mailproof_digest_unique"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # Serves the notice on every page: is mail proved with these settings?
            models.Index(
                fields=["fingerprint", "-confirmed_at"],
                name="outbox_mailproof_confirmed",
                condition=Q(confirmed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"test of {self.asked_at}"


class Alarm(models.Model):
    """Something that should go on stopped. One row for each time that it did: one alarm, one mail a person."""

    kind = models.CharField(max_length=40)
    since = models.DateTimeField(help_text="When it was last seen to go on")
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Makes two watchers raise one alarm.
            models.UniqueConstraint(fields=["kind", "since"], name="outbox_alarm_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} since {self.since}"
