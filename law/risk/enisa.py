"""The first method: ENISA's severity of 2013, SE = DPC x EI + CB, complete, with its working.

The tables stand in enisa.toml with their source. The method leaves steps of the context to judgement; those
that the recorded facts carry are made here and named in the working, the others are named as not made. What
is not known takes the stricter side, and the score with the kinder side stands beside it.
"""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from law.facts.model import DataItem
from law.risk.kinds import BEHAVIOURAL, FINANCIAL, NOT_SAID, SECRETS, SENSITIVE, category_of
from law.risk.levels import Level, May, OpenFact, Proposal, Reason
from law.risk.reading import Kind, Reading

METHOD = "enisa-2013"
TITLE = "ENISA 2013 severity"
SOURCE = "ENISA 2013"
KNOWN = frozenset({
    "trusted", "internal", "known_to_subject", "bound_by_secrecy", "other_customer", "same_regime", "public_authority",
})  # fmt: skip
OPENS = {"health": "sensitive", "financial": "financial", "email": "behavioural", "online_account": "behavioural"}
UNIQUE = frozenset({"national_identifier", "official_document"})
CODES = frozenset({
    "payment_card_security_code", "bank_account_access_code", "pin_code", "password", "account_credentials",
    "session_token", "mfa_or_secret",
})  # fmt: skip
MANY_KINDS = 5
"""Categories of simple data from which a person can be profiled."""
LONG = 365
"""Days of behaviour from which everyday life can be read (one year of call history, in the method's example)."""
FLAG_PEOPLE = 100


@lru_cache(maxsize=1)
def tables() -> dict[str, Any]:
    """The published tables, read once."""
    return tomllib.loads(Path(__file__).with_name("enisa.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Part:
    """One term of the sum: the score on the kinder and the stricter side, why, and what would settle it."""

    low: float
    high: float
    why: str
    open_facts: tuple[OpenFact, ...] = ()

    @property
    def shown(self) -> str:
        """One number, or two while a fact is open: "0.25 to 0.5"."""
        return f"{self.high:g}" if self.low == self.high else f"{self.low:g} to {self.high:g}"


def severity(context: float, ease: float, points: float) -> float:
    """SE = DPC x EI + CB. Raises ValueError outside the ranges of the method."""
    if not 1 <= context <= 4 or ease not in tables()["ease"]["levels"].values() or not 0 <= points <= 2:
        raise ValueError(f"DPC {context:g} (1 to 4), EI {ease:g} (0.25, 0.5, 0.75 or 1), CB {points:g} (0 to 2)")
    return round(context * ease + points, 2)


def band_of(score: float) -> tuple[str, Level, str]:
    """Name, comparable level and meaning of the band in which a score lies."""
    row = next(row for row in tables()["band"] if score >= row["from"])
    return row["name"], row["level"], row["meaning"]


def weigh(reading: Reading) -> Proposal | None:
    """The proposal of this method; None while no data are known, for it has nothing to score."""
    kinds = [kind for kind in reading.kinds if kind.item.category not in NOT_SAID]
    if not kinds:
        return None
    context, ease, points = context_of(kinds, reading), ease_of(kinds, reading), circumstances_of(reading)
    low, high = severity(context.low, ease.low, points.low), severity(context.high, ease.high, points.high)
    band, level, meaning = band_of(high)
    sums = f"SE = {context.high:g} x {ease.high:g} + {points.high:g} = {high:g}: {band.replace('_', ' ')} ({meaning})"
    if low != high:
        sums += f"; {low:g} on the kinder side of what is not known"
    reasons = [
        Reason("Data processing context", "neither", f"DPC {context.shown}: {context.why}", SOURCE),
        Reason("Ease of identification", "neither", f"EI {ease.shown}: {ease.why}", SOURCE),
        Reason("Circumstances of breach", "neither", f"CB {points.shown}: {points.why}", SOURCE),
        Reason("Severity", "decides", sums, SOURCE),
        *_flags(reading),
    ]
    asked = {one.fact: one for one in (*context.open_facts, *ease.open_facts, *points.open_facts)}
    if reading.facts.data_complete != "yes":
        asked["data_complete"] = OpenFact("data_complete", "raise")
    return Proposal(
        method=METHOD,
        title=TITLE,
        at_least=band_of(low)[1],
        at_most=level,
        reasons=tuple(reasons),
        open_facts=tuple(asked.values()),
        score=high,
        score_range=(low, high),
        band=band,
    )


# -- the data processing context ---------------------------------------------------------------------


def context_of(kinds: list[Kind], reading: Reading) -> Part:
    """The class that scores highest, with the steps that the facts carry."""
    rows: dict[str, list[Kind]] = {}
    for kind in kinds:
        for name in _classes(kind.item):
            rows.setdefault(name, []).append(kind)
    scored = [_scored(name, found, kinds, reading) for name, found in rows.items()]
    return max(scored, key=lambda part: (part.high, part.low))


def _classes(item: DataItem) -> list[str]:
    """The classes of one row. Credentials take the class of what they open; unsaid, that of an account in use."""
    category = category_of(item.category)
    if category in SECRETS and item.category != "username":
        return [OPENS[one] for one in item.opens] or ["behavioural"]
    if category in SENSITIVE:
        return ["sensitive"]
    if category in FINANCIAL or item.category == "salary":
        return ["financial"]
    return ["behavioural"] if category in BEHAVIOURAL or item.category == "driving_data" else ["simple"]


def _scored(name: str, rows: list[Kind], kinds: list[Kind], reading: Reading) -> Part:
    table = tables()["context"][name]
    score, step = {"simple": _simple, "behavioural": _behavioural, "financial": _financial, "sensitive": _sensitive}[
        name
    ](rows, kinds, reading)
    base: int = table["base"]
    what = ", ".join(dict.fromkeys(row.label for row in rows))
    words = f"{name} data ({what}), base {base}"
    if score != base:
        words += f", {score - base:+d}: {step or table['steps'][str(score)]}"
    sure = any(row.sure for row in rows)
    asked: tuple[OpenFact, ...] = ()
    if not sure:
        words += "; not yet confirmed"
        asked = (OpenFact(f"data[{rows[0].item.category}].status", "lower"),)
    return Part(1 if not sure else score, score, words, asked)


def _all(rows: list[Kind], name: str) -> bool:
    return all(getattr(row.item, name) == "yes" for row in rows)


def _simple(rows: list[Kind], kinds: list[Kind], reading: Reading) -> tuple[int, str]:
    categories = {category_of(row.item.category) for row in rows}
    findable = bool(categories & {"contact_details", "basic_identity"})
    children = any({"child"} & set(one.subjects) or one.minors == "yes" for one in reading.facts.affected)
    stated = any(one.vulnerable == "yes" for one in reading.facts.affected)
    if findable and (children or stated):
        return 4, ""
    regimes = {one if isinstance(one, str) else one.id for one in reading.facts.organisation.regimes or ()}
    if reading.vulnerable or regimes & {"hipaa_covered_entity", "health_custodian"}:
        return 3, ""
    return (2, "") if len(categories) >= MANY_KINDS else (1, "")


def _behavioural(rows: list[Kind], kinds: list[Kind], reading: Reading) -> tuple[int, str]:
    if any(category_of(kind.item.category) in SENSITIVE for kind in kinds):
        return 4, ""
    if _all(rows, "public_already"):
        return 1, ""
    names = {row.item.category for row in rows}
    days = _days(reading)
    if names & {"movement_history", "behaviour_profile", "preference_profile"} or len(names) > 2:
        return 3, ""
    if days is not None and days >= LONG:
        return 3, f"{days} days of it, from which everyday life can be read"
    return 2, ""


def _financial(rows: list[Kind], kinds: list[Kind], reading: Reading) -> tuple[int, str]:
    if _all(rows, "stale"):
        return 1, ""
    names = {row.item.category for row in rows}
    categories = {category_of(row.item.category) for row in rows}
    every = {kind.item.category for kind in kinds}
    if ("payment_card" in categories or "bank_account" in categories) and every & CODES:
        return 4, ""
    if len(categories - {"payment_card"}) > 1 and "transaction_history" in categories:
        return 4, "a detailed financial profile"
    if names <= {"bank_account_number", "payment_card_expiry", "policy_number", "purchase_history"}:
        return 2, ""
    return 3, ""


def _sensitive(rows: list[Kind], kinds: list[Kind], reading: Reading) -> tuple[int, str]:
    return (1, "") if _all(rows, "public_already") else (4, "")


def _days(reading: Reading) -> int | None:
    """Days between the first and the last instant at which it happened, where both are known."""
    timeline = reading.facts.timeline
    first, last = timeline.occurred_from, timeline.occurred_until
    return (last - first).days if isinstance(first, datetime) and isinstance(last, datetime) else None


# -- the ease of identification ----------------------------------------------------------------------


def ease_of(kinds: list[Kind], reading: Reading) -> Part:
    """How surely the data name the person to whoever has them."""
    terms = {kind.item.category for kind in kinds}
    held = {category_of(term) for term in terms}
    named = bool(held & {"basic_identity"} and terms & {"full_name", "basic_identity"})
    reached = "contact_details" in held
    veiled = [kind for kind in kinds if kind.item.protection in ("pseudonymised", "tokenised", "redacted")]
    if veiled and len(veiled) == len(kinds):
        return Part(0.25, 0.25, "the data stand under a pseudonym")
    if held & UNIQUE:
        if named or reached or len(held) > 1:
            return Part(1.0, 1.0, "a unique number or document with other data about the person")
        return _open(0.25, 1.0, "a number alone: only who can look it up knows the person", reading)
    if named and (reached or "date_of_birth" in terms):
        return Part(1.0, 1.0, "a name with an address, number or date of birth")
    if "image_audio_video" in held:
        return Part(0.25 if len(held) == 1 else 1.0, 1.0, "a picture or a voice")
    if named:
        return _open(0.25, 0.75, "a name without more: it depends on how rare it is, and where", reading)
    if reached or held & {"account_credentials"}:
        return Part(0.25, 0.75, "an address, number or account that may show the name or be looked up")
    if held & {"vehicle", "customer_identifier", "online_identifier", "location_data", "connection_traffic_data"}:
        return _open(0.25, 0.5, "an identifier that others can resolve with some effort", reading)
    return _open(0.25, 1.0, "the recorded data name nobody; whether others do is not recorded", reading)


def _open(low: float, high: float, why: str, reading: Reading) -> Part:
    """Between two levels; where the list of data is open, anything that names the person may still be among them."""
    if reading.facts.data_complete == "yes":
        return Part(low, high, why)
    return Part(low, 1.0, f"{why}; the list of data is not complete", (OpenFact("data_complete", "raise"),))


# -- the circumstances of the breach -----------------------------------------------------------------


def circumstances_of(reading: Reading) -> Part:
    """The points for confidentiality, integrity, availability and intent, added up."""
    parts = [one for one in (_confidentiality(reading), _integrity(reading), _availability(reading)) if one]
    if reading.malicious is not False:
        sure = reading.malicious is True
        asked = () if sure else (OpenFact("cause.intent", "raise"),)
        parts.append(Part(0.5 if sure else 0.0, 0.5, "malicious intent" if sure else "intent not known", asked))
    words = "; ".join(f"{one.why} {one.shown}" for one in parts) or "no circumstance adds to it"
    found = tuple(fact for one in parts for fact in one.open_facts)
    return Part(sum(one.low for one in parts), sum(one.high for one in parts), words, found)


def _confidentiality(reading: Reading) -> Part | None:
    said = reading.nature("confidentiality")
    if said == "no":
        return None
    exposure = reading.facts.exposure
    held = reading.held("access", "exfiltration", "published", "disclosure", "misuse")
    if exposure.access == "ruled_out" and not held:
        return Part(0.0, 0.0, "exposed, access ruled out")
    asked: tuple[OpenFact, ...] = () if said == "yes" else (OpenFact("nature.confidentiality", "lower"),)
    if exposure.recipient in KNOWN or reading.handful:
        return Part(0.25 if said == "yes" else 0.0, 0.25, "known recipients", asked)
    if exposure.recipient != "unknown" or held:
        return Part(0.5 if said == "yes" else 0.0, 0.5, "an unknown number of recipients", asked)
    asked = (*asked, OpenFact("exposure.access", "lower"), OpenFact("exposure.recipient", "lower"))
    return Part(0.0, 0.5, "exposed, to whom is not known", asked)


def _integrity(reading: Reading) -> Part | None:
    said = reading.nature("integrity")
    if said == "no":
        return None
    healed = reading.facts.exposure.restored
    high = 0.25 if healed in ("yes", "partly") else 0.5
    asked = _unhealed(healed, "nature.integrity", said)
    return Part(0.0 if said != "yes" or healed == "yes" else 0.25, high, "data altered", asked)


def _availability(reading: Reading) -> Part | None:
    said = reading.nature("availability")
    exposure = reading.facts.exposure
    if said == "no" or reading.back_again:
        return None
    for_a_time = exposure.restored in ("yes", "partly") or exposure.backup_available == "yes"
    low = 0.25 if said == "yes" and exposure.restored != "unknown" else 0.0
    if for_a_time:
        return Part(low, 0.25, "not available for a time", _unhealed(exposure.restored, "nature.availability", said))
    for_good = exposure.restored == "no" and exposure.backup_available == "no"
    words = "lost for good" if for_good else "not available; whether for good is not known"
    low = 0.5 if for_good and said == "yes" else 0.0
    return Part(low, 0.5, words, _unhealed(exposure.restored, "nature.availability", said))


def _unhealed(healed: str, fact: str, said: str) -> tuple[OpenFact, ...]:
    lower: May = "lower"
    first = (OpenFact(fact, lower),) if said != "yes" else ()
    return first if healed != "unknown" else (*first, OpenFact("exposure.restored", lower))


def _flags(reading: Reading) -> list[Reason]:
    """The two flags of the method: they mark a result, they do not change it."""
    found = []
    low, high = reading.number
    if high is None or high > FLAG_PEOPLE:
        words = f"Flag: more than {FLAG_PEOPLE} people" + ("" if low > FLAG_PEOPLE else " are possible")
        found.append(Reason("Flag", "neither", f"{words}; it does not change the score.", SOURCE))
    if reading.unintelligible:
        found.append(Reason("Flag", "neither", "Flag: the data are unreadable; it does not change the score.", SOURCE))
    return found
