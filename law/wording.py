"""Facts by their path: what is not known while a fact is open, and how to ask somebody who may know."""

import re
from collections.abc import Callable

from law import places
from law.phrases import ADDRESSEES, CHOICES, NUMBERS, OTHERS, YES_NO
from law.taxonomies import load_taxonomies

Match = re.Match[str]
# path -> what is not known, and the question
PATTERNS: tuple[tuple[re.Pattern[str], Callable[[Match], str], Callable[[Match], str]], ...] = (
    (
        re.compile(r"affected\[(.+?)\]\.presence|affected\[(.+?)\]"),
        lambda m: f"whether people in {place(m[1] or m[2])} are affected",
        lambda m: f"Are people in {place(m[1] or m[2])} affected",
    ),
    (
        re.compile(r"affected\[(.+?)\]\.count"),
        lambda m: f"how many people in {place(m[1])} are affected",
        lambda m: f"How many people in {place(m[1])} are affected",
    ),
    (
        re.compile(r"affected\[(.+?)\]\.at_risk_count"),
        lambda m: f"how many people in {place(m[1])} are at risk of harm",
        lambda m: f"How many people in {place(m[1])} are at risk of harm",
    ),
    (
        re.compile(r"affected\[(.+?)\]\.targeted"),
        lambda m: f"whether people in {place(m[1])} are offered goods or services, or monitored",
        lambda m: f"Are goods or services offered to people in {place(m[1])}, or is their behaviour monitored",
    ),
    (
        re.compile(r"affected\[(.+?)\]\.country"),
        lambda m: f"in which countries of {place(m[1])} the people are",
        lambda m: f"In which countries of {place(m[1])} are the people affected",
    ),
    (
        re.compile(r"affected\[(.+?)\]\.subdivision"),
        lambda m: f"in which states or provinces of {place(m[1])} the people are",
        lambda m: f"In which states or provinces of {place(m[1])} are the people affected",
    ),
    (
        re.compile(r"data\[(.+?)\]\.status"),
        lambda m: f"whether the data include {data(m[1])}",
        lambda m: f"Do the data include {data(m[1])}",
    ),
    (
        re.compile(r"data\[(.+?)\]\.protection"),
        lambda m: f"how this was protected: {data(m[1])}",
        lambda m: f"How was this protected (encryption, hashing, redaction): {data(m[1])}",
    ),
    (
        re.compile(r"data\[(.+?)\]\.held_as"),
        lambda m: f"in which capacity this is held: {data(m[1])}",
        lambda m: f"Do these data fall under a special regime: {data(m[1])}",
    ),
    (
        re.compile(r"data\[(.+?)\]\.protection_standard"),
        lambda m: f"whether this was protected by a recognised method: {data(m[1])}",
        lambda m: f"Was this protected by a recognised method: {data(m[1])}",
    ),
    (
        re.compile(r"risk\.by_test\.(.+)"),
        lambda m: f"your judgement ({judgement(m[1])})",
        lambda m: f"Your judgement: {judgement(m[1])}",
    ),
    (
        re.compile(r"events\[(.+?)\](\.at)?"),
        lambda m: f"when this happened: {m[1].replace('_', ' ')}",
        lambda m: f"When did this happen: {m[1].replace('_', ' ')}",
    ),
    (
        re.compile(r"notices\[(.+?)\](\..+)?"),
        lambda m: f"when notice was given to {addressee(m[1])}",
        lambda m: f"When was notice given to {addressee(m[1])}",
    ),
)


def open_words(path: str) -> str:
    """What is not known while the fact at `path` is open: "how many people in Australia are affected"."""
    for pattern, words, _ in PATTERNS:
        if match := pattern.fullmatch(path):
            return words(match)
    if path in YES_NO:
        return f"whether {YES_NO[path].yes}"
    if path in CHOICES:
        return CHOICES[path].opening
    if path in NUMBERS:
        ask = NUMBERS[path][1]
        return f"the number of {NUMBERS[path][0]}" if ask.startswith("How many") else f"the amount {NUMBERS[path][0]}"
    return OTHERS[path][0] if path in OTHERS else plain(path)


def question(path: str) -> str:
    """The fact as a question to somebody who may know: "How many people in Australia are affected?"."""
    for pattern, _, words in PATTERNS:
        if match := pattern.fullmatch(path):
            return f"{words(match)}?"
    if path in YES_NO:
        return f"{YES_NO[path].ask}?"
    if path in CHOICES:
        return f"{CHOICES[path].ask}?"
    if path in NUMBERS:
        return f"{NUMBERS[path][1]}?"
    return f"{OTHERS[path][1]}?" if path in OTHERS else f"What is known of this: {plain(path)}?"


def plain(path: str) -> str:
    """The last resort: the path itself, readable."""
    return path.replace("_", " ").replace(".", ": ")


def place(code: str) -> str:
    """Words for a place in a sentence: "the EEA", "any country", "Asia", "the United States"."""
    if code in ("EEA", "EU"):
        return "the EEA"
    if code == "world":
        return "any country"
    if places.is_region(code):
        return "the world" if code == places.WORLD else places.region_name(code)
    return with_article(places.name(code)) if places.is_place(code) else code


def with_article(name: str) -> str:
    """Names of countries that take an article in a sentence."""
    takes = name.startswith(("United ", "British ")) or name.endswith((" Islands", " Republic", " Emirates"))
    return f"the {name}" if takes or name in ("Netherlands", "Philippines", "Bahamas", "Maldives", "Gambia") else name


def data(term: str) -> str:
    """Words for a data category or element: "payment card number"."""
    terms = load_taxonomies()
    if term in terms.elements:
        return _small(terms.label("data_category", term))
    return _small(terms.label("data_element", term)) if term in terms.category else term.replace("_", " ")


def judgement(name: str) -> str:
    """The legal test as a question without its mark: "Is serious harm to anybody likely"."""
    try:
        return load_taxonomies().label("test", name).rstrip("?")
    except LookupError:
        return name.replace("_", " ")


def addressee(name: str) -> str:
    """Words for an addressee: "the supervisory authority"."""
    return ADDRESSEES.get(name, name.replace("_", " "))


def jurisdiction_name(code: str) -> str:
    """Words: "Australia", "California", "European Union"."""
    return "European Union" if code == "EU" else places.name(code)


def _small(label: str) -> str:
    """A label inside a sentence: small first letter, unless it is an abbreviation."""
    return label if label[1:2].isupper() else f"{label[:1].lower()}{label[1:]}"
