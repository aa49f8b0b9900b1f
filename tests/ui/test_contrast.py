"""The colours of static/app/tokens.css against WCAG 2.2: text at least 4.5:1, lines at least 3:1."""

import re
from pathlib import Path

import pytest

STYLES = Path(__file__).parents[2] / "static" / "app"
TOKEN = re.compile(r"--(?P<name>[\w-]+): (?:light-dark\((?P<light>#\w{6}), (?P<dark>#\w{6})\)|(?P<both>#\w{6}));")
STATES = ("over", "soon", "ok", "done", "none", "ask")

TEXT = [
    *[(ink, ground) for ink in ("ink", "ink-2", "link", "link-hover") for ground in ("paper", "surface", "raised")],
    ("brand-ink", "brand"),
    ("brand-ink", "brand-hover"),
    ("danger-ink", "danger"),
    ("danger-ink", "danger-hover"),
    ("danger", "surface"),
    ("danger", "paper"),
    ("focus-ink", "focus"),
    ("ask-ink", "surface"),
    *[(f"{state}-ink", f"{state}-bg") for state in STATES],
]
LINES = [
    *[("line-strong", ground) for ground in ("surface", "paper")],
    *[(f"{state}-line", "surface") for state in STATES],
    *[(f"{state}-line", "paper") for state in STATES],
    ("map-focus", "land"),
    ("map-focus", "surface"),
    ("ask-line", "land"),
]


def palette(theme: str) -> dict[str, str]:
    text = (STYLES / "tokens.css").read_text(encoding="utf-8")
    return {found["name"]: found[theme] or found["both"] for found in TOKEN.finditer(text)}


PALETTES = {theme: palette(theme) for theme in ("light", "dark")}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize(("front", "ground", "least"), [(*p, 4.5) for p in TEXT] + [(*p, 3.0) for p in LINES])
def test_it_can_be_told_from_its_ground(theme: str, front: str, ground: str, least: float) -> None:
    colours = PALETTES[theme]
    assert contrast(colours[front], colours[ground]) >= least


@pytest.mark.parametrize("theme", PALETTES)
def test_it_can_show_the_focus_on_every_fill(theme: str) -> None:
    """The ring is amber within dark: one of the two must stand out, whatever it lies on."""
    colours = PALETTES[theme]
    fills = ["paper", "surface", "raised", "brand", "danger", *(f"{state}-bg" for state in STATES)]
    for fill in fills:
        best = max(contrast(colours[ring], colours[fill]) for ring in ("focus", "focus-ink"))
        assert best >= 3, fill


@pytest.mark.parametrize("theme", PALETTES)
def test_it_orders_the_steps_of_the_map_by_lightness(theme: str) -> None:
    steps = [luminance(PALETTES[theme][f"map-{step}"]) for step in range(1, 6)]
    assert steps == sorted(steps, reverse=theme == "light")


def test_it_knows_black_on_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("sheet", ["app.css", "components.css"])
def test_it_names_colours_in_the_tokens_only(sheet: str) -> None:
    text = re.sub(r"url\(.*?\)", "", (STYLES / sheet).read_text(encoding="utf-8"))
    found = re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", text)
    assert found == ["#fff"] * (sheet == "components.css")  # the paper of a letter is white in both themes


@pytest.mark.parametrize("sheet", ["app.css", "components.css", "print.css"])
def test_it_uses_only_tokens_that_exist(sheet: str) -> None:
    tokens = set(re.findall(r"--([\w-]+):", (STYLES / "tokens.css").read_text(encoding="utf-8")))
    used = set(re.findall(r"var\(--([\w-]+)", (STYLES / sheet).read_text(encoding="utf-8")))
    assert used <= tokens
