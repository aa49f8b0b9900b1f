"""Reading documents: the list, the answer sheet, the preview, the files."""

from csp.decorators import csp
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from accounts.access import Permission, may, require
from accounts.models import Membership
from incidents.access import access_incident, sees_privileged
from reports import making
from reports.access import access_document, may_approve, others_who_may_approve, reaches
from reports.checks import obstacles, required_blocks, sheet_of, warnings
from reports.compose import changes, phase_word
from reports.english import english_pdf, has_english_copy
from reports.filing import missing, since_sent, sources
from reports.models import Document
from reports.readiness import Readiness, way_in
from reports.render import RenderError
from reports.review import held_up_by, remarks_of, unresolved
from reports.selectors import documents_of, documents_of_merged, offers, progress_words
from reports.services.common import authors_of
from reports.services.mail_state import newest_mailing
from reports.services.mailing import mail_address
from reports.views.common import attachment, may_write, page_context

# The page in the frame: nothing but its own style, and the origin of nobody.
PREVIEW_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'self'"],
    "sandbox": [""],
}


@login_required
@require_GET
def document_list(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The documents of a case, and what can be drafted for its duties."""
    membership, incident = access_incident(request.user, slug, number)
    rows = documents_of(membership, incident)
    privileged = sees_privileged(membership)
    within = [one for one in offers(incident) if reaches(membership, one.obligation)]
    context = page_context(
        membership,
        incident,
        rows=rows,
        merged=documents_of_merged(membership, incident),
        offers=within,
        may_see_privileged=privileged,
    )
    return render(request, "reports/list.html", context)


@login_required
@require_GET
def document_page(request: HttpRequest, slug: str, number: int, ordinal: int) -> HttpResponse:
    """One document as an answer sheet, with what it still needs."""
    membership, incident, document = access_document(request.user, slug, number, ordinal)
    within = reaches(membership, document.obligation)
    sheet = sheet_of(document)
    notes = warnings(document, sheet)
    remarks = remarks_of(document)
    waiting = unresolved(document) if document.is_open else []
    noted = {
        answer.field.id: [one.text for one in notes if one.field == answer.field.id]
        for answer in sheet.answers.values()
    }
    context = page_context(
        membership,
        incident,
        document=document,
        form=sheet.form,
        english_copy=has_english_copy(document),
        sheet=sheet,
        phase=phase_word(sheet.form, document.phase, sheet.language),
        progress=progress_words(sheet),
        sections=[
            (
                section,
                [
                    (
                        answer,
                        noted[answer.field.id],
                        sources(answer.paths, document.party_id),
                        remarks.get(answer.field.id, []),
                    )
                    for answer in section.answers
                ],
            )
            for section in sheet.sections
        ],
        notes=[one.text for one in notes if not one.field],
        obstacles=obstacles(document, sheet) if document.is_open else [],
        unresolved=list(zip(waiting, held_up_by(document, waiting), strict=True)),
        required=required_blocks(sheet),
        waits_for=_waits_for(request, document),
        may_write=may_write(membership) and within,
        may_approve=may_approve(membership, document.obligation),
        may_prepare=may(membership, Permission.APPROVE),
        may_send=may(membership, Permission.SEND) and within,
        open_answers=missing(sheet) if document.is_open else [],
        to_follow=since_sent(document),
        phases=[(one, phase_word(sheet.form, one, sheet.language)) for one in sheet.form.phases if one != "initial"],
        changes=changes(sheet, document.snapshot.get("previous")),
        receipts=document.receipts.select_related("evidence").order_by("pk"),
        mailing=newest_mailing(document),
        mail_to=mail_address(document) if document.state == Document.State.APPROVED else None,
        way=_way_in(membership, document),
        next_phases=document.next_phases.order_by("ordinal"),
    )
    return render(request, "reports/document.html", context)


def _way_in(membership: Membership, document: Document) -> Readiness | None:
    """What is to be known before one files with the authority of the document; of a letter, nothing."""
    if document.kind != Document.Kind.AUTHORITY_NOTIFICATION or document.obligation is None:
        return None
    return way_in(membership.workspace, document.obligation.authority, timezone.localdate())


def _waits_for(request: HttpRequest, document: Document) -> list[str]:
    """Who approves instead of the reader, who has written on it; nobody where the reader may approve, or need not."""
    authors = authors_of(document) if document.state == Document.State.IN_REVIEW else set()
    if request.user.pk not in authors:
        return []
    return [str(user) for user in others_who_may_approve(document.incident, authors)]


@login_required
@require_GET
@csp(PREVIEW_POLICY)  # type: ignore[arg-type]  # its types know no arguments of the address
@xframe_options_sameorigin
def preview(request: HttpRequest, slug: str, number: int, ordinal: int) -> HttpResponse:
    """The document as it will look, for the sandboxed frame of its page."""
    _, _, document = access_document(request.user, slug, number, ordinal)
    html = making.preview_html(
        document.snapshot, document.typed, draft=document.is_open, stylesheet=static("documents/document.css")
    )
    return HttpResponse(html)


@login_required
@require_GET
def pdf(request: HttpRequest, slug: str, number: int, ordinal: int) -> HttpResponse:
    """The file: the stored one, or while it is open a draft with its watermark."""
    _, _, document = access_document(request.user, slug, number, ordinal)
    name = document.reference.replace("/", "-")
    if document.file:
        with document.file.open("rb") as file:
            return attachment(file.read(), f"{name}.pdf")
    try:
        return attachment(making.draft_pdf(document.snapshot, document.typed), f"{name}-draft.pdf")
    except RenderError as error:
        context = {"document": document, "problems": error.problems}
        return render(request, "reports/cannot_render.html", context, status=422)


@login_required
@require_GET
def english_copy(request: HttpRequest, slug: str, number: int, ordinal: int) -> HttpResponse:
    """A document in another language, with English labels: to be read in the house, not to be filed."""
    _, _, document = access_document(request.user, slug, number, ordinal)
    if not has_english_copy(document):
        raise Http404("The document is in English, or its form has no English labels.")
    try:
        content = english_pdf(document)
    except RenderError as error:
        context = {"document": document, "problems": error.problems}
        return render(request, "reports/cannot_render.html", context, status=422)
    return attachment(content, f"{document.reference.replace('/', '-')}-english-working-copy.pdf")


@login_required
@require_GET
def kept_file(request: HttpRequest, slug: str, number: int, ordinal: int) -> HttpResponse:
    """The file that is kept, with the facts attached: for whoever may export."""
    membership, _, document = access_document(request.user, slug, number, ordinal)
    require(membership, Permission.EXPORT)
    if not document.kept_file:
        raise Http404("The file to keep is made with the approval.")
    with document.kept_file.open("rb") as file:
        return attachment(file.read(), f"{document.reference.replace('/', '-')}-kept.pdf")
