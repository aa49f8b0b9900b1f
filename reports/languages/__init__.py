"""How documents speak: words, dates, numbers, names of places and terms, one file per language.

Texts are data (en.toml, fr.toml ...); every language has the same keys, and a missing one stops the
start. `reviewed` says whether a person has signed the texts; until then the app marks the language.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from accounts.translating import reading_language
from law import places

HERE = Path(__file__).parent
CODES = ("en", "fr", "de", "ja")
PLAIN = ("tag", "name", "reviewed_by", "reviewed_on", "date", "time", "instant", "thousands", "months", "zones")


class LanguageError(ValueError):
    """The language files cannot be used; one line for each fault."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(self.faults))


@dataclass(frozen=True)
class Language:
    """One language of documents. All methods are pure: the same values give the same words."""

    tag: str
    name: str
    reviewed_by: str
    reviewed_on: str
    patterns: Mapping[str, str]
    months: tuple[str, ...]
    zones: Mapping[str, str]
    tables: Mapping[str, Mapping[str, str]]

    @property
    def reviewed(self) -> bool:
        """Has a person signed the texts of this language?"""
        return bool(self.reviewed_by and self.reviewed_on)

    def word(self, key: str, **values: object) -> str:
        """A fixed text, with its values filled in. KeyError where there is none."""
        text = self.tables["words"][key]
        return text.format(**values) if values else text

    def term(self, kind: str, term_id: str) -> str:
        """The name of a term: of law/taxonomies.json, or of a table of the language file."""
        return self.tables[kind][term_id]

    def data(self, term_id: str) -> str:
        """The name of a data element or category."""
        kind = "data_element" if term_id in self.tables["data_element"] else "data_category"
        return self.term(kind, term_id)

    def place(self, code: str) -> str:
        """A country by its name here; a subdivision or free zone by its English name."""
        return _places()["country"][self.tag].get(code) or places.name(code)

    def region(self, code: str) -> str:
        """A region of UN M49 by its name."""
        return _places()["region"][self.tag][code]

    def day(self, value: date) -> str:
        """22 November 2026; the first of a month in French is "1er"."""
        day = "1er" if self.tag == "fr" and value.day == 1 else str(value.day)
        return self.patterns["date"].format(day=day, month=self.months[value.month - 1], year=value.year)

    def instant(self, value: datetime, zone: str) -> str:
        """An instant in a zone, with the zone and its offset: nothing in print is relative."""
        local = value.astimezone(ZoneInfo(zone))
        return self.patterns["instant"].format(
            date=self.day(local.date()),
            time=self.patterns["time"].format(hour=local.hour, minute=local.minute),
            place=self.zone(zone),
            offset=offset(local),
        )

    def zone(self, name: str) -> str:
        """The city of a time zone."""
        city = name.rsplit("/", 1)[-1].replace("_", " ")
        return self.zones.get(city, city)

    def number(self, value: int) -> str:
        """A whole number with the language's separator of thousands."""
        return f"{value:,}".replace(",", self.patterns["thousands"])

    def amount(self, value: int, *, of: str = "", rough: bool = False) -> str:
        """A number, `rough`: with "about", and with what it counts, as in "about 12 people"."""
        words = self.number(value)
        if rough:
            words = self.word("approximate", text=words)
        return self.word(f"count_{of}_one" if value == 1 else f"count_{of}", text=words) if of else words

    def count(self, value: object, *, of: str = "", rough: bool = False) -> str | None:
        """A count of a facts document in words; None where it is not known.

        The unit stands at the number, since not every language has it last: "at least 12 people", 12人以上.
        """
        if not isinstance(value, Mapping):
            return None
        match value.get("kind"):
            case "exact":
                return self.amount(value["n"], of=of, rough=rough)
            case "at_least":
                return self.word("count_at_least", low=self.amount(value["low"], of=of, rough=rough))
            case "at_most":
                return self.word("count_at_most", high=self.amount(value["high"], of=of, rough=rough))
            case "between":
                low = self.amount(value["low"], rough=rough)
                return self.word("count_between", low=low, high=self.amount(value["high"], of=of))
            case _:
                return None

    def listing(self, parts: Iterable[str]) -> str:
        """A list in a sentence: "a, b and c"."""
        items = list(parts)
        if len(items) < 2:
            return "".join(items)
        return self.word("list_join").join(items[:-1]) + self.word("list_last") + items[-1]


def offset(local: datetime) -> str:
    """UTC+1, UTC+5:30, UTC."""
    minutes = round((local.utcoffset() or local - local).total_seconds() / 60)
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02d}" if rest else "")


@lru_cache(maxsize=1)
def load_languages() -> Mapping[str, Language]:
    """All languages. Raises LanguageError with every key that one has and another has not."""
    raw = {code: tomllib.loads((HERE / f"{code}.toml").read_text(encoding="utf-8")) for code in CODES}
    faults = [fault for code in CODES for fault in _faults(code, raw[code], raw["en"])]
    if faults:
        raise LanguageError(faults)
    return {code: _language(raw[code]) for code in CODES}


def language(code: str) -> Language:
    """One language. LanguageError names the value and what there is."""
    found = load_languages().get(code)
    if found is None:
        raise LanguageError([f"language {code!r}: expected one of {', '.join(CODES)}"])
    return found


def readers_language() -> Language:
    """The language of whoever reads the page, else English: for words about a document, not in it."""
    return load_languages().get(reading_language().partition("-")[0]) or language("en")


def _faults(code: str, raw: Mapping[str, Any], model: Mapping[str, Any]) -> list[str]:
    faults = [f"{code}.toml: {key}: missing" for key in model.keys() - raw.keys()]
    faults += [f"{code}.toml: {key}: no such key" for key in raw.keys() - model.keys()]
    for key in (model.keys() & raw.keys()) - set(PLAIN):
        faults += [f"{code}.toml: [{key}] {name}: missing" for name in model[key].keys() - raw[key].keys()]
        faults += [f"{code}.toml: [{key}] {name}: no such key" for name in raw[key].keys() - model[key].keys()]
    if len(raw.get("months", ())) != 12:
        faults.append(f"{code}.toml: months: expected twelve")
    return sorted(faults)


def _language(raw: Mapping[str, Any]) -> Language:
    return Language(
        tag=raw["tag"],
        name=raw["name"],
        reviewed_by=raw["reviewed_by"],
        reviewed_on=raw["reviewed_on"],
        patterns={key: raw[key] for key in ("date", "time", "instant", "thousands")},
        months=tuple(raw["months"]),
        zones=raw["zones"],
        tables={key: table for key, table in raw.items() if key not in PLAIN},
    )


@lru_cache(maxsize=1)
def _places() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return tomllib.loads((HERE / "places.toml").read_text(encoding="utf-8"))
