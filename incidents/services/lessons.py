"""Lessons learnt from a case."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import history
from accounts.models import User
from incidents import events
from incidents.models import Incident, Lessons
from incidents.services.timeline import legal_entry


class LessonsConflict(Exception):  # noqa: N818 - a state to be shown and resolved, not a failure
    """Somebody else has saved since. `theirs` is what stands; what was typed is with the caller."""

    def __init__(self, theirs: Lessons) -> None:
        self.theirs = theirs
        super().__init__(f"lessons have version {theirs.version}")


def record_lessons(incident: Incident, *, went_well: str, went_badly: str, by: User, base: int) -> Lessons:
    """Records what went well and what did not. `base`: the version that was seen, 0 for none.

    Raises LessonsConflict where a newer version stands.
    """
    if not went_well.strip() and not went_badly.strip():
        raise ValidationError(_("Write at least one of the two."))
    with transaction.atomic(), history.context(by, "Lessons learnt recorded"):
        Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
        held = Lessons.objects.filter(incident=incident).first()
        if held is not None and (held.went_well, held.went_badly) == (went_well.strip(), went_badly.strip()):
            return held
        if held is not None and held.version != base:
            raise LessonsConflict(held)
        row = held or Lessons(incident=incident, version=0)
        row.went_well, row.went_badly, row.version = went_well.strip(), went_badly.strip(), row.version + 1
        row.author, row.recorded_at = by, timezone.now()
        row.save()
        if held is None:
            legal_entry(incident, "lessons", row.recorded_at, "Lessons learnt recorded.", by)
        events.publish(events.WordsChanged(incident.pk, "lessons", (row.pk,)))
    return row
