"""The accessibility checker axe-core, run in a page of the browser."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SOURCE = Path(__file__).parents[1] / "vendor" / "axe" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def axe(page: Page) -> list[str]:
    """Every violation as "rule: element (what is wrong)"; empty when there is none.

    The checker goes in through the debugger, so that the page keeps its strict policy.
    """
    page.evaluate(_source())
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    return [_words(rule["id"], node) for rule in found["violations"] for node in rule["nodes"]]


@lru_cache(maxsize=1)
def _source() -> str:
    return SOURCE.read_text(encoding="utf-8")


def _words(rule: str, node: dict[str, Any]) -> str:
    reasons = [check["message"] for check in (*node["any"], *node["all"], *node["none"])]
    return f"{rule}: {' '.join(map(str, node['target']))} ({'; '.join(reasons)})"
