"""Delivery: claim a row, hand the message over, write down how it ended; and repair what was left.

Claiming is a compare-and-set under a row lock that others skip, so one attempt belongs to one
worker. The hand-over happens outside any transaction. What no design can exclude over SMTP: a worker
that dies between the server's "250" and our note of it repeats that one message, with the same
Message-ID.

Logs name rows by id; never a person, a subject or a server's words.
"""

import logging
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from outbox import channel, webhook
from outbox.models import FORGOTTEN_KINDS, Attempt, Message
from outbox.retry_rules import EXPLANATIONS, SERVER_IS_AWAY, Failure, Trouble, classify, wait_after

log = logging.getLogger(__name__)

State = Message.State
Outcome = Attempt.Outcome

WAITING = (State.QUEUED, State.AWAITING_RETRY)
# Longer than any dialogue with a mail server takes at EMAIL_TIMEOUT for each step.
LEASE = timedelta(minutes=5)
# How long a nudge is given before the sweeper nudges again.
PATIENCE = timedelta(seconds=60)
BATCH = 50
AT_MOST = 1000  # messages looked at in one sweep


@dataclass(frozen=True)
class Claim:
    """One worker's right to one attempt."""

    message: Message
    attempt: Attempt
    lease: uuid.UUID


def deliver(message_ids: Iterable[int]) -> None:
    """Deliver those of these messages that are due. Safe to repeat and to run beside itself.

    When the mail server is away the rest stays due, and the sweeper asks again.
    """
    line = channel.Line()
    try:
        _deliver(message_ids, line)
    finally:
        line.close()


def _deliver(message_ids: Iterable[int], line: channel.Line) -> None:
    for message_id in message_ids:
        claim = take(message_id, timezone.now())
        if claim is None:
            continue
        trouble = _hand_over(claim.message, line)
        if trouble is None:
            note_sent(claim, timezone.now())
        else:
            note_trouble(claim, trouble, timezone.now())
            # Endpoints are many servers; the mail server is one.
            if trouble.failure in SERVER_IS_AWAY and claim.message.channel == Message.Channel.MAIL:
                return


@transaction.atomic
def take(message_id: int, at: datetime) -> Claim | None:
    """Claim a due message for one attempt; None when it is not due, in other hands, or withheld."""
    message = (
        Message.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("workspace", "endpoint")
        .annotate(
            last=Subquery(Attempt.objects.filter(message=OuterRef("pk")).order_by("-number").values("number")[:1])
        )
        .filter(pk=message_id, state__in=WAITING, next_attempt_at__lte=at)
        .first()
    )
    if message is None:
        return None
    if reason := channel.why_withheld(message):
        _end(message, State.WITHHELD, reason)
        log.warning("message %s withheld: nothing of a demonstration leaves", message.pk)
        return None
    message.state = State.IN_FLIGHT
    message.next_attempt_at = None
    message.lease = lease = uuid.uuid4()
    message.leased_until = at + LEASE
    message.attempts_made += 1
    message.save(update_fields=["state", "next_attempt_at", "lease", "leased_until", "attempts_made"])
    attempt = Attempt.objects.create(message=message, number=(message.last or 0) + 1, started_at=at)
    return Claim(message, attempt, lease)


def _hand_over(message: Message, line: channel.Line) -> Trouble | None:
    try:
        if message.channel == Message.Channel.WEBHOOK:
            webhook.send(message)
            return None
        try:
            mail = channel.compose(message)
            mail.message()  # raises here what no server should ever see
        except ValueError as error:  # BadHeaderError is one
            return Trouble(Failure.NOT_COMPOSED, None, type(error).__name__)
        line.send(mail)
    except Exception as error:  # whatever it is, the row must say how it ended
        trouble = classify(error)
        if trouble.failure is Failure.UNEXPECTED:
            # Without the error's words: a library may put an address into them.
            log.error("message %s: unexpected %s while it was handed over", message.pk, type(error).__name__)
        return trouble
    return None


@transaction.atomic
def note_sent(claim: Claim, at: datetime) -> None:
    """Write down that the next server has taken it.

    Also where the lease ran out meanwhile, as long as nobody has begun another attempt: it did leave.
    """
    mine = Q(state=State.IN_FLIGHT, lease=claim.lease) | Q(
        state=State.AWAITING_RETRY, attempts_made=claim.message.attempts_made
    )
    _close(claim.attempt, Outcome.SENT, at)
    ended: dict[str, object] = {"state": State.SENT, "sent_at": at, "reason": ""}
    ended |= {"next_attempt_at": None, "lease": None, "leased_until": None}
    if claim.message.kind in FORGOTTEN_KINDS:
        ended |= {"text": "", "html": ""}
    if not Message.objects.filter(mine, pk=claim.message.pk).update(**ended):
        log.warning("message %s left, but its lease had passed to another worker", claim.message.pk)
        return
    log.info("message %s sent at attempt %s", claim.message.pk, claim.attempt.number)


@transaction.atomic
def note_trouble(claim: Claim, trouble: Trouble, at: datetime) -> None:
    """Write down the failure, and when it is tried again or that it is given up."""
    message = (
        Message.objects.select_for_update()
        .filter(pk=claim.message.pk, state=State.IN_FLIGHT, lease=claim.lease)
        .first()
    )
    if message is None:
        _close(claim.attempt, Outcome.LOST, at, trouble)
        return
    again = _schedule_or_give_up(message, trouble, at)
    _close(claim.attempt, Outcome.DEFERRED if again else Outcome.GIVEN_UP, at, trouble)


def repair(at: datetime) -> int:
    """Take back the messages whose worker did not come back. Returns how many."""
    with transaction.atomic():
        lost = list(
            Message.objects.select_for_update(skip_locked=True)
            .filter(state=State.IN_FLIGHT, leased_until__lt=at)
            .order_by("leased_until")[:AT_MOST]
        )
        for message in lost:
            trouble = Trouble(Failure.WORKER_LOST)
            for attempt in message.attempts.filter(outcome=Outcome.UNDERWAY):
                _close(attempt, Outcome.LOST, at, trouble)
            _schedule_or_give_up(message, trouble, at)
    return len(lost)


def due(at: datetime) -> list[int]:
    """Ids of due messages that no nudge has moved lately, marked as nudged now. Oldest first."""
    with transaction.atomic():
        ids = list(
            Message.objects.select_for_update(skip_locked=True)
            .filter(state__in=WAITING, next_attempt_at__lte=at)
            .filter(Q(nudged_at__isnull=True) | Q(nudged_at__lt=at - PATIENCE))
            .order_by("next_attempt_at")
            .values_list("pk", flat=True)[:AT_MOST]
        )
        Message.objects.filter(pk__in=ids).update(nudged_at=at)
    return ids


def _schedule_or_give_up(message: Message, trouble: Trouble, at: datetime) -> bool:
    wait = wait_after(trouble.failure, message.attempts_made)
    if wait is None:
        code = f" ({trouble.code})" if trouble.code else ""
        reason = (
            f"Given up after {message.attempts_made} attempt(s): {EXPLANATIONS[trouble.failure]}{code}."
            f" {trouble.answer}"
        )
        _end(message, State.FAILED, reason.strip())
        log.error("message %s given up: %s %s", message.pk, trouble.failure, trouble.code or "")
        return False
    message.state = State.AWAITING_RETRY
    message.next_attempt_at = at + wait
    message.nudged_at = message.lease = message.leased_until = None
    message.save(update_fields=["state", "next_attempt_at", "nudged_at", "lease", "leased_until"])
    log.warning("message %s put off: %s %s", message.pk, trouble.failure, trouble.code or "")
    return True


def _end(message: Message, state: Message.State, reason: str) -> None:
    message.state = state
    message.reason = reason[:500]
    message.next_attempt_at = message.lease = message.leased_until = None
    if message.kind in FORGOTTEN_KINDS:
        message.text = message.html = ""
    message.save()


def _close(attempt: Attempt, outcome: Attempt.Outcome, at: datetime, trouble: Trouble | None = None) -> None:
    attempt.outcome = outcome
    attempt.ended_at = at
    if trouble is not None:
        attempt.failure = trouble.failure
        attempt.smtp_code = trouble.code
        attempt.answer = trouble.answer
    attempt.save()
