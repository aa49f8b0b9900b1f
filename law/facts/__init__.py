"""Facts of a breach: the input of the engine. See `law.facts.model` for the shape, docs/law/contract.md for the words."""

from law.facts.model import BreachFacts
from law.facts.parse import FactsError, Fault, digest, parse_facts, to_document

__all__ = ["BreachFacts", "FactsError", "Fault", "digest", "parse_facts", "to_document"]
