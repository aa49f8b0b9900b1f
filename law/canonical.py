"""One order for the lists of a facts document, so that the order in which facts were entered changes nothing."""

from typing import Any

from law.facts.model import BreachFacts

LISTS = ("parties", "events", "notices", "affected", "data", "delays", "claims")
OF_THE_ORGANISATION = ("establishments", "does_business_in", "regimes", "representatives")


def in_order(facts: BreachFacts) -> BreachFacts:
    """The same facts with every list sorted by its content."""
    changed: dict[str, Any] = {name: _sorted(getattr(facts, name)) for name in LISTS}
    organisation = {name: _sorted(getattr(facts.organisation, name)) for name in OF_THE_ORGANISATION}
    changed["organisation"] = facts.organisation.model_copy(update=organisation)
    if facts.records.medium is not None:
        changed["records"] = facts.records.model_copy(update={"medium": _sorted(facts.records.medium)})
    return facts.model_copy(update=changed)


def _sorted(entries: Any) -> Any:
    """By id or category, as a reader expects; by everything else where these do not tell entries apart."""
    if entries is None or len(entries) < 2:
        return entries
    names = [_name(entry) for entry in entries]
    if len(set(names)) == len(names):
        return tuple(entry for _, entry in sorted(zip(names, entries, strict=True), key=lambda pair: pair[0]))
    return tuple(sorted(entries, key=lambda entry: (_name(entry), repr(entry))))


def _name(entry: Any) -> str:
    if isinstance(entry, str):
        return str(entry)
    kind = type(entry).model_fields
    return str(entry.id if "id" in kind else entry.category if "category" in kind else "")
