"""The tasks of one person, as the morning digest and the calendar tell of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Membership
from incidents.models import Task
from incidents.selectors.tasks import open_tasks
from notifications.entries import Reader, case_url, one_line, time_left

MOST = 20
AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task: how much time is left, what is to be done, until when, in which case."""

    left: str
    title: str
    until: str
    case: str
    url: str


def own_tasks(member: Membership, before: datetime | None = None) -> list[Task]:
    """Open tasks with a time that this member has, soonest first. Cases that stand still remind nobody."""
    rows = open_tasks(member, mine=True).filter(due__isnull=False, incident__stands_at__isnull=True)
    return list(rows.filter(due__lt=before) if before else rows)


def task_lines(member: Membership, reader: Reader, *, discreet: bool) -> tuple[TaskLine, ...]:
    """The tasks of the next days, and those that are over. A discreet mail does not say what they are."""
    return tuple(
        TaskLine(
            left=time_left(task.due, reader),
            title=reader.words.digest_task if discreet else one_line(task.title),
            until=reader.at(task.due),
            case=reader.words.discreet_case.format(reference=task.incident.reference),
            url=task_url(task),
        )
        for task in own_tasks(member, reader.now + AHEAD)[:MOST]
        if task.due is not None
    )


def task_url(task: Task) -> str:
    """The page of a task, with the address of the installation."""
    return f"{case_url(task.incident)}tasks/{task.pk}/"
