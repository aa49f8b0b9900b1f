"""Putting typed values into the form of a page, as the browser would show it had they never left.

Works on the HTML that was made, so that no form has to know of it. The token of the page itself is left alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

Attributes = list[tuple[str, str | None]]
OWN = "csrfmiddlewaretoken"
TICKED = ("checkbox", "radio")
UNTOUCHED = ("submit", "button", "image", "reset", "file", "password")
VOID = "input"


@dataclass(frozen=True, slots=True)
class Filled:
    """The page with the values in it, those for which it has no field, and the names of the file fields it has."""

    html: str
    left: dict[str, list[str]]
    placed: frozenset[str] = frozenset()


@dataclass
class _Form:
    number: int
    action: str
    names: set[str] = field(default_factory=set)
    fixed: set[tuple[str, str]] = field(default_factory=set)  # what buttons and hidden fields say


def fill(
    html: str, page: str, action: str, values: Mapping[str, list[str]], beside: Mapping[str, str] | None = None
) -> Filled:
    """Fills the form of `html` (the page at address `page`) that sends to `action` and fits the values best.

    `beside`: HTML to stand after the file field of that name, which need not be filled any more.
    """
    best = _best(html, page, action, values)
    if best is None:
        return Filled(html, {name: held for name, held in values.items() if name != OWN})
    filler = _Filler(best.number, values, beside or {})
    filler.feed(html)
    filler.close()
    said = best.names | {name for name, _ in best.fixed}
    left = {name: list(held) for name, held in values.items() if name not in said and name != OWN}
    left |= {name: held for name, held in filler.waiting.items() if any(held)}
    return Filled("".join(filler.out), left, frozenset(filler.placed))


def put_beside(html: str, page: str, action: str, values: Mapping[str, list[str]], beside: Mapping[str, str]) -> str:
    """The page with `beside` after the file fields of the form that the values came from; all else as it stands."""
    best = _best(html, page, action, values)
    if best is None:
        return html
    filler = _Filler(best.number, {}, beside, files_only=True)
    filler.feed(html)
    filler.close()
    return "".join(filler.out)


def _best(html: str, page: str, action: str, values: Mapping[str, list[str]]) -> _Form | None:
    fitting = [one for one in _forms(html, page) if urlsplit(one.action).path == urlsplit(action).path]
    return max(fitting, key=lambda one: _fit(one, values), default=None)


def _fit(form: _Form, values: Mapping[str, list[str]]) -> tuple[int, int]:
    same = sum((name, value) in form.fixed for name, held in values.items() for value in held)
    return same, sum(name in form.names for name in values)


def _forms(html: str, page: str) -> list[_Form]:
    reader = _Reader(page)
    reader.feed(html)
    return reader.forms


class _Reader(HTMLParser):
    """The forms that send by POST, with the names of their fields."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page, self.forms, self.inside, self.number = page, list[_Form](), False, 0

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        said = dict(attrs)
        if tag == "form":
            self.number += 1
            self.inside = (said.get("method") or "").lower() == "post"
            if self.inside:
                self.forms.append(_Form(self.number, urljoin(self.page, said.get("action") or "")))
            return
        name = said.get("name")
        if not self.inside or not name or name == OWN:
            return
        kind = (said.get("type") or "").lower()
        if tag == "button" or kind in ("submit", "hidden"):
            self.forms[-1].fixed.add((name, said.get("value") or ""))
        if tag in ("textarea", "select") or (tag == VOID and kind not in UNTOUCHED):
            self.forms[-1].names.add(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False


class _Filler(HTMLParser):
    """Writes the page again, with the values in one form. `waiting`: values not yet placed, by name."""

    def __init__(
        self, number: int, values: Mapping[str, list[str]], beside: Mapping[str, str], *, files_only: bool = False
    ) -> None:
        super().__init__(convert_charrefs=False)
        self.files_only = files_only
        self.number, self.seen, self.inside = number, 0, False
        self.values, self.beside = values, beside
        self.placed: set[str] = set()
        self.waiting: dict[str, list[str]] = {}
        self.out: list[str] = []
        self.area = self.select = ""
        self.skip = False

    # -- tags ------------------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        raw = self.get_starttag_text() or ""
        if tag == "form":
            self.seen += 1
            self.inside = self.seen == self.number
        if not self.inside:
            self.out.append(raw)
            return
        name = dict(attrs).get("name") or ""
        if tag == VOID and name != OWN:
            raw = self._input(raw, attrs, name)
        elif tag == "textarea" and (name in self.values):
            self.out.append(f"{raw}\n{escape(self._next(name))}")
            self.area, self.skip = name, True
            return
        elif tag == "select":
            self.select = name if name in self.values else ""
        elif tag == "option" and self.select:
            raw = self._option(attrs)
        elif tag == "details" and not self.files_only:
            # What was typed must be seen.
            raw = _written(tag, [*_without(attrs, "open"), ("open", None)])
        self.out.append(raw)

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area, self.skip = "", False
        elif tag == "select":
            self.select = ""
        elif tag == "form":
            self.inside = False
        self.out.append(f"</{tag}>")

    def _input(self, raw: str, attrs: Attributes, name: str) -> str:
        said = dict(attrs)
        kind = (said.get("type") or "text").lower()
        if kind == "file" and name in self.beside:
            self.placed.add(name)
            return _written(VOID, _without(attrs, "required")) + self.beside[name]
        if not name or kind in UNTOUCHED or self.files_only:
            return raw
        if kind in TICKED:
            value = said.get("value") if said.get("value") is not None else "on"
            ticked = value in self.values.get(name, ())
            rest = _without(attrs, "checked")
            self._placed(name, str(value))
            return _written(VOID, [*rest, ("checked", None)] if ticked else rest)
        if name not in self.values:
            return raw
        return _written(VOID, [*_without(attrs, "value"), ("value", self._next(name))])

    def _option(self, attrs: Attributes) -> str:
        value = dict(attrs).get("value")
        if value is None:
            return _written("option", attrs)
        chosen = value in self.values[self.select]
        self._placed(self.select, value)
        rest = _without(attrs, "selected")
        return _written("option", [*rest, ("selected", None)] if chosen else rest)

    def _next(self, name: str) -> str:
        held = self.waiting.setdefault(name, list(self.values.get(name, ())))
        return held.pop(0) if held else ""

    def _placed(self, name: str, value: str) -> None:
        held = self.waiting.setdefault(name, list(self.values.get(name, ())))
        if value in held:
            held.remove(value)

    # -- everything else, as it stands --------------------------------------------------------------

    def handle_data(self, data: str) -> None:
        if not self.skip:
            self.out.append(data)

    def handle_entityref(self, name: str) -> None:
        if not self.skip:
            self.out.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        if not self.skip:
            self.out.append(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self.out.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.out.append(f"<!{decl}>")


def _without(attrs: Attributes, name: str) -> Attributes:
    return [(key, value) for key, value in attrs if key != name]


def _written(tag: str, attrs: Attributes) -> str:
    said = "".join(f" {key}" if value is None else f' {key}="{escape(value)}"' for key, value in attrs)
    return f"<{tag}{said}>"
