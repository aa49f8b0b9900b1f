"""What a workspace says about the law library: doubts about a rule, and its own position beside it.

Neither changes a rule, an assessment or a date. They belong to the workspace and not to a case.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import tracked
from accounts.models import User, Workspace


@tracked()
class LawDoubt(models.Model):
    """Somebody thinks that the library is wrong: sent from the page of a rule, settled with an answer.

    `duty` is empty for a doubt about a jurisdiction as a whole. `rulebook`: digest of the library that was doubted,
    `version`: the version of the duty that was shown (its first day).
    """

    class About(models.TextChoices):
        MISSING = "missing", _("A duty or a law is missing")
        TRIGGER = "trigger", _("What triggers it, or whom it binds")
        TIME = "time", _("The time limit, or when it starts")
        EXEMPTION = "exemption", _("An exception")
        CONTENT = "content", _("What must be said, to whom, or how")
        SOURCE = "source", _("A source, a provision or a date")
        OTHER = "other", _("Something else")

    class Verdict(models.TextChoices):
        LIBRARY_WRONG = "library_wrong", _("The library is wrong and needs a correction")
        LIBRARY_RIGHT = "library_right", _("The library stands")
        OPEN_IN_LAW = "open_in_law", _("The law itself leaves it open")

    # No index of its own: the index below begins with the workspace.
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="law_doubts", db_index=False)
    jurisdiction = models.CharField(max_length=10)
    duty = models.CharField(max_length=100, blank=True)
    version = models.CharField(max_length=10, blank=True, help_text="First day of the version that was shown")
    rulebook = models.CharField(max_length=80, help_text="Digest of the library that was doubted")
    rulebook_date = models.DateField()
    about = models.CharField(max_length=12, choices=About)
    text = models.TextField(help_text="What is doubted, and what would be right")
    source = models.TextField(blank=True, help_text="Where it can be read: title, provision, address")
    note = models.TextField(blank=True)
    reported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    reported_at = models.DateTimeField(default=timezone.now, editable=False)
    verdict = models.CharField(max_length=14, choices=Verdict, blank=True)
    answer = models.TextField(blank=True)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            # Serves the doubts of a workspace by place: the page of a rule, and the list of all.
            models.Index(fields=["workspace", "jurisdiction", "duty"], name="incidents_lawdoubt_place"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(about__in=["missing", "trigger", "time", "exemption", "content", "source", "other"]),
                name="incidents_lawdoubt_about_known",
            ),
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="incidents_lawdoubt_text_given"),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True, verdict="", answer="")
                | Q(
                    settled_at__isnull=False,
                    settled_by__isnull=False,
                    verdict__in=["library_wrong", "library_right", "open_in_law"],
                    answer__regex=r"\S",
                ),
                name="incidents_lawdoubt_settled_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.duty or self.jurisdiction}: {self.get_about_display()}"

    @property
    def is_open(self) -> bool:
        return self.settled_at is None


@tracked()
class LawPosition(models.Model):
    """One version of the organisation's own reading of a duty or of a jurisdiction as a whole (`duty` empty).

    A new reading is a new row with the next `number`; only the approval of a row changes it. It stands beside the
    library's answer and moves nothing. A laxer one counts as the organisation's only once a second person agrees.
    """

    class Stance(models.TextChoices):
        STRICTER = "stricter", _("We read it more strictly")
        LAXER = "laxer", _("We read it less strictly")
        NOT_APPLICABLE = "not_applicable", _("We hold that it does not apply to us")
        WITHDRAWN = "withdrawn", _("We follow the library again")

    LAX: ClassVar[frozenset[str]] = frozenset({Stance.LAXER, Stance.NOT_APPLICABLE})

    # No index of its own: the unique constraint below begins with the workspace.
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="law_positions", db_index=False)
    jurisdiction = models.CharField(max_length=10)
    duty = models.CharField(max_length=100, blank=True)
    number = models.PositiveIntegerField(help_text="Counts the versions, from 1")
    stance = models.CharField(max_length=16, choices=Stance)
    text = models.TextField(help_text="What the organisation holds")
    reason = models.TextField()
    counsel = models.CharField(max_length=200, blank=True, help_text="Who advised it")
    held_on = models.DateField(help_text="From when on it is held")
    review_on = models.DateField(null=True, blank=True)
    rulebook_date = models.DateField(help_text="Of the library beside which it was stated")
    stated_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    stated_at = models.DateTimeField(default=timezone.now, editable=False)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    approved_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves the positions of a workspace on a place and on a duty, newest version last.
            models.UniqueConstraint(
                fields=["workspace", "jurisdiction", "duty", "number"], name="incidents_lawposition_once"
            ),
            models.CheckConstraint(
                condition=Q(stance__in=["stricter", "laxer", "not_applicable", "withdrawn"]),
                name="incidents_lawposition_stance_known",
            ),
            models.CheckConstraint(
                condition=Q(text__regex=r"\S", reason__regex=r"\S"), name="incidents_lawposition_said_and_why"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="incidents_lawposition_approved_by_and_when",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("stated_by")),
                name="incidents_lawposition_second_person",
            ),
            models.CheckConstraint(
                condition=Q(review_on__isnull=True) | Q(review_on__gt=F("held_on")),
                name="incidents_lawposition_review_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.duty or self.jurisdiction}: {self.get_stance_display()} ({self.number})"

    @property
    def needs_approval(self) -> bool:
        """A laxer reading that no second person has agreed to."""
        return self.stance in self.LAX and self.approved_at is None
