"""Search over everything that a member may see, grouped by case, with the found words marked.

The access filter stands inside the statement that finds, before anything is counted: what somebody may not see is
neither listed nor counted.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.access import Permission, may
from accounts.models import Membership
from incidents.access import sees_privileged, visible_incidents
from incidents.folding import Asked, asked, folded, pieces
from incidents.models import Incident, SearchText
from incidents.searching import LANGUAGES, Source, sources

MOST = 2_000
"""So many places are found and ranked; of more it is only said that there are more."""
CASES = 20
"""Cases on one page."""
PLACES = 4
"""Places shown of one case; the others are counted."""
AROUND = 90
"""Characters shown on either side of the first found word."""
CONFIGS = ("simple", *LANGUAGES.values())
BEGIN, END = "\x01", "\x02"

PARSED = """
SELECT websearch_to_tsquery(config, %s)::text FROM unnest(%s::regconfig[]) WITH ORDINALITY c(config, n) ORDER BY n
"""
FOUND = """
SELECT s.id, s.source, s.incident_id, ts_rank(s.vector, CASE {ranked} END) FROM incidents_searchtext s
WHERE ({matching}) AND s.incident_id IN ({cases}) AND (NOT s.privileged OR %s) LIMIT %s
"""
"""The questions stand in the statement itself and not in a table beside it: only so does PostgreSQL know how frequent
a word is. A rare one it looks up in the index; of a frequent one it reads cases until there are enough."""
RANKED = "WHEN s.config = ANY(%s::text[]) THEN %s::tsquery"
MATCHING = "s.config = ANY(%s::text[]) AND s.vector @@ %s::tsquery"
MARKED = """
SELECT t.n, ts_headline(t.config::regconfig, t.folded, t.query::tsquery, %s)
FROM unnest(%s::text[], %s::text[], %s::text[]) WITH ORDINALITY t(config, query, folded, n)
"""
OPTIONS = f"HighlightAll=true, StartSel={BEGIN}, StopSel={END}"


@dataclass(frozen=True, slots=True)
class Place:
    """One place where the words were found: what it is, its address, its title and a part of its text, marked."""

    source: Source
    url: str
    title: SafeString
    snippet: SafeString


@dataclass(frozen=True, slots=True)
class CaseFound:
    """A case with the best of its places; `more` were found in it beside these."""

    incident: Incident
    places: tuple[Place, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found. `counts`: places by source, whatever source was chosen. `capped`: there are more."""

    cases: tuple[CaseFound, ...] = ()
    total: int = 0
    counts: Mapping[str, int] | None = None
    capped: bool = False
    number: int = 1
    pages: int = 1
    understood: bool = True


def search(membership: Membership, said: str, *, source: str = "", page: int = 1) -> Found:
    """What a member finds. Six queries. `understood`: there was a word to be found in what was said."""
    wanted = asked(said)
    if not wanted.words or not may(membership, Permission.VIEW_CASE):
        return Found(understood=bool(wanted.words))
    queries = _queries(wanted)
    if not any(queries):
        return Found(understood=False)
    hits = _hits(membership, queries)
    counts = Counter(name for _, name, _, _ in hits)
    chosen = [hit for hit in hits if not source or hit[1] == source]
    by_case: dict[int, list[int]] = {}
    for pk, _, case, _ in chosen:
        by_case.setdefault(case, []).append(pk)
    pages = max(1, -(-len(by_case) // CASES))
    number = min(max(page, 1), pages)
    shown = list(by_case.items())[(number - 1) * CASES : number * CASES]
    cases = tuple(_cases(membership, shown, dict(zip(CONFIGS, queries, strict=True))))
    return Found(cases, len(chosen), counts, len(hits) >= MOST, number, pages)


def matching_cases(membership: Membership, said: str) -> list[int]:
    """Ids of the cases in whose own words (title, reference, legal persons, owner) it is found. Two queries."""
    wanted = asked(said)
    queries = _queries(wanted) if wanted.words else []
    return [case for _, name, case, _ in _hits(membership, queries, only="case")] if any(queries) else []


def _queries(wanted: Asked) -> list[str]:
    """The question in each configuration, as PostgreSQL writes it; empty where only stop words are left."""
    with connection.cursor() as cursor:
        cursor.execute(PARSED, (wanted.query, list(CONFIGS)))
        found = [str(text) for (text,) in cursor.fetchall()]
    # The last word may go on: "mailb" finds "mailbox". Only a word, not what is excluded or quoted.
    return [f"{text}:*" if wanted.prefix and text.endswith("'") else text for text in found]


def _hits(membership: Membership, queries: list[str], only: str = "") -> list[tuple[int, str, int, float]]:
    """Row, source, case and rank of what is found, best first. Rows of no known source are left out."""
    cases, values = visible_incidents(membership).values("pk").query.sql_with_params()
    asked_in: dict[str, list[str]] = {}
    for config, query in zip(CONFIGS, queries, strict=True):
        if query:
            asked_in.setdefault(query, []).append(config)
    statement = FOUND.format(
        ranked=" ".join([RANKED] * len(asked_in)), matching=" OR ".join([f"({MATCHING})"] * len(asked_in)), cases=cases
    )
    told = [value for query, configs in asked_in.items() for value in (configs, query)]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*told, *told, *values, sees_privileged(membership), MOST])
        rows = cursor.fetchall()
    known = {only} if only else sources().keys()
    return sorted((row for row in rows if row[1] in known), key=lambda row: (-row[3], -row[2], row[0]))


def _cases(
    membership: Membership, shown: list[tuple[int, list[int]]], queries: Mapping[str, str]
) -> Iterable[CaseFound]:
    incidents = Incident.objects.select_related("owner").in_bulk([case for case, _ in shown])
    texts = SearchText.objects.defer("vector").in_bulk([pk for _, pks in shown for pk in pks[:PLACES]])
    found = _found_words(texts, queries)
    slug = membership.workspace.slug
    for case, pks in shown:
        # What was taken away since it was found is left out.
        rows = [texts[pk] for pk in pks[:PLACES] if pk in texts]
        number = incidents[case].number
        places = tuple(_place(slug, number, row, found[row.pk, "title"], found[row.pk, "text"]) for row in rows)
        yield CaseFound(incidents[case], places, len(pks) - len(pks[:PLACES]))


def _place(slug: str, number: int, row: SearchText, in_title: frozenset[int], in_text: frozenset[int]) -> Place:
    spans = _spans(row.text, in_text)
    first = _best(row, spans)
    ref = row.refs[row.text.count("\n", 0, first)] if row.refs and spans else None
    source = sources()[row.source]
    address = source.address(slug, number, row.key, ref)
    begin, end = (_line(row.text, first) if row.refs else _window(row.text, first)) if row.text else (0, 0)
    snippet = format_html(
        "{}{}{}", "… " if begin and not row.refs else "", _with_marks(row.text, spans, begin, end),
        " …" if end < len(row.text) and not row.refs else "",
    )  # fmt: skip
    return Place(source, address, _with_marks(row.title, _spans(row.title, in_title), 0, len(row.title)), snippet)


def _best(row: SearchText, spans: list[tuple[int, int]]) -> int:
    """Where to begin: the first found word; of a text in lines that of the line which has most."""
    if not row.refs or not spans:
        return spans[0][0] if spans else 0
    in_line: dict[int, list[int]] = {}
    for begin, _ in spans:
        in_line.setdefault(row.text.count("\n", 0, begin), []).append(begin)
    return max(in_line.values(), key=len)[0]


def _found_words(texts: Mapping[int, SearchText], queries: Mapping[str, str]) -> dict[tuple[int, str], frozenset[int]]:
    """Which words of each title and text were found, by their places. One query."""
    parts = [(pk, name, row.config, getattr(row, name)) for pk, row in texts.items() for name in ("title", "text")]
    asked_for = [queries[config] for _, _, config, _ in parts]
    plain = [folded(text) for _, _, _, text in parts]
    with connection.cursor() as cursor:
        cursor.execute(MARKED, (OPTIONS, [config for _, _, config, _ in parts], asked_for, plain))
        headlines = {n: str(text) for n, text in cursor.fetchall()}
    return {
        (pk, name): frozenset(place for place, word in enumerate(headlines[n].split(" ")) if BEGIN in word)
        for n, (pk, name, _, _) in enumerate(parts, start=1)
    }


def _spans(text: str, places: frozenset[int]) -> list[tuple[int, int]]:
    """From where to where the found words stand, those that touch as one."""
    spans: list[tuple[int, int]] = []
    for place, piece in enumerate(pieces(text)) if places else ():
        if place not in places:
            continue
        if spans and piece.start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], piece.end)
        else:
            spans.append((piece.start, piece.end))
    return spans


def _line(text: str, place: int) -> tuple[int, int]:
    """The line in which a place lies."""
    end = text.find("\n", place)
    return text.rfind("\n", 0, place) + 1, len(text) if end < 0 else end


def _window(text: str, place: int) -> tuple[int, int]:
    """Some words on either side of a place."""
    begin, end = max(0, place - AROUND), min(len(text), place + 2 * AROUND)
    if begin and (space := text.find(" ", begin, place)) >= 0:
        begin = space + 1
    if end < len(text) and (space := text.rfind(" ", place, end)) > place:
        end = space
    return begin, end


def _with_marks(text: str, spans: list[tuple[int, int]], begin: int, end: int) -> SafeString:
    """The text from `begin` to `end`, escaped, with what lies in a span in <mark>."""
    parts, at = [], begin
    for first, last in spans:
        if first < at or last > end:
            continue
        parts += [(_plain(text[at:first]), text[first:last])]
        at = last
    marked = format_html_join("", "{}<mark>{}</mark>", parts)
    return format_html("{}{}", marked, _plain(text[at:end]))


def _plain(text: str) -> str:
    return text.replace("\n", " · ")
