"""Privileged notes, and whom a workspace allows to see privileged items."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import history
from accounts.access import Permission, may
from accounts.models import Membership, User
from incidents import events
from incidents.models import Incident, PrivilegedNote, PrivilegedReader


class NoteConflict(Exception):  # noqa: N818 - a state to be shown and resolved, not a failure
    """Somebody else has saved since. `theirs` is what stands; what was typed is with the caller."""

    def __init__(self, theirs: PrivilegedNote) -> None:
        self.theirs = theirs
        super().__init__(f"note {theirs.pk} has version {theirs.version}")


def write_note(incident: Incident, *, title: str, text: str, by: User, key: str) -> PrivilegedNote:
    """A new note. It is told of nowhere else in the case. `key` makes a form sent twice one note."""
    _check(title, text)
    with transaction.atomic(), history.context(by, "Privileged note written"):
        note, _made = PrivilegedNote.objects.get_or_create(
            author=by,
            key=key,
            defaults={"incident": incident, "title": title.strip(), "text": text.strip(), "changed_by": by},
        )
        events.publish(events.WordsChanged(incident.pk, "note", (note.pk,)))
    return note


def change_note(note: PrivilegedNote, *, title: str, text: str, by: User, base: int) -> PrivilegedNote:
    """A new wording; earlier ones stay in the history. Raises NoteConflict where a newer version stands."""
    _check(title, text)
    with transaction.atomic(), history.context(by, "Privileged note changed"):
        held = PrivilegedNote.objects.select_for_update(of=("self",)).get(pk=note.pk)
        if (held.title, held.text) == (title.strip(), text.strip()):
            return held
        if held.version != base:
            raise NoteConflict(held)
        held.title, held.text, held.version = title.strip(), text.strip(), base + 1
        held.changed_by, held.changed_at = by, timezone.now()
        held.save(update_fields=["title", "text", "version", "changed_by", "changed_at"])
        events.publish(events.WordsChanged(held.incident_id, "note", (held.pk,)))
    return held


def allow_privileged(member: Membership, *, by: User, reason: str) -> PrivilegedReader:
    """Lets a member see the privileged items of the cases that he or she sees anyway."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: each further reader may put the privilege at risk.")})
    if not may(member, Permission.VIEW_CASE):
        raise ValidationError(
            {"member": _("%(name)s sees no cases, and so no privileged items.") % {"name": member.user}}
        )
    with transaction.atomic(), history.context(by, reason.strip()):
        row, _made = PrivilegedReader.objects.get_or_create(
            membership=member, defaults={"granted_by": by, "reason": reason.strip()}
        )
    return row


def withdraw_privileged(member: Membership, *, by: User) -> None:
    """Takes that back."""
    with transaction.atomic(), history.context(by, "No longer allowed to see privileged items"):
        PrivilegedReader.objects.filter(membership=member).delete()


def _check(title: str, text: str) -> None:
    faults = {
        **({"title": _("Give the note a title.")} if not title.strip() else {}),
        **({"text": _("Write what is to be kept.")} if not text.strip() else {}),
    }
    if faults:
        raise ValidationError(faults)
