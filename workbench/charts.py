"""Bar charts as SVG drawn on the server, in colours of classes and with patterns that survive greyscale. Pure.

A chart is a picture of a table, which the page puts below it. Labels stand above their bars, so that it can be
read at 320 pixels of CSS without turning or scrolling.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from workbench import counts

WIDTH, ROW, BAR = 250, 40, 14
NUMBER = 56
"""Room at the right of the longest bar for its numbers."""
LABEL = 36
"""Characters of a label that fit; the table has it whole."""
HEIGHT, HEAD, FOOT = 120, 16, 34
"""Of upright bars: the longest of them, room above for its number, room below for two lines of label."""


@dataclass(frozen=True)
class Series:
    """One kind of bar: its words in the legend and the class that draws it (solid, outline or grey)."""

    words: str
    style: str


@dataclass(frozen=True)
class Bar:
    """One row: its label, and a number for each series."""

    label: str
    numbers: tuple[int, ...]
    below: tuple[str, str] = ("", "")
    """Of an upright bar: the two short lines below it."""

    @property
    def total(self) -> int:
        return sum(self.numbers)


@dataclass(frozen=True)
class Chart:
    """A chart with its words. `anchor` makes ids unique on a page; `first` heads the column of labels."""

    anchor: str
    title: str
    first: str
    series: tuple[Series, ...]
    bars: tuple[Bar, ...]
    upright: bool = False
    """Time goes from left to right, and the bars stand on it."""

    @property
    def is_empty(self) -> bool:
        return not any(bar.total for bar in self.bars)

    @property
    def table(self) -> list[tuple[str, list[str]]]:
        """The rows of the table below: label, numbers."""
        return [(bar.label, [counts.grouped(number) for number in bar.numbers]) for bar in self.bars]

    def svg(self, description: str, language: str = "en") -> SafeString:
        """The picture. `description` says in a sentence what there is to see."""
        most = max((bar.total for bar in self.bars), default=0)
        height = HEAD + HEIGHT + FOOT if self.upright else len(self.bars) * ROW
        if self.upright:
            rows = _columns(self.bars, self.series, most)
        else:
            drawn = (_row(bar, self.series, most, n, language) for n, bar in enumerate(self.bars))
            rows = format_html_join("", "{}", ((one,) for one in drawn))
        return format_html(
            '<svg class="bars" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-t {}-d">'
            '<title id="{}-t">{}</title><desc id="{}-d">{}</desc>{}</svg>',
            WIDTH, height, self.anchor, self.anchor, self.anchor, self.title, self.anchor, description,
            rows,
        )  # fmt: skip


def _row(bar: Bar, series: Sequence[Series], most: int, place: int, language: str) -> SafeString:
    top = place * ROW
    label = format_html('<text x="1" y="{}">{}</text>', top + 14, _short(bar.label))
    drawn, left = [label], 1.0
    for number, kind in zip(bar.numbers, series, strict=True):
        width = round((WIDTH - NUMBER) * number / most, 1) if most else 0
        if number:
            # A pixel at least: one case among a hundred thousand is still seen.
            wide = max(width, 1.5)
            rect = '<rect class="bar-{}" x="{}" y="{}" width="{}" height="{}"/>'
            drawn.append(format_html(rect, kind.style, left, top + 20, wide, BAR))
            left += wide + 1
    said = " + ".join(counts.grouped(number, language) for number in bar.numbers) if bar.total else "0"
    drawn.append(format_html('<text class="n" x="{}" y="{}">{}</text>', round(left + 4, 1), top + 20 + 11, said))
    return format_html_join("", "{}", ((part,) for part in drawn))


def _columns(bars: Sequence[Bar], series: Sequence[Series], most: int) -> SafeString:
    """Bars that stand on a line, each with its total above and its label below, the first series at the bottom."""
    step = WIDTH / max(len(bars), 4)
    wide = min(step * 0.62, 28)
    ground = HEAD + HEIGHT
    drawn = [format_html('<path class="axis" d="M0 {}H{}"/>', ground + 0.5, WIDTH)]
    for place, bar in enumerate(bars):
        middle, top = round(step * (place + 0.5), 1), float(ground)
        for number, kind in zip(bar.numbers, series, strict=True):
            if number:
                high = max(round(HEIGHT * number / most, 1), 1.5)
                top = round(top - high, 1)
                rect = '<rect class="bar-{}" x="{}" y="{}" width="{}" height="{}"/>'
                drawn.append(format_html(rect, kind.style, round(middle - wide / 2, 1), top, round(wide, 1), high - 1))
        words = [
            ("n", top - 5, _thousands(bar.total)),
            ("", ground + 15, bar.below[0]),
            ("n", ground + 29, bar.below[1]),
        ]
        for style, height, text in words:
            said = '<text class="mid {}" x="{}" y="{}">{}</text>'
            drawn.append(format_html(said, style, middle, round(height, 1), text))
    return format_html_join("", "{}", ((part,) for part in drawn))


def _thousands(number: int) -> str:
    """A number in four characters at most; the table has it whole."""
    return str(number) if number < 10_000 else f"{number // 1000}k"


def _short(label: str) -> str:
    return label if len(label) <= LABEL else f"{label[: LABEL - 1].rstrip()}…"
