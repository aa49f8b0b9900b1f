"""Definitions of data in law files (`[data]`), evaluated for one group of people at a time.

A leaf names an element or a category of law/taxonomies.json, `any(...)` of several, `personal_data`,
`opens(...)`, or another definition; a word after it says which protection takes the data out of the
law's definition. What they come to stands in law.data_conditions.
"""

import re
from functools import lru_cache
from typing import Any, get_args

from law.data_conditions import AnyData, Asked, Definition, HasData, Named, Opens, Together
from law.expressions import Node, RuleError, compile_expression
from law.facts.model import DataItem
from law.taxonomies import load_taxonomies

LEAF = re.compile(
    r"(?P<term>personal_data|any\((?P<list>[a-z0-9_, ]+)\)|opens\((?P<opens>[a-z_]+)\)|[a-z0-9_]+)"
    r"(?P<possible> is possible)?(?: as (?P<held_as>[a-z_]+))?(?: (?P<protection>unencrypted|unredacted|intelligible))?"
)
CAPACITIES = get_args(get_args(DataItem.model_fields["held_as"].annotation)[0])
OPENS = ("email", "financial", "health", "online_account")


def compile_definitions(raw: dict[str, Any], sets: dict[str, list[str]]) -> dict[str, Definition]:
    """Compiles `[data]`; definitions may use those above them. Raises RuleError."""
    made: dict[str, Definition] = {}
    for name, body in raw.items():
        try:
            node = compile_expression(body, lambda text: _leaf(text, sets, made), Together)
        except RuleError as error:
            raise RuleError(f"data.{name}: {error}") from None
        made[name] = Definition(name, node)
    return made


def _leaf(text: str, sets: dict[str, list[str]], made: dict[str, Definition]) -> Node[Asked]:
    match = LEAF.fullmatch(text)
    if match is None:
        raise RuleError(f"{text!r} is no condition on data: expected an element, any(...), opens(...) or a definition")
    term, possible, protection = match["term"], bool(match["possible"]), match["protection"]
    if match["opens"]:
        if match["opens"] not in OPENS:
            raise RuleError(f"opens({match['opens']}): expected one of {', '.join(OPENS)}")
        return Opens(match["opens"])
    if (held_as := match["held_as"]) and (term != "personal_data" or held_as not in CAPACITIES):
        raise RuleError(f"{text!r}: expected `personal_data as X`, X one of {', '.join(CAPACITIES)}")
    if term == "personal_data":
        return AnyData(possible, held_as, protection, text)
    if match["list"]:
        names = [name.strip() for name in match["list"].split(",")]
        terms = [element for name in names for element in sets.get(name, [name])]
        return _has_data(tuple(_known(element) for element in terms), possible, protection, text)
    if term in made:
        return Named(made[term])
    return _has_data((_known(term),), possible, protection, text)


@lru_cache(maxsize=8192)
def _has_data(terms: tuple[str, ...], possible: bool, protection: str | None, text: str) -> HasData:
    """One object for all definitions that say the same."""
    return HasData(terms, possible, protection, text)


def _known(term: str) -> str:
    terms = load_taxonomies()
    try:
        terms.category_of(term)
    except LookupError as error:
        raise RuleError(f"{error}; expected an element, a category, a set or a definition above this one") from None
    return term


__all__ = ["Asked", "Definition", "compile_definitions"]
