"""Two people at one form: what the second is shown of what the first has saved."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import history
from incidents.models import Obligation
from incidents.services.meanwhile import ChangedMeanwhile
from workbench.selectors.duties import duty_words


@dataclass(frozen=True)
class Meanwhile:
    """Who saved, and what now stands in each field that reads otherwise: its label, its words, or its instant."""

    who: str
    rows: list[tuple[str, str, datetime | None]]


def base_of(request: HttpRequest) -> int | None:
    """The version of the row that the form was read upon."""
    said = request.POST.get("base", "")
    return int(said) if said.isdecimal() else None


def base_and_meanwhile(
    request: HttpRequest, row: Model, form: forms.BaseForm, changed: ChangedMeanwhile | None
) -> dict[str, Any]:
    """What templates/workbench/parts/meanwhile.html shows.

    A form that comes back with a fault stays upon the version that its writer has seen.
    """
    if changed is None:
        return {"base": base_of(request) or history.version_of(row), "meanwhile": None}
    rows = [(str(form.fields[name].label or name), *_shown(changed.theirs, name)) for name in changed.fields]
    return {"base": changed.version, "meanwhile": Meanwhile(changed.who or _("Somebody"), rows)}


def _shown(row: Model, name: str) -> tuple[str, datetime | None]:
    value = getattr(row, name)
    if isinstance(value, datetime):
        return "", value
    if isinstance(value, bool):
        return (_("Yes") if value else _("No")), None
    if isinstance(value, Obligation):
        return duty_words(value), None
    words = str(getattr(row, f"{name}_words", value if value is not None else ""))
    return words or _("(empty)"), None
