"""Addresses inside one case, for its templates: `{% load workbench_urls %}`."""

from django import template

from workbench.selectors.facts import FactRow
from workbench.views.asking import question_url
from workbench.views.page import CasePage

register = template.Library()


@register.simple_tag
def fact_url(case: CasePage, row: FactRow) -> str:
    """The page of the question of a fact."""
    return question_url(case, row.path, row.question) if row.path else case.url("fact", row.question.id)
