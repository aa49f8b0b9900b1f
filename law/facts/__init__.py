"""Facts of a breach: the input of the engine (shape: `law.facts.model`; words: docs/law/contract.md)."""

from law.facts.fault import Fault
from law.facts.model import BreachFacts
from law.facts.parse import FactsError, digest, parse_facts, to_document

__all__ = ["BreachFacts", "FactsError", "Fault", "digest", "parse_facts", "to_document"]
