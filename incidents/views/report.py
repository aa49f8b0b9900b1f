"""Reporting an incident: five pages, a check page, and the card of the first hour.

Every page keeps what is typed before it judges it, so that a fault, a closed window or a lost session
costs nothing: see incidents.services.reporting and `_rescue` below.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Permission
from accounts.models import Membership
from incidents.access import access_incident
from incidents.first_hour import FIRST_HOUR
from incidents.forms.people import offered_places
from incidents.forms.report import PAGES, Asking, CompanyForm, PageForm, WhenForm, bound, unbound
from incidents.models import ReportDraft
from incidents.regimes import NO_SECTOR
from incidents.selectors.reporting import open_draft, outlook, sent_draft, would_end
from incidents.selectors.small import bound_by_no_sector, recorded_of
from incidents.services.reporting import discard_draft, keep_draft, owner_of_report, send_report
from incidents.views.asking import asking_of_report
from incidents.views.frame import case_url, enter, frame
from incidents.views.report_reading import Reading, read
from law.facts import FactsError

TITLES = {
    "what": _("What happened?"),
    "when": _("Since when do you know?"),
    "company": _("Which company?"),
    "data": _("Which data?"),
    "people": _("Where are the people?"),
}
RESCUED = "report_rescued"
MOST_RESCUED = 100_000
SIGNER = "incidents.report"


@require_GET
@login_required
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """The first page of a new report; where one was begun, the choice to go on or to begin anew."""
    membership = enter(request, slug, Permission.EDIT_FACTS)
    draft = open_draft(membership)
    if draft is None or not draft.data:
        return _to("incidents:report_page", slug, "what")
    values = {
        "draft": draft,
        "next_url": _next_open(slug, draft),
        "discard_url": reverse("incidents:report_discard", args=(slug,)),
    }
    return render(request, "incidents/report_resume.html", frame(membership, "report", **values))


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, slug: str, page: str) -> HttpResponse:
    """One page: GET shows it as it was left, POST keeps it and goes on if it is sound."""
    if page not in PAGES:
        raise Http404("No such page of a report.")
    if not request.user.is_authenticated:
        return _rescue(request, slug, page)
    membership = enter(request, slug, Permission.EDIT_FACTS)
    asking = asking_of_report(membership)
    if request.method == "POST":
        return _take(request, membership, page, asking)
    _restore(request, membership, page, asking)
    draft = open_draft(membership)
    stored = _stored(draft, page)
    form = unbound(page, stored["typed"], asking)
    if isinstance(form, CompanyForm) and not stored["seen"] and len(asking.companies) == 1:
        form.fields["sectors"].initial = [NO_SECTOR] if bound_by_no_sector(asking.companies[0]) else []
    return _show(request, membership, page, form, draft)


def _take(request: HttpRequest, membership: Membership, page: str, asking: Asking) -> HttpResponse:
    slug, answer = membership.workspace.slug, request.POST.get("answer", "")
    typed = _typed(request, page, asking)
    if answer == "add" and page == "people":
        typed["rows"] = [str(len([name for name in typed if name.startswith("place_")]) + 3)]
    draft = keep_draft(membership, page, typed, unknown=answer == "unknown")
    if answer == "add":
        return HttpResponseRedirect(reverse("incidents:report_page", args=(slug, page)) + "#more")
    form = bound(page, typed, asking)
    if answer != "unknown" and not form.is_valid():
        return _show(request, membership, page, form, draft)
    if "check" in request.GET:
        return _to("incidents:report_check", slug)
    following = _after(page)
    return _to("incidents:report_page", slug, following) if following else _to("incidents:report_check", slug)


def _show(
    request: HttpRequest, membership: Membership, page: str, form: PageForm, draft: ReportDraft | None
) -> HttpResponse:
    slug, order = membership.workspace.slug, list(PAGES)
    index = order.index(page)
    values = {
        "form": form,
        "page": page,
        "title": TITLES[page],
        "step": index + 1,
        "steps": len(order),
        "back_url": reverse("incidents:report_page", args=(slug, order[index - 1])) if index else "",
        "save_url": reverse("incidents:report_save", args=(slug, page)),
        "draft": draft,
        "said_unknown": _stored(draft, page)["unknown"] and not form.is_bound,
        "by": signing.dumps(membership.user_id, salt=SIGNER),
        "to_check": "check" in request.GET,
        "places": offered_places() if page in ("people", "company") else {},
        "instants": {name: form.instant_fields(name) for name in form.instants},
        "when": _when_of(form if form.is_bound else bound(page, _stored(draft, page)["typed"], form.asking)),
    }
    return render(request, f"incidents/report_{page}.html", frame(membership, "report", **values))


@require_POST
def save(request: HttpRequest, slug: str, page: str) -> HttpResponse:
    """Keeps what is typed while it is typed (htmx); answers with the line below the form."""
    if page not in PAGES:
        raise Http404("No such page of a report.")
    if not request.user.is_authenticated:
        return HttpResponse(status=204)
    membership = enter(request, slug, Permission.EDIT_FACTS)
    asking = asking_of_report(membership)
    typed = _typed(request, page, asking)
    held = open_draft(membership)
    draft = keep_draft(membership, page, typed, unknown=_stored(held, page)["unknown"])
    form = bound(page, typed, asking)
    values = {"draft": draft, "page": page, "when": _when_of(form)}
    return render(request, "incidents/report_saved.html", frame(membership, "report", **values))


@require_http_methods(["GET", "POST"])
@login_required
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything on one page; POST opens the case, and the clocks run."""
    membership = enter(request, slug, Permission.EDIT_FACTS)
    draft = open_draft(membership)
    if draft is None:
        sent = sent_draft(membership, _number(request.POST.get("draft")))
        if sent is not None and sent.incident is not None:
            return _to("incidents:report_done", slug, sent.incident.number)
        return _to("incidents:report", slug)
    asking = asking_of_report(membership)
    reading = read({name: _stored(draft, name) for name in PAGES}, asking, membership.user)
    if request.method == "POST" and reading.sound and request.POST.get("draft") == str(draft.pk):
        try:
            incident = send_report(membership, draft, reading.report(membership.workspace))
        except FactsError as error:
            reading.faults.extend(str(fault) for fault in error.faults)
        except ValidationError as error:
            reading.faults.extend(error.messages)
        else:
            return _to("incidents:report_done", slug, incident.number)
    return _show_check(request, membership, draft, reading)


def _show_check(request: HttpRequest, membership: Membership, draft: ReportDraft, reading: Reading) -> HttpResponse:
    slug = membership.workspace.slug
    report = reading.report(membership.workspace) if reading.sound else None
    urls = {name: reverse("incidents:report_page", args=(slug, name)) + "?check=1" for name in PAGES}
    foreseen = outlook(report.company, report.facts, timezone.now()) if report else None
    values = {
        "draft": draft,
        "reading": reading,
        "parts": [(name, TITLES[name], reading.answers(name), urls[name], reading.wrong(name)) for name in PAGES],
        "urls": urls,
        "report": report,
        "foreseen": foreseen,
        "first_zone": foreseen.first.clock.zone if foreseen and foreseen.first else None,
        "owner": owner_of_report(membership),
        "posted": request.method == "POST",
    }
    return render(request, "incidents/report_check.html", frame(membership, "report", **values))


@require_POST
@login_required
def discard(request: HttpRequest, slug: str) -> HttpResponse:
    """Throws the draft away and begins anew."""
    discard_draft(enter(request, slug, Permission.EDIT_FACTS))
    return _to("incidents:report_page", slug, "what")


@require_GET
@login_required
def done(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The card of the first hour, and the way to the case."""
    enter(request, slug, Permission.EDIT_FACTS)
    membership, incident = access_incident(request.user, slug, number)
    values = {
        "incident": incident,
        "case_url": case_url(membership.workspace, number),
        "recorded": recorded_of(incident),
        "first_hour": FIRST_HOUR,
        "would_end": would_end(incident),
        "case_zone": incident.time_zone,
    }
    return render(request, "incidents/report_done.html", frame(membership, "report", **values))


# -- what is typed survives ---------------------------------------------------------------------------


def _rescue(request: HttpRequest, slug: str, page: str) -> HttpResponse:
    """The session has ended: what was typed waits in a new one, for the same person to sign in again.

    The form names its person by a signed value, so that nobody else who signs in at this browser sees it.
    """
    address = reverse("incidents:report_page", args=(slug, page))
    if request.method == "POST":
        typed = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
        if sum(len(value) for values in typed.values() for value in values) <= MOST_RESCUED:
            request.session[RESCUED] = {"slug": slug, "page": page, "typed": typed}
            request.typed_is_kept = True  # type: ignore[attr-defined]  # accounts.kept need not keep it as well
    return redirect_to_login(address)


def _restore(request: HttpRequest, membership: Membership, page: str, asking: Asking) -> None:
    """Puts what was rescued into the draft of the person who typed it."""
    kept = request.session.get(RESCUED)
    if not kept or kept["slug"] != membership.workspace.slug or kept["page"] != page:
        return
    del request.session[RESCUED]
    typed: dict[str, list[str]] = kept["typed"]
    try:
        author = signing.loads((typed.get("by") or [""])[-1], salt=SIGNER)
    except signing.BadSignature:
        return
    if author != membership.user_id:
        return
    names = bound(page, typed, asking).fields
    keep_draft(membership, page, {name: typed[name] for name in names if name in typed}, unknown=False)
    messages.info(request, gettext("Your session had ended. What you typed is here; go on from this page."))


def _typed(request: HttpRequest, page: str, asking: Asking) -> dict[str, list[str]]:
    """What the fields of a page hold, exactly as sent."""
    sent: dict[str, list[str]] = {name: [str(one) for one in values] for name, values in request.POST.lists()}
    return {name: sent[name] for name in bound(page, sent, asking).fields if name in sent}


def _stored(draft: ReportDraft | None, page: str) -> dict[str, Any]:
    held: Mapping[str, Any] = (draft.data if draft else {}).get(page, {})
    return {"typed": held.get("typed", {}), "unknown": held.get("unknown", False), "seen": bool(held)}


# -- the rest -----------------------------------------------------------------------------------------


def _when_of(form: PageForm) -> WhenForm | None:
    """The page of times, where it was read: it says from when the clock would run."""
    if not isinstance(form, WhenForm):
        return None
    form.is_valid()
    return form


def _after(page: str) -> str:
    order = list(PAGES)
    index = order.index(page) + 1
    return order[index] if index < len(order) else ""


def _next_open(slug: str, draft: ReportDraft) -> str:
    """The first page that was not answered; the check page where all were."""
    for name in PAGES:
        if name not in draft.data:
            return reverse("incidents:report_page", args=(slug, name))
    return reverse("incidents:report_check", args=(slug,))


def _to(name: str, *args: object) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(name, args=args))


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 19 else 0
