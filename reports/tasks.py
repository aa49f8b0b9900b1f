"""What beat drives. The task is a nudge: it carries nothing, finds its rows, and is safe to repeat."""

from celery import shared_task

from reports.services.mailing import settle_mailings


@shared_task(name="reports.settle")  # type: ignore[untyped-decorator]
def settle() -> int:
    """Records e-mails to authorities that have left or come back. Returns how many."""
    return settle_mailings()
