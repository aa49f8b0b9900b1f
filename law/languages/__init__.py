"""What the law library says, in other languages than the English in which it is published.

`translator("fr")` gives a function that takes a sentence of the library (a reason, a question, a step of a clock, the
title of a duty) and gives it in French, or None where the library has no French for it: then it is shown as it stands,
with its language. What the law files themselves say (texts of exemptions, notes) is quoted in guillemets as it is.

The words are data: fr.toml (what the library makes), fr_places.toml, fr_titles.toml and fr_law.toml (what law files
say). Labels of taxonomies come from the caller, who has them in a catalogue of translations.
"""

import tomllib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from law.languages.book import french_book

LANGUAGES = ("fr",)
"""Beside English."""

Label = Callable[[str], str]
"""An English label of law/taxonomies.json in the other language."""

_HERE = Path(__file__).parent


@lru_cache(maxsize=8)
def translator(language: str, label: Label = str) -> Callable[[str], str | None]:
    """Raises LookupError for a language that the library does not speak. `label` is asked when a sentence is made."""
    if language not in LANGUAGES:
        raise LookupError(f"{language!r} is no language of the library; expected one of {', '.join(LANGUAGES)}")
    of_files = {**read("fr_titles")["title"], **read("fr_law")["law"]}
    return french_book(read("fr"), read("fr_places"), of_files, label).say


def read(name: str) -> dict[str, Any]:
    """The data of a file of this folder."""
    return tomllib.loads(_HERE.joinpath(f"{name}.toml").read_text("utf-8"))
