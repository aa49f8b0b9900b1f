"""What a method of weighing risk answers: a level or the span in which it must lie, with every step.

A proposal answers no legal test (docs/law/contract.md): the officer does, with reasons.
"""

from dataclasses import dataclass
from typing import Any, Literal

from law.wording import question

Level = Literal["unlikely", "risk", "high_risk"]
LEVELS: tuple[Level, ...] = ("unlikely", "risk", "high_risk")
CANNOT_SAY = "cannot_say"
Effect = Literal["raises", "lowers", "decides", "neither", "open"]
May = Literal["raise", "lower", "either"]
WORDS = {
    "unlikely": "a risk to people is unlikely",
    "risk": "a risk to people, not a high one",
    "high_risk": "a high risk to people",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One step. `factor`: a heading; `effect`: which way it points; `source`: where the reasoning is published."""

    factor: str
    effect: Effect
    text: str
    source: str = ""

    def to_json(self) -> dict[str, str]:
        return {"factor": self.factor, "effect": self.effect, "text": self.text, "source": self.source}


@dataclass(frozen=True, slots=True)
class OpenFact:
    """A fact that is not known and could move the proposal. `may`: which way."""

    fact: str
    may: May

    @property
    def question(self) -> str:
        """The fact as a question to somebody who may know."""
        return question(self.fact)

    def to_json(self) -> dict[str, str]:
        return {"fact": self.fact, "question": self.question, "may": self.may}


@dataclass(frozen=True, slots=True)
class Proposal:
    """The answer of one method. `at_least` and `at_most` are the same where the known facts settle it."""

    method: str
    title: str
    at_least: Level
    at_most: Level
    reasons: tuple[Reason, ...]
    open_facts: tuple[OpenFact, ...]
    score: float | None = None
    score_range: tuple[float, float] | None = None
    band: str | None = None

    @property
    def level(self) -> str:
        """A level, or "cannot_say" while facts that are not known could change it."""
        return self.at_least if self.at_least == self.at_most else CANNOT_SAY

    @property
    def notify_authority(self) -> bool | None:
        """Whether the level asks for notice to the authority (more than unlikely); None while open."""
        return _shared(self.at_least != "unlikely", self.at_most != "unlikely")

    @property
    def tell_individuals(self) -> bool | None:
        """Whether the level asks for telling the people (high); None while open."""
        return _shared(self.at_least == "high_risk", self.at_most == "high_risk")

    @property
    def in_words(self) -> str:
        """What it comes to, in a sentence or two for a page."""
        if self.score is not None and self.score_range is not None:
            return self._severity_in_words(self.score, self.score_range[0])
        if self.level != CANNOT_SAY:
            return f"On the facts recorded: {WORDS[self.level]}."
        if self.at_least == "unlikely":
            return "Cannot be said yet: what is known allows anything from an unlikely risk to " + (
                "a high one." if self.at_most == "high_risk" else "a risk."
            )
        return "A risk to people; whether a high one cannot be said yet."

    def _severity_in_words(self, score: float, least: float) -> str:
        """A score in the words of its method, which draws no line to the law."""
        band = str(self.band).replace("_", " ")
        if self.level == CANNOT_SAY:
            return f"The severity lies between {least:g} and {score:g} (at most {band}), by what is not known."
        words = f"On the facts recorded the severity is {band} ({score:g})"
        if self.level == "unlikely":
            return f"{words}. Authorities have asked for notice at such scores."
        return f"{words}, to be compared with {WORDS[self.level]}."

    def to_json(self) -> dict[str, Any]:
        return {
            "method": self.method, "title": self.title, "level": self.level,
            "at_least": self.at_least, "at_most": self.at_most, "in_words": self.in_words,
            "score": self.score, "score_range": list(self.score_range) if self.score_range else None,
            "band": self.band,
            "reasons": [one.to_json() for one in self.reasons],
            "open_facts": [one.to_json() for one in self.open_facts], "binding": False,
        }  # fmt: skip


def _shared(low: bool, high: bool) -> bool | None:
    return low if low == high else None
