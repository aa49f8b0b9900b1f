"""No template shows a word that is not marked for translation."""

from pathlib import Path

import pytest

from tests.languages.scanning import unmarked
from tools import messages

# Shown with DEBUG only, to those who build pages.
FOR_BUILDERS = {"components/gallery.html"}


def test_it_marks_every_visible_word() -> None:
    folder = messages.ROOT / "templates"
    found: dict[str, list[str]] = {}
    for path in messages.templates():
        name = Path(path).relative_to(folder).as_posix()
        if name not in FOR_BUILDERS and (words := unmarked(path.read_text("utf-8"))):
            found[name] = words
    assert found == {}, "wrap these in {% translate %} or {% blocktranslate trimmed %}: docs/translating.md"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>Two words</p>", ["Two words"]),
        ('<p>{% translate "Two words" %}</p>', []),
        ("{% blocktranslate trimmed %}{{ n }} words{% endblocktranslate %}", []),
        ('<a title="A title" aria-label="{% translate \'Label\' %}">{{ name }}</a>', ["title=A title"]),
        ('{% panel title="Shown" %}{% panel title=_("Marked") %}', ["Shown"]),
        ('{{ value|default:"nothing" }}', ["nothing"]),
        ('{% state "done" "Sent" %}{% unknown _("Open") %}', ["Sent"]),
        ("{# not shown #}{% comment %}nor this{% endcomment %}<code>code</code> Tocsin · UTC", []),
        ("<code>a</code> and words", ["and words"]),
    ],
)
def test_it_tells_marked_from_unmarked(source: str, words: list[str]) -> None:
    assert unmarked(source) == words
