"""The page of a mail's link, and the reminders of a case."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from incidents.access import access_incident
from notifications import clock, links
from notifications.entries import case_url
from notifications.reminder_plan import QUESTION, QUIET_AFTER_SEEN
from notifications.seeing import SentMail, mail_of, record_seen
from notifications.selectors import reminders_of
from notifications.steps import step_words
from notifications.wording import wording_of
from notifications.words import instant_words, place_words, span_words, zone_named


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def seen(request: HttpRequest, token: str) -> HttpResponse:
    """What the mail said, with a button. GET changes nothing, since scanners open every link in a mail."""
    now = clock.now()
    mail = mail_of(token, now)
    if mail is None:
        raise Http404("No such reminder.")
    if request.method == "POST" and not mail.expired:
        record_seen(token, now)
        return HttpResponseRedirect(reverse("notifications:seen", args=[token]))
    with translation.override(wording_of(mail.recipient.language).tag):
        response = render(request, "notifications/seen.html", _of_mail(mail), status=410 if mail.expired else 200)
    response["X-Robots-Tag"] = "noindex"
    return response


def _of_mail(mail: SentMail) -> dict[str, object]:
    words = wording_of(mail.recipient.language)
    span = span_words(QUIET_AFTER_SEEN, words)
    duties = {
        one.obligation_id: {
            **one.said,
            "url": case_url(one.obligation.incident) + ("" if one.step == QUESTION else f"duties/{one.obligation_id}/"),
        }
        for one in mail.reminders
    }
    zone = zone_named(mail.recipient.time_zone)
    return {
        "words": words,
        "mail": mail,
        "duties": list(duties.values()),
        "note": words.page_note,
        "note_quiet": words.page_note_quiet.format(span=span),
        "seen": words.page_seen.format(instant=instant_words(mail.seen_at, zone, words)) if mail.seen_at else "",
        "quiet": words.page_seen_quiet.format(span=span),
        "expired": words.page_expired.format(n=links.WORKS_FOR.days),
    }


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
