"""What can go wrong when a message is handed over, and how often each kind is tried again.

Pure: an exception of smtplib or of a webhook goes in, a kind comes out; the waits are data.
"""

import http.client
import re
import smtplib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.utils.translation import gettext_noop as _


class Failure(StrEnum):
    """Kinds of failure. The words stand in the row and are shown to people."""

    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    DISCONNECTED = "disconnected"  # in the middle of the dialogue, DATA included
    DEFERRED = "deferred"  # 4xx: greylisting, a full queue, a full mailbox
    RECIPIENT_REFUSED = "recipient_refused"
    SENDER_REFUSED = "sender_refused"
    CONTENT_REFUSED = "content_refused"
    CREDENTIALS = "credentials"
    ANSWERED_ERROR = "answered_error"  # a webhook: 5xx, 408, 425, 429
    ANSWERED_NO = "answered_no"  # a webhook: any other answer than 2xx
    ANSWERED_GONE = "answered_gone"  # a webhook: 410
    ADDRESS_FORBIDDEN = "address_forbidden"  # a webhook inside our own network
    NOT_COMPOSED = "not_composed"
    WORKER_LOST = "worker_lost"
    UNEXPECTED = "unexpected"


@dataclass(frozen=True)
class Trouble:
    """One failed hand-over: its kind, the server's code (None: no answer) and its words."""

    failure: Failure
    code: int | None = None
    answer: str = ""


# Minutes to wait after the first, second, ... failed attempt. When they are used up: given up.
# A message is worth about a day of trying, first quickly, since a deadline may be hours away.
_PATIENT = (1, 2, 5, 10, 15, 30, 60, 60, 120, 240, 240, 480)
# Greylisting servers want a pause of some minutes before they let a stranger in.
_GREYLISTED = (2, 5, 10, 15, 30, 60, 60, 120, 240, 240, 480)
# Our own installation is at fault and somebody will mend it; the recipient has nothing to do with it.
_OURS_TO_MEND = (5, 10, 15, 30, 60, 60, 120, 240, 240, 480)
_AT_ONCE: tuple[int, ...] = ()

WAITS: Mapping[Failure, tuple[int, ...]] = {
    Failure.UNREACHABLE: _PATIENT,
    Failure.TIMED_OUT: _PATIENT,
    Failure.DISCONNECTED: _PATIENT,
    Failure.DEFERRED: _GREYLISTED,
    Failure.RECIPIENT_REFUSED: _AT_ONCE,
    Failure.SENDER_REFUSED: _OURS_TO_MEND,
    Failure.CONTENT_REFUSED: _AT_ONCE,
    Failure.CREDENTIALS: _OURS_TO_MEND,
    Failure.ANSWERED_ERROR: _PATIENT,
    Failure.ANSWERED_NO: _OURS_TO_MEND,
    Failure.ANSWERED_GONE: _AT_ONCE,
    Failure.ADDRESS_FORBIDDEN: _AT_ONCE,
    Failure.NOT_COMPOSED: _AT_ONCE,
    # A message that kills its worker again and again must not do so for ever.
    Failure.WORKER_LOST: (0, 1, 5, 15),
    Failure.UNEXPECTED: (1, 5, 15, 60, 240),
}

EXPLANATIONS: Mapping[Failure, str] = {
    Failure.UNREACHABLE: _("the server could not be reached"),
    Failure.TIMED_OUT: _("the server did not answer in time"),
    Failure.DISCONNECTED: _("the server closed the connection"),
    Failure.DEFERRED: _("the mail server put the message off"),
    Failure.RECIPIENT_REFUSED: _("the mail server refuses this recipient"),
    Failure.SENDER_REFUSED: _("the mail server refuses our sender address"),
    Failure.CONTENT_REFUSED: _("the mail server refuses the message's content"),
    Failure.CREDENTIALS: _("the mail server refuses our user name, password or encryption"),
    Failure.ANSWERED_ERROR: _("the endpoint answered with an error"),
    Failure.ANSWERED_NO: _("the endpoint refuses the call"),
    Failure.ANSWERED_GONE: _("the endpoint says that it is gone"),
    Failure.ADDRESS_FORBIDDEN: _("the endpoint's name leads into a private network, where nothing is called"),
    Failure.NOT_COMPOSED: _("no valid e-mail could be made of it"),
    Failure.WORKER_LOST: _("the worker that had it in hand did not come back"),
    Failure.UNEXPECTED: _("an unexpected error happened on our side"),
}

# After these the server is not asked again for the rest of a batch: each try would take its time-out.
SERVER_IS_AWAY = frozenset({Failure.UNREACHABLE, Failure.TIMED_OUT, Failure.CREDENTIALS})


def wait_after(failure: Failure, attempts_made: int) -> timedelta | None:
    """How long to wait after this many failed attempts; None: give up."""
    waits = WAITS[failure]
    return timedelta(minutes=waits[attempts_made - 1]) if attempts_made <= len(waits) else None


class EndpointError(Exception):
    """An endpoint answered otherwise than with 2xx."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class ForbiddenAddressError(Exception):
    """An endpoint's name leads to an address that must not be called."""


_TRY_AGAIN = frozenset({408, 425, 429})  # RFC 9110, 8470, 6585


def classify(error: BaseException) -> Trouble:
    """The kind of an error raised while a message was handed over."""
    if isinstance(error, EndpointError):
        return Trouble(_of_status(error.status), error.status)
    if isinstance(error, ForbiddenAddressError):
        return Trouble(Failure.ADDRESS_FORBIDDEN)
    if isinstance(error, http.client.HTTPException):
        return Trouble(Failure.DISCONNECTED, None, type(error).__name__)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(error.recipients.values()))
        return _by_code(code, answer, Failure.RECIPIENT_REFUSED)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Trouble(Failure.CREDENTIALS, None, cleaned(str(error)))
    if isinstance(error, smtplib.SMTPResponseException):
        return _by_code(error.smtp_code, error.smtp_error, _REFUSALS.get(type(error), Failure.DISCONNECTED))
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return Trouble(Failure.TIMED_OUT)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return Trouble(Failure.DISCONNECTED, None, cleaned(str(error)))
    if isinstance(error, OSError):  # refused, no route, no such host, a broken TLS handshake
        return Trouble(Failure.UNREACHABLE, None, cleaned(error.strerror or type(error).__name__))
    return Trouble(Failure.UNEXPECTED, None, type(error).__name__)


def _of_status(status: int) -> Failure:
    if status >= 500 or status in _TRY_AGAIN:
        return Failure.ANSWERED_ERROR
    return Failure.ANSWERED_GONE if status == 410 else Failure.ANSWERED_NO


_REFUSALS: Mapping[type[smtplib.SMTPResponseException], Failure] = {
    smtplib.SMTPSenderRefused: Failure.SENDER_REFUSED,
    smtplib.SMTPDataError: Failure.CONTENT_REFUSED,
    smtplib.SMTPAuthenticationError: Failure.CREDENTIALS,
    smtplib.SMTPConnectError: Failure.UNREACHABLE,
    smtplib.SMTPHeloError: Failure.DISCONNECTED,
}
_AUTHENTICATION_CODES = frozenset({530, 534, 535, 538})  # RFC 4954, section 6


def _by_code(code: int, answer: bytes | str, refusal: Failure) -> Trouble:
    words = cleaned(answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer)
    if code in _AUTHENTICATION_CODES:
        return Trouble(Failure.CREDENTIALS, code, words)
    if 400 <= code < 500:
        # RFC 5321 section 4.2.1: transient; the same command may succeed later.
        return Trouble(Failure.CREDENTIALS if refusal is Failure.CREDENTIALS else Failure.DEFERRED, code, words)
    return Trouble(refusal, code if 200 <= code < 600 else None, words)


_ADDRESS = re.compile(r"[^\s<>\"'()]+@[^\s<>\"'()]+")
_NOT_PRINTABLE = re.compile(r"[^\x20-\x7e\xa0-\U0010ffff]+")


def cleaned(words: str) -> str:
    """The server's words on one line, without anybody's address."""
    return _ADDRESS.sub("(address)", _NOT_PRINTABLE.sub(" ", words)).strip()[:500]
