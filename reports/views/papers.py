"""Papers about a case as downloads: the page for the board and the memo for counsel."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from accounts.access import Permission, require
from incidents.access import access_incident, sees_privileged
from reports.docx import to_docx
from reports.paper_pdf import paper_pdf
from reports.papers import board_paper, memo_paper
from reports.render import RenderError
from reports.views.common import attachment

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@login_required
@require_GET
def paper(request: HttpRequest, slug: str, number: int, which: str, kind: str) -> HttpResponse:
    """One paper as PDF or DOCX. Asks for the right to export and for the password; a memo for the right to see it."""
    membership, incident = access_incident(request.user, slug, int(number))
    require(membership, Permission.EXPORT)
    if which == "memo" and not sees_privileged(membership):
        raise PermissionDenied(gettext("The memo is privileged; you may not see privileged items of this workspace."))

    def make(request: HttpRequest) -> HttpResponse:
        now = timezone.now().replace(microsecond=0)
        made = (memo_paper if which == "memo" else board_paper)(incident, incident.now(now))
        name = f"{which}-{incident.reference}.{kind}"
        if kind == "docx":
            response = attachment(to_docx(made, now), name)
            response["Content-Type"] = DOCX
            return response
        try:
            return attachment(paper_pdf(made, now), name)
        except RenderError as error:
            for problem in error.problems:
                messages.error(request, problem)
            return redirect("reports:list", slug, number)

    found: HttpResponse = reauthentication_required(make)(request)
    return found
