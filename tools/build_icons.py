"""Join the Tabler icons that Tocsin uses into one SVG sprite.

    python tools/build_icons.py UNPACKED_TABLER_PACKAGE static/vendor/tabler-icons/sprite.svg

The package is npm's `@tabler/icons`, unpacked; its version stands in static/vendor/manifest.toml.
To use another icon, add its name to NAMES, run this and put the new sha256 into the manifest.
"""

import re
import sys
from pathlib import Path

NAMES = """
activity adjustments alert-octagon alert-triangle archive arrow-left arrow-right bell bolt books
briefcase building building-bank calendar certificate check chevron-down chevron-right circle
circle-check circle-dashed circle-dot circle-minus circle-x clock clock-pause contrast-2 copy
database device-desktop dots download edit external-link eye eye-off file-check file-off file-plus
file-text filter flag gavel git-compare help-circle history home hourglass inbox info-circle key
keyboard language link list-check lock logout mail mail-check mailbox map map-pin menu-2 message
moon note paperclip pencil phone player-pause player-play plus point printer question-mark refresh
scale search send settings shield shield-check sun timeline trash trending-up upload user
user-circle users versions world world-question x
""".split()

SYMBOL = (
    '<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
    ' stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>'
)
BOUNDS = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')


def symbol(name: str, source: str) -> str:
    """One outline icon as a <symbol>, without the invisible square that each file begins with."""
    inner = re.search(r"<svg[^>]*>(.*)</svg>", source, re.DOTALL)
    if inner is None:
        raise SystemExit(f"{name}: expected an <svg> element, found {source[:60]!r}")
    shapes = " ".join(BOUNDS.sub("", inner.group(1)).split()).replace("> <", "><").replace(" />", "/>")
    return SYMBOL.format(name=name, shapes=shapes)


def build(package: Path) -> str:
    folder = package / "icons" / "outline"
    symbols = [symbol(name, (folder / f"{name}.svg").read_text(encoding="utf-8")) for name in NAMES]
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def main() -> None:
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    Path(sys.argv[2]).write_text(build(Path(sys.argv[1])), encoding="utf-8")


if __name__ == "__main__":
    main()
