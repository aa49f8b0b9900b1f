"""The question catalogue: incidents/questions.toml, read strictly and once.

It drives the pages of facts, the links to one question, the lists of what is missing, and the
mapping of forms. A fault in the file stops the start and names question, key and mend.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop as _

from accounts import law_words
from accounts.translating import translated
from incidents import paths
from law.taxonomies import load_taxonomies

FILE = Path(__file__).with_name("questions.toml")

Option = tuple[str, str]
YES_NO: tuple[Option, ...] = (("yes", _("Yes")), ("no", _("No")))

WIDGETS: Mapping[str, tuple[Option, ...]] = {
    # Widgets that bring their answers with them.
    "yes_no": YES_NO,
    "suspected": (("yes", _("Yes")), ("suspected", _("Perhaps")), ("no", _("No"))),
    "partly": (("yes", _("Yes")), ("partly", _("Partly")), ("no", _("No"))),
    "presence": (("confirmed", _("Yes, confirmed")), ("suspected", _("Perhaps")), ("ruled_out", _("No, ruled out"))),
    "evidence": (
        ("confirmed", _("Confirmed")),
        ("reasonably_believed", _("Reasonably believed")),
        ("suspected", _("Suspected")),
        ("no_evidence", _("Looked for, no evidence found")),
        ("ruled_out", _("Ruled out")),
    ),
    "test": (*YES_NO, ("cannot_be_determined", _("Cannot be determined"))),
    # Widgets whose answers the question lists, or a taxonomy.
    "choice": (),
    "choices": (),
    # Widgets with an entry of their own kind.
    "count": (),
    "data": (),
    "day": (),
    "groups": (),
    "instant": (),
    "languages": (),
    "main_establishment": (),
    "money": (),
    "narrative": (),
    "number": (),
    "place": (),
    "places": (),
    "regimes": (),
    "region": (),
}

WHO = ("privacy_officer", "security", "counsel", "management", "local", "processor")
KEYS = frozenset({"id", "path", "group", "widget", "label", "help", "who", "options", "taxonomy"})
NEEDED = ("id", "group", "widget", "label", "help", "who")


class CatalogueError(ValueError):
    """The catalogue cannot be used; one line for each fault."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `path` is a pattern of incidents.paths, or empty for a narrative."""

    id: str
    path: str
    group: str
    widget: str
    label_en: str
    help_en: str
    who: tuple[str, ...]
    options_en: tuple[Option, ...]
    taxonomy: str

    @property
    def label(self) -> str:
        """The question in the reader's language: by the catalogue, else as the law library asks it."""
        said = translated(self.label_en)
        return said if said != self.label_en else law_words.spoken(said).text

    @property
    def help(self) -> str:
        return translated(self.help_en)

    @property
    def options(self) -> tuple[Option, ...]:
        """The answers that are offered, with their labels in the reader's language."""
        return tuple((value, translated(label)) for value, label in self.options_en)

    def label_of(self, value: object) -> str:
        """The label of an answer that is offered; any other value as it stands."""
        label = dict(self.options_en).get(str(value))
        return str(value) if label is None else translated(label)


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that stand on one page."""

    id: str
    title_en: str
    intro_en: str
    questions: tuple[Question, ...]

    @property
    def title(self) -> str:
        """The heading in the reader's language."""
        return translated(self.title_en)

    @property
    def intro(self) -> str:
        return translated(self.intro_en)


@dataclass(frozen=True)
class Catalogue:
    groups: tuple[Group, ...]

    @cached_property
    def questions(self) -> dict[str, Question]:
        """All questions by id, in the order of the pages."""
        return {question.id: question for group in self.groups for question in group.questions}

    @cached_property
    def narratives(self) -> dict[str, Question]:
        """Questions that are answered in words."""
        return {name: question for name, question in self.questions.items() if not question.path}

    @cached_property
    def by_pattern(self) -> dict[str, Question]:
        """Questions of facts by the pattern of their path."""
        return {question.path: question for question in self.questions.values() if question.path}

    def of_path(self, path: str) -> Question | None:
        """The question whose answer stands at this path, or None where nobody is asked."""
        return self.by_pattern.get(paths.pattern(path))


@lru_cache(maxsize=1)
def load_catalogue() -> Catalogue:
    """The catalogue of the product. Raises CatalogueError with every fault."""
    return read_catalogue(FILE.read_text(encoding="utf-8"))


def read_catalogue(text: str) -> Catalogue:
    """Reads a catalogue from TOML. Raises CatalogueError with every fault."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError([f"questions.toml: {error}"]) from None
    faults = [
        f"{key}: no such table; expected [[group]] and [[question]]" for key in raw.keys() - {"group", "question"}
    ]
    groups: list[dict[str, Any]] = raw.get("group", [])
    rows: list[dict[str, Any]] = raw.get("question", [])
    faults += [fault for group in groups for fault in _group_faults(group)]
    names = {group.get("id") for group in groups}
    seen: set[str] = set()
    asked: set[str] = set()
    for row in rows:
        faults += _question_faults(row, names)
        faults += [f"question {row.get('id')!r}: {key} stands twice" for key in _repeated(row, seen, asked)]
    if faults:
        raise CatalogueError(faults)
    questions = [_question(row) for row in rows]
    return Catalogue(
        tuple(
            Group(
                group["id"],
                group["title"],
                group["intro"],
                tuple(question for question in questions if question.group == group["id"]),
            )
            for group in groups
        )
    )


def _repeated(row: Mapping[str, Any], seen: set[str], asked: set[str]) -> list[str]:
    found = []
    for key, known in (("id", seen), ("path", asked)):
        value = row.get(key)
        if isinstance(value, str):
            if value in known:
                found.append(f"{key} {value!r}")
            known.add(value)
    return found


def _group_faults(group: Mapping[str, Any]) -> list[str]:
    name = f"group {group.get('id')!r}"
    needed = ("id", "title", "intro")
    faults = [f"{name}: {key}: no such key; expected {', '.join(needed)}" for key in group.keys() - set(needed)]
    return faults + [f"{name}: {key}: expected text" for key in needed if not _text(group.get(key))]


def _question_faults(row: Mapping[str, Any], groups: set[Any]) -> list[str]:
    name = f"question {row.get('id')!r}"
    faults = [f"{name}: {key}: no such key; expected of {', '.join(sorted(KEYS))}" for key in sorted(row.keys() - KEYS)]
    faults += [f"{name}: {key}: expected text" for key in NEEDED if key != "who" and not _text(row.get(key))]
    if row.get("group") not in groups:
        faults.append(f"{name}: group {row.get('group')!r}: expected the id of a [[group]]")
    who = row.get("who")
    if not isinstance(who, list) or not who or set(who) - set(WHO):
        faults.append(f"{name}: who {who!r}: expected a list of {', '.join(WHO)}")
    if row.get("widget") not in WIDGETS:
        faults.append(f"{name}: widget {row.get('widget')!r}: expected one of {', '.join(sorted(WIDGETS))}")
    if (row.get("widget") == "narrative") == ("path" in row):
        faults.append(f"{name}: path: expected for every question but a narrative, and for none of these")
    if "path" in row and not _is_path(row["path"]):
        faults.append(f"{name}: path {row['path']!r}: expected a path such as /affected/*/count")
    return faults + _option_faults(name, row)


def _option_faults(name: str, row: Mapping[str, Any]) -> list[str]:
    lists = [key for key in ("options", "taxonomy") if key in row]
    chooses = row.get("widget") in ("choice", "choices")
    if chooses and len(lists) != 1:
        return [f"{name}: expected either options or taxonomy"]
    if not chooses and "options" in row:
        return [f"{name}: options: the widget {row.get('widget')!r} has its own"]
    if "taxonomy" in row and row["taxonomy"] not in load_taxonomies().terms:
        return [f"{name}: taxonomy {row['taxonomy']!r}: expected one of {', '.join(load_taxonomies().terms)}"]
    pairs = row.get("options", [])
    if not isinstance(pairs, list) or not all(_is_option(pair) for pair in pairs):
        return [f'{name}: options: expected pairs of value and label, such as [["yes", "Yes"]]']
    return []


def _is_option(pair: object) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and all(_text(part) for part in pair)


def _is_path(path: object) -> bool:
    if not isinstance(path, str):
        return False
    try:
        return bool(paths.parse(path))
    except paths.PathError:
        return False


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _question(row: Mapping[str, Any]) -> Question:
    options: tuple[Option, ...] = tuple((value, label) for value, label in row.get("options", ()))
    taxonomy = row.get("taxonomy", "")
    if taxonomy and row["widget"] != "test":
        terms = load_taxonomies().terms[taxonomy].values()
        # "Unknown for now" is no answer of its own: not known is offered everywhere.
        options = tuple((term.id, term.label) for term in terms if term.id != "not_yet_known")
    return Question(
        id=row["id"],
        path=row.get("path", ""),
        group=row["group"],
        widget=row["widget"],
        label_en=row["label"],
        help_en=row["help"],
        who=tuple(row["who"]),
        options_en=options or WIDGETS[row["widget"]],
        taxonomy=taxonomy,
    )
