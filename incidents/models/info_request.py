"""One question put to somebody without an account: a local representative, a dealer, a service provider."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.history import tracked
from accounts.models import User
from accounts.places import validate_language
from incidents.models.facts import FactsRevision
from incidents.models.incident import Party


@tracked()
class InfoRequest(models.Model):
    """A question, to whom it was put, and what came back. Its link answers this one question and nothing else.

    `revision` is the revision that the answer made; empty beside an answer: the fact had changed in the
    meantime, so that the answer was kept in `answer` and an officer decides between the two; or nobody outside
    knew (`knew` is False) what is known here.
    """

    # Serves the requests of one party.
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="info_requests")
    question = models.CharField(max_length=60, help_text="Id of a question of incidents/questions.toml")
    path = models.CharField(max_length=300, help_text="The fact, as incidents.paths writes it")
    label = models.CharField(max_length=500, help_text="The question in words, as it was put")
    name = models.CharField(max_length=200)
    email = models.EmailField(max_length=254)
    note = models.TextField(blank=True)
    # Of the mail, of the page of its link, and of the words of the question and of the answer.
    language = models.CharField(max_length=16, default="en", validators=[validate_language])
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField(default=timezone.now)
    # The facts as they stood when it was asked: by them a later change is told.
    base = models.ForeignKey(FactsRevision, on_delete=models.PROTECT, related_name="+", db_index=False)
    expires_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    withdrawn_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=200, blank=True, help_text="The name that the answerer gave")
    answer = models.TextField(blank=True, help_text="The answer in words")
    # False: whoever was asked does not know. Then a value that stands recorded stays as it is.
    knew = models.BooleanField(default=True)
    revision = models.ForeignKey(FactsRevision, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("asked_at")), name="incidents_request_expires_later"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="incidents_request_withdrawn_by_and_when",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by="", answer="", revision__isnull=True)
                | Q(answered_at__isnull=False, answered_by__regex=r"\S", answer__regex=r"\S"),
                name="incidents_request_answered_by_and_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.email})"
