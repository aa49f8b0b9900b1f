"""The second method: the factors of the EDPB's published reasoning, read in three values.

Sources: EDPB Guidelines 9/2022 (v2.0, 28 March 2023), part IV, which took over WP250 rev.01, and Guidelines
01/2021 (v2.0, 14 December 2021) with its eighteen cases. docs/law/risk.md says how it works and where it fails.

GDPR Art. 33(1) asks for notice unless a risk is UNLIKELY, and whoever relies on that must show it. So a
breach that is established stands at RISK until a ground that the EDPB accepts is shown; what is not known
shows nothing. HIGH_RISK follows from what the data can do and who has them. Numbers of people that the
guidelines leave open (FEW, MANY) are the project's own choice, and hours (SHORT) too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from law.facts.values import bounds
from law.kleene import Value, any_of
from law.risk.factors import (
    BREACH,
    CONSEQUENCES,
    CONTROLLER,
    EASE,
    NUMBER,
    PEOPLE,
    RECIPIENT,
    SENSITIVITY,
    SPECIAL,
    Factor,
    Ground,
    grounds,
)  # fmt: skip
from law.risk.kinds import GRADES, GRAVE, LIMITED, NOTABLE
from law.risk.levels import LEVELS, Effect, May, OpenFact, Proposal, Reason
from law.risk.reading import FEW, YES_NO, Reading

METHOD = "edpb-factors-1"
TITLE = "Factors of the EDPB's guidelines"
UNLIKELY, RISK, HIGH = 0, 1, 2
KNOWN, OPEN, HOSTILE = 1, 2, 3
MANY, SHORT = 1000, 24
"""Many people: 1,000 or more. A short time out of reach: at most 24 hours."""

KNOWN_HANDS = {
    "other_customer": "another customer", "known_to_subject": "somebody whom the person knows",
    "bound_by_secrecy": "somebody bound by secrecy, which alone makes nobody trusted",
    "same_regime": "a body under the same rules", "public_authority": "a public authority",
    "internal": "own staff", "former_staff": "former staff", "trusted": "somebody trusted",
}  # fmt: skip
GRAVE_CONSEQUENCES = {
    "identity_theft", "fraud", "financial_loss", "discrimination", "physical_harm", "harassment", "extortion",
    "professional_secrecy_loss",
}  # fmt: skip
Span = tuple[int, int]
# (what the data can do, who has them) -> level; docs/law/risk.md prints this table.
TABLE: dict[tuple[int, int], int] = {
    (GRAVE, KNOWN): HIGH, (GRAVE, OPEN): HIGH, (GRAVE, HOSTILE): HIGH,
    (NOTABLE, KNOWN): RISK, (NOTABLE, OPEN): RISK, (NOTABLE, HOSTILE): HIGH,
    (LIMITED, KNOWN): RISK, (LIMITED, OPEN): RISK, (LIMITED, HOSTILE): RISK,
}  # fmt: skip
# Cells that vulnerable people raise to HIGH, and those that many people raise too.
RAISED_BY_PEOPLE = {(NOTABLE, KNOWN), (NOTABLE, OPEN), (LIMITED, HOSTILE)}
RAISED_BY_NUMBER = {(NOTABLE, OPEN)}


def weigh(reading: Reading) -> Proposal:
    """The proposal of this method for one case. Pure; nothing in it is looked up outside the facts."""
    return _Weighing(reading).proposal()


@dataclass(frozen=True, slots=True)
class _Path:
    """One of the three ways in which a breach can harm, weighed by itself."""

    low: int
    high: int
    reasons: list[Reason]
    open: dict[str, OpenFact]


@dataclass
class _Weighing:
    reading: Reading

    def __post_init__(self) -> None:
        self.reasons: list[Reason] = []
        self.open: dict[str, OpenFact] = {}

    def proposal(self) -> Proposal:
        low, high = self._level()
        return Proposal(
            method=METHOD,
            title=TITLE,
            at_least=LEVELS[low],
            at_most=LEVELS[high],
            reasons=tuple(self.reasons),
            open_facts=tuple(self.open.values()),
        )

    def _level(self) -> Span:
        if self.reading.nobody:
            self._say(BREACH, "decides", "No living person is behind the data: no personal data breach (GDPR Art. 4).")
            return UNLIKELY, UNLIKELY
        paths = [self._path(one) for one in (self._confidentiality, self._availability, self._integrity)]
        self.reasons, self.open = [], {}
        for number, path in enumerate(paths):
            others = max(other.low for place, other in enumerate(paths) if place != number)
            # What cannot move the whole is not asked about.
            if path.high > others or path.high == UNLIKELY:
                self._keep(path)
        low, high = max(path.low for path in paths), max(path.high for path in paths)
        if (low, high) != (UNLIKELY, UNLIKELY):
            self._people_and_controller(settled=low == high)
            floor = self._consequences()
            low, high = max(low, floor), max(high, floor)
        return low, high

    def _path(self, weigh_it: Callable[[], Span]) -> _Path:
        self.reasons, self.open = [], {}
        low, high = weigh_it()
        return _Path(low, high, self.reasons, self.open)

    def _keep(self, path: _Path) -> None:
        self.reasons += [one for one in path.reasons if one not in self.reasons]
        for one in path.open.values():
            if one.may != "raise" or path.low < HIGH:
                self._ask(one.fact, one.may)

    # -- somebody has, or may have, the data -------------------------------------------------------

    def _confidentiality(self) -> Span:
        said = self.reading.nature("confidentiality")
        if said == "no":
            self._say(BREACH, "neither", "Nobody who should not have the data could get at them.")
            return UNLIKELY, UNLIKELY
        ground = self._ground()
        if ground is not None and ground.shown:
            self._say(ground.factor, "decides", ground.text, ground.source)
            return UNLIKELY, UNLIKELY
        if said == "yes":
            self._say(BREACH, "raises", "Somebody who should not have the data could get at them.")
        else:
            self._ask("nature.confidentiality", "lower")
            words = "is only suspected" if said == "suspected" else "is not known"
            self._say(BREACH, "open", f"Whether anybody could get at the data {words}.")
        low, high = self._table()
        if said == "yes":
            if high == RISK and self._slight():
                return UNLIKELY, UNLIKELY
            return max(low, RISK), max(high, RISK)
        return UNLIKELY, max(high, RISK)

    def _ground(self) -> Ground | None:
        """The first ground shown; grounds that could still be shown are asked about."""
        found = grounds(self.reading)
        for one in found:
            if one.shown:
                return one
        for one in found:
            for fact in one.facts:
                self._ask(fact, "lower")
        return None

    def _table(self) -> Span:
        grade, hands = self._grade(), self._hands
        self._hands_in_words()
        cells = [
            self._cell(data, who)
            for data in range(max(grade[0], LIMITED), max(grade[1], LIMITED) + 1)
            for who in range(hands[0], hands[1] + 1)
        ]
        return min(low for low, _ in cells), max(high for _, high in cells)

    def _cell(self, data: int, who: int) -> Span:
        level = TABLE[data, who]
        raised: Value = any_of(
            (
                self.reading.vulnerable if (data, who) in RAISED_BY_PEOPLE else False,
                self._many if (data, who) in RAISED_BY_NUMBER else False,
                data > LIMITED and self.reading.held("misuse"),
            )
        )
        if raised is None and level < HIGH:
            for fact, value in (("affected.vulnerable", self.reading.vulnerable), ("affected_total", self._many)):
                if value is None and (fact == "affected.vulnerable" or (data, who) in RAISED_BY_NUMBER):
                    self._ask(fact, "raise")
        return (HIGH if raised is True else level), (level if raised is False else HIGH)

    def _grade(self) -> Span:
        low, high = self.reading.grade
        if not self.reading.kinds:
            self._say(SENSITIVITY, "open", "What data are concerned is not known.")
        else:
            worst = low or high
            effect: Effect = "raises" if worst > LIMITED else "neither"
            words = self.reading.worst(worst) or "nothing that can be read"
            self._say(SENSITIVITY, effect, f"What the data can do: {GRADES.get(worst, 'little')} ({words}).",
                      SPECIAL if worst == GRAVE else "")  # fmt: skip
        if high > low and high > LIMITED:
            self._ask("data_complete" if self.reading.facts.data_complete != "yes" else "data.status", "raise")
            self._say(SENSITIVITY, "open", "Data that do more harm than those confirmed may be among them.")
        if self.reading.names_nobody:
            self._say(EASE, "lowers", "The data name nobody by themselves.")
        return low, high

    @cached_property
    def _hands(self) -> Span:
        """Who has the data: the least and the most threatening that the facts allow."""
        recipient, malice = self.reading.facts.exposure.recipient, self.reading.malicious
        if recipient == "malicious" or self.reading.held("published", "misuse"):
            return HOSTILE, HOSTILE
        if recipient in ("unknown", "public", "former_staff", "internal"):
            own_people = recipient in ("former_staff", "internal")
            if malice or (not own_people and self.reading.held("exfiltration")):
                return HOSTILE, HOSTILE
            if own_people or self.reading.handful:
                return KNOWN, KNOWN if own_people and malice is False else HOSTILE
            return OPEN, HOSTILE
        return KNOWN, KNOWN

    def _hands_in_words(self) -> None:
        low, high = self._hands
        recipient = self.reading.facts.exposure.recipient
        if low == HOSTILE:
            self._say(RECIPIENT, "raises", "The data are with people who took them or can all read them.")
        elif high == KNOWN:
            self._say(RECIPIENT, "neither", f"Who has the data: {KNOWN_HANDS[recipient]}.")
        elif low == KNOWN:
            self._ask("exposure.recipient" if recipient == "unknown" else "cause.intent", "raise")
            who = KNOWN_HANDS.get(recipient, "a few people, counted but not known")
            self._say(RECIPIENT, "open", f"Who has the data: {who}.")
        else:
            self._ask("exposure.recipient", "either")
            self._ask("exposure.exfiltration", "raise")
            who = "anybody may have" if recipient == "public" else "nobody knows who has"
            self._say(RECIPIENT, "raises", f"Who has the data: {who} them.")

    def _slight(self) -> bool:
        """Few people, limited data, few known recipients, nobody vulnerable: all four shown (01/2021, 13 and 15)."""
        top = self.reading.number[1]
        recipients = bounds(self.reading.facts.exposure.recipients)[1]
        slight = (
            self.reading.grade[1] <= LIMITED
            and self._hands == (KNOWN, KNOWN)
            and recipients is not None and recipients <= FEW
            and top is not None and top <= FEW
            and self.reading.vulnerable is False
        )  # fmt: skip
        if slight:
            self._say(NUMBER, "decides", "Little about few people went to a few who are known.",
                      "EDPB Guidelines 01/2021, cases 13 and 15")  # fmt: skip
        return slight

    # -- the data are gone, or wrong ---------------------------------------------------------------

    def _availability(self) -> Span:
        said = self.reading.nature("availability")
        if said == "no" or self.reading.back_again:
            return UNLIKELY, UNLIKELY
        exposure, source = self.reading.facts.exposure, "EDPB Guidelines 01/2021, cases 1 to 4; 9/2022, annex B"
        most = self._hours[1]
        healed = "yes" in (exposure.restored, exposure.recovered)
        weighty = self._weighty
        if weighty is None:
            self._ask("affected.vulnerable", "raise")
            self._ask("incident.disruption.essential_service", "raise")
        if healed and most is not None and most <= SHORT and not weighty:
            self._say(BREACH, "lowers", f"Out of reach for at most {SHORT} hours, then all there again.", source)
            return UNLIKELY, UNLIKELY if weighty is False else HIGH
        if not healed or most is None:
            for fact in ("exposure.restored", "exposure.backup_available", "incident.disruption.hours"):
                if fact != "exposure.backup_available" or exposure.backup_available == "unknown":
                    self._ask(fact, "lower")
        gone = "cannot be brought back" if exposure.backup_available == "no" and not healed else "were out of reach"
        low, high = RISK, HIGH if weighty is None else RISK
        if weighty:
            low = high = HIGH
        elif exposure.backup_available == "yes" and not healed and weighty is False:
            low = UNLIKELY
        if said != "yes":
            self._ask("nature.availability", "lower")
            self._say(BREACH, "open", "Whether data were lost or out of reach is not known.", source)
            return UNLIKELY, high
        self._say(BREACH, "raises", f"Data {gone}" + (", on which people's health or care hangs." if weighty else "."),
                  source)  # fmt: skip
        return low, high

    @property
    def _hours(self) -> tuple[int, int | None]:
        return bounds(self.reading.facts.incident.disruption.hours)

    @property
    def _weighty(self) -> Value:
        """Does somebody's health, care or living hang on the data being there?"""
        essential = self.reading.facts.incident.disruption.essential_service
        return any_of((self.reading.vulnerable, YES_NO.get(essential)))

    def _integrity(self) -> Span:
        said = self.reading.nature("integrity")
        if said == "no":
            return UNLIKELY, UNLIKELY
        source = BREACH.source
        weighty = self._weighty
        high = HIGH if weighty is not False and self.reading.grade[1] >= NOTABLE else RISK
        if said != "yes":
            self._ask("nature.integrity", "lower")
            self._say(BREACH, "open", "Whether data were changed is not known.")
            return UNLIKELY, high
        healed = self.reading.facts.exposure.restored == "yes"
        self._say(BREACH, "raises", "Data were changed" + (" and put right." if healed else "."), source)
        return RISK, RISK if healed else high

    # -- the people --------------------------------------------------------------------------------

    @property
    def _many(self) -> Value:
        low, high = self.reading.number
        if low >= MANY:
            return True
        return False if high is not None and high < MANY else None

    def _people_and_controller(self, settled: bool) -> None:
        low, high = self.reading.number
        if self.reading.vulnerable:
            self._say(PEOPLE, "raises", "Children, patients or others in a weak position are among them.")
        elif self.reading.vulnerable is None and not settled:
            self._say(PEOPLE, "open", "Whether vulnerable people are among them is not known.")
        if self._many:
            self._say(NUMBER, "raises", f"{low:,} people or more.")
        elif high is None and not settled:
            self._say(
                NUMBER,
                "open",
                f"{low:,} people or more; how many is not known." if low else "How many people there are is not known.",
            )
        elif high is not None:
            text = f"At most {high:,} people; even one can be harmed gravely."
            self._say(NUMBER, "neither", text)
        regimes = {one if isinstance(one, str) else one.id for one in self.reading.facts.organisation.regimes or ()}
        if regimes & {"hipaa_covered_entity", "health_custodian"}:
            self._say(CONTROLLER, "raises", "The organisation holds health data by its trade.")

    def _consequences(self) -> int:
        """Consequences that the officer has recorded as likely or as having happened."""
        felt = {
            one.id: one.likelihood
            for one in self.reading.facts.risk.consequences
            if one.likelihood in ("likely", "occurred") and one.id not in ("none_expected", "not_yet_known")
        }
        if not felt:
            return UNLIKELY
        grave = sorted(set(felt) & GRAVE_CONSEQUENCES)
        named = ", ".join(one.replace("_", " ") for one in grave or sorted(felt))
        self._say(CONSEQUENCES, "raises", f"Recorded as likely or as having happened: {named}.")
        return HIGH if grave else RISK

    # -- saying ------------------------------------------------------------------------------------

    def _say(self, factor: Factor, effect: Effect, text: str, source: str = "") -> None:
        reason = Reason(factor.name, effect, text, source or factor.source)
        if reason not in self.reasons:
            self.reasons.append(reason)

    def _ask(self, fact: str, may: May) -> None:
        known = self.open.get(fact)
        self.open[fact] = OpenFact(fact, may if known is None or known.may == may else "either")
