"""What the organisation sheet says in documents, and what it lacks."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext

from accounts.models import LegalEntity, Workspace
from incidents.models import OrganisationSheet

FIELDS = {
    "organisation_details": ("address", "registrations"),
    "organisation_contact": ("address", "contact"),
    "contact_point": ("dpo", "contact"),
    "dpo_contact": ("dpo",),
    "eu_representative_contact": ("eu_representative",),
    "eu_representative": ("eu_representative",),
    "uk_representative": ("uk_representative",),
    "ch_representative": ("ch_representative",),
    "correspondence": ("address",),
}
"""Fields of forms that are answered by the sheet: by these of its lines, one below the other."""


def answers_of(sheet: OrganisationSheet, wanted: Iterable[str], found: Mapping[str, Any]) -> dict[str, Any]:
    """The answers carried so far, with those of the sheet where there are none, or it is newer.

    They name no author: who filled in the sheet in peace time has not written on the document.
    """
    at = sheet.changed_at.isoformat()
    entry = {"by_name": str(sheet.changed_by), "at": at, "reason": "From the organisation sheet"}
    ours = {
        name: {**entry, "text": text}
        for name in wanted
        if (text := "\n".join(filter(None, (getattr(sheet, line) for line in FIELDS.get(name, ())))))
        and found.get(name, {}).get("at", "") < at
    }
    return {**found, **ours}


def organisations_of(workspace: Workspace) -> list[tuple[LegalEntity, list[str]]]:
    """The legal persons of a workspace, each with what its sheet lacks."""
    rows = LegalEntity.objects.filter(workspace=workspace).select_related("sheet").order_by("name")
    return [(entity, lacks(getattr(entity, "sheet", None))) for entity in rows]


def lacks(sheet: OrganisationSheet | None) -> list[str]:
    """What should be there before the day, one sentence each."""
    if sheet is None:
        return [gettext("The sheet has not been filled in.")]
    found = []
    if not (sheet.address and sheet.registrations):
        found.append(gettext("Address or registration numbers."))
    if not (sheet.dpo and sheet.contact):
        found.append(gettext("Data protection officer, or who is reached on the day."))
    if sheet.establishments is None:
        found.append(gettext("The countries of establishment."))
    if sheet.eu_representative and not sheet.eu_representative_in:
        found.append(gettext("The country of the representative in the European Union."))
    if sheet.regimes is None:
        found.append(gettext("Which special regimes bind it, or that none does."))
    return found
