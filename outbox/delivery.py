"""Delivery: claim a row, hand the message over, write down how it ended; and repair what was left.

Claiming (outbox.claims) is a compare-and-set under a row lock that others skip, so one attempt belongs
to one worker. The hand-over happens outside any transaction. What no design can exclude over SMTP: a worker
that dies between the server's "250" and our note of it repeats that one message, with the same
Message-ID.

Logs name rows by id; never a person, a subject or a server's words.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from outbox import channel, claims, webhook
from outbox.claims import LEASE, WAITING, Claim
from outbox.models import FORGOTTEN_KINDS, Attempt, Message
from outbox.retry_rules import EXPLANATIONS, SERVER_IS_AWAY, Failure, Trouble, classify, wait_after

log = logging.getLogger(__name__)

__all__ = ["LEASE", "WAITING", "Claim"]

State = Message.State
Outcome = Attempt.Outcome

# How long a nudge is given before the sweeper nudges again.
PATIENCE = timedelta(seconds=60)
BATCH = 50
AT_MOST = 1000  # messages looked at in one sweep


def deliver(message_ids: Iterable[int], line: channel.Line | None = None) -> None:
    """Deliver those of these messages that are due. Safe to repeat and to run beside itself.

    When the mail server is away the rest stays due, and the sweeper asks again. `line`: a connection that
    stays open for the next ones.
    """
    ids = list(message_ids)
    used = line or channel.Line()
    try:
        for start in range(0, len(ids), claims.TOGETHER):
            if not _deliver(claims.claim(ids[start : start + claims.TOGETHER], timezone.now()), used):
                return
    finally:
        if line is None:
            used.close()


def _deliver(held: Sequence[Message], line: channel.Line) -> bool:
    """Delivers what is claimed. False: the mail server is away."""
    sent: Claim | None = None
    for place, message in enumerate(held):
        if _withhold(message):
            continue
        begun = _turn(sent, message)
        sent = None
        if begun is None:
            continue
        trouble = _hand_over(message, line)
        if trouble is None:
            sent = begun
            continue
        note_trouble(begun, trouble, timezone.now())
        # Endpoints are many servers; the mail server is one.
        if trouble.failure in SERVER_IS_AWAY and message.channel == Message.Channel.MAIL:
            claims.release(held[place + 1 :], timezone.now())
            return False
    _turn(sent, None)
    return True


def _withhold(message: Message) -> bool:
    """Ends a message that must not be handed over. True: it is none to deliver."""
    reason = channel.why_withheld(message)
    if reason:
        message.attempts_made -= 1
        _end(message, State.WITHHELD, reason)
        log.warning("message %s withheld: nothing of a demonstration leaves", message.pk)
    return bool(reason)


def take(message_id: int, at: datetime) -> Claim | None:
    """Claim a due message and begin it; None when it is not due, in other hands, or withheld."""
    held = claims.claim([message_id], at)
    if not held or _withhold(held[0]):
        return None
    return claims.turn(None, held[0], at)[1]


def note_sent(claim: Claim, at: datetime) -> None:
    """Write down that the next server has taken it."""
    noted, _ = claims.turn(claim, None, at)
    _log_sent(claim, noted)


def _turn(sent: Claim | None, following: Message | None) -> Claim | None:
    if sent is None and following is None:
        return None
    noted, begun = claims.turn(sent, following, timezone.now())
    if sent is not None:
        _log_sent(sent, noted)
    return begun


def _log_sent(claim: Claim, noted: bool) -> None:
    if noted:
        log.info("message %s sent at attempt %s", claim.message.pk, claim.attempt.number if claim.attempt else "")
    else:
        log.warning("message %s left, but its lease had passed to another worker", claim.message.pk)


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
    unbegun = claims.release_unbegun(at)
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
    return unbegun + len(lost)


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


def _close(attempt: Attempt | None, outcome: Attempt.Outcome, at: datetime, trouble: Trouble | None = None) -> None:
    if attempt is None:
        return
    attempt.outcome = outcome
    attempt.ended_at = at
    if trouble is not None:
        attempt.failure = trouble.failure
        attempt.smtp_code = trouble.code
        attempt.answer = trouble.answer
    attempt.save()
