"""Narrative: what cannot be a fact of a list is told in words, by question and language."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import tracked
from accounts.models import User
from incidents.models.incident import Incident, Party

validate_language_tag = RegexValidator(
    r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$",
    _("expected a language tag such as en, ja, pt-BR or zh-Hant"),
    code="language",
)


@tracked()
class Narrative(models.Model):
    """The answer in words to one question of the catalogue, in one language.

    `version` counts the wordings, so that a form left open cannot write over a newer one. A new
    wording takes the approval away. Earlier wordings stand in the history.
    """

    class Origin(models.TextChoices):
        ORIGINAL = "original", _("Original")
        TRANSLATION = "translation", _("Translation")

    # No index of its own: the unique constraint below begins with the incident.
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="narratives", db_index=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    question = models.CharField(max_length=60, help_text="Id of a question of incidents/questions.toml")
    language = models.CharField(max_length=16, validators=[validate_language_tag])
    text = models.TextField()
    origin = models.CharField(max_length=12, choices=Origin, default=Origin.ORIGINAL)
    translated_from = models.CharField(max_length=16, blank=True, help_text="Language of the text translated")
    # Shown as such until somebody approves it.
    machine = models.BooleanField(default=False, db_default=False, help_text="Translated by a machine")
    version = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves the answers of one incident, and one answer of it.
            models.UniqueConstraint(
                fields=["incident", "question", "language", "party"],
                nulls_distinct=False,
                name="incidents_narrative_once",
            ),
            models.CheckConstraint(
                condition=Q(origin="original", translated_from="")
                | Q(origin="translation", translated_from__regex=r"\S"),
                name="incidents_narrative_translation_of",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="incidents_narrative_approved_by_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} ({self.language})"
