"""The moment of awareness: what comes into question, what each choice does to the clocks, and the choice."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.access import Permission
from accounts.models import Role
from incidents import paths
from incidents.access import require_patch
from incidents.models import AwarenessCandidate, AwarenessChoice
from incidents.services import FactsConflict
from incidents.services.awareness import AWARE, add_candidate, choose_awareness, patch_of
from law.facts import FactsError
from workbench import words
from workbench.forms.instants import ZonedForm
from workbench.selectors.changes import preview
from workbench.views.case import assessment_of
from workbench.views.facts import note_faults, say_recorded, told
from workbench.views.page import CasePage, open_case


class CandidateForm(ZonedForm):
    """An instant that comes into question."""

    source = forms.CharField(
        label=_("Who knew what then?"),
        help_text=_("And where it stands: the log of the help desk, an e-mail of the provider."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say who knew what then, and where that stands.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_instant("at", gettext("When"))
        self.add_instant(
            "until", gettext("Or until at the latest"), help_text=gettext("Only if you know no exact time.")
        )
        self.order_fields(["at", "at_which", "until", "until_which", "source"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["first"], cleaned["last"] = self.instant("at"), self.instant("until")
        if cleaned["first"] is None and not self.errors.keys() & {"at", "at_which"}:
            self.add_error("at", gettext("Enter the date and time."))
        return cleaned


class ChoiceForm(forms.Form):
    """The choice of one candidate."""

    candidate = forms.ChoiceField(
        label=_("From when do the clocks run?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the moments.")},
    )
    reason = forms.CharField(
        label=_("Why this one and no other?"),
        help_text=_("An inspector asks for it first. Needed to save, not to look."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    base = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, case: CasePage, candidates: list[AwarenessCandidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = {str(one.pk): one for one in candidates}
        question = words.question_of(AWARE)
        choices = [
            (pk, f"{words.value_words(question, patch_of(one)[AWARE], case.zone, 'en')}: {one.source}")
            for pk, one in self.candidates.items()
        ]
        self.fields["candidate"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    @property
    def chosen(self) -> AwarenessCandidate:
        """The candidate chosen; only of a valid form."""
        return self.candidates[self.cleaned_data["candidate"]]


@login_required
@require_http_methods(["GET", "POST"])
def awareness(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """GET shows candidates and choices; POST adds a candidate (`add`), looks (`preview`) or chooses."""
    case = open_case(request, slug, number)
    if request.method == "GET":
        return _page(case)
    case.require(Permission.EDIT_FACTS)
    require_patch(case.membership, case.document, {AWARE: None})
    return _add(case) if "add" in request.POST else _choose(case)


def _add(case: CasePage) -> HttpResponse:
    form = CandidateForm(case.request.POST, zone=case.zone, now=case.now)
    if form.is_valid():
        said = form.cleaned_data
        try:
            add_candidate(case.party, at=said["first"], until=said["last"], source=said["source"], by=case.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(case.request, gettext("The moment stands among the possible ones."))
            return HttpResponseRedirect(case.url("awareness"))
    return _page(case, candidate=form, status=422)


def _choose(case: CasePage) -> HttpResponse:
    form = ChoiceForm(case.request.POST, case=case, candidates=_candidates(case))
    if not form.is_valid():
        return _page(case, choice=form, status=422)
    try:
        if "preview" in case.request.POST:
            assessment = assessment_of(case)
            as_of = max(case.now, assessment.as_of) if assessment else case.now
            shown = preview(case.document, paths.apply(case.document, patch_of(form.chosen)), as_of)
            return _page(case, choice=form, preview=shown)
        said = form.cleaned_data
        made = choose_awareness(form.chosen, reason=said["reason"], by=case.user, base=said["base"])
    except FactsConflict as conflict:
        typed = {**dict(form.data.items()), "base": str(conflict.newest)}
        again = ChoiceForm(typed, case=case, candidates=list(form.candidates.values()))
        again.is_valid()
        return _page(case, choice=again, conflicts=told(case, conflict), status=409)
    except FactsError as error:
        note_faults(form, error)
        return _page(case, choice=form, status=422)
    except ValidationError as error:
        form.add_error("reason" if "reason" in error.message_dict else None, error.messages)
        return _page(case, choice=form, status=422)
    say_recorded(case, made.revision)
    return HttpResponseRedirect(case.url("awareness"))


def _candidates(case: CasePage) -> list[AwarenessCandidate]:
    found = AwarenessCandidate.objects.filter(party=case.party).select_related("party__incident", "recorded_by")
    return list(found.order_by("at", "pk"))


def _page(
    case: CasePage,
    *,
    candidate: CandidateForm | None = None,
    choice: ChoiceForm | None = None,
    status: int = 200,
    **values: Any,
) -> HttpResponse:
    candidates = _candidates(case)
    choices = list(
        AwarenessChoice.objects.filter(candidate__party=case.party)
        .select_related("candidate", "chosen_by")
        .order_by("-chosen_at", "-pk")
    )
    question = words.question_of(AWARE)
    recorded = paths.get(case.document, AWARE)
    standing = choices[0] if choices else None
    may_choose = case.may(Permission.EDIT_FACTS) and case.membership.role != Role.LOCAL_REPRESENTATIVE
    initial = {"base": case.revision.number, "candidate": str(standing.candidate_id) if standing else None}
    context = case.context(
        "facts",
        candidates=candidates,
        choices=choices,
        recorded=words.value_words(question, recorded, case.zone),
        # Somebody may have changed the fact past the choice: then the choice is said not to stand.
        moved_since=standing is not None and not _same(recorded, standing.candidate),
        candidate_form=candidate or CandidateForm(zone=case.zone, now=case.now),
        form=choice or ChoiceForm(initial=initial, case=case, candidates=candidates),
        may_choose=may_choose,
        back_url=case.url("facts"),
        **values,
    )
    return render(case.request, "workbench/awareness.html", context, status=status)


def _same(recorded: Any, candidate: AwarenessCandidate) -> bool:
    stated = recorded if isinstance(recorded, dict) else {"earliest": recorded, "latest": None}
    pairs = ((stated.get("earliest"), candidate.at), (stated.get("latest"), candidate.until))
    return all((datetime.fromisoformat(text) if text else None) == instant for text, instant in pairs)
