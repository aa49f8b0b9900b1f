"""Words that follow the reader's language: colons, and what is held in several languages."""

from django.template import Context, Template
from django.utils.translation import override

from accounts.translating import in_language

TITLES = {"en": "Report", "fr": "Déclaration"}


def shown(source: str, language: str) -> str:
    with override(language):
        return Template("{% load tocsin %}" + source).render(Context({"titles": TITLES}))


def test_it_sets_a_space_before_a_colon_in_french_alone() -> None:
    assert shown("CNIL{% colon %} late", "fr") == "CNIL\u00a0: late"
    assert shown("CNIL{% colon %} late", "en") == "CNIL: late"


def test_it_shows_a_title_in_the_readers_language_else_in_english_else_in_any() -> None:
    assert shown("{{ titles|in_language }}", "fr") == "Déclaration"
    with override("de"):
        assert in_language(TITLES) == "Report"
        assert in_language({"ja": "報告"}) == "報告"
    assert in_language({}) == ""
