"""Acts on documents: beginning one, entering answers, review, approval, sending."""

from collections.abc import Callable
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Permission, require
from incidents.access import access_incident
from incidents.models import Obligation
from reports import services
from reports.access import access_document, require_approving, require_reach
from reports.checks import sheet_of
from reports.definitions import load_forms
from reports.filing import sources
from reports.inputs import AnswerInput, DraftInput, ReasonInput, SentInput
from reports.models import Document
from reports.selectors import forms_for, place_of, segments
from reports.services.receipts import keep_receipt
from reports.views.common import into_form, page_context, require_writing, tell, to_document


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, slug: str, number: int, obligation: int, form: str) -> HttpResponse:
    """Begins a document for one duty of the case."""
    membership, incident = access_incident(request.user, slug, number)
    require_writing(membership)
    duty = Obligation.objects.filter(incident=incident, pk=obligation).select_related("party__legal_entity").first()
    definition = load_forms().get(form)
    if duty is None or definition is None or definition not in forms_for(duty):
        raise Http404("No such duty, or no such form for it.")
    require_reach(membership, duty)
    duty.party.incident = incident
    entered = DraftInput(
        request.POST if request.method == "POST" else None,
        form=definition,
        segments=segments(duty.party, place_of(duty)) if definition.layout == "letter" else [],
        accepted=list(duty.details.get("languages", ())),
        phase=duty.stage if duty.stage in definition.phases else "initial",
    )
    if request.method == "POST" and entered.is_valid():
        try:
            document = services.draft_document(
                party=duty.party,
                form=definition.id,
                language=entered.cleaned_data["language"],
                phase=entered.cleaned_data["phase"],
                author=membership.user,
                obligation=duty,
                groups=entered.chosen_groups,
            )
        except ValidationError as error:
            into_form(entered, error)
        else:
            return to_document(document)
    context = page_context(membership, incident, duty=duty, form=definition, entered=entered)
    return render(request, "reports/new.html", context, status=422 if entered.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, slug: str, number: int, ordinal: int, field: str) -> HttpResponse:
    """One answer of a draft: what the case says, and what the officer enters instead."""
    membership, incident, document = access_document(request.user, slug, number, ordinal)
    require_writing(membership)
    require_reach(membership, document.obligation)
    sheet = sheet_of(document)
    held = sheet.answers.get(field)
    if held is None:
        raise Http404("The form has no such field.")
    if document.state != Document.State.DRAFT:
        messages.error(request, gettext("Answers are entered while a document is a draft."))
        return to_document(document)
    data = request.POST if request.method == "POST" else None
    entered = AnswerInput(data, field=held.field, entry=document.typed.get(field, {}), code=document.language)
    if request.method == "POST" and entered.is_valid():
        said = entered.cleaned_data
        try:
            services.edit_answer(
                document,
                field,
                by=membership.user,
                reason=said.get("reason", ""),
                text=said.get("text", ""),
                picks=said.get("picks", ()),
            )
        except ValidationError as error:
            into_form(entered, error)
        else:
            messages.success(request, gettext("Saved: {label}").format(label=held.label))
            return to_document(document)
    told = sources(held.paths, document.party_id)
    context = page_context(membership, incident, document=document, answer=held, entered=entered, sources=told)
    return render(request, "reports/answer.html", context, status=422 if entered.errors else 200)


def _act(
    act: Callable[[HttpRequest, Document, Any], tuple[str, Document]], *, approves: bool = False, fresh: bool = False
) -> Callable[..., HttpResponse]:
    """A view for an act without a form of its own: POST, done, and on to the document that it made or changed."""

    @login_required
    @require_POST
    def view(request: HttpRequest, slug: str, number: int, ordinal: int) -> HttpResponse:
        membership, _, document = access_document(request.user, slug, number, ordinal)
        if approves:
            require_approving(membership, document.obligation)
        else:
            require_writing(membership)
            require_reach(membership, document.obligation)
        done: Callable[..., HttpResponse] = reauthentication_required(_done) if fresh else _done
        return done(request, document, membership.user)

    def _done(request: HttpRequest, document: Document, user: Any) -> HttpResponse:
        try:
            words, document = act(request, document, user)
        except ValidationError as error:
            tell(request, error)
        else:
            messages.success(request, words)
        return to_document(document)

    return view


def _submit(request: HttpRequest, document: Document, user: Any) -> tuple[str, Document]:
    services.submit_for_review(document, by=user)
    return gettext("Handed over for approval."), document


def _refresh(request: HttpRequest, document: Document, user: Any) -> tuple[str, Document]:
    services.refresh_facts(document, by=user)
    return gettext("The draft now rests on the newest facts."), document


def _approve(request: HttpRequest, document: Document, user: Any) -> tuple[str, Document]:
    held = services.approve(document, by=user)
    return gettext("Approved. The file is locked, SHA-256 {sha256}.").format(sha256=held.sha256), document


def _return(request: HttpRequest, document: Document, user: Any) -> tuple[str, Document]:
    services.return_to_draft(document, by=user, reason=_reason(request))
    return gettext("Returned to its author."), document


def _revise(request: HttpRequest, document: Document, user: Any) -> tuple[str, Document]:
    made = services.revise(document, author=user, reason=_reason(request))
    words = gettext("A new version was begun: {reference}. The approved one is kept.")
    return words.format(reference=made.reference), made


def _follow_up(request: HttpRequest, document: Document, user: Any) -> tuple[str, Document]:
    made = services.next_phase(document, author=user, phase=request.POST.get("phase", Document.Phase.FOLLOW_UP))
    return gettext("The next notification was begun: {reference}.").format(reference=made.reference), made


def _reason(request: HttpRequest) -> str:
    entered = ReasonInput(request.POST)
    return entered.cleaned_data["reason"] if entered.is_valid() else ""


submit = _act(_submit)
refresh = _act(_refresh)
approve = _act(_approve, approves=True, fresh=True)
send_back = _act(_return, approves=True)
revise = _act(_revise)
follow_up = _act(_follow_up)


@login_required
@require_http_methods(["GET", "POST"])
def sent(request: HttpRequest, slug: str, number: int, ordinal: int) -> HttpResponse:
    """Records that an approved document went out."""
    membership, incident, document = access_document(request.user, slug, number, ordinal)
    require(membership, Permission.SEND)
    require_reach(membership, document.obligation)
    if document.state != Document.State.APPROVED:
        messages.error(request, gettext("Only an approved document can be recorded as sent, and only once."))
        return to_document(document)
    data = request.POST if request.method == "POST" else None
    entered = SentInput(data, document=document, zone=incident.time_zone, now=incident.now(timezone.now()))
    if request.method == "POST" and entered.is_valid():
        record: Callable[..., HttpResponse] = reauthentication_required(_sent)
        return record(request, document, entered, membership.user)
    context = page_context(membership, incident, document=document, entered=entered)
    return render(request, "reports/sent.html", context, status=422 if entered.errors else 200)


@login_required
@require_POST
def receipt(request: HttpRequest, slug: str, number: int, ordinal: int) -> HttpResponse:
    """Keeps what the receiver gave back: a file of the case's evidence."""
    membership, _, document = access_document(request.user, slug, number, ordinal)
    require(membership, Permission.SEND)
    require_reach(membership, document.obligation)
    upload = request.FILES.get("receipt")
    if upload is None:
        messages.error(request, gettext("No file came with the form: choose the receipt, then keep it."))
        return to_document(document)
    try:
        kept = keep_receipt(document, upload, by=membership.user)
    except ValidationError as error:
        tell(request, error)
    else:
        words = gettext("Kept as file %(number)s of the case, SHA-256 %(digest)s.")
        messages.success(request, words % {"number": kept.evidence.number, "digest": kept.evidence.sha256})
    return to_document(document)


def _sent(request: HttpRequest, document: Document, entered: SentInput, user: Any) -> HttpResponse:
    said = entered.cleaned_data
    try:
        services.mark_sent(
            document,
            by=user,
            at=said["at"],
            how=said["how"],
            reference=said["reference"],
            note=said["note"],
            fulfils=said.get("fulfils"),
        )
    except ValidationError as error:
        tell(request, error)
    else:
        messages.success(request, gettext("Recorded as sent. The document is frozen."))
    return to_document(document)
