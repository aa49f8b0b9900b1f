"""Exercises: which scenarios there are, one click to begin, and the page of a running one with what it measures."""

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

from accounts.access import Permission, may, require
from incidents.models import Exercise
from incidents.scenarios import load_scenarios
from incidents.services import end_exercise, start_exercise, tell_on
from incidents.views.frame import enter, frame
from workbench.clocks import duration_words
from workbench.selectors.exercises import exercises_of, results
from workbench.views.page import CasePage, open_case

SHOWN = 20


class EndForm(forms.Form):
    """What was learnt."""

    remarks = forms.CharField(
        label=gettext_lazy("What was learnt?"),
        help_text=gettext_lazy("What went well, what was missing, what changes. It stays with the exercise."),
        max_length=8000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@login_required
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """GET: scenarios and exercises. POST with `scenario` begins one, in one click."""
    member = enter(request, slug, Permission.VIEW_CASE)
    scenarios, language = load_scenarios(), get_language() or "en"
    if request.method == "POST":
        require(member, Permission.EDIT_FACTS)
        require(member, Permission.DECIDE)
        scenario = scenarios.get(request.POST.get("scenario", ""))
        if scenario is None:
            raise Http404("No such scenario.")
        drill = start_exercise(member.workspace, scenario, by=member.user, language=language)
        return HttpResponseRedirect(reverse("workbench:exercise", args=(slug, drill.incident.number)))
    values = {
        "scenarios": [(one, one.titled(language), one.told_about(language)) for one in scenarios.values()],
        "drills": [(drill, _url(slug, drill)) for drill in exercises_of(member)[:SHOWN]],
        "may_begin": may(member, Permission.EDIT_FACTS) and may(member, Permission.DECIDE),
    }
    return render(request, "workbench/exercises.html", frame(member, "exercises", **values))


def _url(slug: str, drill: Exercise) -> str:
    return reverse("workbench:exercise", args=(slug, drill.incident.number))


@login_required
@require_http_methods(["GET", "POST"])
def exercise(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """GET: news told, times measured. POST `act=news` tells the next, `act=end` ends it."""
    case = open_case(request, slug, number)
    drill = Exercise.objects.select_related("incident", "started_by", "ended_by").filter(incident=case.incident).first()
    if drill is None:
        raise Http404("This case is no exercise.")
    if request.method == "GET":
        return _page(case, drill, EndForm())
    case.require(Permission.EDIT_FACTS)
    if request.POST.get("act") == "news":
        told = request.POST.get("told", "")
        try:
            tell_on(drill, by=case.user, told=int(told) if told.isdigit() else -1, language=get_language() or "en")
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return HttpResponseRedirect(case.url("exercise"))
    form = EndForm(request.POST)
    if not form.is_valid():
        return _page(case, drill, form, status=422)
    end_exercise(drill, by=case.user, remarks=form.cleaned_data["remarks"])
    messages.success(request, _("The exercise has ended. Its times and remarks are kept below."))
    return HttpResponseRedirect(case.url("exercise"))


def _page(case: CasePage, drill: Exercise, form: EndForm, status: int = 200) -> HttpResponse:
    scenario, language = load_scenarios().get(drill.scenario), get_language() or "en"
    news = scenario.news if scenario else ()
    found = results(drill)
    values = {
        "drill": drill,
        "about": scenario.told_about(language) if scenario else "",
        "news": [one.said(language) for one in news[: drill.told]],
        "left": len(news) - drill.told,
        "next_after": duration_words(news[drill.told].after, language) if drill.told < len(news) else "",
        "steps": [(one, duration_words(one.after, language) if one.after is not None else "") for one in found.steps],
        "results": found,
        "form": form,
        "timeline_url": case.url("timeline"),
        "facts_url": case.url("facts"),
        "index_url": reverse("workbench:exercises", args=(case.incident.workspace.slug,)),
    }
    return render(case.request, "workbench/exercise.html", case.context("exercise", **values), status=status)
