"""One regulator report as a PDF, against WeasyPrint alone on the same HTML with the same options.

    python -m bench.report_pdf [rounds]

Ours starts from the frozen snapshot: answers read, HTML made, PDF made, every word of the renderer
listened to. The yardstick is given the finished HTML, fonts and style sheet. Both run in one
process, in turns, warm; printed are the medians and their ratio (to reach: at most 1.15).
"""

import os
import statistics
import sys
import time
from collections.abc import Callable

ROUNDS = 15


def _timed(work: Callable[[], bytes]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def measure(rounds: int = ROUNDS) -> tuple[float, float]:
    """Median seconds of ours and of the yardstick, for a report of four pages in English."""
    from reports.compose import Look, document_html
    from reports.making import stamp_of
    from reports.render import Variant, engine, to_pdf
    from tests.reports.samples import TYPED, snapshot

    held = snapshot("gdpr.art33", "en")
    html = document_html(held, TYPED, Look())
    stamp, made = stamp_of(held), engine()

    def ours() -> bytes:
        return to_pdf(document_html(held, TYPED, Look()), Variant.SENT, stamp)

    def alone() -> bytes:
        page = made.weasyprint.HTML(string=html)
        options = {"pdf_variant": "pdf/ua-1", "pdf_identifier": stamp.digest}
        content: bytes = page.write_pdf(font_config=made.fonts, stylesheets=[made.stylesheet], **options)
        return content

    ours(), alone()
    pairs = [(_timed(ours), _timed(alone)) for _ in range(rounds)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def main() -> None:
    """Prints both medians and the ratio."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("DEBUG", "1")
    django.setup()
    ours, alone = measure(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
    print(f"report PDF: {ours * 1000:.0f} ms; WeasyPrint alone: {alone * 1000:.0f} ms; ratio {ours / alone:.2f}")


if __name__ == "__main__":
    main()
