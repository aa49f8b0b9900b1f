"""The first steps in an empty workspace, on one page: then the first incident, or an exercise."""

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import history
from accounts.access import Permission, require
from accounts.contacts import add_contact, set_main_countries, set_phone
from accounts.models import LegalEntity, Membership
from accounts.services import save_legal_entity
from incidents.views.frame import enter, frame
from law import places
from workbench.forms.setting_up import StartForm

ONWARD = {"incident": "incidents:report", "exercise": "workbench:exercises"}


@login_required
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """GET asks; POST saves all of it and goes on to `then`: incident, exercise, or the desk."""
    member = enter(request, slug, Permission.MANAGE_WORKSPACE)
    require(member, Permission.EDIT_FACTS)
    form = StartForm(request.POST or None, initial=_initial(member))
    if request.method == "POST" and form.is_valid():
        save_steps(member, form)
        return HttpResponseRedirect(onward(request, slug))
    status = 422 if form.is_bound else 200
    return render(request, "workbench/start.html", frame(member, "start", form=form), status=status)


def _initial(member: Membership) -> dict[str, object]:
    workspace = member.workspace
    entity = LegalEntity.objects.filter(workspace=workspace).order_by("pk").first()
    return {
        "company": entity.name if entity else workspace.name,
        "country": entity.country if entity else "",
        "kind": entity.kind if entity else LegalEntity.Kind.BUSINESS,
        "time_zone": workspace.time_zone,
        "language": workspace.language,
        "countries": ", ".join(places.name(code) for code in workspace.main_countries),
        "phone": member.phone,
    }


def onward(request: HttpRequest, slug: str) -> str:
    """Where the button that was pressed leads."""
    return reverse(ONWARD.get(request.POST.get("then", ""), "workbench:desk"), args=(slug,))


def save_steps(member: Membership, form: StartForm) -> None:
    """The company, zone, language, countries and numbers of a valid form. Raises ValidationError."""
    said, workspace = form.cleaned_data, member.workspace
    with transaction.atomic(), history.context(member.user, "First steps"):
        held = LegalEntity.objects.filter(workspace=workspace, name=said["company"].strip()).first()
        entity = held or LegalEntity(workspace=workspace, name=said["company"].strip())
        entity.country, entity.kind = said["country"], said["kind"]
        save_legal_entity(entity)
        workspace.time_zone, workspace.language = said["time_zone"], said["language"]
        workspace.save(update_fields=["time_zone", "language"])
        set_main_countries(workspace, said["countries"] or [said["country"]], by=member.user)
        set_phone(member, said["phone"], by=member.user)
        if said["contact_for"]:
            add_contact(workspace, by=member.user, what_for=said["contact_for"], phone=said["contact_phone"])
