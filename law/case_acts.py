"""A case as rules ask about answers and acts: legal tests, claims, notices, events."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from law.case_data import UNASKED
from law.case_people import PeopleOfACase
from law.facts.model import Notice, TestRecord
from law.facts.values import earliest
from law.kept import kept
from law.kleene import ANSWERS, Value
from law.rows import WORLD, concerns
from law.taxonomies import load_taxonomies

RISK_LEVELS = {
    "unlikely": {"rights_risk": False, "rights_high_risk": False},
    "risk": {"rights_risk": True, "rights_high_risk": False},
    "high_risk": {"rights_risk": True, "rights_high_risk": True},
}


@dataclass(frozen=True)
class ActsOfACase(PeopleOfACase):
    """The questions about what was decided, claimed, sent and what happened."""

    def test_answer(self, test: str, prefixes: tuple[str, ...]) -> tuple[str | None, TestRecord | None]:
        """The officer's answer to `test`, the most local first, and its record where it has one.

        Yes for some groups is yes. No for some groups is no only if nobody else is left.
        """
        by_test = self.facts.risk.by_test
        for key in self._test_keys(test, prefixes):
            found = by_test.get(key)
            record = found if isinstance(found, TestRecord) else None
            answer = record.answer if record else found if isinstance(found, str) else None
            if answer in (None, "unknown"):
                continue
            if answer == "no" and record and record.groups and self._leaves_others(record.groups):
                return "unknown", record
            return answer, record
        return None, None

    def _test_keys(self, test: str, prefixes: tuple[str, ...]) -> tuple[str, ...]:
        if not self.local_tests:
            return (test,)
        return (*(f"{prefix.lower()}.{test}" for prefix in prefixes), test)

    @kept
    def local_tests(self) -> bool:
        """Is any test answered for one place only?"""
        return any("." in key for key in self.facts.risk.by_test)

    def _leaves_others(self, groups: tuple[str, ...]) -> bool:
        rows = self.rows(WORLD)
        return not self.everybody_listed or any(
            row.group.id not in groups for row in rows if row.presence != "ruled_out"
        )

    def test(self, test: str, prefixes: tuple[str, ...]) -> Value:
        """The officer's answer to a legal test, or what the level and published implications make of others."""
        if not self.local_tests:
            found = self.memo.get(("test", test), UNASKED)
            if found is UNASKED:
                found = self.memo["test", test] = self._ask_test(test, prefixes)
            return found  # type: ignore[return-value]  # not UNASKED any more
        return self._ask_test(test, prefixes)

    def _ask_test(self, test: str, prefixes: tuple[str, ...]) -> Value:
        answer, _ = self.test_answer(test, prefixes)
        if answer is not None:
            return ANSWERS.get(answer)
        level = RISK_LEVELS.get(self.facts.risk.level, {}).get(test)
        if level is not None:
            return level
        terms = load_taxonomies()
        if any(self.test_answer(stronger, prefixes)[0] == "yes" for stronger in terms.implying(test)):
            return True
        if any(self.test_answer(weaker, prefixes)[0] == "no" for weaker in terms.implied_by(test)):
            return False
        return None

    def claimed(self, exemption: str, place: str) -> bool:
        """Is this defence relied upon (here)?"""
        return any(
            claim.exemption == exemption and concerns(claim.jurisdiction, place, self.day)
            for claim in self.facts.claims
        )

    def relies(self, names: tuple[str, ...], place: str) -> bool:
        """Is a defence relied upon (here) under one of its names?"""
        return any(self.claimed(one, place) for one in names)

    def notices(self, addressee: str | None, place: str) -> list[Notice]:
        """Notices to `addressee` in `place` that have been sent, or at least begun."""
        return [
            notice
            for notice in self.facts.notices
            if notice.addressee == addressee
            and notice.first_sent_at != "not_yet"
            and concerns(notice.jurisdiction, place, self.day)
        ]

    def events(self, kind: str, place: str | None) -> list[Any]:
        """Recorded events of a kind (in `place`) that have happened."""
        return [
            event
            for event in self.facts.events
            if event.type == kind
            and event.at != "not_yet"
            and (place is None or concerns(event.jurisdiction, place, self.day))
        ]

    def start_of(self, name: str) -> datetime | None:
        """The earliest instant that `timeline.<name>` allows."""
        return earliest(getattr(self.facts.timeline, name))
