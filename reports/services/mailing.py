"""Sending a notification by e-mail: through the outbox, whose rows say how far it is.

The message is written in the transaction of the act. When it has left, the tick records the document as sent and the
duty as fulfilled; when it comes back after that, the tick takes the fulfilment back and the duty is open again.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts import history
from accounts.models import User
from incidents.models import Fulfilment
from incidents.services import record_fulfilment, withdraw_fulfilment
from law.rulebook import load_rulebook
from outbox.models import Message
from outbox.services import File, OutboxError, cancel, enqueue
from reports.compose import phase_word
from reports.definitions import form_of
from reports.languages import language
from reports.models import Document, Mailing
from reports.services.common import lock_document
from reports.services.mail_state import need_no_mail_underway, newest_mailing
from reports.services.sending import mark_sent


@dataclass(frozen=True, slots=True)
class MailAddress:
    """Where an authority takes notifications by e-mail, and whence that is known."""

    email: str
    authority: str
    read_on: date
    sources: tuple[str, ...]
    note: str


def mail_address(document: Document) -> MailAddress | None:
    """The address of the document's authority; None where the law library names another way, or the case is not real.

    Only where e-mail is THE way: an address beside a portal or a form of the authority's own may not be a valid filing.
    """
    duty, incident = document.obligation, document.incident
    if document.kind != Document.Kind.AUTHORITY_NOTIFICATION or duty is None or _stays_inside(document):
        return None
    found = load_rulebook().authorities.get(duty.authority)
    if found is None or found.channel.type != "email" or not found.channel.email or incident is None:
        return None
    return MailAddress(found.channel.email, found.name, found.verified_on, tuple(found.sources), found.channel.note)


def proposed_mail(document: Document, by: User) -> tuple[str, str]:
    """Subject and text in the document's language."""
    words = language(document.language)
    values = {
        "closing": words.word("closing"),
        "organisation": document.snapshot["organisation"]["name"],
        "reference": document.reference,
        "phase": phase_word(form_of(document.form), document.phase, words),
        "file": file_name(document),
        "digest": document.sha256,
        "name": str(by),
    }
    return words.word("mail_subject", **values), words.word("mail_text", **values)


def file_name(document: Document) -> str:
    """The name of the attached file, such as INC-2026-014-3.pdf."""
    return f"{document.reference.replace('/', '-')}.pdf"


def send_by_mail(
    document: Document, *, by: User, subject: str, text: str, reply_to: str, now: datetime | None = None
) -> Mailing:
    """Hands an approved notification to the outbox, for the address that the law library gives.

    ValidationError where the authority takes no e-mail, the case is an exercise, or one is on its way already.
    """
    with transaction.atomic(), history.context(by, "Sending by e-mail"):
        held = lock_document(document, Document.State.APPROVED)
        if _stays_inside(held):
            raise ValidationError(gettext("This case is an exercise or a case told again: nothing of it is sent."))
        address = mail_address(held)
        if address is None:
            raise ValidationError(gettext("The law library knows no e-mail address at which this authority takes it."))
        need_no_mail_underway(held, "Sent anew")
        with held.file.open("rb") as file:
            content = file.read()
        made = Mailing.objects.filter(document=held).count()
        try:
            message = enqueue(
                workspace=held.incident.workspace,
                to=address.email,
                subject=subject,
                text=text,
                html="",
                key=f"document:{held.pk}:mail:{made + 1}",
                headers={"Reply-To": reply_to},
                language=held.language,
                kind="filing",
                related=f"incident {held.incident_id}",
                attachments=[File(file_name(held), "application/pdf", content)],
                inside_only=held.incident.exercise,
            )
        except OutboxError as error:
            raise ValidationError(str(error)) from None
        return Mailing.objects.create(
            document=held, message=message, address_read_on=address.read_on, asked_by=by, asked_at=now or timezone.now()
        )


def take_mail_back(document: Document, *, by: User) -> None:
    """Takes back an e-mail that has not left. ValidationError where it is too late."""
    with transaction.atomic(), history.context(by, "E-mail taken back"):
        held = newest_mailing(lock_document(document, Document.State.APPROVED))
        if held is None or not cancel(held.message, f"Taken back by {by}"):
            raise ValidationError(gettext("It is too late to take the e-mail back: it has left, or is just leaving."))


def settle_mailings() -> int:
    """The tick: records what has left, and takes back what came back. Safe to repeat. Returns how many it changed."""
    left = Mailing.objects.filter(message__state=Message.State.SENT)
    ids = list(left.filter(recorded_at__isnull=True).values_list("pk", flat=True))
    ids += left.filter(came_back_at__isnull=False).values_list("pk", flat=True)
    returned = Mailing.objects.filter(message__state=Message.State.BOUNCED, recorded_at__isnull=False)
    ids += returned.filter(came_back_at__isnull=True).values_list("pk", flat=True)
    return sum(_settle(pk) for pk in ids)


def _settle(pk: int) -> bool:
    try:
        with transaction.atomic():
            held = Mailing.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
            if held is None:
                return False
            if held.message.state == Message.State.BOUNCED:
                return _came_back(held)
            return _has_left(held)
    except ValidationError as error:
        Mailing.objects.filter(pk=pk).update(problem="; ".join(error.messages)[:500])
        return False


def _has_left(held: Mailing) -> bool:
    """The document is recorded as sent; one that came back once, and left again, fulfils its duty anew."""
    again, at = held.came_back_at is not None, held.message.sent_at
    if held.message.state != Message.State.SENT or at is None or (held.recorded_at is not None and not again):
        return False
    document, note = held.document, f"Sent by e-mail, Message-ID {held.message.message_id}"
    if not again:
        mark_sent(document, by=held.asked_by, at=at, how=Document.How.EMAIL, note=note, recorded=False)
    elif document.obligation is not None and document.phase != Document.Phase.WITHDRAWAL:
        record_fulfilment(
            document.obligation,
            at=at,
            by=held.asked_by,
            channel=Fulfilment.Channel.EMAIL,
            manner=Fulfilment.Manner.SENT,
            note=note,
            document_digest=f"sha256:{document.sha256}",
            key=f"document:{document.pk}:{held.pk}:{at.isoformat()}",
        )
    held.recorded_at, held.came_back_at, held.problem = at, None, ""
    held.save(update_fields=["recorded_at", "came_back_at", "problem"])
    return True


def _came_back(held: Mailing) -> bool:
    if held.recorded_at is None or held.came_back_at is not None:
        return False
    rows = Fulfilment.objects.filter(obligation=held.document.obligation_id, withdrawn_at__isnull=True)
    for done in rows.filter(document_digest=f"sha256:{held.document.sha256}", manner=Fulfilment.Manner.SENT):
        withdraw_fulfilment(done, by=held.asked_by, reason="The e-mail came back")
    held.came_back_at = timezone.now()
    held.save(update_fields=["came_back_at"])
    return True


def _stays_inside(document: Document) -> bool:
    return document.incident.exercise or document.incident.stands_at is not None
