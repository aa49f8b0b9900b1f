"""Measures: what protected the data before, and what was done or is planned since."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.access import Permission
from accounts.translating import translated
from incidents.models import MeasureTaken
from incidents.services import change_measure, record_measure
from law.taxonomies import load_taxonomies
from workbench.forms.faults import into_form
from workbench.views.page import CasePage, open_case


class MeasureForm(forms.Form):
    """One measure of the taxonomy."""

    measure = forms.ChoiceField(label=gettext_lazy("Which measure?"))
    time = forms.ChoiceField(label=gettext_lazy("When?"), choices=MeasureTaken.Time, widget=forms.RadioSelect)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[(one.value, one.label) for one in MeasureTaken.State if one != MeasureTaken.State.DROPPED],
        widget=forms.RadioSelect,
        initial=MeasureTaken.State.IN_PLACE,
    )
    day = forms.DateField(
        label=gettext_lazy("In place since, or planned for"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    description = forms.CharField(
        label=gettext_lazy("In words"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = load_taxonomies()
        self.fields["measure"].choices = [  # type: ignore[attr-defined]
            (one, translated(known.label("measure", one))) for one in known.ids("measure")
        ]


@login_required
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The measures of a case. A POST records one, or says of a planned one what became of it (`row`, `state`)."""
    case = open_case(request, slug, number)
    if request.method == "GET":
        return _list(case, MeasureForm(initial={"time": MeasureTaken.Time.AFTER}))
    case.require(Permission.WORK)
    if request.POST.get("row"):
        return _turn(case)
    form = MeasureForm(request.POST)
    if form.is_valid():
        try:
            record_measure(case.incident, author=case.user, **form.cleaned_data)
        except ValidationError as error:
            into_form(form, error)
        else:
            messages.success(request, _("The measure is recorded."))
            return HttpResponseRedirect(case.url("measures"))
    return _list(case, form, 422)


def _turn(case: CasePage) -> HttpResponse:
    row = case.request.POST["row"]
    found = MeasureTaken.objects.filter(incident=case.incident, pk=int(row) if row.isdecimal() else 0).first()
    state = case.request.POST.get("state", "")
    if found is None or state not in MeasureTaken.State.values:
        raise Http404("No such measure.")
    try:
        change_measure(found, by=case.user, state=state)
        messages.success(case.request, _("The measure is changed."))
    except ValidationError as error:
        messages.error(case.request, " ".join(error.messages))
    return HttpResponseRedirect(case.url("measures"))


def _list(case: CasePage, form: MeasureForm, status: int = 200) -> HttpResponse:
    known = load_taxonomies()
    rows = MeasureTaken.objects.filter(incident=case.incident).select_related("author").order_by("time", "-pk")
    values = {
        "rows": [(row, translated(known.label("measure", row.measure))) for row in rows],
        "form": form if case.may(Permission.WORK) else None,
        "close_url": case.url("close"),
    }
    return render(case.request, "workbench/measures.html", case.context("close", **values), status=status)
