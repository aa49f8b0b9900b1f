"""How much of the world the library covers, and how sure it is of what it says."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from law import places
from law.rulebook import Rulebook
from law.rules import Instrument

# Countries whose law on breaches is that of their parts: there a country says nothing that its parts do not.
LAW_OF_THE_PARTS = ("US",)


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a country whose law on breaches is theirs: told, found to have none, and not researched.

    `told` are those of which the library states a duty to tell the people affected.
    """

    country: str
    told: tuple[str, ...]
    without: tuple[str, ...]
    unresearched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Countries with duties, without a general duty, and unresearched; versions of duties by confidence.

    `parts`: subdivisions and zones with law of their own. `within`: countries that leave the law to their parts.
    """

    with_duties: tuple[str, ...]
    without: tuple[str, ...]
    unresearched: tuple[str, ...]
    parts: tuple[str, ...]
    duties: int
    versions: dict[str, int]
    within: tuple[Parts, ...]


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
        tuple(_parts(rulebook, code) for code in LAW_OF_THE_PARTS),
    )  # fmt: skip


def _parts(rulebook: Rulebook, country: str) -> Parts:
    told, without, nothing = [], [], []
    for code in places.subdivisions(country):
        instruments = rulebook.by_jurisdiction.get(code, ())
        if any(duty.rule.addressee == "individuals" for one in instruments for duty in one.duties):
            told.append(code)
        elif any(one.file.no_general_duty for one in instruments):
            without.append(code)
        else:
            nothing.append(code)
    return Parts(country, tuple(told), tuple(without), tuple(nothing))


def _law_of(rulebook: Rulebook, code: str, day: date) -> tuple[Instrument, ...]:
    own = rulebook.by_jurisdiction.get(code, ())
    other = places.same_as(code)
    own = own or (rulebook.by_jurisdiction.get(other, ()) if other else ())
    if not own and places.eea_state(code, day):
        return rulebook.by_jurisdiction.get("EU", ())
    return own
