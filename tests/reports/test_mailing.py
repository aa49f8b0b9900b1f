"""A notification by e-mail: through the outbox, recorded when it has left, taken back when it comes back."""

import hashlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from incidents.models import Fulfilment, Incident, Obligation
from outbox.channel import Line, compose
from outbox.delivery import deliver
from outbox.models import Message
from reports import services
from reports.models import Document, Mailing
from reports.services import mailing
from reports.services.mail_state import newest_mailing
from tests.conftest import Cast
from tests.reports.conftest import NOW

pytestmark = pytest.mark.django_db

State = Message.State


@pytest.fixture
def filing(approved: Document) -> Document:
    """Approved, and for an authority that takes e-mail: the Croatian one."""
    Obligation.objects.filter(pk=approved.obligation_id).update(authority="AZOP")
    return Document.objects.select_related("incident", "obligation").get(pk=approved.pk)


@pytest.fixture
def send(cast: Cast, filing: Document) -> Callable[[], Mailing]:
    def sent() -> Mailing:
        subject, text = mailing.proposed_mail(filing, cast.alice)
        return mailing.send_by_mail(filing, by=cast.alice, subject=subject, text=text, reply_to="alice@example.org")

    return sent


def ends(held: Mailing, state: str, **more: object) -> None:
    Message.objects.filter(pk=held.message_id).update(
        state=state, next_attempt_at=None, sent_at=NOW if state in (State.SENT, State.BOUNCED) else None, **more
    )


def test_it_writes_the_message_with_the_file_and_leaves_the_document_approved(
    filing: Document, send: Callable[[], Mailing]
) -> None:
    held = send()
    mail = compose(held.message)
    assert mail.to == ["azop@azop.hr"]
    assert mail.extra_headers["Reply-To"] == "alice@example.org"
    assert "Auto-Submitted" not in mail.extra_headers
    assert held.message.attachments.get().sha256 == filing.sha256
    assert filing.sha256 in held.message.text
    filing.refresh_from_db()
    assert filing.state == Document.State.APPROVED
    assert not Fulfilment.objects.exists()


def test_it_records_what_has_left_as_sent_and_the_duty_as_fulfilled_once(
    filing: Document, send: Callable[[], Mailing]
) -> None:
    ends(send(), State.SENT)
    assert mailing.settle_mailings() == 1
    assert mailing.settle_mailings() == 0
    filing.refresh_from_db()
    assert (filing.state, filing.sent_how, filing.recorded_as_sent) == ("sent", "email", False)
    done = Fulfilment.objects.get()
    assert (done.at, done.channel, done.manner) == (NOW, "email", Fulfilment.Manner.SENT)
    assert "Message-ID <" in done.note


def test_it_goes_through_the_outbox_to_the_authority_and_is_recorded(
    filing: Document, send: Callable[[], Mailing], mailoutbox: list[EmailMessage]
) -> None:
    held = send()
    deliver([held.message_id], Line())
    assert mailing.settle_mailings() == 1
    (left,) = mailoutbox
    assert left.to == ["azop@azop.hr"]
    ((name, content, kind),) = left.attachments
    assert (name, kind) == (mailing.file_name(filing), "application/pdf")
    assert hashlib.sha256(content).hexdigest() == filing.sha256
    filing.refresh_from_db()
    assert filing.state == Document.State.SENT


@pytest.mark.parametrize("state", [State.FAILED, State.WITHHELD, State.BOUNCED])
def test_it_leaves_the_duty_open_where_it_did_not_arrive_and_lets_it_be_sent_anew(
    cast: Cast, client: Client, filing: Document, send: Callable[[], Mailing], state: str
) -> None:
    first = send()
    ends(first, state, reason="No such address")
    assert mailing.settle_mailings() == 0
    assert not Fulfilment.objects.exists()
    client.force_login(cast.alice)
    page = client.get(where("document", filing)).content.decode()
    assert "No such address" in page
    assert where("mail", filing) in page
    send()
    first.message.refresh_from_db()
    assert first.message.state == State.CANCELLED  # it cannot be queued again beside the new one


def test_it_opens_the_duty_again_when_it_comes_back_and_closes_it_when_it_leaves_again(
    filing: Document, send: Callable[[], Mailing]
) -> None:
    held = send()
    ends(held, State.SENT)
    mailing.settle_mailings()
    ends(held, State.BOUNCED, reason="No such address")
    assert mailing.settle_mailings() == 1
    assert mailing.settle_mailings() == 0
    assert not Fulfilment.objects.filter(withdrawn_at__isnull=True).exists()
    Message.objects.filter(pk=held.message_id).update(state=State.SENT, reason="", sent_at=NOW - timedelta(seconds=1))
    assert mailing.settle_mailings() == 1
    assert Fulfilment.objects.filter(withdrawn_at__isnull=True).count() == 1


def test_it_does_nothing_else_with_a_document_that_is_being_sent(
    cast: Cast, filing: Document, send: Callable[[], Mailing]
) -> None:
    send()
    with pytest.raises(ValidationError, match="being sent by e-mail"):
        services.mark_sent(filing, by=cast.alice, at=NOW, how="post")
    with pytest.raises(ValidationError, match="being sent by e-mail"):
        services.revise(filing, author=cast.alice, reason="Other words")
    with pytest.raises(ValidationError, match="being sent by e-mail"):
        send()
    mailing.take_mail_back(filing, by=cast.alice)
    services.mark_sent(filing, by=cast.alice, at=NOW, how="post")
    assert Fulfilment.objects.get().channel == "post"


def test_it_ends_a_failed_mail_when_the_document_went_another_way(
    cast: Cast, filing: Document, send: Callable[[], Mailing]
) -> None:
    ends(send(), State.FAILED, reason="No such address")
    services.mark_sent(filing, by=cast.alice, at=NOW, how="post")
    held = newest_mailing(filing)
    assert held is not None
    assert held.message.state == State.CANCELLED


def test_it_sends_nothing_of_an_exercise(filing: Document, send: Callable[[], Mailing]) -> None:
    Incident.objects.filter(pk=filing.incident_id).update(exercise=True, stands_at=NOW)
    with pytest.raises(ValidationError, match="exercise"):
        send()
    assert not Message.objects.filter(kind="filing").exists()


def test_it_knows_no_address_where_a_portal_is_the_way(filing: Document) -> None:
    assert filing.obligation is not None
    filing.obligation.authority = "CNIL"
    assert mailing.mail_address(filing) is None


def test_it_names_the_fault_and_keeps_what_was_typed(cast: Cast, client: Client, filing: Document) -> None:
    client.force_login(cast.alice)
    found = client.get(where("mail", filing)).content.decode()
    assert "azop@azop.hr" in found
    said = {"subject": "Notification", "text": "My own words", "reply_to": "nobody"}
    refused = client.post(where("mail", filing), said)
    assert refused.status_code == 422
    assert "My own words" in refused.content.decode()
    asked = client.post(where("mail", filing), {**said, "reply_to": "alice@example.org"})
    assert "reauthenticate" in asked["Location"]
    assert not Mailing.objects.exists()


def where(name: str, document: Document) -> str:
    return reverse(f"reports:{name}", args=("harbour", document.incident.number, document.ordinal))
