"""Tasks are nudges: they carry ids, may be repeated or lost, and claim rows."""

from celery import shared_task
from django.utils import timezone

from outbox import delivery


@shared_task(name="outbox.deliver")  # type: ignore[untyped-decorator]
def deliver(message_ids: list[int]) -> None:
    """Deliver those of these messages that are due."""
    delivery.deliver(message_ids)


@shared_task(name="outbox.sweep")  # type: ignore[untyped-decorator]
def sweep() -> None:
    """Beat's tick: take back what dead workers left, and nudge what is due and has not moved."""
    now = timezone.now()
    delivery.repair(now)
    ids = delivery.due(now)
    for start in range(0, len(ids), delivery.BATCH):
        deliver.apply_async(args=[ids[start : start + delivery.BATCH]], retry=False)
