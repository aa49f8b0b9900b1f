"""The catalogues of translations: `make messages` writes locale/*/LC_MESSAGES/django.po anew and compiles them.

Needs no gettext on the machine: Babel reads the sources and writes both forms. The .po files are committed; the
.mo files are made from them by the set-up. docs/translating.md says how to add a string or a language.
"""

import argparse
import io
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "locale"
PACKAGES = ("accounts", "config", "incidents", "notifications", "outbox", "reports", "workbench")
# Read by machines or kept apart: the letters and reports have their wording in reports/languages, the mails in
# notifications/wording, the description of the API is English.
OWN_WORDING = ("documents/", "emails/", "api/")
KEYWORDS: dict[str, None] = dict.fromkeys(
    ("_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy")
)
# Lines of the head of a catalogue that would differ at every run and say nothing here.
TIRING = (b'"Report-Msgid', b'"POT-Creation', b'"PO-Revision', b'"Last-Translator', b'"Language-Team', b'"Generated-By')
Found = tuple[str, str | tuple[str, str], str | None]
"""Where, what (with its plural), and in which context."""


def templates() -> list[Path]:
    """The templates whose words are translated by the catalogue."""
    folder = ROOT / "templates"
    paths = [*folder.rglob("*.html"), *folder.rglob("*.txt")]
    return sorted(path for path in paths if not path.relative_to(folder).as_posix().startswith(OWN_WORDING))


def _modules() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def found() -> Iterator[Found]:
    """Every marked string of the templates, the modules and the vocabularies, in a steady order."""
    from django.utils.translation.template import templatize

    for path in templates():
        # What is no string comes out as filling, in whose indentation nothing may be read.
        lines = [line.strip() for line in templatize(path.read_text("utf-8")).splitlines()]
        yield from _in("\n".join(lines).encode(), path)
    for path in _modules():
        yield from _in(path.read_bytes(), path)
    from config.vocabulary import terms

    yield from ((source, term, None) for source, term in terms())


def _in(source: bytes, path: Path) -> Iterator[Found]:
    place = path.relative_to(ROOT).as_posix()
    for _line, function, messages, _comments in extract_python(io.BytesIO(source), KEYWORDS, [], {}):
        said: object = messages  # one string, or all arguments; other arguments than strings are None
        words = [said] if isinstance(said, str) else list(said) if isinstance(said, list | tuple) else []
        context = words.pop(0) if "pgettext" in function and words else None
        if not words or words[0] is None:
            continue  # a variable, whose words are marked where they are written
        many = "ngettext" in function or "npgettext" in function
        yield place, (words[0], words[1]) if many else words[0], context


def template() -> Catalog:
    """The catalogue without translations."""
    catalog = Catalog(project="Tocsin", copyright_holder="the authors of Tocsin", charset="utf-8")
    for place, words, context in found():
        catalog.add(words, locations=[(place, 0)], context=context)
    return catalog


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def catalogues() -> list[Path]:
    """One file for each language."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def update(path: Path, fresh: Catalog) -> int:
    """Take in what is new, drop what is gone, and keep the order of the template. Returns how many are untranslated."""
    held = read(path)
    held.update(fresh, no_fuzzy_matching=True, update_header_comment=False, update_creation_date=False)
    held.obsolete.clear()
    _name_places(held)
    for message in held:
        if message.fuzzy:  # it has got, or lost, a plural: to be written anew
            message.flags.discard("fuzzy")
            message.string = ("", "") if message.pluralizable else ""
        message.locations = sorted({(name, 0) for name, _ in message.locations})
    draft = io.BytesIO()
    write_po(draft, held, width=0, ignore_obsolete=True, include_lineno=False)
    kept = [line for line in draft.getvalue().splitlines() if not line.startswith(TIRING)]
    path.write_bytes(b"\n".join(kept).strip() + b"\n")
    return len([message for message in held if message.id and not translated(message.string)])


def _name_places(catalog: Catalog) -> None:
    """Countries and regions by the names that CLDR has for them, where nobody has given another."""
    from law import places

    named = catalog.locale.territories if catalog.locale else {}
    regions = {region for code in places.countries() for region in places.place(code).regions} | {places.WORLD}
    words = {places.region_name(code): named.get(code) for code in regions}
    words |= {places.name(code): named.get(code) for code in places.countries()}
    for message in catalog:
        if isinstance(message.id, str) and not message.string and words.get(message.id):
            message.string = words[message.id]


def translated(words: str | Iterable[str] | None) -> bool:
    """Whether something stands there; of a plural, in every form."""
    return bool(words) and all(words or ())


def compile_stale() -> None:
    """Make the .mo of each .po that is newer; aside, then renamed, so that a running Tocsin reads no half file."""
    for path in catalogues():
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        aside = target.with_suffix(f".{os.getpid()}.new")
        with aside.open("wb") as file:
            write_mo(file, read(path))
        aside.replace(target)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="tools.messages", description="Write and compile the catalogues.")
    parser.add_argument("--compile", action="store_true", help="only compile what is newer than its compiled form")
    if not parser.parse_args(arguments).compile:
        _start_django()
        fresh = template()
        for path in catalogues():
            missing = update(path, fresh)
            print(f"{path.relative_to(ROOT)}: {missing or 'none'} of {len(fresh)} to translate")
    compile_stale()
    return 0


def _start_django() -> None:
    """The vocabularies are read from the code; no database is asked."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ |= {"DEBUG": "1", "DATABASE_URL": "postgresql://127.0.0.1/none"}
    import django

    django.setup()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
