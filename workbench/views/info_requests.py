"""Questions by e-mail: putting one, the list of them, and the page on which somebody without an account answers."""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Permission
from accounts.models import Role
from incidents.catalogue import Question
from incidents.models import InfoRequest
from incidents.selectors import newest_revision
from incidents.services.info_requests import RequestOver, ask_by_mail, take_answer, withdraw_request
from law.facts import FactsError
from law.time_limits import zone_of
from workbench import words
from workbench.forms.answers import AnswerForm, Asking
from workbench.forms.info_requests import AskForm, SignForm
from workbench.views.asking import NOT_ASKED, asking_of, may_ask, question_asked, question_url
from workbench.views.facts import note_faults
from workbench.views.page import CasePage, open_case

_SALT = "workbench.info_request"


def token_of(request: InfoRequest) -> str:
    """The token of a link: the request's number with a signature, the same each time."""
    return signing.Signer(salt=_SALT).sign(str(request.pk))


def _require_ask(case: CasePage) -> None:
    case.require(Permission.SEND)
    if case.membership.role == Role.LOCAL_REPRESENTATIVE:
        raise PermissionDenied(gettext("Questions by e-mail are put by privacy officers."))


@login_required
@require_GET
def index(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What was asked of whom, and what came back, newest first."""
    case = open_case(request, slug, number)
    rows = (
        InfoRequest.objects.filter(party=case.party)
        .select_related("asked_by", "withdrawn_by", "revision")
        .order_by("-asked_at", "-pk")
    )
    now = timezone.now()
    found = [(row, _state(row, now), case.url("request_withdraw", row.pk)) for row in rows]
    context = case.context("facts", rows=found, may_ask=may_ask(case), back_url=case.url("facts"))
    return render(request, "workbench/requests.html", context)


def _state(row: InfoRequest, now: Any) -> str:
    if row.answered_at:
        return "answered"
    if row.withdrawn_at:
        return "withdrawn"
    return "expired" if row.expires_at <= now else "waiting"


@login_required
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, slug: str, number: int, question: str) -> HttpResponse:
    """Puts one question to somebody by e-mail. The page shows the mail's words before it is sent."""
    case = open_case(request, slug, number)
    _require_ask(case)
    asked, path = question_asked(case, question)
    if not path or asked.widget in NOT_ASKED:
        raise Http404("This question cannot be put to somebody outside.")
    asking = asking_of(case, path, asked)
    first = {"language": case.incident.workspace.language}
    form = AskForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_bound and form.is_valid():
        with override(form.cleaned_data["language"]):
            label = asking.label
        try:
            made = ask_by_mail(
                case.party, question=asked.id, path=path, label=label, by=case.user,
                address_of=_address, **form.cleaned_data,
            )  # fmt: skip
        except (ValidationError, ValueError) as error:
            form.add_error(None, error.messages if isinstance(error, ValidationError) else str(error))
        else:
            messages.success(
                request, gettext("The question goes to {name} ({email}).").format(name=made.name, email=made.email)
            )
            return HttpResponseRedirect(case.url("requests"))
    values = {"form": form, "label": asking.label, "back_url": question_url(case, path, asked)}
    context = case.context("facts", **values)
    return render(request, "workbench/request_new.html", context, status=422 if form.is_bound else 200)


def _address(request: InfoRequest) -> str:
    return settings.BASE_URL.rstrip("/") + reverse("workbench:request_answer", args=(token_of(request),))


@login_required
@require_POST
def withdraw(request: HttpRequest, slug: str, number: int, pk: int) -> HttpResponse:
    """Takes a question back."""
    case = open_case(request, slug, number)
    _require_ask(case)
    found = InfoRequest.objects.filter(party__incident=case.incident, pk=pk).first()
    if found is None:
        raise Http404("No such request.")
    withdraw_request(found, by=case.user)
    messages.success(
        request, gettext("The question to {name} is withdrawn. Its link answers no more.").format(name=found.name)
    )
    return HttpResponseRedirect(case.url("requests"))


# -- the page of the link -----------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The one question of a link. GET changes nothing, since scanners open every link in a mail."""
    found = _of_token(token)
    with override(_language(request, found)):
        return _answer(request, token, found)


def _language(request: HttpRequest, found: InfoRequest) -> str:
    """Of the mail, unless whoever opens it has chosen another one here."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if request.user.is_authenticated or chosen in dict(settings.LANGUAGES):
        return get_language() or found.language
    return found.language


def _answer(request: HttpRequest, token: str, found: InfoRequest) -> HttpResponse:
    if _over(found):
        return _public(request, found, {"over": True}, 200 if found.answered_at else 410)
    asking = _asking(found)
    if request.method != "POST":
        return _public(request, found, {"form": _form(asking, None, found), "sign": SignForm()})
    form, sign = _form(asking, request.POST, found), SignForm(request.POST)
    # Both are judged, so that both say what is missing.
    if not all([form.is_valid(), sign.is_valid()]):
        return _public(request, found, {"form": form, "sign": sign}, 422)
    state = "known" if form.value is not None else "not_yet_known"
    try:
        take_answer(
            found,
            patch=form.patch() if state == "known" else {},
            words=words.value_words(asking.question, form.value, asking.zone) or gettext("Not known yet"),
            state=state,
            name=sign.cleaned_data["name"],
        )
    except RequestOver:
        return _public(request, _of_token(token), {"over": True}, 410)
    except FactsError as error:
        note_faults(form, error)
        return _public(request, found, {"form": form, "sign": sign}, 422)
    return HttpResponseRedirect(reverse("workbench:request_answer", args=(token,)))


def _of_token(token: str) -> InfoRequest:
    try:
        pk = signing.Signer(salt=_SALT).unsign(token)
    except signing.BadSignature:
        raise Http404("No such question.") from None
    found = (
        InfoRequest.objects.filter(pk=pk)
        .select_related("party__incident__workspace", "party__legal_entity", "asked_by", "revision")
        .first()
    )
    if found is None:
        raise Http404("No such question.")
    return found


def _over(found: InfoRequest) -> bool:
    closed = found.party.incident.closed_at is not None
    return bool(found.answered_at or found.withdrawn_at or closed or found.expires_at <= timezone.now())


def _asking(found: InfoRequest) -> Asking:
    """The question as it is put outside: what stands recorded is not shown, nor are other rows."""
    newest = newest_revision(found.party)
    question = words.question_of(found.path)
    if newest is None or not isinstance(question, Question):
        raise Http404("No such question.")
    return Asking(
        question=question,
        path=found.path,
        document=newest.document,
        zone=zone_of(found.party.incident.time_zone),
        now=timezone.now(),
        by=found.name,
    )


def _form(asking: Asking, data: Any, found: InfoRequest) -> AnswerForm:
    if data is None:
        return AnswerForm(asking=asking, brief=True, initial={"base": 1})
    typed = data.copy()
    typed["base"] = "1"  # which facts it is based on is known from the request, and not asked of a stranger
    form = AnswerForm(typed, asking=asking, brief=True)
    form.fields["answer"].label = found.label
    return form


def _public(request: HttpRequest, found: InfoRequest, values: dict[str, Any], status: int = 200) -> HttpResponse:
    zone: ZoneInfo = zone_of(found.party.incident.time_zone)
    context = {"found": found, "organisation": found.party.legal_entity.name, "zone": zone, **values}
    response = render(request, "workbench/request_answer.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    response["Content-Language"] = get_language() or found.language
    return response
