"""Writing to the outbox. A message is a row of the caller's own transaction: both hold or neither."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from accounts.models import Workspace
from outbox import webhook
from outbox.models import FORGOTTEN_KINDS, Attachment, Endpoint, Message

State = Message.State

# Where a person may ask for another try.
AGAIN = (State.FAILED, State.WITHHELD, State.AWAITING_RETRY, State.BOUNCED)
MAX_ATTACHED_BYTES = 15 * 1024 * 1024  # what common mail servers still take, once encoded
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_HEADER_NAME = re.compile(r"^[A-Za-z][A-Za-z0-9-]{0,75}$")
_CONTENT_TYPE = re.compile(r"^[a-z]+/[a-z0-9][a-z0-9.+-]*$")
_LONGEST = {"key": 200, "subject": 500, "kind": 40, "related": 200}  # characters, as in the model
# Headers that the outbox itself sets; a caller's value could forge the sender or break the parts.
_OWN_HEADERS = frozenset(
    {
        *("from", "sender", "return-path", "to", "cc", "bcc", "subject", "date", "message-id"),
        *("mime-version", "content-type", "content-transfer-encoding", "content-language", "auto-submitted"),
    }
)


class OutboxError(ValueError):
    """A message that cannot be accepted. Names the field, what it held and what to do."""


@dataclass(frozen=True)
class File:
    """A file to attach."""

    filename: str
    content_type: str
    content: bytes


def enqueue(
    *,
    workspace: Workspace | None,
    to: str,
    subject: str,
    text: str,
    html: str,
    key: str,
    headers: Mapping[str, str] | None = None,
    language: str = "en",
    kind: str = "reminder",
    related: str = "",
    attachments: Sequence[File] = (),
    inside_only: bool = False,
) -> Message:
    """Put one message to one person into the outbox, within the caller's transaction.

    `key` makes it idempotent: a second call with the same key returns the first message unchanged.
    `html` may be empty. `related` says in the caller's words what it is about. `inside_only` marks an
    exercise: like everything of a demonstration workspace, it never leaves the machine.

    Raises OutboxError for anything that cannot be sent, before a row is written, and when the key
    belongs to a message of another workspace or to another person.
    """
    recipient = _checked_address(to)
    _check_words(key=key, subject=subject, kind=kind, related=related)
    if not text.strip():
        raise OutboxError("text: empty; every message needs a plain text part, whatever its HTML says")
    now = timezone.now()
    fields = {
        "workspace": workspace,
        "recipient": recipient,
        "subject": subject.strip(),
        "text": text,
        "html": html,
        "headers": _checked_headers(headers or {}),
        "language": language,
        "kind": kind,
        "related": related,
        "sender": settings.DEFAULT_FROM_EMAIL,
        "message_id": message_id_for(key),
        "inside_only": inside_only or (workspace is not None and workspace.is_demonstration),
        "created_at": now,
        "next_attempt_at": now,
        "nudged_at": now,
    }
    files = _checked_files(attachments)
    with transaction.atomic():
        message, created = Message.objects.get_or_create(key=key, defaults=fields)
        if created:
            Attachment.objects.bulk_create(
                Attachment(
                    message=message,
                    filename=file.filename,
                    content_type=file.content_type,
                    content=file.content,
                    sha256=hashlib.sha256(file.content).hexdigest(),
                )
                for file in files
            )
            nudge(message.pk)
    if not created and (message.workspace_id, message.recipient) != (workspace and workspace.pk, recipient):
        raise OutboxError(
            f"key: {key!r} already belongs to a message of another workspace or person;"
            " make the key from the ids of what is sent and of who receives it"
        )
    return message


def enqueue_call(endpoint: Endpoint, content: Mapping[str, object], *, key: str, kind: str, related: str) -> Message:
    """Put one call of an endpoint into the outbox, within the caller's transaction; the same key is one call."""
    _check_words(key=key, kind=kind, related=related)
    now = timezone.now()
    with transaction.atomic():
        message, created = Message.objects.get_or_create(
            key=key,
            defaults={
                "workspace_id": endpoint.workspace_id,
                "channel": Message.Channel.WEBHOOK,
                "endpoint": endpoint,
                "subject": kind,
                "text": webhook.body_of(content),
                "language": "en",
                "kind": kind,
                "related": related,
                "message_id": message_id_for(key),
                "inside_only": endpoint.workspace.is_demonstration,
                "created_at": now,
                "next_attempt_at": now,
                "nudged_at": now,
            },
        )
        if created:
            nudge(message.pk)
    return message


def message_id_for(key: str) -> str:
    """The Message-ID of a key: the same for every repetition, so that a repeated mail is recognised."""
    _, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    domain = sender.rpartition("@")[2] or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"


def nudge(message_id: int) -> None:
    """Ask a worker to deliver it once this transaction is committed.

    Robust: a broker that is down costs time, not the message; the sweeper finds it.
    """

    def ask() -> None:
        from outbox.tasks import deliver  # tasks import this module

        deliver.apply_async(args=[[message_id]], retry=False)

    transaction.on_commit(ask, robust=True)


def cancel(message: Message, reason: str) -> bool:
    """Take back a message that has not left yet. False when it is too late."""
    if not reason.strip():
        raise OutboxError("reason: empty; say why the message is cancelled")
    waiting = [State.QUEUED, State.AWAITING_RETRY, State.WITHHELD]
    changed = Message.objects.filter(pk=message.pk, state__in=waiting).update(
        state=State.CANCELLED, reason=reason[:500], next_attempt_at=None
    )
    message.refresh_from_db()
    return bool(changed)


def set_aside(message: Message, reason: str) -> bool:
    """Ends a message that did not leave or came back: nobody can queue it again. False: it is in no such state."""
    ended = Message.objects.filter(pk=message.pk, state__in=[State.FAILED, State.WITHHELD, State.BOUNCED])
    changed = ended.update(state=State.CANCELLED, reason=reason[:500], sent_at=None)
    message.refresh_from_db()
    return bool(changed)


def requeue(message: Message) -> bool:
    """Try a message again that failed, was withheld or came back, from the first step of its rule; one that waits, now.

    False when it is in another state, or is mail of sign-in, whose text is gone: that is asked for anew.
    """
    now = timezone.now()
    with transaction.atomic():
        ended = Message.objects.filter(pk=message.pk, state__in=AGAIN)
        changed = ended.exclude(kind__in=FORGOTTEN_KINDS).update(
            state=State.QUEUED, reason="", attempts_made=0, next_attempt_at=now, nudged_at=now, sent_at=None
        )
        if changed:
            nudge(message.pk)
    message.refresh_from_db()
    return bool(changed)


def _checked_address(to: str) -> str:
    if not isinstance(to, str):
        raise OutboxError(f"to: {type(to).__name__}; expected one address as text (one message, one person)")
    try:
        validate_email(to)
    except ValidationError:
        raise OutboxError(f"to: {to!r} is not an e-mail address; expected name@example.org") from None
    return to


def _check_words(**words: str) -> None:
    for name, value in words.items():
        if _CONTROL.search(value):
            raise OutboxError(f"{name}: {value!r} holds a line break or control character; expected one line")
        longest = _LONGEST[name]
        if len(value) > longest:
            raise OutboxError(f"{name}: {len(value)} characters; at most {longest}")
        if not value.strip() and name != "related":
            raise OutboxError(f"{name}: empty; expected some text")


def _checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if not _HEADER_NAME.match(name):
            raise OutboxError(f"headers: {name!r} is not a header name; expected letters, digits and hyphens")
        if name.lower() in _OWN_HEADERS:
            raise OutboxError(f"headers: {name!r} is set by the outbox itself; leave it out")
        if _CONTROL.search(value):
            raise OutboxError(f"headers: {name!r} holds a line break or control character; expected one line")
    return dict(headers)


def _checked_files(files: Sequence[File]) -> Sequence[File]:
    for file in files:
        if not file.filename or _CONTROL.search(file.filename) or "/" in file.filename or "\\" in file.filename:
            raise OutboxError(f"attachments: file name {file.filename!r}; expected one line without slashes")
        if not _CONTENT_TYPE.match(file.content_type):
            raise OutboxError(f"attachments: type {file.content_type!r}; expected such as application/pdf")
    names = [file.filename for file in files]
    if len(set(names)) < len(names):
        raise OutboxError(f"attachments: the same file name twice in {names}; name each file differently")
    if (total := sum(len(file.content) for file in files)) > MAX_ATTACHED_BYTES:
        raise OutboxError(f"attachments: {total} bytes together; at most {MAX_ATTACHED_BYTES}")
    return files
