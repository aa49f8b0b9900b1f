"""What beat drives. The task is a nudge: it carries nothing, claims rows, and is safe to repeat."""

from celery import shared_task

from notifications.sending import run_tick


@shared_task(name="notifications.tick")  # type: ignore[untyped-decorator]
def tick() -> int:
    """Plans what is behind, and writes the reminders that are due. Returns how many mails."""
    return run_tick()
