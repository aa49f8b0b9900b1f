"""What the law library says, in the reader's language, with the language of what stays as the library has it.

The library speaks English and publishes English (law.languages). Pages and mails show its sentences through here.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from django.utils.functional import lazy
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, override

from accounts.translating import reading_language
from law.languages import LANGUAGES, translator

QUOTED = re.compile(r"«\u00a0(.+)\u00a0»")
"""Words of a law file inside of a translated sentence; they may hold guillemets themselves."""


class Spoken(NamedTuple):
    """A text and its language, which is empty where that is the reader's."""

    text: str
    lang: str


def spoken(words: object, language: str = "") -> Spoken:
    """A sentence of the library in a language, "" for the reader's; as it stands, saying so, where there is none."""
    text = str(words or "")
    wanted = (language or reading_language()).partition("-")[0].lower()
    if wanted == "en" or not text:
        return Spoken(text, "")
    if wanted not in LANGUAGES:
        return Spoken(text, "en")
    said = translator(wanted, LABELS[wanted])(text)
    if said is None and (named := LABELS[wanted](text)) != text:
        said = named  # the catalogue has names of places and terms
    return Spoken(text, "en") if said is None else Spoken(said, "")


def _said(words: object) -> str:
    return spoken(words).text


spoken_lazy: Callable[[object], str] = lazy(_said, str)
"""A sentence of the library for what is made when a module loads: choices of forms. Said anew for each reader."""


def marked(words: object, language: str = "") -> SafeString:
    """The same as HTML: what is not in the reader's language stands in an element that says so (WCAG 3.1.2)."""
    text, lang = spoken(words, language)
    if lang:
        return format_html('<span lang="{}">{}</span>', lang, text)
    escaped = conditional_escape(text)
    if (language or reading_language()).partition("-")[0].lower() == "en":
        return escaped
    return mark_safe(QUOTED.sub('«\u00a0<span lang="en">\\1</span>\u00a0»', escaped))  # noqa: S308  # escaped before


def in_every_language(words: str) -> list[str]:
    """A title or a name of the library in each language that it is known in: what a search looks through."""
    return list(dict.fromkeys([words, *(spoken(words, one).text for one in LANGUAGES)]))


def _labels_in(language: str) -> Callable[[str], str]:
    def label(words: str) -> str:
        # Not the reader's language but this one: sentences are remembered.
        with override(language):
            return gettext(words)

    return label


LABELS = {language: _labels_in(language) for language in LANGUAGES}
