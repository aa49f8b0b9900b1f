"""Tasks: owner, done and undone, dropped; and who finds them in which list."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Membership, Role
from incidents.models import Incident, Task, TimelineEntry
from incidents.selectors.tasks import open_tasks, tasks_of
from incidents.services import change_incident, close_incident
from incidents.services.tasks import add_task, change_task, drop_task, finish_task, reopen_task
from tests.conftest import Cast

Open = Callable[..., Incident]


def test_it_is_done_by_somebody_at_a_time_and_can_be_undone(incident: Incident, cast: Cast) -> None:
    task = add_task(incident, title=" Keep the logs ", by=cast.alice, owner=cast.bob)
    done = finish_task(task, by=cast.bob)
    assert (done.title, done.state, done.done_by) == ("Keep the logs", "done", cast.bob)
    assert finish_task(task, by=cast.alice).done_by == cast.bob
    undone = reopen_task(task, by=cast.alice)
    assert (undone.state, undone.done_at, undone.done_by) == ("open", None, None)
    told = TimelineEntry.objects.filter(event__startswith="task_").order_by("pk").values_list("event", flat=True)
    assert list(told) == ["task_done", "task_undone"]
    states = Task.pgh_event_model.objects.order_by("pgh_id").values_list("state", flat=True)  # type: ignore[attr-defined]
    assert list(states) == ["open", "done", "open"]


def test_it_is_dropped_with_a_reason_that_stays(incident: Incident, cast: Cast) -> None:
    task = add_task(incident, title="Wipe the phone", by=cast.alice, note="At once.")
    with pytest.raises(ValidationError, match="Say why"):
        drop_task(task, by=cast.alice, reason=" ")
    assert drop_task(task, by=cast.alice, reason="It was found.").note == "At once.\nNot to be done: It was found."
    assert reopen_task(task, by=cast.alice).state == "open"


def test_it_takes_an_owner_who_may_see_the_case(incident: Incident, cast: Cast) -> None:
    change_incident(incident, by=cast.alice, reason="Small circle", restricted=True)
    incident.refresh_from_db()
    with pytest.raises(ValidationError, match="Bob may not see this case"):
        add_task(incident, title="Ask counsel", by=cast.alice, owner=cast.bob)
    task = add_task(incident, title="Ask counsel", by=cast.alice, owner=cast.alice)
    with pytest.raises(ValidationError, match="Charlie may not see"):
        change_task(task, by=cast.alice, owner=cast.charlie)
    with pytest.raises(ValidationError, match="in a few words"):
        change_task(task, by=cast.alice, title=" ")
    with pytest.raises(IntegrityError, match="done_by_and_when"), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(state="done")


def test_it_lists_the_soonest_first_and_hides_what_a_member_may_not_see(open_case: Open, cast: Cast) -> None:
    now = timezone.now()
    first, hidden = open_case({}), open_case({}, restricted=True)
    later = add_task(first, title="Later", by=cast.alice, owner=cast.alice, due=now + timedelta(days=2))
    never = add_task(first, title="No time", by=cast.alice)
    sooner = add_task(hidden, title="Sooner", by=cast.alice, owner=cast.alice, due=now - timedelta(hours=1))
    finished = finish_task(add_task(first, title="Done", by=cast.alice), by=cast.alice)
    alice, bob = (Membership.objects.get(user=one) for one in (cast.alice, cast.bob))
    assert list(open_tasks(alice, mine=False)) == [sooner, later, never]
    assert list(open_tasks(alice, mine=True)) == [sooner, later]
    assert list(open_tasks(bob, mine=False)) == [later, never]
    Membership.objects.filter(pk=bob.pk).update(role=Role.ADMINISTRATOR)
    bob.refresh_from_db()
    assert list(open_tasks(bob, mine=False)) == []
    assert list(tasks_of(first)) == [later, never, finished]
    assert (sooner.is_overdue(now), later.is_overdue(now), never.is_overdue(now)) == (True, False, False)


def test_it_leaves_of_a_closed_case_the_lessons_only(incident: Incident, cast: Cast) -> None:
    add_task(incident, title="Left over", by=cast.alice)
    lesson = add_task(incident, title="Encrypt all", by=cast.alice, origin=Task.Origin.LESSON)
    close_incident(incident, by=cast.alice, reason="All said")
    assert list(open_tasks(Membership.objects.get(user=cast.alice), mine=False)) == [lesson]
