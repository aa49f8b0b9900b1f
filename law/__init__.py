"""The law of breach notification as data, and the engine that applies it. Usable by itself.

from law import assess, load_rulebook, parse_facts
answer = assess(load_rulebook(), parse_facts(document), as_of)
"""

from law.assess import assess
from law.facts import parse_facts
from law.rulebook import load_rulebook

__all__ = ["assess", "load_rulebook", "parse_facts"]
