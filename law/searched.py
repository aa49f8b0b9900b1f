"""Places whose law could not be established: what was searched, found and missed (law/searched.toml)."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

_FILE = Path(__file__).with_name("searched.toml")


class Page(BaseModel):
    """A page that was read, in a stored copy."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    title: str = Field(min_length=1)
    url: str = Field(pattern=r"^https?://")


class Search(BaseModel):
    """A search that did not settle whether there is a duty. `on`: its day."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    on: date
    found: str = Field(min_length=1)
    missing: str = Field(min_length=1)
    sources: list[Page] = Field(min_length=1)


def search_of(code: str) -> Search | None:
    """What was searched for a place that the library does not know; None where nobody has looked."""
    return searches().get(code)


@lru_cache(maxsize=1)
def searches() -> Mapping[str, Search]:
    """Every such search, by the code of its place."""
    with _FILE.open("rb") as file:
        return {code: Search.model_validate(row) for code, row in tomllib.load(file).items()}
