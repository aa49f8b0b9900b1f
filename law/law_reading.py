"""Reading one law file: TOML, then its shape. Each fault names file, duty, key and mend, for its author is a lawyer."""

import tomllib
from typing import Any, TypeVar

from pydantic import ValidationError

from law.schema import AuthorityFile, LawFile

Shape = TypeVar("Shape", LawFile, AuthorityFile)


def read(name: str, content: bytes, faults: list[str]) -> dict[str, Any] | None:
    try:
        return tomllib.loads(content.decode("utf-8").replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(f"{name}: this is not TOML: {error}")
        return None


def shape(model: type[Shape], raw: dict[str, Any], name: str, faults: list[str]) -> Shape | None:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        faults.extend(
            f"{name}: {_where(detail['loc'], raw)}: {_mend(detail['type'], detail['msg'], detail['input'])}"
            for detail in error.errors(include_url=False)
        )
        return None


def _where(loc: tuple[int | str, ...], raw: dict[str, Any]) -> str:
    """Words: "duty au.ndb.assess, version 2018-02-22, stage initial: limit.hours" in place of indexes."""
    here: Any = raw
    names: list[str] = []
    rest: list[str] = []
    for part in loc:
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            here = None
        if isinstance(part, int) and isinstance(here, dict):
            label = here.get("id") or here.get("from") or here.get("stage") or f"number {part + 1}"
            names.append(f"{rest.pop() if rest else 'entry'} {label}")
        else:
            rest.append(str(part))
    return ", ".join(names) + (": " if names and rest else "") + ".".join(rest)


def _mend(kind: str, message: str, value: Any) -> str:
    match kind:
        case "extra_forbidden":
            return (
                "this key is not known here; take it out, or see docs/law/adding-a-jurisdiction.md for the right name"
            )
        case "missing":
            return "this key is missing; add it"
        case "literal_error":
            return f"{value!r}; {message.replace('Input should be', 'expected')}"
        case _:
            return f"{value!r}: {message}"
