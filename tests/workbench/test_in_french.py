"""Pages of a French reader: what the law library says is French, and what stays English says so in its element."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from accounts import law_words
from incidents.models import Obligation, Outcome, Party
from incidents.services.facts import patch_facts
from law import phrases
from law.rulebook import load_rulebook
from law.taxonomies import load_taxonomies
from tests.conftest import Cast
from tests.workbench.conftest import page
from tests.workbench.test_quick_check import FACTS
from tools import messages

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
QUIET = {"script", "style", "code", "pre", "textarea"}
ABROAD = {
    "/affected/us": {"country": "US", "subdivision": "US-CA", "presence": "confirmed"},
    "/affected/jp": {"country": "JP", "presence": "suspected"},
    "/affected/au": {"country": "AU", "presence": "confirmed", "count": {"kind": "exact", "n": 700}},
}


class French(HTMLParser):
    """The words of a page that a screen reader reads as French, one text to a line."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            outer = self.open[-1][1] if self.open else ""
            self.open.append((tag, dict(attrs).get("lang") or outer))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1][1] == "fr" and not QUIET & {tag for tag, _ in self.open}:
            self.words.append(" ".join(data.split()))


def english() -> set[str]:
    """What the library says in English and has French for."""
    said = {text for one in phrases.YES_NO.values() for text in (one.yes, one.no, one.ask)}
    said |= {text for one in phrases.CHOICES.values() for text in (*one.of.values(), one.opening, one.ask)}
    said |= {text for pair in phrases.OTHERS.values() for text in pair}
    said |= {term.label for term in load_taxonomies().terms["test"].values()}
    for duty in load_rulebook().duties.values():
        said.add(duty.rule.title)
        for version in duty.versions:
            said.add(version.rule.trigger_text)
            said |= {one.text for one in version.rule.unless}
            said |= {stage.rule.limit_text for stage in version.stages}
    said |= {
        "On the facts recorded", "Depends on:", "It depends on", "not known", "the law asks for", "The clock starts",
        "every hour counted", "The day ends there", "people affected", "This exception", "Exempt:", "awareness",
        "people in", "Judged", "instead of", "Source-checked", "Tocsin applies", "Factors of the", "In force since",
    }  # fmt: skip
    return {text for text in said if len(text) > 8}


ENGLISH = english()


def left_in(html: str) -> list[str]:
    """English of the library that the page gives out as French."""
    lines = "\n".join(French(html).words)
    assert len(lines) > 300
    return sorted(text for text in ENGLISH if text in lines and re.search(rf"(?<!\w){re.escape(text)}", lines))


@pytest.fixture
def french(officer: Client, cast: Cast) -> Client:
    messages.compile_stale()
    cast.alice.language = "fr"
    cast.alice.save()
    return officer


@pytest.fixture
def abroad(party: Party, cast: Cast) -> Party:
    patch_facts(party, ABROAD, 1, cast.alice, "Plus de pays")
    return party


def test_it_shows_a_case_in_french(french: Client, url: Callable[..., str], abroad: Party) -> None:
    for name in ("case", "duties", "risk", "timeline"):
        assert left_in(page(french.get(url(name)))) == [], name


def test_it_explains_duties_in_french(french: Client, url: Callable[..., str], abroad: Party) -> None:
    found = Obligation.objects.filter(party=abroad)
    shown = [
        found.filter(outcome=outcome, jurisdiction=place).first()
        for outcome in (Outcome.APPLIES, Outcome.UNDETERMINED)
        for place in ("FR", "US-CA", "AU", "JP")
    ]
    assert len([duty for duty in shown if duty]) == 4
    for duty in filter(None, shown):
        html = page(french.get(url("duty", duty.pk)))
        assert left_in(html) == [], duty
        assert law_words.spoken(duty.title, "fr").text.replace("’", "&#x27;")[:12] in html.replace("’", "&#x27;")


def test_it_checks_quickly_in_french(french: Client) -> None:
    html = page(french.post("/w/harbour/quick-check/", {**FACTS, "place_1": "Australie", "place_2": "Japon"}))
    assert left_in(html) == []


@pytest.mark.parametrize("place", ["FR", "JP", "US-CA"])
def test_it_shows_rules_in_french(french: Client, cast: Cast, place: str) -> None:
    base = reverse("workbench:rules", args=("harbour",))
    assert left_in(page(french.get(f"{base}{place}/?all=1"))) == []


def test_it_finds_and_compares_rules_in_french(french: Client, cast: Cast) -> None:
    base = reverse("workbench:rules", args=("harbour",))
    assert left_in(page(french.get(base))) == []
    found = page(french.get(base, {"q": "allemagne"}))
    assert left_in(found) == []
    assert "Allemagne" in found
    assert left_in(page(french.get(f"{reverse('workbench:rules_compare', args=('harbour',))}?a=JP&b=FR"))) == []


def test_it_says_the_language_of_what_stays_english(french: Client, cast: Cast) -> None:
    html = page(french.get(reverse("workbench:rules", args=("harbour",)) + "JP/?all=1"))
    assert '<span lang="en">Act on the Protection of Personal Information' in html


def test_it_keeps_pages_in_english_free_of_languages(officer: Client, url: Callable[..., str], party: Party) -> None:
    html = page(officer.get(url("duties")))
    assert "Notify the supervisory authority of a personal data breach" in html
    assert 'lang="en">Notify' not in html
