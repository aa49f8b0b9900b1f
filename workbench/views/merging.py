"""Merging two cases and splitting one: choose, look at what it would do, then do it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Permission, require
from incidents import paths
from incidents.models import Incident, IncidentSplit
from incidents.services import Cut, merge_incidents, split_incident
from law.facts import FactsError
from workbench import words
from workbench.selectors.joining import Choice, New, choices_of, effect_of
from workbench.selectors.people import PRESENCE
from workbench.views.links import MOST, other_cases
from workbench.views.page import CasePage, open_case

REASON = forms.Textarea(attrs={"rows": 3})
SECTIONS = (
    ("nature", gettext_lazy("What kind of breach it is")),
    ("cause", gettext_lazy("Cause")),
    ("exposure", gettext_lazy("Access, copying, misuse: what is known")),
    ("processing", gettext_lazy("The processing concerned")),
    ("risk", gettext_lazy("Judgements of the risk")),
    ("measures", gettext_lazy("Protective measures as facts")),
    ("notices", gettext_lazy("Notices already sent")),
    ("parties", gettext_lazy("Other parties named in the facts")),
)


class ReasonForm(forms.Form):
    """Why the two are one incident."""

    reason = forms.CharField(
        label=gettext_lazy("Why are they the same incident?"),
        help_text=gettext_lazy("It stands in the history of both. Needed to merge, not to look."),
        max_length=2000,
        required=False,
        widget=REASON,
    )


@login_required
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """This case ends and goes into `?into=`. GET without it asks for the other; POST looks (`preview`) or merges."""
    case = open_case(request, slug, number)
    case.require(Permission.EDIT_FACTS)
    require(case.membership, Permission.DECIDE)
    wanted = request.GET.get("into", "")
    if not wanted:
        cases = [(one, case.url("merge", into=one.number)) for one in other_cases(case, open_only=True)[:MOST]]
        return render(request, "workbench/merge_choose.html", case.context("links", cases=cases))
    target = other_cases(case).filter(number=int(wanted) if wanted.isdigit() else 0).first()
    if target is None:
        raise Http404("No such case.")
    found, new = choices_of(case.incident, target, case.zone, get_language() or "en")
    chosen = {one.name: _side(request, one) for one in found}
    # A box that was not ticked leaves a thing out; before anything was sent all go along.
    left = {one.name for one in new if one.name and request.method == "POST" and one.name not in request.POST}
    goes = [(one, one.name not in left) for one in new]
    form = ReasonForm(request.POST or None)
    if request.method == "GET":
        return _merge_page(case, target, found, chosen, goes, ReasonForm())
    form.is_valid()
    sides: dict[int, dict[str, str]] = {}
    for one in found:
        sides.setdefault(one.party, {})[one.path] = chosen[one.name]
    for thing in new:
        if thing.name in left:
            sides.setdefault(thing.party, {})[thing.path] = "target"
    reason = str(form.cleaned_data.get("reason", ""))
    stale = request.POST.get("seen") != _seen(found)
    try:
        if "preview" in request.POST or stale:
            effects = effect_of(
                lambda: merge_incidents(case.incident, target, choices=sides, reason=reason or "-", by=case.user),
                lambda made: [made.target],
            )
            return _merge_page(
                case, target, found, chosen, goes, form, effects=effects, stale=stale, status=409 if stale else 200
            )
        merge_incidents(case.incident, target, choices=sides, reason=reason, by=case.user)
    except (ValidationError, FactsError) as error:
        _note(form, error)
        return _merge_page(case, target, found, chosen, goes, form, status=422)
    messages.success(request, _("The cases are merged. The one that ended stays readable."))
    return HttpResponseRedirect(reverse("workbench:case", args=(slug, target.number)))


def _side(request: HttpRequest, one: Choice) -> str:
    said = request.POST.get(one.name, "")
    return said if said in ("target", "source") else one.proposed


def _seen(found: list[Choice]) -> str:
    """What the page showed: facts changed meanwhile ask for another look."""
    from hashlib import sha256

    return sha256("|".join(f"{one.name}={one.target}/{one.source}" for one in found).encode()).hexdigest()[:16]


def _note(form: forms.Form, error: ValidationError | FactsError) -> None:
    if isinstance(error, FactsError):
        form.add_error(None, [str(fault) for fault in error.faults])
        return
    held = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for name, texts in held.items():
        form.add_error(name if name in form.fields else None, texts)


def _merge_page(
    case: CasePage,
    target: Incident,
    found: list[Choice],
    chosen: dict[str, str],
    new: list[tuple[New, bool]],
    form: ReasonForm,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    values = {
        "target": target,
        "target_url": reverse("workbench:case", args=(case.incident.workspace.slug, target.number)),
        "choices": [(one, chosen[one.name]) for one in found],
        "new": new,
        "form": form,
        "seen": _seen(found),
        **more,
    }
    return render(case.request, "workbench/merge.html", case.context("links", **values), status=status)


class SplitForm(ReasonForm):
    """What goes to the new case."""

    title = forms.CharField(
        label=gettext_lazy("Name of the new case"),
        max_length=200,
        error_messages={"required": gettext_lazy("Give the new case a name.")},
    )
    groups = forms.MultipleChoiceField(
        label=gettext_lazy("People who go to the new case"), required=False, widget=forms.CheckboxSelectMultiple
    )
    elements = forms.MultipleChoiceField(
        label=gettext_lazy("Data that the new case is about"), required=False, widget=forms.CheckboxSelectMultiple
    )
    both = forms.MultipleChoiceField(
        label=gettext_lazy("Of these, what stands in both cases"),
        help_text=gettext_lazy("What is not ticked here leaves this case."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    sections = forms.MultipleChoiceField(
        label=gettext_lazy("Further facts that are copied"), required=False, widget=forms.CheckboxSelectMultiple
    )
    parties = forms.MultipleChoiceField(
        label=gettext_lazy("Companies that take part in the new case too"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, case: CasePage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        document = case.document
        self.fields["reason"].label = _("Why are they two incidents?")
        self.fields["reason"].help_text = _("It stands in the history of both. Needed to split, not to look.")
        groups = [(row["id"], _group(row)) for row in document.get("affected") or ()]
        names = paths.names(document, ("data",))
        data = [
            (name, words.data_row_words(row, document))
            for name, row in zip(names, document.get("data") or (), strict=True)
        ]
        offered: dict[str, list[tuple[str, Any]]] = {
            "groups": groups,
            "elements": data,
            "both": [*groups, *data],
            "sections": [pair for pair in SECTIONS if document.get(pair[0])],
            "parties": [(str(one.pk), one.legal_entity.name) for one in case.parties if one != case.party],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # a MultipleChoiceField
            if not choices:
                del self.fields[name]
        self.order_fields(["title", "groups", "elements", "both", "sections", "parties", "reason"])

    @property
    def cut(self) -> Cut:
        """What was chosen; only of a valid form."""
        said = self.cleaned_data
        return Cut(
            groups=frozenset(said.get("groups", ())),
            data=frozenset(said.get("elements", ())),
            both=frozenset(said.get("both", ())),
            sections=frozenset(said.get("sections", ())),
            parties=frozenset(int(pk) for pk in said.get("parties", ())),
        )


def _group(row: dict[str, Any]) -> str:
    return f"{words.group_words(row)} ({PRESENCE[str(row.get('presence') or 'unknown')]})"


@login_required
@require_http_methods(["GET", "POST"])
def split(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """GET asks what goes to the new case; POST looks (`preview`) or splits."""
    case = open_case(request, slug, number)
    case.require(Permission.EDIT_FACTS)
    require(case.membership, Permission.DECIDE)
    if request.method == "GET":
        data = paths.names(case.document, ("data",))
        initial = {"elements": data, "both": data, "sections": [name for name, _words in SECTIONS]}
        return _split_page(case, SplitForm(case=case, initial=initial))
    form = SplitForm(request.POST, case=case)
    if not form.is_valid():
        return _split_page(case, form, status=422)
    said = form.cleaned_data

    def act(reason: str) -> IncidentSplit:
        return split_incident(case.party, form.cut, title=said["title"], reason=reason, by=case.user)

    try:
        if "preview" in request.POST:
            effects = effect_of(lambda: act(said["reason"] or "-"), lambda made: [made.source, made.made])
            return _split_page(case, form, effects=effects)
        made = act(said["reason"])
    except (ValidationError, FactsError) as error:
        _note(form, error)
        return _split_page(case, form, status=422)
    messages.success(request, _("The case is split. Both say from where."))
    return HttpResponseRedirect(reverse("workbench:case", args=(slug, made.made.number)))


def _split_page(case: CasePage, form: SplitForm, status: int = 200, **more: Any) -> HttpResponse:
    return render(case.request, "workbench/split.html", case.context("links", form=form, **more), status=status)
