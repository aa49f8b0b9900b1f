"""Sentences found again by their English: what was filled in is taken out, translated, and filled in anew.

The library publishes its sentences in English, and what was published is kept with each assessment. So another language
starts from the sentence and not from the engine: old answers read as new ones do, and the engine stays as it is.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

Values = dict[str, tuple[str, str]]
"""What stands for the slots so far: by name, the words found and their translation."""

Convert = Callable[[str, Values], str | None]
"""A word or words in the other language; None where they are not of the kind that a slot holds."""

SLOT = re.compile(r"\{([a-z_]+)(\d*)\}")
MOST = 50_000
"""Sentences remembered; a workspace with cases in every country has some thousands."""


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence with slots. `literals` stand before, between and after the slots, whose names are `slots`.

    `telling`: the longest literal, which tells soonest that a text is another sentence.
    """

    literals: tuple[str, ...]
    slots: tuple[str, ...]
    target: str
    telling: str


def template(source: str, target: str) -> Template:
    """Raises ValueError where the two do not have the same slots."""
    parts = SLOT.split(source)
    slots = tuple(f"{name}{number}" for name, number in zip(parts[1::3], parts[2::3], strict=True))
    wanted = {f"{name}{number}" for name, number in SLOT.findall(target)}
    if wanted != set(slots):
        raise ValueError(f"{source!r}: {target!r} has {sorted(wanted)}; expected {sorted(slots)}")
    literals = tuple(parts[0::3])
    return Template(literals, slots, target, max(literals, key=len))


class Book:
    """Sentences of one language by their English.

    `exact`: whole sentences without slots; `templates`: those with slots, tried in their order; `kinds`: how the words
    of a slot are translated, by its name without number, "list" being several clauses in one sentence; `polish`: the
    last touch to a whole text.
    """

    def __init__(
        self,
        exact: Mapping[str, str],
        templates: Iterable[Template],
        kinds: Mapping[str, Convert],
        polish: Callable[[str], str] = str,
    ) -> None:
        self.exact = exact
        self.kinds = kinds
        self.polish = polish
        self._templates: dict[str, list[tuple[int, Template]]] = defaultdict(list)
        for number, one in enumerate(templates):
            self._templates[_first(one.literals[0])].append((number, one))
        self._tried: dict[str, list[Template]] = {}
        self._found: dict[str, str | None] = {}

    def say(self, text: str) -> str | None:
        """The text in the other language; None where the book does not have it."""
        found = self.clause(text)
        return None if found is None else self.polish(found)

    def clause(self, text: str) -> str | None:
        """The same inside of a sentence, before the last touch."""
        if text in self._found:
            return self._found[text]
        if len(self._found) > MOST:
            self._found.clear()
        self._found[text] = None  # while it is looked up, it is no part of itself
        found = self._looked_up(text)
        if found is None and text.endswith("."):
            inner = self._looked_up(text[:-1])
            found = None if inner is None else f"{inner}."
        self._found[text] = found
        return found

    def _looked_up(self, text: str) -> str | None:
        """As it stands, else with the other kind of first letter: a clause may begin a sentence."""
        found = self._as_it_stands(text)
        if found is not None or not text[:1].isalpha():
            return found
        upper = text[0].isupper()
        found = self._as_it_stands((text[0].lower() if upper else text[0].upper()) + text[1:])
        if not found:
            return found
        return (found[0].upper() if upper else found[0].lower()) + found[1:]

    def _as_it_stands(self, text: str) -> str | None:
        if text in self.exact:
            return self.exact[text]
        for one in self._candidates(_first(text)):
            if one.telling in text and text.startswith(one.literals[0]) and text.endswith(one.literals[-1]):
                values = next(self._filled(text[len(one.literals[0]) :], one, 0, {}), None)
                if values is not None:
                    return SLOT.sub(lambda slot, said=values: said[slot[1] + slot[2]][1], one.target)  # type: ignore[misc]
        return self.kinds["list"](text, {}) if "; " in text else None

    def _candidates(self, first: str) -> list[Template]:
        """Templates that may begin with a word, in the order of the book."""
        if first not in self._templates:
            first = ""
        found = self._tried.get(first)
        if found is None:
            numbered = sorted({*self._templates[first], *self._templates[""]}, key=lambda pair: pair[0])
            found = self._tried[first] = [one for _, one in numbered]
        return found

    def _filled(self, rest: str, one: Template, number: int, values: Values) -> Iterator[Values]:
        """Every way in which the words from slot `number` on fit the template."""
        if number == len(one.slots):
            if not rest:
                yield values
            return
        name, literal = one.slots[number], one.literals[number + 1]
        convert = self.kinds[name.rstrip("0123456789")]
        for words, left in _cut(rest, literal, last=number + 1 == len(one.slots)):
            said = convert(words, values)
            if said is not None:
                yield from self._filled(left, one, number + 1, {**values, name: (words, said)})


def _cut(text: str, literal: str, last: bool) -> Iterator[tuple[str, str]]:
    """The words before each place of `literal`, and what follows it."""
    if last:
        if text.endswith(literal) and len(text) > len(literal):
            yield text[: len(text) - len(literal)], ""
        return
    at = text.find(literal, 1)
    while at > 0:
        yield text[:at], text[at + len(literal) :]
        at = text.find(literal, at + 1)


def _first(text: str) -> str:
    """The first word of a literal, as far as it is whole; empty where a slot may stand in it."""
    head, space, _ = text.partition(" ")
    return head if space else ""


def joined(text: str, separator: str, say: Callable[[str], str | None]) -> list[str] | None:
    """A list in words, each translated. An item may hold the separator: pieces are put together where they must be."""
    pieces = text.split(separator)
    dead: set[int] = set()

    def rest(start: int) -> list[str] | None:
        if start == len(pieces):
            return []
        if start not in dead:
            for end in range(start + 1, len(pieces) + 1):
                said = say(separator.join(pieces[start:end]))
                after = rest(end) if said is not None else None
                if said is not None and after is not None:
                    return [said, *after]
            dead.add(start)
        return None

    return rest(0)
