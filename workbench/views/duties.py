"""All duties of a legal person, and the form for one that no law of the library knows."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import Permission
from incidents.services import add_obligation
from law.findings import standing_line
from workbench.forms.duties import HandDutyForm
from workbench.selectors.duties import STATES, Filter
from workbench.views.case import assessment_of, party_duties
from workbench.views.page import CasePage, open_case


@login_required
@require_GET
def index(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The duties in their groups; `?state=` shows those in one state."""
    case = open_case(request, slug, number)
    groups = party_duties(case)
    assessment = assessment_of(case)
    chosen = request.GET.get("state", "")
    counted = groups.by_state
    filters = [Filter("", gettext("All"), len(groups.rows), case.url("duties"), not chosen)]
    filters += [
        Filter(state, str(words), counted[state], case.url("duties", state=state), state == chosen)
        for state, words in STATES.items()
        if counted[state] or state == chosen
    ]
    values = {
        "groups": groups.only(chosen) if chosen in STATES else groups,
        "filters": filters,
        "filtered": STATES.get(chosen, ""),
        "lead": groups.next,
        "assessment": assessment,
        "standing": standing_line(assessment.rulebook_date) if assessment else "",
        "add_url": case.url("duty_add"),
        "facts_url": case.url("facts"),
    }
    return render(request, "workbench/duties.html", case.context("duties", **values))


@login_required
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A duty by hand: of a contract, an insurer, a court."""
    case = open_case(request, slug, number)
    case.require(Permission.DECIDE)
    calendar = case.party.legal_entity.country
    if request.method == "GET":
        return _page(case, HandDutyForm(zone=case.zone, now=case.now, calendar=calendar))
    form = HandDutyForm(request.POST, zone=case.zone, now=case.now, calendar=calendar)
    if not form.is_valid() or not _add(case, form):
        return _page(case, form, 422)
    messages.success(request, gettext("The duty was added."))
    return HttpResponseRedirect(case.url("duties"))


def _add(case: CasePage, form: HandDutyForm) -> bool:
    said = form.cleaned_data
    try:
        add_obligation(
            case.party,
            title=said["title"],
            source=said["source"],
            by=case.user,
            due=said["due_at"],
            addressee=said.get("to") or "",
            note=" ".join(part for part in (said.get("note"), said["working"]) if part),
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    return True


def _page(case: CasePage, form: HandDutyForm, status: int = 200) -> HttpResponse:
    context = case.context("duties", form=form, back_url=case.url("duties"))
    return render(case.request, "workbench/duty_add.html", context, status=status)
