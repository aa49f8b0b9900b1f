"""A paper as blocks, from which the same words go into a PDF and into a DOCX. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Text:
    """One paragraph; `small` for remarks and sources, `strong` for the line that the following explains."""

    text: str
    small: bool = False
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list with bullets."""

    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a head."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]


Block = Heading | Text | Items | Grid


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper. `marking` stands at its head and on each page: "Privileged and confidential"; empty: none."""

    title: str
    subtitle: str
    organisation: str
    reference: str
    blocks: Sequence[Block]
    marking: str = ""
