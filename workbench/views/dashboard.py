"""The dashboard: what is open and when it is due, whether duties are met in time, causes and countries."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.http import require_GET

from accounts.access import Permission
from accounts.translating import translated
from incidents.views.frame import enter, frame
from law.taxonomies import UnknownTermError, load_taxonomies
from law.time_limits import zone_of
from workbench import clocks, words
from workbench.charts import Bar, Chart, Series
from workbench.selectors.dashboard import Figures, figures


@require_GET
@login_required
def dashboard(request: HttpRequest, slug: str) -> HttpResponse:
    """The figures of the workspace; `?still=1` counts drills and cases told again as well."""
    membership = enter(request, slug, Permission.VIEW_CASE)
    now, zone = timezone.now(), zone_of(membership.workspace.time_zone)
    still = request.GET.get("still") == "1"
    found = figures(membership, now, standing_still=still)
    here = reverse("workbench:dashboard", args=(slug,))
    values = {
        "charts": [_drawn(chart, said) for chart, said in _charts(found)],
        "more_countries": found.more_countries,
        "ways": [
            (gettext("Running cases"), here, not still),
            (gettext("With cases that stand still"), f"{here}?still=1", still),
        ],
        "as_of": _as_of(now, zone),
        "zone_label": clocks.zone_words(zone, now),
    }
    return render(request, "workbench/dashboard.html", frame(membership, "dashboard", **values))


def _as_of(now: datetime, zone: ZoneInfo) -> str:
    return clocks.instant_words(now, zone, get_language() or "en")


def _drawn(chart: Chart, said: str) -> tuple[Chart, str, SafeString]:
    return chart, said, chart.svg(said, get_language() or "en")


def _charts(found: Figures) -> list[tuple[Chart, str]]:
    """The charts, each with the sentence that says what it shows."""
    return [_due(found), _quarters(found), _causes(found), _countries(found)]


def _due(found: Figures) -> tuple[Chart, str]:
    spans = {
        "overdue": gettext("Overdue"),
        "day": gettext("Within 24 hours"),
        "three_days": gettext("In 1 to 3 days"),
        "week": gettext("In 3 to 7 days"),
        "month": gettext("In 7 to 30 days"),
        "later": gettext("Later"),
        "no_time": gettext("No fixed time"),
    }
    chart = Chart(
        "due",
        gettext("Open duties by legal deadline"),
        gettext("Due"),
        (Series(gettext("Required"), "solid"), Series(gettext("Depends on open facts"), "outline")),
        tuple(Bar(spans[row.span], (row.required, row.depends)) for row in found.due),
    )
    required, depends = (sum(getattr(row, name) for row in found.due) for name in ("required", "depends"))
    over = found.due[0].required
    said = gettext("%(required)s open duties are required, %(over)s of them overdue; %(depends)s more may be.")
    return chart, said % {"required": required, "over": over, "depends": depends}


def _quarters(found: Figures) -> tuple[Chart, str]:
    name, short = gettext("%(year)s, quarter %(number)s"), gettext("Q%(number)s")
    chart = Chart(
        "quarters",
        gettext("In time or late, by quarter"),
        gettext("Fulfilled in"),
        (Series(gettext("In time"), "solid"), Series(gettext("Late"), "outline")),
        tuple(
            Bar(
                name % {"year": row.year, "number": row.number},
                (row.in_time, row.late),
                below=(short % {"number": row.number}, str(row.year) if row.number == 1 or not place else ""),
            )
            for place, row in enumerate(found.quarters)
        ),
        upright=True,
    )
    late, whole = sum(row.late for row in found.quarters), sum(row.in_time + row.late for row in found.quarters)
    said = ngettext(
        "%(whole)s duty with a deadline of the law was fulfilled, %(late)s of them late.",
        "%(whole)s duties with a deadline of the law were fulfilled, %(late)s of them late.",
        whole,
    )
    return chart, said % {"whole": whole, "late": late}


def _causes(found: Figures) -> tuple[Chart, str]:
    bars = tuple(Bar(_cause(code), (number,)) for code, number in found.causes)
    chart = Chart("causes", gettext("Kinds of incident"), gettext("Kind"), (_cases(),), bars)
    return chart, _most(bars, gettext("The most frequent kind is “%(label)s” (cases: %(number)s of %(whole)s)."))


def _countries(found: Figures) -> tuple[Chart, str]:
    bars = tuple(Bar(words.place_words(code), (number,)) for code, number in found.countries)
    title = gettext("Countries of the people affected")
    chart = Chart("countries", title, gettext("Country"), (_cases(),), bars)
    return chart, _most(bars, gettext("People in %(label)s are concerned most often (cases: %(number)s)."))


def _cases() -> Series:
    return Series(gettext("Cases"), "solid")


def _most(bars: tuple[Bar, ...], pattern: str) -> str:
    if not bars:
        return gettext("Nothing to count yet.")
    return pattern % {"label": bars[0].label, "number": bars[0].total, "whole": sum(bar.total for bar in bars)}


def _cause(code: str) -> str:
    try:
        return translated(load_taxonomies().label("incident_type", code))
    except UnknownTermError:
        return words.plain(code)
