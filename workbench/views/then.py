"""What did we know when: a case at any instant, what lies between two, and who changed what and why."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from incidents.selectors import revisions
from workbench import clocks
from workbench.forms.then import ThenForm
from workbench.selectors.log import KINDS, case_log
from workbench.selectors.people import people_rows, total_of
from workbench.selectors.then import Reading, Standing, acts_between, between, standing, told_at
from workbench.selectors.waves import differences
from workbench.views.case import duty_url
from workbench.views.page import CasePage, open_case

PER_PAGE = 50


@login_required
@require_GET
def then(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """`?at=` is the instant, `?against=` a second one, `?by=` the reading; without an instant, the choice of one."""
    case = open_case(request, slug, number)
    now = timezone.now()
    form = ThenForm(request.GET, zone=case.zone, now=now)
    asked = bool(request.GET.get("at") or request.GET.get("against"))
    sound = form.is_valid()
    by = Reading(form.cleaned_data.get("by") or Reading.RECORDED) if sound else Reading.RECORDED
    instants = [form.cleaned_data[f"{name}_instant"] for name in ("at", "against")] if sound else []
    chosen = sorted(min(one, now) for one in instants if one is not None)
    values: dict[str, Any] = {
        "form": form if asked else ThenForm(request.GET, zone=case.zone, now=now),
        "asked": asked,
        "ways": case.look_back_ways("then"),
        "suggested": _suggested(case, by),
        "by": by,
    }
    context = case.context("waves", **values)
    if chosen and asked:
        context |= _shown(case, chosen[-1], by) if len(chosen) == 1 else _compared(case, chosen[0], chosen[1], by)
    return render(request, "workbench/then.html", context, status=200 if sound else 422)


def _suggested(case: CasePage, by: Reading) -> list[tuple[datetime, str, str]]:
    """Instants at which facts came in, newest first: the instant, what came, its address."""
    found = []
    for revision in reversed(revisions(case.party)):
        at = revision.known_at if by == Reading.KNOWN else revision.recorded_at
        why = revision.reason.partition(". ")[0].rstrip(".")
        found.append((at, why, case.url("then", at=clocks.in_utc(at).isoformat(), by=by)))
    return sorted(found, key=lambda one: one[0], reverse=True)


def _shown(case: CasePage, at: datetime, by: Reading) -> dict[str, Any]:
    """The case at one instant."""
    found = standing(case.party, at, by)
    document = dict(found.document)
    return {
        "then": found,
        # The clocks of that day do not tick.
        "now": found.as_of,
        "stands_still": True,
        "facts": [one for one in differences({}, document, case.zone) if one.after is not None],
        "told": told_at(case.party, at),
        "total": total_of(document, {}),
        "people": people_rows(document, {}, {}),
        "groups": found.groups(duty_url(case)),
        "against_url": case.url("then", at=_exact(at), against=_exact(timezone.now()), by=by),
        "other_url": case.url("then", at=_exact(at), by=Reading.KNOWN if by == Reading.RECORDED else Reading.RECORDED),
        "exact": _exact(at),
    }


def _compared(case: CasePage, first: datetime, second: datetime, by: Reading) -> dict[str, Any]:
    """What lies between two instants."""
    earlier, later = standing(case.party, first, by), standing(case.party, second, by)
    return {
        "earlier": earlier,
        "later": later,
        "now": later.as_of,
        "stands_still": True,
        "then": later,
        "differences": differences(earlier.document, later.document, case.zone),
        "totals": [total_of(dict(one.document), {}) for one in (earlier, later)],
        "rows": between(earlier, later),
        "acts": [(duty.obligation, done, duty.state) for duty, done in acts_between(earlier, later)],
        "log": case_log(case.incident, case.zone, after=first, until=second),
        "each": [(words, case.url("then", at=_exact(one.at), by=by), one) for words, one in _ends(earlier, later)],
    }


def _ends(earlier: Standing, later: Standing) -> list[tuple[str, Standing]]:
    return [(gettext("Earlier"), earlier), (gettext("Later"), later)]


def _exact(instant: datetime) -> str:
    return clocks.in_utc(instant).isoformat()


@login_required
@require_GET
def changes(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Every act of a person in the case, newest first: who, when, what, why."""
    case = open_case(request, slug, number)
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    pages = Paginator(case_log(case.incident, case.zone, kind), PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    values = {
        "ways": case.look_back_ways("changes"),
        "kinds": [(words, case.url("changes", kind=value), value == kind) for value, (words, _) in KINDS.items()],
        "rows": page.object_list,
        "page": page,
        "previous_url": case.url("changes", kind=kind, page=page.number - 1) if page.has_previous() else "",
        "next_url": case.url("changes", kind=kind, page=page.number + 1) if page.has_next() else "",
    }
    return render(request, "workbench/changes.html", case.context("waves", **values))
