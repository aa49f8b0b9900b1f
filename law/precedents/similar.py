"""How alike two cases are, over facts and nothing else, and the published cases nearest to one.

Each trait has a weight (TRAITS). A trait that both cases state adds its likeness, 0 to 1, times its weight. One
that only the case in hand states adds nothing and counts half: a published case that says little is not near to
everything. One that the case in hand does not state is left out. The sum over the weights that count lies
between 0 and 1. docs/law/risk.md prints the table of weights.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import log10
from typing import Any

from law.precedents.library import SCORED, Precedent, Verdict, precedents
from law.risk.kinds import NOT_SAID, category_of
from law.risk.reading import Reading

NEAREST = 3
SILENT = 0.5
CLOSE, ALIKE = 0.7, 0.5
ENOUGH = 8
"""The weight that both cases must state before one is called close to the other; all traits weigh 20 together."""
FAMILIES: dict[str, frozenset[str]] = {
    "lost": frozenset({
        "lost_stolen_device", "lost_stolen_paper", "mail_lost_opened", "disposal_paper", "disposal_hardware",
        "physical_intrusion",
    }),
    "misdirected": frozenset({
        "misdirected_email", "misdirected_post", "bcc_failure", "wrong_person_shown", "redaction_failure",
        "verbal_disclosure",
    }),
    "exposed": frozenset({"misconfiguration", "unintended_publication", "cryptographic_flaw", "scraping_abuse"}),
    "attacked": frozenset({
        "hacking_intrusion", "credential_attack", "malware", "ransomware", "phishing", "denial_of_service",
        "processor_breach",
    }),
    "inside": frozenset({"insider_misuse", "unlawful_disclosure"}),
    "gone": frozenset({"accidental_deletion", "system_failure", "natural_disaster", "data_alteration"}),
}  # fmt: skip
CAMPS = {
    "malicious": "against", "public": "against", "former_staff": "against", "trusted": "trusted",
    "internal": "trusted", "same_regime": "known", "bound_by_secrecy": "known", "public_authority": "known",
    "other_customer": "known", "known_to_subject": "known",
}  # fmt: skip
Read = Callable[[Reading], Any]
Compare = Callable[[Any, Any], float]


@dataclass(frozen=True, slots=True)
class Trait:
    """`words`: what it is called on a page; `read`: None where the case does not state it."""

    words: str
    weight: float
    read: Read
    compare: Compare


def _same(one: Any, other: Any) -> float:
    return float(one == other)


def _incident(reading: Reading) -> str | None:
    kind = reading.facts.cause.type
    return None if kind in NOT_SAID else kind


def _incidents(one: str, other: str) -> float:
    if one == other:
        return 1.0
    return 0.5 if any(one in family and other in family for family in FAMILIES.values()) else 0.0


def _data(reading: Reading) -> tuple[frozenset[str], int] | None:
    found = frozenset(
        category for kind in reading.kinds if (category := category_of(kind.item.category)) not in NOT_SAID
    )
    return (found, max(kind.high for kind in reading.kinds)) if found else None


def _datas(one: tuple[frozenset[str], int], other: tuple[frozenset[str], int]) -> float:
    """Half for the categories in common, half for the worst that they can do."""
    common = len(one[0] & other[0]) / len(one[0] | other[0])
    return 0.5 * common + 0.5 * max(0.0, 1 - abs(one[1] - other[1]) / 2)


def _recipient(reading: Reading) -> str | None:
    said = reading.facts.exposure.recipient
    return None if said == "unknown" else said


def _recipients(one: str, other: str) -> float:
    return 1.0 if one == other else 0.5 if CAMPS[one] == CAMPS[other] else 0.0


def _reached(reading: Reading) -> str | None:
    """Was anybody at the data: held, ruled out, or no evidence either way."""
    exposure = reading.facts.exposure
    if reading.held("access", "exfiltration", "published", "misuse", "acquisition", "disclosure"):
        return "held"
    said = {exposure.access, exposure.exfiltration} - {"unknown"}
    if exposure.access == "ruled_out" or exposure.viewed == "no":
        return "ruled_out"
    return "open" if said else None


def _unread(reading: Reading) -> bool | None:
    stated = any(kind.item.protection != "unknown" for kind in reading.kinds)
    return reading.unintelligible is True if stated else None


def _back(reading: Reading) -> bool | None:
    exposure = reading.facts.exposure
    said = {exposure.recovered, exposure.restored, exposure.backup_available} - {"unknown"}
    return bool(said & {"yes", "partly"}) if said else None


def _number(reading: Reading) -> float | None:
    low, high = reading.number
    if not low and high is None:
        return None
    return log10(max(low if high is None else (low + high) / 2, 1))


def _numbers(one: float, other: float) -> float:
    """Alike within a factor of ten falls off to nothing at a factor of a thousand."""
    return max(0.0, 1 - abs(one - other) / 3)


def _part(name: str) -> Read:
    def read(reading: Reading) -> bool | None:
        said = reading.nature(name)
        return None if said == "unknown" else said in ("yes", "suspected")

    return read


TRAITS: tuple[Trait, ...] = (
    Trait("the kind of incident", 3, _incident, _incidents),
    Trait("the data", 3, _data, _datas),
    Trait("who has the data", 2, _recipient, _recipients),
    Trait("whether the data can be read", 2, _unread, _same),
    Trait("whether anybody reached the data", 1.5, _reached, _same),
    Trait("whether what was lost came back", 1.5, _back, _same),
    Trait("loss of confidentiality", 1, _part("confidentiality"), _same),
    Trait("changed data", 1, _part("integrity"), _same),
    Trait("loss of availability", 1, _part("availability"), _same),
    Trait("malice", 1, lambda reading: reading.malicious, _same),
    Trait("vulnerable people", 1, lambda reading: reading.vulnerable, _same),
    Trait("the number of people", 1, _number, _numbers),
)


@dataclass(frozen=True, slots=True)
class Likeness:
    """A published case beside the case in hand.

    `score`: 0 to 1; `compared`: the weight of the traits that both state; `alike`, `unlike`: those traits in words.
    """

    precedent: Precedent
    score: float
    compared: float
    alike: tuple[str, ...]
    unlike: tuple[str, ...]

    @property
    def words(self) -> str:
        """How near, in words. Nothing is called close that could hardly be compared."""
        if self.score < ALIKE:
            return "far"
        return "close" if self.score >= CLOSE and self.compared >= ENOUGH else "somewhat alike"

    def to_json(self) -> dict[str, Any]:
        one = self.precedent
        return {
            "id": one.id, "title": one.title, "place": one.place, "law": one.law, "authority": one.authority,
            "individuals": one.individuals, "risk": one.risk, "held": one.held, "source": one.source, "url": one.url,
            "likeness": round(self.score, 2), "alike": list(self.alike), "unlike": list(self.unlike),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest in which the authority had to be notified (`for_`), and in which nobody had to (`against`)."""

    for_: tuple[Likeness, ...]
    against: tuple[Likeness, ...]

    def to_json(self) -> dict[str, Any]:
        return {"for": [one.to_json() for one in self.for_], "against": [one.to_json() for one in self.against]}


def traits_of(reading: Reading) -> tuple[Any, ...]:
    """The value of each trait, None where the facts do not state it."""
    return tuple(trait.read(reading) for trait in TRAITS)


@lru_cache(maxsize=512)
def _published(one: Precedent) -> tuple[Any, ...]:
    return traits_of(one.reading)


def likeness(case: tuple[Any, ...], one: Precedent) -> Likeness:
    """How alike a published case is to a case with these traits."""
    total = reached = compared = 0.0
    alike: list[str] = []
    unlike: list[str] = []
    for trait, mine, theirs in zip(TRAITS, case, _published(one), strict=True):
        if mine is None:
            continue
        if theirs is None:
            total += SILENT * trait.weight
            continue
        near = trait.compare(mine, theirs)
        total += trait.weight
        compared += trait.weight
        reached += near * trait.weight
        (alike if near >= ALIKE else unlike).append(trait.words)
    return Likeness(one, reached / total if total else 0.0, compared, tuple(alike), tuple(unlike))


def nearest(reading: Reading, among: Iterable[Precedent] | None = None, number: int = NEAREST) -> Nearest:
    """The nearest published cases with an official verdict on the notice to the authority, for it and against it.

    Cases read from a statute, or without an official verdict, are left out.
    """
    case = traits_of(reading)
    scored = [likeness(case, one) for one in (precedents() if among is None else among) if one.tier in SCORED]
    scored.sort(key=lambda one: (-one.score, one.precedent.id))

    def first(verdict: Verdict) -> tuple[Likeness, ...]:
        return tuple([one for one in scored if one.precedent.authority == verdict][:number])

    return Nearest(first("yes"), first("no"))
