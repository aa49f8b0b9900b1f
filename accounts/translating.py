"""The reader's language, and words that are data (labels of questions, terms, places) in it."""

from collections.abc import Mapping

from django.utils.translation import get_language, gettext


def reading_language() -> str:
    """The tag of the language in which this request is answered; English outside of requests."""
    return get_language() or "en"


def translated(words: str) -> str:
    """Words from data in the reader's language; as they stand where the catalogue has none.

    config/vocabulary.py says which data the catalogue holds.
    """
    return gettext(words) if words else ""


def in_language(words: Mapping[str, str]) -> str:
    """Of words that are held in several languages the reader's, else the English ones, else the first there are."""
    own = reading_language().partition("-")[0]
    return words.get(own) or words.get("en") or next(iter(words.values()), "")
