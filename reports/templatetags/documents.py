"""Filters of document templates: `{% load documents %}`."""

from django import template
from django.utils.safestring import SafeString

from reports.typesetting import typeset

register = template.Library()


@register.filter
def said(text: str, language: str) -> SafeString:
    """A text, set as its language asks."""
    return typeset(str(text), language)
