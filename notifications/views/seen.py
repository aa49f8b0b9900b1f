"""The page of a mail's link: what it said, "I have seen this", and "remind me later"."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from notifications import clock, links
from notifications.choices import zone_name_of
from notifications.entries import case_url
from notifications.reminder_plan import QUESTION, QUIET_AFTER_SEEN
from notifications.seeing import LATER, SentMail, mail_of, record_seen, remind_later
from notifications.wording import wording_of
from notifications.words import instant_words, span_words, zone_named


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def seen(request: HttpRequest, token: str) -> HttpResponse:
    """What the mail said, with a button. GET changes nothing, since scanners open every link in a mail."""
    now = clock.now()
    mail = mail_of(token, now)
    if mail is None:
        raise Http404("No such reminder.")
    if request.method == "POST" and not mail.expired:
        later = request.POST.get("later", "")
        if later in LATER:
            remind_later(token, later, now)
        else:
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
    zone = zone_named(zone_name_of(mail.recipient, mail.reminders[0].obligation.incident.workspace))
    return {
        "words": words,
        "mail": mail,
        "duties": list(duties.values()),
        "note": words.page_note,
        "note_quiet": words.page_note_quiet.format(span=span),
        "seen": words.page_seen.format(instant=instant_words(mail.seen_at, zone, words)) if mail.seen_at else "",
        "quiet": words.page_seen_quiet.format(span=span),
        "held": words.page_held.format(instant=instant_words(mail.held_until, zone, words)) if mail.held_until else "",
        "later": list(words.page_later.items()),
        "expired": words.page_expired.format(n=links.WORKS_FOR.days),
    }
