"""Tasks: what somebody has to do in a case, by when; and the playbooks of a workspace, from which tasks are made."""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import tracked
from accounts.models import User, Workspace
from incidents.models.incident import Incident
from incidents.models.obligation import Obligation
from incidents.playbooks import role_words


class TaskQuerySet(models.QuerySet["Task"]):
    def open(self) -> "TaskQuerySet":
        """Neither done nor dropped."""
        return self.filter(state=Task.State.OPEN)


@tracked()
class Task(models.Model):
    """Something to be done in a case, perhaps for one of its duties. Never deleted: dropped with a reason in `note`.

    `due` is UTC and typed in the zone of the case; "overdue" is computed by whoever asks.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Not to be done")

    class Origin(models.TextChoices):
        HAND = "hand", _("Entered by hand")
        PLAYBOOK = "playbook", _("From a playbook")
        LESSON = "lesson", _("Lesson of a case")

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="tasks", db_index=False)
    # Serves the tasks of one duty.
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="tasks", null=True, blank=True)
    title = models.CharField(_("title"), max_length=200)
    note = models.TextField(_("note"), blank=True)
    # Who should do it where nobody is named yet: a role of incidents.playbooks.ROLES.
    role = models.CharField(_("role"), max_length=60, blank=True)
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False, verbose_name=_("owner")
    )
    due = models.DateTimeField(_("due"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("done by"),
    )
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.HAND, editable=False)
    # "ransomware/isolate": the task of the playbook that it was made from; by it, applying again adds nothing twice.
    source = models.CharField(max_length=130, blank=True, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = TaskQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            # Serves the tasks of one case.
            models.Index(fields=["incident", "state", "due"], name="incidents_task_case"),
            # Serves the open tasks of one person: the page of tasks, the desk, the digest, the calendar.
            models.Index(fields=["owner", "due"], condition=Q(state="open"), name="incidents_task_owner"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves applying a playbook again.
            models.UniqueConstraint(
                fields=["incident", "source"], condition=~Q(source=""), name="incidents_task_of_playbook_once"
            ),
            models.CheckConstraint(condition=Q(title__regex=r"\S"), name="incidents_task_title_given"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "done", "dropped"]), name="incidents_task_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False, done_by__isnull=False)
                | (~Q(state="done") & Q(done_at__isnull=True, done_by__isnull=True)),
                name="incidents_task_done_by_and_when",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def role_words(self) -> str:
        """Who usually does it, in words."""
        return role_words(self.role)

    def is_overdue(self, now: datetime) -> bool:
        """Open, and its time has passed at `now`."""
        return self.state == self.State.OPEN and self.due is not None and self.due < now


@tracked()
class WorkspacePlaybook(models.Model):
    """A playbook of a workspace: one of its own, or its version of a shipped one of the same slug.

    `steps` is a list of {key, title, role, after, why}; `after` is hours from the moment of awareness.
    """

    # No index of its own: the unique constraint below begins with the workspace.
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="playbooks", db_index=False)
    slug = models.CharField(max_length=60)
    title = models.CharField(_("title"), max_length=120)
    about = models.TextField(_("when to use it"), blank=True)
    steps: "models.JSONField[list[dict[str, Any]], list[dict[str, Any]]]" = models.JSONField(_("tasks"), default=list)
    # Counts the savings, so that a form left open cannot write over a newer one.
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves the playbooks of a workspace, and one of them.
            models.UniqueConstraint(fields=["workspace", "slug"], name="incidents_playbook_once"),
            models.CheckConstraint(condition=Q(title__regex=r"\S"), name="incidents_playbook_title_given"),
        ]

    def __str__(self) -> str:
        return self.title
