"""Many countries at once: pasted from a spreadsheet or sent as a file, looked at, then recorded as one revision."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.access import Permission
from incidents import paths
from incidents.access import require_patch
from incidents.services import FactsConflict, patch_facts
from law.facts import FactsError
from workbench.people_table import MOST_BYTES, TableError, TableRow, patch_of, read_table, text_of
from workbench.selectors.changes import preview
from workbench.views.case import assessment_of
from workbench.views.facts import note_faults, say_recorded, told
from workbench.views.page import CasePage, open_case


class PasteForm(forms.Form):
    """The table as text; a file takes the place of the text."""

    table = forms.CharField(
        label=_("The table"),
        help_text=_("One row for each place: Germany, at least 500, confirmed, dealer list. Only the place is needed."),
        required=False,
        max_length=MOST_BYTES,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=_("Or a CSV file"), required=False, help_text=_("From any spreadsheet: “Save as”, CSV.")
    )
    source = forms.CharField(
        label=_("Where do the numbers come from?"),
        help_text=_("For rows that do not say it themselves."),
        max_length=300,
        required=False,
    )
    base = forms.IntegerField(widget=forms.HiddenInput)


@login_required
@require_http_methods(["GET", "POST"])
def paste(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """GET asks for the table; POST shows every row as it would be recorded; POST with `record` records all."""
    case = open_case(request, slug, number)
    case.require(Permission.EDIT_FACTS)
    if request.method == "GET":
        return _page(case, PasteForm(initial={"base": case.revision.number}))
    data = request.POST.copy()
    sent = request.FILES.get("file")
    try:
        if sent is not None:
            # The text of the file goes into the field: it is mended there, and not sent a second time.
            data["table"] = text_of(sent.read(MOST_BYTES + 1))
        form = PasteForm(data)
        if not form.is_valid():
            return _page(case, form, status=422)
        rows = read_table(form.cleaned_data["table"], case.document)
    except TableError as error:
        form = PasteForm(data)
        form.is_valid()
        form.add_error("file" if sent is not None and not data.get("table") else "table", str(error))
        return _page(case, form, status=422)
    for row in rows:
        row.cells["source"] = row.cells.get("source") or form.cleaned_data["source"]
        _refuse(case, row)
    if any(row.faults for row in rows):
        return _page(case, form, rows=rows, status=422)
    if "record" not in request.POST:
        return _look(case, form, rows)
    return _record(case, form, rows)


def _refuse(case: CasePage, row: TableRow) -> None:
    """A place that is not the member's to record is a fault of its row."""
    if row.place is None or row.faults:
        return
    try:
        require_patch(case.membership, case.document, row.patch())
    except PermissionDenied:
        row.faults.append(
            gettext("{label} is not yours to record: {countries}.").format(
                label=row.label, countries=", ".join(case.membership.countries)
            )
        )


def _look(case: CasePage, form: PasteForm, rows: list[TableRow]) -> HttpResponse:
    assessment = assessment_of(case)
    as_of = max(case.now, assessment.as_of) if assessment else case.now
    try:
        shown = preview(case.document, paths.apply(case.document, patch_of(rows)), as_of)
    except FactsError as error:
        note_faults(form, error)
        return _page(case, form, rows=rows, status=422)
    return _page(case, form, rows=rows, preview=shown)


def _record(case: CasePage, form: PasteForm, rows: list[TableRow]) -> HttpResponse:
    source = form.cleaned_data["source"]
    reason = gettext("{number} rows of people pasted").format(number=len(rows)) + (f" ({source})" if source else "")
    try:
        revision = patch_facts(
            case.party, patch_of(rows), form.cleaned_data["base"], case.user, reason, known_at=case.incident.stands_at
        )
    except FactsConflict as conflict:
        again = PasteForm({**dict(form.data.items()), "base": str(conflict.newest)})
        again.is_valid()
        return _page(case, again, rows=rows, conflicts=told(case, conflict), status=409)
    except FactsError as error:
        note_faults(form, error)
        return _page(case, form, rows=rows, status=422)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _page(case, form, rows=rows, status=422)
    say_recorded(case, revision)
    return HttpResponseRedirect(case.url("people"))


def _page(
    case: CasePage, form: PasteForm, *, rows: list[TableRow] | None = None, status: int = 200, **values: Any
) -> HttpResponse:
    bad = [row for row in rows or () if row.faults]
    context = case.context(
        "people",
        form=form,
        rows=rows,
        bad=bad,
        ready=bool(rows) and not bad and not form.errors,
        back_url=case.url("people"),
        **values,
    )
    return render(case.request, "workbench/people_paste.html", context, status=status)
