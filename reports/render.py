"""HTML to PDF: the only import of WeasyPrint.

What holds for every document:
- The same HTML, stamp and attachments give the same bytes, in every process: nothing is taken from
  the clock, the fonts are those of reports/fonts and no others.
- Nothing is fetched but files of reports/fonts and static/documents; no network, no other file.
- Any word that WeasyPrint has to say (a missing glyph, a property it does not know, a resource that
  was refused) is an error: a document that is not right is not made.

FontConfiguration and style sheets are made once per process; a new one for each document leaks.
WeasyPrint is imported with the first document: most processes and commands never make one.
"""

import logging
import os
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.sax.saxutils import escape

from django.utils.translation import gettext

HERE = Path(__file__).resolve().parent
FONTS = HERE / "fonts"
STYLES = HERE.parent / "static" / "documents"
STYLESHEET = STYLES / "document.css"
GENERATOR = "Tocsin"

_MISSING_GLYPH = ".notdef glyph"
_TYPES = {".css": "text/css", ".ttf": "font/ttf", ".svg": "image/svg+xml", ".png": "image/png"}


class RenderError(ValueError):
    """The document cannot be made as it stands; `problems` says what is wrong, one line each."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


class MissingGlyphError(RenderError):
    """The fonts of documents have no glyph for some characters. `characters` names them."""

    def __init__(self, characters: str, texts: Sequence[str]) -> None:
        self.characters = characters
        lines = [
            gettext(
                "No font of the documents has “{character}” ({code}), in “{text}”. Write it in another way,"
                " or have a font with it added to reports/fonts."
            ).format(character=character, code=f"U+{ord(character):04X}", text=text)
            for character, text in zip(characters, texts, strict=True)
        ]
        super().__init__(lines)


class Variant(StrEnum):
    """What the file declares to be. One file cannot be both."""

    SENT = "pdf/ua-1"
    KEPT = "pdf/a-3a"


@dataclass(frozen=True, slots=True)
class Attached:
    """A file inside the PDF (KEPT only). `relationship` is one of PDF/A-3: Data, Source, Supplement."""

    name: str
    content: bytes
    description: str
    relationship: str = "Data"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What stands in the file's metadata instead of the clock: its id and its instant."""

    identifier: str
    created: datetime

    @property
    def digest(self) -> bytes:
        """The 16 bytes of the file's /ID: 32 hexadecimal digits of the identifier's digest."""
        return sha256(self.identifier.encode()).hexdigest()[:32].encode()


def _own_files_only() -> Any:
    """A fetcher that gives files of the font and style folders, and refuses every other address."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFilesOnly(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            parts = urlsplit(url)
            path = Path(unquote(parts.path)).resolve()
            inside = any(path.is_relative_to(folder) for folder in (FONTS, STYLES))
            if parts.scheme != "file" or parts.netloc or not inside or path.suffix not in _TYPES or not path.is_file():
                raise ValueError(f"refused: documents load nothing but their own fonts and styles, not {url}")
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": _TYPES[path.suffix]})

    return OwnFilesOnly()


@dataclass(frozen=True, slots=True)
class _Engine:
    """What is expensive to make and safe to keep: once per process."""

    weasyprint: Any
    fonts: Any
    stylesheet: Any
    fetcher: Any


_LOCK = threading.Lock()  # Pango's font map is shared and is not made for several threads


class _Listener(logging.Handler):
    """Collects what WeasyPrint says while one document is made."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@contextmanager
def _listening() -> Iterator[_Listener]:
    listener = _Listener()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(listener)
    try:
        yield listener
    finally:
        logger.removeHandler(listener)


@lru_cache(maxsize=1)
def engine() -> _Engine:
    """Fonts, styles and fetcher of this process."""
    if not any(FONTS.glob("*.ttf")):
        raise RenderError([f"{FONTS}: no fonts; expected the TrueType files that manifest.toml lists"])
    # Before fontconfig is loaded, which WeasyPrint does on import.
    os.environ["FONTCONFIG_FILE"] = str(HERE / "fontconfig" / "fonts.conf")
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    fonts, fetcher = FontConfiguration(), _own_files_only()
    with _listening() as listener:
        sheet = weasyprint.CSS(filename=str(STYLESHEET), font_config=fonts, url_fetcher=fetcher)
    if listener.records:
        raise RenderError([record.getMessage() for record in listener.records])
    return _Engine(weasyprint, fonts, sheet, fetcher)


def colour_profile() -> bytes:
    """The profile of sRGB that WeasyPrint puts into archival files."""
    return (Path(engine().weasyprint.__file__).parent / "pdf" / "sRGB2014.icc").read_bytes()


def to_pdf(html: str, variant: Variant, stamp: Stamp, attachments: Sequence[Attached] = ()) -> bytes:
    """The PDF of a whole HTML page. The same arguments give the same bytes.

    Raises MissingGlyphError or RenderError; attachments are for KEPT alone (ValueError otherwise).
    """
    if attachments and variant is not Variant.KEPT:
        raise ValueError(f"attachments: {variant} carries none; expected {Variant.KEPT}")
    if stamp.created.tzinfo is None:
        raise ValueError(f"created: {stamp.created.isoformat()}: expected an instant with its offset")
    with _LOCK, _listening() as listener:
        made = engine()
        page = made.weasyprint.HTML(string=html, base_url=STYLES.as_uri() + "/", url_fetcher=made.fetcher)
        options = {"pdf_variant": str(variant), "pdf_identifier": stamp.digest}
        document = page.render(font_config=made.fonts, stylesheets=[made.stylesheet], **options)
        _stamp(document.metadata, stamp)
        document.metadata.attachments = [_attachment(made, one, stamp) for one in attachments]
        content = _write(document, options)
    _refuse(listener.records, html)
    return content


def _write(document: Any, options: dict[str, Any]) -> bytes:
    with warnings.catch_warnings():
        # WeasyPrint 70 leaves its own colour profile to be closed by the garbage collector.
        warnings.filterwarnings("ignore", r"unclosed file .*sRGB2014\.icc", ResourceWarning)
        content: bytes = document.write_pdf(**options)
    return content


def _stamp(metadata: Any, stamp: Stamp) -> None:
    instant = stamp.created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    metadata.created = metadata.modified = instant
    metadata.generator = GENERATOR
    metadata.xmp_metadata = [_xmp(stamp)]


def _attachment(made: _Engine, one: Attached, stamp: Stamp) -> Any:
    created = stamp.created.astimezone(UTC)
    return made.weasyprint.Attachment(
        string=one.content,
        name=one.name,
        description=one.description,
        created=created,
        modified=created,
        relationship=one.relationship,
    )


def _xmp(stamp: Stamp) -> bytes:
    """The document's own id, as XMP Media Management names it."""
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/">'
        f"<xmpMM:DocumentID>{escape(stamp.identifier)}</xmpMM:DocumentID></rdf:Description></rdf:RDF>"
    ).encode()


def _refuse(records: Sequence[logging.LogRecord], html: str) -> None:
    if not records:
        return
    missing = [record for record in records if str(record.msg).startswith(_MISSING_GLYPH)]
    others = [record.getMessage() for record in records if record not in missing]
    if others:
        raise RenderError(list(dict.fromkeys(others)))
    characters = "".join(dict.fromkeys(chr(record.args[1]) for record in missing))  # type: ignore[index,arg-type]
    raise MissingGlyphError(characters, [_around(html, character) for character in characters])


def _around(html: str, character: str) -> str:
    """The text in which a character stands, as far as it is between two tags."""
    at = html.find(character)
    if at < 0:
        return character
    start = max(html.rfind(">", 0, at) + 1, at - 40)
    end = html.find("<", at)
    return html[start : min(end if end >= 0 else len(html), at + 40)].strip()
