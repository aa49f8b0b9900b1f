"""Translation jobs of a case: the file that goes out, and the one that comes back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import Permission, require
from accounts.kept.uploads import ask_to_keep
from accounts.models import Membership
from incidents.access import access_incident
from incidents.models import Incident
from reports.jobs import FORMATS, write_job
from reports.services.translating import job_of, take_back
from reports.translation_form import JobForm, ReturnForm
from reports.views.common import attachment, into_form, page_context

TYPES = {
    "xlf": "application/xliff+xml",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@login_required
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Both halves of a job: making the file, and taking back the translated one."""
    membership, incident = access_incident(request.user, slug, number)
    require(membership, Permission.APPROVE)
    if request.method == "GET":
        return _page(request, membership, incident)
    entered = ReturnForm(request.POST, request.FILES, incident=incident)
    if entered.is_valid():
        said = entered.cleaned_data
        try:
            taken = take_back(
                incident,
                said["source"],
                said["target"],
                said["file"].read(),
                by=membership.user,
                machine=said["machine"],
            )
        except ValidationError as error:
            into_form(entered, error)
        else:
            words = ngettext("%(count)s text taken.", "%(count)s texts taken.", len(taken))
            messages.success(request, words % {"count": len(taken)})
            return redirect("reports:translation", slug, number)
    if "file" not in entered.errors:
        ask_to_keep(request)
    return _page(request, membership, incident, returned=entered)


@login_required
@require_GET
def job(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The file for the translator, with the texts as they stand now."""
    membership, incident = access_incident(request.user, slug, number)
    require(membership, Permission.APPROVE)
    entered = JobForm(request.GET, incident=incident)
    if entered.is_valid():
        said = entered.cleaned_data
        try:
            made = job_of(incident, said["source"], said["target"])
        except ValidationError as error:
            into_form(entered, error)
        else:
            ending = FORMATS[said["kind"]]
            content = write_job(made, said["kind"], timezone.now())
            name = f"translation-{incident.reference}-{said['source']}-{said['target']}.{ending}"
            response = attachment(content, name)
            response["Content-Type"] = TYPES[ending]
            return response
    return _page(request, membership, incident, wanted=entered)


def _page(
    request: HttpRequest,
    membership: Membership,
    incident: Incident,
    *,
    wanted: JobForm | None = None,
    returned: ReturnForm | None = None,
) -> HttpResponse:
    faulty = wanted is not None or returned is not None
    context = page_context(
        membership,
        incident,
        wanted=wanted or JobForm(None, incident=incident),
        returned=returned or ReturnForm(None, incident=incident),
    )
    return render(request, "reports/translation.html", context, status=422 if faulty else 200)
