"""Writing what the paper kit and the first steps need: who is called, by which number, which countries matter."""

import re
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import history
from accounts.models import Contact, Membership, User, Workspace
from law import places

MOST_COUNTRIES = 12
"""More would be no kit but a library."""


def add_contact(
    workspace: Workspace, *, by: User, what_for: str, name: str = "", phone: str = "", email: str = "", note: str = ""
) -> Contact:
    """Somebody outside to be called. ValidationError where nothing says what for, or how to reach them."""
    if not what_for.strip():
        raise ValidationError({"what_for": _("Say what they are called for: the insurer, outside counsel.")})
    if not phone.strip() and not email.strip():
        raise ValidationError({"phone": _("Enter a telephone number or an e-mail address.")})
    row = Contact(
        workspace=workspace, what_for=what_for.strip(), name=name.strip(), phone=phone.strip(),
        email=email.strip().lower(), note=note.strip(),
    )  # fmt: skip
    with transaction.atomic(), history.context(by, "Contact added"):
        row.full_clean(validate_constraints=False)
        held = Contact.objects.filter(workspace=workspace, what_for=row.what_for, name=row.name).first()
        if held is not None:
            held.phone, held.email, held.note = row.phone, row.email, row.note
            row = held
        row.save()
    return row


def remove_contact(contact: Contact, *, by: User) -> None:
    """Takes a contact off the list; it stays in the history."""
    with transaction.atomic(), history.context(by, "Contact removed"):
        contact.delete()


def set_phone(membership: Membership, phone: str, *, by: User) -> None:
    """The number under which a member is called in the first hours."""
    phone = phone.strip()
    if len(phone) > 60:
        raise ValidationError({"phone": _("%(value)s…: expected at most 60 characters") % {"value": phone[:20]}})
    if phone != membership.phone:
        with transaction.atomic(), history.context(by, "Telephone number"):
            membership.phone = phone
            membership.save(update_fields=["phone"])


def set_main_countries(workspace: Workspace, codes: Sequence[str], *, by: User) -> None:
    """The countries whose clocks stand in the kit, in this order."""
    unknown = [code for code in codes if code not in places.countries()]
    if unknown:
        raise ValidationError(
            {"countries": _("%(value)s: expected countries, such as FR or France") % {"value": ", ".join(unknown)}}
        )
    if len(codes) > MOST_COUNTRIES:
        raise ValidationError(
            {"countries": _("%(n)d countries: expected at most %(most)d") % {"n": len(codes), "most": MOST_COUNTRIES}}
        )
    if list(codes) != workspace.main_countries:
        with transaction.atomic(), history.context(by, "Main countries"):
            workspace.main_countries = list(dict.fromkeys(codes))
            workspace.save(update_fields=["main_countries"])


def countries_in(text: str) -> list[str]:
    """The codes of countries written as "FR, Japan, Germany"; what nobody knows stays as it was written."""
    by_name = {places.name(code).casefold(): code for code in places.countries()}
    parts = [part.strip() for part in re.split(r"[,;\n]", text) if part.strip()]
    return list(dict.fromkeys(by_name.get(part.casefold(), part.upper() if len(part) == 2 else part) for part in parts))
