"""The library in French: every sentence that it makes, and what French asks of numbers, days and joints."""

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from law import phrases, places, starts
from law.assess import assess
from law.explain import chain, headline, in_one_line
from law.facts import parse_facts
from law.findings import Assessment, standing_line
from law.flips import flips
from law.languages import LANGUAGES, read, translator
from law.languages.matching import Book, joined, template
from law.rulebook import load_rulebook
from law.wording import open_words, question
from tests.law.examples import AS_OF, facts, look

CASES = Path(__file__).parent / "cases"
CATALOGUE = Path(__file__).parents[2] / "locale" / "fr" / "LC_MESSAGES" / "django.po"
# One case in so many is read whole; all of them are read in tests/law/test_cases.py, in English.
EVERY = 40


@cache
def labels() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        return {message.id: message.string for message in read_po(file) if isinstance(message.id, str)}


def label(words: str) -> str:
    return labels()[words]


@pytest.fixture(scope="module")
def french() -> Callable[[str], str | None]:
    return translator("fr", label)


def cases() -> Iterator[dict[str, Any]]:
    for path in sorted(CASES.glob("*.toml")):
        yield from tomllib.loads(path.read_text("utf-8"))["case"]


def made(answer: Assessment) -> Iterator[str]:
    """Every sentence that the library itself makes of a case; not what its files say."""
    for one in answer.findings:
        yield headline(one)
        if one.outcome != "APPLIES":
            yield in_one_line(one)
        yield from (text for reason in chain(one) for text in (reason.text, reason.opening))
        yield from (one.clock.basis, one.clock.starts, *one.clock.working)
        yield from map(question, one.undetermined_on)
        yield one.authority_basis or ""
    yield from (one.why for one in answer.assumptions)
    yield from (question(one.fact) for one in answer.questions)
    yield from (one["what"] for one in answer.conflicts)
    for proposal in answer.weighed.proposals:
        yield from (proposal.title, proposal.in_words)
        yield from (text for reason in proposal.reasons for text in (reason.factor, reason.text))
        yield from (one.question for one in proposal.open_facts)


def test_it_says_everything_that_it_makes_of_the_law_cases(french: Callable[[str], str | None]) -> None:
    rulebook = load_rulebook()
    unsaid: dict[str, None] = {}
    for number, case in enumerate(cases()):
        if number % EVERY == 0:
            answer = assess(rulebook, parse_facts(case["facts"]), datetime.fromisoformat(case["as_of"]))
            unsaid |= dict.fromkeys(text for text in made(answer) if text and french(text) is None)
    assert list(unsaid) == []


def test_it_says_what_would_turn_a_finding(french: Callable[[str], str | None]) -> None:
    answer = look(facts(risk={"by_test": {"rights_risk": "yes"}}))
    settled = [one for one in answer.findings if one.outcome == "APPLIES"]
    found = [flip.text for one in settled for flip in flips(load_rulebook(), answer.facts, answer.as_of, one)]
    assert found
    assert [text for text in found if french(text) is None] == []


def test_it_says_every_fact_and_start(french: Callable[[str], str | None]) -> None:
    paths = [*phrases.YES_NO, *phrases.CHOICES, *phrases.NUMBERS, *phrases.OTHERS]
    clauses = [text for one in phrases.YES_NO.values() for text in (one.yes, one.no)]
    clauses += [text for one in phrases.CHOICES.values() for text in one.of.values()]
    clauses += [*map(open_words, paths), *map(question, paths), *starts.WORDS.values()]
    clauses += [duty_start for one in load_rulebook().duties.values() for duty_start in _starts(one)]
    assert [text for text in clauses if french(text) is None] == []


def _starts(duty: Any) -> Iterator[str]:
    yield from (stage.start.text for version in duty.versions for stage in version.stages)


def test_it_leaves_no_english_clause_in_a_french_sentence(french: Callable[[str], str | None]) -> None:
    """In a case of many countries, outside of quotations of the law files."""
    english = {text for one in phrases.YES_NO.values() for text in (one.yes, one.no)}
    english |= {text for one in phrases.CHOICES.values() for text in one.of.values()} | {
        "not known",
        "the law asks for",
    }
    answer = look(
        facts(
            affected=[{"id": code, "country": code} for code in ("US", "JP", "AU", "BR", "FR")],
            affected_complete="no", nature={"confidentiality": "suspected"}, data_complete="no",
        )
    )  # fmt: skip
    said = [re.sub(r"«.*»", "", french(text) or "") for text in made(answer) if text]
    assert len(said) > 500
    assert [text for text in said if any(clause in text for clause in english)] == []


def test_it_has_a_title_for_nearly_every_duty(french: Callable[[str], str | None]) -> None:
    """A new law may come before its French; until then its title is shown in English, with its language."""
    duties = list(load_rulebook().duties.values())
    without = [one.id for one in duties if french(one.rule.title) is None]
    assert len(without) < len(duties) / 20, without


def test_it_has_the_duties_of_the_gdpr_whole(french: Callable[[str], str | None]) -> None:
    texts = [
        text
        for duty in load_rulebook().duties.values()
        if duty.instrument.file.instrument == "gdpr"
        for version in duty.versions
        for text in (
            duty.rule.title,
            version.rule.trigger_text,
            *(stage.rule.limit_text for stage in version.stages),
            *(item.text for item in version.rule.content or duty.rule.content),
            *(one.text for one in version.rule.unless if not one.states),
        )
    ]
    assert texts
    assert [text for text in texts if french(text) is None] == []


def test_it_has_the_words_of_every_place() -> None:
    names = read("fr_places")
    codes = {code for country in places.countries() for code in (country, *places.subdivisions(country))}
    regions = {region for code in places.countries() for region in places.place(code).regions} | {places.WORLD}
    assert names.keys() - {"EEA", "any", "here"} == codes | regions
    assert {code for code in codes if not re.match(r"(en|au|aux|à|dans|sur) ?", names[code])} == set()


@pytest.mark.parametrize(
    ("english", "words"),
    [
        ("it is suspected that there is a backup", "on soupçonne qu’il existe une sauvegarde"),
        ("not known: whether there is a backup", "on ignore s’il existe une sauvegarde"),
        ("Not known: whether data were published.", "On ignore si des données ont été publiées."),
        ("1 person affected in Japan; the law asks for 1,000 or more",
         "1 personne touchée au Japon\u00a0; la loi demande 1\u202f000 ou plus"),
        ("between 100 and 2,900 people affected in the United States; the law asks for more than 500",
         "entre 100 et 2\u202f900 personnes touchées aux États-Unis\u00a0; la loi demande plus de 500"),
        ("The clock starts Thu 01 Jun 2023, 08:20 Asia/Tokyo (Wed 31 May 23:20 UTC).",
         "Le délai commence le jeu. 1er juin 2023 à 8\u00a0h\u00a020 Asia/Tokyo (mer. 31 mai à 23 h 20 UTC).".replace(
             "23 h 20", "23\u00a0h\u00a020")),
        ("72 hours, that day counted as the first, end on Mon 05 Jun 2023.",
         "72\u00a0heures, ce jour compté comme le premier\u00a0: fin le lun. 5 juin 2023."),
        ("Exempt: The key is safe.", "Exempté\u00a0: «\u00a0The key is safe\u00a0»."),
        ("Did somebody obtain the data? Ruled out instead of confirmed.",
         "Quelqu’un a-t-il obtenu les données\u00a0? Exclu au lieu de confirmé."),
        ("Were data copied out? Confirmed instead of ruled out.",
         "Des données ont-elles été exfiltrées\u00a0? Confirmé au lieu d’exclu."),
        ("the earlier of the first sign, or awareness, or suspicion",
         "le premier de ces moments\u00a0: le premier signe, la prise de connaissance ou le soupçon"),
        ("the notice to the people affected", "la notification aux personnes concernées"),
    ],
)  # fmt: skip
def test_it_writes_as_the_french_do(french: Callable[[str], str | None], english: str, words: str) -> None:
    assert french(english) == words


def test_it_says_nothing_of_what_it_does_not_know(french: Callable[[str], str | None]) -> None:
    assert french("The controller shall tell the Commission.") is None
    assert french("Depends on: the weather.") is None
    assert french("people in Atlantis are affected") is None


def test_it_knows_no_other_language() -> None:
    with pytest.raises(LookupError, match="'de' is no language of the library; expected one of fr"):
        translator("de")


def test_it_keeps_what_is_published_in_english() -> None:
    """A language of the reader is no part of an answer, whoever has asked for one before."""
    before = json.dumps(look(facts()).to_json(), sort_keys=True)
    say = translator(LANGUAGES[0], label)
    answer = look(facts())
    assert say(standing_line(answer.rulebook_date))
    assert json.dumps(look(facts(), AS_OF).to_json(), sort_keys=True) == before


def test_it_finds_every_way_to_cut_a_list() -> None:
    known = {"a": "A", "a; b": "AB", "c": "C", "b; c; d": "BCD"}
    assert joined("a; b; c", "; ", known.get) == ["AB", "C"]
    assert joined("a; b; c; d", "; ", known.get) == ["A", "BCD"]
    assert joined("a; d", "; ", known.get) is None


def test_it_tries_other_cuts_of_a_sentence_until_all_slots_fit() -> None:
    book = Book({}, [template("{n} or {word}", "{word} ou {n}")], {
        "n": lambda words, _: words if words in ("1 or 2", "3") else None,
        "word": lambda words, _: words.upper(),
        "list": lambda words, _: None,
    })  # fmt: skip
    assert book.say("1 or 2 or more") == "MORE ou 1 or 2"
    assert book.say("4 or more") is None


def test_it_refuses_a_translation_with_other_slots() -> None:
    with pytest.raises(ValueError, match="expected"):
        template("{n} people", "{m} personnes")
