"""Claiming: which worker has a message in hand, as rows.

A worker claims a few messages at once and begins them one by one. What is begun has an attempt under way;
what is only claimed has none, and goes back as it was when the worker dies. The end of one message and the
beginning of the next are one statement and one commit, so that at every moment at most one message of a
worker may have left without the row saying so.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When

from outbox.models import FORGOTTEN_KINDS, Attempt, Message

State = Message.State
WAITING = (State.QUEUED, State.AWAITING_RETRY)
# Longer than any dialogue with a mail server takes at EMAIL_TIMEOUT for each of its eight steps.
DIALOGUE = timedelta(minutes=3)
# What is claimed may be begun for so long that a dialogue still fits into the rest.
LEASE = 2 * DIALOGUE
# So many at once: few enough that none waits long behind the others while other workers have nothing to do.
TOGETHER = 25

TURN = """
WITH ended AS (
    UPDATE outbox_attempt SET outcome = 'sent', ended_at = %(at)s WHERE id = %(attempt)s
), gone AS (
    UPDATE outbox_message SET state = 'sent', sent_at = %(at)s, reason = '', next_attempt_at = NULL, lease = NULL,
        leased_until = NULL, text = CASE WHEN kind = ANY(%(forgotten)s) THEN '' ELSE text END,
        html = CASE WHEN kind = ANY(%(forgotten)s) THEN '' ELSE html END
    WHERE id = %(sent)s AND (state = 'in_flight' AND lease = %(lease)s
        OR state = 'awaiting_retry' AND attempts_made = %(attempts)s)
    RETURNING id
), mine AS (
    SELECT id FROM outbox_message WHERE id = %(next)s AND state = 'in_flight' AND lease = %(next_lease)s
        AND leased_until >= %(until)s FOR UPDATE
), begun AS (
    INSERT INTO outbox_attempt (message_id, number, started_at, outcome, failure, answer)
    SELECT mine.id, 1 + coalesce((SELECT max(number) FROM outbox_attempt WHERE message_id = mine.id), 0), %(at)s,
        'underway', '', '' FROM mine
    RETURNING id, number
)
SELECT (SELECT count(*) FROM gone), (SELECT id FROM begun), (SELECT number FROM begun)
"""


@dataclass(frozen=True)
class Claim:
    """One worker's right to a message; with `attempt`, which is then under way."""

    message: Message
    lease: uuid.UUID
    attempt: Attempt | None = None


@transaction.atomic
def claim(message_ids: Sequence[int], at: datetime) -> list[Message]:
    """Claims those of these messages that are due and in no other hands. Their lease is the same; order as asked."""
    rows = Message.objects.select_for_update(skip_locked=True, of=("self",)).select_related("workspace", "endpoint")
    found = {
        one.pk: one
        for one in rows.filter(pk__in=message_ids, state__in=WAITING, next_attempt_at__lte=at)
        .order_by("pk")
        .prefetch_related("attachments")
    }
    lease = uuid.uuid4()
    Message.objects.filter(pk__in=list(found)).update(
        state=State.IN_FLIGHT,
        next_attempt_at=None,
        lease=lease,
        leased_until=at + LEASE,
        attempts_made=F("attempts_made") + 1,
    )
    for one in found.values():
        one.state, one.next_attempt_at, one.lease, one.leased_until = State.IN_FLIGHT, None, lease, at + LEASE
        one.attempts_made += 1
    return [found[pk] for pk in dict.fromkeys(message_ids) if pk in found]


def turn(sent: Claim | None, following: Message | None, at: datetime) -> tuple[bool, Claim | None]:
    """Notes that one message left, and begins the next. False: the first was in other hands by then; None: the next is.

    One that left is noted also where the lease ran out meanwhile, as long as nobody has begun another attempt.
    """
    values: dict[str, Any] = {
        "at": at,
        "forgotten": list(FORGOTTEN_KINDS),
        "attempt": sent.attempt.pk if sent and sent.attempt else None,
        "sent": sent.message.pk if sent else None,
        "lease": sent.lease if sent else None,
        "attempts": sent.message.attempts_made if sent else None,
        "next": following.pk if following else None,
        "next_lease": following.lease if following else None,
        "until": at + DIALOGUE,
    }
    with connection.cursor() as cursor:
        cursor.execute(TURN, values)
        noted, pk, number = cursor.fetchone()
    if following is None or following.lease is None or pk is None:
        return bool(noted), None
    attempt = Attempt(pk=pk, message=following, number=number, started_at=at)
    attempt._state.adding = False
    return bool(noted), Claim(following, following.lease, attempt)


def release(messages: Iterable[Message], at: datetime) -> None:
    """Gives back what was claimed and not begun: due as it was, and no attempt is counted."""
    by_lease: dict[uuid.UUID | None, list[int]] = {}
    for one in messages:
        by_lease.setdefault(one.lease, []).append(one.pk)
    for lease, ids in by_lease.items():
        _give_back(Q(pk__in=ids, lease=lease), at)


def release_unbegun(at: datetime) -> int:
    """Gives back what dead workers had claimed and not begun. Returns how many."""
    return _give_back(Q(leased_until__lt=at), at, nudged_at=None)


def _give_back(which: Q, at: datetime, **more: object) -> int:
    begun = Attempt.objects.filter(message=OuterRef("pk"), outcome=Attempt.Outcome.UNDERWAY)
    held = Message.objects.filter(which, ~Exists(begun), state=State.IN_FLIGHT)
    before = Case(When(attempts_made__gt=1, then=Value(State.AWAITING_RETRY)), default=Value(State.QUEUED))
    return held.update(
        state=before,
        attempts_made=F("attempts_made") - 1,
        next_attempt_at=at,
        lease=None,
        leased_until=None,
        **more,
    )
