"""The dossier of a case as a download."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import Permission, require
from incidents.access import access_incident
from reports.dossier import make_dossier
from reports.render import RenderError
from reports.views.common import attachment


@login_required
@require_GET
def dossier(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One ZIP. Asks for the right to export and for the password; `?privileged=1` for the right to see those too."""
    membership, incident = access_incident(request.user, slug, number)
    require(membership, Permission.EXPORT)
    privileged = request.GET.get("privileged") == "1"
    if privileged:
        require(membership, Permission.VIEW_PRIVILEGED)

    def make(request: HttpRequest) -> HttpResponse:
        now = timezone.now().replace(microsecond=0)
        try:
            made = make_dossier(incident, now, privileged=privileged)
        except RenderError as error:
            for problem in error.problems:
                messages.error(request, problem)
            return redirect("reports:list", slug, number)
        response = attachment(made.archive, f"dossier-{incident.reference}.zip")
        response["Content-Type"] = "application/zip"
        return response

    found: HttpResponse = reauthentication_required(make)(request)
    return found
