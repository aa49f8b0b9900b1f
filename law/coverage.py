"""How much of the world the library covers, and how sure it is of what it says."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from law import places
from law.rulebook import Instrument, Rulebook


@dataclass(frozen=True, slots=True)
class Coverage:
    """Countries with duties, without a general duty, and unresearched; versions of duties by confidence.

    `parts`: subdivisions and zones with law of their own.
    """

    with_duties: tuple[str, ...]
    without: tuple[str, ...]
    unresearched: tuple[str, ...]
    parts: tuple[str, ...]
    duties: int
    versions: dict[str, int]


def coverage(rulebook: Rulebook, day: date) -> Coverage:
    """Coverage of every ISO 3166-1 country (and XK). `day`: who is in the EEA, whose law is the Union's."""
    duties, without, nothing = [], [], []
    for code in places.countries():
        instruments = _law_of(rulebook, code, day)
        if any(instrument.duties for instrument in instruments):
            duties.append(code)
        elif instruments:
            without.append(code)
        else:
            nothing.append(code)
    versions = Counter(version.rule.confidence for duty in rulebook.duties.values() for version in duty.versions)
    parts = [code for code in sorted(rulebook.by_jurisdiction) if places.is_place(code) and places.parent(code)]
    return Coverage(
        tuple(duties), tuple(without), tuple(nothing), tuple(parts), len(rulebook.duties),
        {level: versions[level] for level in ("high", "medium", "low")},
    )  # fmt: skip


def _law_of(rulebook: Rulebook, code: str, day: date) -> tuple[Instrument, ...]:
    own = rulebook.by_jurisdiction.get(code, ())
    other = places.same_as(code)
    own = own or (rulebook.by_jurisdiction.get(other, ()) if other else ())
    if not own and places.eea_state(code, day):
        return rulebook.by_jurisdiction.get("EU", ())
    return own
