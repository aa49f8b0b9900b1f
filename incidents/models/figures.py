"""What lists and dashboards read of a case, kept beside it: always to be had again from the case itself.

Kept are instants and counts, never "overdue" or a countdown. Two triggers hold what must never lag behind: that
every case has its row, with the columns by which it is found and hidden; and that the counts of a workspace are
the sum of those of its cases that everybody may see. The rest is the work of incidents.services.figures.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import Workspace
from incidents.models.figure_triggers import COUNTS_ADDED
from incidents.models.incident import Incident
from incidents.models.obligation import Obligation


class CaseFigures(models.Model):
    """One case in figures. `counts` adds up to the figures of its workspace: "cause:phishing" -> 1.

    The clocks name the obligation that leads (what is required before what may be) and its instant: `legal` of
    a deadline of the law, `yardstick` of a guideline or a voluntary duty, `sooner` the earliest deadline of the law
    among duties that hang on facts. `due_...` are the deadlines of the law of all open duties.
    """

    class Kind(models.TextChoices):
        """What is counted together: drills are never counted as cases."""

        RUNNING = "running", "Running"
        STILL = "still", "Stands still"
        EXERCISE = "exercise", "Exercise"

    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, primary_key=True, related_name="figures")
    # Copied from the case by its trigger.
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    is_open = models.BooleanField()
    restricted = models.BooleanField()
    stands_at = models.DateTimeField(null=True)
    kind = models.CharField(max_length=8, choices=Kind)

    # Null: nobody has counted yet, and the sweep comes here first.
    counted_at = models.DateTimeField(null=True)
    legal = models.ForeignKey(Obligation, on_delete=models.SET_NULL, related_name="+", null=True, db_index=False)
    legal_at = models.DateTimeField(null=True)
    legal_possible = models.BooleanField(default=False, help_text="The duty that leads hangs on facts")
    yardstick = models.ForeignKey(Obligation, on_delete=models.SET_NULL, related_name="+", null=True, db_index=False)
    yardstick_at = models.DateTimeField(null=True)
    yardstick_possible = models.BooleanField(default=False)
    sooner = models.ForeignKey(Obligation, on_delete=models.SET_NULL, related_name="+", null=True, db_index=False)
    sooner_at = models.DateTimeField(null=True)

    required = models.PositiveIntegerField(default=0, help_text="Duties that apply")
    still_open = models.PositiveIntegerField(default=0, help_text="Those of them neither fulfilled nor decided")
    depends = models.PositiveIntegerField(default=0, help_text="Duties that hang on facts")
    changed = models.PositiveIntegerField(default=0, help_text="Duties marked as changed")
    decision_needed = models.BooleanField(default=False)
    people_low = models.BigIntegerField(null=True)
    people_high = models.BigIntegerField(null=True)
    parties = models.PositiveIntegerField(default=0)

    due_required = ArrayField(models.DateTimeField(), default=list)
    due_depends = ArrayField(models.DateTimeField(), default=list)
    untimed_required = models.PositiveIntegerField(default=0)
    untimed_depends = models.PositiveIntegerField(default=0)
    counts: "models.JSONField[dict[str, int], dict[str, int]]" = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "case figures"
        indexes: ClassVar[list[models.Index]] = [
            # Serves the list of open cases in its order, and their number.
            models.Index(
                F("workspace"),
                F("stands_at").asc(nulls_first=True),
                F("legal_at").asc(nulls_last=True),
                F("yardstick_at").asc(nulls_last=True),
                F("number").desc(),
                condition=Q(is_open=True),
                name="incidents_figures_list",
            ),
            # Serve the clock that leads the desk: of the law, of a yardstick, and what may be due sooner.
            models.Index(
                fields=["workspace", "legal_possible", "legal_at"],
                condition=Q(is_open=True, stands_at__isnull=True, legal_at__isnull=False),
                name="incidents_figures_lead",
            ),
            models.Index(
                fields=["workspace", "yardstick_possible", "yardstick_at"],
                condition=Q(is_open=True, stands_at__isnull=True, yardstick_at__isnull=False),
                name="incidents_figures_yardstick",
            ),
            models.Index(
                fields=["workspace", "sooner_at"],
                condition=Q(is_open=True, stands_at__isnull=True, sooner_at__isnull=False),
                name="incidents_figures_sooner",
            ),
            # Serves the list of cases in which a decision is needed.
            models.Index(
                fields=["workspace"], condition=Q(is_open=True, decision_needed=True), name="incidents_figures_decision"
            ),
            # Serves what is counted case by case because not everybody may see it.
            models.Index(fields=["workspace"], condition=Q(restricted=True), name="incidents_figures_restricted"),
            # Serves the sweep: cases that nobody has counted yet.
            models.Index(fields=["incident"], condition=Q(counted_at__isnull=True), name="incidents_figures_uncounted"),
        ]
        triggers: ClassVar = [COUNTS_ADDED]

    def __str__(self) -> str:
        return f"figures of case {self.incident_id}"


class FigureCount(models.Model):
    """A part of one count of a workspace: its number is the sum of its rows, which the tick folds into one.

    Rows are added and not changed, so that two officers who save at once never wait for each other's counts.
    Restricted cases are not in it: they are counted for each reader.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=CaseFigures.Kind)
    key = models.TextField()
    number = models.BigIntegerField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            # Serves the counts of one workspace, from the index alone.
            models.Index(fields=["workspace", "kind", "key"], include=["number"], name="incidents_count_of"),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.number}"


class Sweep(models.Model):
    """How far a sweep that compares kept rows with their source has come."""

    name = models.CharField(max_length=20, primary_key=True)
    after = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} after {self.after}"
