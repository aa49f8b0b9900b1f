"""Comments: all of a case, writing one on the case, a duty or a fact, and editing one's own.

Those on answers of documents are written and resolved on the pages of reports; here they are read and edited.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Permission
from incidents import paths
from incidents.models import Comment, Obligation
from incidents.selectors.comments import Written, can_be_called, comments_of
from incidents.services.comments import CommentConflict, edit_comment, mentioned, see_mentions, write_comment
from incidents.views.frame import enter
from reports.review import answers_named
from workbench import words
from workbench.forms.work import CommentForm
from workbench.views.asking import question_url
from workbench.views.page import CasePage, open_case

Answers = Mapping[tuple[int, str], str]
"""What comments on answers of documents are on, in words."""


@dataclass(frozen=True)
class Thing:
    """What a comment is on: a duty, a fact, an answer of a document, or the case itself."""

    words: str
    url: str
    obligation: Obligation | None = None
    path: str = ""


def comment_url(comment: Comment) -> str:
    """The comment where it stands among the comments of its case."""
    workspace, number = comment.incident.workspace.slug, comment.incident.number
    return f"{reverse('workbench:comments', args=(workspace, number))}#comment-{comment.pk}"


@login_required
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Every comment of the case. A POST writes one on the thing that `duty` or `path` names."""
    case = open_case(request, slug, number)
    if request.method == "GET":
        return _list(case, CommentForm())
    case.require(Permission.WORK)
    thing = _thing(case, request.POST.get("duty", ""), request.POST.get("path", ""))
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _list(case, form, thing=thing, status=422)
    comment = write_comment(
        case.incident,
        text=form.cleaned_data["text"],
        by=case.user,
        key=form.cleaned_data["key"],
        obligation=thing.obligation,
        party=case.party if thing.path else None,
        path=thing.path,
    )
    _say_written(case, comment)
    return HttpResponseRedirect(f"{thing.url}#comment-{comment.pk}")


def _say_written(case: CasePage, comment: Comment) -> None:
    names = ", ".join(str(one) for one in mentioned(comment.text, can_be_called(case.incident, case.user)))
    told = _("Written. It stands on the desk of: %(names)s.") % {"names": names} if names else _("Written.")
    if "@" in comment.text and not names:
        told = _("Written. The @ in it names nobody who may see this case, so it stands on nobody's desk.")
    messages.success(case.request, told)


def _thing(case: CasePage, duty: str, path: str) -> Thing:
    if duty:
        found = Obligation.objects.filter(incident=case.incident, pk=int(duty) if duty.isdecimal() else 0).first()
        if found is None:
            raise Http404("No such duty.")
        return Thing(found.title, case.url("duty", found.pk), obligation=found)
    if path:
        return Thing(*_fact(case, path), path=path)
    return Thing(_("The case"), case.url("comments"))


def _on(case: CasePage, comment: Comment, answers: Answers) -> Thing | None:
    """What a comment that was read with its duty is on; None: the case itself."""
    if comment.document is not None:
        words = answers.get((comment.document, comment.field), comment.field)
        place = (case.incident.workspace.slug, case.incident.number, comment.document)
        return Thing(words, f"{reverse('reports:document', args=place)}#field-{comment.field}")
    if comment.obligation is not None:
        return Thing(comment.obligation.title, case.url("duty", comment.obligation.pk), obligation=comment.obligation)
    return Thing(*_fact(case, comment.path), path=comment.path) if comment.path else None


def _of(case: CasePage, comment: Comment) -> Thing:
    on = _on(case, comment, answers_named(case.incident, [comment])) if comment.document is not None else None
    return on or _thing(case, str(comment.obligation_id or ""), comment.path)


def _fact(case: CasePage, path: str) -> tuple[str, str]:
    """A fact in words, and the page of its question."""
    try:
        question = words.question_of(path)
    except (paths.PathError, IndexError):
        raise Http404("No such fact.") from None
    if question.id == words.UNNAMED and paths.get(case.document, path) is None:
        raise Http404("No such fact.")
    return question.label, question_url(case, path, question)


def panel_of(case: CasePage, *, obligation: Obligation | None = None, path: str = "") -> dict[str, Any]:
    """What workbench/parts/comments.html needs on the page of a duty or a fact."""
    party = case.party if path else None
    return {
        "written": _shown(case, comments_of(case.incident, obligation=obligation, party=party, path=path)),
        "form": CommentForm(auto_id="comment_%s") if case.may(Permission.WORK) else None,
        "url": case.url("comments"),
        "duty": obligation.pk if obligation else "",
        "path": path,
    }


def newest(case: CasePage) -> list[Comment]:
    """The newest comments of the case, wherever they stand."""
    rows = Comment.objects.filter(incident=case.incident).select_related("author")
    return list(rows.order_by("-written_at", "-pk")[:3])


def _shown(case: CasePage, written: list[Written]) -> list[tuple[Written, str]]:
    """Comments with the address where their author edits them; empty for others."""
    own = case.user.pk if case.may(Permission.WORK) else None
    return [(one, case.url("comment", one.comment.pk) if one.comment.author_id == own else "") for one in written]


def _list(case: CasePage, form: CommentForm, *, thing: Thing | None = None, status: int = 200) -> HttpResponse:
    shown = _shown(case, comments_of(case.incident, everything=True))
    answers = answers_named(case.incident, [written.comment for written, _ in shown])
    rows = [(written, url, _on(case, written.comment, answers)) for written, url in reversed(shown)]
    values = {
        "rows": rows,
        "form": form if case.may(Permission.WORK) else None,
        "thing": thing,
        "people": can_be_called(case.incident, case.user),
    }
    return render(case.request, "workbench/comments.html", case.context("comments", **values), status=status)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, slug: str, number: int, pk: int) -> HttpResponse:
    """A new wording of one's own comment; the earlier one stays readable."""
    case = open_case(request, slug, number)
    comment = Comment.objects.filter(incident=case.incident, pk=pk).select_related("obligation", "author").first()
    if comment is None:
        raise Http404("No such comment.")
    case.require(Permission.WORK)
    if comment.author_id != case.user.pk:
        raise PermissionDenied(_("A comment is edited by whoever wrote it. Write one of your own."))
    thing = _of(case, comment)
    form = CommentForm(request.POST if request.method == "POST" else None, initial={"text": comment.text})
    theirs = None
    if form.is_bound and form.is_valid():
        base = request.POST.get("base", "")
        try:
            edit_comment(
                comment, text=form.cleaned_data["text"], by=case.user, base=int(base) if base.isdecimal() else 0
            )
        except CommentConflict as conflict:
            theirs = conflict.theirs
        except ValidationError as error:
            form.add_error("text", error.messages)
        else:
            messages.success(request, _("Changed. The earlier wording stays readable."))
            return HttpResponseRedirect(f"{thing.url.partition('#')[0]}#comment-{comment.pk}")
    values = {"form": form, "comment": theirs or comment, "theirs": theirs, "thing": thing}
    status = 422 if form.is_bound else 200
    return render(request, "workbench/comment.html", case.context("comments", **values), status=status)


@login_required
@require_POST
def seen(request: HttpRequest, slug: str) -> HttpResponse:
    """Takes mentions off one's own desk."""
    membership = enter(request, slug, Permission.VIEW_CASE)
    see_mentions(membership.user, [int(one) for one in request.POST.getlist("mention") if one.isdecimal()])
    return HttpResponseRedirect(reverse("workbench:desk", args=(slug,)))
