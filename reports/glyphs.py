"""Which characters can be printed: those of the fonts that documents are set in, and no others."""

import unicodedata
from functools import lru_cache

from reports.pdf_fonts import FACES, metrics_of
from reports.render import FONTS


@lru_cache(maxsize=1)
def _covered() -> frozenset[int]:
    return frozenset().union(*(metrics_of(FONTS / name).glyphs for name in FACES[False]))


def without_glyph(text: str) -> list[str]:
    """The characters of a text that no font has, each once, as “🙂” (U+1F642)."""
    covered = _covered()
    found = dict.fromkeys(
        character
        for character in unicodedata.normalize("NFC", text)
        if ord(character) not in covered and unicodedata.category(character) not in ("Cc", "Cf")
    )
    return [f"“{character}” (U+{ord(character):04X})" for character in found]
