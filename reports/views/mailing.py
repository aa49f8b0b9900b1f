"""Sending a notification to an authority by e-mail: looked at, confirmed with the password, and taken back."""

from collections.abc import Callable

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Permission, require
from accounts.models import User
from reports.access import access_document, require_reach
from reports.checks import warnings
from reports.inputs import MailInput
from reports.models import Document
from reports.services.mail_state import newest_mailing
from reports.services.mailing import file_name, mail_address, proposed_mail, send_by_mail, take_mail_back
from reports.views.common import page_context, tell, to_document


@login_required
@require_http_methods(["GET", "POST"])
def mail(request: HttpRequest, slug: str, number: int, ordinal: int) -> HttpResponse:
    """The e-mail as it will leave; its subject, text and answer address can be changed."""
    membership, incident, document = access_document(request.user, slug, number, ordinal)
    require(membership, Permission.SEND)
    require_reach(membership, document.obligation)
    address, held = mail_address(document), newest_mailing(document)
    if document.state != Document.State.APPROVED or address is None or (held is not None and held.underway):
        messages.error(request, _refusal(document, address is None))
        return to_document(document)
    subject, text = proposed_mail(document, membership.user)
    initial = {"subject": subject, "text": text, "reply_to": membership.user.email}
    entered = MailInput(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and entered.is_valid():
        send: Callable[..., HttpResponse] = reauthentication_required(_send)
        return send(request, document, entered, membership.user)
    context = page_context(
        membership,
        incident,
        document=document,
        entered=entered,
        address=address,
        file_name=file_name(document),
        notes=[one.text for one in warnings(document) if not one.field],
    )
    return render(request, "reports/mail.html", context, status=422 if entered.errors else 200)


def _refusal(document: Document, no_address: bool) -> str:
    if document.state != Document.State.APPROVED:
        return gettext("Only an approved document can be sent, and only once.")
    if no_address:
        return gettext("This document is not sent by e-mail from here. File it the way that its page names.")
    return gettext("An e-mail with this document is on its way already.")


def _send(request: HttpRequest, document: Document, entered: MailInput, user: User) -> HttpResponse:
    try:
        send_by_mail(document, by=user, **entered.cleaned_data)
    except ValidationError as error:
        tell(request, error)
    else:
        messages.success(request, gettext("Handed to the outbox. This page says when it has left."))
    return to_document(document)


@login_required
@require_POST
def mail_back(request: HttpRequest, slug: str, number: int, ordinal: int) -> HttpResponse:
    """Takes back an e-mail that has not left."""
    membership, _, document = access_document(request.user, slug, number, ordinal)
    require(membership, Permission.SEND)
    require_reach(membership, document.obligation)
    try:
        take_mail_back(document, by=membership.user)
    except ValidationError as error:
        tell(request, error)
    else:
        messages.success(request, gettext("The e-mail was taken back. Nothing was sent."))
    return to_document(document)
