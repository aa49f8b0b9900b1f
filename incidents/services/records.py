"""What is told in words and what was done: narratives and measures."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import history
from accounts.models import User
from incidents import events
from incidents.catalogue import load_catalogue
from incidents.models import Incident, MeasureTaken, Narrative, Party


class NarrativeConflict(Exception):  # noqa: N818 - a state to be shown and resolved, not a failure
    """Somebody else has written since. `theirs` is what stands, `mine` what was typed; nothing is lost."""

    def __init__(self, theirs: Narrative, mine: str) -> None:
        self.theirs = theirs
        self.mine = mine
        words = _("“{question}” was changed by {who} meanwhile (version {number}).")
        super().__init__(words.format(question=theirs.question, who=theirs.author, number=theirs.version))


def write_narrative(
    incident: Incident,
    *,
    question: str,
    language: str,
    text: str,
    author: User,
    base: int = 0,
    party: Party | None = None,
    translated_from: str = "",
    machine: bool = False,
) -> Narrative:
    """Answers a question in words. `base` is the version that the author saw; 0: none yet.

    `machine`: a machine has translated it, which is shown until somebody approves it.

    A new wording takes an approval away. Raises NarrativeConflict where a newer version stands.
    """
    if question not in load_catalogue().narratives:
        known = ", ".join(load_catalogue().narratives)
        raise ValidationError({"question": f"{question!r}: expected one of {known}"})
    if party is not None and party.incident_id != incident.pk:
        raise ValidationError({"party": "expected a party to the same case"})
    with transaction.atomic(), history.context(author, f"Wording of {question}"):
        # The case is locked, not the text: two first wordings must not pass each other.
        Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
        held = Narrative.objects.filter(incident=incident, question=question, language=language, party=party).first()
        if held is not None and held.text == text:
            return held
        if (held.version if held else 0) != base:
            raise NarrativeConflict(held, text) if held else ValidationError({"base": f"{base}: expected 0"})
        row = held or Narrative(incident=incident, question=question, language=language, party=party)
        row.text, row.author, row.recorded_at, row.version = text, author, timezone.now(), base + 1
        row.origin = Narrative.Origin.TRANSLATION if translated_from else Narrative.Origin.ORIGINAL
        row.translated_from, row.machine = translated_from, machine and bool(translated_from)
        row.approved_by, row.approved_at = None, None
        row.full_clean(validate_unique=False, validate_constraints=False)
        row.save()
        events.publish(events.WordsChanged(incident.pk, "narrative", (row.pk,)))
    return row


def approve_narrative(narrative: Narrative, *, by: User, version: int) -> Narrative:
    """Approves one wording. ValidationError where another version stands by now."""
    with transaction.atomic(), history.context(by, "Wording approved"):
        held = Narrative.objects.select_for_update(of=("self",)).get(pk=narrative.pk)
        if held.version != version:
            raise ValidationError(
                {"version": _("The wording has changed since; read version %(n)d.") % {"n": held.version}}
            )
        held.approved_by, held.approved_at = by, timezone.now()
        held.save(update_fields=["approved_by", "approved_at"])
    return held


def record_measure(
    incident: Incident,
    *,
    measure: str,
    time: str,
    state: str,
    author: User,
    day: date | None = None,
    description: str = "",
    party: Party | None = None,
) -> MeasureTaken:
    """A measure of the taxonomy: in place before, taken since, or planned for a day."""
    row = MeasureTaken(
        incident=incident,
        party=party,
        measure=measure,
        time=time,
        state=state,
        day=day,
        description=description.strip(),
        author=author,
    )
    return _save_measure(row, author, "Measure recorded")


def change_measure(row: MeasureTaken, *, by: User, reason: str = "", **changes: Any) -> MeasureTaken:
    """Changes state, day or description of a measure: a planned one is now in place."""
    allowed = {"state", "day", "description"}
    if set(changes) - allowed:
        raise ValidationError({name: f"expected one of {', '.join(sorted(allowed))}" for name in changes})
    for name, value in changes.items():
        setattr(row, name, value)
    return _save_measure(row, by, reason or "Measure changed")


def _save_measure(row: MeasureTaken, by: User, reason: str) -> MeasureTaken:
    if row.time == MeasureTaken.Time.BEFORE and row.state != MeasureTaken.State.IN_PLACE:
        raise ValidationError({"state": _("A measure from before the incident was in place, or it was none.")})
    with transaction.atomic(), history.context(by, reason):
        row.full_clean(validate_constraints=False)
        row.save()
        events.publish(events.WordsChanged(row.incident_id, "measure", (row.pk,)))
    return row
