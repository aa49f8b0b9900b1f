"""The moment of awareness: adding what comes into question, and choosing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from incidents import paths
from incidents.models import AwarenessCandidate, AwarenessChoice, Party
from incidents.services.facts import patch_facts
from incidents.services.timeline import legal_entry

AWARE = "/timeline/became_aware_at"


def add_candidate(
    party: Party, *, at: datetime, source: str, by: User, until: datetime | None = None
) -> AwarenessCandidate:
    """An instant that comes into question. The same one with the same source is kept once."""
    if at > timezone.now():
        raise ValidationError(
            {"at": _("%(value)s lies in the future; expected an instant up to now") % {"value": at.isoformat()}}
        )
    if until is not None and until < at:
        raise ValidationError(
            {
                "until": _("%(value)s: expected an instant not before %(begin)s")
                % {"value": until.isoformat(), "begin": at.isoformat()}
            }
        )
    if not source.strip():
        raise ValidationError({"source": _("Say who knew what then, and where that stands.")})
    made, _is_new = AwarenessCandidate.objects.get_or_create(
        party=party, at=at, source=source.strip(), defaults={"until": until, "recorded_by": by}
    )
    return made


def patch_of(candidate: AwarenessCandidate) -> Mapping[str, Any]:
    """What choosing a candidate says in facts."""
    at, until = candidate.at.isoformat(), candidate.until
    value = {"earliest": at, "latest": until.isoformat()} if until else at
    said = {"state": "known", "from": candidate.source[:300]}
    return {AWARE: value, paths.join(["provenance", AWARE]): said}


def choose_awareness(candidate: AwarenessCandidate, *, reason: str, by: User, base: int) -> AwarenessChoice:
    """Lets the clocks run from a candidate. Raises FactsConflict where the fact was changed since `base`."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why this instant and no other: an inspector asks for it first.")})
    party = candidate.party
    with transaction.atomic():
        why = f"Moment of awareness: {reason.strip()}"
        revision = patch_facts(party, patch_of(candidate), base, by, why, known_at=party.incident.stands_at)
        choice = AwarenessChoice.objects.create(
            candidate=candidate, reason=reason.strip(), chosen_by=by, revision=revision
        )
        words = f"Moment of awareness set to {candidate.at:%Y-%m-%d %H:%M} UTC: {reason.strip()}"
        legal_entry(party.incident, "awareness", choice.chosen_at, words, by, party)
    return choice
