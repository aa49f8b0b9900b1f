"""The register: its page with filters, and its files."""

from collections.abc import Callable
from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.access import Permission, access_workspace, may, require
from accounts.models import Membership
from law import places
from reports import register_files
from reports.register import Wanted, made_at, reader_tag, register_cases, register_rows
from reports.register_files import in_english
from reports.register_pdf import as_pdf

PAGE = 25


class RegisterFilter(forms.Form):
    """Which cases of the register."""

    since = forms.DateField(label=_("Recorded from"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Recorded until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), ("open", _("Open")), ("closed", _("Closed"))]
    )
    notified = forms.ChoiceField(
        label=_("Authority notified"),
        required=False,
        choices=[("", _("All")), ("yes", _("Notified")), ("no", _("Not notified"))],
    )
    country = forms.CharField(
        label=_("People in"), required=False, max_length=2, help_text=_("Country code, such as FR."), strip=True
    )

    def clean_country(self) -> str:
        """The code in capitals, of a country that there is."""
        code = str(self.cleaned_data["country"]).upper()
        if code and code not in places.countries():
            raise ValidationError(
                gettext("“{code}”: expected the two letters of a country, such as FR").format(code=code)
            )
        return code

    def clean(self) -> dict[str, Any]:
        """Days in their order."""
        said = super().clean() or {}
        since, until = said.get("since"), said.get("until")
        if since and until and until < since:
            self.add_error(
                "until",
                gettext("{until} lies before {since}; expected that day or later").format(until=until, since=since),
            )
        return said

    @property
    def wanted(self) -> Wanted:
        """The filter; only of a valid form."""
        return Wanted(**{name: self.cleaned_data.get(name) or getattr(Wanted(), name) for name in self.fields})


@login_required
@require_GET
def register_page(request: HttpRequest, slug: str) -> HttpResponse:
    """All incidents, notified or not, a page at a time."""
    membership = access_workspace(request.user, slug)
    require(membership, Permission.VIEW_CASE)
    entered = RegisterFilter(request.GET)
    valid = entered.is_valid()
    cases = register_cases(membership, entered.wanted if valid else Wanted())
    page = Paginator(cases, PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "workspace": membership.workspace,
        "membership": membership,
        "nav": "register",
        "entered": entered,
        "page": page,
        "rows": list(register_rows(list(page.object_list), tag=reader_tag())),
        "query": query.urlencode(),
        "may_export": may(membership, Permission.EXPORT),
        "kinds": ("pdf", "xlsx", "csv", "json"),
    }
    return render(request, "reports/register.html", context, status=200 if valid else 422)


@login_required
@require_GET
def register_file(request: HttpRequest, slug: str, kind: str) -> HttpResponseBase:
    """The register as a file, with the filters of the page. Asks for the password."""
    membership = access_workspace(request.user, slug)
    require(membership, Permission.EXPORT)
    make: Callable[..., HttpResponseBase] = reauthentication_required(_file)
    return make(request, membership, kind)


def _file(request: HttpRequest, membership: Membership, kind: str) -> HttpResponseBase:
    entered = RegisterFilter(request.GET)
    if not entered.is_valid():
        return _refused(
            membership, [f"{name}: {text}" for name, texts in entered.errors.items() for text in texts], request
        )
    now = timezone.now().replace(second=0, microsecond=0)
    cases = register_cases(membership, entered.wanted)
    name = f"register-{membership.workspace.slug}-{made_at(now)}.{kind}"
    rows = register_rows(cases)
    if kind == "pdf":
        made = as_pdf(rows, membership.workspace.name, _scope(entered.wanted), now)
        return _stream(in_english(made), "application/pdf", name)
    if kind == "csv":
        return _stream(in_english(register_files.as_csv(rows)), "text/csv; charset=utf-8", name)
    if kind == "json":
        text = register_files.as_json(rows, membership.workspace.name, now)
        return _stream(in_english(text), "application/json", name)
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _stream(in_english(register_files.as_xlsx(rows, now)), sheet, name)


@translation.override("en")
def _scope(wanted: Wanted) -> str:
    """The filters in words."""
    chosen = [
        f"{field.label}: {value}"
        for name, field in RegisterFilter.base_fields.items()
        if (value := getattr(wanted, name))
    ]
    return ", ".join(chosen) or gettext("All incidents")


def _refused(membership: Membership, problems: list[str], request: HttpRequest) -> HttpResponse:
    context = {"workspace": membership.workspace, "membership": membership, "nav": "register", "problems": problems}
    return render(request, "reports/register_refused.html", context, status=422)


def _stream(pieces: Any, content_type: str, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(pieces, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
