"""A real browser for the tests: Chromium of the system, driven by Playwright.

A test takes `page`, or `open_page` for another width or theme. Whatever the page writes to its console,
a breach of the Content-Security-Policy included, fails the test at its end; a test that expects such a
message empties `problems`. Pictures go to test-results/, which git ignores.

Pages that need rows use pytest-django's `live_server`; pages without a database use `bare_site`.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.outbox.conftest import _running_sink, sink  # noqa: F401 - fixtures

RESULTS = Path(__file__).parents[2] / "test-results"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
]

# Playwright keeps an event loop in this thread; Django would refuse the database to tests because of it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# A form is sent after a look whether the server is there, so that a click does not wait for the page that follows.
expect.set_options(timeout=30_000)

OpenPage = Callable[..., Page]
Shot = Callable[..., Path]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next((found for name in CHROMIUMS if (found := shutil.which(name))), None)
    if path is None:
        missing = f"no browser: none of {', '.join(CHROMIUMS)} is installed; `make test` installs one"
        if os.environ.get("CI"):
            pytest.fail(missing)  # where it counts, nothing hides behind a skip
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def bare_site() -> Iterator[str]:
    """The address of the site, served with its static files but without a database."""
    server = LiveServer("127.0.0.1")
    yield server.url
    server.stop()


@pytest.fixture
def problems() -> list[str]:
    """What the browser complained about so far in this test."""
    return []


@pytest.fixture
def open_page(browser: Browser, problems: list[str]) -> Iterator[OpenPage]:
    """A new page: `open_page(width=320, theme="dark")`. More arguments go to the browser's context."""
    contexts = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            problems.append(message.text)

    def open_page(width: int = 1280, height: int = 900, theme: str = "light", **options: Any) -> Page:
        options = {"locale": "en-GB", "timezone_id": "Asia/Tokyo"} | options
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: problems.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page()


@pytest.fixture
def shot() -> Shot:
    """`shot(page, "desk-dark")` keeps a picture of the whole page, to be looked at."""

    def shot(page: Page, name: str, whole: bool = True) -> Path:
        path = RESULTS / f"{name}.png"
        page.screenshot(path=path, full_page=whole)
        return path

    return shot
