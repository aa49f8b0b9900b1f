"""What can be found by words: texts of a case as rows with their lexemes, always to be had again from the case."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from incidents.models.incident import Incident


class SearchText(models.Model):
    """One text: an object of a source (incidents.searching) by its key. `refs` names what each line belongs to.

    Who may see the case sees the text; who may not see privileged items does not see a privileged one.
    """

    # No index of its own: the unique constraint below begins with the incident.
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="+", db_index=False)
    source = models.CharField(max_length=20)
    key = models.BigIntegerField()
    title = models.TextField(blank=True)
    text = models.TextField()
    refs = ArrayField(models.BigIntegerField(), default=list)
    privileged = models.BooleanField(default=False)
    config = models.CharField(max_length=16, help_text="PostgreSQL's text search configuration: english, simple")
    vector = SearchVectorField()
    digest = models.CharField(max_length=64, help_text="Of what the row is made from, for the sweep")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves keeping the texts of one case.
            models.UniqueConstraint(fields=["incident", "source", "key"], name="incidents_searchtext_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # Serves the search.
            GinIndex(fields=["vector"], name="incidents_searchtext_vector"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.key} of case {self.incident_id}"
