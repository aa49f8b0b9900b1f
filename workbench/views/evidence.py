"""Evidence: the files of a case, one of them with its chain of custody, and the download."""

from typing import Any

from csp.decorators import csp
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Permission, require
from accounts.kept.uploads import ask_to_keep
from incidents import files
from incidents.access import access_evidence, sees_privileged, visible_evidence
from incidents.models import CustodyEntry, EvidenceFile
from incidents.services.evidence import add_evidence, change_evidence, check_evidence, note_custody, note_opened
from incidents.services.meanwhile import ChangedMeanwhile
from workbench.forms.faults import into_form
from workbench.forms.work import EvidenceChangeForm, EvidenceForm, WhyForm
from workbench.views.meanwhile import base_and_meanwhile, base_of
from workbench.views.page import CasePage, open_case

SEALED = {"default-src": ["'none'"], "sandbox": [""], "base-uri": ["'none'"], "form-action": ["'none'"],
          "frame-ancestors": ["'none'"]}  # fmt: skip
"""The policy of a download: were a browser to show it after all, nothing in it would run."""


@login_required
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The files of the case; a POST adds one."""
    case = open_case(request, slug, number)
    privileged = sees_privileged(case.membership)
    if request.method == "GET":
        return _list(case, EvidenceForm(may_privilege=privileged), privileged)
    case.require(Permission.WORK)
    form = EvidenceForm(request.POST, request.FILES, may_privilege=privileged)
    if form.is_valid():
        said = {name: value for name, value in form.cleaned_data.items() if name != "file"}
        try:
            row = add_evidence(case.incident, form.cleaned_data["file"], by=case.user, **said)
        except ValidationError as error:
            into_form(form, error)
        else:
            messages.success(request, _("The file is kept with its SHA-256."))
            return HttpResponseRedirect(case.url("file", row.number))
    if "file" not in form.errors:
        ask_to_keep(request)
    return _list(case, form, privileged, 422)


def _list(case: CasePage, form: EvidenceForm, privileged: bool, status: int = 200) -> HttpResponse:
    rows = visible_evidence(case.membership, case.incident).select_related("added_by").order_by("-number")
    values = {
        "rows": [_row(case, row) for row in rows],
        "form": form,
        "may_work": case.may(Permission.WORK),
        "notes_url": case.url("notes") if privileged else "",
    }
    return render(case.request, "workbench/files.html", case.context("files", **values), status=status)


def _row(case: CasePage, row: EvidenceFile) -> dict[str, Any]:
    claims = files.disguise(row.name, row.kind)
    return {
        "file": row,
        "url": case.url("file", row.number),
        "kind": files.kind_words(row.kind),
        "claims": claims,
        "honest_name": f"{row.name}.{files.ending_for(row.kind) or 'bin'}" if claims else "",
    }


@login_required
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, slug: str, number: int, pk: int) -> HttpResponse:
    """One file and its log. POST: `act` is save, rename, check or move."""
    case = open_case(request, slug, number)
    row = access_evidence(case.membership, case.incident, pk)
    if request.method == "GET":
        note_opened(row, by=case.user)
        return _one(case, row)
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise Http404("No such act.")
    case.require(Permission.WORK)
    return act(case, row)


def _save(case: CasePage, row: EvidenceFile) -> HttpResponse:
    form = _change_form(case, row, case.request.POST)
    if form.is_valid():
        said = dict(form.cleaned_data)
        try:
            change_evidence(row, by=case.user, reason=said.pop("why"), base=base_of(case.request), **said)
        except ChangedMeanwhile as changed:
            return _one(case, row, change=form, changed=changed, status=409)
        except ValidationError as error:
            into_form(form, error)
        else:
            return _told(case, row, _("Changed, and noted in the log."))
    return _one(case, row, change=form, status=422)


def _rename(case: CasePage, row: EvidenceFile) -> HttpResponse:
    """Gives the file the ending of its content, beside the one it has."""
    honest = _row(case, row)["honest_name"]
    if honest:
        change_evidence(row, by=case.user, reason="The name now says what the content is.", name=honest[-200:])
    return _told(case, row, _("The name now says what the content is."))


def _check(case: CasePage, row: EvidenceFile) -> HttpResponse:
    fault = check_evidence(row, by=case.user)
    if fault is None:
        return _told(case, row, _("Unchanged: the stored file has its SHA-256."))
    messages.error(case.request, files.fault_words(fault))
    return HttpResponseRedirect(case.url("file", row.number))


def _move(case: CasePage, row: EvidenceFile) -> HttpResponse:
    form = _move_form(case.request.POST)
    if not form.is_valid():
        return _one(case, row, move=form, status=422)
    note_custody(row, CustodyEntry.Act.MOVED, by=case.user, why=form.cleaned_data["why"])
    return _told(case, row, _("Noted in the log."))


ACTS = {"save": _save, "rename": _rename, "check": _check, "move": _move}


def _told(case: CasePage, row: EvidenceFile, words: str) -> HttpResponse:
    messages.success(case.request, words)
    return HttpResponseRedirect(case.url("file", row.number))


def _change_form(case: CasePage, row: EvidenceFile, data: Any = None) -> EvidenceChangeForm:
    initial = {name: getattr(row, name) for name in ("name", "source", "description", "privileged")}
    return EvidenceChangeForm(
        data, initial=initial, may_privilege=sees_privileged(case.membership), auto_id="change_%s"
    )


def _move_form(data: Any = None) -> WhyForm:
    label = _("To whom or where, and why?")
    return WhyForm(
        data, label=label, help_text=_("“Copy on a sealed stick to the police, case 12/34”."), auto_id="move_%s"
    )


def _take_form(data: Any = None) -> WhyForm:
    label = _("What do you need it for?")
    return WhyForm(data, label=label, help_text=_("It stands in the log with your name."), auto_id="take_%s")


def _one(
    case: CasePage,
    row: EvidenceFile,
    *,
    change: EvidenceChangeForm | None = None,
    move: WhyForm | None = None,
    take: WhyForm | None = None,
    changed: ChangedMeanwhile | None = None,
    status: int = 200,
) -> HttpResponse:
    allowed = case.may(Permission.WORK)
    change = change or _change_form(case, row)
    values = {
        **base_and_meanwhile(case.request, row, change, changed),
        **_row(case, row),
        "row": row,
        "custody": row.custody.select_related("by").order_by("-pk"),
        "change": change if allowed else None,
        "move": (move or _move_form()) if allowed else None,
        "take": take or _take_form(),
        "download_url": case.url("file_download", row.number),
        "list_url": case.url("files"),
    }
    return render(case.request, "workbench/file.html", case.context("files", **values), status=status)


@login_required
@require_POST
@csp(SEALED)  # type: ignore[arg-type]  # its types know no arguments of the address
def download(request: HttpRequest, slug: str, number: int, pk: int) -> HttpResponse | StreamingHttpResponse:
    """The content, never shown inside the site. The log gets a line first; without a reason there is no download."""
    case = open_case(request, slug, number)
    require(case.membership, Permission.VIEW_CASE)
    row = access_evidence(case.membership, case.incident, pk)
    form = _take_form(request.POST)
    if not form.is_valid():
        return _one(case, row, take=form, status=422)
    if fault := files.fault_of(row.stored, row.sha256):
        raise PermissionDenied(_("The file is not handed out. %(why)s") % {"why": files.fault_words(fault)})
    note_custody(row, CustodyEntry.Act.DOWNLOADED, by=case.user, why=form.cleaned_data["why"])
    response = StreamingHttpResponse(files.blocks(row.stored), content_type=row.kind)
    response["Content-Length"] = str(row.size)
    response["Content-Disposition"] = content_disposition_header(True, row.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
