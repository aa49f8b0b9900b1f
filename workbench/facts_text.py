"""Facts documents and instants as they come in from outside: text becomes data, or a fault with its mend."""

import json
from datetime import datetime
from typing import Any, NoReturn

from law.facts.values import INSTANT_EXPECTED, RFC3339

MOST_CHARACTERS = 1_000_000
"""Longest document that is read. The largest real one, with rows for every country, has a tenth of it."""


class BadInputError(ValueError):
    """What came in cannot be used; the message names it and the mend."""


def decode(text: str, name: str = "") -> object:
    """The data of a JSON text. `name` stands before the words of a fault. Raises BadInputError."""
    lead = f"{name}: " if name else ""
    if len(text) > MOST_CHARACTERS:
        raise BadInputError(f"{lead}{len(text)} characters; expected at most {MOST_CHARACTERS}")
    try:
        return json.loads(text, object_pairs_hook=_without_repeats, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise BadInputError(f"{lead}line {error.lineno}, column {error.colno}: {error.msg}; expected JSON") from None
    except RecursionError:
        raise BadInputError(f"{lead}lists or objects within each other too deeply; expected a facts document") from None
    except BadInputError:
        raise
    except ValueError:
        raise BadInputError(f"{lead}a number with too many digits; expected a whole number of people") from None


def instant(text: str, name: str) -> datetime:
    """The instant of an option such as as_of. Raises BadInputError."""
    try:
        if RFC3339.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise BadInputError(f'{name}: "{text}": expected {INSTANT_EXPECTED}')


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A key that stands twice would silently lose a fact."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise BadInputError(f'"{key}": this key stands twice in one object; keep one')
        found[key] = value
    return found


def _no_constant(name: str) -> NoReturn:
    raise BadInputError(f"{name} is no JSON; expected a number")
