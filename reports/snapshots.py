"""The frozen snapshot that a document is made from: facts, words, measures, names, as they are now."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext

from incidents.models import FactsRevision, MeasureTaken, Narrative, Obligation, Party
from incidents.selectors import leading_clock
from law.rulebook import load_rulebook
from reports.definitions import Form, NarrativeOrigin, RecordOrigin
from reports.models import Document
from reports.vocabulary import linked

SCHEMA = "tocsin.document/1"


def take_snapshot(
    *,
    party: Party,
    form: Form,
    language: str,
    phase: str,
    reference: str,
    taken_at: datetime,
    obligation: Obligation | None = None,
    groups: Sequence[str] = (),
    previous: Document | None = None,
) -> dict[str, Any]:
    """Everything that the document says, as of `taken_at`. ValidationError where the party has no facts."""
    revision = FactsRevision.objects.filter(party=party).order_by("-number").first()
    if revision is None:
        raise ValidationError({"party": gettext("{party} has no facts yet. Record some first.").format(party=party)})
    known = {row["id"] for row in revision.document.get("affected", ())}
    strange = sorted(set(groups) - known)
    if strange:
        words = gettext("{given}: no such group of people. There are: {known}.")
        listed = ", ".join(sorted(known)) or gettext("none")
        raise ValidationError({"groups": words.format(given=", ".join(strange), known=listed)})
    entity = party.legal_entity
    return {
        "schema": SCHEMA,
        "form": {"id": form.id, "version": form.version, "digest": form.digest},
        "language": language,
        "phase": phase,
        "reference": reference,
        "taken_at": taken_at.isoformat(),
        "zone": _zone(party, obligation),
        "late": _late(obligation, taken_at, previous),
        "organisation": {
            "name": entity.name,
            "country": entity.country,
            "registration_number": entity.registration_number,
        },
        "authority": _authority(obligation, form),
        "duty": {"id": obligation.duty, "jurisdiction": obligation.jurisdiction} if obligation else None,
        "revision": {"number": revision.number, "digest": revision.digest, "known_at": revision.known_at.isoformat()},
        "facts": revision.document,
        "narratives": _narratives(party, form, language),
        "measures": _measures(party),
        "groups": list(groups),
        "previous": _previous(previous),
        # Only there where it holds: documents made before this was recorded read as they did.
        **({"exercise": True} if party.incident.exercise else {}),
    }


def canonical(value: object) -> bytes:
    """JSON with sorted keys: the same value gives the same bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1).encode()


def is_late(obligation: Obligation | None, at: datetime) -> bool:
    """Has the law's own period passed? A regulator's yardstick makes nobody late."""
    if obligation is None:
        return False
    due, kind = leading_clock(obligation)
    return due is not None and kind != "guideline" and due < at


def _late(obligation: Obligation | None, at: datetime, previous: Document | None) -> bool:
    """A follow-up is as late as the one before it was, unless its stage has a period of its own (a final report)."""
    if previous is not None and previous.obligation is not None and obligation is not None:
        same = previous.obligation_id == obligation.pk
        if same or (previous.obligation.duty == obligation.duty and obligation.due is None):
            return bool(previous.snapshot["late"])
    return is_late(obligation, at)


def _zone(party: Party, obligation: Obligation | None) -> str:
    """The one zone of the case: a document shows times as its pages do."""
    return party.incident.time_zone


def _authority(obligation: Obligation | None, form: Form) -> dict[str, Any] | None:
    name = (obligation.authority if obligation else "") or form.regulator
    authority = load_rulebook().authorities.get(name)
    if authority is None:
        return {"id": "", "name": name, "languages": []} if name else None
    return {
        "id": name,
        "name": authority.name,
        "name_native": authority.name_native,
        "acronym": authority.acronym,
        "languages": list(authority.languages),
        "channel": {"type": authority.channel.type, "url": authority.channel.url},
    }


def questions_of(form: Form) -> list[str]:
    """The questions answered in words that a form asks."""
    found: list[str] = []
    for field in form.fields.values():
        for origin in field.origin:
            if isinstance(origin, NarrativeOrigin):
                found.append(origin.question)
            elif isinstance(origin, RecordOrigin) and origin.kind == "late":
                found.append("late_reasons")
    return list(dict.fromkeys(found))


def _narratives(party: Party, form: Form, language: str) -> dict[str, Any]:
    """The texts in the document's language; where there are only others, which ones. The party's own come first."""
    rows = list(
        Narrative.objects.filter(
            Q(party=party) | Q(party=None), incident_id=party.incident_id, question__in=questions_of(form)
        )
    )
    found: dict[str, Any] = {}
    for question in questions_of(form):
        ours = sorted((row for row in rows if row.question == question and row.text.strip()), key=_own_first)
        if not ours:
            continue
        row = next((row for row in ours if row.language == language), None)
        found[question] = _text(row, ours) if row else {"text": "", "languages": sorted({one.language for one in ours})}
    return found


def _own_first(row: Narrative) -> tuple[bool, str]:
    return row.party_id is None, row.language


def _text(row: Narrative, rows: Sequence[Narrative]) -> dict[str, Any]:
    source = next((one for one in rows if one.language == row.translated_from and one.party_id == row.party_id), None)
    return {
        "text": row.text,
        "origin": row.origin,
        "version": row.version,
        "approved": row.approved_at is not None,
        "machine": row.machine and row.approved_at is None,
        # A changed original makes its translations old.
        "stale": bool(source and source.recorded_at > row.recorded_at),
    }


def _measures(party: Party) -> list[dict[str, Any]]:
    rows = MeasureTaken.objects.filter(Q(party=party) | Q(party=None), incident_id=party.incident_id)
    return [
        {
            "measure": row.measure,
            "time": row.time,
            "state": row.state,
            "day": row.day.isoformat() if row.day else None,
        }
        for row in rows.exclude(state=MeasureTaken.State.DROPPED).order_by("day", "pk")
    ]


def _previous(document: Document | None) -> dict[str, Any] | None:
    if document is None or document.sent_at is None:
        return None
    return {
        "reference": document.reference,
        "sent_at": document.sent_at.isoformat(),
        "authority_reference": document.sent_reference,
        "answers": document.printed or [],
    }


def attachments_of(snapshot: Mapping[str, Any], answers: Sequence[Mapping[str, Any]]) -> list[tuple[str, bytes, str]]:
    """Name, content and description of what the kept file carries."""
    about = {key: snapshot[key] for key in ("form", "language", "phase", "reference", "taken_at", "revision")}
    return [
        ("facts.json", canonical(snapshot["facts"]), "The facts document that this document was made from"),
        (
            "answers.json",
            canonical({**about, "answers": list(answers)}),
            "Each printed answer with the facts it rests on",
        ),
        (
            "facts.jsonld",
            canonical(linked(snapshot, answers)),
            "Facts and answers in terms of the W3C Data Privacy Vocabulary",
        ),
    ]
