"""Numbers of people in words: exact, at least, at most, between, or not known yet.

What a count allows, and how groups add up, says incidents/counting.py.
"""

from accounts.translating import reading_language
from incidents.counting import KINDS, bounds

__all__ = ["KINDS", "bounds", "count_words", "grouped"]


def is_french(language: str) -> bool:
    """Whether a language tag, "" for the reader's, is French."""
    return (language or reading_language()).partition("-")[0].lower() == "fr"


NARROW_SPACE = "\u202f"


def count_words(low: int | None, high: int | None, language: str = "") -> str | None:
    """Say "62,835 or more", "up to 900", "between 100 and 900" or "340"; None when nothing is known."""
    french = is_french(language)
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


def grouped(number: int, language: str = "") -> str:
    """A number with its thousands set apart: "62,835", in French by a narrow space."""
    text = f"{number:,}"
    return text.replace(",", NARROW_SPACE) if is_french(language) else text
