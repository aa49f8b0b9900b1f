"""The factors that the EDPB names, each with its heading in the guidelines, and the grounds that end the matter.

Headings are those of EDPB Guidelines 9/2022, part IV.B; a paragraph is named where its number is known.
"""

from dataclasses import dataclass

from law.risk.reading import Reading

G9 = "EDPB Guidelines 9/2022, IV.B"
G1 = "EDPB Guidelines 01/2021"


@dataclass(frozen=True, slots=True)
class Factor:
    """A heading of the guidelines and where it stands."""

    name: str
    source: str


BREACH = Factor("Type of breach", f"{G9}, The type of breach")
SENSITIVITY = Factor("The data", f"{G9}, The nature, sensitivity, and volume of personal data")
SPECIAL = f"{SENSITIVITY.source}; paragraph 102 on data of GDPR Art. 9 and 10"
EASE = Factor("Who can be named", f"{G9}, Ease of identification of individuals")
RECIPIENT = Factor("Who has the data", f"{G9}, Severity of consequences for individuals")
CONSEQUENCES = Factor("Consequences", f"{G9}, Severity of consequences for individuals; GDPR recital 85")
PEOPLE = Factor("The people", f"{G9}, Special characteristics of the individual; GDPR recital 75")
CONTROLLER = Factor("The organisation", f"{G9}, Special characteristics of the data controller (paragraph 117)")
NUMBER = Factor("How many", f"{G9}, The number of affected individuals")


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground on which a risk is unlikely although somebody could get at the data.

    `shown`: the known facts show it; `facts`: what would have to be known to show it.
    """

    factor: Factor
    shown: bool
    text: str
    source: str
    facts: tuple[str, ...]


def grounds(reading: Reading) -> tuple[Ground, ...]:
    """The three grounds that the guidelines accept. Whoever relies on one must show it: unknown shows nothing."""
    return unreadable(reading), unseen(reading), trusted(reading)


def unreadable(reading: Reading) -> Ground:
    """Encrypted with a safe key, hashed by a recognised method, or anonymous: all of the data."""
    unclear = []
    for kind in reading.kinds:
        if kind.high and kind.item.protection in ("unknown", "encrypted_key_unknown"):
            unclear.append(f"data[{kind.item.category}].protection")
        elif kind.high and kind.item.protection in ("encrypted_key_safe", "hashed"):
            unclear.append(f"data[{kind.item.category}].protection_standard")
    in_the_clear = any(kind.item.protection == "none" for kind in reading.kinds)
    return Ground(
        SENSITIVITY,
        reading.unintelligible is True,
        "All of the data are unreadable to whoever has them, and the key is safe.",
        f"EDPB Guidelines 9/2022, annex B, example i; {G1}, cases 6 and 10",
        () if in_the_clear else tuple(unclear[:3]),
    )


def unseen(reading: Reading) -> Ground:
    """Access ruled out by reliable logs, or the data came back unread, or could not be kept."""
    exposure = reading.facts.exposure
    reached = exposure.viewed == "yes" or reading.held(
        "access", "acquisition", "exfiltration", "disclosure", "published", "misuse"
    )
    by_logs = not reached and exposure.access == "ruled_out" and exposure.evidence_basis == "reliable_logs"
    unread = not reached and exposure.recovered == "yes" and "no" in (exposure.viewed, exposure.retained)
    facts: tuple[str, ...] = ()
    if not reached:
        wanted = ("viewed", "recovered", "evidence_basis")
        facts = tuple(f"exposure.{name}" for name in wanted if getattr(exposure, name) == "unknown")
    text = "Reliable logs rule out that anybody got at the data." if by_logs else "The data came back unread."
    return Ground(RECIPIENT, by_logs or unread, text, f"{G1}, case 1 on logs; {RECIPIENT.source}", facts)


def trusted(reading: Reading) -> Ground:
    """A trusted recipient, or own staff in good faith, who gave back or deleted what came by mistake.

    Bound by secrecy is not trusted: UODO DKN.5131.1.2024.
    """
    exposure = reading.facts.exposure
    who = exposure.recipient == "trusted" or (
        exposure.recipient == "internal" and exposure.good_faith_internal == "yes"
    )
    assured = exposure.recovered == "yes" or exposure.assurance in ("written", "attested")
    facts: list[str] = []
    if exposure.recipient == "internal" and exposure.good_faith_internal == "unknown" and not reading.malicious:
        facts.append("exposure.good_faith_internal")
    if who and not assured:
        facts += [f"exposure.{name}" for name in ("recovered", "assurance") if getattr(exposure, name) == "unknown"]
    return Ground(
        RECIPIENT,
        who and assured and reading.malicious is not True and not reading.held("misuse", "published"),
        "The recipient is trusted and gave back or deleted what came by mistake.",
        f"{RECIPIENT.source} (trusted recipient); {G1}, case 9",
        tuple(facts),
    )
