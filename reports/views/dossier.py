"""The dossier of a case as a download."""

from tempfile import SpooledTemporaryFile

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import Permission, require
from incidents.access import access_incident, sees_privileged
from incidents.models import CustodyEntry
from incidents.services.evidence import note_custody
from reports.dossier import make_dossier
from reports.render import RenderError

IN_MEMORY = 8 * 1024 * 1024


@login_required
@require_GET
def dossier(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """One ZIP. Asks for the right to export and for the password; `?privileged=1` for the right to see those too."""
    membership, incident = access_incident(request.user, slug, number)
    require(membership, Permission.EXPORT)
    privileged = request.GET.get("privileged") == "1"
    if privileged and not sees_privileged(membership):
        require(membership, Permission.VIEW_PRIVILEGED)

    def make(request: HttpRequest) -> HttpResponseBase:
        now = timezone.now().replace(microsecond=0)
        try:
            made = make_dossier(incident, now, privileged=privileged)
        except RenderError as error:
            for problem in error.problems:
                messages.error(request, problem)
            return redirect("reports:list", slug, number)
        held = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed with the response
        made.write(held)
        held.seek(0)
        for row in made.evidence.values():
            note_custody(row, CustodyEntry.Act.EXPORTED, by=membership.user, why=f"Dossier made at {now.isoformat()}")
        name = f"dossier-{incident.reference}.zip"
        response = FileResponse(held, as_attachment=True, filename=name, content_type="application/zip")
        response["Cache-Control"] = "no-store"
        return response

    found: HttpResponseBase = reauthentication_required(make)(request)
    return found
