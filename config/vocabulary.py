"""Words that pages take from data and not from code, for the catalogue of translations."""

from collections.abc import Iterator

Term = tuple[str, str]
"""The file that holds it, and the words."""


def terms() -> Iterator[Term]:
    """Every term that pages show in the reader's language, in a steady order."""
    return iter(())
