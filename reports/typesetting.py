"""How a text is set: what must not break stays together, spaces and marks as the language has them."""

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_EMAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_URL = r"https?://[^\s<>「」、。，）)]+[^\s<>「」、。，）).,;:!?]"
_PHONE = r"(?<![\w.])\+?\(?\d[\d ()./-]{6,}\d(?![\w])"
_REFERENCE = r"\b[A-Z]{2,5}-\d{4}-\d{2,}(?:/[A-Z]?\d+)?"
_TOGETHER = re.compile(f"({_EMAIL}|{_URL}|{_REFERENCE}|{_PHONE})")

# A space before these marks in French: narrow before ; ! ? and inside quotation marks, full before the colon.
_FRENCH = (
    (re.compile(r" ([;!?»])"), "\u202f\\1"),
    (re.compile(r"« "), "«\u202f"),
    (re.compile(r" :(?=\s|$)"), "\u00a0:"),
    (re.compile(r"(\d) h (\d\d)\b"), "\\1\u00a0h\u00a0\\2"),  # 14 h 00
)
_DATE_LIKE = re.compile(r"\d{4}-\d\d-\d\d")


def spaced(text: str, language: str) -> str:
    """The text with the spaces of its language made unbreakable where they must be."""
    if language == "fr":
        for pattern, replacement in _FRENCH:
            text = pattern.sub(replacement, text)
    return text


def typeset(text: str, language: str) -> SafeString:
    """Text as HTML: escaped, and telephone numbers, addresses of mail and web, references kept in one line.

    <bdi> keeps their own direction, so that a telephone number reads right in a right-to-left language too.
    """
    pieces = _TOGETHER.split(spaced(text, language))
    return mark_safe(  # noqa: S308 - every piece is escaped
        "".join(_kept(piece) if index % 2 else str(escape(piece)) for index, piece in enumerate(pieces))
    )


def _kept(piece: str) -> str:
    if _DATE_LIKE.fullmatch(piece):
        return str(escape(piece))
    return f'<bdi class="nowrap">{escape(piece)}</bdi>'
