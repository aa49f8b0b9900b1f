"""Handing a message over to Django's mail backend."""

import contextlib
import ipaddress
import smtplib
import time
from email.utils import format_datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from outbox import webhook
from outbox.models import BY_A_PERSON, Message

_BACKENDS = "django.core.mail.backends."
_STAYS = frozenset(_BACKENDS + name for name in ("filebased", "locmem", "console", "dummy"))


class _Mail(EmailMultiAlternatives):
    """Made once, although it is looked at before the backend asks for it."""

    made: Any = None

    def message(self, **given: Any) -> Any:
        if self.made is None:
            self.made = super().message(**given)
        return self.made


def compose(message: Message) -> EmailMultiAlternatives:
    """The e-mail of a row: text and HTML as alternatives, then the attached files.

    Message-ID and date come from the row, so that a repetition is recognised as the same message.
    """
    # RFC 3834: keeps absence notes from answering. A filing is a person's, and a confirmation of receipt is wanted.
    by_itself = {} if message.kind in BY_A_PERSON else {"Auto-Submitted": "auto-generated"}
    mail = _Mail(
        subject=message.subject,
        body=message.text,
        from_email=message.sender,
        to=[message.recipient],
        headers={
            **message.headers,
            "Message-ID": message.message_id,
            "Date": format_datetime(message.created_at),
            "Content-Language": message.language,
            **by_itself,
        },
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    for file in sorted(message.attachments.all(), key=lambda one: one.pk):
        mail.attach(file.filename, bytes(file.content), file.content_type)
    return mail


class Line:
    """A connection to the mail server that stays open from message to message.

    After a failure, and after so many messages as servers usually take, the next one gets a new connection:
    what went wrong with one message must not be blamed on the next. A connection that was left alone for a
    while is asked first whether it still stands (RSET), for servers hang up on who is silent.
    """

    MOST = 100
    SILENT = 1.0  # seconds after which it is asked

    def __init__(self) -> None:
        self.connection: BaseEmailBackend | None = None
        self.handed_over = 0
        self.used_at = 0.0

    def send(self, mail: EmailMultiAlternatives) -> None:
        """Hand it over. Returns once the next server has taken it; raises what smtplib raises."""
        if self.handed_over >= self.MOST or not self._stands():
            self.close()
        if self.connection is None:
            self.connection = get_connection()
            self.connection.open()
        try:
            self.connection.send_messages([mail])
        except BaseException:
            self.close()
            raise
        self.handed_over += 1
        self.used_at = time.monotonic()

    def close(self) -> None:
        """Hang up. What a server says to that no longer matters."""
        connection, self.connection, self.handed_over = self.connection, None, 0
        if connection is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                connection.close()

    def _stands(self) -> bool:
        server = getattr(self.connection, "connection", None)
        if not isinstance(server, smtplib.SMTP) or time.monotonic() - self.used_at < self.SILENT:
            return True
        try:
            return server.rset()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False


def why_withheld(message: Message) -> str:
    """Why this message must not be handed to the configured backend; empty: it may."""
    of_demonstration = message.workspace is not None and message.workspace.is_demonstration
    if not (message.inside_only or of_demonstration):
        return ""
    if message.endpoint is not None:
        return "" if webhook.stays_inside(message.endpoint.url) else "It belongs to a demonstration or exercise."
    if stays_inside():
        return ""
    what = "a demonstration workspace" if of_demonstration else "a demonstration or exercise"
    return (
        f"It belongs to {what}, and the configured mail backend could deliver it outside. Such mail goes"
        " only to files (Django's file backend) or, with DEBUG on, to a mail sink on this machine."
    )


def stays_inside() -> bool:
    """Whether the configured backend keeps mail on this machine.

    SMTP to this machine counts only with DEBUG on: elsewhere a local mail server is a relay.
    """
    module = settings.EMAIL_BACKEND.rpartition(".")[0]
    if module in _STAYS:
        return True
    return module == _BACKENDS + "smtp" and settings.DEBUG and _is_loopback(settings.EMAIL_HOST)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
