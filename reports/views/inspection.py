"""The inspector's pages behind a signed link, and the officer's pages of invitations and their log."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Permission, access_workspace, require
from accounts.models import Membership
from reports import inspecting
from reports.inspection_form import InspectionForm
from reports.models import Inspection, InspectionLook
from reports.register import reader_tag, register_rows
from reports.services.inspecting import invite_inspector, note_look, revoke_inspection
from reports.views.common import attachment, into_form

PAGE = 25
LOG = 500

# -- for the inspector --------------------------------------------------------------------------------


@never_cache
@require_GET
def register(request: HttpRequest, token: str) -> HttpResponse:
    """The register within the scope of the invitation, a page at a time."""
    inspection = inspecting.inspection_of(token)
    if not inspection.open_at(timezone.now()):
        return _ended(request, inspection)
    page = Paginator(inspecting.inspected_cases(inspection), PAGE).get_page(request.GET.get("page"))
    note_look(inspection, InspectionLook.What.REGISTER, page=page.number)
    cases = list(page.object_list)
    rows = list(zip(cases, register_rows(cases, inspection.legal_entity_id, reader_tag()), strict=True))
    return _public(request, inspection, "reports/inspector_register.html", token, page=page, rows=rows)


@never_cache
@require_GET
def case(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """One case of the register, with the documents that were sent where the invitation includes them."""
    inspection = inspecting.inspection_of(token)
    if not inspection.open_at(timezone.now()):
        return _ended(request, inspection)
    incident = inspecting.inspected_case(inspection, number)
    note_look(inspection, InspectionLook.What.CASE, incident=incident)
    return _public(
        request,
        inspection,
        "reports/inspector_case.html",
        token,
        incident=incident,
        row=next(register_rows([incident], inspection.legal_entity_id, reader_tag())),
        documents=inspecting.inspected_documents(inspection, incident),
    )


@never_cache
@require_GET
def document(request: HttpRequest, token: str, number: int, ordinal: int) -> HttpResponse:
    """The file of a document as it was sent."""
    inspection = inspecting.inspection_of(token)
    if not inspection.open_at(timezone.now()):
        return _ended(request, inspection)
    incident = inspecting.inspected_case(inspection, number)
    held = inspecting.inspected_documents(inspection, incident).filter(ordinal=ordinal).first()
    if held is None:
        raise Http404("No such document.")
    held.incident = incident
    note_look(inspection, InspectionLook.What.DOCUMENT, incident=incident, document=held)
    with held.file.open("rb") as file:
        return attachment(file.read(), f"{held.reference.replace('/', '-')}.pdf")


def _public(request: HttpRequest, inspection: Inspection, template: str, token: str, **values: Any) -> HttpResponse:
    context = {"inspection": inspection, "token": token, "organisation": inspection.workspace.name, **values}
    context["zone"] = inspection.workspace.time_zone
    response = render(request, template, context)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _ended(request: HttpRequest, inspection: Inspection) -> HttpResponse:
    with translation.override(translation.get_language() or inspection.workspace.language):
        response = render(request, "reports/inspector_ended.html", {"organisation": inspection.workspace.name})
    response.status_code = 410
    return response


# -- for the officer ----------------------------------------------------------------------------------


def _officer(request: HttpRequest, slug: str) -> Membership:
    """Whoever may approve documents and export data may open the register to somebody outside."""
    membership = access_workspace(request.user, slug)
    require(membership, Permission.APPROVE)
    require(membership, Permission.EXPORT)
    return membership


def _one(membership: Membership, pk: int) -> Inspection:
    rows = Inspection.objects.filter(workspace=membership.workspace, pk=pk)
    found = rows.select_related("workspace", "legal_entity", "created_by", "revoked_by").first()
    if found is None:
        raise Http404("No such invitation.")
    return found


@login_required
@require_http_methods(["GET", "POST"])
def invitations(request: HttpRequest, slug: str) -> HttpResponse:
    """The invitations of the workspace, and a form for the next one. Inviting asks for the password."""
    membership = _officer(request, slug)
    data = request.POST if request.method == "POST" else None
    entered = InspectionForm(data, membership=membership, now=timezone.now())
    if request.method == "POST" and entered.is_valid():

        def invite(request: HttpRequest) -> HttpResponse:
            said = {name: value for name, value in entered.cleaned_data.items() if name != "last_day"}
            try:
                made = invite_inspector(membership.workspace, by=membership.user, expires_at=entered.expires_at, **said)
            except ValidationError as error:
                into_form(entered, error)
                return _invitations(request, membership, entered)
            messages.success(request, gettext("Invited. Hand the address below to the inspector."))
            return redirect("reports:inspection", slug, made.pk)

        answered: HttpResponse = reauthentication_required(invite)(request)
        return answered
    return _invitations(request, membership, entered)


def _invitations(request: HttpRequest, membership: Membership, entered: InspectionForm) -> HttpResponse:
    rows = Inspection.objects.filter(workspace=membership.workspace).order_by("-created_at")
    now = timezone.now()
    context = {
        **_frame(membership),
        "entered": entered,
        "rows": [(row, row.open_at(now)) for row in rows.select_related("legal_entity", "created_by")[:100]],
    }
    return render(request, "reports/inspections.html", context, status=422 if entered.errors else 200)


@login_required
@require_GET
def invitation(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One invitation: its address, its scope, and what was looked at by it, newest first."""
    membership = _officer(request, slug)
    found = _one(membership, pk)
    address = reverse("reports:inspector", args=(inspecting.token_of(found),))
    context = {
        **_frame(membership),
        "inspection": found,
        "is_open": found.open_at(timezone.now()),
        "address": request.build_absolute_uri(address),
        "looks": found.looks.select_related("incident", "document__incident").order_by("-at")[:LOG],
        "looked": found.looks.count(),
        "most": LOG,
        "restricted": found.restricted.order_by("number"),
    }
    return render(request, "reports/inspection.html", context)


@login_required
@require_POST
def revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ends an invitation at once."""
    membership = _officer(request, slug)
    revoke_inspection(_one(membership, pk), by=membership.user)
    messages.success(request, gettext("The invitation has ended. Its address shows nothing any more."))
    return redirect("reports:inspection", slug, pk)


def _frame(membership: Membership) -> dict[str, Any]:
    zone = membership.workspace.time_zone
    return {"workspace": membership.workspace, "membership": membership, "nav": "register", "zone": zone}
