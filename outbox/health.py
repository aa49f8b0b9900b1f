"""Whether the installation can send: the scheduler's heartbeat, and the proof that mail arrives."""

import hashlib
import secrets
import smtplib
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from outbox.channel import stays_inside
from outbox.models import Alarm, Heartbeat, MailProof
from outbox.services import enqueue

TICK: Final = "tick"
STALE: Final = timedelta(minutes=5)
"""So long after its last tick the scheduler counts as stopped."""
PROOF_WORKS_FOR: Final = timedelta(days=7)


def beat(now: datetime) -> None:
    """The scheduler has ticked, and a worker has heard it: written by the tick itself. Ends its alarms."""
    Heartbeat.objects.update_or_create(name=TICK, defaults={"at": now})
    Alarm.objects.filter(kind=TICK, ended_at__isnull=True).update(ended_at=now)


def last_tick() -> datetime | None:
    """When the scheduler last ticked; None: never."""
    return Heartbeat.objects.filter(name=TICK).values_list("at", flat=True).first()


def is_stale(at: datetime | None, now: datetime) -> bool:
    """Has the scheduler stopped?"""
    return at is None or now - at > STALE


def fingerprint() -> str:
    """Stands for the settings of mail: a proof holds for these and no others."""
    parts = (
        settings.EMAIL_BACKEND,
        settings.EMAIL_HOST,
        settings.EMAIL_PORT,
        settings.EMAIL_HOST_USER,
        settings.EMAIL_USE_TLS,
        settings.DEFAULT_FROM_EMAIL,
    )
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()


def newest_proof() -> MailProof | None:
    """The newest confirmed test of the mail settings in use; None: nobody has confirmed any."""
    rows = MailProof.objects.filter(fingerprint=fingerprint(), confirmed_at__isnull=False)
    return rows.select_related("message").order_by("-confirmed_at").first()


def last_test() -> MailProof | None:
    """The last test mail with the settings in use, confirmed or not."""
    return MailProof.objects.filter(fingerprint=fingerprint()).select_related("message").order_by("-pk").first()


@transaction.atomic
def send_test(to: str, by: User | None, language: str, now: datetime) -> MailProof:
    """Puts a test mail into the outbox, with a link that its reader confirms it by. Raises OutboxError."""
    key = secrets.token_urlsafe(24)
    url = settings.BASE_URL.rstrip("/") + reverse("proved", urlconf="outbox.urls", args=[key])
    with translation.override(language):
        lines = (
            _("This is a test: it shows that mail of Tocsin reaches you."),
            _("Open this address and press the button, so that reminders are known to arrive:"),
            url,
            _("The address works for 7 days. If you expected no such mail, leave it alone."),
        )
        subject = _("Test mail of Tocsin: please confirm that it came")
    message = enqueue(
        workspace=None,
        to=to,
        subject=subject,
        text="\n\n".join(lines),
        html="",
        key=f"proof:{_digest(key)}",
        language=language,
        kind="proof",
    )
    return MailProof.objects.create(
        digest=_digest(key), fingerprint=fingerprint(), message=message, asked_by=by, asked_at=now
    )


def proof_of(key: str, now: datetime) -> MailProof | None:
    """The test of a link; None where there is none, or it is too old."""
    since = now - PROOF_WORKS_FOR
    return MailProof.objects.filter(digest=_digest(key), asked_at__gte=since).select_related("message").first()


def confirm(key: str, now: datetime) -> MailProof | None:
    """Its reader says that the test mail came. Said twice, the first time counts."""
    proof = proof_of(key, now)
    if proof is not None:
        MailProof.objects.filter(pk=proof.pk, confirmed_at__isnull=True).update(confirmed_at=now)
        proof.refresh_from_db()
    return proof


def mail_leaves() -> bool:
    """Does the configured backend hand mail to a server, rather than to files on this machine?"""
    return not stays_inside()


def database_clock() -> datetime:
    """What the database's clock shows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        at: datetime = cursor.fetchone()[0]
    return at


def mail_server_clock() -> datetime | None:
    """What the mail server's clock shows, where its greeting says so (many do not). Raises OSError, SMTPException."""
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend") or not settings.EMAIL_HOST:
        return None
    with smtplib.SMTP(timeout=settings.EMAIL_TIMEOUT) as server:
        _code, greeting = server.connect(settings.EMAIL_HOST, settings.EMAIL_PORT)
        said = greeting.decode("ascii", "replace").rpartition(";")[2].strip()
    try:
        found = parsedate_to_datetime(said)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
