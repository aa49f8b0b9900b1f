"""What others wrote is exactly what the manifest says, with its licence; nothing is fetched from outside."""

import hashlib
import re
import tomllib
from pathlib import Path
from typing import Any

import django_htmx
import pytest

TOP = Path(__file__).parents[2]
MANIFEST = tomllib.loads((TOP / "static/vendor/manifest.toml").read_text(encoding="utf-8"))
FILES: list[dict[str, Any]] = MANIFEST["file"]
ADDRESS = re.compile(r"""(?:src|href|action)=["']?(?:https?:)?//|url\(["']?(?:https?:)?//|@import""")


@pytest.mark.parametrize("entry", FILES, ids=lambda entry: entry["name"])
def test_it_is_the_file_of_the_manifest(entry: dict[str, Any]) -> None:
    assert hashlib.sha256((TOP / entry["path"]).read_bytes()).hexdigest() == entry["sha256"]
    assert (TOP / entry["licence_file"]).stat().st_size > 500
    assert entry["licence"]
    assert entry["version"]


def test_it_lists_every_vendored_file() -> None:
    listed = {TOP / entry[key] for entry in FILES for key in ("path", "licence_file")}
    listed |= {TOP / "static/vendor/manifest.toml", TOP / "tests/vendor/axe/LICENSE-3RD-PARTY.txt"}
    found = {path for folder in ("static/vendor", "tests/vendor") for path in (TOP / folder).rglob("*.*")}
    assert found - listed == set()


def test_it_takes_htmx_2_from_the_pinned_package() -> None:
    source = Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js"
    package = MANIFEST["package"][0]
    assert f'"{package["version"]}"' in source.read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", ["templates", "static/app", "static/vendor"])
def test_it_fetches_nothing_from_another_site(folder: str) -> None:
    for path in (TOP / folder).rglob("*.*"):
        if path.suffix in {".html", ".css", ".js", ".svg"} and "emails" not in path.parts:
            text = path.read_text(encoding="utf-8")
            assert not ADDRESS.search(re.sub(r'<a [^>]*href="https?://', "<a ", text)), path


def test_it_points_to_no_missing_source_map() -> None:
    for path in (TOP / "static").rglob("*.*"):
        if path.suffix in {".css", ".js"}:
            assert "sourceMappingURL" not in path.read_text(encoding="utf-8"), path
