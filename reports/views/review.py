"""Comments on one answer of a document: reading them, writing one, resolving one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from incidents.models import Comment
from incidents.selectors.comments import can_be_called
from reports.access import access_document, require_reach
from reports.checks import sheet_of
from reports.inputs import RemarkInput
from reports.models import Document
from reports.review import label_of, remarks_of
from reports.services.reviewing import comment_on_answer, settle_comment
from reports.views.common import into_form, may_write, page_context, require_writing, tell


@login_required
@require_http_methods(["GET", "POST"])
def remarks(request: HttpRequest, slug: str, number: int, ordinal: int, field: str) -> HttpResponse:
    """One answer with the comments on it. A POST writes one."""
    membership, incident, document = access_document(request.user, slug, number, ordinal)
    written = remarks_of(document).get(field, [])
    answer = sheet_of(document).answers.get(field)
    # A form may lose a field; what was said about it is still read and resolved.
    if answer is None and not written:
        raise Http404("The form has no such answer.")
    entered = RemarkInput(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require_writing(membership)
        require_reach(membership, document.obligation)
        if entered.is_valid():
            said = entered.cleaned_data
            try:
                comment_on_answer(document, field, text=said["text"], by=membership.user, key=said["key"])
            except ValidationError as error:
                into_form(entered, error)
            else:
                messages.success(request, gettext("Written. The document is not approved before it is resolved."))
                return to_answer(document, field)
    writes = may_write(membership) and document.is_open and answer is not None
    context = page_context(
        membership,
        incident,
        document=document,
        answer=answer,
        field=field,
        label=label_of(document.form, document.language, field),
        written=written,
        entered=entered if writes or entered.is_bound else None,
        people=can_be_called(incident, membership.user) if writes else (),
    )
    return render(request, "reports/remarks.html", context, status=422 if entered.errors else 200)


@login_required
@require_POST
def settle(request: HttpRequest, slug: str, number: int, ordinal: int, pk: int) -> HttpResponse:
    """Resolves a comment on an answer; with `open`, opens it again."""
    membership, incident, document = access_document(request.user, slug, number, ordinal)
    comment = Comment.objects.filter(incident=incident, document=ordinal, pk=pk).first()
    if comment is None:
        raise Http404("No such comment on this document.")
    require_writing(membership)
    require_reach(membership, document.obligation)
    resolved = "open" not in request.POST
    try:
        settle_comment(document, comment, by=membership.user, resolved=resolved)
    except ValidationError as error:
        tell(request, error)
    else:
        messages.success(request, gettext("Resolved.") if resolved else gettext("Opened again."))
    return to_answer(document, comment.field)


def to_answer(document: Document, field: str) -> HttpResponse:
    """To the answer on the page of its document."""
    where = (document.incident.workspace.slug, document.incident.number, document.ordinal)
    response = redirect("reports:document", *where)
    response["Location"] += f"#field-{field}"
    return response
