"""The risk of a case: the officer's own judgement, what two published methods propose, and the nearest cases."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import Permission
from accounts.models import Role
from incidents.asking import asked
from workbench import words
from workbench.forms.answers import AnswerForm
from workbench.selectors import risk
from workbench.selectors.facts import FactBook
from workbench.views.asking import asking_of, question_url
from workbench.views.case import assessment_of
from workbench.views.page import CasePage, open_case


@login_required
@require_GET
def show(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The result in a sentence, the tests with their answers and forms, the proposals with their working."""
    case = open_case(request, slug, number)
    assessment = assessment_of(case)
    book = FactBook(case.party, case.document, case.zone)
    tests = risk.tests_asked(assessment.findings if assessment else (), case.document)
    judgements = [risk.judged(one, book.row(one.path), case.document) for one in tests]
    weighed = risk.weighed_of(case.document, case.now)
    sentence, assessed = risk.result_of(case.document, judgements)
    values = {
        "sentence": sentence,
        "assessed": assessed,
        "disagreement": risk.disagreement(case.document, weighed),
        "tests": [_test(case, one, place) for place, one in enumerate(judgements)],
        "open_tests": sum(not one.answered for one in judgements),
        "level": book.row("/risk/level"),
        "level_url": _url(case, "/risk/level"),
        "methods": [risk.shown(one, lambda fact: _fact_url(case, fact)) for one in weighed.proposals],
        "nearest": weighed.nearest,
    }
    return render(request, "workbench/risk.html", case.context("risk", **values))


def _url(case: CasePage, path: str) -> str:
    return question_url(case, path, words.question_of(path), next=case.url("risk"))


def _test(case: CasePage, one: risk.Judgement, place: int) -> dict[str, Any]:
    """A test with the form that answers it, where this member may and nothing is answered yet."""
    form = None
    # A representative answers for the people of one country, and a test speaks for all of them.
    may_judge = case.may(Permission.EDIT_FACTS) and case.membership.role != Role.LOCAL_REPRESENTATIVE
    if may_judge and not one.answered:
        asking = asking_of(case, one.asked.path, one.row.question)
        initial = {"base": case.revision.number, "next": case.url("risk")}
        form = AnswerForm(asking=asking, brief=True, initial=initial, auto_id=f"t{place}_%s")
    return {"judgement": one, "form": form, "url": _url(case, one.asked.path), "may_judge": may_judge}


def _fact_url(case: CasePage, fact: str) -> str:
    """The page that asks for a fact; empty where nobody may be asked or no such row stands recorded."""
    if not case.may(Permission.EDIT_FACTS) or case.membership.role == Role.LOCAL_REPRESENTATIVE:
        return ""
    if fact == "data.status":
        return f"{case.url('facts')}#data"
    found = asked(fact, case.document)
    if not found.exists:
        return ""
    question = words.question_of(found.path)
    return "" if question.widget == words.TEXT else question_url(case, found.path, question, next=case.url("risk"))
