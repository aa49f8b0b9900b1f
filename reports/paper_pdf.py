"""A paper as PDF/UA-1."""

from datetime import datetime

from django.template.loader import render_to_string

from reports.paper import Paper
from reports.render import Stamp, Variant, to_pdf


def paper_pdf(paper: Paper, made: datetime) -> bytes:
    """The PDF of a paper. RenderError where a character of it has no glyph."""
    blocks = [(type(block).__name__, block) for block in paper.blocks]
    html = render_to_string("documents/paper.html", {"paper": paper, "blocks": blocks})
    stamp = Stamp(f"urn:tocsin:paper:{paper.reference}:{paper.title}:{made.isoformat()}", made)
    return to_pdf(html, Variant.SENT, stamp)
