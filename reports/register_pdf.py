"""The register as an archival PDF of any length, written as it is read."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from reports.pdf_pages import ACCENT, PALE, Pages, Part, Style
from reports.register import COLUMNS, RegisterRow, made_at
from reports.render import Stamp

IN_PART = 250
"""Cases in one part, which is one bookmark."""
TITLE, HEADING, NAME = Style(16, 21, True, ACCENT), Style(11, 15, True, ACCENT), Style(9, 13, ink=PALE)
SENDER, SCOPE, TEXT = Style(9.5, 20, True), Style(11.5, 17, ink=PALE), Style()
STATEMENT = (
    "Every incident recorded here, notified or not, with its facts, effects, measures, and decisions with their"
    " reasons."
)


def as_pdf(rows: Iterable[RegisterRow], workspace: str, scope: str, now: datetime) -> Iterator[bytes]:
    """The file in pieces; the same rows and instant give the same bytes.

    A character that no font here has is printed as its code, and all such characters are named at the end.
    """
    stamp = Stamp(f"urn:tocsin:register:{made_at(now)}", now)
    pages = Pages(f"Breach register – {workspace}", f"Breach register · {workspace}", stamp)
    _head(pages, workspace, scope, now)
    source, count = iter(rows), 0
    while some := list(islice(source, IN_PART)):
        count += len(some)
        part = pages.part()
        pages.need(HEADING.lead * 5)
        pages.bookmark(some[0].reference if len(some) == 1 else f"{some[0].reference} – {some[-1].reference}")
        for row in some:
            _case(part, row)
            yield from pages.taken()
        part.end()
    _foot(pages, count)
    yield from pages.finish()


def _head(pages: Pages, workspace: str, scope: str, now: datetime) -> None:
    part = pages.part()
    part.text("P", workspace, SENDER)
    part.text("H1", "Breach register", TITLE)
    part.text("P", scope, SCOPE)
    pages.skip(6)
    part.field("As of", [f"{now.day} {now:%B %Y, %H:%M} UTC"], NAME, TEXT)
    pages.skip(6)
    part.text("P", STATEMENT, TEXT)
    part.end()


def _case(part: Part, row: RegisterRow) -> None:
    pages = part.pages
    pages.skip(16)
    pages.need(HEADING.lead + TEXT.lead * 4)
    case = part.part()
    case.text("H2", f"{row.reference}  {row.title}", HEADING)
    pages.rule()
    pages.skip(4)
    for name, words in row.as_dict().items():
        if words and name not in ("reference", "title"):
            case.field(str(COLUMNS[name]), words.split("\n"), NAME, TEXT)
            pages.skip(2)
    case.end()


def _foot(pages: Pages, count: int) -> None:
    part = pages.part()
    pages.skip(16)
    part.field("Incidents in all", [f"{count:,}"], NAME, TEXT)
    if pages.fonts.missing:
        codes = ", ".join(f"U+{ord(one):04X}" for one in pages.fonts.missing)
        part.text("P", f"Characters that no font here has, printed as their codes: {codes}", TEXT)
    part.end()
