"""Reports of mail that came back later (RFC 3464): read, believed, and passed on to the next person."""

import io
import mailbox
from collections.abc import Callable
from email import message_from_string
from email.message import Message as Mail
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Workspace
from outbox import bounces, services
from outbox.models import Message
from outbox.services import enqueue

REPORT = """\
From: MAILER-DAEMON@mx.example.net
To: tocsin@localhost
Subject: Undelivered Mail Returned to Sender
{more}MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
{envelope}
Final-Recipient: rfc822; bob@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <bob@example.org>:
 Recipient address rejected

{returned}
--b--
"""
COPY = """--b
Content-Type: message/rfc822

From: tocsin@localhost
To: bob@example.org
Message-ID: {id}
Subject: Due

Due.
"""
HEAD = """--b
Content-Type: text/rfc822-headers

From: tocsin@localhost
Message-ID: {id}
"""


def report(
    returned: str = "", action: str = "failed", status: str = "5.1.1", envelope: str = "", more: str = ""
) -> Mail:
    return message_from_string(
        REPORT.format(returned=returned, action=action, status=status, envelope=envelope, more=more)
    )


@pytest.fixture
def sent(workspace: Workspace) -> Message:
    message = enqueue(workspace=workspace, to="bob@example.org", subject="Due", text="Due.", html="", key="a")
    Message.objects.update(state="sent", next_attempt_at=None, sent_at=timezone.now())
    message.refresh_from_db()
    return message


NAMED: dict[str, Callable[[str], Mail]] = {
    "by the copy": lambda name: report(COPY.format(id=name)),
    "by its head": lambda name: report(HEAD.format(id=name)),
    "by the envelope": lambda name: report(envelope=f"Original-Envelope-Id: {name.strip('<>')}"),
    "by what it answers to": lambda name: report(more=f"In-Reply-To: {name}\n"),
}


@pytest.mark.parametrize("how", NAMED)
def test_it_finds_the_message_of_a_report(sent: Message, how: str) -> None:
    assert bounces.record(NAMED[how](sent.message_id)) == bounces.Came.RECORDED
    sent.refresh_from_db()
    assert sent.state == "bounced"
    assert sent.reason == (
        "It left, and came back: there is no such address, or it cannot be used."
        " 550 5.1.1 <(address)>: Recipient address rejected"
    )
    assert sent.sent_at is not None
    assert bounces.record(NAMED[how](sent.message_id)) == bounces.Came.KNOWN


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_it_takes_no_delay_for_a_failure(sent: Message, action: str) -> None:
    assert bounces.record(report(COPY.format(id=sent.message_id), action=action)) == bounces.Came.NO_REPORT
    sent.refresh_from_db()
    assert sent.state == "sent"


def test_it_takes_no_other_mail_for_a_report(sent: Message) -> None:
    answer = message_from_string(f"Subject: I am away\nIn-Reply-To: {sent.message_id}\n\nUntil Monday.")
    assert bounces.record(answer) == bounces.Came.NO_REPORT


@pytest.mark.parametrize("state", ["queued", "in_flight", "cancelled"])
def test_it_believes_nothing_of_a_message_that_has_not_left(workspace: Workspace, state: str) -> None:
    message = enqueue(workspace=workspace, to="bob@example.org", subject="Due", text="Due.", html="", key="a")
    if state != "queued":
        more: dict[str, Any] = {"reason": "No"}
        if state == "in_flight":
            more = {"lease": "0" * 32, "leased_until": timezone.now()}
        Message.objects.update(state=state, next_attempt_at=None, **more)
    assert bounces.record(report(COPY.format(id=message.message_id))) == bounces.Came.KNOWN
    message.refresh_from_db()
    assert message.state == state


def test_it_leaves_alone_what_is_not_ours(sent: Message) -> None:
    assert bounces.record(report(COPY.format(id="<other@example.net>"))) == bounces.Came.NOT_OURS
    assert bounces.record(report()) == bounces.Came.NOT_OURS


@pytest.mark.parametrize("broken", ["", "Status: ?", "=?utf-8?q?=ff?="])
def test_it_reads_a_report_that_is_badly_written(sent: Message, broken: str) -> None:
    mail = report(COPY.format(id=sent.message_id), status=broken or " ")
    assert bounces.record(mail) == bounces.Came.RECORDED
    sent.refresh_from_db()
    assert "the receiving side gives no known reason" in sent.reason


def test_it_may_be_tried_again_when_the_address_is_mended(sent: Message) -> None:
    bounces.record(report(COPY.format(id=sent.message_id)))
    assert services.requeue(sent)
    assert (sent.state, sent.sent_at, sent.reason) == ("queued", None, "")


@pytest.mark.parametrize("kind", [mailbox.mbox, mailbox.Maildir])
def test_it_reads_a_mailbox_and_takes_out_what_it_understood(
    sent: Message, tmp_path: Path, kind: type[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    box = kind(str(tmp_path / "box"))
    for mail in (report(COPY.format(id=sent.message_id)), message_from_string("Subject: Hello\n\nHello.")):
        box.add(mail)
    box.close()
    call_command("bounces", str(tmp_path / "box"))
    assert capsys.readouterr().out == "1 no report of a failure; 1 recorded\n"
    call_command("bounces", str(tmp_path / "box"), "--remove")
    assert "1 known before" in capsys.readouterr().out
    left = kind(str(tmp_path / "box"))
    assert [mail["Subject"] for mail in left] == ["Hello"]
    left.close()


def test_it_reads_one_mail_from_a_pipe(
    sent: Message, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = report(COPY.format(id=sent.message_id)).as_bytes()
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    call_command("bounces", "-")
    assert capsys.readouterr().out == "recorded\n"


def test_it_names_a_mailbox_that_is_none(tmp_path: Path, db: None) -> None:
    with pytest.raises(CommandError, match="no such mailbox"):
        call_command("bounces", str(tmp_path / "nowhere"))
    with pytest.raises(CommandError, match="expected a Maildir"):
        call_command("bounces", str(tmp_path))
