"""Facts in words: how a fact's path reads in a sentence, and as a question to somebody who may know."""

import re
from collections.abc import Callable

from law import places
from law.taxonomies import load_taxonomies

# path -> what is said of it, after "whether" or as a statement
STATEMENTS = {
    "nature.confidentiality": "data became accessible to somebody who should not have them",
    "nature.integrity": "data were altered",
    "nature.availability": "data were lost or out of reach",
    "exposure.access": "somebody accessed the data",
    "exposure.acquisition": "somebody acquired the data",
    "exposure.exfiltration": "data were copied out",
    "exposure.disclosure": "data were disclosed",
    "exposure.use": "data were used",
    "exposure.misuse": "data were misused",
    "exposure.loss": "data were lost",
    "exposure.alteration": "data were altered",
    "exposure.destruction": "data were destroyed",
    "exposure.published": "data were published",
    "exposure.restored": "the data have been restored",
    "exposure.left_organisation": "the data left the organisation",
    "exposure.good_faith_internal": "it was an access in good faith by own staff",
    "exposure.recipient": "who received the data",
    "organisation.role": "the organisation's role (controller or processor)",
    "organisation.kind": "what kind of organisation it is",
    "organisation.establishments": "where the organisation is established",
    "organisation.main_establishment_eu": "where its main establishment in the EEA is",
    "organisation.does_business_in": "where the organisation does business",
    "organisation.annual_turnover": "the annual turnover",
    "organisation.regimes": "which special regimes bind the organisation",
    "organisation.cross_border_eu": "the processing is cross-border within the EEA",
    "organisation.small_agent": "it is a small agent under the law of the place",
    "cause.type": "how it came about",
    "cause.intent": "there was a wrongful purpose behind it",
    "cause.actor": "who caused it",
    "measures.high_risk_no_longer_likely": "later measures have removed the high risk",
    "measures.harm_prevented": "action was taken in time to prevent harm",
    "measures.individual_notice_disproportionate": "telling each person would be disproportionate",
    "processing.total_subjects": "how many people's data the processing holds",
    "affected_total": "how many people are affected altogether",
    "affected_complete": "the list of people affected is complete",
    "data": "which data are affected",
    "data_complete": "the list of data is complete",
    "data.opens": "what the credentials open",
    "timeline.became_aware_at": "when it became reasonably certain that personal data are compromised",
    "timeline.detected_at": "when the first sign was seen",
    "timeline.suspected_at": "when there were grounds to suspect a breach",
    "timeline.determined_at": "when the breach was formally determined",
    "extortion.ransomware": "ransomware was involved",
    "records.medium": "on which medium the data stood",
}
PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (
        re.compile(r"affected\[(.+?)\]\.presence|affected\[(.+?)\]"),
        lambda m: f"people in {_place(m[1] or m[2])} are affected",
    ),
    (re.compile(r"affected\[(.+?)\]\.count"), lambda m: f"how many people in {_place(m[1])} are affected"),
    (
        re.compile(r"affected\[(.+?)\]\.targeted"),
        lambda m: f"goods or services are offered to people in {_place(m[1])}",
    ),
    (re.compile(r"affected\[(.+?)\]\.country"), lambda m: f"which countries in {_place(m[1])} the people are in"),
    (re.compile(r"affected\[(.+?)\]\.subdivision"), lambda m: f"which states of {_place(m[1])} the people are in"),
    (re.compile(r"data\[(.+?)\]\.status"), lambda m: f"{_data(m[1])} are among the data"),
    (re.compile(r"data\[(.+?)\]\.protection"), lambda m: f"how {_data(m[1])} were protected"),
    (re.compile(r"risk\.by_test\.(.+)"), lambda m: f"the legal test is met: {_test(m[1])}"),
    (re.compile(r"events\[(.+?)\](\.at)?"), lambda m: f"this is recorded: {m[1].replace('_', ' ')}"),
    (re.compile(r"notices\[(.+?)\](\..+)?"), lambda m: f"notice was given to: {m[1].replace('_', ' ')}"),
)
ASKS = ("how ", "which ", "what ", "when ", "where ", "who ", "on which ", "the annual", "the organisation's role")


def statement(path: str) -> str:
    """What the fact at `path` is about, in lower case and without a full stop."""
    for pattern, words in PATTERNS:
        if match := pattern.fullmatch(path):
            return words(match)
    return STATEMENTS.get(path, path.replace("_", " ").replace(".", ": "))


def question(path: str) -> str:
    """The same as a question: "How many people in Australia are affected?"."""
    words = statement(path)
    if words.startswith("the organisation's role"):
        return "Is the organisation controller or processor here?"
    if words.startswith("the annual"):
        return "What is the annual turnover?"
    if words.startswith("the legal test is met: "):
        return f"Your judgement: {words.removeprefix('the legal test is met: ')}?"
    if words.startswith(ASKS):
        return f"{words[0].upper()}{words[1:]}?"
    return f"Is it so that {words}?"


def _place(code: str) -> str:
    if code in ("EEA", "EU"):
        return "the EEA"
    if code == "world":
        return "any country"
    if places.is_region(code):
        return places.region_name(code)
    return places.name(code) if places.is_place(code) else code


def _data(term: str) -> str:
    terms = load_taxonomies()
    if term in terms.elements:
        return terms.label("data_category", term).lower()
    return terms.label("data_element", term).lower() if term in terms.category else term.replace("_", " ")


def _test(test: str) -> str:
    try:
        return load_taxonomies().label("test", test)
    except LookupError:
        return test.replace("_", " ")
