"""Reasons as sentences that a tired officer understands: how things stand, marked for or against the duty."""

import re
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from law.assess import assess
from law.explain import chain, headline, in_one_line, why_not
from law.facts import parse_facts
from law.facts.model import BreachFacts
from law.phrases import CHOICES, NUMBERS, OTHERS, YES_NO
from law.rulebook import load_rulebook
from law.wording import open_words, question
from tests.law.examples import facts, look, the

UNLIKELY = "The breach is unlikely to result in a risk to the rights and freedoms of natural persons"
NOTIFY = "gdpr.art33.notify_authority"


def reasons(document: dict[str, Any], duty: str = NOTIFY, place: str = "FR") -> list[tuple[str, str]]:
    return [(one.verdict, one.text) for one in chain(the(look(document), duty, place, "initial"))]


def test_it_says_why_a_duty_applies() -> None:
    assert reasons(facts()) == [
        ("yes", "Art. 55(1): the only establishment, and nobody elsewhere."),
        ("yes", "The organisation is the controller."),
        ("yes", "The organisation is established in the EEA."),
        ("yes", "Somebody who should not have the data could get at them."),
        ("yes", f"This exception has not been shown: {UNLIKELY}."),
    ]


def test_it_says_why_a_duty_does_not_apply() -> None:
    nothing = facts(nature={"confidentiality": "no", "integrity": "no", "availability": "no"})
    found = the(look(nothing), NOTIFY, "FR", "initial")
    assert headline(found) == (
        "On the facts recorded: not required. Nobody who should not have the data could get at them; no data were "
        "changed; the data stayed at hand."
    )
    exempt = the(look(facts(risk={"by_test": {"rights_risk": "no"}})), NOTIFY, "FR", "initial")
    assert why_not(exempt).startswith("Exempt: The breach is unlikely to result in a risk")


def test_it_says_what_a_duty_depends_on() -> None:
    found = the(look(facts(nature={"confidentiality": "suspected"})), NOTIFY, "FR", "initial")
    assert in_one_line(found) == (
        "Depends on: whether somebody who should not have the data could get at them; whether data were changed "
        "(and 1 more)."
    )
    [doubt] = [text for verdict, text in reasons(facts(nature={"confidentiality": "suspected"})) if verdict == "open"]
    assert doubt.startswith("It depends on any of these: whether somebody who should not have the data could get at")


def test_it_says_what_is_relied_upon_and_not_borne_out() -> None:
    document = facts(risk={"level": "high_risk"}, claims=[{"exemption": "risk_removed"}])
    told = [text for _, text in reasons(document, "gdpr.art34.communicate")]
    assert any(
        text.startswith("Relied upon, but the facts recorded do not bear it out: Measures taken") for text in told
    )


def test_it_gives_the_numbers_with_what_the_law_asks() -> None:
    people = [
        {"id": "g", "country": "SG", "presence": "confirmed", "count": {"kind": "between", "low": 100, "high": 900}}
    ]
    document = facts(
        organisation={"country": "SG", "establishments": ["SG"]}, affected=people, exposure={"access": "confirmed"},
        risk={"by_test": {"significant_harm": "no"}},
    )  # fmt: skip
    found = the(look(document), "sg.pdpa.notify_commission", "SG", "initial")
    openings = " ".join(one.text for one in chain(found) if one.verdict == "open")
    assert "how many people in Singapore are affected" in openings


def every_reason() -> set[str]:
    """All sentences over all named cases."""
    told: set[str] = set()
    for path in sorted((Path(__file__).parent / "cases").glob("*.toml")):
        for case in tomllib.loads(path.read_text("utf-8"))["case"][::5]:
            answer = assess(load_rulebook(), parse_facts(case["facts"]), datetime.fromisoformat(case["as_of"]))
            for one in answer.findings:
                told.update(reason.text for reason in chain(one))
                told.update((headline(one), in_one_line(one)))
    return told


def test_it_speaks_in_plain_sentences() -> None:
    awkward = re.compile(r"It is not so that|\b[a-z]+_[a-z]+\b|\[|\]|None|\.\.|\?\.|: \.|  ")
    for text in every_reason():
        shorter = text.replace("...", "")
        assert not awkward.search(shorter), text
        assert text[0].isupper() or text[0].isdigit(), text
        assert text.endswith((".", "?")), text


def leaves_of(model: Any, prefix: str = "") -> list[str]:
    """Every fact that a rule can read by its path."""
    found: list[str] = []
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and hasattr(inner, "model_fields"):
            found += leaves_of(inner, f"{prefix}{name}.")
        elif "Literal" in str(inner) or "Count" in str(inner) or "Money" in str(inner):
            found.append(f"{prefix}{name}")
    return found


LISTS = ("parties", "events", "notices", "affected", "data", "delays", "claims", "provenance", "schema_", "incident.")
READ = [path for path in leaves_of(BreachFacts) if not path.startswith(LISTS) and "." in path]


@pytest.mark.parametrize("path", [path for path in READ if not path.startswith("timeline.")])
def test_it_has_words_for_every_fact_that_a_rule_can_read(path: str) -> None:
    known = path in YES_NO or path in CHOICES or path in NUMBERS or path in OTHERS
    assert known or path in ("organisation.representatives", "risk.by_test", "risk.consequences"), path


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("affected[AU].count", "How many people in Australia are affected?"),
        ("affected[US].subdivision", "In which states or provinces of the United States are the people affected?"),
        ("affected[009].country", "In which countries of Oceania are the people affected?"),
        ("affected[EEA].presence", "Are people in the EEA affected?"),
        ("risk.by_test.serious_harm", "Your judgement: Is serious harm to anybody likely?"),
        (
            "data[payment_card_number].protection",
            "How was this protected (encryption, hashing, redaction): payment card number?",
        ),
        ("exposure.misuse", "Have the data been misused?"),
        ("organisation.annual_turnover", "What is the annual turnover?"),
        ("timeline.became_aware_at", "When did it become reasonably certain that personal data are concerned?"),
    ],
)  # fmt: skip
def test_it_asks_as_one_asks_a_colleague(path: str, asked: str) -> None:
    assert question(path) == asked
    assert not open_words(path).endswith(("?", "."))
