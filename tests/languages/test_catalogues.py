"""Every word is translated, and every translation fits its original."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tools import messages

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdr]|\{\w*(?:![a-z])?(?::[^}]*)?\}|</?[a-z]+[^>]*>")
LANGUAGES = [path.parts[-3] for path in messages.catalogues()]


@cache
def fresh() -> Catalog:
    return messages.template()


@cache
def catalogue(language: str) -> Catalog:
    return messages.read(messages.LOCALE / language / "LC_MESSAGES" / "django.po")


def forms(words: object) -> list[str]:
    return [words] if isinstance(words, str) else [str(one) for one in words]  # type: ignore[attr-defined]


def pairs(language: str) -> list[tuple[str, str]]:
    """Each original with each of its translations; of a plural, each form with the original's plural."""
    return [
        (forms(message.id)[-1], form)
        for message in catalogue(language)
        if message.id and messages.translated(message.string)
        for form in forms(message.string)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_translates_every_word_and_holds_no_other(language: str) -> None:
    """`make messages` takes new words in; then fill in the empty ones of locale/<language>/LC_MESSAGES/django.po."""
    held = {(str(message.id), message.context): message for message in catalogue(language) if message.id}
    wanted = {(str(message.id), message.context) for message in fresh() if message.id}
    assert sorted(wanted - held.keys()) == [], "run `make messages`"
    assert sorted(held.keys() - wanted) == [], "run `make messages`"
    assert [key for key, message in held.items() if not messages.translated(message.string)] == []
    assert [key for key, message in held.items() if message.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_keeps_every_placeholder_and_tag(language: str) -> None:
    differing = [
        (original, words)
        for original, words in pairs(language)
        if sorted(PLACEHOLDER.findall(original)) != sorted(PLACEHOLDER.findall(words))
    ]
    assert differing == []


def test_it_sets_french_as_the_french_do() -> None:
    """A space that does not break before : ; ? ! and inside guillemets; the apostrophe of typesetters."""
    words = [re.sub(r"<[^>]*>|%\(\w+\)[a-z]|\{[^}]*\}|\S+://\S+", "x", form) for _, form in pairs("fr")]
    wrong = [one for one in words if re.search(r" [:;?!»]|« |\w'\w|[^\s\u00a0\u202f.…(]\?(?!\w)", one)]
    assert wrong == []


def test_it_reads_the_words_of_templates_modules_and_vocabularies() -> None:
    found = {str(message.id): {name for name, _ in message.locations} for message in fresh() if message.id}
    assert "templates/base.html" in found["My desk"]
    assert "incidents/questions.toml" in found["What happened"]
    assert "law/places.toml" in found["Germany"]
    assert any(name.endswith(".py") for name in found["Due soon"])


def test_it_takes_names_of_countries_from_cldr(tmp_path: Path) -> None:
    path = tmp_path / "de" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text('msgid ""\nmsgstr ""\n"Language: de\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n')
    messages.update(path, fresh())
    assert messages.read(path)["Germany"].string == "Deutschland"
    assert messages.read(path)["My desk"].string == ""
