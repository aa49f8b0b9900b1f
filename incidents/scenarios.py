"""Scenarios of exercises: what is told, in which order, how much later. Files of scenario_files, read strictly.

The news are words, not facts: what they mean for the facts is for those who take part to find out.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("scenario_files")
LANGUAGES = ("en", "fr")
NEEDED = frozenset({"minutes", "country", "title", "about", "news"})
LONGEST_HOURS = 24 * 30


class ScenarioError(ValueError):
    """The scenarios cannot be used; one line for each fault."""


@dataclass(frozen=True, slots=True)
class News:
    """One piece of news, told so many hours after the one before, by the clock of the exercise."""

    after: timedelta
    words: Mapping[str, str]

    def said(self, language: str) -> str:
        return self.words.get(language[:2], self.words["en"])


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario. `minutes`: what it usually takes; `country`: of the company, where the workspace has none yet."""

    slug: str
    minutes: int
    country: str
    title: Mapping[str, str]
    about: Mapping[str, str]
    news: tuple[News, ...]

    @property
    def span(self) -> timedelta:
        """From the first news to the last."""
        return sum((one.after for one in self.news), timedelta())

    def titled(self, language: str) -> str:
        return self.title.get(language[:2], self.title["en"])

    def told_about(self, language: str) -> str:
        return self.about.get(language[:2], self.about["en"])


@lru_cache(maxsize=1)
def load_scenarios() -> Mapping[str, Scenario]:
    """All scenarios, shortest first. ScenarioError names file, key and mend."""
    found = [read_scenario(path.stem, path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.toml"))]
    return {one.slug: one for one in sorted(found, key=lambda one: (one.minutes, one.slug))}


def read_scenario(slug: str, text: str) -> Scenario:
    """One file."""
    raw = tomllib.loads(text)
    faults = [f"{key} is missing" for key in sorted(NEEDED - raw.keys())]
    faults += [f"{key} is not known; expected {', '.join(sorted(NEEDED))}" for key in sorted(raw.keys() - NEEDED)]
    for key in ("title", "about"):
        faults += _words(key, raw.get(key, {}))
    for place, row in enumerate(raw.get("news", ()), 1):
        faults += _words(f"news {place}", row)
        hours = row.get("after")
        if not isinstance(hours, int) or not 0 <= hours <= LONGEST_HOURS:
            faults.append(f"news {place}: after: {hours!r}; expected whole hours from 0 to {LONGEST_HOURS}")
    if not raw.get("news"):
        faults.append("news: expected at least one [[news]]")
    if faults:
        raise ScenarioError("\n".join(f"{slug}.toml: {fault}" for fault in faults))
    news = tuple(News(timedelta(hours=row["after"]), _said(row)) for row in raw["news"])
    return Scenario(slug, int(raw["minutes"]), str(raw["country"]), _said(raw["title"]), _said(raw["about"]), news)


def _said(row: Mapping[str, Any]) -> Mapping[str, str]:
    return {language: str(row[language]).strip() for language in LANGUAGES}


def _words(where: str, row: Mapping[str, Any]) -> list[str]:
    return [
        f"{where}: {language}: expected words"
        for language in LANGUAGES
        if not isinstance(row.get(language), str) or not row[language].strip()
    ]
