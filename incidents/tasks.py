"""What beat drives. A task is a nudge: it carries nothing, claims rows, and is safe to repeat."""

from celery import shared_task
from django.utils import timezone

from accounts.kept.keeping import forget_expired
from incidents.services import fold_counts, reassess_stale, sweep_figures, sweep_search


@shared_task(name="incidents.tick")  # type: ignore[untyped-decorator, unused-ignore]
def tick() -> int:
    """Assesses anew what is behind: another rulebook, facts without a look, a look older than a day.

    Then compares a part of all cases with the figures and the texts kept beside them, and takes away forms that were
    kept for somebody and are past their time.
    """
    done = reassess_stale()
    sweep_figures()
    fold_counts()
    sweep_search()
    forget_expired(timezone.now())
    return done
