"""What newer law libraries, and corrections of them, meant for a case."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from workbench.selectors.library import library_looks
from workbench.views.page import open_case


@login_required
@require_GET
def library(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Each look at the case that differs from the look before by the library alone, newest first."""
    case = open_case(request, slug, number)
    values = {"ways": case.look_back_ways("library"), "looks": library_looks(case.party)}
    return render(request, "workbench/library.html", case.context("waves", **values))
