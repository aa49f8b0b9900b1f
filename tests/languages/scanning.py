"""Finds words in a template that nobody marked for translation."""

import re
from html.parser import HTMLParser

SPOKEN_ATTRIBUTES = {
    "alt", "aria-label", "aria-description", "aria-roledescription", "placeholder", "title",
    "data-copied", "data-label", "data-saved", "data-failed", "data-none",
}  # fmt: skip
# <code>, <kbd> and what says its own language is shown as it stands.
AS_IT_STANDS = {"code", "kbd", "script", "style", "samp"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# Names, which are the same in every language.
NAMES = set("Tocsin UTC JSON CSV PDF SHA-256 URL ID Esc Tab API OpenAPI XLSX DOCX XLIFF · DPO".split())
LETTERS = re.compile(r"[^\W\d_]{2,}")
# Arguments of our tags that pages show, and filters whose argument they show.
SHOWN_ARGUMENT = re.compile(r"\b(?:title|note|link|label|action|words|text|heading)=\"([^\"]*)\"")
SHOWN_FILTER = re.compile(r"\|(?:default|default_if_none|yesno|add|pluralize):\"([^\"]*)\"")
SHOWN_TAGS = re.compile(r"\{%\s*(?:state\s+\S+|unknown)\s+\"([^\"]*)\"")


def unmarked(source: str) -> list[str]:
    """The visible words of a template that no tag translates, in their order."""
    source = re.sub(r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}", "", source, flags=re.DOTALL)
    source = re.sub(r"\{% blocktrans(?:late)?\b.*?\{% endblocktrans(?:late)? %\}", "", source, flags=re.DOTALL)
    found = []
    for tag in re.findall(r"\{%.*?%\}|\{\{.*?\}\}", source, flags=re.DOTALL):
        if re.match(r"\{%\s*(?:translate|trans|url|static|include|extends|icon)\b", tag):
            continue
        for pattern in (SHOWN_ARGUMENT, SHOWN_FILTER, SHOWN_TAGS):
            found += [words for words in pattern.findall(tag) if speaks(words)]
    reader = _Reader()
    reader.feed(re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", source, flags=re.DOTALL))
    reader.close()
    return found + reader.found


def speaks(words: str) -> bool:
    """Whether there are words in it, beside names."""
    rest = [word for word in re.split(r"[\s/,()]+", words) if word.strip(".:") not in NAMES]
    return any(LETTERS.search(word) for word in rest)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [f"{name}={value}" for name, value in attrs if name in SPOKEN_ATTRIBUTES and speaks(value or "")]
        if tag not in VOID and (self.silent or tag in AS_IT_STANDS):
            self.silent.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if not self.silent and speaks(words):
            self.found.append(words)
