"""What a workspace asks of its reminders, what a person chose within that, and who is away."""

from datetime import time
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import tracked
from accounts.models import User, Workspace
from incidents.models import Obligation
from outbox.models import Message


class Level(models.TextChoices):
    """Which steps before a deadline a person is sent. What is overdue, moved or asked always goes."""

    ALL = "all", _("Every step")
    LAST_DAY = "last_day", _("From 24 hours before the deadline")
    LAST_HOURS = "last_hours", _("From 8 hours before the deadline")


def monday_to_friday() -> list[int]:
    """The days of ISO 8601 that are worked on, unless a workspace says otherwise."""
    return [1, 2, 3, 4, 5]


@tracked()
class ReminderPolicy(models.Model):
    """What a workspace asks for all its people. A workspace without a row has the defaults."""

    workspace = models.OneToOneField(Workspace, on_delete=models.PROTECT, related_name="reminder_policy")
    floor = models.CharField(
        max_length=10, choices=Level, default=Level.LAST_DAY, help_text="Nobody may choose fewer steps than these"
    )
    working_days = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(7)]),
        default=monday_to_friday,
        help_text="1 is Monday, 7 is Sunday",
    )
    discreet = models.BooleanField(default=False, help_text="Mails name no law, country, authority or title")
    digest_required = models.BooleanField(default=False, help_text="Nobody may switch the morning digest off")
    digest_at = models.TimeField(default=time(7, 30), help_text="In each receiver's own zone")

    class Meta:
        verbose_name_plural = _("reminder policies")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(floor__in=Level.values), name="notifications_policy_floor_known"),
            models.CheckConstraint(condition=~Q(working_days=[]), name="notifications_policy_has_a_working_day"),
        ]

    def __str__(self) -> str:
        return f"reminders of {self.workspace_id}"


class ReminderPreference(models.Model):
    """What one person chose in one workspace. Without a row: every step and the digest."""

    # No index of its own: the unique constraint below begins with the user.
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reminder_preferences", db_index=False)
    # Serves planning: the preferences of a workspace's people.
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=10, choices=Level, default=Level.ALL)
    digest = models.BooleanField(default=True)
    discreet = models.BooleanField(default=False)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "workspace"], name="notifications_preference_once"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="notifications_preference_level_known"),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | (Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until"))),
                name="notifications_preference_quiet_has_both_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.workspace_id}: {self.level}"


@tracked()
class Absence(models.Model):
    """Somebody is away: meanwhile the stand-in, else the deputy, hears of everything."""

    # Serves planning: who of a workspace is away.
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="absences")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="absences")
    stand_in = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="notifications_absence_ends_later"),
            models.CheckConstraint(
                condition=Q(stand_in__isnull=True) | ~Q(stand_in=F("user")), name="notifications_absence_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} is away"


class Snooze(models.Model):
    """A person asked to hear of an obligation again only from `until` on; the last step comes all the same."""

    # No index of its own: the unique constraint below begins with the obligation.
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="snoozes", db_index=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    until = models.DateTimeField()
    said_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves the claim: is this row of this person held back?
            models.UniqueConstraint(fields=["obligation", "user"], name="notifications_snooze_once"),
        ]

    def __str__(self) -> str:
        return f"{self.obligation_id} for {self.user_id} until {self.until}"


class Digest(models.Model):
    """The morning digest of one person, workspace and local day. Without a message: there was nothing to say."""

    # No index of its own: the unique constraint below begins with the workspace.
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="digests", db_index=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="digests", db_index=False)
    day = models.DateField(help_text="In the receiver's zone")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="digests", null=True, db_index=False)
    written_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves the tick: who has had today's. Makes each one unique.
            models.UniqueConstraint(fields=["workspace", "day", "user"], name="notifications_digest_once"),
        ]

    def __str__(self) -> str:
        return f"digest of {self.day} for {self.user_id}"


class Feed(models.Model):
    """A calendar's key to the deadlines of one person or workspace. Only its SHA-256 is kept.

    Each reading asks anew what its owner may see; who leaves the workspace leaves an empty address.
    """

    class Scope(models.TextChoices):
        OWN = "own", _("Cases that I own or stand in for")
        WORKSPACE = "workspace", _("All cases of the workspace that I may see")

    # No index of its own: the unique constraint below begins with the user.
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="calendar_feeds", db_index=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+", db_index=False)
    scope = models.CharField(max_length=10, choices=Scope)
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # Kept to the hour, so that a calendar that asks each minute does not write each minute.
    last_read_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves the page of one's own feeds; a new key of the same scope replaces the old one.
            models.UniqueConstraint(fields=["user", "workspace", "scope"], name="notifications_feed_once"),
            # Serves reading: the feed with this key.
            models.UniqueConstraint(fields=["digest"], name="notifications_feed_digest_unique"),
            models.CheckConstraint(condition=Q(scope__in=["own", "workspace"]), name="notifications_feed_scope_known"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="notifications_feed_digest_form"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} of {self.user_id}"
