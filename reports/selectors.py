"""Reading documents: the list of a case, which forms serve a duty, which letters people need."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from accounts.models import Membership
from incidents.models import Incident, Obligation, Outcome, Party
from incidents.selectors import newest_revision
from reports.access import visible_documents
from reports.answers import Sheet
from reports.checks import sheet_of
from reports.definitions import Form, load_forms
from reports.languages import language
from reports.models import Document


@dataclass(frozen=True)
class DocumentRow:
    """One document in a list, with its form and, while it is open, its progress."""

    document: Document
    form: Form

    @cached_property
    def sheet(self) -> Sheet:
        """Its answers; read when asked for."""
        return sheet_of(self.document)

    @property
    def progress(self) -> str:
        """Such as: 14 of 17 ready, 3 not known yet (which the law allows)."""
        return progress_words(self.sheet)


def progress_words(sheet: Sheet) -> str:
    """How far a document is, in words."""
    words = f"{sheet.ready} of {sheet.total} ready"
    if sheet.follows:
        words += f", {len(sheet.follows)} not known yet (which the law allows)"
    if sheet.blocking:
        words += f", {len(sheet.blocking)} still needed"
    return words


def documents_of(membership: Membership, incident: Incident) -> list[DocumentRow]:
    """The documents of a case, newest first. One query."""
    forms = load_forms()
    return [DocumentRow(row, forms[row.form]) for row in visible_documents(membership, incident)]


def documents_of_obligation(obligation: Obligation) -> QuerySet[Document]:
    """The documents made for one duty, newest first."""
    return Document.objects.filter(obligation=obligation).select_related("incident", "created_by").order_by("-ordinal")


def forms_for(obligation: Obligation) -> list[Form]:
    """Forms that serve a duty: those that name it, then the generic one of its law."""
    found = [form for form in load_forms().values() if obligation.duty in form.duties]
    return sorted(found, key=lambda form: (form.generic, form.id))


@dataclass(frozen=True, slots=True)
class Offer:
    """A document that can be begun for a duty."""

    obligation: Obligation
    form: Form


def offers(incident: Incident) -> list[Offer]:
    """What can be drafted in a case: a form for each standing duty that has one, earliest first."""
    duties = (
        Obligation.objects.filter(incident=incident, outcome__in=[Outcome.APPLIES, Outcome.UNDETERMINED])
        .select_related("party__legal_entity")
        .order_by("due", "pk")
    )
    return [Offer(duty, form) for duty in duties for form in forms_for(duty)]


@dataclass(frozen=True, slots=True)
class Segment:
    """Groups of people about whom the same data are concerned: one letter fits them all."""

    groups: tuple[str, ...]
    places: tuple[str, ...]
    data: tuple[str, ...]

    @property
    def value(self) -> str:
        """The groups as one word, for a form."""
        return ",".join(self.groups)

    @property
    def words(self) -> str:
        """Places and data in words, for the officer who chooses."""
        said = language("en")
        places = said.listing(_place_words(one) for one in self.places)
        data = said.listing(said.data(one).lower() for one in self.data)
        return f"{places}: {data}" if data else f"{places}: no data recorded"


def _place_words(code: str) -> str:
    said = language("en")
    if code == "unknown":
        return said.word("place_unknown")
    return said.region(code) if code.isdigit() else said.place(code)


def segments(party: Party, place: str = "") -> list[Segment]:
    """The people of a party by what of their data is concerned; `place` keeps one country, EU all of the EEA's."""
    revision = newest_revision(party)
    facts: dict[str, Any] = revision.document if revision else {}
    by_data: dict[tuple[tuple[str, str], ...], list[dict[str, Any]]] = {}
    for row in facts.get("affected", ()):
        if row.get("presence") == "ruled_out" or (place not in ("", "EU") and row.get("country") != place[:2]):
            continue
        by_data.setdefault(_data_of(row["id"], facts.get("data", ())), []).append(row)
    return [
        Segment(
            groups=tuple(row["id"] for row in rows),
            places=tuple(dict.fromkeys(row.get("country") or row.get("region") or "unknown" for row in rows)),
            data=tuple(category for category, status in data if status != "ruled_out"),
        )
        for data, rows in by_data.items()
    ]


def _data_of(group: str, items: Sequence[dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (item["category"], item.get("status", "unknown"))
        for item in items
        if item.get("groups") is None or group in item["groups"]
    )
