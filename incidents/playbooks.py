"""Playbooks: what to do when, for one kind of incident. Shipped as incidents/playbook_files/*.toml, read strictly.

A fault in a file names the file, the task, the key and the mend. A workspace may keep its own version of a shipped
playbook, or playbooks of its own (models.WorkspacePlaybook); applying one makes tasks (services.playbooks).
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from law.taxonomies import load_taxonomies

FOLDER = Path(__file__).with_name("playbook_files")

ROLES: Mapping[str, str | Promise] = {
    "privacy_officer": _("Privacy officer"),
    "security": _("Security"),
    "counsel": _("Counsel"),
    "management": _("Management"),
    "communications": _("Communications"),
    "human_resources": _("Human resources"),
    "local": _("Local representative"),
    "processor": _("Contact at the processor"),
}
"""Who usually does it."""


def role_words(role: str) -> str:
    """A role in words; what is none of ROLES was typed, and stands as it is."""
    return str(ROLES.get(role, role))


LONGEST_HOURS = 24 * 366
NEEDED = ("title", "about", "incident_types", "source", "task")
TASK_KEYS = ("key", "title", "role", "after", "why")
SOURCE_KEYS = ("title", "url")
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class PlaybookError(ValueError):
    """The playbooks cannot be used; one line for each fault."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


@dataclass(frozen=True, slots=True)
class Step:
    """One task of a playbook. `after`: hours from the moment of awareness until it should be done."""

    key: str
    title: str
    role: str
    after: int
    why: str

    @property
    def role_words(self) -> str:
        return role_words(self.role)


@dataclass(frozen=True, slots=True)
class Source:
    """Where the tasks come from: a public guide."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Playbook:
    """A playbook as it is applied. `own`: the workspace's version; `shipped`: one of that slug comes with Tocsin."""

    slug: str
    title: str
    about: str
    incident_types: tuple[str, ...]
    sources: tuple[Source, ...]
    steps: tuple[Step, ...]
    own: bool = False
    shipped: bool = True
    version: int = 0


def spoken(playbook: Playbook) -> Playbook:
    """The playbook in the language of the moment; words that were never translated stay as they are."""
    steps = (replace(step, title=gettext(step.title), why=gettext(step.why)) for step in playbook.steps)
    return replace(playbook, title=gettext(playbook.title), about=gettext(playbook.about), steps=tuple(steps))


@lru_cache(maxsize=1)
def load_playbooks() -> tuple[Playbook, ...]:
    """The playbooks that come with Tocsin, by title. Raises PlaybookError."""
    faults: list[str] = []
    found = [read_playbook(path, faults) for path in sorted(FOLDER.glob("*.toml"))]
    if faults:
        raise PlaybookError(faults)
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.title))


def read_playbook(path: Path, faults: list[str]) -> Playbook | None:
    """One file. Its faults are added to `faults`; None where there are any."""
    name, before = path.name, len(faults)
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(f"{name}: no TOML: {error}")
        return None
    _keys(name, raw, NEEDED, faults)
    for key in ("title", "about"):
        _words(name, raw, key, faults)
    types = raw.get("incident_types", [])
    known = set(load_taxonomies().ids("incident_type"))
    faults += [f"{name}: incident_types: {one!r} is no term of the taxonomy" for one in types if one not in known]
    sources = _rows(name, "source", raw, SOURCE_KEYS, faults)
    tasks = _rows(name, "task", raw, TASK_KEYS, faults)
    steps = [_step(f"{name}, task {row.get('key', place)!r}", row, faults) for place, row in enumerate(tasks, 1)]
    keys = [row.get("key") for row in tasks]
    faults += [f"{name}: the key {key!r} stands twice; give one of them another" for key in _twice(keys)]
    if len(faults) > before:
        return None
    return Playbook(
        slug=path.stem,
        title=raw["title"],
        about=raw["about"].strip(),
        incident_types=tuple(types),
        sources=tuple(Source(**row) for row in sources),
        steps=tuple(sorted(steps, key=lambda one: one.after)),
    )


def _rows(
    name: str, key: str, raw: Mapping[str, Any], keys: tuple[str, ...], faults: list[str]
) -> list[Mapping[str, Any]]:
    rows = raw.get(key, [])
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        faults.append(f"{name}: expected at least one [[{key}]]")
        return []
    for place, row in enumerate(rows, 1):
        where = f"{name}, {key} {row.get('key', place)!r}"
        _keys(where, row, keys, faults)
        for one in keys:
            if one != "after":
                _words(where, row, one, faults)
    return rows


def _keys(where: str, raw: Mapping[str, Any], needed: tuple[str, ...], faults: list[str]) -> None:
    faults += [f"{where}: {key} is missing" for key in needed if key not in raw]
    faults += [f"{where}: {key} is not known; expected {', '.join(needed)}" for key in raw if key not in needed]


def _words(where: str, raw: Mapping[str, Any], key: str, faults: list[str]) -> None:
    if key in raw and (not isinstance(raw[key], str) or not raw[key].strip()):
        faults.append(f"{where}: {key}: expected words, not {raw[key]!r}")


def _step(where: str, row: Mapping[str, Any], faults: list[str]) -> Step:
    key, role, after = row.get("key", ""), row.get("role", ""), row.get("after", 0)
    if not isinstance(key, str) or not KEY.fullmatch(key):
        faults.append(f"{where}: key: expected small letters, digits and hyphens, such as keep-logs")
    if role not in ROLES:
        faults.append(f"{where}: role: {role!r} is not known; expected one of {', '.join(ROLES)}")
    if not isinstance(after, int) or isinstance(after, bool) or not 0 <= after <= LONGEST_HOURS:
        faults.append(f"{where}: after: expected whole hours from 0 to {LONGEST_HOURS}, not {after!r}")
        after = 0
    return Step(key=str(key), title=str(row.get("title", "")), role=role, after=after, why=str(row.get("why", "")))


def _twice(keys: list[Any]) -> list[Any]:
    return sorted({key for key in keys if key is not None and keys.count(key) > 1})
