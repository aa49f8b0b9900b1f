"""Two pages that tell a case in words: what was said to whom, and the situation as of now, ready to be copied."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import Permission
from reports.models import Document
from workbench import clocks, words
from workbench.selectors.facts import row_of
from workbench.selectors.said import SaidRow, said_account
from workbench.selectors.situation import situation_lines
from workbench.views.page import CasePage, open_case


@login_required
@require_GET
def said(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Each fact that left the house with its value now and each answer given, stale ones first."""
    case = open_case(request, slug, number)
    account = said_account(case.membership, case.party, case.zone, get_language() or "en")
    values: dict[str, Any] = {
        "account": account,
        "rows": [
            (row, _fact_url(case, row), [(one, _url(case, one.document)) for one in row.said]) for row in account.rows
        ],
        "again": [(one, receiver, count, _url(case, one)) for one, receiver, count in account.again],
        "may_propose": case.may(Permission.APPROVE) or case.may(Permission.SEND),
        "elsewhere": [(one, case.url("duty", one.fulfilment.obligation_id)) for one in account.elsewhere],
        "documents_url": reverse("reports:list", args=(slug, number)),
    }
    return render(request, "workbench/said.html", case.context("said", **values))


def _url(case: CasePage, document: Document) -> str:
    return reverse("reports:document", args=(case.incident.workspace.slug, case.incident.number, document.ordinal))


def _fact_url(case: CasePage, row: SaidRow) -> str:
    if row.path.startswith("/affected"):
        return case.url("people")
    if row.path.startswith("/"):
        question = words.question_of(row.path)
        return (
            case.url("fact", question.id, row=row_of(row.path)) if question.id != words.UNNAMED else case.url("facts")
        )
    return case.url("fact", row.path.partition(":")[2]) if ":" in row.path else case.url("case")


@never_cache
@login_required
@require_GET
def situation(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The ten lines with a button that copies them; without scripts they are text to be selected."""
    case = open_case(request, slug, number)
    lines = _lines(case)
    values = {
        "lines": lines,
        "text": "\n".join(lines),
        "at": clocks.instant_words(case.now, case.zone, get_language() or "en"),
        "text_url": case.url("situation_text"),
    }
    return render(request, "workbench/situation.html", case.context("situation", **values))


@never_cache
@login_required
@require_GET
def situation_text(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The same as plain text."""
    lines = _lines(open_case(request, slug, number))
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _lines(case: CasePage) -> list[str]:
    return situation_lines(case.party, case.now, case.zone, get_language() or "en")
