"""Tasks: adding, changing, done and not done again, dropped."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import history
from accounts.models import User
from incidents import events
from incidents.access import people_allowed_to_see
from incidents.models import Incident, Obligation, Task
from incidents.services.meanwhile import require_unchanged
from incidents.services.timeline import legal_entry

CHANGEABLE = frozenset({"title", "note", "role", "owner", "due", "obligation"})


def add_task(
    incident: Incident,
    *,
    title: str,
    by: User,
    obligation: Obligation | None = None,
    owner: User | None = None,
    role: str = "",
    due: datetime | None = None,
    note: str = "",
    origin: str = Task.Origin.HAND,
) -> Task:
    """Something to be done. The owner has to be somebody who may see the case: ValidationError otherwise."""
    row = Task(
        incident=incident,
        title=title.strip(),
        obligation=obligation,
        owner=owner,
        role=role.strip(),
        due=due,
        note=note.strip(),
        origin=origin,
        created_by=by,
    )
    with transaction.atomic(), history.context(by, "Task added"):
        _check(row)
        row.save()
        events.publish(events.WordsChanged(incident.pk, "task", (row.pk,)))
    return row


def change_task(task: Task, *, by: User, base: int | None = None, **changes: Any) -> Task:
    """Changes title, note, role, owner, due or the duty of a task.

    `base`: the version that was read (accounts.history.version_of). Raises ChangedMeanwhile where somebody else has
    changed the same since.
    """
    if set(changes) - CHANGEABLE:
        raise ValidationError({name: f"expected one of {', '.join(sorted(CHANGEABLE))}" for name in changes})
    with transaction.atomic(), history.context(by, "Task changed"):
        held = _locked(task)
        said = {name: value.strip() if isinstance(value, str) else value for name, value in changes.items()}
        require_unchanged(held, base, said)
        for name, value in said.items():
            setattr(held, name, value)
        _check(held)
        held.save(update_fields=sorted(changes))
        events.publish(events.WordsChanged(held.incident_id, "task", (held.pk,)))
    return held


def finish_task(task: Task, *, by: User) -> Task:
    """Done, now, by this person. A task that is done stays as it is."""
    with transaction.atomic(), history.context(by, "Task done"):
        held = _locked(task)
        if held.state == Task.State.DONE:
            return held
        held.state, held.done_at, held.done_by = Task.State.DONE, timezone.now(), by
        held.save(update_fields=["state", "done_at", "done_by"])
        legal_entry(held.incident, "task_done", held.done_at, f"Task done: {held.title}", by)
    return held


def reopen_task(task: Task, *, by: User) -> Task:
    """Undoes "done" and "not to be done": the task is open again. The history keeps that it was not."""
    with transaction.atomic(), history.context(by, "Task open again"):
        held = _locked(task)
        if held.state == Task.State.OPEN:
            return held
        was_done = held.state == Task.State.DONE
        held.state, held.done_at, held.done_by = Task.State.OPEN, None, None
        held.save(update_fields=["state", "done_at", "done_by"])
        if was_done:
            words = f"Task not done after all: {held.title}"
            legal_entry(held.incident, "task_undone", timezone.now(), words, by)
    return held


def drop_task(task: Task, *, by: User, reason: str) -> Task:
    """Decides that a task is not to be done, and why; it stays in the list of the case."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it is not to be done: the case keeps it.")})
    with transaction.atomic(), history.context(by, reason.strip()):
        held = _locked(task)
        held.state, held.done_at, held.done_by = Task.State.DROPPED, None, None
        held.note = "\n".join(filter(None, [held.note, f"Not to be done: {reason.strip()}"]))
        held.save(update_fields=["state", "done_at", "done_by", "note"])
        events.publish(events.WordsChanged(held.incident_id, "task", (held.pk,)))
    return held


def _locked(task: Task) -> Task:
    return Task.objects.select_for_update(of=("self",)).select_related("incident").get(pk=task.pk)


def _check(row: Task) -> None:
    faults: Mapping[str, str] = {
        **({"title": _("Say in a few words what is to be done.")} if not row.title.strip() else {}),
        **(
            {"obligation": _("This is no duty of the case.")}
            if row.obligation is not None and row.obligation.incident_id != row.incident_id
            else {}
        ),
        **(
            {"owner": _("%(name)s may not see this case. Choose somebody who may.") % {"name": row.owner}}
            if row.owner is not None and row.owner_id not in set(people_allowed_to_see(row.incident))
            else {}
        ),
    }
    if faults:
        raise ValidationError(dict(faults))
    row.full_clean(validate_unique=False, validate_constraints=False)
