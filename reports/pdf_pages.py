"""Pages of running text for a streamed PDF: lines, headings with their fields, page numbers, tags and bookmarks.

It declares PDF/A-3a like other files that are kept: every text belongs to an element of structure, or is marked as an
artefact; fonts are embedded; title, language and colour profile are given.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from functools import lru_cache
from xml.sax.saxutils import escape

from reports.pdf_fonts import Fonts
from reports.pdf_objects import PdfObjects, text_string
from reports.render import FONTS, GENERATOR, Stamp, colour_profile

MM = 72 / 25.4
WIDTH, HEIGHT = 595.276, 841.89  # A4
LEFT, RIGHT, TOP, BOTTOM = 24 * MM, 20 * MM, 20 * MM, 22 * MM
LABEL = 40 * MM
"""The width of the column of labels."""
INK, PALE, ACCENT = "0.086 0.125 0.173", "0.275 0.322 0.373", "0.043 0.227 0.4"
CLOSING = "、。，．）］」』】〕〉》・：；！？ー々)]}.,;:!?%"
"""Marks that begin no line."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is set: size and leading in points, colour."""

    size: float = 9.0
    lead: float = 13.0
    bold: bool = False
    ink: str = INK

    @property
    def foot(self) -> float:
        """How far above the end of its line the letters stand."""
        return self.lead - self.size * 1.05


@dataclass(slots=True)
class _Page:
    number: int
    content: list[str] = field(default_factory=list)
    y: float = HEIGHT - TOP
    tags: list[int] = field(default_factory=list)


class Pages:
    """A document that grows downwards. `taken()` hands on what is finished."""

    def __init__(self, title: str, running: str, stamp: Stamp, lang: str = "en") -> None:
        self._title, self._running, self._stamp, self._lang = title, running, stamp, lang
        self.fonts, self.objects = Fonts(FONTS), PdfObjects()
        reserve = self.objects.reserve
        self._resources, self._tree, self._structure, self.document = reserve(), reserve(), reserve(), reserve()
        self._total = reserve()
        self._nodes: list[int] = []
        self._node, self._kids = reserve(), list[int]()
        self._count = 0
        self._parents: list[tuple[int, int]] = []
        self.parts: list[int] = []
        self._bookmarks: list[tuple[str, int, float]] = []
        self.page = _Page(reserve())
        self.tagged: _Tagged | None = None
        self.wrap = lru_cache(2_000)(self._wrap)

    # -- what a caller writes ----------------------------------------------------------------------------------------

    def part(self) -> "Part":
        """A part of the document, to be ended by its `end()` before the next is begun."""
        return Part(self)

    def bookmark(self, words: str) -> None:
        """An entry of the list of bookmarks, at where the next text will stand."""
        self._bookmarks.append((words, self.page.number, self.page.y))

    def need(self, height: float) -> None:
        """Turns the page where so much does not fit any more."""
        if self.page.y - height < BOTTOM and self.page.y < HEIGHT - TOP:
            self._turn()

    def skip(self, height: float) -> None:
        """Leaves white, but never at the head of a page."""
        if self.page.y < HEIGHT - TOP:
            self.page.y -= height

    def rule(self) -> None:
        """A line across the page, which says nothing."""
        y = self.page.y - 1
        self.page.content.append(
            f"/Artifact BMC {ACCENT} RG 0.8 w {LEFT:.2f} {y:.2f} m {WIDTH - RIGHT:.2f} {y:.2f} l S EMC"
        )

    def taken(self) -> Iterator[bytes]:
        """What was written since the last time."""
        return self.objects.taken()

    def finish(self) -> Iterator[bytes]:
        """Ends the document and gives the rest of it."""
        self._close_page()
        self._end_node()
        add = self.objects.add
        kids = " ".join(f"{one} 0 R" for one in self._nodes)
        add(f"<</Type/Pages/Count {self._count}/Kids[{kids}]>>", self._tree)
        self._write_structure()
        self._write_total()
        outlines = self._write_bookmarks()
        profile = self.objects.stream(colour_profile(), "/N 3")
        metadata = self.objects.plain_stream(self._xmp(), "/Type/Metadata/Subtype/XML")
        root = add(
            f"<</Type/Catalog/Version/1.7/Pages {self._tree} 0 R/Lang({self._lang})/MarkInfo<</Marked true>>"
            f"/StructTreeRoot {self._structure} 0 R/Metadata {metadata} 0 R/ViewerPreferences<</DisplayDocTitle true>>"
            f"/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB IEC61966-2.1)"
            f"/DestOutputProfile {profile} 0 R>>]{outlines}>>"
        )
        # Last: what was set since, page numbers among it, has noted its glyphs.
        fonts = []
        for name, face in self.fonts.used():
            if face.used:
                number = self.objects.reserve()
                face.embed(self.objects, number)
                fonts.append(f"/{name} {number} 0 R")
        add(f"<</Font<<{''.join(fonts)}>>/XObject<</N {self._total} 0 R>>>>", self._resources)
        self.objects.finish(root, self._stamp.digest)
        return self.objects.taken()

    # -- lines -------------------------------------------------------------------------------------------------------

    def _wrap(self, text: str, style: Style, width: float) -> tuple[str, ...]:
        """The text in lines no wider than this, as operators that show them."""
        lines, room = [], width / style.size * 1000
        for given in text.split("\n"):
            line: list[tuple[str, str]] = []
            at = 0.0
            for word in _words(given):
                wide, runs = self.fonts.set(word, style.bold)
                if at + self.fonts.set(word.rstrip(), style.bold)[0] > room and line:
                    lines.append(_shown(line, style))
                    line, at = [], 0.0
                if wide > room:
                    for character in word:
                        one, piece = self.fonts.set(character, style.bold)
                        if at + one > room:
                            lines.append(_shown(line, style))
                            line, at = [], 0.0
                        line, at = [*line, *piece], at + one
                    continue
                line, at = [*line, *runs], at + wide
            lines.append(self._ended(line, style))
        return tuple(lines)

    def _ended(self, line: Sequence[tuple[str, str]], style: Style) -> str:
        """The operators of a line that another follows, with a space, or whoever reads aloud joins two words."""
        return _shown([*line, *self.fonts.set(" ", style.bold)[1]], style)

    def line(self, operators: str, x: float, y: float, style: Style) -> None:
        at = f"{x:.2f} {y + style.foot:.2f}"
        self.page.content.append(f"BT {style.ink} rg 1 0 0 1 {at} Tm {operators} ET")

    # -- pages -------------------------------------------------------------------------------------------------------

    def _turn(self) -> None:
        if self.tagged:
            self.tagged.pause()
        self._close_page()
        self.page = _Page(self.objects.reserve())

    def _close_page(self) -> None:
        page = self.page
        self._footer()
        content = self.objects.stream("\n".join(page.content).encode())
        self.objects.add(
            f"<</Type/Page/Parent {self._node} 0 R/MediaBox[0 0 {WIDTH} {HEIGHT}]/Resources {self._resources} 0 R"
            f"/Contents {content} 0 R/StructParents {self._count}/Tabs/S>>",
            page.number,
        )
        tags = " ".join(f"{one} 0 R" for one in page.tags)
        self._parents.append((self._count, self.objects.add(f"[{tags}]")))
        self._kids.append(page.number)
        self._count += 1
        if len(self._kids) == 50:
            self._end_node()
            self._node, self._kids = self.objects.reserve(), []

    def _end_node(self) -> None:
        if self._kids:
            kids = " ".join(f"{one} 0 R" for one in self._kids)
            node = f"<</Type/Pages/Parent {self._tree} 0 R/Count {len(self._kids)}/Kids[{kids}]>>"
            self._nodes.append(self.objects.add(node, self._node))

    def _footer(self) -> None:
        style = Style(7.5, 10, ink=PALE)
        (left,) = self._wrap(self._running, style, 400)[:1]
        words = f"Page {self._count + 1} of "
        wide = self.fonts.set(words, bold=False)[0] * style.size / 1000
        x, y = WIDTH - RIGHT - wide - 26, BOTTOM - 3 * MM - style.size
        self.page.content.append("/Artifact<</Type/Pagination>>BDC")
        self.line(left, LEFT, y, style)
        self.line(_shown(self.fonts.set(words, bold=False)[1], style), x, y, style)
        self.page.content.append(f"q 1 0 0 1 {x + wide:.2f} {y + style.foot:.2f} cm /N Do Q\nEMC")

    def _write_total(self) -> None:
        """The number of pages, known at the end: every page refers to it."""
        style = Style(7.5, 10, ink=PALE)
        shown = _shown(self.fonts.set(str(self._count), bold=False)[1], style)
        self.objects.stream(
            f"BT {style.ink} rg {shown} ET".encode(),
            f"/Type/XObject/Subtype/Form/BBox[0 -4 60 12]/Resources {self._resources} 0 R",
            self._total,
        )

    # -- structure ---------------------------------------------------------------------------------------------------

    def _write_structure(self) -> None:
        add = self.objects.add
        leaves = []
        for at in range(0, len(self._parents), 64):
            some = self._parents[at : at + 64]
            rows = " ".join(f"{key} {number} 0 R" for key, number in some)
            leaves.append(add(f"<</Limits[{some[0][0]} {some[-1][0]}]/Nums[{rows}]>>"))
        tree = add(f"<</Kids[{' '.join(f'{one} 0 R' for one in leaves)}]>>")
        kids = " ".join(f"{one} 0 R" for one in self.parts)
        add(f"<</Type/StructElem/S/Document/P {self._structure} 0 R/K[{kids}]>>", self.document)
        add(
            f"<</Type/StructTreeRoot/K {self.document} 0 R/ParentTree {tree} 0 R/ParentTreeNextKey {self._count}>>",
            self._structure,
        )

    def _write_bookmarks(self) -> str:
        if not self._bookmarks:
            return ""
        root = self.objects.reserve()
        numbers = [self.objects.reserve() for _ in self._bookmarks]
        for place, (words, page, y) in enumerate(self._bookmarks):
            near = f"/Prev {numbers[place - 1]} 0 R" if place else ""
            near += f"/Next {numbers[place + 1]} 0 R" if place + 1 < len(numbers) else ""
            dest = f"[{page} 0 R/XYZ null {y + 14:.2f} null]"
            self.objects.add(f"<</Title {text_string(words)}/Parent {root} 0 R/Dest{dest}{near}>>", numbers[place])
        self.objects.add(f"<</Type/Outlines/First {numbers[0]} 0 R/Last {numbers[-1]} 0 R/Count {len(numbers)}>>", root)
        return f"/Outlines {root} 0 R/PageMode/UseOutlines"

    def _xmp(self) -> bytes:
        at = self._stamp.created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        title = escape(self._title)
        return (
            '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
            '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
            '<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"'
            ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
            ' xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/">'
            "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>"
            f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>'
            f"<pdf:Producer>{GENERATOR}</pdf:Producer><xmp:CreatorTool>{GENERATOR}</xmp:CreatorTool>"
            f"<xmp:CreateDate>{at}</xmp:CreateDate><xmp:ModifyDate>{at}</xmp:ModifyDate>"
            f"<xmpMM:DocumentID>{escape(self._stamp.identifier)}</xmpMM:DocumentID>"
            '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
        ).encode()


class Part:
    """Elements that belong together: a chapter, or a case with its fields."""

    def __init__(self, pages: Pages, parent: "Part | None" = None) -> None:
        self.pages, self._parent = pages, parent
        self.number, self.kids = pages.objects.reserve(), list[int]()

    def part(self) -> "Part":
        """A part of this part."""
        return Part(self.pages, self)

    def text(self, role: str, words: str, style: Style) -> None:
        """An element (P, H1, H2) that is broken across pages where it must be."""
        with _Tagged(self, role) as tagged:
            for line in self.pages.wrap(words, style, WIDTH - RIGHT - LEFT):
                tagged.down(line, LEFT, style)

    def field(self, label: str, values: Sequence[str], name: Style, style: Style) -> None:
        """A label, and beside it its values, one below the other; read in this order."""
        pages = self.pages
        left = pages.wrap(label, name, LABEL - 4 * MM)
        right = [line for value in values for line in pages.wrap(value, style, WIDTH - RIGHT - LEFT - LABEL)]
        pages.need(style.lead * max(len(left), min(len(right), 4)))
        with _Tagged(self, "P") as tagged:
            tagged.begin()
            top = pages.page.y
            for at, line in enumerate(left, start=1):
                pages.line(line, LEFT, top - at * style.lead, name)
            for line in right:
                tagged.down(line, LEFT + LABEL, style)
        pages.page.y -= max(0, len(left) - len(right)) * style.lead

    def end(self) -> None:
        """The part is complete."""
        parent = self._parent.number if self._parent else self.pages.document
        kids = " ".join(f"{one} 0 R" for one in self.kids)
        role = "Sect" if self._parent else "Part"
        self.pages.objects.add(f"<</Type/StructElem/S/{role}/P {parent} 0 R/K[{kids}]>>", self.number)
        (self._parent.kids if self._parent else self.pages.parts).append(self.number)


class _Tagged:
    """Marks what is written as one element of structure, also where it goes on on the next page."""

    def __init__(self, part: Part, role: str) -> None:
        self._part, self._pages, self._role = part, part.pages, role
        self._number = self._pages.objects.reserve()
        self._marks: list[str] = []
        self._open = False

    def __enter__(self) -> "_Tagged":
        self._pages.tagged = self
        return self

    def down(self, line: str, x: float, style: Style) -> None:
        """One line below what was written last, on the next page where this one is full."""
        self._pages.need(style.lead)
        self.begin()
        self._pages.page.y -= style.lead
        self._pages.line(line, x, self._pages.page.y, style)

    def begin(self) -> None:
        """What is written now belongs to the element."""
        if self._open:
            return
        page = self._pages.page
        self._marks.append(f"<</Type/MCR/Pg {page.number} 0 R/MCID {len(page.tags)}>>")
        page.content.append(f"/{self._role}<</MCID {len(page.tags)}>>BDC")
        page.tags.append(self._number)
        self._open = True

    def pause(self) -> None:
        """The page ends, the element may go on."""
        if self._open:
            self._pages.page.content.append("EMC")
            self._open = False

    def __exit__(self, *_: object) -> None:
        self.pause()
        self._pages.tagged = None
        about = f"/P {self._part.number} 0 R/K[{''.join(self._marks)}]"
        self._pages.objects.add(f"<</Type/StructElem/S/{self._role}{about}>>", self._number)
        self._part.kids.append(self._number)


def _words(text: str) -> Iterator[str]:
    """Pieces between which a line may break, each with the space that follows it."""
    held = ""
    for character in text:
        wide = ord(character) >= 0x2E80
        if wide and held and character not in CLOSING:
            yield held
            held = ""
        held += character
        if character == " " or (character == "-" and len(held) > 3):
            yield held
            held = ""
    if held:
        yield held


def _shown(runs: Iterable[tuple[str, str]], style: Style) -> str:
    """The operators that show these runs, neighbours of one font together."""
    parts: list[list[str]] = []
    for name, digits in runs:
        if parts and parts[-1][0] == name:
            parts[-1][1] += digits
        else:
            parts.append([name, digits])
    return " ".join(f"/{name} {style.size:g} Tf <{digits}> Tj" for name, digits in parts)
