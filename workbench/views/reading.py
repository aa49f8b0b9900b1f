"""What a workspace says about the law library: doubts and positions. None of it changes a rule or moves a date."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts import law_words
from accounts.access import Permission, may, require
from accounts.models import Membership
from incidents.models import LawDoubt, LawPosition
from incidents.selectors import Held, doubt_json, doubts_of, position_on, positions_of
from incidents.services import PositionConflict, approve_position, holds_in, report_doubt, settle_doubt, state_position
from incidents.views.frame import enter, frame
from law.rulebook import load_rulebook
from law.rules import Duty
from workbench import words
from workbench.forms.reading import DoubtForm, PositionForm, SettleForm
from workbench.selectors.rules import is_known


@login_required
@require_http_methods(["GET", "POST"])
def doubt(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """The form by which any member reports a doubt about a place, or about the duty named by `?duty=`."""
    membership = enter(request, slug)
    duty = _subject(request, code)
    form = DoubtForm(request.POST) if request.method == "POST" else DoubtForm()
    if form.is_bound and form.is_valid():
        name = duty.id if duty else ""
        report_doubt(membership.workspace, by=membership.user, jurisdiction=code, duty=name, **form.cleaned_data)
        messages.success(
            request, gettext("The doubt is recorded. The rule stays as it is until the library is corrected.")
        )
        return HttpResponseRedirect(_rule_url(slug, code, duty))
    values = {**_about(slug, code, duty), "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "workbench/doubt.html", frame(membership, "rules", **values), status=status)


@login_required
@require_GET
def doubts(request: HttpRequest, slug: str) -> HttpResponse:
    """The doubts of the workspace, for those who may settle them."""
    membership = enter(request, slug, Permission.INTERPRET)
    return _doubts(request, membership)


def _doubts(request: HttpRequest, membership: Membership, typed: dict[int, SettleForm] | None = None) -> HttpResponse:
    rows = [
        (one, _named(one.jurisdiction, one.duty), _rule_url(membership.workspace.slug, one.jurisdiction, one.duty),
         (typed or {}).get(one.pk) or SettleForm(auto_id=f"d{one.pk}_%s"))
        for one in doubts_of(membership.workspace)
    ]  # fmt: skip
    values = {
        "open": [row for row in rows if row[0].is_open],
        "settled": [row for row in rows if not row[0].is_open],
        "may_export": may(membership, Permission.EXPORT),
        "base": reverse("workbench:rules", args=(membership.workspace.slug,)),
    }
    status = 422 if typed else 200
    return render(request, "workbench/doubts.html", frame(membership, "rules", **values), status=status)


@login_required
@require_http_methods(["POST"])
def doubt_settle(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Settles one doubt with an answer."""
    membership = enter(request, slug, Permission.INTERPRET)
    found = get_object_or_404(LawDoubt, pk=pk, workspace=membership.workspace)
    form = SettleForm(request.POST, auto_id=f"d{pk}_%s")
    if form.is_valid():
        try:
            settle_doubt(found, by=membership.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, gettext("The doubt is settled. Its answer stands on the page of the rule."))
            return HttpResponseRedirect(reverse("workbench:doubts", args=(slug,)))
    return _doubts(request, membership, {pk: form})


@login_required
@require_GET
def doubts_export(request: HttpRequest, slug: str) -> HttpResponse:
    """The doubts as JSON, for the makers of the library: without names and without internal notes."""
    membership = enter(request, slug, Permission.INTERPRET)
    require(membership, Permission.EXPORT)
    said = {"schema": "tocsin.doubts/1", "doubts": [doubt_json(one) for one in doubts_of(membership.workspace)]}
    response = JsonResponse(said, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="doubts-{slug}.json"'
    return response


@login_required
@require_GET
def positions(request: HttpRequest, slug: str) -> HttpResponse:
    """Every position of the organisation, for all members to read."""
    membership = enter(request, slug)
    today = timezone.now().date()
    rows = [
        (held, _named(held.jurisdiction, held.duty), _position_url(slug, held.jurisdiction, held.duty),
         held.review_passed(today))
        for held in positions_of(membership.workspace).values()
    ]  # fmt: skip
    values = {
        "rows": sorted(rows, key=lambda row: (not row[0].speaks, row[1])),
        "base": reverse("workbench:rules", args=(slug,)),
    }
    return render(request, "workbench/positions.html", frame(membership, "rules", **values))


@login_required
@require_http_methods(["GET", "POST"])
def position(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """The position on a place, or on the duty named by `?duty=`: all members read, some state, others approve."""
    membership = enter(request, slug)
    duty = _subject(request, code)
    held = position_on(membership.workspace, code, duty.id if duty else "")
    today = timezone.now().date()
    if request.method == "GET":
        return _position(request, membership, code, duty, held, _fresh(held, today))
    if request.POST.get("act") == "approve":
        require(membership, Permission.APPROVE)
        return _approve(request, membership, code, duty, held)
    require(membership, Permission.INTERPRET)
    form = PositionForm(request.POST)
    if form.is_valid():
        try:
            made = state_position(
                membership.workspace, by=membership.user, jurisdiction=code, duty=duty.id if duty else "",
                **form.cleaned_data,
            )  # fmt: skip
        except PositionConflict as conflict:
            # What was typed stays; sent again, it is meant to follow the version that has come in between.
            form = PositionForm({**request.POST.dict(), "base": str(conflict.theirs.number)})
            form.add_error("text", conflict.message_dict["text"])
            return _position(request, membership, code, duty, held, form, 409)
        except ValidationError as error:
            for field, words in error.message_dict.items():
                form.add_error(field if field in form.fields else None, words)
        else:
            messages.success(
                request,
                gettext("The position is recorded. It counts once a second person approves it.")
                if made.needs_approval
                else gettext("The position is recorded."),
            )
            return HttpResponseRedirect(_position_url(slug, code, duty.id if duty else ""))
    return _position(request, membership, code, duty, held, form, 422)


def _approve(
    request: HttpRequest, membership: Membership, code: str, duty: Duty | None, held: Held | None
) -> HttpResponse:
    number = request.POST.get("number", "")
    found = next((one for one in held.versions if str(one.number) == number), None) if held else None
    if found is None:
        raise Http404("There is no such version to approve.")
    try:
        approve_position(found, by=membership.user)
    except ValidationError as error:
        form = _fresh(held, timezone.now().date())
        return _position(request, membership, code, duty, held, form, 422, error.messages)
    messages.success(request, gettext("The position is approved."))
    return HttpResponseRedirect(_position_url(membership.workspace.slug, code, duty.id if duty else ""))


def _fresh(held: Held | None, today: date) -> PositionForm:
    """The form as it is opened: what stands is there to be changed."""
    newest = held.newest if held else None
    initial: dict[str, Any] = {"held_on": today, "base": newest.number if newest else 0}
    if newest is not None and newest.stance != LawPosition.Stance.WITHDRAWN:
        names = ("stance", "text", "reason", "counsel", "review_on")
        initial |= {name: getattr(newest, name) for name in names}
    return PositionForm(initial=initial)


def _position(
    request: HttpRequest, membership: Membership, code: str, duty: Duty | None, held: Held | None,
    form: forms.Form, status: int = 200, refused: list[str] | None = None,
) -> HttpResponse:  # fmt: skip
    waiting = held.proposed if held else None
    values = {
        **_about(membership.workspace.slug, code, duty),
        "held": held,
        "review_passed": held is not None and held.review_passed(timezone.now().date()),
        "form": form if may(membership, Permission.INTERPRET) else None,
        "may_approve_it": waiting is not None
        and may(membership, Permission.APPROVE)
        and waiting.stated_by_id != membership.user_id,
        "refused": refused or [],
    }
    return render(request, "workbench/position.html", frame(membership, "rules", **values), status=status)


def _subject(request: HttpRequest, code: str) -> Duty | None:
    """The duty that the address names, None where it names the place alone. Http404 where there is none of it."""
    if not is_known(code):
        raise Http404("The library has no such place.")
    name = request.GET.get("duty", "")
    found = load_rulebook().duties.get(name)
    if name and (found is None or not holds_in(found, code, timezone.now().date())):
        raise Http404("The library has no such duty there.")
    return found


def _about(slug: str, code: str, duty: Duty | None) -> dict[str, Any]:
    """What both forms show of the rule that they are about."""
    return {
        "name": words.jurisdiction_words(code),
        "duty": duty,
        "subject": law_words.spoken(duty.rule.title).text if duty else words.jurisdiction_words(code),
        "rule_url": _rule_url(slug, code, duty),
        "base": reverse("workbench:rules", args=(slug,)),
    }


def _named(code: str, duty: str) -> str:
    found = load_rulebook().duties.get(duty)
    place = words.jurisdiction_words(code)
    return f"{place}: {law_words.spoken(found.rule.title).text if found else duty}" if duty else place


def _rule_url(slug: str, code: str, duty: Duty | str | None) -> str:
    name = duty.id if isinstance(duty, Duty) else duty
    return reverse("workbench:rule", args=(slug, code)) + (f"#{name}" if name else "")


def _position_url(slug: str, code: str, duty: str) -> str:
    return reverse("workbench:position", args=(slug, code)) + (f"?duty={duty}" if duty else "")
