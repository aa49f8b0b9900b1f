"""Said to whom: each fact that left the house, what each receiver was told of it, and where the fact differs by now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import ngettext

from accounts.models import Membership
from incidents import paths
from incidents.models import Fulfilment, MeasureTaken, Narrative, Party
from incidents.selectors import newest_revision
from law.rulebook import load_rulebook
from reports.access import visible_documents
from reports.models import Document
from workbench import counts, words
from workbench.selectors.facts import path_words
from workbench.selectors.people import PRESENCE

NARRATIVE = "narrative:"
MEASURES = "measures"
NOTICES = "/notices"


@dataclass(frozen=True)
class Said:
    """One thing that one document said. `then`: the fact as it stood when the document was made."""

    document: Document
    receiver: str
    label: str
    text: str
    by_hand: bool
    stale: bool


@dataclass(frozen=True)
class SaidRow:
    """One fact, its value now (None: nothing is recorded), and everything said of it, oldest first."""

    path: str
    label: str
    about: str
    now: str | None
    said: tuple[Said, ...]

    @property
    def stale(self) -> bool:
        """Would the newest word to any receiver be another today?"""
        return any(one.stale for one in self.newest)

    @property
    def newest(self) -> tuple[Said, ...]:
        """The last word to each receiver."""
        return tuple({(one.receiver, one.document.form): one for one in self.said}.values())


@dataclass(frozen=True)
class Elsewhere:
    """A duty recorded as done without a document of Tocsin: what was said there is not known, only what was known."""

    fulfilment: Fulfilment
    receiver: str
    changed: int


@dataclass(frozen=True)
class Account:
    """The whole page: facts that were said, stale ones first; receivers that should hear again; what went elsewhere."""

    rows: tuple[SaidRow, ...]
    again: tuple[tuple[Document, str, int], ...]
    elsewhere: tuple[Elsewhere, ...]
    documents: int

    @property
    def stale(self) -> int:
        return sum(row.stale for row in self.rows)


def said_account(membership: Membership, party: Party, zone: ZoneInfo, language: str = "en") -> Account:
    """What was said for one legal person. Five queries, however many documents there are."""
    sent = list(
        visible_documents(membership, party.incident)
        .filter(party=party, sent_at__isnull=False)
        .exclude(phase=Document.Phase.WITHDRAWAL)
        .order_by("sent_at", "ordinal")
    )
    held = _Held(party)
    found: dict[str, list[Said]] = {}
    for document in sent:
        receiver = receiver_of(document)
        for row in document.printed or ():
            for path in row.get("facts", ()):
                stale = held.differs(path, document)
                one = Said(document, receiver, row["label"], row["text"], "entered" in row, stale)
                found.setdefault(path, []).append(one)
    rows = [_row(path, said, held, zone, language) for path, said in found.items()]
    rows.sort(key=lambda row: not row.stale)
    return Account(tuple(rows), tuple(_again(rows)), tuple(_elsewhere(party, sent, held.document)), len(sent))


def receiver_of(document: Document) -> str:
    """Whom a document went to: the authority by its short name, else what the letter is."""
    named = (document.snapshot.get("authority") or {}).get("id", "")
    authority = load_rulebook().authorities.get(named)
    if authority is not None:
        return authority.acronym or authority.name
    return str((document.snapshot.get("authority") or {}).get("name") or document.get_kind_display())


class _Held:
    """The facts, words and measures of a party as they stand."""

    def __init__(self, party: Party) -> None:
        revision = newest_revision(party)
        self.document: Mapping[str, Any] = revision.document if revision else {}
        mine = Q(party=party) | Q(party=None)
        texts = Narrative.objects.filter(mine, incident_id=party.incident_id).order_by("party_id")
        self.texts = {(one.question, one.language): one.text for one in texts}
        taken = MeasureTaken.objects.filter(mine, incident_id=party.incident_id)
        self.measures = {(one.measure, one.time, one.state) for one in taken.exclude(state=MeasureTaken.State.DROPPED)}

    def differs(self, path: str, document: Document) -> bool:
        """Does what the document rests on read otherwise now?"""
        snapshot = document.snapshot
        if path == MEASURES:
            said = {(row["measure"], row["time"], row["state"]) for row in snapshot.get("measures", ())}
            return said != self.measures
        if path.startswith(NARRATIVE):
            question = path.removeprefix(NARRATIVE)
            told = (snapshot.get("narratives", {}).get(question) or {}).get("text", "")
            now = self.texts.get((question, document.language), "")
            return bool(now) and now != told
        told, now = _value(snapshot["facts"], path), _value(self.document, path)
        if path == NOTICES:
            return _beside(document, told) != _beside(document, now)
        return bool(told != now)

    def now(self, path: str, zone: ZoneInfo, language: str) -> str | None:
        """The value now, in words."""
        if path == MEASURES:
            return f"{len(self.measures)} recorded"
        if path.startswith(NARRATIVE):
            question = path.removeprefix(NARRATIVE)
            found = self.texts.get((question, "en")) or next(
                (text for (name, _), text in self.texts.items() if name == question), None
            )
            return f"{found[:200]}…" if found and len(found) > 200 else found
        return value_words(self.document, path, zone, language)


def _beside(document: Document, notices: Sequence[Mapping[str, Any]] | None) -> list[Mapping[str, Any]]:
    """The notices beside the document's own: that it was sent itself changes nothing of what it says."""
    duty = document.obligation
    own = (duty.duty, duty.jurisdiction) if duty else None
    return [one for one in notices or () if (one.get("duty"), one.get("jurisdiction")) != own]


def _value(document: Mapping[str, Any], path: str) -> Any:
    try:
        return paths.get(document, path)
    except paths.PathError:
        return None


def value_words(document: Mapping[str, Any], path: str, zone: ZoneInfo, language: str) -> str | None:
    """A fact in words; of a row of people or data what leads it."""
    value = _value(document, path)
    if value is None:
        return None
    if isinstance(value, Mapping) and "presence" in value:
        number = counts.count_words(*counts.bounds(value.get("count")))
        return f"{PRESENCE[str(value['presence'])]}, {number}" if number else str(PRESENCE[str(value["presence"])])
    if isinstance(value, Mapping) and "status" in value:
        return str(PRESENCE.get(str(value["status"]), value["status"]))
    if isinstance(value, Sequence) and not isinstance(value, str) and value and isinstance(value[0], Mapping):
        return ngettext("{number} recorded", "{number} recorded", len(value)).format(number=len(value))
    return words.value_words(words.question_of(path), value, zone, language, document)


def _row(path: str, said: list[Said], held: _Held, zone: ZoneInfo, language: str) -> SaidRow:
    label, about = path_words(path, held.document if _value_is(held, path) else said[-1].document.snapshot["facts"])
    return SaidRow(path, label, about, held.now(path, zone, language), tuple(said))


def _value_is(held: _Held, path: str) -> bool:
    return path.startswith("/") and _value(held.document, path) is not None


def _again(rows: Iterable[SaidRow]) -> Iterable[tuple[Document, str, int]]:
    """The last document to each receiver of whom something said is stale, with how many things."""
    last: dict[tuple[str, str], Document] = {}
    number: dict[tuple[str, str], int] = {}
    for row in rows:
        for one in row.newest:
            key = (one.receiver, one.document.form)
            if key not in last or last[key].ordinal < one.document.ordinal:
                last[key] = one.document
            number[key] = number.get(key, 0) + one.stale
    return [(last[key], key[0], count) for key, count in number.items() if count]


def _elsewhere(party: Party, sent: Sequence[Document], now: Mapping[str, Any]) -> Iterable[Elsewhere]:
    ours = {f"sha256:{one.sha256}" for one in sent}
    rows = (
        Fulfilment.objects.filter(obligation__party=party, withdrawn_at__isnull=True, obligation__kind="notify")
        .select_related("obligation", "revision", "by")
        .order_by("at")
    )
    for one in rows:
        if one.document_digest in ours:
            continue
        authority = load_rulebook().authorities.get(one.obligation.authority)
        receiver = (authority.acronym or authority.name) if authority else one.obligation.title
        before = one.revision.document if one.revision else now
        changed = sum(not path.startswith(("/provenance", "/notices")) for path in paths.diff(before, now))
        yield Elsewhere(one, receiver, changed)
