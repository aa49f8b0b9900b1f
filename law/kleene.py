"""Kleene's strong three-valued logic: True, False, and None for "not known".

Unknown stays unknown unless what is known decides alone: `False and unknown` is False, `True or
unknown` is True. This is what keeps a missing fact from ever counting as "no".
"""

from collections.abc import Iterable

WORDS = {True: "true", False: "false", None: "unknown"}
Value = bool | None
ANSWERS: dict[str, Value] = {"yes": True, "no": False}


def all_of(values: Iterable[Value]) -> Value:
    """Conjunction: False if any is False, else unknown if any is, else True (also of nothing)."""
    result: Value = True
    for value in values:
        if value is False:
            return False
        if value is None:
            result = None
    return result


def any_of(values: Iterable[Value]) -> Value:
    """Disjunction: True if any is True, else unknown if any is, else False (also of nothing)."""
    result: Value = False
    for value in values:
        if value is True:
            return True
        if value is None:
            result = None
    return result


def negate(value: Value) -> Value:
    """Negation; the negation of unknown is unknown."""
    return None if value is None else not value


def word(value: Value) -> str:
    """The words "true", "false" or "unknown", as the published answer writes it."""
    return WORDS[value]


def word_of_all(words: Iterable[str]) -> str:
    """`all_of`, of words."""
    found = set(words)
    return "false" if "false" in found else "unknown" if "unknown" in found else "true"


def word_of_any(words: Iterable[str]) -> str:
    """`any_of`, of words."""
    found = set(words)
    return "true" if "true" in found else "unknown" if "unknown" in found else "false"


def word_of_not(inner: str) -> str:
    """`negate`, of a word."""
    return {"true": "false", "false": "true", "unknown": "unknown"}[inner]
