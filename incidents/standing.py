"""Queries about where the duties of a case stand, used by what keeps figures and by what reads them."""

from typing import Any

from django.db.models import Case, DateTimeField, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from incidents.models import Outcome
from incidents.models.obligation import ObligationQuerySet


def with_clocks(obligations: ObligationQuerySet) -> QuerySet[Any, Any]:
    """Annotates `legal_at` (a deadline of the law) and `yardstick_at` (a guideline, or a voluntary duty's).

    The deadline of the law is the duty's own limit, or the hard outer limit beside a vague one. `possible` is 1 of
    a duty that hangs on facts: what is required leads, for of many laws that may apply the one with the shortest
    clock would else hide it.
    """
    law = Case(
        When(binding="voluntary", then=Value(None, output_field=DateTimeField())),
        When(limit_kind="guideline", then=F("outer_due")),
        default=Coalesce("due", "outer_due"),
        output_field=DateTimeField(),
    )
    possible = Case(When(outcome=Outcome.APPLIES, then=Value(0)), default=Value(1), output_field=IntegerField())
    return obligations.annotate(
        legal_at=law, yardstick_at=Coalesce("due", "guideline_due", "outer_due"), possible=possible
    )


def hanging_on_judgement(obligations: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """Annotates `judged`: it depends on a judgement which only a person can make, a legal test or the risk."""
    asked = obligations.annotate(judged_on=KeyTextTransform("undetermined_on", "details"))
    hangs = Q(outcome=Outcome.UNDETERMINED, judged_on__contains='"risk.')
    judged = Case(When(hangs, then=Value(1)), default=Value(0), output_field=IntegerField())
    found: QuerySet[Any, Any] = asked.annotate(judged=judged)
    return found
