"""Handing a message over to Django's mail backend."""

import ipaddress
from email.utils import format_datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from outbox import webhook
from outbox.models import Message

_BACKENDS = "django.core.mail.backends."
_STAYS = frozenset(_BACKENDS + name for name in ("filebased", "locmem", "console", "dummy"))


def compose(message: Message) -> EmailMultiAlternatives:
    """The e-mail of a row: text and HTML as alternatives, then the attached files.

    Message-ID and date come from the row, so that a repetition is recognised as the same message.
    """
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        from_email=message.sender,
        to=[message.recipient],
        headers={
            **message.headers,
            "Message-ID": message.message_id,
            "Date": format_datetime(message.created_at),
            "Content-Language": message.language,
            "Auto-Submitted": "auto-generated",  # RFC 3834: keeps absence notes from answering
        },
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    for file in message.attachments.order_by("pk"):
        mail.attach(file.filename, bytes(file.content), file.content_type)
    return mail


def send(mail: EmailMultiAlternatives) -> None:
    """Hand it over. Returns once the next server has taken it; raises what smtplib raises."""
    connection = get_connection()
    try:
        connection.send_messages([mail])
    finally:
        connection.close()


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
