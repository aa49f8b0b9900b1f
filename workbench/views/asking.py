"""From an address to the question that is asked there, with what stands recorded; and the other way."""

from django.http import Http404

from accounts.access import Permission
from accounts.models import Role
from incidents import paths
from incidents.catalogue import Question, load_catalogue
from workbench import words
from workbench.forms.answers import Asking
from workbench.selectors.facts import path_of, row_of
from workbench.views.page import CasePage

NOT_ASKED = frozenset({"data", "groups", "test", words.TEXT, "narrative"})
"""Kinds of question that nobody outside can answer alone: they speak of other rows, or of the law."""


def may_ask(case: CasePage) -> bool:
    """Whether this member may put questions outside: who may send for the whole case."""
    return case.may(Permission.SEND) and case.membership.role != Role.LOCAL_REPRESENTATIVE


def question_url(case: CasePage, path: str, question: Question, **query: object) -> str:
    """The page of one question; a fact that the catalogue does not ask is named by its path."""
    if question.id == words.UNNAMED:
        return case.url("fact", question.id, path=path, **query)
    return case.url("fact", question.id, row=row_of(path), **query)


def question_asked(case: CasePage, question_id: str) -> tuple[Question, str]:
    """The question of an address and the path of its fact; Http404 where there is no such question or row."""
    if question_id == words.UNNAMED:
        path = case.request.GET.get("path", "")
        try:
            found = words.question_of(path)
        except (paths.PathError, IndexError):
            raise Http404("No such fact.") from None
        if found.widget == words.TEXT:
            raise Http404("Nobody is asked for this.")
        return found, path
    question = load_catalogue().questions.get(question_id)
    if question is None:
        raise Http404("No such question.")
    if not question.path:
        return question, ""
    row = case.request.GET.get("row", "")
    if question.widget == "data" and not row:
        row = "new"
    try:
        return question, path_of(question, row)
    except ValueError:
        raise Http404("This question is asked of one row; the address names none.") from None


def asking_of(case: CasePage, path: str, question: Question) -> Asking:
    """What is asked at a path, with the value that stands recorded."""
    provenance = (case.document.get("provenance") or {}).get(path) or {}
    return Asking(
        question=question,
        path=path,
        document=case.document,
        zone=case.zone,
        now=case.now,
        by=str(case.user),
        value=paths.get(case.document, path) if question.widget != "data" else None,
        provenance=provenance,
    )
