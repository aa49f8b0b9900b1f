"""The published cases as a library to search: filters, and one case with its facts in words. Reads no database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.translating import translated
from incidents import paths
from law.facts import to_document
from law.precedents.library import FILTERS, KINDS, LAWS, Precedent, find, precedents
from law.precedents.similar import nearest
from law.risk.answer import Weighed
from law.taxonomies import load_taxonomies
from workbench import words
from workbench.selectors.risk import Shown, shown

VERDICTS = {"yes": _("Yes"), "no": _("No"), "depends": _("It depends"), "not_decided": _("Not decided")}
RISKS = {"unlikely": _("Risk unlikely"), "risk": _("Risk"), "high_risk": _("High risk")}
CONFIDENCE = {"high": _("Well founded"), "medium": _("Fairly sure"), "low": _("Unsure")}
UNTOLD = frozenset({"schema", "organisation", "provenance", "data_complete", "affected_complete"})
ROW_NAMES = frozenset({"id", "category", "country", "region", "presence"})
Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class Filter:
    """One list to choose from: `choices` are the values that occur; `chosen` is empty for all."""

    name: str
    label: str
    choices: Choices
    chosen: str


@dataclass(frozen=True)
class Found:
    """The cases that match, and the filters as they stand."""

    rows: tuple[Precedent, ...]
    whole: int
    filters: tuple[Filter, ...]
    search: str

    @property
    def filtered(self) -> bool:
        return any(one.chosen for one in self.filters)

    @property
    def narrowed(self) -> bool:
        return bool(self.search) or self.filtered


@dataclass(frozen=True)
class Opened:
    """One case with its facts in words and what the methods make of them."""

    precedent: Precedent
    facts: tuple[tuple[str, str], ...]
    methods: tuple[Shown, ...]
    alike: tuple[Precedent, ...]


def search(query: Mapping[str, str]) -> Found:
    """Cases in which every word of `q` stands, narrowed by the filters; a value that does not occur finds none."""
    said = str(query.get("q", "")).strip()[:200]
    wanted = {name: str(query.get(name, "")) for name in FILTERS}
    return Found(
        rows=find(said, **wanted),
        whole=len(precedents()),
        filters=tuple(_filter(name, wanted[name], precedents()) for name in FILTERS),
        search=said,
    )


def opened(one: Precedent, zone: ZoneInfo) -> Opened:
    """The page of one case. The nearest others are those with an official verdict, it left out."""
    others = [other for other in precedents() if other is not one]
    near = nearest(one.reading, others)
    likes = sorted((*near.for_, *near.against), key=lambda like: -like.score)[:3]
    weighed = Weighed(one.reading)
    return Opened(
        precedent=one,
        facts=tuple(_facts(to_document(one.facts), zone)),
        methods=tuple(shown(proposal) for proposal in weighed.proposals),
        alike=tuple(like.precedent for like in likes),
    )


def incident_words(one: Precedent) -> str:
    """The kind of incident in words."""
    if one.incident == "not_yet_known":
        return gettext("Not stated")
    return translated(load_taxonomies().label("incident_type", one.incident))


LABELS = {
    "incident": _("Kind of incident"),
    "data": _("Data"),
    "authority": _("Authority to be notified"),
    "individuals": _("People to be told"),
    "law": _("Law"),
    "kind": _("Kind of source"),
    "place": _("Place"),
}


def _filter(name: str, chosen: str, every: Iterable[Precedent]) -> Filter:
    occurring: dict[str, str] = {}
    for one in every:
        held = getattr(one, name)
        for value in held if isinstance(held, frozenset) else (held,):
            occurring[value] = incident_words(one) if name == "incident" else _words(name, value)
    order = list(VERDICTS) if name in ("authority", "individuals") else None
    pairs = sorted(occurring.items(), key=lambda pair: order.index(pair[0]) if order else pair[1])
    return Filter(name, str(LABELS[name]), pairs, chosen)


def _words(name: str, value: str) -> str:
    tables: dict[str, Mapping[str, Any]] = {
        "authority": VERDICTS, "individuals": VERDICTS, "law": LAWS, "kind": {str(k): v for k, v in KINDS.items()},
    }  # fmt: skip
    return words.data_words(value) if name == "data" else str(tables.get(name, {}).get(value, value))


def _facts(document: Mapping[str, Any], zone: ZoneInfo) -> Iterable[tuple[str, str]]:
    """What the source states, as question and answer; rows of data on one line each."""
    for row in document.get("data") or ():
        said = [words.value_words(words.question_of(f"/data/x/{name}"), value, zone) for name, value in row.items()
                if name not in ROW_NAMES]  # fmt: skip
        yield (
            gettext("Data: {data}").format(data=words.data_words(row["category"])),
            "; ".join(one for one in said if one),
        )
    for path, value in paths.leaves(document).items():
        segments = paths.parse(path)
        if segments[0] in (*UNTOLD, "data") or segments[-1] in ROW_NAMES:
            continue
        question = words.question_of(path)
        if said_of := words.value_words(question, value, zone, document=document):
            yield words.label_words(question, path), said_of
