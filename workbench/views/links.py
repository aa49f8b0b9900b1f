"""Linked cases: links in words, what was merged and split, and the way back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.access import Permission, require
from incidents.access import access_incident, visible_incidents
from incidents.models import Incident, IncidentLink, IncidentMerge, IncidentSplit
from incidents.services import link_incidents, undo_merge, unlink_incidents
from incidents.services.merging import undo_obstacles
from reports.models import Document
from workbench.views.page import CasePage, open_case

MOST = 200
KINDS = [pair for pair in IncidentLink.Kind.choices if pair[0] != IncidentLink.Kind.SPLIT_FROM]


class LinkForm(forms.Form):
    """A link to another case, in the words "this case is ... the other"."""

    kind = forms.ChoiceField(label=gettext_lazy("This case is"), choices=KINDS)
    other = forms.ModelChoiceField(
        label=gettext_lazy("Which case?"),
        queryset=Incident.objects.none(),
        empty_label=gettext_lazy("Choose a case"),
        error_messages={"required": gettext_lazy("Choose the other case.")},
    )
    note = forms.CharField(label=gettext_lazy("Why?"), max_length=1000, required=False)

    def __init__(self, *args: Any, cases: QuerySet[Incident], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].queryset = cases  # type: ignore[attr-defined]  # a ModelChoiceField


def other_cases(case: CasePage, *, open_only: bool = False) -> QuerySet[Incident]:
    """The other cases that this member sees, newest first."""
    found = visible_incidents(case.membership).exclude(pk=case.incident.pk).filter(exercise=case.incident.exercise)
    return (found.filter(closed_at__isnull=True) if open_only else found).order_by("-opened_at", "-pk")


@login_required
@require_http_methods(["GET", "POST"])
def links(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """GET lists; POST `act=link` links, `act=unlink` takes a link away with a reason, `act=undo` undoes a merge."""
    case = open_case(request, slug, number)
    if request.method == "GET":
        return _page(case, LinkForm(cases=other_cases(case)))
    act = request.POST.get("act")
    if act == "undo":
        return _undo(case)
    case.require(Permission.EDIT_FACTS)
    return _unlink(case) if act == "unlink" else _link(case)


def _link(case: CasePage) -> HttpResponse:
    form = LinkForm(case.request.POST, cases=other_cases(case))
    if not form.is_valid():
        return _page(case, form, status=422)
    said = form.cleaned_data
    link_incidents(case.incident, said["other"], said["kind"], by=case.user, note=said["note"])
    messages.success(case.request, _("The two cases are linked."))
    return HttpResponseRedirect(case.url("links"))


def _unlink(case: CasePage) -> HttpResponse:
    pk = case.request.POST.get("link", "")
    link = IncidentLink.objects.filter(incident=case.incident, pk=int(pk) if pk.isdigit() else 0).first()
    if link is None:
        raise Http404("No such link.")
    try:
        unlink_incidents(link, by=case.user, reason=case.request.POST.get("reason", ""))
    except ValidationError as error:
        messages.error(case.request, " ".join(error.messages))
        return _page(case, LinkForm(cases=other_cases(case)), status=422)
    messages.success(case.request, _("The link was taken away. It stays in the history."))
    return HttpResponseRedirect(case.url("links"))


def _undo(case: CasePage) -> HttpResponse:
    """Of a merge into this case, or of this case into another: the other must be seen as well."""
    pk = case.request.POST.get("merge", "")
    found = IncidentMerge.objects.filter(pk=int(pk) if pk.isdigit() else 0, undone_at__isnull=True)
    merge = found.filter(target=case.incident).select_related("source", "target").first()
    if merge is None:
        raise Http404("No such merge.")
    access_incident(case.request.user, case.incident.workspace.slug, merge.source.number)
    case.require(Permission.EDIT_FACTS)
    require(case.membership, Permission.DECIDE)
    try:
        if sent := _sent_since(merge):
            raise ValidationError({"reason": sent})
        undo_merge(merge, reason=case.request.POST.get("reason", ""), by=case.user)
    except ValidationError as error:
        messages.error(case.request, " ".join(error.messages))
        return _page(case, LinkForm(cases=other_cases(case)), typed=case.request.POST.get("reason", ""), status=422)
    messages.success(case.request, _("The merge was undone: both cases stand by themselves again."))
    return HttpResponseRedirect(case.url("links"))


def _sent_since(merge: IncidentMerge) -> list[str]:
    if Document.objects.filter(incident=merge.target, sent_recorded_at__gte=merge.done_at).exists():
        return [_("A document was sent in this case after the merge.")]
    return []


def _page(case: CasePage, form: LinkForm, *, typed: str = "", status: int = 200) -> HttpResponse:
    seen = visible_incidents(case.membership).values("pk")
    slug = case.incident.workspace.slug
    merged = IncidentMerge.objects.filter(target=case.incident, source__in=seen).select_related("source", "done_by")
    into = IncidentMerge.objects.filter(source=case.incident, target__in=seen, undone_at__isnull=True)
    split_from = IncidentSplit.objects.filter(made=case.incident, source__in=seen).select_related("source").first()
    values = {
        "form": form,
        "links_out": IncidentLink.objects.filter(incident=case.incident, other__in=seen).select_related("other"),
        "links_in": IncidentLink.objects.filter(other=case.incident, incident__in=seen).select_related("incident"),
        "merged": [
            (one, [] if one.undone_at else [*undo_obstacles(one), *_sent_since(one)]) for one in merged.order_by("pk")
        ],
        "into": into.select_related("target", "done_by").first(),
        "split_off": IncidentSplit.objects.filter(source=case.incident, made__in=seen).select_related(
            "made", "done_by"
        ),
        "split_from": split_from,
        "back_url": case.url("merge", into=split_from.source.number) if split_from else "",
        "may_join": case.may(Permission.EDIT_FACTS) and case.may(Permission.DECIDE),
        "merge_url": case.url("merge"),
        "split_url": case.url("split"),
        "list_url": reverse("incidents:list", args=(slug,)),
        "typed": typed,
    }
    return render(case.request, "workbench/links.html", case.context("links", **values), status=status)
