"""Is this installation fit to remind, and what has to be mended in this workspace?"""

import smtplib

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import Permission
from incidents.views.frame import enter, frame
from notifications import clock
from notifications.checks import all_checks
from notifications.choices import choices_of
from notifications.troubles import troubles_of
from outbox import health
from outbox.services import OutboxError, nudge

TONES = {"good": "done", "warn": "due_soon", "bad": "overdue"}
WORDS = {"good": gettext_lazy("In order"), "warn": gettext_lazy("Look at it"), "bad": gettext_lazy("Mend it")}


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The checks of `manage.py doctor`, the workspace's troubles, and the button that sends a test mail."""
    member = enter(request, slug, Permission.MANAGE_WORKSPACE)
    now = clock.now()
    if request.method == "POST":
        _test(request, member.user.email)
        return HttpResponseRedirect(reverse("notifications:settings", args=[slug]))
    checks = [(check, TONES[check.level], str(WORDS[check.level])) for check in all_checks(now)]
    values = {
        "checks": checks,
        "troubles": troubles_of(member.workspace, choices_of(member.workspace, now)),
        "base": f"/w/{slug}/",
        "test": health.last_test(),
        "address": member.user.email,
    }
    return render(request, "notifications/settings.html", frame(member, "settings") | values)


def _test(request: HttpRequest, address: str) -> None:
    assert request.user.is_authenticated  # noqa: S101 - login_required
    if request.POST.get("act") == "clock":
        try:
            there = health.mail_server_clock()
        except (OSError, smtplib.SMTPException) as error:
            messages.error(request, _("The mail server could not be asked: %s.") % type(error).__name__)
            return
        words = there.isoformat() if there else _("it does not say what time it has")
        messages.info(request, _("The mail server answered: %s.") % words)
        return
    try:
        proof = health.send_test(address, request.user, request.user.language, clock.now())
    except OutboxError as error:
        messages.error(request, str(error))
        return
    nudge(proof.message_id)
    messages.success(request, _("A test mail to %s is on its way. Press the button that it leads to.") % address)
