"""The quick check: facts in, duties out, nothing stored."""

import json
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from incidents.forms.people import offered_places
from incidents.views.frame import enter, frame, zones_offered
from law.facts import FactsError, Fault
from workbench import clocks
from workbench.facts_text import BadInputError, decode
from workbench.forms.quick_check import PasteForm, QuickCheckForm
from workbench.selectors.quick_check import Result, quick_result


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def quick_check(request: HttpRequest, slug: str) -> HttpResponse:
    """GET: the form. POST: the form with the duties that follow above it. No row is written."""
    membership = enter(request, slug)
    now = timezone.now()
    zones = zones_offered(membership.user, membership.workspace)
    way = request.POST.get("way", "") if request.method == "POST" else ""
    typed = way in ("form", "add")
    form = QuickCheckForm(request.POST, zones=zones, now=now) if way == "form" else _fresh(request, way, zones, now)
    paste = PasteForm(request.POST) if way == "paste" else PasteForm()
    document, faults = _document(form if typed and way == "form" else None, paste if way == "paste" else None)
    result: Result | None = None
    if document is not None:
        try:
            result = quick_result(document, now)
        except FactsError as error:
            faults = error.faults
    values = {
        "form": form,
        "paste": paste,
        "way": way,
        "result": result,
        "faults": faults,
        "document_text": json.dumps(document, indent=2, ensure_ascii=False) if result is not None else "",
        "places": offered_places(),
        "instants": {"aware": form.instant_fields("aware")},
    }
    page = frame(membership, "quick_check", **values)
    return render(request, "workbench/quick_check.html", {**page, "zone_label": clocks.zone_words(page["zone"], now)})


def _fresh(request: HttpRequest, way: str, zones: tuple[str, ...], now: datetime) -> QuickCheckForm:
    """An empty form; with "More rows" the same one as typed, with more of them, and not judged."""
    if way != "add":
        return QuickCheckForm(zones=zones, now=now)
    typed: dict[str, Any] = {
        name: values if name == "categories" else values[-1] for name, values in request.POST.lists() if values
    }
    rows = sum(name.startswith("place_") for name in typed)
    return QuickCheckForm(initial={**typed, "rows": str(rows + 3)}, zones=zones, now=now)


def _document(form: QuickCheckForm | None, paste: PasteForm | None) -> tuple[Any, list[Fault]]:
    """The facts document of whichever was sent, or the faults for which there is none."""
    if form is not None:
        return (form.document() if form.is_valid() else None), []
    if paste is None or not paste.is_valid():
        return None, []
    try:
        return decode(paste.cleaned_data["document"]), []
    except BadInputError as error:
        paste.add_error("document", gettext("{fault}. Nothing was assessed.").format(fault=capfirst(str(error))))
        return None, []
