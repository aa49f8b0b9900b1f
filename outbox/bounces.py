"""Reports of mail that came back later: RFC 3464, a delivery status notification.

A mail server further on may take a message and only later find that it cannot deliver it. Its report comes back as a
mail to the sender's address; it names the message by the Message-ID of the copy that it returns, or by its envelope
id. `read()` is pure; `record()` writes the cause into the message's row, whence the next tick takes it.

Anybody can write such a report. It is believed of a message that exists and has left; what then happens is that
somebody else is reminded as well, and that a page says so. Nothing is ever sent less because of it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import Message as Mail
from email.parser import HeaderParser
from enum import StrEnum

from outbox.models import Message
from outbox.retry_rules import cleaned

State = Message.State

ID = re.compile(r"<[^<>\s]+@[^<>\s]+>")
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")

CAUSES = {
    "1": "there is no such address, or it cannot be used",
    "2": "the mailbox does not take mail",
    "3": "the receiving mail system does not take mail",
    "4": "the receiving mail system could not be reached",
    "5": "the mail servers did not understand each other",
    "6": "the message's format is not taken",
    "7": "the receiving side does not allow it",
}
"""RFC 3463: what the second number of a status is about."""


@dataclass(frozen=True, slots=True)
class Report:
    """That a message could not be delivered for good. `ids`: Message-IDs it may be about, the surest first."""

    ids: tuple[str, ...]
    status: str
    answer: str

    @property
    def reason(self) -> str:
        """One sentence for the page, without an address."""
        cause = CAUSES.get(self.status.split(".")[1] if self.status else "", "the receiving side gives no known reason")
        said = self.answer if self.status in self.answer else f"{self.status} {self.answer}".strip()
        return f"It left, and came back: {cause}. {said}".strip()[:500]


class Came(StrEnum):
    """What became of a report."""

    RECORDED = "recorded"
    KNOWN = "known before"
    NO_REPORT = "no report of a failure"
    NOT_OURS = "about no message of ours"


def read(mail: Mail) -> Report | None:
    """The report in a mail; None where it is none, or speaks of a delay or a delivery."""
    if mail.get_content_type() != "multipart/report":
        return None
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            failed = _failure(part)
            if failed is not None:
                status, answer, envelope = failed
                ids = dict.fromkeys([*_returned_ids(mail), *envelope, *_named_ids(mail)])
                return Report(tuple(ids), status, answer)
    return None


def record(mail: Mail) -> Came:
    """Notes in the message's row that it came back, and why. Safe to repeat."""
    report = read(mail)
    if report is None:
        return Came.NO_REPORT
    for found in report.ids:
        rows = Message.objects.filter(message_id=found, channel=Message.Channel.MAIL)
        if rows.filter(state=State.SENT).update(state=State.BOUNCED, reason=report.reason):
            return Came.RECORDED
        if rows.exists():
            return Came.KNOWN
    return Came.NOT_OURS


def _failure(part: Mail) -> tuple[str, str, list[str]] | None:
    """Status and answer of the first recipient whose delivery failed, and the envelope id."""
    blocks = part.get_payload()
    if not isinstance(blocks, list):
        return None
    envelope: list[str] = []
    for block in blocks:
        given = _text(block, "Original-Envelope-Id")
        if given:
            envelope += [given, f"<{given.strip('<>')}>"]
        if _text(block, "Action").lower() == "failed":
            status = STATUS.search(_text(block, "Status"))
            answer = _text(block, "Diagnostic-Code").partition(";")[2] or _text(block, "Diagnostic-Code")
            return status[0] if status else "", cleaned(answer)[:300], envelope
    return None


def _returned_ids(mail: Mail) -> Iterator[str]:
    """The Message-ID of the copy, or of its head, that came back with the report."""
    for part in mail.walk():
        kind, payload = part.get_content_type(), part.get_payload()
        if kind == "message/rfc822" and isinstance(payload, list):
            yield from _ids(_text(one, "Message-ID") for one in payload if isinstance(one, Mail))
        elif kind == "text/rfc822-headers":
            raw = part.get_payload(decode=True)
            if isinstance(raw, bytes):
                yield from _ids([_text(HeaderParser().parsestr(raw.decode("utf-8", "replace")), "Message-ID")])


def _named_ids(mail: Mail) -> Iterator[str]:
    return _ids([_text(mail, "In-Reply-To"), _text(mail, "References")])


def _ids(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from ID.findall(text)


def _text(mail: object, name: str) -> str:
    """A header on one line; empty where it is not there."""
    value = mail.get(name, "") if isinstance(mail, Mail) else ""
    try:
        return " ".join(str(make_header(decode_header(str(value)))).split())
    except (LookupError, UnicodeError, ValueError):
        return " ".join(str(value).split())
