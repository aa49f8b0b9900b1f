"""The everyday incident on one page, from intake to a recorded decision."""

import re
import secrets
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.access import Permission, may
from accounts.models import Membership
from incidents.forms.people import offered_places
from incidents.forms.small import SmallForm
from incidents.selectors.small import SmallOutlook, bound_by_no_sector, small_outlook
from incidents.services.small import SmallReport, record_small
from incidents.views.asking import asking_of_report
from incidents.views.frame import enter, frame
from incidents.views.report_reading import title_of
from law.facts import FactsError
from law.time_limits import zone_of

KEY = re.compile(r"[0-9a-f]{32}")


@require_http_methods(["GET", "POST"])
@login_required
def small(request: HttpRequest, slug: str) -> HttpResponse:
    """GET asks; POST with `look` shows what would follow; POST with `record` opens the case and decides."""
    membership = enter(request, slug, Permission.EDIT_FACTS)
    asking = asking_of_report(membership)
    if asking.head is None:
        messages.info(request, gettext("Name your organisation first: its country decides the first law."))
        return HttpResponseRedirect(reverse("incidents:report_page", args=(slug, "company")))
    if request.method == "GET":
        today = asking.now.astimezone(zone_of(membership.workspace.time_zone)).date()
        sector = "none" if bound_by_no_sector(asking.head) else ""
        form = SmallForm(asking=asking, initial={"noticed_day": today, "sector": sector})
        return _page(request, membership, form)
    form = SmallForm(request.POST, asking=asking)
    if not form.is_valid():
        return _page(request, membership, form, status=422)
    report = _report(membership, form)
    try:
        if "record" not in request.POST:
            shown = small_outlook(report.company, report.facts, report.judgement, asking.now)
            return _page(request, membership, form, outlook=shown)
        key = request.POST.get("key", "")
        incident = record_small(membership, report, key if KEY.fullmatch(key) else secrets.token_hex(16))
    except FactsError as error:
        for fault in error.faults:
            form.add_error(None, str(fault))
        return _page(request, membership, form, status=422)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _page(request, membership, form, status=422)
    return HttpResponseRedirect(reverse("incidents:report_done", args=(slug, incident.number)))


def _report(membership: Membership, form: SmallForm) -> SmallReport:
    company = form.company_chosen
    if company is None:
        raise ValueError("asked without a company")
    summary = form.cleaned_data["summary"]
    return SmallReport(
        title=title_of(summary, form.asking.now, membership.workspace),
        summary=summary,
        company=company,
        noticed=form.cleaned_data["noticed"].at,
        facts=form.facts(),
        judgement=form.judgement(str(membership.user)),
        reason=form.reason_given,
    )


def _page(
    request: HttpRequest,
    membership: Membership,
    form: SmallForm,
    *,
    outlook: SmallOutlook | None = None,
    status: int = 200,
) -> HttpResponse:
    values: dict[str, Any] = {
        "form": form,
        "outlook": outlook,
        "noticed": form.instant_fields("noticed"),
        "places": offered_places(),
        "key": request.POST.get("key") or secrets.token_hex(16),
        "may_decide": may(membership, Permission.DECIDE),
    }
    return render(request, "incidents/small.html", frame(membership, "report", **values), status=status)
