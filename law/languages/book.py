"""The French book of sentences: pairs from law/phrases.toml and fr.toml, and what each slot of a sentence holds."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from law import holds, places, starts, wording
from law.languages import french
from law.languages.matching import Book, Convert, Template, Values, joined, template
from law.phrases import ADDRESSEES, CHOICES, EVENTS, NUMBERS, OTHERS, REGIMES, YES_NO
from law.taxonomies import load_taxonomies

Raw = Mapping[str, Any]

WANTED = re.compile(r"(more than |fewer than |)([\d,]+)( [A-Z]{3}|)( or more| or fewer|)")
WANTED_WORDS = {
    "more than ": "plus de {}", "fewer than ": "moins de {}", " or more": "{} ou plus", " or fewer": "{} ou moins",
}  # fmt: skip
COUNT = re.compile(r"(?:between ([\d,]+) and ([\d,]+)|at most ([\d,]+)|([\d,]+)( or more|))( [A-Z]{3}|)")
DAYS = re.compile(r"(\w{3} \d\d \w{3})(?: \((.+?)\))?(?:, (?=\w{3} \d\d \w{3})|$)")
POINT = re.compile(r"(.+?) ([\d.]+(?: to [\d.]+)?)")
MORE = re.compile(r"and (\d+) more")


def french_book(raw: Raw, names: Raw, of_files: Mapping[str, str], label: Callable[[str], str]) -> Book:
    """`of_files`: words of law files. Raises KeyError for a fact without French, ValueError where slots differ."""
    exact, templates = _pairs(raw)
    files = {english: french.set_in_type(words) for english, words in of_files.items()}
    exact |= files
    kinds: dict[str, Convert] = {}
    book = Book(exact, templates, kinds, french.elided)
    kinds |= _numbers() | _lists(book) | _labels(label) | _tables(raw, names)
    kinds |= {
        "free": lambda words, _: words,
        "text": lambda words, _: files.get(words) or french.quoted(words),
        "title": lambda words, _: f"“{files[words]}”" if words in files else french.quoted(words),
        "known": lambda words, _: files.get(words),
        "sentence": lambda words, _: book.clause(words),
        "clause": lambda words, _: book.clause(words),
        "start": lambda words, _: kinds["start_word"](words, {}) or book.clause(words),
        "question": lambda words, _: book.clause(words) if words.endswith("?") else None,
        "whom": lambda words, _: book.clause(words),
    }
    return book


def _pairs(raw: Raw) -> tuple[dict[str, str], list[Template]]:
    """What the library says of each fact, by its English; and whole sentences."""
    exact: dict[str, str] = {}
    for path, phrase in YES_NO.items():
        said = raw["yes_no"][path]
        exact |= {phrase.yes: said["yes"], phrase.no: said["no"], f"{phrase.ask}?": f"{said['ask']} ?"}
    for path, choice in CHOICES.items():
        said = raw["choice"][path]
        exact |= {choice.opening: said["open"], f"{choice.ask}?": f"{said['ask']} ?"}
        exact |= {words: said["is"][value] for value, words in choice.of.items()}
    for path, (_, ask) in NUMBERS.items():
        said = raw["number"][path]
        exact |= {wording.open_words(path): said["open"], f"{ask}?": f"{said['ask']} ?"}
    for path, (opening, ask) in OTHERS.items():
        said = raw["other"][path]
        exact |= {opening: said["open"], f"{ask}?": f"{said['ask']} ?"}
    exact |= {starts.WORDS[name]: words for name, words in raw["start"].items()}
    sentences = raw["sentence"].items()
    exact |= {english: words for english, words in sentences if "{" not in english}
    templates = [template(english, french.set_in_type(words)) for english, words in sentences if "{" in english]
    return {english: french.set_in_type(words) for english, words in exact.items()}, templates


# -- what a slot holds -----------------------------------------------------------------------------------------------


def _numbers() -> dict[str, Convert]:
    def plain(convert: Callable[[str], str | None]) -> Convert:
        return lambda words, _: convert(words)

    return {
        "n": plain(french.number), "score": plain(_score), "step": plain(_step), "count": plain(_count),
        "wanted": plain(_wanted), "year": plain(lambda words: words if re.fullmatch(r"\d{4}", words) else None),
        "length": plain(french.length), "day": plain(french.day), "at": plain(french.instant),
        "short_day": plain(french.short_day),
        "iso": plain(french.iso), "iso_at": plain(french.iso),
    }  # fmt: skip


def _score(words: str) -> str | None:
    low, _, high = words.partition(" to ")
    said = [french.number(one) for one in ([low, high] if high else [low])]
    return None if None in said else " à ".join(map(str, said))


def _step(words: str) -> str | None:
    return words.replace("-", "−") if re.fullmatch(r"[+-]\d", words) else None


def _count(words: str) -> str | None:
    if not (match := COUNT.fullmatch(words)):
        return None
    low, high, most, one, more, currency = (part or "" for part in match.groups())
    said = {name: french.number(part) for name, part in (("low", low), ("high", high), ("most", most), ("one", one))}
    if low:
        text = f"entre {said['low']} et {said['high']}"
    elif most:
        text = f"au plus {said['most']}"
    else:
        text = f"au moins {said['one']}" if more else str(said["one"])
    return text + currency


def _wanted(words: str) -> str | None:
    match = WANTED.fullmatch(words)
    form = WANTED_WORDS.get(match[1] or match[4]) if match else None
    return form.format(f"{french.number(match[2])}{match[3]}") if match and form else None


def _lists(book: Book) -> dict[str, Convert]:
    def listed(words: str, _: Values) -> str | None:
        def one(piece: str) -> str | None:
            more = MORE.fullmatch(piece)
            return f"et {more[1]} de plus" if more else book.clause(piece)

        found = joined(words, "; ", one)
        return None if found is None else f"{french.FIXED}; ".join(found)

    def points(words: str, _: Values) -> str | None:
        def one(piece: str) -> str | None:
            match = POINT.fullmatch(piece)
            said = book.clause(match[1]) if match else book.clause(piece)
            return f"{said} {_score(match[2])}" if said and match else said

        found = joined(words, "; ", one)
        return None if found is None else f"{french.FIXED}; ".join(found)

    def one_of(separator: str, last: str) -> Convert:
        def convert(words: str, _: Values) -> str | None:
            found = joined(words, separator, lambda piece: book.kinds["start"](piece, {}))
            return None if found is None else f"{', '.join(found[:-1])} {last} {found[-1]}".strip()

        return convert

    def days(words: str, _: Values) -> str | None:
        found = []
        for match in DAYS.finditer(words):
            name = f" ({book.kinds['holiday'](match[2], {})})" if match[2] else ""
            found.append(f"le {french.day(match[1])}{name}")
        return ", ".join(found) or None

    return {
        "list": listed, "points": points, "days": days,
        "context": lambda words, _: book.clause(words),
        "starts_or": one_of(", or ", "ou"), "starts_and": one_of(", and ", "et"),
    }  # fmt: skip


def _labels(label: Callable[[str], str]) -> dict[str, Convert]:
    """Terms of the taxonomies: kinds of data, tests, kinds of incident."""
    terms = load_taxonomies()
    kinds = ("data_category", "data_element")
    data = {_small(term.label): term.label for kind in kinds for term in terms.terms[kind].values()}
    named = {places.name(code) for code in places.countries()}
    tests = {term.label for term in terms.terms["test"].values()}
    incidents = {term.label.lower(): term.label for term in terms.terms["incident_type"].values()}
    by_id = {name: term.label for name, term in terms.terms["incident_type"].items()}
    harms = {name.replace("_", " "): term.label for name, term in terms.terms["consequence"].items()}

    def from_(table: Mapping[str, str]) -> Convert:
        return lambda words, _: _small(label(table[words])) if words in table else None

    def listed(table: Mapping[str, str]) -> Convert:
        def convert(words: str, _: Values) -> str | None:
            found = joined(words, ", ", lambda piece: from_(table)(piece, {}))
            return None if found is None else ", ".join(found)

        return convert

    return {
        "term": from_(data), "terms": listed(data), "consequences": listed(harms),
        "incident": from_(incidents), "incident_id": from_(by_id),
        "place": lambda words, _: label(words) if words in named else None,
        "test": lambda words, _: label(words) if words in tests else None,
        "test_bare": lambda words, _: label(f"{words}?").rstrip(f"?{french.FIXED}") if f"{words}?" in tests else None,
    }  # fmt: skip


def _tables(raw: Raw, names: Raw) -> dict[str, Convert]:
    """Words that stand in a table by their English."""
    print_ = french.set_in_type
    tables: dict[str, dict[str, str]] = {
        kind: {english: print_(words) for english, words in rows.items() if isinstance(words, str)}
        for kind, rows in raw["word"].items()
    }
    tables["where"] = tables["in"] = _places(names)
    tables["regime"] = {
        _with_article(REGIMES.get(name, wording.plain(name))): print_(words) for name, words in raw["regime"].items()
    }
    tables["event"] = {EVENTS[name]: print_(is_so) for name, (is_so, _) in raw["event"].items()}
    tables["no_event"] = {EVENTS[name].partition(" ")[2]: print_(is_not) for name, (_, is_not) in raw["event"].items()}
    for kind in ("addressee", "to_addressee"):
        tables[kind] = {ADDRESSEES[name]: print_(words) for name, words in raw[kind].items()}
    tables["start_word"] = {starts.WORDS[name]: print_(words) for name, words in raw["start"].items()}
    tables["delay"] = {holds.WORDS[name]: print_(words) for name, words in raw["delay"].items()}
    found: dict[str, Convert] = {kind: _looked_up(table) for kind, table in tables.items()}
    found["number"] = _agreeing({NUMBERS[path][0]: row["of"] for path, row in raw["number"].items()})
    found["people"] = _agreeing(raw["word"]["people"])
    found["holiday"] = lambda words, _: (
        tables["holiday"].get(words) or french.LONG_WEEKDAYS.get(words) or french.quoted(words)
    )
    found["answer"] = lambda words, _: french.number(words) or _in_case(tables["answer"], words)
    return found


def _looked_up(table: Mapping[str, str]) -> Convert:
    return lambda words, _: table.get(words)


def _in_case(table: Mapping[str, str], words: str) -> str | None:
    """A word that may begin a sentence."""
    if words in table:
        return table[words]
    said = table.get(_small(words))
    return said[:1].upper() + said[1:] if said else None


def _agreeing(nouns: Mapping[str, list[str]]) -> Convert:
    """A noun after the number that stands in the slot `count`: in French none and one take the singular."""

    def convert(words: str, values: Values) -> str | None:
        if words not in nouns:
            return None
        one, many = nouns[words]
        return french.set_in_type(one if values["count"][0] in ("0", "1") else many)

    return convert


def _places(names: Raw) -> dict[str, str]:
    """Where, by the English words for a place in a sentence."""
    found = {wording.place(code): words for code, words in names.items() if code not in ("EEA", "any", "here")}
    return {**found, "the EEA": names["EEA"], "any country": names["any"], "here": names["here"]}


def _with_article(noun: str) -> str:
    """As law.speech puts it: "an authority"."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _small(label: str) -> str:
    return label if label[1:2].isupper() else f"{label[:1].lower()}{label[1:]}"
