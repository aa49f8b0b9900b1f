"""The timeline of a case, and the waves in which its facts became known."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import Permission
from incidents.models import TimelineEntry
from incidents.selectors import timeline
from incidents.services import add_timeline_entry
from workbench.forms.timeline import EntryForm
from workbench.selectors.people import people_rows, total_of
from workbench.selectors.waves import WaveStep, duties_then, learnt, wave_steps
from workbench.views.case import duty_url
from workbench.views.page import CasePage, open_case

KINDS = (("", _("All")), (TimelineEntry.Kind.LEGAL, _("Legal events")), (TimelineEntry.Kind.HUMAN, _("Entries")))


@login_required
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What happened and what was done, newest first; entries are added and never edited."""
    case = open_case(request, slug, number)
    corrects = _corrected(case)
    if request.method == "POST":
        case.require(Permission.EDIT_FACTS)
        form = EntryForm(request.POST, zone=case.zone, now=case.now)
        if form.is_valid() and _add(case, form, corrects):
            messages.success(request, gettext("The entry stands in the timeline."))
            return HttpResponseRedirect(case.url("timeline"))
        return _page(case, form, corrects, 422)
    initial = {"text": corrects.text} if corrects else None
    return _page(case, EntryForm(zone=case.zone, now=case.now, initial=initial), corrects)


def _corrected(case: CasePage) -> TimelineEntry | None:
    """The entry that a new one is to correct: `?corrects=`."""
    wanted = case.request.GET.get("corrects", "")
    if not wanted:
        return None
    found = TimelineEntry.objects.filter(incident=case.incident, pk=wanted).first() if wanted.isdigit() else None
    if found is None:
        raise Http404("No such entry.")
    return found


def _add(case: CasePage, form: EntryForm, corrects: TimelineEntry | None) -> bool:
    try:
        add_timeline_entry(
            case.incident,
            at=form.cleaned_data["happened_at"],
            until=form.cleaned_data["happened_until"],
            text=form.cleaned_data["text"],
            author=case.user,
            corrects=corrects,
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    return True


def _page(case: CasePage, form: EntryForm, corrects: TimelineEntry | None, status: int = 200) -> HttpResponse:
    kind = case.request.GET.get("kind", "")
    utc = case.request.GET.get("time") == "utc"
    entries = timeline(case.incident, kind=kind if kind in TimelineEntry.Kind.values else None)
    values = {
        "entries": [(entry, case.url("timeline", corrects=entry.pk) + "#add") for entry in entries],
        "form": form,
        "corrects": corrects,
        "kinds": [(words, case.url("timeline", kind=value), value == kind) for value, words in KINDS],
        "utc_url": case.url("timeline", kind=kind, time="" if utc else "utc"),
        "utc": utc,
    }
    context = case.context("timeline", **values)
    if utc:
        context["shown_zone"] = "UTC"
    return render(case.request, "workbench/timeline.html", context, status=status)


@login_required
@require_GET
def waves(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One wave of the case, everything as it stood then; `?wave=` is its number, the newest without."""
    case = open_case(request, slug, number)
    steps = wave_steps(case.party)
    step = _chosen(case, steps)
    groups = duties_then(step, duty_url(case))
    document = step.revision.document
    values = {
        "step": step,
        "ways": case.look_back_ways("waves"),
        "steps": [(one, case.url("waves", wave=one.number), one.number == step.number) for one in steps],
        "previous_url": case.url("waves", wave=step.number - 1) if step.number > 1 else "",
        "next_url": case.url("waves", wave=step.number + 1) if not step.is_newest else "",
        "learnt": learnt(step, case.zone),
        "groups": groups,
        "total": total_of(document, {}),
        "people": people_rows(document, {}, {}),
    }
    context = case.context("waves", **values)
    # The clocks of an earlier wave are read at its own instant, and do not tick.
    context |= {"now": step.as_of, "stands_still": case.stands_still or not step.is_newest, "then": not step.is_newest}
    return render(request, "workbench/waves.html", context)


def _chosen(case: CasePage, steps: list[WaveStep]) -> WaveStep:
    wanted = case.request.GET.get("wave", "")
    for step in steps:
        if str(step.number) == wanted:
            return step
    if wanted or not steps:
        raise Http404("This case has no such wave.")
    return steps[-1]
