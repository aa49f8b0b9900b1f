"""Tasks are nudges: they carry ids, may be repeated or lost, and claim rows."""

import threading

from celery import shared_task
from celery.signals import worker_process_shutdown
from django.utils import timezone

from outbox import channel, delivery


class _Lines(threading.local):
    """Each worker process, and each thread of one, keeps its own connection to the mail server."""

    def __init__(self) -> None:
        self.line = channel.Line()


_lines = _Lines()


@shared_task(name="outbox.deliver")  # type: ignore[untyped-decorator]
def deliver(message_ids: list[int]) -> None:
    """Deliver those of these messages that are due."""
    delivery.deliver(message_ids, _lines.line)


@shared_task(name="outbox.sweep")  # type: ignore[untyped-decorator]
def sweep() -> None:
    """Beat's tick: take back what dead workers left, and nudge what is due and has not moved."""
    now = timezone.now()
    delivery.repair(now)
    ids = delivery.due(now)
    for start in range(0, len(ids), delivery.BATCH):
        deliver.apply_async(args=[ids[start : start + delivery.BATCH]], retry=False)


@worker_process_shutdown.connect  # type: ignore[untyped-decorator]
def hang_up(**_: object) -> None:
    """A worker that ends in order tells the mail server."""
    _lines.line.close()
