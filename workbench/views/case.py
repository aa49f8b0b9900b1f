"""The page of one case: the one to stand on when the telephone rings at night."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from accounts.access import Permission, may
from incidents import paths
from incidents.access import may_patch
from incidents.models import Assessment, Obligation, Task
from incidents.selectors import incident_overview, newest_assessments, timeline
from incidents.selectors.tasks import tasks_of
from incidents.services import acknowledge_changes, reassess
from law.facts import parse_facts
from workbench.forms.answers import AnswerForm
from workbench.selectors.case import steps
from workbench.selectors.changes import unseen_changes
from workbench.selectors.duties import DutyGroups, group_duties, is_open
from workbench.selectors.facts import FactBook, FactRow, data_summary, row_of, summary
from workbench.selectors.people import people_rows, total_of
from workbench.selectors.questions import Deciding, answers_would, deciding_questions, duties_of, first_questions
from workbench.views import comments
from workbench.views.asking import asking_of, question_url
from workbench.views.page import CasePage, open_case
from workbench.views.tasks import task_url

LATEST = 6
LINKED = (
    "facts", "people", "risk", "duties", "timeline", "situation", "said", "links", "case_tasks", "case_playbooks",
    "comments",
    "files", "library")  # fmt: skip
BRIEFED = 5
"""Duties on the first page on paper, so that it stays one page."""


def assessment_of(case: CasePage) -> Assessment | None:
    """The newest assessment of the legal person that is shown."""
    return next(iter(newest_assessments(case.party)), None)


def duty_url(case: CasePage) -> Any:
    """From the id of an obligation to its page."""
    return lambda pk: case.url("duty", pk)


@login_required
@require_GET
def show(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The case as one legal person lives it."""
    case = open_case(request, slug, number)
    overview = incident_overview(case.membership, case.incident, case.now)
    assessment = assessment_of(case)
    deciding = deciding_questions(assessment.findings if assessment else (), case.document)
    groups = party_duties(case)
    book = FactBook(case.party, case.document, case.zone, deciding)
    people = people_rows(case.document, book.states, {one.path: one.duties for one in deciding})
    first = first_questions(deciding)
    urls = {name: case.url(name) for name in LINKED}
    standing = sorted((*groups.required, *groups.depends), key=lambda row: not is_open(row.duty))
    confirmed, suspected, ruled_out = data_summary(case.document)
    values = {
        "groups": groups,
        "urls": urls,
        "lead": groups.next,
        "lead_label": gettext("Do this now"),
        "sooner": groups.sooner,
        "changed": unseen_changes(case.party, [row.obligation for row in groups.rows]),
        "questions": [_question(case, book, one, place, assessment) for place, one in enumerate(first)],
        "question_count": len(first),
        "decided_duties": duties_of(first),
        "further_questions": len(deciding) - len(first),
        "summary": summary(book, lambda row: _url_of_row(case, row), case.may(Permission.EDIT_FACTS)),
        "data": {"confirmed": confirmed, "suspected": suspected, "ruled_out": ruled_out},
        "total": total_of(case.document, book.states),
        "people": people,
        "steps": steps(groups, deciding, people, case.document, urls),
        "briefed": standing[:BRIEFED],
        "not_briefed": len(standing[BRIEFED:]),
        "entries": timeline(case.incident)[:LATEST],
        "links": overview.links,
        "linked_from": overview.linked_from,
        "assessment": assessment,
        "seen_url": case.url("seen"),
        **_work(case),
    }
    return render(request, "workbench/case.html", case.context("case", **values))


def _work(case: CasePage) -> dict[str, Any]:
    """The work on the case: open tasks, the newest comments, and where the case is closed or opened again."""
    tasks = list(tasks_of(case.incident).filter(state=Task.State.OPEN))
    return {
        "open_tasks": [(task, task_url(case.incident, task.pk)) for task in tasks[:LATEST]],
        "open_task_count": len(tasks),
        "may_work": case.may(Permission.WORK),
        "newest_comments": comments.newest(case),
        "close_url": case.url("close") if may(case.membership, Permission.DECIDE) else "",
    }


def party_duties(case: CasePage) -> DutyGroups:
    """The duties of the legal person that is shown, as rows."""
    from incidents.selectors import duties_grouped

    return group_duties(duties_grouped(case.party, case.now), case.now, duty_url(case))


def _url_of_row(case: CasePage, row: FactRow) -> str:
    return case.url("fact", row.question.id, row=row_of(row.path), next=case.url("case"))


def _question(
    case: CasePage, book: FactBook, one: Deciding, place: int, assessment: Assessment | None
) -> dict[str, Any]:
    """A question with its form, ready to be answered where it stands, and what each answer would do."""
    row = book.row(one.path)
    within = may_patch(case.membership, case.document, one.path)
    form = None
    # Asked by sector first; the three dozen regimes themselves have their own page.
    long = one.question.widget == "regimes" and paths.get(case.document, one.path) is not None
    if not one.place_people and not long and case.may(Permission.EDIT_FACTS) and within:
        asking = asking_of(case, one.path, one.question)
        initial = {"base": case.revision.number, "next": f"{case.url('case')}#changed"}
        form = AnswerForm(asking=asking, brief=True, initial=initial, auto_id=f"q{place}_%s")
    url = question_url(case, one.path, one.question)
    if one.place_people:
        url = case.url("people_add") if case.may(Permission.EDIT_FACTS) else case.url("people")
    would = answers_would(one, parse_facts(dict(case.document)), assessment.as_of, case.zone) if assessment else []
    return {"deciding": one, "row": row, "form": form, "url": url, "anchor": f"q{place}", "would": would}


@login_required
@require_POST
def seen(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Somebody has looked at what changed: the marks go."""
    case = open_case(request, slug, number)
    case.require(Permission.EDIT_FACTS)
    marked = list(Obligation.objects.filter(party=case.party, changed_in__isnull=False))
    acknowledge_changes(marked, by=case.user)
    return HttpResponseRedirect(case.next_url(case.url("case")))


@login_required
@require_POST
def assess_anew(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Applies the library that is installed now to the facts as they stand."""
    case = open_case(request, slug, number)
    case.require(Permission.EDIT_FACTS)
    try:
        reassess(case.party)
        messages.success(request, gettext("The duties were assessed anew by the rule library that is installed now."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return HttpResponseRedirect(case.next_url(case.url("duties")))
