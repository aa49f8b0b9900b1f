"""The outbox of a workspace: what left, what waits, what did not leave, and why."""

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import Permission
from accounts.models import Membership
from accounts.translating import translated
from incidents.access import visible_incidents
from incidents.models import Incident
from incidents.views.frame import case_url, enter, frame
from notifications import clock
from outbox import services
from outbox.models import Message
from outbox.retry_rules import EXPLANATIONS, Failure
from outbox.selectors import counts_by_state

PAGE = 50
State = Message.State

FILTERS = {
    "": (gettext_lazy("All"), tuple(State.values)),
    "waiting": (gettext_lazy("Waiting"), (State.QUEUED, State.AWAITING_RETRY, State.IN_FLIGHT)),
    "stopped": (gettext_lazy("Did not arrive"), (State.FAILED, State.WITHHELD, State.BOUNCED)),
    "sent": (gettext_lazy("Sent"), (State.SENT,)),
    "cancelled": (gettext_lazy("Cancelled"), (State.CANCELLED,)),
}
TONES = {
    State.QUEUED: "on_track",
    State.IN_FLIGHT: "on_track",
    State.AWAITING_RETRY: "due_soon",
    State.WITHHELD: "undecided",
    State.SENT: "done",
    State.FAILED: "overdue",
    State.BOUNCED: "overdue",
    State.CANCELLED: "not_required",
}
KINDS = {
    "reminder": gettext_lazy("Reminder"),
    "digest": gettext_lazy("Morning summary"),
    "webhook": gettext_lazy("Webhook"),
    "filing": gettext_lazy("Notification to an authority"),
    "mention": gettext_lazy("Call in a comment"),
    "library": gettext_lazy("News of the law library"),
    "filing_news": gettext_lazy("News of a notification that did not arrive"),
    "request": gettext_lazy("Question by e-mail"),
    "intake": gettext_lazy("Report from outside"),
    "proof": gettext_lazy("Test mail"),
}


@login_required
@require_GET
def outbox(request: HttpRequest, slug: str) -> HttpResponse:
    """The list. Never a subject or text: whoever runs the system sees no case by it."""
    member = enter(request, slug, Permission.MANAGE_WORKSPACE)
    chosen = request.GET.get("state", "")
    if chosen not in FILTERS:
        raise Http404("No such state.")
    rows = Message.objects.filter(workspace=member.workspace).order_by("-pk").select_related("endpoint")
    if chosen:
        rows = rows.filter(state__in=FILTERS[chosen][1])
    if request.GET.get("channel") in Message.Channel.values:
        rows = rows.filter(channel=request.GET["channel"])
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    counts = counts_by_state(member.workspace)
    tabs = [
        (key, label, sum(counts.get(state, 0) for state in states), key == chosen)
        for key, (label, states) in FILTERS.items()
    ]
    values = {"page": page, "rows": list(_rows(member, page.object_list)), "tabs": tabs, "chosen": chosen}
    return render(request, "notifications/outbox.html", frame(member, "outbox") | values)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def message(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One message with its attempts; the button queues it again, or takes it back."""
    member = enter(request, slug, Permission.MANAGE_WORKSPACE)
    found = Message.objects.filter(workspace=member.workspace, pk=pk).select_related("endpoint").first()
    if found is None:
        raise Http404("No such message.")
    if request.method == "POST":
        _act(request, member, found)
        return HttpResponseRedirect(reverse("notifications:message", args=[slug, pk]))
    (row,) = _rows(member, [found])
    attempts = [
        (one, translated(EXPLANATIONS[Failure(one.failure)]) if one.failure else "")
        for one in found.attempts.order_by("-number")
    ]
    values = {
        "row": row,
        "message": found,
        "attempts": attempts,
        "may_retry": found.state in services.AGAIN,
        "may_cancel": found.state in (State.QUEUED, State.AWAITING_RETRY, State.WITHHELD),
    }
    return render(request, "notifications/message.html", frame(member, "outbox") | values)


def _act(request: HttpRequest, member: Membership, found: Message) -> None:
    if request.POST.get("act") == "cancel":
        done = services.cancel(found, f"Taken back by {member.user}")
    else:
        done = services.requeue(found)
    if done:
        messages.success(request, _("Done."))
    else:
        messages.warning(request, _("Nothing was changed: meanwhile its state is another."))


def _rows(member: Membership, found: Iterable[Message]) -> Iterable[dict[str, object]]:
    """Each message with the words of the page, and its case where this member may see it. One query more."""
    listed = list(found)
    ids = {int(one.related.removeprefix("incident ")) for one in listed if one.related.startswith("incident ")}
    cases = {case.pk: case for case in visible_incidents(member).filter(pk__in=ids)} if ids else {}
    now = clock.now()
    for one in listed:
        case: Incident | None = cases.get(int(one.related[9:])) if one.related.startswith("incident ") else None
        yield {
            "message": one,
            "to": one.recipient or (one.endpoint.url if one.endpoint else ""),
            "kind": KINDS.get(one.kind, one.kind),
            "tone": TONES[State(one.state)],
            "case": case.reference if case else "",
            "case_url": case_url(member.workspace, case.number) if case else "",
            "overdue": one.next_attempt_at is not None and one.next_attempt_at < now,
            "url": reverse("notifications:message", args=[member.workspace.slug, one.pk]),
        }
