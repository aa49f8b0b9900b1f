"""Rulebooks that assessments name, kept whole: an old assessment can be made again under its old law."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from incidents.models.append_only import append_only


class KeptRulebook(models.Model):
    """One rulebook as a bundle (law.bundle), by its digest. Written with the first assessment that names it."""

    digest = models.CharField(max_length=80, unique=True)
    date = models.DateField(help_text="The day of the rulebook")
    bundle = models.BinaryField()
    kept_at = models.DateTimeField(default=timezone.now)

    class Meta:
        triggers: ClassVar[list[Any]] = append_only("kept rulebooks")

    def __str__(self) -> str:
        return f"rulebook of {self.date}, {self.digest[:19]}"
