"""What the workspace asks of its reminders, and its endpoints."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import history
from accounts.access import Permission
from accounts.models import Membership
from incidents.views.frame import enter, frame
from notifications import clock, services
from notifications.choices import choices_of
from notifications.forms import EndpointForm, PolicyForm
from outbox import webhook
from outbox.models import Endpoint


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: HttpRequest, slug: str) -> HttpResponse:
    """The workspace's own settings of reminders. Each form names itself in `act`."""
    member = enter(request, slug, Permission.MANAGE_WORKSPACE)
    now = clock.now()
    act = request.POST.get("act", "") if request.method == "POST" else ""
    choices = choices_of(member.workspace, now)
    form = PolicyForm(request.POST if act == "save" else None, instance=choices.policy)
    endpoint = EndpointForm(request.POST if act == "add" else None)
    if act == "save" and form.is_valid():
        services.save_policy(form.save(commit=False), member.user, now)
        messages.success(request, _("Saved. Reminders that are planned follow it from now on."))
    elif act == "add" and endpoint.is_valid():
        made = endpoint.save(commit=False)
        made.workspace, made.created_by = member.workspace, member.user
        with history.context(member.user, "Endpoint added"):
            made.save()
        messages.success(request, _("Added. The receiver checks each call with the secret below."))
    elif act in ("switch", "renew"):
        _change(request, member, act)
    if act and not form.errors and not endpoint.errors:
        return HttpResponseRedirect(reverse("notifications:policy", args=[slug]))
    values = {
        "form": form,
        "endpoint": endpoint,
        "endpoints": [
            (one, webhook.secret_of(one)) for one in Endpoint.objects.filter(workspace=member.workspace).order_by("pk")
        ],
    }
    status = 422 if form.errors or endpoint.errors else 200
    return render(request, "notifications/policy.html", frame(member, "settings") | values, status=status)


def _change(request: HttpRequest, member: Membership, act: str) -> None:
    value = request.POST.get("endpoint", "")
    number = int(value) if value.isascii() and value.isdigit() else 0
    found = Endpoint.objects.filter(workspace=member.workspace, pk=number).first()
    if found is None:
        raise Http404("No such endpoint.")
    if act == "switch":
        found.enabled = not found.enabled
        reason = "Endpoint switched on" if found.enabled else "Endpoint switched off"
    else:
        found.generation += 1
        reason = "New secret of an endpoint"
    with history.context(member.user, reason):
        found.save(update_fields=["enabled", "generation"])
    messages.success(request, _("Saved."))
