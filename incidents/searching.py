"""What can be found by words: each app registers sources, when it is ready. A source gives the texts of cases.

    register(Source("task", _("Task"), "list-check", read=texts_of_tasks, address=address_of_task))

`read(incident_ids, keys)` yields a Text for each object of these cases, of all its objects where `keys` is empty. An
object that changes is announced inside its transaction by events.publish(events.WordsChanged(incident_id, "task",
(task.pk,))); what it then yields for that key replaces what was there, and nothing takes it away.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

LANGUAGES = {"en": "english", "fr": "french", "de": "german"}
"""Languages whose words are brought to their stems, as PostgreSQL ships them; all others are taken as they are."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a case. `language` is its tag ("en", "pt-BR"); with `refs` each line is of an object of its own."""

    incident: int
    key: int
    text: str
    title: str = ""
    language: str = "en"
    privileged: bool = False
    refs: list[int] = field(default_factory=list)

    @property
    def config(self) -> str:
        return LANGUAGES.get(self.language[:2], "simple")


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of text. `address(slug, number, key, ref)` is the page of one; `label` and `icon` say what it is."""

    name: str
    label: Any
    icon: str
    read: Callable[[Collection[int], Collection[int]], Iterable[Text]]
    address: Callable[[str, int, int, int | None], str]


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """From now on the texts of that source can be found; a second call with the same name replaces the first."""
    _sources[source.name] = source


def sources() -> dict[str, Source]:
    """By name, in the order in which they were registered."""
    return dict(_sources)
