"""A paper as DOCX (ISO/IEC 29500-1, WordprocessingML): the few parts that a paper needs, written by hand.

Styles are Word's own names (Title, Heading 1 ...), so that an office sets them as its house does. Nothing is taken
from the clock: the same paper and instant give the same bytes.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

from reports.paper import Grid, Heading, Items, Paper, Text

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that no XML document holds."""

_TYPES = f"""{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" \
ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" \
ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>\
<Override PartName="/word/styles.xml" ContentType="{_WORD}.styles+xml"/><Override PartName="/word/footer1.xml" \
ContentType="{_WORD}.footer+xml"/><Override PartName="/docProps/core.xml" \
ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>"""

_RELS = f"""{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" \
Type="{_OFFICE}/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" \
Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>"""

_OF_DOCUMENT = f"""{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" \
Type="{_OFFICE}/styles" Target="styles.xml"/><Relationship Id="rId2" Type="{_OFFICE}/footer" \
Target="footer1.xml"/></Relationships>"""


def _style(name: str, words: str, size: int, *, bold: bool = False, before: int = 0, outline: int = -1) -> str:
    level = f'<w:outlineLvl w:val="{outline}"/>' if outline >= 0 else ""
    keep = "<w:keepNext/>" if outline >= 0 else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{words}"/><w:qFormat/><w:pPr>{keep}'
        f'<w:spacing w:before="{before}" w:after="80"/>{level}</w:pPr><w:rPr>{"<w:b/>" if bold else ""}'
        f'<w:sz w:val="{size}"/></w:rPr></w:style>'
    )


_STYLES = (
    f'{_HEAD}<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Noto Sans" w:hAnsi="Noto Sans"/>'
    '<w:sz w:val="20"/><w:lang w:val="en-GB"/></w:rPr></w:rPrDefault></w:docDefaults>'
    + _style("Normal", "Normal", 20)
    + _style("Title", "Title", 36, bold=True)
    + _style("Subtitle", "Subtitle", 22)
    + _style("Heading1", "heading 1", 26, bold=True, before=240, outline=0)
    + _style("Heading2", "heading 2", 22, bold=True, before=160, outline=1)
    + _style("Small", "Small", 17)
    + _style("Marking", "Marking", 20, bold=True)
    + _style("ListBullet", "List Bullet", 20)
    + "</w:styles>"
)


def to_docx(paper: Paper, made: datetime) -> bytes:
    """The DOCX of a paper. `made` stands as its date of creation."""
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELS,
        "docProps/core.xml": _core(paper, made),
        "word/_rels/document.xml.rels": _OF_DOCUMENT,
        "word/document.xml": _document(paper),
        "word/footer1.xml": _footer(paper),
        "word/styles.xml": _STYLES,
    }
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            about = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            about.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(about, content.encode())
    return held.getvalue()


def _document(paper: Paper) -> str:
    body = "".join(_body(paper))
    section = (
        f'<w:sectPr><w:footerReference xmlns:r="{_OFFICE}" w:type="default" r:id="rId2"/>'
        '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1247" w:left="1361" '
        'w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'
    )
    return f"{_HEAD}<w:document {_W}><w:body>{body}{section}</w:body></w:document>"


def _body(paper: Paper) -> Iterator[str]:
    if paper.marking:
        yield _paragraph(paper.marking, "Marking")
    yield _paragraph(paper.title, "Title")
    yield _paragraph(paper.subtitle, "Subtitle")
    for block in paper.blocks:
        match block:
            case Heading(text, level):
                yield _paragraph(text, f"Heading{level - 1}")
            case Text(text, small, strong):
                style = "Small" if small else "Normal"
                yield from (_paragraph(line, style, bold=strong) for line in text.split("\n"))
            case Items(lines):
                yield from (_paragraph(f"•\u00a0{line}", "ListBullet") for line in lines)
            case Grid(head, rows):
                yield _table(head, rows)


def _paragraph(text: str, style: str, *, bold: bool = False) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{_run(text, bold=bold)}</w:p>'


def _run(text: str, *, bold: bool = False) -> str:
    look = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(NOT_XML.sub("", text))}</w:t></w:r>'


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:color="9AA5B1"/>' for side in ("top", "bottom", "insideH"))
    grid = "".join("<w:gridCol/>" for _ in head)
    lines = "".join(_line(row) for row in rows)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>{borders}</w:tblBorders></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{_line(head, head=True)}{lines}</w:tbl>{_paragraph('', 'Normal')}"
    )


def _line(cells: Sequence[str], *, head: bool = False) -> str:
    again = "<w:trPr><w:tblHeader/></w:trPr>" if head else ""
    made = "".join(
        "<w:tc>" + "".join(f"<w:p>{_run(line, bold=head)}</w:p>" for line in cell.split("\n")) + "</w:tc>"
        for cell in cells
    )
    return f"<w:tr>{again}{made}</w:tr>"


def _footer(paper: Paper) -> str:
    words = " · ".join(filter(None, (paper.organisation, paper.reference, paper.marking)))
    field = '<w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    return f'{_HEAD}<w:ftr {_W}><w:p><w:pPr><w:pStyle w:val="Small"/></w:pPr>{_run(words + " · ")}{field}</w:p></w:ftr>'


def _core(paper: Paper, made: datetime) -> str:
    instant = made.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    dates = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{instant}</dcterms:{name}>' for name in ("created", "modified")
    )
    return (
        f"{_HEAD}<cp:coreProperties xmlns:cp={quoteattr(_PACKAGE + '/metadata/core-properties')} "
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(NOT_XML.sub('', paper.title))}</dc:title>"
        f"<dc:creator>{escape(NOT_XML.sub('', paper.organisation))}</dc:creator>{dates}</cp:coreProperties>"
    )
