"""What one duty of a law comes to where another of it asks: "whoever must notify the residents also tells ..."."""

from collections.abc import Iterator
from typing import Any

from law.competence import Seat
from law.decision import Decision, value_of
from law.kleene import Value, any_of
from law.law_dates import LawDates
from law.leaves import Here
from law.rulebook import Rulebook
from law.rules import Version

IN_FORCE = "the law is in force"


class OthersOfTheLaw:
    """Answers law.leaves.OtherDuties in one look at a case; competence is a question of the asking duty."""

    def __init__(self, rulebook: Rulebook, dates: LawDates) -> None:
        self.rulebook, self.dates = rulebook, dates

    def value(self, here: Here, duty: str) -> Value:
        """Does one of the versions that may govern apply? No, where none was in force."""
        seat = Seat(here.place, True, "")
        return any_of([value_of(here, version, seat) for version in self._versions(here, duty)])

    def explain(self, here: Here, duty: str) -> list[dict[str, Any]]:
        found = [one.because() for one in self._decisions(here, duty)]
        title = self.rulebook.duties[duty].rule.title
        gone = {"leaf": IN_FORCE, "value": "false", "fact": "timeline", "is": f'the duty "{title}" was not in force'}
        return found or [gone]

    def open_facts(self, here: Here, duty: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(fact for one in self._decisions(here, duty) for fact in one.open_facts()))

    def _decisions(self, here: Here, duty: str) -> Iterator[Decision]:
        seat = Seat(here.place, True, "")
        for version in self._versions(here, duty):
            yield Decision(here, version, seat, value_of(here, version, seat))

    def _versions(self, here: Here, duty: str) -> list[Version]:
        return [one.version for one in self.dates.versions(self.rulebook.duties[duty], here.place)]
