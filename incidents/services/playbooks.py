"""Applying a playbook to a case, and keeping those of a workspace."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts import history
from accounts.models import User, Workspace
from incidents import events
from incidents.models import Incident, Task, WorkspacePlaybook
from incidents.playbooks import LONGEST_HOURS, ROLES, Playbook, load_playbooks
from incidents.services.timeline import legal_entry

MOST_STEPS = 60


class PlaybookConflict(Exception):  # noqa: N818 - a state to be shown and resolved, not a failure
    """Somebody else has saved since. `theirs` is what stands; what was typed is with the caller."""

    def __init__(self, theirs: WorkspacePlaybook) -> None:
        self.theirs = theirs
        super().__init__(f"{theirs.title} was changed by {theirs.changed_by} (version {theirs.version})")


def apply_playbook(incident: Incident, playbook: Playbook, *, by: User, start: datetime) -> list[Task]:
    """Makes the tasks of a playbook that the case does not have yet, due from `start`; returns those made.

    Applying it again adds only what is missing: a task of it that was done, changed or dropped stays as it is.
    """
    with transaction.atomic(), history.context(by, f"Playbook applied: {playbook.title}"):
        Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
        prefix = f"{playbook.slug}/"
        had = set(Task.objects.filter(incident=incident, source__startswith=prefix).values_list("source", flat=True))
        made = [
            Task(
                incident=incident,
                title=step.title,
                note=step.why,
                role=step.role,
                due=start + timedelta(hours=step.after),
                origin=Task.Origin.PLAYBOOK,
                source=prefix + step.key,
                created_by=by,
            )
            for step in playbook.steps
            if prefix + step.key not in had
        ]
        Task.objects.bulk_create(made)
        if made:
            events.publish(events.WordsChanged(incident.pk, "task", tuple(task.pk for task in made)))
            words = f"Playbook applied: {playbook.title}, tasks added: {len(made)}"
            legal_entry(incident, "playbook", timezone.now(), words, by)
    return made


def save_playbook(
    workspace: Workspace,
    slug: str,
    *,
    title: str,
    about: str,
    steps: Sequence[Mapping[str, Any]],
    by: User,
    base: int,
) -> WorkspacePlaybook:
    """Keeps the workspace's version of a playbook; without `slug` a new one. `base`: the version that was seen, or 0.

    Raises ValidationError naming the task, and PlaybookConflict where somebody else has saved since.
    """
    checked = _checked(title, steps)
    with transaction.atomic(), history.context(by, "Playbook saved"):
        # The workspace is locked, not the row: two first savings must not pass each other.
        Workspace.objects.select_for_update(of=("self",)).get(pk=workspace.pk)
        held = WorkspacePlaybook.objects.filter(workspace=workspace, slug=slug).first() if slug else None
        if (held.version if held else 0) != base:
            if held is None:
                raise ValidationError(_("This playbook was taken back meanwhile. Save again to keep your version."))
            raise PlaybookConflict(held)
        row = held or WorkspacePlaybook(workspace=workspace, slug=slug or _free_slug(workspace, title))
        row.title, row.about, row.steps = title.strip(), about.strip(), checked
        row.version, row.changed_by, row.changed_at = base + 1, by, timezone.now()
        row.full_clean(validate_unique=False, validate_constraints=False)
        row.save()
    return row


def remove_playbook(workspace: Workspace, slug: str, *, by: User) -> bool:
    """Takes the workspace's version away; a shipped one stands again as it came. Tasks that it made stay."""
    with transaction.atomic(), history.context(by, "Playbook of the workspace taken away"):
        return bool(WorkspacePlaybook.objects.filter(workspace=workspace, slug=slug).delete()[0])


def _checked(title: str, steps: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    faults = [] if title.strip() else [_("Give the playbook a title.")]
    if not steps:
        faults.append(_("A playbook needs at least one task."))
    if len(steps) > MOST_STEPS:
        faults.append(_("A playbook takes up to %(most)d tasks; make two of it.") % {"most": MOST_STEPS})
    kept: list[dict[str, Any]] = []
    for place, step in enumerate(steps, 1):
        name, after, role = str(step.get("title") or "").strip(), step.get("after"), str(step.get("role") or "")
        where = {"n": place}
        if not name or len(name) > 200:
            faults.append(_("Task %(n)d: say what is to be done, in up to 200 characters.") % where)
        if not isinstance(after, int) or not 0 <= after <= LONGEST_HOURS:
            more = {**where, "most": LONGEST_HOURS}
            faults.append(_("Task %(n)d: enter whole hours after awareness, from 0 to %(most)d.") % more)
        if role not in ROLES:
            faults.append(_("Task %(n)d: choose who does it.") % where)
        key = str(step.get("key") or "") or _free_key(name, {one["key"] for one in kept})
        kept.append({"key": key[:60], "title": name, "role": role, "after": after, "why": str(step.get("why") or "")})
    if faults:
        raise ValidationError(faults)
    return kept


def _free_key(title: str, taken: set[str]) -> str:
    return _free(slugify(title)[:40] or "task", taken)


def _free_slug(workspace: Workspace, title: str) -> str:
    taken = set(WorkspacePlaybook.objects.filter(workspace=workspace).values_list("slug", flat=True))
    return _free(slugify(title)[:40] or "playbook", taken | {one.slug for one in load_playbooks()} | {"new"})


def _free(name: str, taken: set[str]) -> str:
    stem = re.sub(r"-+", "-", name.replace("_", "-")).strip("-") or "task"
    return next(one for n in range(1, len(taken) + 2) if (one := stem if n == 1 else f"{stem}-{n}") not in taken)
