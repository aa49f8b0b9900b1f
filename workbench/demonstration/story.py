"""The demonstration cases as files, and what each wave of facts changed.

A story names its legal entities, incidents, texts and waves; `load_story` reads it with the instants of
a running case counted back from a given moment. Playing it is `workbench.demonstration.player`.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
AGO = re.compile(r"@-(\d+)h")


@dataclass(frozen=True, slots=True)
class Wave:
    """Facts that became known at one instant."""

    title: str
    incident: str
    known_at: datetime
    reason: str
    patch: dict[str, Any]
    timeline: list[dict[str, Any]]
    measures: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Story:
    """A demonstration case: one or more incidents, told in waves."""

    entities: dict[str, dict[str, Any]]
    incidents: list[dict[str, Any]]
    narratives: list[dict[str, str]]
    waves: list[Wave]


def load_story(name: str, now: datetime) -> Story:
    """Reads workbench/demonstration/<name>.toml; "@-40h" becomes 40 hours before `now`."""
    raw = tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))
    raw = _dated(raw, now.replace(minute=now.minute - now.minute % 10, second=0, microsecond=0))
    waves = [
        Wave(
            one["title"], one["incident"], datetime.fromisoformat(one["known_at"]), one["reason"], one["patch"],
            one.get("timeline", []), one.get("measures", []),
        )
        for one in raw["wave"]
    ]  # fmt: skip
    return Story(raw["entity"], raw["incident"], raw["narrative"], waves)


def _dated(value: Any, now: datetime) -> Any:
    if isinstance(value, dict):
        return {key: _dated(item, now) for key, item in value.items()}
    if isinstance(value, list):
        return [_dated(item, now) for item in value]
    if isinstance(value, str) and (match := AGO.fullmatch(value)):
        return (now - timedelta(hours=int(match[1]))).isoformat()
    return value
