"""Words as they are searched for: without case and accents, and cut in two and two where a script has no spaces. Pure.

The same folding makes what is stored and what is asked, so both agree whatever PostgreSQL was built with.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

# Letters and digits with the marks that stand on them, which are no letters to Python.
WORD = re.compile(r"(?:[^\W_][\u0300-\u036f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]*)+")
# Scripts that put no spaces between words: Thai, Lao, Myanmar, Khmer, kana, Han, and Hangul for its endings.
SPACELESS = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff々"
RUN = re.compile(f"[{SPACELESS}]+|[^{SPACELESS}]+")
IS_SPACELESS = re.compile(f"[{SPACELESS}]")
TERM = re.compile(r'(?P<no>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
MOST_TERMS = 16
MOST_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, from `start` to `end`, as one word of the index."""

    start: int
    end: int
    word: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A search in the syntax of websearch_to_tsquery. `prefix`: the last word may go on; `words`: so many wanted."""

    query: str
    prefix: bool
    words: int


def pieces(text: str) -> Iterator[Piece]:
    """The words of a text in order. Of a script without spaces: each pair of neighbouring characters."""
    for found in WORD.finditer(text):
        for run in RUN.finditer(found[0]):
            begin, length = found.start() + run.start(), len(run[0])
            if length == 1 or not IS_SPACELESS.match(run[0]):
                yield from _piece(begin, begin + length, run[0])
                continue
            for place in range(length - 1):
                yield from _piece(begin + place, begin + place + 2, run[0][place : place + 2])


def folded(text: str) -> str:
    """The words of a text, folded, with a space between two."""
    return " ".join(piece.word for piece in pieces(text))


def asked(text: str) -> Asked:
    """What somebody typed: words, "a phrase", -without, and `or`. Nothing that is typed is a fault."""
    terms: list[str] = []
    prefix, wanted = False, 0
    for found in list(TERM.finditer(text[:MOST_CHARACTERS]))[:MOST_TERMS]:
        said = found["phrase"] if found["phrase"] is not None else found["word"]
        if found["word"] and not found["no"] and said.casefold() == "or":
            terms.append("or")
            continue
        words = [piece.word for piece in pieces(said)]
        if not words:
            continue
        plain = found["phrase"] is None and len(words) == 1 and words[0] != "or"
        terms.append(found["no"] + (words[0] if plain else f'"{" ".join(words)}"'))
        prefix = plain and not found["no"]
        wanted += not found["no"]
    return Asked(" ".join(terms), prefix and not text[-1:].isspace(), wanted)


def _piece(start: int, end: int, said: str) -> Iterator[Piece]:
    word = _fold(said)
    if word:
        yield Piece(start, end, word)


@lru_cache(maxsize=20_000)
def _fold(said: str) -> str:
    apart = unicodedata.normalize("NFKD", said.casefold())
    bare = "".join(letter for letter in apart if not "\u0300" <= letter <= "\u036f")
    # What falls apart into several words (a fraction, a sign for "No.") stays one.
    return "".join(WORD.findall(unicodedata.normalize("NFC", bare)))
