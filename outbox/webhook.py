"""Calling an endpoint: one POST of JSON, signed as the Standard Webhooks specification says.

    webhook-id         the message's own id, the same at each repetition
    webhook-timestamp  seconds since 1970, of this attempt
    webhook-signature  v1,<base64 of HMAC-SHA256 over "id.timestamp.body">

The receiver recomputes the signature with the secret, refuses a timestamp far from its own clock, and
takes an id once. Redirects are not followed, proxies of the environment not used. A name that leads
into a private network is not called: an endpoint is somebody's entry in a form, and must not become a
way to the machines behind the wall. The address that was looked at is the one that is called.
"""

import base64
import hashlib
import hmac
import http.client
import ipaddress
import json
import socket
import ssl
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings

from outbox.models import Endpoint, Message
from outbox.retry_rules import EndpointError, ForbiddenAddressError

PREFIX = "whsec_"


def secret_of(endpoint: Endpoint) -> str:
    """The secret to show to whoever sets up the receiver."""
    return PREFIX + base64.b64encode(_key(endpoint)).decode()


def body_of(content: Mapping[str, object]) -> str:
    """The body as it is stored, signed and sent."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def signature(key: bytes, message_id: str, timestamp: int, body: str) -> str:
    """The signature of one attempt."""
    signed = f"{message_id}.{timestamp}.{body}".encode()
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def send(message: Message) -> None:
    """Call the endpoint. Returns once it answered with 2xx.

    Raises EndpointError for another answer, ForbiddenAddressError, and OSError where nobody answers.
    """
    endpoint = message.endpoint
    if endpoint is None:
        raise ValueError("no endpoint")
    parts = urlsplit(endpoint.url)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    connection = _Connection(parts.hostname or "", port, secure)
    at, message_id = int(time.time()), message.message_id.strip("<>").partition("@")[0]
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Tocsin",
        "webhook-id": message_id,
        "webhook-timestamp": str(at),
        "webhook-signature": signature(_key(endpoint), message_id, at, message.text),
    }
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path, body=message.text.encode(), headers=headers)
        status = connection.getresponse().status
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise EndpointError(status)


def allowed_here(url: str) -> str:
    """Why an address cannot be an endpoint; empty: it can."""
    parts = urlsplit(url)
    try:
        port_is_readable = parts.port is None or parts.port > 0
    except ValueError:
        port_is_readable = False
    if parts.scheme not in {"https", "http"} or not parts.hostname or not port_is_readable:
        return f"{url!r} is no web address; expected such as https://example.org/hooks/tocsin"
    if parts.username or parts.password:
        return "The address holds a user name or password; leave them out, since calls are signed."
    if parts.scheme == "http" and not stays_inside(url):
        return f"{url!r} is not encrypted; expected an address that begins with https://"
    return ""


def stays_inside(url: str) -> bool:
    """Does it lead to this machine, and is this a machine to try things out on?"""
    host = urlsplit(url).hostname or ""
    return settings.DEBUG and (host == "localhost" or _is(host, "is_loopback"))


class _Connection(http.client.HTTPConnection):
    """A connection to the address that was looked at, with the certificate of the name."""

    def __init__(self, host: str, port: int, secure: bool) -> None:
        super().__init__(host, port, timeout=settings.EMAIL_TIMEOUT)
        self.secure = secure

    def connect(self) -> None:
        self.sock = socket.create_connection((_address(self.host, self.port), self.port), self.timeout)
        if self.secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def _address(host: str, port: int) -> str:
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for address in found:
        if _is(address, "is_global") or (settings.DEBUG and _is(address, "is_loopback")):
            return address
    raise ForbiddenAddressError


def _is(host: str, what: str) -> bool:
    try:
        return bool(getattr(ipaddress.ip_address(host.partition("%")[0]), what))
    except ValueError:
        return False


def _key(endpoint: Endpoint) -> bytes:
    purpose = f"outbox.webhook:{endpoint.pk}:{endpoint.generation}"
    return hmac.new(settings.SECRET_KEY.encode(), purpose.encode(), hashlib.sha256).digest()
