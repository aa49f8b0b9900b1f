"""Messages of the outbox through one and two workers, beside a bare smtplib loop to the same sink.

    python -m bench.outbox [messages]

The sink is an SMTP server in a process of its own that takes everything and keeps nothing. The bare loop sends the same
text over one open connection. Ours claims each row, hands it over and notes it, with the promise that a kill repeats
one message at most; the workers are processes that deliver the batches that the sweeper makes. To reach: 60 % of the
bare loop for each worker, two near twice one.
"""

import os
import smtplib
import sys
import time
from email.message import EmailMessage
from multiprocessing import Process, Queue
from typing import Any

from bench._own_database import own_database

MESSAGES = 10_000
TEXT = "A legal deadline of this case is near.\n\n9 h 05 min left\n" + "Why: the finding's reason in one line.\n" * 20


def sink(port: "Queue[int]") -> None:
    """Takes mail until it is ended."""
    from aiosmtpd.controller import Controller

    class Swallow:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - its name there
            return "250 OK"

    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    Controller(Swallow(), hostname="127.0.0.1", port=number).start()
    port.put(number)
    time.sleep(3600)


def bare(port: int, count: int) -> float:
    """Messages a second of a loop over one open connection."""
    begun = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as server:
        for number in range(count):
            mail = EmailMessage()
            mail["Subject"], mail["From"], mail["To"] = "9 h left", "tocsin@localhost", f"r{number}@example.org"
            mail.set_content(TEXT)
            mail.add_alternative(f"<p>{TEXT}</p>", subtype="html")
            server.send_message(mail)
    return count / (time.perf_counter() - begun)


def fill(count: int) -> None:
    """So many messages that wait."""
    from django.utils import timezone

    from accounts.models import Workspace
    from outbox.models import Message
    from outbox.services import message_id_for

    workspace, _ = Workspace.objects.get_or_create(slug="bench", defaults={"name": "Bench"})
    now, mark = timezone.now(), time.monotonic_ns()
    Message.objects.bulk_create(
        (
            Message(
                workspace=workspace, key=f"{mark}:{n}", message_id=message_id_for(f"{mark}:{n}"), kind="reminder",
                sender="Tocsin <tocsin@localhost>", recipient=f"r{n}@example.org", subject="9 h left", text=TEXT,
                html=f"<p>{TEXT}</p>", language="en", next_attempt_at=now, created_at=now,
            )
            for n in range(count)
        ),
        batch_size=1000,
    )  # fmt: skip


def worker(ids: list[int], port: int) -> None:
    """One worker process with its share of the sweeper's batches."""
    os.environ |= {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port)}
    import django

    django.setup()
    from outbox import delivery

    for start in range(0, len(ids), delivery.BATCH):
        delivery.deliver(ids[start : start + delivery.BATCH])


def ours(port: int, count: int, workers: int) -> float:
    """Messages a second of so many workers, their start not counted."""
    from django.db import connections

    from outbox.models import Message

    fill(count)
    ids = list(Message.objects.filter(state="queued").order_by("pk").values_list("pk", flat=True))
    shares = [ids[number::workers] for number in range(workers)]
    connections.close_all()
    from multiprocessing import get_context

    context = get_context("spawn")
    running = [context.Process(target=worker, args=(share, port)) for share in shares]
    for process in running:
        process.start()
    while not Message.objects.filter(state="sent", pk__in=ids).exists():
        if not any(process.is_alive() for process in running):
            raise RuntimeError("the workers ended before they sent anything")
        time.sleep(0.01)
    begun = time.perf_counter()
    first = Message.objects.filter(pk__in=ids, state="sent").count()
    for process in running:
        process.join()
    seconds = time.perf_counter() - begun
    sent = Message.objects.filter(pk__in=ids, state="sent").count()
    if sent != count:
        raise RuntimeError(f"{sent} of {count} left")
    return (sent - first) / seconds


def main() -> None:
    """Prints the rates and what share of the bare loop each is."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES
    port: Queue[int] = Queue()
    server = Process(target=sink, args=(port,), daemon=True)
    server.start()
    number = port.get(timeout=30)
    with own_database():
        bare(number, 200)
        alone = bare(number, min(count, 2000))
        one = ours(number, count // 4, 1)
        two = ours(number, count, 2)
    server.terminate()
    print(f"bare smtplib loop: {alone:.0f} messages a second")
    print(f"one worker: {one:.0f} a second, {one / alone:.0%} of it ({count // 4} messages)")
    print(f"two workers: {two:.0f} a second, {two / alone / 2:.0%} of it each ({count} messages)")


if __name__ == "__main__":
    main()
