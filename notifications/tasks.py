"""What beat drives. The task is a nudge: it carries nothing, claims rows, and is safe to repeat."""

from celery import shared_task

from notifications import calling, clock, filing_news, library_news
from notifications.digests import run_digests
from notifications.sending import run_tick
from outbox import health


@shared_task(name="notifications.tick")  # type: ignore[untyped-decorator]
def tick() -> int:
    """Plans what is behind, writes the reminders that are due, and tells of filings that did not arrive. How many."""
    health.beat(clock.now())
    return run_tick() + filing_news.run(clock.now())


@shared_task(name="notifications.digests")  # type: ignore[untyped-decorator]
def digests() -> int:
    """Writes the morning digests whose hour has come, what another law library meant, and calls whose mail was lost.

    Returns how many mails.
    """
    now = clock.now()
    return run_digests(now) + library_news.run(now) + calling.run(now)
