"""Signed calls to a real HTTP server on this machine: what arrives, and what follows from its answers."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.utils import timezone

from accounts.models import Workspace
from outbox import delivery, webhook
from outbox.models import Endpoint, Message
from outbox.retry_rules import ForbiddenAddressError
from outbox.services import enqueue_call
from tests.conftest import Cast


@dataclass
class Receiver:
    """Answers with `status`, and keeps what came."""

    port: int = 0
    status: int = 204
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver(settings: object) -> Iterator[Receiver]:
    made = Receiver()
    settings.DEBUG = True  # type: ignore[attr-defined]  # only then is this machine called

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.calls.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(made.status)
            if 300 <= made.status < 400:
                self.send_header("Location", f"http://127.0.0.1:{made.port}/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def call(cast: Cast, receiver: Receiver) -> Message:
    endpoint = Endpoint.objects.create(
        workspace=cast.workspace, url=f"http://127.0.0.1:{receiver.port}/hook?a=1", created_by=cast.alice
    )
    return enqueue_call(endpoint, {"type": "reminder", "incident": "INC"}, key="call", kind="webhook", related="")


def test_it_signs_what_it_posts_so_that_the_receiver_can_check_it(call: Message, receiver: Receiver) -> None:
    delivery.deliver([call.pk])
    call.refresh_from_db()
    assert call.state == "sent"
    headers, body = receiver.calls[0]
    assert json.loads(body) == {"type": "reminder", "incident": "INC"}
    assert call.endpoint is not None
    key = base64.b64decode(webhook.secret_of(call.endpoint).removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == expected


def test_it_repeats_with_the_same_id(call: Message, receiver: Receiver) -> None:
    receiver.status = 503
    delivery.deliver([call.pk])
    receiver.status = 200
    Message.objects.update(next_attempt_at=timezone.now())
    delivery.deliver([call.pk])
    assert len({headers["webhook-id"] for headers, _ in receiver.calls}) == 1
    assert len(receiver.calls) == 2


@pytest.mark.parametrize(
    ("status", "state", "failure"),
    [
        (500, "awaiting_retry", "answered_error"),
        (429, "awaiting_retry", "answered_error"),
        (404, "awaiting_retry", "answered_no"),
        (302, "awaiting_retry", "answered_no"),
        (410, "failed", "answered_gone"),
    ],
)
def test_it_tries_again_by_kind_of_answer_and_follows_no_redirect(
    call: Message, receiver: Receiver, status: int, state: str, failure: str
) -> None:
    receiver.status = status
    delivery.deliver([call.pk])
    call.refresh_from_db()
    attempt = call.attempts.get()
    assert (call.state, attempt.failure, attempt.smtp_code) == (state, failure, status)
    assert len(receiver.calls) == 1


def test_it_gives_up_visibly_after_a_day_of_errors(call: Message, receiver: Receiver) -> None:
    receiver.status = 500
    begun, waited = timezone.now(), timedelta()
    while call.state != "failed":
        Message.objects.update(next_attempt_at=begun)
        delivery.deliver([call.pk])
        call.refresh_from_db()
        if call.next_attempt_at is not None:
            waited += call.next_attempt_at - timezone.now()
    assert timedelta(hours=20) < waited < timedelta(hours=26)
    assert call.reason == "Given up after 13 attempt(s): the endpoint answered with an error (500)."


def test_it_does_not_hold_the_mail_up_when_an_endpoint_is_away(call: Message, cast: Cast) -> None:
    from outbox.services import enqueue

    Endpoint.objects.update(url="http://127.0.0.1:1/")
    mail = enqueue(workspace=cast.workspace, to="b@example.org", subject="S", text="T", html="", key="mail")
    delivery.deliver([call.pk, mail.pk])
    mail.refresh_from_db()
    assert mail.state == "sent"


def test_it_calls_nothing_of_a_demonstration_outside(call: Message, receiver: Receiver) -> None:
    Workspace.objects.update(is_demonstration=True)
    Endpoint.objects.update(url="https://example.org/hook")
    delivery.deliver([call.pk])
    call.refresh_from_db()
    assert call.state == "withheld"
    assert receiver.calls == []


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00::1", "0.0.0.0"])
def test_it_calls_no_private_network(host: str, settings: object) -> None:
    settings.DEBUG = False  # type: ignore[attr-defined]
    with pytest.raises(ForbiddenAddressError):
        webhook._address(host, 443)
