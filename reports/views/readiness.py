"""The readiness page: could we file today, and what is to be prepared for each authority."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import Permission, access_workspace, may, require
from accounts.models import LegalEntity, Membership
from incidents.models import OrganisationSheet
from law.rulebook import load_rulebook
from reports.models import FilingAccount
from reports.readiness import in_words, readiness_for, readiness_of, readiness_one
from reports.readiness_form import AccountForm, WayInForm
from reports.services.readiness import record_account, record_sheet
from reports.sheet import organisations_of
from reports.sheet_form import SheetForm


@login_required
@require_GET
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """One row an authority; what lacks most stands first."""
    membership = access_workspace(request.user, slug)
    require(membership, Permission.VIEW_CASE)
    rows = readiness_of(membership.workspace, timezone.localdate())
    context = {
        **_frame(membership),
        "rows": rows,
        "words": in_words(rows),
        "organisations": organisations_of(membership.workspace),
        "may_write": may(membership, Permission.APPROVE),
    }
    return render(request, "reports/readiness.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, slug: str, authority: str) -> HttpResponse:
    """What is prepared for one authority."""
    membership = access_workspace(request.user, slug)
    require(membership, Permission.APPROVE)
    if authority not in load_rulebook().authorities:
        raise Http404("No such authority.")
    held = FilingAccount.objects.filter(workspace=membership.workspace, authority=authority).first()
    entered = AccountForm(request.POST if request.method == "POST" else None, account=held)
    if request.method == "POST" and entered.is_valid():
        record_account(membership.workspace, authority, by=membership.user, **entered.said)
        messages.success(request, gettext("Saved."))
        return redirect("reports:readiness", slug)
    found = readiness_one(authority, held, timezone.localdate())
    context = {**_frame(membership), "entered": entered, "row": found}
    return render(request, "reports/readiness_one.html", context, status=422 if entered.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The organisation sheet of one legal person."""
    membership = access_workspace(request.user, slug)
    require(membership, Permission.APPROVE)
    entity = LegalEntity.objects.filter(workspace=membership.workspace, pk=pk).first()
    if entity is None:
        raise Http404("No such organisation.")
    held = OrganisationSheet.objects.select_related("changed_by").filter(legal_entity=entity).first()
    data = request.POST if request.method == "POST" else None
    entered = SheetForm(data, sheet=held)
    ways = [
        (row, WayInForm(data, account=row.account, prefix=f"way-{row.id}"))
        for row in readiness_for(entity, held, timezone.localdate())
    ]
    if data is not None:
        entered.refuse_overwriting(held, data.get("seen", ""))
        news = [(row, form) for row, form in ways if f"way-{row.id}-login" in data]
        if all([entered.is_valid(), *(form.is_valid() for _, form in news)]):
            record_sheet(entity, by=membership.user, **entered.said)
            for row, form in news:
                if form.is_news:
                    record_account(membership.workspace, row.id, by=membership.user, **form.said)
            messages.success(request, gettext("Saved."))
            return redirect("reports:readiness", slug)
    context = {
        **_frame(membership),
        "entered": entered,
        "ways": ways,
        "entity": entity,
        "sheet": held,
        "seen": held and str(held.changed_at.timestamp()),
    }
    wrong = entered.errors or any(form.errors for _, form in ways if form.is_bound)
    return render(request, "reports/sheet.html", context, status=422 if wrong else 200)


def _frame(membership: Membership) -> dict[str, Any]:
    zone = membership.workspace.time_zone
    return {"workspace": membership.workspace, "membership": membership, "nav": "register", "zone": zone}
