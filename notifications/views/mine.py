"""A person's own reminders in a workspace: which steps, when not, who stands in, and the calendar feeds."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import Permission, may
from accounts.models import Membership
from incidents.views.frame import enter, frame
from notifications import clock, feeds, services
from notifications.choices import Choices, choices_of, zone_name_of
from notifications.forms import AbsenceForm, PreferenceForm
from notifications.models import Absence, Feed

NEW_FEED = "notifications.new_feed"


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest, slug: str) -> HttpResponse:
    """What a member chose. Each form names itself in `act`."""
    member = enter(request, slug, Permission.VIEW_CASE)
    now = clock.now()
    choices = choices_of(member.workspace, now)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    preference = PreferenceForm(request.POST if act == "choose" else None, choices=choices, user=member.user)
    absence = AbsenceForm(request.POST if act == "away" else None, member=member, now=now)
    if act and _done(act, request, member, choices, preference, absence):
        return HttpResponseRedirect(reverse("notifications:mine", args=[slug]))
    values = {
        "preference": preference,
        "absence": absence,
        "policy": choices.policy,
        "absences": [one for one in choices.absences if one.user_id == member.user_id],
        "feeds": _feeds(member, request.session.pop(NEW_FEED, None), request),
        "zone": zone_name_of(member.user, member.workspace),
        "now": now,
        "policy_url": reverse("notifications:policy", args=[slug]) if may(member, Permission.MANAGE_WORKSPACE) else "",
    }
    status = 422 if preference.errors or absence.errors else 200
    return render(request, "notifications/mine.html", frame(member, "reminders") | values, status=status)


def _done(
    act: str,
    request: HttpRequest,
    member: Membership,
    choices: Choices,
    preference: PreferenceForm,
    absence: AbsenceForm,
) -> bool:
    """Does what was asked. False: the form says what is wrong with it."""
    now, workspace = choices.now, member.workspace
    if act == "choose" and preference.is_valid():
        chosen = preference.save(commit=False)
        chosen.user, chosen.workspace = member.user, workspace
        services.save_preference(chosen, preference.person(), now)
        messages.success(request, _("Saved. Reminders that are planned follow it from now on."))
    elif act == "away" and absence.is_valid():
        begins, ends = absence.span()
        try:
            services.add_absence(
                workspace,
                member.user,
                begins,
                ends,
                stand_in=absence.cleaned_data["stand_in"],
                by=member.user,
                now=now,
            )
        except ValidationError as error:
            absence.add_error(None, error.messages)
            return False
        messages.success(request, _("Noted. Meanwhile others are reminded of your cases."))
    elif act == "back":
        found = Absence.objects.filter(workspace=workspace, user=member.user, pk=_number(request)).first()
        if found is None:
            raise Http404("No such absence.")
        services.end_absence(found, member.user, now)
        messages.success(request, _("Noted. You are reminded again."))
    elif act in ("feed", "end_feed"):
        scope = request.POST.get("scope", "")
        if scope not in Feed.Scope.values:
            raise Http404("No such feed.")
        if act == "feed":
            # Shown once, on the page that follows.
            request.session[NEW_FEED] = [scope, feeds.new_feed(member, Feed.Scope(scope), now)]
        else:
            feeds.end_feed(member, Feed.Scope(scope))
            messages.success(request, _("The calendar's address no longer works."))
    else:
        return act not in {"choose", "away"}
    return True


def _number(request: HttpRequest) -> int:
    value = request.POST.get("absence", "")
    return int(value) if value.isascii() and value.isdigit() else 0


def _feeds(member: Membership, fresh: list[str] | None, request: HttpRequest) -> list[dict[str, object]]:
    made = {one.scope: one for one in Feed.objects.filter(user=member.user, workspace=member.workspace)}
    return [
        {
            "scope": scope,
            "feed": made.get(scope.value),
            "address": request.build_absolute_uri(reverse("notifications:feed", args=[fresh[1]]))
            if fresh and fresh[0] == scope.value
            else "",
        }
        for scope in Feed.Scope
    ]


@never_cache
@require_GET
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """A calendar by its key. Nobody signs in for it; what it shows is asked anew each time."""
    content = feeds.read_feed(key, clock.now())
    if content is None:
        raise Http404("No such calendar.")
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="tocsin.ics"'
    answer["X-Robots-Tag"] = "noindex"
    return answer
