"""Saying "I have seen this" by the link of a mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from incidents.models import Obligation
from notifications import links
from notifications.models import Reason, Reminder, State
from notifications.planning import replan
from notifications.reminder_plan import OVERDUE, QUIET_AFTER_SEEN


@dataclass(frozen=True, slots=True)
class SentMail:
    """A mail by its link: to whom it went, its steps, whether its link still works, when it was seen."""

    recipient: User
    reminders: tuple[Reminder, ...]
    expired: bool
    seen_at: datetime | None

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
    return SentMail(first.recipient, tuple(rows), gone, first.seen_at)


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


def _rows(bundle: str) -> Sequence[Reminder]:
    rows = Reminder.objects.filter(bundle=bundle).select_related("recipient", "obligation__incident__workspace")
    return list(rows.order_by("due", "pk"))
