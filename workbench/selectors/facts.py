"""The facts of one legal person as rows of pages: every question with its state, value, author and effect."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from incidents import paths
from incidents.catalogue import Group, Question, load_catalogue
from incidents.models import Narrative, Party
from incidents.selectors import FactState, Statement, facts_with_authors
from workbench import words
from workbench.selectors.questions import Deciding

STATE_WORDS = {
    "known": _("Known"),
    "estimate": _("Estimate"),
    "not_yet_known": _("Not known yet"),
    "unknown_for_good": _("Cannot be found out"),
    "not_applicable": _("Does not apply"),
    "not_answered": _("Not answered"),
}
OPEN_STATES = frozenset({"not_yet_known", "not_answered"})
PER_ROW = frozenset({"people"})
"""Groups of questions that have a page of their own: here only their questions without rows stand."""


@dataclass(frozen=True)
class FactRow:
    """One question with what stands recorded. `value` None: nothing is known. `path` empty: told in words."""

    question: Question
    path: str
    label: str
    about: str
    state: str
    value: str | None
    said: Statement | None
    source: str
    earlier: tuple["Earlier", ...]
    decides: int
    reason: str = ""

    @property
    def state_words(self) -> str:
        return str(STATE_WORDS[self.state])

    @property
    def row(self) -> str:
        """The name of the row in its list, for the address; empty where the fact stands in none."""
        return row_of(self.path)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def hidden(self) -> bool:
        """Nobody is asked for it: a name, or words in a row."""
        return self.question.widget == words.TEXT


@dataclass(frozen=True)
class Earlier:
    """What was said of a fact before, and by whom."""

    value: str | None
    author: str
    recorded_at: datetime
    revision: int


@dataclass(frozen=True)
class FactGroup:
    """One group of the catalogue: rows that matter now, and questions that nobody has touched."""

    group: Group
    rows: tuple[FactRow, ...]
    untouched: tuple[FactRow, ...]

    @property
    def answered(self) -> int:
        return sum(not row.is_open for row in self.rows)


def row_of(path: str) -> str:
    """The segment of a path that the pattern has a "*" for."""
    if not path:
        return ""
    pattern = paths.parse(paths.pattern(path))
    return next((own for own, star in zip(paths.parse(path), pattern, strict=True) if star == "*"), "")


def path_of(question: Question, row: str) -> str:
    """The path of a question for one row. ValueError where the question needs a row and none is named."""
    segments = paths.parse(question.path)
    if "*" not in segments:
        return question.path
    if not row:
        raise ValueError(f"{question.id}: expected the row that is meant")
    return paths.join(row if part == "*" else part for part in segments)


class FactBook:
    """All facts of a party with their authors, read once."""

    def __init__(
        self,
        party: Party,
        document: Mapping[str, Any],
        zone: ZoneInfo,
        deciding: Iterable[Deciding] = (),
        language: str = "",
    ) -> None:
        self.document, self.zone, self.language = document, zone, language
        self.states = facts_with_authors(party)
        self.deciding = {one.path: one for one in deciding}

    def row(self, path: str) -> FactRow:
        """What stands recorded at a path."""
        question = words.question_of(path)
        state = self.states.get(path) or FactState(path, None, "not_answered", {}, question, None)
        deciding = self.deciding.get(path)
        approximate = state.state == "known" and bool(state.provenance.get("approximate"))
        reason = state.value.get("reason", "") if isinstance(state.value, Mapping) and "answer" in state.value else ""
        return FactRow(
            question=question,
            path=path,
            label=words.label_words(question, path),
            about=words.row_words(path, self.document) if question.widget != "test" else "",
            state="estimate" if approximate or _is_estimate(state.value) else _known_state(state),
            value=self.value(question, state.value),
            said=state.said,
            source=str(state.provenance.get("from") or ""),
            earlier=tuple(self._earlier(question, one) for one in state.earlier),
            decides=deciding.duties if deciding else 0,
            reason=reason,
        )

    def value(self, question: Question, value: Any) -> str | None:
        """A value of that question in words."""
        return words.value_words(question, value, self.zone, self.language, self.document)

    def paths_of(self, question: Question) -> list[str]:
        """Every path at which a question stands: the rows of the document, and those it decides."""
        if "*" not in question.path:
            return [question.path]
        held = [path for path in self.states if paths.pattern(path) == question.path]
        return list(dict.fromkeys([*held, *(path for path in self.deciding if paths.pattern(path) == question.path)]))

    def _earlier(self, question: Question, said: Statement) -> Earlier:
        return Earlier(self.value(question, said.value), said.author, said.recorded_at, said.revision)


def _is_estimate(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    return value.get("kind") in ("at_least", "at_most", "between") or "earliest" in value


def _known_state(state: FactState) -> str:
    if state.value is None and state.state == "known":
        return "not_answered"
    return state.state if state.state in STATE_WORDS else "known"


def fact_groups(book: FactBook, narratives: Mapping[str, Narrative]) -> list[FactGroup]:
    """The groups of the catalogue, within each what decides duties and is not known first.

    Questions of a row that nobody has answered are not listed: the page of the row asks them.
    """
    found = []
    for group in load_catalogue().groups:
        rows: list[FactRow] = []
        for question in group.questions:
            if not question.path:
                rows.append(narrative_row(question, narratives.get(question.id)))
            elif "*" in question.path and (group.id in PER_ROW or question.path in IN_ONE_LINE):
                rows += [row for path in book.paths_of(question) if (row := book.row(path)).decides and row.is_open]
            elif question.path == "/data/*/status":
                rows += [_data_line(book, path) for path in book.paths_of(question)]
            else:
                rows += [book.row(path) for path in book.paths_of(question)]
        touched = [row for row in rows if not row.is_open or row.decides or row.state == "not_yet_known"]
        untouched = [row for row in rows if row not in touched and "*" not in row.question.path]
        found.append(FactGroup(group, tuple(sorted(touched, key=_first_open)), tuple(untouched)))
    other = [row for path in (*book.states, *book.deciding) if _is_other(path) and not (row := book.row(path)).hidden]
    if other:
        unique = {row.path: row for row in other}
        found.append(FactGroup(OTHER, tuple(sorted(unique.values(), key=_first_open)), ()))
    return found


OTHER = Group(words.UNNAMED, "Asked by single laws", "Facts that single laws ask for in their own words.", ())


def _is_other(path: str) -> bool:
    """A fact that the catalogue does not ask, and that stands in no row with a page of its own."""
    segments = paths.parse(path)
    return load_catalogue().of_path(path) is None and segments[0] not in ("provenance", "schema", "affected", "data")


IN_ONE_LINE = frozenset(
    f"/data/*/{name}"
    for name in ("category", "groups", "protection", "protection_standard", "linked", "opens", "usable_alone",
                 "public_already", "held_as")
)  # fmt: skip
"""What else is known of a row of data: told on the line of the row, asked on its page."""


def _data_line(book: FactBook, path: str) -> FactRow:
    """One row of data on one line: whether it was affected, and how it was protected."""
    row = book.row(path)
    protection = book.row(path.removesuffix("/status") + "/protection").value
    if row.value is None or protection is None:
        return row
    return replace(row, value=f"{row.value}; {protection[0].lower()}{protection[1:]}")


def _first_open(row: FactRow) -> tuple[bool, int]:
    decisive = row.is_open and row.decides > 0
    return not decisive, -row.decides if decisive else 0


def narrative_row(question: Question, held: Narrative | None) -> FactRow:
    """A question that is answered in words, with the answer in the case's first language."""
    said = None
    if held is not None:
        said = Statement(
            held.text, str(held.author), held.author_id, held.version, held.recorded_at, held.recorded_at, ""
        )
    return FactRow(
        question=question,
        path="",
        label=question.label,
        about="",
        state="known" if held else "not_answered",
        value=held.text if held else None,
        said=said,
        source="",
        earlier=(),
        decides=0,
    )


def narratives_of(party: Party) -> dict[str, Narrative]:
    """The wordings of the case by question: the original where there are translations. One query."""
    rows = Narrative.objects.filter(incident=party.incident_id, party__isnull=True).select_related("author")
    found: dict[str, Narrative] = {}
    for row in sorted(rows, key=lambda one: (one.origin != Narrative.Origin.ORIGINAL, one.language)):
        found.setdefault(row.question, row)
    return found


SUMMARY = (
    # what stands on the overview of a case: path and words before it
    ("/cause/type", _("What happened")),
    ("/nature/confidentiality", _("Seen by others")),
    ("/exposure/access", _("Data accessed")),
    ("/exposure/exfiltration", _("Copied out")),
    ("/exposure/misuse", _("Misused")),
    ("/timeline/became_aware_at", _("Aware since")),
    ("/timeline/detected_at", _("First sign")),
    ("/timeline/contained_at", _("Stopped")),
    ("/organisation/role", _("Our role")),
)


@dataclass(frozen=True)
class SummaryRow:
    """A fact as the component `facts` shows it."""

    label: str
    value: str | None
    note: str
    url: str
    action: str


def summary(book: FactBook, url_of: Any, may_edit: bool) -> list[SummaryRow]:
    """What we know, in few rows. `url_of(row)` is the page of a question."""
    found = []
    for path, label in SUMMARY:
        row = book.row(path)
        note = ngettext("Decides {number} duty", "Decides {number} duties", row.decides) if row.decides else ""
        value = row.value if row.value is not None or row.state in OPEN_STATES else row.state_words
        action = gettext("Change") if row.value is not None else pgettext("to answer", "Answer")
        found.append(
            SummaryRow(str(label), value, note.format(number=row.decides), url_of(row) if may_edit else "", action)
        )
    return found


def data_summary(document: Mapping[str, Any]) -> tuple[list[str], list[str], list[str]]:
    """The data of the case by name: confirmed, suspected, ruled out."""
    by_status: dict[str, dict[str, None]] = {"confirmed": {}, "suspected": {}, "ruled_out": {}}
    for row in document.get("data") or ():
        if row.get("status") in by_status:
            by_status[row["status"]][words.data_words(row["category"])] = None
    confirmed = list(by_status["confirmed"])
    suspected = [one for one in by_status["suspected"] if one not in by_status["confirmed"]]
    return confirmed, suspected, list(by_status["ruled_out"])


def path_words(path: str, document: Mapping[str, Any]) -> tuple[str, str]:
    """A fact by its question, and the row that it stands in ("France, customers"; empty: in none)."""
    if path.startswith("narrative:"):
        question = load_catalogue().questions.get(path.removeprefix("narrative:"))
        return (question.label if question else words.plain(path.partition(":")[2])), ""
    if not path.startswith("/"):
        return words.plain(path), ""
    question = words.question_of(path)
    return words.label_words(question, path), words.row_words(path, document)
