"""The fonts of documents: the very files of the manifest, TrueType, with every letter they promise."""

import hashlib
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont

FOLDER = Path(__file__).parents[2] / "reports" / "fonts"
FONTS: list[dict[str, Any]] = tomllib.loads((FOLDER / "manifest.toml").read_text(encoding="utf-8"))["font"]
NAMES = [font["file"] for font in FONTS]

LETTERS = {
    "en": "The quick brown fox jumps over the lazy dog, 0123456789 ‘’ “” – — … € £ § © • · × % & @",
    "fr": "Àâæçéèêëîïôœùûüÿ ÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸ « » ’ № ° \u00a0\u202f",
    "de": "ÄÖÜäöüßẞ „“ ‚‘ §",
    "el": "ΑαΆάΒβΓγΔδΕεΈέΖζΗηΉήΘθΙιΊίΪϊΐΚκΛλΜμΝνΞξΟοΌόΠπΡρΣσςΤτΥυΎύΫϋΰΦφΧχΨψΩωΏώ",
    "bg": "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЬЮЯабвгдежзийклмнопрстуфхцчшщъьюя",
}
KANA = "".join(map(chr, [*range(0x3041, 0x3097), *range(0x30A1, 0x30FF)]))


@lru_cache(maxsize=8)
def glyphs(name: str) -> frozenset[int]:
    with TTFont(FOLDER / name, lazy=True) as font:
        return frozenset(font.getBestCmap())


def missing(name: str, text: str) -> str:
    return "".join(sorted({letter for letter in text if ord(letter) not in glyphs(name)}))


def kanji_of_jis_x_0208() -> str:
    """The 6,355 characters of Japan's basic standard, by their codes in EUC-JP."""
    rows = range(0xB0, 0xF5)
    codes = (bytes((row, cell)) for row in rows for cell in range(0xA1, 0xFF))
    return "".join(code.decode("euc_jp", errors="ignore") for code in codes)


@pytest.mark.parametrize("entry", FONTS, ids=NAMES)
def test_it_is_the_font_of_the_manifest(entry: dict[str, Any]) -> None:
    path = FOLDER / entry["file"]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == entry["sha256"]
    assert "SIL OPEN FONT LICENSE" in (FOLDER / entry["licence_file"]).read_text(encoding="utf-8").upper()
    with TTFont(path, lazy=True) as font:
        assert font["name"].getDebugName(1).startswith(entry["family"])
        assert f"Version {entry['version']}" in font["name"].getDebugName(5)
        assert font["OS/2"].usWeightClass == entry["weight"]
        assert "glyf" in font
        assert "fvar" not in font
        assert font["OS/2"].fsType == 0  # may be embedded


def test_it_ships_no_font_without_an_entry() -> None:
    assert {path.name for path in FOLDER.glob("*.ttf")} == set(NAMES)
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 20_000_000


@pytest.mark.parametrize("language", LETTERS)
@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("NotoSans-")])
def test_it_has_the_letters_of_the_languages_of_europe(name: str, language: str) -> None:
    assert missing(name, LETTERS[language]) == ""


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("NotoSansJP-")])
def test_it_has_the_letters_of_japanese(name: str) -> None:
    kanji = kanji_of_jis_x_0208()
    assert len(kanji) == 6355
    assert missing(name, kanji + KANA + "、。「」『』（）〒・ー々〆〇￥０１２３ＡＢＣ") == ""
    assert missing(name, LETTERS["en"]) == ""
