"""Sending: the document is frozen as it went, and the duty that it fulfils is recorded."""

from datetime import UTC, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts import history
from accounts.models import User
from incidents import events
from incidents.models import Fulfilment
from incidents.services import record_fulfilment
from law.facts import FactsError
from reports.models import Document
from reports.services.common import lock_document
from reports.services.mail_state import need_no_mail_underway

State = Document.State


def mark_sent(
    document: Document,
    *,
    by: User,
    at: datetime,
    how: str,
    reference: str = "",
    note: str = "",
    recorded: bool = True,
    fulfils: bool | None = None,
    now: datetime | None = None,
) -> Document:
    """Records that an approved document went out: when, how, and the receiver's reference.

    `recorded`: a person sent it elsewhere, such as through a portal; False: Tocsin sent it. `fulfils`
    says whether the duty is done by it; unless said, a notification to an authority does it, while a
    letter is one of many. The document before it is superseded.
    """
    now = now or timezone.now()
    latest = document.incident.now(now)
    if at > latest:
        words = gettext("{at} lies in the future. The latest possible is {latest}.")
        raise ValidationError({"at": words.format(at=_minute(at), latest=_minute(latest))})
    if how not in Document.How.values:
        raise ValidationError({"how": _no_such_way(how)})
    with transaction.atomic(), history.context(by, note or "Recorded as sent" if recorded else "Sent"):
        held = lock_document(document, State.APPROVED)
        if recorded:
            need_no_mail_underway(held, "Sent another way")
        if held.approved_at is not None and at < held.approved_at and not recorded:
            words = gettext("{at} lies before the approval of {approved}.")
            raise ValidationError({"at": words.format(at=_minute(at), approved=_minute(held.approved_at))})
        held.state, held.sent_at, held.sent_by, held.sent_how = State.SENT, at, by, how
        held.sent_reference, held.recorded_as_sent, held.sent_recorded_at = reference.strip(), recorded, now
        held.save(
            update_fields=[
                "state", "sent_at", "sent_by", "sent_how", "sent_reference", "recorded_as_sent", "sent_recorded_at",
            ]
        )  # fmt: skip
        events.publish(events.WordsChanged(held.incident_id, "document", (held.pk,)))
        if held.previous_id is not None:
            Document.objects.filter(pk=held.previous_id, state=State.SENT).update(state=State.SUPERSEDED)
        done = held.kind == Document.Kind.AUTHORITY_NOTIFICATION if fulfils is None else fulfils
        if held.obligation is not None and done and held.phase != Document.Phase.WITHDRAWAL:
            _fulfil(held, by, note)
    return held


def _minute(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _no_such_way(how: str) -> str:
    offered = ", ".join(Document.How.values)
    return gettext("“{value}”: expected one of {offered}.").format(value=how, offered=offered)


def _fulfil(held: Document, by: User, note: str) -> None:
    assert held.obligation is not None  # noqa: S101 - for the type checker
    assert held.sent_at is not None  # noqa: S101 - likewise
    try:
        record_fulfilment(
            held.obligation,
            at=held.sent_at,
            by=by,
            channel=held.sent_how,
            manner=Fulfilment.Manner.RECORDED if held.recorded_as_sent else Fulfilment.Manner.SENT,
            reference=held.sent_reference,
            note=note,
            document_digest=f"sha256:{held.sha256}",
            key=f"document:{held.pk}",
        )
    except FactsError as error:
        # The notice becomes a fact of the case; where it contradicts the others nothing is recorded.
        raise ValidationError({"at": [str(fault) for fault in error.faults]}) from None
