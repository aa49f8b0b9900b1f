"""Values of facts in the words of pages: what was answered, of which row, and by which question. Pure."""

import functools
import types
import typing
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, get_args, get_origin
from zoneinfo import ZoneInfo

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from pydantic import BaseModel

from accounts import place_names
from accounts.translating import translated
from incidents import paths
from incidents.catalogue import WIDGETS, Option, Question, load_catalogue
from incidents.forms.categories import category_name
from incidents.regimes import only_perhaps, regime_name
from law import places, wording
from law.facts import BreachFacts
from law.facts import values as fact_values
from law.taxonomies import load_taxonomies
from workbench import clocks, counts

TEXT = "text"
"""The widget of what nobody is asked: names and words that stand in rows."""

UNNAMED = "other"
"""The id in addresses of a fact that the catalogue does not ask for; its path stands beside it."""


# -- rows ---------------------------------------------------------------------------------------------


def place_words(code: str) -> str:
    """A country, subdivision or region by its everyday name; a code that nobody knows as it stands."""
    if code in ("", "unknown"):
        return gettext("Country not known")
    if places.is_region(code):
        return (
            gettext("Somewhere in {region_name}").format(region_name=place_names.region_name(code))
            if code != places.WORLD
            else gettext("Somewhere in the world")
        )
    return place_names.name(code) if places.is_place(code) else code


def jurisdiction_words(code: str) -> str:
    """Whose law it is: "Australia", "California", "European Union"; empty for a duty of no law."""
    return gettext("European Union") if code == "EU" else place_names.name(code) if places.is_place(code) else code


def data_words(term: str) -> str:
    """A data category as the forms name it, or an element by its label."""
    terms = load_taxonomies()
    if term in terms.elements:
        return category_name(term)
    if term in terms.category:
        return translated(terms.label("data_element", term))
    return gettext("Data of an unknown kind") if term == "unknown" else plain(term)


def group_words(row: Mapping[str, Any]) -> str:
    """A group of people by where they live and, where said, who they are: "France, employees"."""
    place = place_words(str(row.get("subdivision") or row.get("country") or row.get("region") or ""))
    subjects = [short_subject(one) for one in row.get("subjects") or ()]
    return f"{place}, {', '.join(subjects)}" if subjects else place


def short_subject(term: str) -> str:
    """Who people are, in lower case and without what stands in brackets: "employees"."""
    label = translated(load_taxonomies().label("subject_category", term))
    return label.partition(" (")[0].lower()


def row_words(path: str, document: Mapping[str, Any]) -> str:
    """What the row of a path is about: "Full name (France)"; empty for a fact that stands in no row."""
    segments = paths.parse(path)
    place = next((segments[:n] for n in (1, 2) if segments[:n] in {*paths.ROWS, *paths.MAPS}), None)
    if place is None or len(segments) <= len(place):
        return ""
    name = segments[len(place)]
    if place == ("risk", "by_test"):
        return test_words(name)
    row = paths.get(document, paths.join((*place, name))) or paths.naming_fields(name, paths.ROWS.get(place, ()))
    if place == ("affected",):
        stated = row.get("country") or row.get("region")
        return group_words(row if stated else {"country": name.upper()})
    if place == ("data",):
        return data_row_words(row, document)
    if place == ("parties",):
        return str(row.get("name") or name)
    if place == ("risk", "consequences"):
        return translated(load_taxonomies().label("consequence", name))
    said = [str(value) for value in paths.naming_fields(name, paths.ROWS[place]).values()]
    return ", ".join(place_words(one) if places.is_place(one) else plain(one) for one in said)


def data_row_words(row: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    """A row of data with whose they are: "Full name (Germany, customers)"."""
    words = data_words(str(row.get("category", "unknown")))
    if row.get("groups") is None:
        return words
    return f"{words} ({groups_words(row['groups'], document)})"


def groups_words(ids: typing.Iterable[str], document: Mapping[str, Any]) -> str:
    """Groups of people by their ids: "Germany; Spain"."""
    known = {row["id"]: row for row in document.get("affected") or ()}
    words = [group_words(known[one]) if one in known else one for one in ids]
    return "; ".join(words) or gettext("nobody")


def test_words(key: str) -> str:
    """A legal test by its label; a test for one place alone says so."""
    place, _, test = key.rpartition(".")
    label = (
        translated(load_taxonomies().label("test", test)) if test in load_taxonomies().terms["test"] else plain(test)
    )
    return f"{label} ({place_words(place.upper())})" if place else label


def plain(term: str) -> str:
    """An id as words: "police_report" is "Police report"."""
    return translated(_plain_english(term))


def _plain_english(term: str) -> str:
    words = term.replace("_", " ").strip()
    return f"{words[:1].upper()}{words[1:]}"


# -- values -------------------------------------------------------------------------------------------


def value_words(
    question: Question | None,
    value: Any,
    zone: ZoneInfo,
    language: str = "",
    document: Mapping[str, Any] | None = None,
) -> str | None:
    """An answer in words; None where it says nothing (a number of which nothing is known)."""
    if value is None:
        return None
    widget = question.widget if question else ""
    if isinstance(value, Mapping):
        return _object_words(question, value, zone, language)
    if isinstance(value, list | tuple):
        return _list_words(question, value, document or {})
    if widget in ("instant", "day") or _is_instant(value):
        return _instant_words(value, zone, language, day=widget == "day")
    if widget in ("place", "region", "main_establishment"):
        return gettext("None") if value == "none" else place_words(str(value))
    if widget == "data":
        return data_words(str(value))
    return question.label_of(value) if question and question.options else plain(str(value))


def _object_words(question: Question | None, value: Mapping[str, Any], zone: ZoneInfo, language: str) -> str | None:
    if "earliest" in value:
        first, last = (_instant_words(value[end], zone, language) for end in ("earliest", "latest"))
        return gettext("Between {first} and {last}").format(first=first, last=last)
    if "amount" in value:
        low, high = counts.bounds(value["amount"])
        number = counts.count_words(low, high, language)
        return f"{value['currency']} {number}" if number else None
    if "answer" in value:
        return question.label_of(value["answer"]) if question else plain(str(value["answer"]))
    if value.get("kind") in counts.KINDS:
        return counts.count_words(*counts.bounds(value), language)
    said = [f"{plain(key)}: {one}" for key, one in value.items() if not isinstance(one, dict | list)]
    return "; ".join(said)


def _list_words(question: Question | None, value: typing.Sequence[Any], document: Mapping[str, Any]) -> str:
    if not value:
        return gettext("None")
    widget = question.widget if question else ""
    if widget == "places":
        return ", ".join(place_words(str(one)) for one in value)
    if widget == "groups":
        return groups_words(value, document)
    if widget == "regimes":
        return _regimes_words(value)
    if question and question.options:
        return ", ".join(question.label_of(one) for one in value)
    return ", ".join(str(one) for one in value)


def _regimes_words(value: typing.Sequence[Any]) -> str:
    """Those that bind, then those of which nobody has said yet whether they do."""
    perhaps = only_perhaps(value)
    ids = [str(one["id"] if isinstance(one, Mapping) else one) for one in value]
    said = [regime_name(one) for one in ids if one not in perhaps]
    if perhaps:
        said.append(gettext("perhaps: {names}").format(names=", ".join(regime_name(one) for one in perhaps)))
    return "; ".join([", ".join(said[:-1]), said[-1]]) if perhaps and len(said) > 1 else ", ".join(said)


def _is_instant(value: object) -> bool:
    if not isinstance(value, str) or "T" not in value:
        return False
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _instant_words(value: Any, zone: ZoneInfo, language: str, day: bool = False) -> str:
    if value == "not_yet":
        return gettext("Not yet")
    instant = datetime.fromisoformat(value)
    return clocks.day_words(instant, zone, language) if day else clocks.instant_words(instant, zone, language)


# -- questions ----------------------------------------------------------------------------------------


def question_of(path: str) -> Question:
    """The question of the catalogue, else one made from the shape of the fact, so that none is without."""
    return load_catalogue().of_path(path) or unnamed_question(paths.pattern(path), fact_name(path))


def label_words(question: Question, path: str) -> str:
    """What is asked: the question's label; of a test, the test itself."""
    if question.widget == "test":
        return test_words(paths.parse(path)[-1])
    return question.label


def fact_name(path: str) -> str:
    """A path as the law library names facts without rows: "/exposure/use" is "exposure.use"."""
    return ".".join(paths.parse(path))


@functools.lru_cache(maxsize=256)
def unnamed_question(pattern: str, fact: str) -> Question:
    """A question for a fact that the catalogue does not ask: worded by the law library, shaped by the fact."""
    widget, options = _shape(pattern)
    return Question(
        id=UNNAMED,
        path=pattern,
        group=UNNAMED,
        widget=widget,
        label_en=_worded(fact),
        help_en=_("A law asks for it in these words."),
        who=("privacy_officer",),
        options_en=options or WIDGETS.get(widget, ()),
        taxonomy="",
    )


def _worded(fact: str) -> str:
    """The law library's own question; where it has no words of its own, the name of the fact."""
    said = wording.question(fact)
    bare = fact.rpartition(".")[2].replace("_", " ")
    return f"{_plain_english(bare)}?" if bare in said and ":" in said else said


LITERALS = {
    frozenset(get_args(fact_values.Answer)): "yes_no",
    frozenset(get_args(fact_values.SuspectedAnswer)): "suspected",
    frozenset(get_args(fact_values.PartlyAnswer)): "partly",
    frozenset(get_args(fact_values.Evidence)): "evidence",
    frozenset(get_args(fact_values.Presence)): "presence",
}


def _shape(pattern: str) -> tuple[str, tuple[Option, ...]]:
    """The widget for the fact of a pattern, and its answers where the widget has none of its own."""
    annotation = _annotation(paths.parse(pattern))
    if get_origin(annotation) is Literal:
        values = frozenset(get_args(annotation))
        if values in LITERALS:
            return LITERALS[values], ()
        return "choice", tuple((one, _plain_english(one)) for one in get_args(annotation) if one != "unknown")
    members = _members(annotation)
    if fact_values.Money in members:
        return "money", ()
    if any(getattr(one, "__name__", "") == "ExactCount" for one in members):
        return "count", ()
    if datetime in members:
        return "instant", ()
    if int in members:
        return "number", ()
    if list(members) and get_origin(members[0]) is tuple:
        inner = get_args(members[0])[0]
        if get_origin(inner) is Literal:
            return "choices", tuple((one, _plain_english(one)) for one in get_args(inner))
        return "places", ()
    return TEXT, ()


def _annotation(segments: typing.Sequence[str]) -> Any:
    here: Any = BreachFacts
    for part in segments:
        if part == "*":
            here = get_args(here)[0]
            continue
        if not (isinstance(here, type) and issubclass(here, BaseModel)) or part not in here.model_fields:
            return str
        here = here.model_fields[part].annotation
    return here


def _members(annotation: Any) -> tuple[Any, ...]:
    """The alternatives of a union, with the wrappers of pydantic taken off."""
    if get_origin(annotation) is typing.Annotated:
        return _members(get_args(annotation)[0])
    if get_origin(annotation) in (typing.Union, types.UnionType):
        return tuple(one for part in get_args(annotation) for one in _members(part) if one is not type(None))
    return (annotation,)
