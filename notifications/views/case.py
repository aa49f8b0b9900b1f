"""The reminders of a case."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_GET

from incidents.access import access_incident
from notifications import clock
from notifications.entries import case_url
from notifications.selectors import reminders_of
from notifications.steps import step_words
from notifications.wording import wording_of
from notifications.words import place_words


@login_required
@require_GET
def case_reminders(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """When who is reminded of what, what has gone out, and why."""
    membership, incident = access_incident(request.user, slug, number)
    words = wording_of(translation.get_language() or "en")
    duties = [
        {
            "duty": duty,
            "where": place_words(duty.obligation.jurisdiction, words) if duty.obligation.jurisdiction else "",
            "url": f"{case_url(incident)}duties/{duty.obligation.pk}/",
            "rows": [(row, step_words(row)) for row in (*duty.ahead, *duty.out)],
            "not_out": [(row, step_words(row)) for row in duty.not_out],
        }
        for duty in reminders_of(incident)
    ]
    context = {
        "workspace": membership.workspace,
        "membership": membership,
        "incident": incident,
        "duties": duties,
        "zone": incident.time_zone,
        "nav": "incidents",
        "now": incident.stands_at or clock.now(),
    }
    return render(request, "notifications/case.html", context)
