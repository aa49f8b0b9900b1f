"""Words of fault and of speculation in an answer: marked for counsel, never changed or refused.

A notification states what is known. Whether somebody was at fault is not for it to say, and a guess
printed once is quoted for years. The lists are short on purpose: they mark, they do not judge.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "en": {
        "fault": (r"we failed", r"our fault", r"our mistake", r"negligen\w*", r"careless\w*", r"should have",
                  r"liab(?:le|ility)", r"to blame", r"inexcusabl\w*", r"breach(?:ed)? (?:of )?(?:our|its) duty"),
        "guess": (r"probably", r"presumably", r"we think", r"we guess", r"most likely", r"it seems"),
    },
    "fr": {
        "fault": (r"notre faute", r"notre erreur", r"négligen\w*", r"(?:nous )?aurions dû", r"aurait dû",
                  r"manquement", r"imprudence", r"responsables? de cette"),
        "guess": (r"probablement", r"sans doute", r"nous pensons", r"il semble", r"vraisemblablement"),
    },
    "de": {
        "fault": (r"unsere Schuld", r"unser Fehler", r"fahrlässig\w*", r"verschuld\w*", r"hätten? .{0,40}müssen",
                  r"haften", r"Haftung", r"versäumt\w*", r"Versäumnis\w*"),
        "guess": (r"vermutlich", r"wahrscheinlich", r"wir glauben", r"wohl", r"anscheinend"),
    },
    "ja": {
        "fault": ("過失", "怠慢", "落ち度", "責任は当社", "不注意", "すべきでした"),
        "guess": ("おそらく", "恐らく", "たぶん", "と思われ", "と推測"),
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """One marked passage. `kind` is "fault" or "guess"."""

    kind: str
    words: str


def marks(text: str, language: str) -> list[Mark]:
    """Passages that counsel should look at, once each, in the order of the text."""
    found: list[tuple[int, Mark]] = []
    for kind, patterns in _WORDS.get(language, {}).items():
        for pattern in patterns:
            # Latin words are matched whole; Japanese has no spaces between words.
            bounded = pattern if language == "ja" else rf"\b{pattern}\b"
            found += [(hit.start(), Mark(kind, hit.group())) for hit in re.finditer(bounded, text, re.IGNORECASE)]
    return list(dict.fromkeys(mark for _, mark in sorted(found, key=lambda pair: pair[0])))
