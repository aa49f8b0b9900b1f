"""Messages of the outbox through one and two workers, beside bare smtplib loops to the same sink.

    python -m bench.outbox [messages]

The sink is an SMTP server in a process of its own that takes everything and keeps nothing. A bare loop makes and sends
the same text over one open connection. Ours claims each row, hands it over and notes it, with the promise that a kill
repeats one message at most; the workers are processes that do what the task `outbox.deliver` does with the batches that
the sweeper makes. One worker is held against one loop, two against two loops at once, for a sink can be the narrowest
place. To reach: 60 % of the bare loop for each worker.
"""

import os
import smtplib
import sys
import time
from email.message import EmailMessage
from multiprocessing import get_context
from typing import Any

from bench._own_database import own_database

MESSAGES = 2_000
ROUNDS = 3
TEXT = "A legal deadline of this case is near.\n\n9 h 05 min left\n" + "Why: the finding's reason in one line.\n" * 20
SPAWN = get_context("spawn")


def sink(port: Any) -> None:
    """Takes mail until it is ended."""
    import socket

    from aiosmtpd.controller import Controller

    class Swallow:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - its name there
            return "250 OK"

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    Controller(Swallow(), hostname="127.0.0.1", port=number).start()
    port.put(number)
    time.sleep(3600)


def bare(port: int, count: int, begin: Any, ended: Any) -> None:
    """A loop over one open connection."""
    with smtplib.SMTP("127.0.0.1", port) as server:
        begin.wait()
        used = time.process_time()
        for number in range(count):
            mail = EmailMessage()
            mail["Subject"], mail["From"], mail["To"] = "9 h left", "tocsin@localhost", f"r{number}@example.org"
            mail.set_content(TEXT)
            mail.add_alternative(f"<p>{TEXT}</p>", subtype="html")
            server.send_message(mail)
        ended.put((time.time(), time.process_time() - used))


def worker(ids: list[int], port: int, begin: Any, ended: Any) -> None:
    """One worker process with its share of the sweeper's batches."""
    os.environ |= {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port)}
    import django

    django.setup()
    from django.db import connection

    from outbox import delivery
    from outbox.tasks import deliver

    connection.ensure_connection()
    deliver(ids[:10])  # the first ones open the connections and read the code
    begin.wait()
    used = time.process_time()
    for start in range(10, len(ids), delivery.BATCH):
        deliver(ids[start : start + delivery.BATCH])
    ended.put((time.time(), time.process_time() - used))


def at_once(work: Any, shares: list[tuple[Any, ...]]) -> tuple[float, float]:
    """Seconds from their common beginning until the last has ended, and of the processor. Starting is not counted."""
    begin, ended = SPAWN.Barrier(len(shares) + 1), SPAWN.Queue()
    running = [SPAWN.Process(target=work, args=(*share, begin, ended)) for share in shares]
    for process in running:
        process.start()
    begin.wait(timeout=120)
    begun = time.time()
    ends = [ended.get(timeout=1200) for _ in running]
    for process in running:
        process.join()
    return max(at for at, _ in ends) - begun, sum(used for _, used in ends)


def fill(count: int) -> list[int]:
    """So many messages that wait."""
    from django.utils import timezone

    from accounts.models import Workspace
    from outbox.models import Message
    from outbox.services import message_id_for

    workspace, _ = Workspace.objects.get_or_create(slug="bench", defaults={"name": "Bench"})
    now, mark = timezone.now(), time.monotonic_ns()
    made = Message.objects.bulk_create(
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
    return [one.pk for one in made]


def ours(port: int, count: int, workers: int) -> tuple[float, float]:
    """Messages a second of so many workers together, and milliseconds of the processor for each message."""
    from django.db import connection, connections

    from outbox.models import Message

    ids = fill(count)
    with connection.cursor() as cursor:  # as the server does by itself once a minute
        cursor.execute("VACUUM ANALYZE outbox_message, outbox_attempt")
    connections.close_all()
    seconds, used = at_once(worker, [(ids[number::workers], port) for number in range(workers)])
    sent = Message.objects.filter(pk__in=ids, state="sent").count()
    if sent != count:
        raise RuntimeError(f"{sent} of {count} left")
    timed = count - 10 * workers
    return timed / seconds, used / timed * 1000


def loops(port: int, count: int, number: int) -> tuple[float, float]:
    """Messages a second of so many bare loops together, and milliseconds of the processor for each message."""
    seconds, used = at_once(bare, [(port, count // number)] * number)
    return count / seconds, used / count * 1000


def main() -> None:
    """Prints the rates and what share of the bare loops each is: the best round of each, in turn."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES
    port = SPAWN.Queue()
    server = SPAWN.Process(target=sink, args=(port,), daemon=True)
    server.start()
    number = port.get(timeout=30)
    print(f"{count:,} messages, load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; messages a second")
    with own_database():
        loops(number, 200, 1)
        for workers in (1, 2):
            rounds = [(loops(number, count, workers), ours(number, count, workers)) for _ in range(ROUNDS)]
            (by_hand, least), (own, ours_least) = max(one for one, _ in rounds), max(one for _, one in rounds)
            shares = sorted(mine[0] / theirs[0] for theirs, mine in rounds)
            print(f"{workers} bare loop(s): {by_hand:.0f}, {least:.1f} ms of processor for each message")
            print(f"{workers} worker(s):    {own:.0f}, {ours_least:.1f} ms; {own / by_hand:.0%} of the loop(s)")
            print(f"  round by round: {', '.join(f'{one:.0%}' for one in shares)}", flush=True)
    server.terminate()
    print(f"load average at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
