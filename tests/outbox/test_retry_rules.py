import smtplib
import socket
from datetime import timedelta

import pytest

from outbox.retry_rules import EXPLANATIONS, WAITS, Failure, classify, wait_after


def timed_out_reply() -> smtplib.SMTPServerDisconnected:
    """As smtplib raises it when the socket times out while it waits for an answer."""
    error = smtplib.SMTPServerDisconnected("Connection unexpectedly closed: timed out")
    error.__context__ = TimeoutError("timed out")
    return error


@pytest.mark.parametrize(
    ("error", "failure", "code"),
    [
        (smtplib.SMTPRecipientsRefused({"b@x.org": (550, b"no such user")}), Failure.RECIPIENT_REFUSED, 550),
        (smtplib.SMTPRecipientsRefused({"b@x.org": (451, b"greylisted")}), Failure.DEFERRED, 451),
        (smtplib.SMTPRecipientsRefused({"b@x.org": (530, b"log in")}), Failure.CREDENTIALS, 530),
        (smtplib.SMTPSenderRefused(550, b"not you", "t@x.org"), Failure.SENDER_REFUSED, 550),
        (smtplib.SMTPSenderRefused(452, b"full", "t@x.org"), Failure.DEFERRED, 452),
        (smtplib.SMTPDataError(554, b"spam"), Failure.CONTENT_REFUSED, 554),
        (smtplib.SMTPDataError(452, b"later"), Failure.DEFERRED, 452),
        (smtplib.SMTPAuthenticationError(535, b"bad password"), Failure.CREDENTIALS, 535),
        (smtplib.SMTPAuthenticationError(454, b"temporary"), Failure.CREDENTIALS, 454),
        (smtplib.SMTPNotSupportedError("STARTTLS extension not supported"), Failure.CREDENTIALS, None),
        (smtplib.SMTPConnectError(554, b"go away"), Failure.UNREACHABLE, 554),
        (smtplib.SMTPConnectError(421, b"busy"), Failure.DEFERRED, 421),
        (smtplib.SMTPServerDisconnected("Connection unexpectedly closed"), Failure.DISCONNECTED, None),
        (timed_out_reply(), Failure.TIMED_OUT, None),
        (TimeoutError("timed out"), Failure.TIMED_OUT, None),
        (ConnectionRefusedError(111, "Connection refused"), Failure.UNREACHABLE, None),
        (socket.gaierror(-2, "Name or service not known"), Failure.UNREACHABLE, None),
        (ZeroDivisionError(), Failure.UNEXPECTED, None),
    ],
    ids=repr,
)
def test_it_tells_kinds_of_error_apart(error: Exception, failure: Failure, code: int | None) -> None:
    trouble = classify(error)
    assert (trouble.failure, trouble.code) == (failure, code)


def test_it_keeps_the_servers_words_without_addresses() -> None:
    answer = b"5.1.1 <bob@example.org>: no such user\r\n5.1.1 see mailto:help@example.org"
    trouble = classify(smtplib.SMTPRecipientsRefused({"bob@example.org": (550, answer)}))
    assert trouble.answer == "5.1.1 <(address)>: no such user 5.1.1 see (address)"


@pytest.mark.parametrize("failure", [Failure.RECIPIENT_REFUSED, Failure.CONTENT_REFUSED, Failure.NOT_COMPOSED])
def test_it_gives_up_at_once_where_trying_again_is_pointless(failure: Failure) -> None:
    assert wait_after(failure, 1) is None


@pytest.mark.parametrize("failure", [Failure.UNREACHABLE, Failure.DEFERRED, Failure.CREDENTIALS])
def test_it_waits_longer_and_longer_for_about_a_day(failure: Failure) -> None:
    waits = list(WAITS[failure])
    assert waits == sorted(waits)
    assert timedelta(hours=16) <= timedelta(minutes=sum(waits)) <= timedelta(hours=26)
    assert wait_after(failure, len(waits) + 1) is None


def test_it_has_a_rule_and_words_for_every_kind() -> None:
    assert set(WAITS) == set(EXPLANATIONS) == set(Failure)
