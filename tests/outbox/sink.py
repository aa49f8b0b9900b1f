"""A real SMTP server in a thread, with bad habits on request."""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Habits:
    """How the server behaves. None and empty: it takes everything."""

    recipient: str | None = None  # its answer to RCPT, such as "550 5.1.1 no such user"
    sender: str | None = None  # its answer to MAIL
    data: str | None = None  # its answer after DATA
    closes_in_data: bool = False
    sleeps_in_data: float = 0  # seconds
    greylists: bool = False  # puts off whom it has not met, and takes the second attempt
    before_answer: Callable[[], None] | None = None  # something that happens while DATA is under way
    met: set[str] = field(default_factory=set)


class Sink:
    """Takes mail for aiosmtpd and keeps it as parsed messages."""

    def __init__(self) -> None:
        self.habits = Habits()
        self.taken: list[EmailMessage] = []
        self.servers: set[SMTP] = set()
        self.sessions: list[Session] = []  # one for each connection that spoke
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def hang_up_on_everybody(self) -> None:
        """Closes the connections that stand, as a server does with who is silent for long."""

        async def close() -> None:
            for server in self.servers:
                if server.transport is not None:
                    server.transport.close()

        asyncio.run_coroutine_threadsafe(close(), self.controller.loop).result(timeout=5)
        self.servers.clear()

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.servers.add(server)
        if session not in self.sessions:
            self.sessions.append(session)
        if self.habits.sender:
            return self.habits.sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.habits.recipient:
            return self.habits.recipient
        if self.habits.greylists and address not in self.habits.met:
            self.habits.met.add(address)
            return f"451 4.7.1 greylisted, try again later <{address}>"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.habits.before_answer:
            await asyncio.to_thread(self.habits.before_answer)
        if self.habits.closes_in_data:
            server.transport.close()
            return "421 closing"
        await asyncio.sleep(self.habits.sleeps_in_data)
        if self.habits.data:
            return self.habits.data
        parsed = message_from_bytes(envelope.content or b"", policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.taken.append(parsed)
        return "250 OK"
