"""On the pages of a case: the way to what a merged case holds, and from there to the case that goes on."""

from typing import Any

from django import template
from django.template import Context

from workbench.selectors.merged import merged_into, merged_parts

register = template.Library()


@register.inclusion_tag("workbench/parts/merged.html", takes_context=True)
def merged(context: Context, part: str) -> dict[str, Any]:
    """What stands in the cases that were merged into this one.

    `part`: the name of the page's address, a key of workbench.selectors.merged.PARTS.
    """
    case = context["case"]
    return {
        "slug": case.incident.workspace.slug,
        "address": f"workbench:{part}",
        "parts": merged_parts(case.membership, case.incident, part),
    }


@register.inclusion_tag("workbench/parts/merged_into.html", takes_context=True)
def goes_on(context: Context, part: str) -> dict[str, Any]:
    """Of a case that was merged into another: the way to the same part of that one."""
    case = context["case"]
    return {
        "slug": case.incident.workspace.slug,
        "address": f"workbench:{part}",
        "into": merged_into(case.membership, case.incident) if case.closed else None,
    }
