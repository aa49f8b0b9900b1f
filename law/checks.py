"""What only the instant of the look and the rulebook can tell of a facts document: faults of a second kind."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from law.facts import FactsError, Fault
from law.facts.model import BreachFacts, TestRecord
from law.facts.values import earliest
from law.rulebook import Rulebook

# Lists of acts, and the instants in each that cannot lie after the look at the case.
ACTS = (
    ("parties", ("aware_at", "told_us_at", "we_told_at")),
    ("events", ("at",)),
    ("notices", ("first_sent_at", "completed_at", "received_at")),
    ("delays", ("requested_at",)),
    ("claims", ("at", "filed_at")),
)


def check_against(rulebook: Rulebook, facts: BreachFacts, as_of: datetime) -> None:
    """Raises FactsError when a fact lies after `as_of` or a claim names an exemption that no law knows."""
    faults = [
        Fault(path, begin.isoformat(), f"an instant not after as_of {as_of.isoformat()}")
        for path, point in _instants(facts)
        if (begin := earliest(point)) is not None and begin > as_of
    ]
    faults += [
        Fault(
            f"/claims/{index}/exemption",
            claim.exemption,
            "the id of an exemption (see `manage.py law show CODE`)",
        )
        for index, claim in enumerate(facts.claims)
        if claim.exemption not in rulebook.exemption_ids
    ]
    if faults:
        raise FactsError(faults)


def _instants(facts: BreachFacts) -> Iterator[tuple[str, Any]]:
    for name in type(facts.timeline).model_fields:
        yield f"/timeline/{name}", getattr(facts.timeline, name)
    yield "/extortion/paid_at", facts.extortion.paid_at
    for listed, names in ACTS:
        for index, entry in enumerate(getattr(facts, listed)):
            for name in names:
                yield f"/{listed}/{index}/{name}", getattr(entry, name)
    for index, entry in enumerate(facts.incident.classes):
        yield f"/incident/classes/{index}/at", entry.at
    for key, record in facts.risk.by_test.items():
        if isinstance(record, TestRecord):
            yield f"/risk/by_test/{key}/at", record.at
            yield f"/risk/by_test/{key}/filed_at", record.filed_at
