"""The fonts of reports/fonts for text that is written without WeasyPrint: widths, glyphs, and the subset to embed.

For scripts that need no shaping (Latin, Greek, Cyrillic, Chinese characters, kana), which are all that these fonts
have. A character without a glyph is printed as its code, so that nothing of a record is lost.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from reports.pdf_objects import PdfObjects

FACES = {
    False: ("NotoSans-Regular.ttf", "NotoSansJP-Regular.ttf"),
    True: ("NotoSans-Bold.ttf", "NotoSansJP-Bold.ttf"),
}
"""Files by weight (bold?), the first that has a glyph is taken."""
UNUSED = ("GSUB", "GPOS", "GDEF", "DSIG", "vhea", "vmtx", "VORG", "STAT", "BASE", "gasp", "prep", "fpgm", "cvt ")
"""Tables of shaping, of vertical setting and of hints."""
KEPT_WORDS = 20_000
"""Words whose width is remembered."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """What a font file says of its characters: read once in a process."""

    glyphs: Mapping[int, int]
    advances: Sequence[float]
    """By glyph, in thousandths of the size."""
    scale: float


@lru_cache(maxsize=8)
def metrics_of(path: Path) -> Metrics:
    """The glyph of each character, and how wide each glyph is."""
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        order = font.getReverseGlyphMap()
        scale = 1000 / font["head"].unitsPerEm
        widths = font["hmtx"].metrics
        return Metrics(
            {code: order[name] for code, name in font.getBestCmap().items()},
            [round(widths[name][0] * scale, 3) for name in font.getGlyphOrder()],
            scale,
        )


class Face:
    """One font file in one document: the glyphs that were used."""

    def __init__(self, path: Path) -> None:
        self.path = path
        held = metrics_of(path)
        self._glyphs, self._advances, self._scale = held.glyphs, held.advances, held.scale
        self.used: dict[int, int] = {}  # glyph: character

    def has(self, character: str) -> bool:
        """Is there a glyph for it?"""
        return ord(character) in self._glyphs

    def glyph(self, character: str) -> int:
        """Its glyph, noted as used."""
        number = self._glyphs[ord(character)]
        self.used.setdefault(number, ord(character))
        return number

    def width(self, glyph: int) -> float:
        """Its advance in thousandths of the size."""
        return self._advances[glyph]

    def embed(self, objects: PdfObjects, number: int) -> None:
        """Writes the font with the glyphs that were used, as the object that pages refer to."""
        name = f"{_tag(self.used)}+{self.path.stem}"
        data, about = self._subset()
        program = objects.stream(data, f"/Length1 {len(data)}")
        descriptor = objects.add(
            f"<</Type/FontDescriptor/FontName/{name}/Flags 4/FontBBox[{about['box']}]/ItalicAngle 0"
            f"/Ascent {about['ascent']}/Descent {about['descent']}/CapHeight {about['cap']}/StemV 80"
            f"/FontFile2 {program} 0 R>>"
        )
        widths = " ".join(f"{glyph}[{self.width(glyph):g}]" for glyph in sorted(self.used))
        cid = objects.add(
            f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}/CIDToGIDMap/Identity/DW 1000/W[{widths}]"
            f"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor {descriptor} 0 R>>"
        )
        text = objects.stream(self._to_unicode())
        objects.add(
            f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H/DescendantFonts[{cid} 0 R]"
            f"/ToUnicode {text} 0 R>>",
            number,
        )

    def _subset(self) -> tuple[bytes, dict[str, Any]]:
        from fontTools import subset
        from fontTools.ttLib import TTFont

        options = subset.Options(retain_gids=True, notdef_outline=True, hinting=False, layout_features=[])
        with TTFont(self.path, recalcTimestamp=False, lazy=True) as font:
            for table in UNUSED:  # before the cutting: reading the rules of shaping takes seconds
                if table in font:
                    del font[table]
            about = {
                "box": " ".join(
                    str(round(getattr(font["head"], one) * self._scale)) for one in ("xMin", "yMin", "xMax", "yMax")
                ),
                "ascent": round(font["hhea"].ascent * self._scale),
                "descent": round(font["hhea"].descent * self._scale),
                "cap": round(getattr(font["OS/2"], "sCapHeight", 700) * self._scale),
            }
            cutter = subset.Subsetter(options)
            cutter.populate(gids=sorted({0, *self.used}))
            cutter.subset(font)
            held = BytesIO()
            font.save(held)
        return held.getvalue(), about

    def _to_unicode(self) -> bytes:
        rows = [
            f"<{glyph:04X}><{chr(code).encode('utf-16-be').hex().upper()}>" for glyph, code in sorted(self.used.items())
        ]
        parts = [rows[at : at + 100] for at in range(0, len(rows), 100)]
        maps = "\n".join(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in parts)
        return (
            "/CIDInit/ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n/CMapName/Adobe-Identity-UCS def\n"
            "/CMapType 2 def\n1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n"
            f"{maps}\nendcmap\nCMapName currentdict/CMap defineresource pop\nend\nend"
        ).encode()


def _tag(used: dict[int, int]) -> str:
    """Six letters that stand for the subset, as 9.6.4 asks for."""
    number = sum((place + 1) * glyph for place, glyph in enumerate(sorted(used)))
    return "".join(chr(65 + number // 26**place % 26) for place in range(6))


class Fonts:
    """The faces of one document, and the text set in them. Its names in resources: F0, F1 ..."""

    def __init__(self, folder: Path) -> None:
        self._faces = {bold: [Face(folder / name) for name in names] for bold, names in FACES.items()}
        self.faces = [face for faces in self._faces.values() for face in faces]
        self._names = {id(face): f"F{number}" for number, face in enumerate(self.faces)}
        self.missing: dict[str, None] = {}
        self.set = lru_cache(KEPT_WORDS)(self._set)

    def _set(self, word: str, bold: bool) -> tuple[float, tuple[tuple[str, str], ...]]:
        """Its width in thousandths of the size, and runs of glyphs in hexadecimal digits, each with its font's name."""
        width, runs = 0.0, list[list[str]]()
        for character in self._printable(word, bold):
            face = next(one for one in self._faces[bold] if one.has(character))
            glyph, name = face.glyph(character), self._names[id(face)]
            width += face.width(glyph)
            if runs and runs[-1][0] == name:
                runs[-1][1] += f"{glyph:04X}"
            else:
                runs.append([name, f"{glyph:04X}"])
        return width, tuple((name, digits) for name, digits in runs)

    def _printable(self, word: str, bold: bool) -> str:
        found = []
        for character in unicodedata.normalize("NFC", word):
            if any(face.has(character) for face in self._faces[bold]):
                found.append(character)
            elif unicodedata.category(character) in ("Cc", "Cf"):
                continue
            else:
                self.missing[character] = None
                found.append(f"[U+{ord(character):04X}]")
        return "".join(found)

    def used(self) -> list[tuple[str, Face]]:
        """The faces of which a glyph was used, by name."""
        return [(self._names[id(face)], face) for face in self.faces]
