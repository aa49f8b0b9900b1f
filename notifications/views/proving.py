"""The page of the two-minute drill: begin it, watch its steps in words, keep its result."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import Permission
from accounts.models import Membership
from incidents.views.frame import enter, frame
from notifications import clock, proving
from notifications.models import InstallationDrill
from outbox import health
from outbox.services import OutboxError

SHOWN = 10


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def drill(request: HttpRequest, slug: str) -> HttpResponse:
    """GET looks (scripts ask again every few seconds, others press a link); POST `act=begin` begins, `act=end` ends."""
    member = enter(request, slug, Permission.MANAGE_WORKSPACE)
    now = clock.now()
    runs = _runs(member)
    if request.method == "POST":
        try:
            _act(request, member, runs)
        except OutboxError as error:
            messages.error(request, str(error))
        return HttpResponseRedirect(reverse("notifications:drill", args=[slug]))
    run = proving.look(runs[0], now) if runs else None
    values = {
        "run": run,
        "running": run is not None and run.ended_at is None,
        "passed": run is not None and proving.passed(run),
        "steps": proving.steps(run) if run else [],
        "late": run is not None and run.ended_at is None and now - run.started_at > proving.PATIENCE,
        "earlier": [(one, proving.passed(one)) for one in runs[1:]],
        "address": member.user.email,
        "inside": not health.mail_leaves(),
    }
    template = (
        "notifications/parts/drill_steps.html" if request.headers.get("HX-Request") else "notifications/drill.html"
    )
    return render(request, template, frame(member, "settings") | values)


def _runs(member: Membership) -> list[InstallationDrill]:
    rows = InstallationDrill.objects.filter(workspace=member.workspace).order_by("-started_at")
    return list(rows.select_related("proof__message", "incident", "started_by")[:SHOWN])


def _act(request: HttpRequest, member: Membership, runs: list[InstallationDrill]) -> None:
    act = request.POST.get("act")
    running = next((one for one in runs if one.ended_at is None), None)
    if act == "begin":
        if running is None:
            proving.begin(member.workspace, by=member.user, now=clock.now())
    elif act == "end" and running is not None:
        proving.give_up(running, clock.now())
    else:
        raise Http404("No such act.")
