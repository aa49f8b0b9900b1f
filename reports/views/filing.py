"""The filing board of a case: which authority stands where."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from incidents.access import access_incident
from reports.filing import board
from reports.views.common import page_context


@login_required
@require_GET
def board_page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One row an authority."""
    membership, incident = access_incident(request.user, slug, number)
    rows = board(membership, incident)
    context = page_context(
        membership,
        incident,
        rows=rows,
        sent=sum(row.met for row in rows),
        stuck=sum(row.stuck is not None for row in rows),
        to_follow=sum(bool(row.to_follow) for row in rows),
    )
    return render(request, "reports/filing.html", context)
