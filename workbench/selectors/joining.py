"""Merging and splitting before they happen: the differences in words, and what each would do, found by trying it."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from incidents import paths
from incidents.joining import compare
from incidents.models import Assessment, DutyChange, Fulfilment, Incident, Obligation, Party
from incidents.selectors import newest_revision
from workbench.selectors.changes import ChangeRow, rows_of
from workbench.selectors.facts import path_words
from workbench.selectors.said import value_words


@dataclass(frozen=True)
class Choice:
    """One fact on which two cases differ: both values in words with their source, and the one proposed.

    `company`: whose fact it is, where the case has several legal persons; else empty.
    """

    name: str
    party: int
    path: str
    label: str
    about: str
    target: str
    source: str
    target_from: str
    source_from: str
    proposed: str
    company: str


@dataclass(frozen=True)
class New:
    """One thing known only in the case that ends; `name` empty: a whole legal person, which always goes along."""

    name: str
    party: int
    path: str
    words: str


@dataclass(frozen=True)
class Effect:
    """What a merge or split would do to the duties of one case."""

    incident: Incident
    changes: tuple[ChangeRow, ...]
    carried: tuple[str, ...]
    sent: tuple[str, ...]


def choices_of(source: Incident, target: Incident, zone: ZoneInfo, language: str) -> tuple[list[Choice], list[New]]:
    """Where the two differ, legal person by legal person; and what would be taken over, in words."""
    found: list[Choice] = []
    new: list[New] = []
    ours = {one.legal_entity_id: one for one in Party.objects.filter(incident=target)}
    parties = list(Party.objects.filter(incident=source).select_related("legal_entity").order_by("pk"))
    for theirs in parties:
        document = _document(theirs)
        twin = ours.get(theirs.legal_entity_id)
        if twin is None:
            new.append(New("", theirs.pk, "", theirs.legal_entity.name))
            continue
        held = _document(twin)
        compared = compare(held, document)
        for one in compared.differing:
            label, about = path_words(one.path, held)
            found.append(
                Choice(
                    name=name_of(theirs.pk, one.path),
                    party=theirs.pk,
                    path=one.path,
                    label=label,
                    about=about,
                    target=value_words(held, one.path, zone, language) or "",
                    source=value_words(compared.document, one.path, zone, language) or "",
                    target_from=_source_of(held, one.path),
                    source_from=_source_of(compared.document, one.path),
                    proposed=one.safer,
                    company=theirs.legal_entity.name if len(parties) > 1 else "",
                )
            )
        for path in compared.new:
            label, about = path_words(path, compared.document)
            said = value_words(compared.document, path, zone, language) or ""
            told = f"{about}: {label} {said}" if about else f"{label} {said}"
            new.append(New(name_of(theirs.pk, path), theirs.pk, path, told))
    return found, new


def name_of(party: int, path: str) -> str:
    """The name of a choice in the form."""
    return f"choice-{sha256(f'{party}{path}'.encode()).hexdigest()[:12]}"


def effect_of(act: Callable[[], Any], incidents: Callable[[Any], list[Incident]]) -> list[Effect]:
    """Does it, looks, and takes everything back. Raises what the act raises."""
    with transaction.atomic():
        last = Assessment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        acts = Fulfilment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        duties = Obligation.objects.filter(origin="hand").order_by("-pk").values_list("pk", flat=True).first() or 0
        made = act()
        found = [_effect(one, last, acts, duties) for one in incidents(made)]
        transaction.set_rollback(True)
    return found


def _effect(incident: Incident, last: int, acts: int, duties: int) -> Effect:
    changes = DutyChange.objects.filter(assessment__party__incident=incident, assessment_id__gt=last)
    newest = {
        one.obligation_id: one for one in changes.select_related("obligation__party__legal_entity").order_by("pk")
    }
    carried = Obligation.objects.filter(incident=incident, origin="hand", pk__gt=duties).order_by("pk")
    sent = Fulfilment.objects.filter(obligation__incident=incident, pk__gt=acts).select_related("obligation")
    return Effect(
        incident=incident,
        changes=rows_of(newest.values()),
        carried=tuple(one.title for one in carried),
        sent=tuple(one.obligation.title for one in sent.order_by("pk")),
    )


def _document(party: Party) -> dict[str, Any]:
    revision = newest_revision(party)
    return revision.document if revision else {}


def _source_of(document: dict[str, Any], path: str) -> str:
    held = paths.get(document, paths.join(["provenance", path])) or {}
    return str(held.get("from", "")) if isinstance(held, dict) else ""
