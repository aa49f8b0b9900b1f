"""The words of facts: law/phrases.toml, typed and read once."""

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Phrase:
    """`yes`, `no`: the clause when it is so and when it is not; `ask`: the question, without its mark."""

    yes: str
    no: str
    ask: str


@dataclass(frozen=True, slots=True)
class Choice:
    """`of`: what is said of each value; `opening`: what is not known while it is open; `ask`: the question."""

    of: dict[str, str]
    opening: str
    ask: str


_RAW = tomllib.loads(Path(__file__).with_name("phrases.toml").read_text("utf-8"))
YES_NO = {path: Phrase(row["yes"], row["no"], row["ask"]) for path, row in _RAW["yes_no"].items()}
CHOICES = {path: Choice(row["is"], row["open"], row["ask"]) for path, row in _RAW["choice"].items()}
NUMBERS: dict[str, tuple[str, str]] = {path: (row["of"], row["ask"]) for path, row in _RAW["number"].items()}
OTHERS: dict[str, tuple[str, str]] = {path: (row["open"], row["ask"]) for path, row in _RAW["other"].items()}
REGIMES: dict[str, str] = _RAW["regime"]
EVENTS: dict[str, str] = _RAW["event"]
ADDRESSEES: dict[str, str] = _RAW["addressee"]
