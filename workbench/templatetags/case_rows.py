"""The table of cases: `{% load case_rows %}{% case_rows rows list_url %}`.

What stands in its cells is made here. A list shows fifty cases, and each node of a template costs as much as
several lines of code.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from incidents.selectors.worklist import WorkRow
from workbench.templatetags.tocsin import count, deadline, icon, state, when

register = template.Library()

NOTHING = mark_safe("")


@register.inclusion_tag("incidents/parts/rows.html", takes_context=True)
def case_rows(context: Context, rows: Iterable[WorkRow], list_url: str, closed: bool = False) -> dict[str, Any]:
    """A table of cases. `closed`: with the day on which each was closed in place of its next deadline."""
    return {"rows": [_cells(context, row, closed) for row in rows], "list_url": list_url, "closed": closed}


def _cells(context: Context, row: WorkRow, closed: bool) -> dict[str, str | int]:
    """The cells by name, as a template reads them fastest. Numbers are text: an address takes no separators."""
    incident = row.incident
    return {
        "changed": row.changed,
        "number": str(incident.number),
        "title": incident.title,
        "reference": incident.reference,
        "marks": _marks(row),
        "clock": when(context, incident.closed_at, incident.time_zone) if closed else _clock(context, row),
        "people": count(low=row.people_low, high=row.people_high),
        "duties": _duties(row),
        "owner": str(incident.owner),
    }


def _marks(row: WorkRow) -> SafeString:
    """What stands behind the reference: whether the case is restricted, and what has changed."""
    marks = NOTHING
    if row.incident.restricted:
        marks += format_html(" · {}{}", icon("lock"), gettext("restricted"))
    if row.changed:
        words = ngettext("%(n)s duty changed", "%(n)s duties changed", row.changed) % {"n": row.changed}
        marks += format_html(" · <strong>{}</strong>", words)
    return marks


def _clock(context: Context, row: WorkRow) -> SafeString:
    """The next deadline of an open case, or why there is none."""
    zone = row.incident.time_zone
    if row.incident.stands_at:
        below = format_html("{} {}", gettext("as of"), when(context, row.incident.stands_at, zone))
        return _stacked(state("not_required", gettext("Stands still")), below)
    if row.next_at is None:
        return format_html('<span class="sub">{}</span>', gettext("None open"))
    if row.legal:
        return deadline(context, row.next_at, zone)
    if row.next_at < _now(context):
        passed = state("on_track", gettext("Guideline has passed"))
        return _stacked(passed, when(context, row.next_at, zone, utc=True))
    return format_html('{}<div class="sub">{}</div>', deadline(context, row.next_at, zone), gettext("Guideline"))


def _stacked(tag: SafeString, below: SafeString) -> SafeString:
    return format_html('<span class="deadline">{}<span class="sub num">{}</span></span>', tag, below)


def _duties(row: WorkRow) -> SafeString:
    """How many duties are done, hang on facts, and of how many companies they are."""
    said = format_html("{}", gettext("%(done)s of %(required)s done") % {"done": row.done, "required": row.required})
    if row.depends:
        said += _sub(ngettext("%(n)s depends on facts", "%(n)s depend on facts", row.depends) % {"n": row.depends})
    if row.parties > 1:
        said += _sub(gettext("of %(n)s companies") % {"n": row.parties})
    return said


def _sub(words: str) -> SafeString:
    return format_html('<div class="sub">{}</div>', words)


def _now(context: Context) -> datetime:
    now = context.get("now")
    return now if isinstance(now, datetime) else timezone.now()
