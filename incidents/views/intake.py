"""The public page for reports from outside, and the officer's page of what came in."""

from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Membership
from incidents.forms.intake import AcceptForm, DeclineForm, IntakeForm
from incidents.models import IntakeLink, IntakeReport
from incidents.selectors.intake import handles_intake, link_of, open_link, reports_of
from incidents.services.intake import accept_report, close_intake, decline_report, open_intake, take_in
from incidents.views.asking import asking_of_report
from incidents.views.frame import enter, frame
from incidents.views.report_reading import title_of

# -- the public page ----------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def intake(request: HttpRequest, token: str) -> HttpResponse:
    """Anybody reports what he has seen; the answer is a receipt number and nothing else."""
    link = _link(token)
    with translation.override(link.workspace.language):
        form = IntakeForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            # The limits stand in accounts.settings (ACCOUNT_RATE_LIMITS, "intake").
            if not ratelimit.consume(request, action="intake", key=token):
                form.add_error(None, gettext("Too many reports have come in from here. Wait an hour, or telephone."))
                return _public(request, link, "incidents/intake.html", {"form": form}, 429)
            report = take_in(link, **form.cleaned_data)
            return HttpResponseRedirect(reverse("incidents:intake_received", args=(token, report.receipt)))
        return _public(request, link, "incidents/intake.html", {"form": form}, 422 if form.is_bound else 200)


@never_cache
@require_GET
def received(request: HttpRequest, token: str, receipt: str) -> HttpResponse:
    """The receipt number, to be written down. What was reported is not shown again."""
    link = _link(token)
    report = IntakeReport.objects.filter(link=link, receipt=receipt).first()
    if report is None:
        raise Http404("No such receipt.")
    with translation.override(link.workspace.language):
        return _public(request, link, "incidents/intake_received.html", {"report": report})


def _link(token: str) -> IntakeLink:
    link = link_of(token)
    if link is None:
        raise Http404("Nothing is taken in at this address.")
    return link


def _public(
    request: HttpRequest, link: IntakeLink, template: str, values: dict[str, Any], status: int = 200
) -> HttpResponse:
    values = {"organisation": link.workspace.name, "zone": link.workspace.time_zone, **values}
    response = render(request, template, values, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response


# -- the officer's page -------------------------------------------------------------------------------


@login_required
@require_GET
def inbox(request: HttpRequest, slug: str) -> HttpResponse:
    """What came in, newest first, and the public link."""
    membership = _officer(request, slug)
    link = open_link(membership.workspace)
    address = request.build_absolute_uri(reverse("incidents:intake", args=(link.token,))) if link else ""
    values = {"reports": reports_of(membership.workspace)[:200], "link": link, "address": address}
    return render(request, "incidents/reported.html", frame(membership, "incidents", **values))


@login_required
@require_POST
def link(request: HttpRequest, slug: str) -> HttpResponse:
    """Opens the public link, or closes it for good."""
    membership = _officer(request, slug)
    if request.POST.get("act") == "close":
        close_intake(membership.workspace, by=membership.user)
        messages.success(request, gettext("The public link is closed. Its address answers no more."))
    else:
        open_intake(membership.workspace, by=membership.user)
        messages.success(request, gettext("The public link is open. Hand out its address."))
    return HttpResponseRedirect(reverse("incidents:reported", args=(slug,)))


@login_required
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One report: read it, then accept it as an incident or decline it."""
    membership = _officer(request, slug)
    report = reports_of(membership.workspace).filter(pk=pk).first()
    if report is None:
        raise Http404("No such report.")
    asking = asking_of_report(membership)
    initial = {"title": title_of(report.what, asking.now, membership.workspace), "summary": report.what}
    accept = AcceptForm(companies=asking.companies, initial=initial)
    decline = DeclineForm()
    if request.method == "GET":
        return _one(request, membership, report, accept, decline)
    try:
        if request.POST.get("act") == "decline":
            decline = DeclineForm(request.POST)
            if decline.is_valid():
                decline_report(report, by=membership.user, reason=decline.cleaned_data["reason"])
                messages.success(request, gettext("%s is set aside. Your reason stays with it.") % report.receipt)
                return HttpResponseRedirect(reverse("incidents:reported", args=(slug,)))
        else:
            accept = AcceptForm(request.POST, companies=asking.companies)
            if accept.is_valid():
                said = accept.cleaned_data
                incident = accept_report(
                    report, by=membership.user, title=said["title"], summary=said["summary"], company=accept.chosen
                )
                return HttpResponseRedirect(reverse("incidents:report_done", args=(slug, incident.number)))
    except ValidationError as error:
        (decline if decline.is_bound else accept).add_error(None, error.messages)
    return _one(request, membership, report, accept, decline, 422)


def _one(
    request: HttpRequest,
    membership: Membership,
    report: IntakeReport,
    accept: AcceptForm,
    decline: DeclineForm,
    status: int = 200,
) -> HttpResponse:
    values = {"report": report, "accept": accept, "decline": decline, "has_company": bool(accept.companies)}
    return render(request, "incidents/reported_one.html", frame(membership, "incidents", **values), status=status)


def _officer(request: HttpRequest, slug: str) -> Membership:
    membership = enter(request, slug)
    if not handles_intake(membership):
        raise PermissionDenied(gettext("Reports from outside are handled by privacy officers."))
    return membership
