"""The set-up page of an empty installation: the first person, the organisation, and the first steps, on one page."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from workbench import setting_up
from workbench.forms.faults import into_form
from workbench.forms.setting_up import SetUpForm
from workbench.views.start import onward, save_steps


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks; POST makes the first person, signs her in and goes on to `then`. Http404 without a genuine token."""
    if not setting_up.is_genuine(token):
        raise Http404("No such page.")
    if not setting_up.is_empty() or not setting_up.holds(token):
        return _over(request)
    form = SetUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                member = setting_up.found(form.cleaned_data)
                save_steps(member, form)
        except setting_up.NotEmptyError:
            return _over(request)
        except ValidationError as error:
            into_form(form, error)
        else:
            setting_up.sign_in(request, member.user)
            return HttpResponseRedirect(onward(request, member.workspace.slug))
    return render(request, "workbench/set_up.html", {"form": form}, status=422 if form.is_bound else 200)


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "workbench/set_up_over.html", {"empty": setting_up.is_empty()}, status=410)
