"""The tick: plan what is behind, write the mails that are due, note what became of those in the outbox.

Each person's mail is one transaction: the rows are claimed with SKIP LOCKED, the mail is put into the
outbox and the rows are marked, all or nothing. A process that dies in between leaves everything as it
was, for the next tick; two ticks at once take different people.
"""

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, Subquery

from accounts.models import User, Workspace
from notifications import clock, finding, hooks
from notifications.choices import choices_of
from notifications.clocks import recalled_every
from notifications.mails import Mail, compose
from notifications.models import Reason, Reminder, ReminderPlan, Snooze, State
from notifications.planning import follow_up, reconcile, replan_in_parts
from notifications.reminder_plan import (
    AGAIN,
    ENDED,
    HALF_HOUR,
    MOVED,
    OVERDUE,
    QUESTION,
    TOGETHER,
    overdue_number,
    overdue_step,
)
from outbox.models import Message
from outbox.services import OutboxError, enqueue

logger = logging.getLogger(__name__)

PEOPLE = 500
"""So many people are written to in one tick at most; the next tick, ten seconds later, goes on."""
STEPS = 500
"""So many steps go in one mail at most."""

CLAIMED = """
UPDATE notifications_reminder r SET state = 'claimed', message_id = %s, bundle = %s, claimed_at = %s, said = v.said
FROM unnest(%s::bigint[], %s::text[]::jsonb[]) AS v (id, said) WHERE r.id = v.id
"""
"""bulk_update() asks row by row within its one statement, which took half of the time of a mail of many duties."""

UNDELIVERED = [Message.State.FAILED, Message.State.WITHHELD, Message.State.CANCELLED, Message.State.BOUNCED]


def run_tick(now: datetime | None = None) -> int:
    """One turn as of `now` (the present unless given). Safe to repeat, and to run twice at once.

    Returns how many mails were written.
    """
    now = now or clock.now()
    settle(now)
    reconcile(now)
    due = finding.due_obligations(now)
    if not due:
        return 0
    # Whoever was named, left or acted since the planning: looked at once more before anything goes.
    replan_in_parts(sorted(due), now)
    written = 0
    for recipient, workspace in finding.people_due(now, PEOPLE):
        try:
            written += write_to(recipient, workspace, now)
        except Exception:
            # One person's mail must not keep the others from theirs; the rows wait for the next tick.
            logger.exception("no reminder could be written to user %s", recipient)
    if written:
        follow_up(now)
    return written


def _held(now: datetime) -> Q:
    """finding.NOT_HELD, of the few rows of one person."""
    asked = Snooze.objects.filter(obligation=OuterRef("obligation"), user=OuterRef("recipient"), until__gt=now)
    return Q(Exists(asked)) & ~Q(step__in=[MOVED, AGAIN, ENDED])


@transaction.atomic
def write_to(recipient_id: int, workspace_id: int, now: datetime) -> int:
    """Writes one person's mail about one workspace. Returns 1, or 0 where nothing is due or in other hands."""
    if not _alone(recipient_id, workspace_id):
        return 0
    rows = _claim(recipient_id, workspace_id, now)
    if not any(row.planned_for <= now for row in rows):
        return 0
    recipient = User.objects.get(pk=recipient_id)
    workspace = Workspace.objects.get(pk=workspace_id)
    plans = {
        one.obligation_id: one
        for one in ReminderPlan.objects.filter(obligation__in={row.obligation_id for row in rows})
    }
    rows = [row for row in rows if _stands(row, plans)]
    if not rows:
        return 0
    bundle = _bundle(rows)
    mail = compose(
        recipient,
        rows,
        plans,
        bundle=bundle,
        now=now,
        next_at=_next_at(recipient, rows, plans, now),
        told=_told(recipient, rows),
        held=_asked_later(recipient, rows),
        choices=choices_of(workspace, now),
    )
    return _put(recipient, workspace, rows, mail, bundle, now)


def _alone(recipient_id: int, workspace_id: int) -> bool:
    """Is no other tick writing to this person now? Two at once would share the rows out over two mails."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"reminders:{recipient_id}:{workspace_id}"]
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def _claim(recipient_id: int, workspace_id: int, now: datetime) -> list[Reminder]:
    """What is due for a person, and what falls within the same half hour.

    What says "overdue" does not come before the deadline, and the last step before it not early.
    """
    soon = Q(planned_for__lte=now + TOGETHER) & ~Q(step__startswith=OVERDUE) & ~Q(step=HALF_HOUR)
    return list(
        Reminder.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(recipient=recipient_id, obligation__incident__workspace=workspace_id, state=State.PLANNED)
        .filter(Q(planned_for__lte=now) | soon)
        .exclude(_held(now))
        .select_related("obligation__incident__workspace", "obligation__party")
        .order_by("due", "planned_for", "pk")[:STEPS]
    )


def _stands(row: Reminder, plans: Mapping[int, ReminderPlan]) -> bool:
    """Is the row still what the plan says? What is not is left for the next planning."""
    noted = plans.get(row.obligation_id)
    if noted is None:
        return False
    if row.step == ENDED:
        return not noted.live
    return noted.live and noted.due == row.due and noted.possible == (row.step == QUESTION)


def _bundle(rows: Sequence[Reminder]) -> str:
    """The mail's own key: the same for the same steps, whoever writes it and however often."""
    ids = ",".join(str(pk) for pk in sorted(row.pk for row in rows))
    return hashlib.sha256(ids.encode()).hexdigest()[:40]


def _told(recipient: User, rows: Sequence[Reminder]) -> set[tuple[int, datetime]]:
    out = Reminder.objects.filter(
        recipient=recipient, obligation__in={row.obligation_id for row in rows}, message__isnull=False
    )
    return set(out.values_list("obligation", "due"))


def _asked_later(recipient: User, rows: Sequence[Reminder]) -> dict[int, datetime]:
    """Until when this person asked not to hear of these obligations: what comes after is not late."""
    asked = Snooze.objects.filter(user=recipient, obligation__in={row.obligation_id for row in rows})
    return dict(asked.values_list("obligation", "until"))


def _next_at(
    recipient: User, rows: Sequence[Reminder], plans: Mapping[int, ReminderPlan], now: datetime
) -> datetime | None:
    """When this person is next written to about these duties, if nobody acts before."""
    planned = Reminder.objects.filter(
        recipient=recipient, obligation__in={row.obligation_id for row in rows}, state=State.PLANNED
    )
    times = list(planned.exclude(pk__in=[row.pk for row in rows]).values_list("planned_for", flat=True))
    for row in rows:
        every = recalled_every(row.obligation, plans[row.obligation_id].kind)
        if every is not None and overdue_number(row.step) is not None:  # the one after it is planned next
            times.append(overdue_step(row.due, now + timedelta(minutes=1), every).at)
    return min(times, default=None)


def _put(
    recipient: User, workspace: Workspace, rows: Sequence[Reminder], mail: Mail, bundle: str, now: datetime
) -> int:
    ids = [row.pk for row in rows]
    try:
        message = enqueue(
            workspace=workspace,
            to=recipient.email,
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            key=f"reminder:{recipient.pk}:{bundle}",
            headers=mail.headers,
            language=mail.language,
            kind="reminder",
            related=mail.related,
        )
    except OutboxError as error:
        # Without the error's words, which name the address: the row keeps them, for who may see it.
        logger.error("the outbox refused a reminder to user %s", recipient.pk)
        Reminder.objects.filter(pk__in=ids).update(state=State.DROPPED, reason=Reason.REFUSED, note=str(error)[:500])
        return 0
    said = [json.dumps(mail.said.get(row.obligation_id, {}), ensure_ascii=False) for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(CLAIMED, [message.pk, bundle, now, ids, said])
    hooks.reminded(workspace, rows, now)
    return 1


def settle(now: datetime) -> None:
    """Notes which mails have left, and which never will: then the next person hears of it at once."""
    ended = finding.ended_mails()
    if not ended:
        return
    left = [pk for pk, _, state in ended if state == Message.State.SENT]
    lost = [(pk, obligation) for pk, obligation, state in ended if state != Message.State.SENT]
    message = Message.objects.filter(pk=OuterRef("message"))
    out = Reminder.objects.filter(state__in=[State.CLAIMED, State.SENT])
    out.filter(pk__in=left).update(state=State.SENT, sent_at=Subquery(message.values("sent_at")))
    undelivered = out.filter(pk__in=[pk for pk, _ in lost], message__state__in=UNDELIVERED)
    undelivered.update(
        state=State.DROPPED, reason=Reason.UNDELIVERED, sent_at=None, note=Subquery(message.values("reason"))
    )
    replan_in_parts(sorted({obligation for _, obligation in lost}), now)
