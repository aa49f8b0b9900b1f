"""What the readers share: the context they read, the pieces they give, instants and terms in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reports.definitions import Form, form_of
from reports.languages import Language


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of an answer. `kind` says how it is laid out: text, lines, items, table,
    options, note, open (what is not known).
    """

    kind: str
    lines: tuple[str, ...] = ()
    lead: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    ticks: tuple[tuple[bool, str], ...] = ()
    colon: str = ""
    """Of a table whose cells from the third on mean little without their heads: as text they carry these."""
    tag: str = ""
    """The language of the lines, where it is another than the document's (an English copy)."""

    @property
    def plain(self) -> str:
        """The piece as text, for copying into a portal and for comparing with an earlier document."""
        body = list(self.lines)
        body += [" – ".join(cell for cell in self._told(row) if cell) for row in self.rows]
        body += [text for ticked, text in self.ticks if ticked]
        if self.kind == "items":
            body = [f"- {line}" for line in body]
        return "\n".join([self.lead, *body] if self.lead else body)

    def _told(self, row: tuple[str, ...]) -> list[str]:
        if not self.colon:
            return list(row)
        return [*row[:2], *(f"{head}{self.colon}{cell}" for head, cell in zip(self.head[2:], row[2:], strict=True))]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one origin says: pieces, whether it is known, the paths of the facts it read."""

    state: str = "known"  # known | unknown | for_good | not_applicable | no_text | empty
    parts: tuple[Part, ...] = ()
    paths: tuple[str, ...] = ()


@dataclass(frozen=True)
class Context:
    """What the readers read: the snapshot, the language, the people whom a letter is for."""

    snapshot: Mapping[str, Any]
    language: Language
    groups: tuple[str, ...] = ()
    typed: Mapping[str, Any] = field(default_factory=dict)
    complete: bool | None = None
    """Is everything answered? Known once all answers have been read; only the kind of notification asks it."""

    @property
    def form(self) -> Form:
        """The form of the document."""
        return form_of(self.snapshot["form"]["id"])

    @property
    def phase(self) -> str:
        """Initial, follow-up, final or withdrawal."""
        return str(self.snapshot["phase"])

    @property
    def closed(self) -> bool:
        """May nothing stay open in this document?"""
        return self.phase in self.form.closed_phases

    @property
    def facts(self) -> Mapping[str, Any]:
        """The facts document of the snapshot."""
        facts: Mapping[str, Any] = self.snapshot["facts"]
        return facts

    @property
    def zone(self) -> str:
        """The zone in which the document shows times."""
        return str(self.snapshot["zone"])

    @property
    def taken_at(self) -> datetime:
        """The instant at which the facts were as the document says."""
        return datetime.fromisoformat(self.snapshot["taken_at"])

    @property
    def not_known(self) -> str:
        """The words "not known at the time of this notification", with date, time and zone."""
        return self._open("not_known")

    @property
    def more_not_known(self) -> str:
        """The same where a part of the answer is known and stands before it."""
        return self._open("not_known_more")

    def _open(self, words: str) -> str:
        said = self.language
        return said.word("not_known_at", words=said.word(words), instant=said.instant(self.taken_at, self.zone))


UNKNOWN = Reading("unknown")


def notices_sent(addressees: Sequence[str], context: Context) -> list[tuple[int, Mapping[str, Any]]]:
    """Notices that have gone out to these addressees, each with its place in the facts.

    What went to the authority for the duty of this very document is left out: it is no other authority.
    """
    ours = context.snapshot.get("duty") or {}
    return [
        (index, row)
        for index, row in enumerate(context.facts.get("notices", ()))
        if row.get("addressee") in addressees
        and row.get("first_sent_at") not in (None, "not_yet")
        and not (ours and (row.get("duty"), row.get("jurisdiction")) == (ours["id"], ours["jurisdiction"]))
    ]


def plain_text(text: str) -> Part:
    """A text as paragraphs."""
    lines = (line.strip() for line in text.replace("\r\n", "\n").split("\n"))
    return Part("text", tuple(line for line in lines if line))


def provenance_state(path: str, context: Context) -> str:
    """Why there is no value: not known, cannot be established, or does not apply."""
    state = ((context.facts.get("provenance") or {}).get(path) or {}).get("state")
    return {"unknown_for_good": "for_good", "not_applicable": "not_applicable"}.get(str(state), "unknown")


def approximate(path: str, context: Context) -> bool:
    """Was the value recorded as approximate?"""
    return bool(((context.facts.get("provenance") or {}).get(path) or {}).get("approximate"))


def instant_words(value: Any, context: Context) -> str:
    """An instant or a span of the facts, in the document's zone."""
    said, zone = context.language, context.zone
    if isinstance(value, dict):
        ends = {name: said.instant(datetime.fromisoformat(value[name]), zone) for name in ("earliest", "latest")}
        return said.word("span", **ends)
    return said.instant(datetime.fromisoformat(value), zone)


def term_words(table: str, value: str, context: Context) -> str:
    """A term by its name."""
    return context.language.term(table, value)
