"""The paper kit: its page, where numbers and countries are entered, and the file to be printed."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import Permission, access_workspace, may, require
from accounts.contacts import add_contact, remove_contact, set_main_countries, set_phone
from accounts.models import Contact, Membership
from incidents.views.frame import enter, frame
from law import places
from reports.render import RenderError, Stamp, Variant, to_pdf
from reports.views.common import attachment
from workbench.forms.setting_up import ContactForm, CountriesForm
from workbench.selectors.kit import contacts_of, kit, kit_countries, members_to_call


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def paper_kit(request: HttpRequest, slug: str) -> HttpResponse:
    """GET shows what the kit would say. POST `act`: countries, phone, contact, remove."""
    member = enter(request, slug)
    if request.method == "GET":
        return _page(request, member)
    require(member, Permission.MANAGE_WORKSPACE)
    act = request.POST.get("act", "")
    if act == "countries":
        return _countries(request, member)
    if act == "contact":
        return _contact(request, member)
    if act == "phone":
        return _phone(request, member)
    found = Contact.objects.filter(workspace=member.workspace, pk=_number(request.POST.get("contact", ""))).first()
    if act != "remove" or found is None:
        raise Http404("No such contact.")
    remove_contact(found, by=member.user)
    return _back(request, slug)


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 18 else 0


def _back(request: HttpRequest, slug: str) -> HttpResponse:
    messages.success(request, _("Saved. Print the kit anew."))
    return HttpResponseRedirect(reverse("workbench:kit", args=(slug,)))


def _countries(request: HttpRequest, member: Membership) -> HttpResponse:
    form = CountriesForm(request.POST)
    if not form.is_valid():
        return _page(request, member, countries_form=form, status=422)
    set_main_countries(member.workspace, form.cleaned_data["countries"], by=member.user)
    return _back(request, member.workspace.slug)


def _contact(request: HttpRequest, member: Membership) -> HttpResponse:
    form = ContactForm(request.POST)
    if not form.is_valid():
        return _page(request, member, contact_form=form, status=422)
    add_contact(member.workspace, by=member.user, **form.cleaned_data)
    return _back(request, member.workspace.slug)


def _phone(request: HttpRequest, member: Membership) -> HttpResponse:
    whose = Membership.objects.filter(workspace=member.workspace, pk=_number(request.POST.get("member", ""))).first()
    if whose is None:
        raise Http404("No such member.")
    try:
        set_phone(whose, request.POST.get("phone", ""), by=member.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return _page(request, member, status=422)
    return _back(request, member.workspace.slug)


def _page(request: HttpRequest, member: Membership, status: int = 200, **more: Any) -> HttpResponse:
    workspace = member.workspace
    typed = ", ".join(places.name(code) for code in workspace.main_countries)
    values = {
        "members": members_to_call(workspace),
        "contacts": contacts_of(workspace),
        "countries": kit_countries(workspace, timezone.now().date()),
        "countries_form": CountriesForm(initial={"countries": typed}),
        "contact_form": ContactForm(auto_id="contact_%s"),
        "may_manage": may(member, Permission.MANAGE_WORKSPACE),
        **more,
    }
    return render(request, "workbench/kit.html", frame(member, "kit", **values), status=status)


@never_cache
@login_required
@require_GET
def paper_kit_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """The file, A4, made now in the workspace's language."""
    member = access_workspace(request.user, slug)
    now = timezone.now()
    language = member.workspace.language
    with translation.override(language):
        html = render_to_string("workbench/kit_paper.html", kit(member.workspace, now, language))
    try:
        content = to_pdf(html, Variant.SENT, Stamp(f"urn:tocsin:kit:{slug}:{now.isoformat()}", now))
    except RenderError as error:
        messages.error(request, _("The kit could not be made: %s") % " ".join(error.problems))
        return HttpResponseRedirect(reverse("workbench:kit", args=(slug,)))
    return attachment(content, f"paper-kit-{slug}-{now:%Y-%m-%d}.pdf")
