"""What an assessment says of the risk: `suggested_risk` and `risk_proposals` of the published answer."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from law.case import Case
from law.facts.model import BreachFacts
from law.precedents.similar import Nearest, nearest
from law.risk import edpb, enisa
from law.risk.levels import Proposal
from law.risk.reading import Reading


@dataclass(frozen=True)
class Weighed:
    """One case, weighed. Nothing here answers a legal test; each part is made when it is first read."""

    reading: Reading

    @cached_property
    def enisa(self) -> Proposal | None:
        """None while no data are known: the method has nothing to score."""
        return enisa.weigh(self.reading)

    @cached_property
    def edpb(self) -> Proposal:
        """The factors of the EDPB's guidelines."""
        return edpb.weigh(self.reading)

    @property
    def proposals(self) -> tuple[Proposal, ...]:
        """What each method proposes."""
        return tuple(one for one in (self.enisa, self.edpb) if one is not None)

    @cached_property
    def nearest(self) -> Nearest:
        """The nearest published cases, for notice and against it."""
        return nearest(self.reading)

    @property
    def suggested_risk(self) -> dict[str, Any] | None:
        """ENISA's severity in its published shape: the stricter side of what is not known."""
        found = self.enisa
        if found is None:
            return None
        return {
            "level": found.at_most,
            "method": found.method,
            "score": found.score,
            "score_range": list(found.score_range or ()),
            "band": found.band,
            "working": [
                *(reason.text for reason in found.reasons),
                "Authorities have asked for notification where this score was low: it is a start, not an answer.",
            ],
            "binding": False,
        }

    def to_json(self) -> dict[str, Any]:
        return {
            "methods": [one.to_json() for one in self.proposals],
            "precedents": self.nearest.to_json(),
            "binding": False,
        }


def weigh(facts: BreachFacts, as_of: datetime) -> Weighed:
    """The risk of these facts at an instant."""
    return Weighed(Reading(Case.of(facts, as_of)))
