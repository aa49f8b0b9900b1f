"""Saying "I have seen this" or "remind me later" by the link of a mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from incidents.models import Obligation
from notifications import links
from notifications.choices import zone_name_of
from notifications.models import Reason, Reminder, Snooze, State
from notifications.planning import replan
from notifications.reminder_plan import OVERDUE, QUIET_AFTER_SEEN
from notifications.words import zone_named

LATER: Final = {"1h": timedelta(hours=1), "4h": timedelta(hours=4), "morning": timedelta()}
"""What the page offers; "morning" is the next time that the person's clock shows MORNING."""
MORNING: Final = time(8)


@dataclass(frozen=True, slots=True)
class SentMail:
    """A mail by its link: to whom it went, its steps, whether its link still works, when it was seen.

    `held_until`: from when on the person wants to hear of it again; None where that has passed or was not asked.
    """

    recipient: User
    reminders: tuple[Reminder, ...]
    expired: bool
    seen_at: datetime | None
    held_until: datetime | None = None

    @property
    def recalls(self) -> bool:
        """Did it speak of something overdue?"""
        return any(one.step.startswith(OVERDUE) for one in self.reminders)


def mail_of(token: str, now: datetime) -> SentMail | None:
    """The mail of a token; None where it is not ours, or nothing is left of it."""
    bundle = links.bundle_of(token)
    rows = _rows(bundle) if bundle else []
    if not rows:
        return None
    first = rows[0]
    gone = first.claimed_at is None or now > first.claimed_at + links.WORKS_FOR
    held = Snooze.objects.filter(
        user=first.recipient, obligation__in={one.obligation_id for one in rows}, until__gt=now
    )
    until = held.aggregate(last=Max("until"))["last"]
    return SentMail(first.recipient, tuple(rows), gone, first.seen_at, until)


@transaction.atomic
def record_seen(token: str, now: datetime) -> SentMail | None:
    """Records that the receiver has seen the mail, once; what is overdue is then quiet to him for a while.

    Others are still reminded, and so is this person of what is not overdue yet.
    """
    mail = mail_of(token, now)
    if mail is None or mail.expired or mail.seen_at is not None:
        return mail
    ids = sorted({one.obligation_id for one in mail.reminders})
    # Obligations first, as in planning: nobody waits in a circle.
    list(Obligation.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    fresh = Reminder.objects.filter(pk__in=[one.pk for one in mail.reminders], seen_at__isnull=True)
    if fresh.update(seen_at=now):
        waiting = Reminder.objects.filter(
            obligation__in=ids,
            recipient=mail.recipient,
            state=State.PLANNED,
            step__startswith=OVERDUE,
            planned_for__lt=now + QUIET_AFTER_SEEN,
            due__lt=now,
        )
        waiting.update(state=State.DROPPED, reason=Reason.SEEN)
        replan(ids, now)
    return mail_of(token, now)


@transaction.atomic
def remind_later(token: str, when: str, now: datetime) -> SentMail | None:
    """Holds back what this mail spoke of, for its receiver, until `when`: a key of LATER.

    Never beyond the last step before a deadline that is still ahead: nothing warns after it. What
    changes, and other people's reminders, are not held.
    """
    mail = mail_of(token, now)
    if mail is None or mail.expired:
        return mail
    workspace = mail.reminders[0].obligation.incident.workspace
    until = _until(when, now, zone_named(zone_name_of(mail.recipient, workspace)))
    last_steps = dict(
        Reminder.objects.filter(
            obligation__in={one.obligation_id for one in mail.reminders},
            recipient=mail.recipient,
            state=State.PLANNED,
            due__gt=now,
        )
        .exclude(step__startswith=OVERDUE)
        .values("obligation")
        .annotate(last=Max("planned_for"))
        .values_list("obligation", "last")
    )
    for duty, due in {one.obligation_id: one.due for one in mail.reminders}.items():
        last = last_steps.get(duty, due) if due > now else until
        Snooze.objects.update_or_create(
            obligation_id=duty, user=mail.recipient, defaults={"until": min(until, last), "said_at": now}
        )
    return mail_of(token, now)


def _until(when: str, now: datetime, zone: ZoneInfo) -> datetime:
    if when != "morning":
        return now + LATER[when]
    local = now.astimezone(zone)
    day = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    return datetime.combine(day, MORNING, zone).astimezone(UTC)


def _rows(bundle: str) -> Sequence[Reminder]:
    rows = Reminder.objects.filter(bundle=bundle).select_related("recipient", "obligation__incident__workspace")
    return list(rows.order_by("due", "pk"))
