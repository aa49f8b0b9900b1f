"""The lists that forms of a case offer: countries, subdivisions, regions, data; and places read from text."""

import difflib
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext

from accounts import place_names
from accounts.translating import translated
from law import places
from law.taxonomies import load_taxonomies
from workbench import words

Choices = Sequence[tuple[str, Any]]


def country_options() -> Choices:
    """Every country by name, with its code as value."""
    return sorted(
        ((code, place_names.name(code)) for code in places.countries()), key=lambda pair: place_names.sorting(pair[1])
    )


def subdivision_options(country: str | None = None) -> Choices:
    """States and provinces: of one country, or of all that have some, grouped by country."""
    if country and places.is_place(country):
        return [(code, place_names.name(code)) for code in places.subdivisions(country)]
    held = [code for code in places.countries() if places.subdivisions(code)]
    return [
        (place_names.name(code), [(one, place_names.name(one)) for one in places.subdivisions(code)]) for code in held
    ]


def region_options() -> Choices:
    """The regions of the United Nations that stand for more than one country."""
    codes = ["001", "002", "019", "142", "150", "009", "011", "013", "014", "015", "017", "018", "021", "029", "005",
             "030", "034", "035", "143", "145", "039", "151", "154", "155", "053", "054", "057", "061"]  # fmt: skip
    return [(code, place_names.region_name(code)) for code in codes]


def data_options() -> Choices:
    """Categories with their elements: the category itself stands first, for when no more is known."""
    terms = load_taxonomies()
    grouped = []
    for category, elements in terms.elements.items():
        label = translated(terms.label("data_category", category))
        whole = (category, gettext("{label} (no more is known)").format(label=label) if elements else label)
        grouped.append((label, [whole, *((one, translated(terms.label("data_element", one))) for one in elements)]))
    return grouped


def protection_options() -> Choices:
    """How data can have been made unreadable, as the catalogue words it."""
    return words.question_of("/data/x/protection").options


def read_places(text: str) -> tuple[list[str], list[str]]:
    """Codes of the places named in a text, and a fault for each name that is none."""
    known = {name.lower(): code for code, name in _names()}
    codes = {code.lower(): code for code, _ in _names()}
    found: list[str] = []
    faults: list[str] = []
    for name in (part.strip() for part in re.split(r"[,;\n]", text)):
        if not name:
            continue
        code = codes.get(name.lower()) or known.get(name.lower())
        if code:
            found.append(code)
            continue
        near = difflib.get_close_matches(name.lower(), known, n=1)
        hint = (
            gettext("Did you mean {place}?").format(place=words.place_words(known[near[0]]))
            if near
            else gettext("Enter a name or a code such as JP.")
        )
        faults.append(
            gettext("{name!r} is no country, state or province that is listed. {hint}").format(name=name, hint=hint)
        )
    return list(dict.fromkeys(found)), faults


def _names() -> Iterable[tuple[str, str]]:
    for country in places.countries():
        for part in places.subdivisions(country):
            yield part, place_names.name(part)
    # Countries last: Georgia is one before it is a state.
    for country in places.countries():
        yield country, place_names.name(country)
