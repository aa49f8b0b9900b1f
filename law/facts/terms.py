"""Texts of the facts document that must be one of a closed list: places, regions and terms of the taxonomies."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, GetJsonSchemaHandler
from pydantic_core import core_schema

from law import places
from law.taxonomies import load_taxonomies

TERMS = load_taxonomies()


def checked(what: str, look_up: Callable[[str], object], *also: str) -> Callable[[object], object]:
    """A validator that lets through what `look_up` knows; its error's words become the fault's."""

    def check(value: object) -> object:
        if isinstance(value, str) and value not in also:
            try:
                look_up(value)
            except (LookupError, ValueError) as error:
                raise ValueError(f"{what}; {error}") from None
        return value

    return check


@dataclass(frozen=True, slots=True)
class Listed:
    """Marks a text as one of a closed list, for the published schema. `also`: what else may stand there."""

    name: str
    also: tuple[str, ...] = ()

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "x-list": self.name, "x-also": list(self.also)}


def one_of(kind: str) -> BeforeValidator:
    return BeforeValidator(checked(f"an id of {kind}", lambda value: TERMS.term(kind, value)))


_place = checked("the code of a place", places.name)
_region = checked("a UN M49 region", places.members)


PlaceCode = Annotated[str, BeforeValidator(_place), Listed("place")]
RegionCode = Annotated[str, BeforeValidator(_region), Listed("region")]
