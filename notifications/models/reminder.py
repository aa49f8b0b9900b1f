"""Reminders as rows: what is planned, for whom, why, and what became of it."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from incidents.models import Obligation
from outbox.models import Message


class ClockKind(models.TextChoices):
    """What the instant is that reminders count down to (incidents.selectors.leading_clock)."""

    LAW = "law", _("Deadline of the law")
    OUTER = "outer", _("Outer limit beside a qualitative one")
    GUIDELINE = "guideline", _("Yardstick of the authority")


class State(models.TextChoices):
    """PLANNED waits; CLAIMED stands in the outbox; SENT has left the house. The others are ends, with a reason."""

    PLANNED = "planned", _("Planned")
    CLAIMED = "claimed", _("In the outbox")
    SENT = "sent", _("Sent")
    DROPPED = "dropped", _("Dropped")
    CANCELLED = "cancelled", _("Cancelled")


class Capacity(models.TextChoices):
    """Why a person is reminded."""

    OWNER = "owner", _("Owner of the case")
    DEPUTY = "deputy", _("Deputy")
    STAND_IN = "stand_in", _("Stands in for somebody who is away")
    PRIVACY_TEAM = "privacy_team", _("Privacy officer of the workspace")


class Reason(models.TextChoices):
    """Why a step does not go out."""

    PAST = "past", _("It had passed when the reminders were planned")
    MERGED = "merged", _("Too near to the reminder before")
    MOVED = "moved", _("The deadline moved")
    REQUIRED_AGAIN = "required_again", _("The duty is required again")
    FULFILLED = "fulfilled", _("The duty was fulfilled")
    DECIDED = "decided", _("It was decided not to notify")
    NOT_REQUIRED = "not_required", _("The duty is no longer required")
    NO_CLOCK = "no_clock", _("The duty has no deadline any more")
    POSSIBLE = "possible", _("The duty is only possible: one question stands for it")
    ANSWERED = "answered", _("The question is settled, or another one is more urgent")
    CLOSED = "closed", _("The case was closed")
    STANDS_STILL = "stands_still", _("The clocks of the case stand still")
    OTHER_PEOPLE = "other_people", _("Somebody else is responsible now")
    SEEN = "seen", _("The person said to have seen it")
    UNDELIVERED = "undelivered", _("The mail could not be delivered")
    REFUSED = "refused", _("The outbox did not take the mail")


class ReminderPlan(models.Model):
    """What one obligation's reminders were last planned from.

    The tick compares these columns with the obligation as it stands: where they differ, an event was
    lost or a person changed, and the reminders are planned anew. Not live: no reminder may go.
    """

    obligation = models.OneToOneField(Obligation, on_delete=models.PROTECT, related_name="reminder_plan")
    live = models.BooleanField(default=False)
    # Only possible (a region, a suspected country): the case gets one question instead of a series.
    possible = models.BooleanField(default=False)
    due = models.DateTimeField(null=True)
    kind = models.CharField(max_length=10, choices=ClockKind, blank=True)
    start = models.DateTimeField(null=True, help_text="Where the period begins whose shares are steps")
    moved_from = models.DateTimeField(null=True, help_text="The deadline before this one")
    # Keys: kind (facts, law, hand or empty), by (a name), reason (words).
    moved_because: "models.JSONField[dict[str, str], dict[str, str]]" = models.JSONField(default=dict)
    # The state that was planned from: the obligation's updated_at, and the ids of owner and deputy.
    seen = models.DateTimeField()
    owner_seen = models.BigIntegerField()
    deputy_seen = models.BigIntegerField(default=0)
    # Nobody could be written to: looked at again at every tick, so that whoever is named is told.
    nobody = models.BooleanField(default=False)
    # When somebody's absence next begins or ends: then the receivers are others.
    look_again_at = models.DateTimeField(null=True)
    planned_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(live=False) | Q(due__isnull=False, start__isnull=False, kind__in=ClockKind.values),
                name="notifications_plan_live_has_its_deadline",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # Serve the tick: whose receivers change now, and where nobody could be written to.
            models.Index(
                fields=["look_again_at"], name="notifications_plan_look_again", condition=Q(look_again_at__isnull=False)
            ),
            models.Index(fields=["obligation"], name="notifications_plan_nobody", condition=Q(live=True, nobody=True)),
        ]

    def __str__(self) -> str:
        return f"plan of {self.obligation_id}: {self.due or 'none'}"


class Reminder(models.Model):
    """One step for one person. PLANNED waits; CLAIMED stands in the outbox; SENT has left the house.

    DROPPED: the step does not go out, CANCELLED: it was taken back; why stands in `reason`. A step is
    planned once and sent once: the constraint `notifications_reminder_once`.
    """

    # No index of its own: the unique constraint below begins with the obligation.
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="reminders", db_index=False)
    due = models.DateTimeField(help_text="The deadline that it counts down to")
    step = models.CharField(max_length=20, help_text="Which step: notifications.reminder_plan")
    # No index of its own: claiming reads notifications_reminder_waiting.
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reminders", db_index=False)
    capacity = models.CharField(max_length=12, choices=Capacity, help_text="Why this person")
    planned_for = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    reason = models.CharField(max_length=16, choices=Reason, blank=True)
    note = models.CharField(max_length=500, blank=True, help_text="More about the reason: the server's answer")
    # The mail that it went with: the same for all steps bundled in it.
    bundle = models.CharField(max_length=64, blank=True)
    # Serves settling: what became of the mails in the outbox.
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="reminders", null=True)
    # What the mail said of this duty, shown on the page of its link, and nothing beyond it.
    said: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True, help_text="When the next mail server took it")
    seen_at = models.DateTimeField(null=True, help_text="When the person said to have seen it")
    # Of recalls only: the one after it has been planned.
    followed = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves planning: the steps of an obligation. Makes each one unique.
            models.UniqueConstraint(
                fields=["obligation", "due", "step", "recipient"], name="notifications_reminder_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "claimed", "sent", "dropped", "cancelled"]),
                name="notifications_reminder_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "dropped", "cancelled"])
                | Q(message__isnull=False, claimed_at__isnull=False, bundle__regex=r"\S"),
                name="notifications_reminder_claimed_has_its_mail",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["dropped", "cancelled"]) | ~Q(reason=""),
                name="notifications_reminder_end_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="notifications_reminder_sent_has_its_instant",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # Serves the tick: whose reminders are due, and claiming them person by person.
            models.Index(
                fields=["planned_for", "recipient"], name="notifications_reminder_waiting", condition=Q(state="planned")
            ),
            # Serves the page of a mail's link.
            models.Index(fields=["bundle"], name="notifications_reminder_bundle", condition=~Q(bundle="")),
            # Serves the tick: recalls that are out and have no successor yet.
            models.Index(
                fields=["obligation"],
                name="notifications_recall_open",
                condition=Q(step__startswith="overdue", followed=False, state__in=["claimed", "sent", "dropped"]),
            ),
            # Serves settling: what stands in the outbox.
            models.Index(fields=["message"], name="notifications_reminder_claimed", condition=Q(state="claimed")),
            # Serves planning and the list of troubles: to whom mail about a case could not be delivered.
            models.Index(fields=["obligation"], name="notifications_unreached", condition=Q(reason=Reason.UNDELIVERED)),
        ]

    def __str__(self) -> str:
        return f"{self.step} of {self.obligation_id} for {self.recipient_id} ({self.state})"


class SweepMark(models.Model):
    """How far the tick has compared all obligations with their plans: the last id. One row a sweep."""

    name = models.CharField(max_length=20, primary_key=True)
    after = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} after {self.after}"
