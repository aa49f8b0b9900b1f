"""One duty: why it is required, by when, what it asks, and the acts about it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.access import Permission
from accounts.models import Role
from accounts.translating import in_language
from incidents import paths
from incidents.models import Decision, DutyChange, Fulfilment, Narrative, Obligation
from incidents.selectors import Duty, DutyState, Held, duty_of, facts_with_authors, positions_of
from incidents.selectors.tasks import tasks_of
from incidents.services import (
    NarrativeConflict,
    acknowledge_changes,
    approve_decision,
    decide_not_to_notify,
    decide_to_notify_anyway,
    holds_in,
    record_fulfilment,
    revoke_decision,
    withdraw_fulfilment,
    write_narrative,
)
from law.rulebook import load_rulebook
from reports.access import reaches
from reports.definitions import Form, load_forms
from reports.selectors import documents_of_obligation, forms_for
from workbench import words
from workbench.forms.controls import place_of_row
from workbench.forms.duties import FulfilForm, LateForm, ReasonForm
from workbench.selectors.changes import rows_of
from workbench.selectors.duties import duty_row
from workbench.selectors.duty import Explained, may_be_decided, reasons_of
from workbench.selectors.rules import law_of
from workbench.views import comments
from workbench.views.asking import question_url
from workbench.views.case import assessment_of
from workbench.views.page import CasePage, open_case
from workbench.views.tasks import task_url

LATE = "late_reasons"


@login_required
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, slug: str, number: int, pk: int) -> HttpResponse:
    """One duty; a POST is one of the acts of ACTS, named by `act`."""
    case = open_case(request, slug, number)
    obligation = (
        Obligation.objects.filter(incident=case.incident, pk=pk)
        .select_related("party__legal_entity", "created_by")
        .prefetch_related("fulfilments__by", "decisions__decided_by", "decisions__approved_by")
        .first()
    )
    if obligation is None:
        raise Http404("No such duty.")
    case = _as_lived_by(case, obligation)
    if request.method == "GET":
        return _page(case, obligation, {})
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise Http404("No such act.")
    return act(case, obligation)


def _as_lived_by(case: CasePage, obligation: Obligation) -> CasePage:
    """The case as the legal person lives it whose duty this is."""
    party = next(one for one in case.parties if one.pk == obligation.party_id)
    obligation.party = party
    return CasePage(case.request, case.membership, case.incident, case.parties, party, case.now)


# -- acts ---------------------------------------------------------------------------------------------


def _fulfil(case: CasePage, obligation: Obligation) -> HttpResponse:
    case.require(Permission.SEND)
    if case.membership.role == Role.LOCAL_REPRESENTATIVE and not case.membership.covers(obligation.jurisdiction):
        raise PermissionDenied(
            gettext("As local representative you record what was sent in {countries}.").format(
                countries=", ".join(case.membership.countries)
            )
        )
    form = FulfilForm(case.request.POST, zone=case.zone, now=case.now)
    if not form.is_valid():
        return _page(case, obligation, {"fulfil": form}, 422)
    said = form.cleaned_data

    def act() -> None:
        record_fulfilment(
            obligation,
            at=said["done_at"],
            by=case.user,
            channel=said["channel"],
            reference=said["reference"],
            note=said["note"],
            key=f"page:{obligation.pk}:{said['key']}",
        )

    return _done(case, obligation, act, form, "fulfil", gettext("Recorded as done."))


def _decide(case: CasePage, obligation: Obligation) -> HttpResponse:
    case.require(Permission.DECIDE)
    required = may_be_decided(obligation)
    form = _decide_form(obligation, case.request.POST)
    if not form.is_valid():
        return _page(case, obligation, {"decide": form}, 422)
    decide = decide_not_to_notify if required else decide_to_notify_anyway
    return _done(
        case,
        obligation,
        lambda: decide(obligation, by=case.user, reason=form.cleaned_data["reason"]),
        form,
        "decide",
        gettext("The decision is recorded with its reason. Another person can approve it."),
    )


def _decide_form(obligation: Obligation, data: Any = None) -> ReasonForm:
    label = (
        gettext("Why will you not notify?")
        if may_be_decided(obligation)
        else gettext("Why do you notify although it is not required?")
    )
    return ReasonForm(data, label=label, auto_id="decide_%s")


def _approve(case: CasePage, obligation: Obligation) -> HttpResponse:
    case.require(Permission.APPROVE)
    decision = _standing(obligation)
    form = forms.Form(case.request.POST)
    form.is_valid()
    return _done(
        case,
        obligation,
        lambda: approve_decision(decision, by=case.user),
        form,
        "approve",
        gettext("The decision is approved."),
    )


def _revoke(case: CasePage, obligation: Obligation) -> HttpResponse:
    case.require(Permission.DECIDE)
    decision = _standing(obligation)
    form = ReasonForm(case.request.POST, label=gettext("Why is the decision taken back?"), auto_id="revoke_%s")
    if not form.is_valid():
        return _page(case, obligation, {"revoke": form}, 422)
    return _done(
        case,
        obligation,
        lambda: revoke_decision(decision, by=case.user, reason=form.cleaned_data["reason"]),
        form,
        "revoke",
        gettext("The decision is taken back. The duty stands as the law says."),
    )


def _withdraw(case: CasePage, obligation: Obligation) -> HttpResponse:
    case.require(Permission.SEND)
    fulfilment = next((one for one in obligation.fulfilments.all() if one.withdrawn_at is None), None)
    if fulfilment is None:
        raise Http404("Nothing is recorded as done.")
    form = ReasonForm(case.request.POST, label=gettext("Why was the record wrong?"), auto_id="withdraw_%s")
    if not form.is_valid():
        return _page(case, obligation, {"withdraw": form}, 422)
    return _done(
        case,
        obligation,
        lambda: withdraw_fulfilment(fulfilment, by=case.user, reason=form.cleaned_data["reason"]),
        form,
        "withdraw",
        gettext("The record is taken back; it stays in the history."),
    )


def _late(case: CasePage, obligation: Obligation) -> HttpResponse:
    case.require(Permission.EDIT_FACTS)
    if case.membership.role == Role.LOCAL_REPRESENTATIVE:
        raise PermissionDenied(
            gettext("As local representative you record the people affected; texts are not yours to write.")
        )
    form = LateForm(case.request.POST, auto_id="late_%s")
    if not form.is_valid():
        return _page(case, obligation, {"late": form}, 422)
    said = form.cleaned_data
    try:
        write_narrative(
            case.incident,
            question=LATE,
            language=said["language"],
            text=said["text"],
            author=case.user,
            base=said["base"],
            party=case.party,
        )
    except NarrativeConflict as conflict:
        data = case.request.POST.copy()
        data["base"] = str(conflict.theirs.version)
        again = LateForm(data, auto_id="late_%s")
        again.add_error(
            "text",
            gettext("{author} has written since: “{text}”. Send again to replace it.").format(
                author=conflict.theirs.author, text=conflict.theirs.text
            ),
        )
        return _page(case, obligation, {"late": again}, 409)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _page(case, obligation, {"late": form}, 422)
    messages.success(case.request, gettext("The reasons are recorded."))
    return HttpResponseRedirect(case.url("duty", obligation.pk))


def _seen(case: CasePage, obligation: Obligation) -> HttpResponse:
    case.require(Permission.EDIT_FACTS)
    acknowledge_changes([obligation], by=case.user)
    return HttpResponseRedirect(case.url("duty", obligation.pk))


def _done(
    case: CasePage,
    obligation: Obligation,
    act: Callable[[], object],
    form: forms.Form,
    name: str,
    said: str,
) -> HttpResponse:
    """Does it; where a service refuses, the page comes again with its words and all that was typed."""
    try:
        act()
    except ValidationError as error:
        for words_of_fault in error.messages:
            form.add_error(None, words_of_fault)
        return _page(case, obligation, {name: form}, 422)
    messages.success(case.request, said)
    return HttpResponseRedirect(case.url("duty", obligation.pk))


def _standing(obligation: Obligation) -> Decision:
    found = next((one for one in obligation.decisions.all() if one.revoked_at is None), None)
    if found is None:
        raise Http404("No decision stands.")
    return found


ACTS = {
    "fulfil": _fulfil,
    "decide": _decide,
    "approve": _approve,
    "revoke": _revoke,
    "withdraw": _withdraw,
    "late": _late,
    "seen": _seen,
}


# -- the page -----------------------------------------------------------------------------------------


def _page(case: CasePage, obligation: Obligation, typed: dict[str, Any], status: int = 200) -> HttpResponse:
    """The page of a duty. `typed` holds the form that could not be taken, by its act."""
    duty = duty_of(obligation, case.now)
    states = facts_with_authors(case.party)
    assessment = assessment_of(case)
    here = case.url("duty", obligation.pk)
    found, gone = reasons_of(obligation, assessment, states, case.zone, lambda path: _fact_url(case, path, here))
    may_edit = case.may(Permission.EDIT_FACTS)
    values = {
        "duty": duty,
        "row": duty_row(duty, case.now, here),
        "obligation": obligation,
        "why": found if found is None or may_edit else found.to_read(),
        "gone": gone,
        "by_hand": obligation.origin == Obligation.Origin.HAND,
        "forms": _forms(case, obligation, duty, found, typed),
        "late": _late_box(case, duty, found, typed),
        "history": [
            (one.assessment, rows_of([one]))
            for one in DutyChange.objects.filter(obligation=obligation)
            .select_related("assessment__revision__author", "obligation")
            .order_by("-assessment_id")
        ],
        "withdrawn": [one for one in obligation.fulfilments.all() if one.withdrawn_at is not None],
        "revoked": [one for one in obligation.decisions.all() if one.revoked_at is not None],
        "positions": _positions(case, obligation),
        **_rule_urls(case, obligation),
        "assess_url": case.url("assess"),
        "facts_url": case.url("facts"),
        "documents": _documents(case, obligation),
        "back_url": case.url("duties"),
        "here_url": here,
        "tasks": [(task, task_url(case.incident, task.pk)) for task in tasks_of(case.incident, obligation)],
        "task_add_url": case.url("case_tasks", duty=obligation.pk),
        "may_work": case.may(Permission.WORK),
        "comments": comments.panel_of(case, obligation=obligation),
    }
    return render(case.request, "workbench/duty.html", case.context("duties", **values), status=status)


def _positions(case: CasePage, obligation: Obligation) -> list[Held]:
    """What the organisation holds of this duty, or of the law of its place: shown beside, never in its place."""
    if obligation.origin == Obligation.Origin.HAND:
        return []
    codes = {obligation.jurisdiction, law_of(obligation.duty) or obligation.jurisdiction}
    held = positions_of(case.incident.workspace, codes)
    return [one for (_, duty), one in sorted(held.items()) if duty in ("", obligation.duty)]


def _rule_urls(case: CasePage, obligation: Obligation) -> dict[str, str]:
    """The page of the rule in the library, and where to doubt it or hold a position; none for what it does not have."""
    duty = load_rulebook().duties.get(obligation.duty)
    if duty is None or not holds_in(duty, obligation.jurisdiction, case.now.date()):
        return {}
    where = (case.incident.workspace.slug, obligation.jurisdiction)
    return {
        "rule_url": f"{reverse('workbench:rule', args=where)}#{duty.id}",
        "doubt_url": f"{reverse('workbench:doubt', args=where)}?duty={duty.id}",
        "position_url": f"{reverse('workbench:position', args=where)}?duty={duty.id}",
    }


def _fact_url(case: CasePage, path: str, here: str) -> str:
    """The page on which a fact is answered; of people in a place without a row, the form of a new row."""
    segments = paths.parse(path)
    if segments[0] == "affected" and len(segments) == 3:
        row = paths.get(case.document, paths.join(segments[:2]))
        if segments[2] == "country" or (row is None and not place_of_row(segments[1])):
            return case.url("people_add", next=here)
    if segments[0] == "data" and len(segments) == 3 and paths.get(case.document, paths.join(segments[:2])) is None:
        return case.url("fact", "data_complete", next=here)
    return question_url(case, path, words.question_of(path), next=here)


def _forms(
    case: CasePage, obligation: Obligation, duty: Duty, found: Explained | None, typed: dict[str, Any]
) -> dict[str, Any]:
    """The forms of the acts that are open to this member now."""
    channel = (found.said["channel"] or {}).get("type", "") if found else ""
    if obligation.kind in ("assess", "document"):
        channel = Fulfilment.Channel.INTERNAL
    shown: dict[str, Any] = {}
    local = case.membership.role == Role.LOCAL_REPRESENTATIVE
    covered = not local or case.membership.covers(obligation.jurisdiction)
    if duty.state != DutyState.DONE and case.may(Permission.SEND) and covered:
        shown["fulfil"] = FulfilForm(zone=case.zone, now=case.now, channel=channel)
    if duty.state == DutyState.DONE and case.may(Permission.SEND):
        shown["withdraw"] = ReasonForm(label=gettext("Why was the record wrong?"), auto_id="withdraw_%s")
    if duty.decision is None and duty.state != DutyState.DONE and case.may(Permission.DECIDE):
        shown["decide"] = _decide_form(obligation)
    if duty.decision is not None and case.may(Permission.DECIDE):
        shown["revoke"] = ReasonForm(label=gettext("Why is the decision taken back?"), auto_id="revoke_%s")
    if duty.decision is not None and duty.decision.approved_at is None and case.may(Permission.APPROVE):
        shown["approve"] = duty.decision.decided_by_id != case.user.pk or typed.get("approve")
    return {**shown, **{name: form for name, form in typed.items() if name != "late"}}


def _late_box(case: CasePage, duty: Duty, found: Explained | None, typed: dict[str, Any]) -> dict[str, Any] | None:
    """The box for the reasons of lateness: only where the law asks for them and the time has passed."""
    if found is None or found.said["if_late"] != "reasons" or duty.leading is None or duty.leading_kind == "guideline":
        return None
    done = duty.fulfilment.at if duty.fulfilment else None
    if (done or case.now) <= duty.leading:
        return None
    language = case.incident.workspace.language
    held = (
        Narrative.objects.filter(incident=case.incident, question=LATE, party=case.party, language=language)
        .select_related("author")
        .first()
    )
    initial = {"text": held.text if held else "", "base": held.version if held else 0, "language": language}
    may_write = case.may(Permission.EDIT_FACTS) and case.membership.role != Role.LOCAL_REPRESENTATIVE
    form = typed.get("late") or (LateForm(initial=initial, auto_id="late_%s") if may_write else None)
    return {"held": held, "form": form, "done": done}


def _documents(case: CasePage, obligation: Obligation) -> dict[str, Any]:
    """The documents made for this duty, and the forms in which one can be begun, each with its address."""
    base = (case.incident.workspace.slug, case.incident.number)
    forms_by_id = load_forms()
    made = [
        (
            f"{_title(forms_by_id[one.form])} ({one.language})",
            reverse("reports:document", args=(*base, one.ordinal)),
            one,
        )
        for one in documents_of_obligation(obligation)
    ]
    may_write = case.may(Permission.APPROVE) or case.may(Permission.SEND)
    offered = [
        (_title(form), reverse("reports:new", args=(*base, obligation.pk, form.id)))
        for form in (forms_for(obligation) if may_write and reaches(case.membership, obligation) else ())
    ]
    return {"made": made, "offered": offered}


def _title(form: Form) -> str:
    return in_language(form.title)
