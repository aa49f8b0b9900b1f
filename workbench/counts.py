"""Numbers of people in words: exact, at least, at most, between, or not known yet.

The kinds are those of a count in a facts document: see law/facts/values.py.
"""

from collections.abc import Mapping

NARROW_SPACE = "\u202f"
KINDS = ("exact", "at_least", "at_most", "between", "unknown")


def bounds(count: object) -> tuple[int | None, int | None]:
    """Lowest and highest number that a count allows; None where it is open.

    `count` is a count of a facts document (a mapping, or a model with the same names), a plain number,
    or None. Raises ValueError for anything else.
    """
    if count is None:
        return None, None
    if isinstance(count, int) and not isinstance(count, bool):
        return count, count
    kind = count.get("kind") if isinstance(count, Mapping) else getattr(count, "kind", None)
    if kind not in KINDS:
        raise ValueError(f"count {count!r}: expected a number or a kind of {', '.join(KINDS)}")
    if kind == "exact":
        return _get(count, "n"), _get(count, "n")
    low = _get(count, "low") if kind in {"at_least", "between"} else None
    high = _get(count, "high") if kind in {"at_most", "between"} else None
    return low, high


def count_words(low: int | None, high: int | None, language: str = "en") -> str | None:
    """Say "62,835 or more", "up to 900", "between 100 and 900" or "340"; None when nothing is known."""
    french = language.partition("-")[0].lower() == "fr"
    if not low and high is None:
        return None
    if low is not None and low == high:
        return grouped(low, language)
    if high is None:
        most = grouped(low or 0, language)
        return f"{most} ou plus" if french else f"{most} or more"
    if not low:
        least = grouped(high, language)
        return f"jusqu’à {least}" if french else f"up to {least}"
    first, last = grouped(low, language), grouped(high, language)
    return f"entre {first} et {last}" if french else f"between {first} and {last}"


def grouped(number: int, language: str = "en") -> str:
    """A number with its thousands set apart: "62,835", in French by a narrow space."""
    text = f"{number:,}"
    return text.replace(",", NARROW_SPACE) if language.partition("-")[0].lower() == "fr" else text


def _get(count: object, name: str) -> int | None:
    return count.get(name) if isinstance(count, Mapping) else getattr(count, name, None)
