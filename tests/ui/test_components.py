"""The frame of the pages and its components, as HTML."""

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override
from pytest_django import Settings

from accounts.models import Membership, Role

TOP = Path(__file__).parents[2]
NOW = datetime(2026, 11, 22, 8, 10, tzinfo=UTC)
VOID = {"meta", "link", "img", "input", "br", "hr"}


class Balanced(HTMLParser):
    """Collects ids and fails on a tag that is not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def check(html: str) -> str:
    parser = Balanced()
    parser.feed(html)
    assert parser.open == []
    assert len(parser.ids) == len(set(parser.ids))
    return html


def show(source: str, **values: Any) -> str:
    context = Context({"now": NOW, "zone": "Europe/Paris"} | values)
    return check(Template("{% load tocsin %}" + source).render(context))


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.fixture
def addresses(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.e2e.gallery_urls"


WORKSPACE = SimpleNamespace(name="Harbour Lines", slug="harbour")
ALICE = SimpleNamespace(is_authenticated=True, display_name="Alice", email="alice@example.org")


@pytest.mark.usefixtures("addresses")
def test_it_frames_a_page_of_a_workspace() -> None:
    request = RequestFactory().get("/w/harbour/")
    html = check(
        render_to_string(
            "base.html",
            {"workspace": WORKSPACE, "user": ALICE, "nav": "desk", "zone_label": "Paris (UTC+1)", "request": request}
            | {"membership": Membership(role=Role.PRIVACY_OFFICER)},
        )
    )
    assert '<a href="/w/harbour/" aria-current="page">' in html
    assert "Times shown in Paris (UTC+1)." in html
    assert "Alice" in html
    assert 'action="/accounts/logout/"' in html
    assert '<a class="skip" href="#main">' in html
    for words in ("My desk", "Incidents", "Report an incident", "Quick check", "Rules"):
        assert words in text(html)


@pytest.mark.usefixtures("addresses")
def test_it_frames_a_page_for_somebody_who_is_not_signed_in() -> None:
    html = check(render_to_string("base.html", {"user": AnonymousUser()}))
    assert "Sign in" in text(html)
    assert "Sign out" not in text(html)
    assert "My desk" not in text(html)


def test_it_frames_a_page_while_some_addresses_do_not_exist(settings: Settings) -> None:
    settings.ROOT_URLCONF = "accounts.urls"
    html = check(render_to_string("base.html", {"workspace": WORKSPACE, "user": ALICE}))
    assert "My desk" not in text(html)


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html"])
def test_it_has_error_pages_that_need_no_request(name: str) -> None:
    html = check(render_to_string(name))
    assert "Tocsin" in html
    assert name[:3] in text(html)


@pytest.mark.parametrize(
    ("cookie", "theme"), [("dark", "dark"), ("light", "light"), ("", "auto"), ('"><script>', "auto")]
)
@pytest.mark.usefixtures("addresses")
def test_it_takes_the_theme_from_the_cookie(cookie: str, theme: str) -> None:
    request = RequestFactory().get("/")
    request.COOKIES["appearance"] = cookie
    html = render_to_string("base.html", {"user": AnonymousUser(), "request": request})
    assert f'data-bs-theme="{theme}"' in html


def test_it_has_no_inline_style_or_script_in_any_template() -> None:
    for path in (TOP / "templates").rglob("*.html"):
        if {"emails", "documents"} & set(path.parts):
            continue
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|hx-on|javascript:|<script(?![^>]*\ssrc=)", source), path


def test_it_names_only_icons_of_the_sprite() -> None:
    sprite = (TOP / "static/vendor/tabler-icons/sprite.svg").read_text(encoding="utf-8")
    known = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    used = {
        name
        for path in (TOP / "templates").rglob("*.html")
        for name in re.findall(r'(?:\{% icon |icon_name=)"([\w-]+)"', path.read_text(encoding="utf-8"))
    }
    assert used
    assert used - known == set()


def test_it_shows_a_deadline_in_both_ways() -> None:
    html = show("{% deadline due %}", due=NOW + timedelta(hours=9, minutes=5))
    assert text(html) == "Due in 9 h 05 min Due Sun 22 Nov 2026, 18:15 Paris (17:15 UTC)"
    assert '<time class="rel" data-clock datetime="2026-11-22T17:15:00Z">' in html
    assert 'data-state="due_soon"' in html


def test_it_shows_when_a_duty_was_done() -> None:
    html = show("{% deadline due done=done %}", due=NOW, done=NOW - timedelta(hours=16, minutes=8))
    assert text(html) == "Done Sat 21 Nov 2026, 17:02 Paris · 16 h 08 min before the deadline"
    assert "data-clock" not in html


def test_it_shows_a_duty_without_a_fixed_time() -> None:
    assert text(show("{% deadline none %}", none=None)) == "No fixed time"


def test_it_shows_an_instant_that_is_not_known() -> None:
    assert text(show("{% when none %}", none=None)) == "Not known yet"


def test_it_leads_with_the_next_deadline() -> None:
    html = show(
        '{% next_deadline due=due start=start url="/d/" action="Open" %}Notify <b>CNIL</b>{% endnext_deadline %}',
        due=NOW - timedelta(minutes=70),
        start=NOW - timedelta(hours=73),
    )
    assert 'class="next over"' in html
    assert "Overdue by 1\u00a0h\u00a010\u00a0min" in html
    assert "Was due" in html
    assert "Notify <b>CNIL</b>" in html
    assert 'value="100"' in html


@pytest.mark.parametrize("name", ["overdue", "due_soon", "on_track", "done", "not_required", "undecided"])
def test_it_says_a_state_in_words_and_with_an_icon(name: str) -> None:
    html = show("{% state name %}", name=name)
    assert text(html)
    assert "<use href=" in html


def test_it_refuses_a_state_that_does_not_exist() -> None:
    with pytest.raises(TemplateSyntaxError, match="state 'late': expected one of overdue, due_soon"):
        show("{% state 'late' %}")


def test_it_escapes_what_people_typed() -> None:
    facts = [SimpleNamespace(label="<i>", value="<script>alert(1)</script>")]
    html = show(
        "{% facts rows %}{% state 'done' words %}{% unknown words %}{% empty %}{{ words }}{% endempty %}"
        "{% panel title=words %}{{ words }}{% endpanel %}",
        rows=facts,
        words="<script>alert(2)</script>",
    )
    assert "<script>" not in html


def test_it_marks_a_fact_that_is_not_known() -> None:
    html = show("{% facts rows %}", rows=[SimpleNamespace(label="Was it read?", value=None, url="#x", action="Answer")])
    assert 'class="unk"' in html
    assert "Answer Was it read?" in text(html)


def test_it_marks_a_reason_that_is_open() -> None:
    html = show("{% why links %}", links=[SimpleNamespace(statement="A risk.", open=True, cite="Art. 33(1)")])
    assert '<li class="open">' in html


def test_it_speaks_the_language_of_the_reader() -> None:
    with override("fr"):
        html = show("{% clock due %} {% count low=62835 %}", due=NOW + timedelta(hours=2))
    assert "Échéance dans 2\u00a0h\u00a000\u00a0min" in html
    assert "62\u202f835 ou plus" in html


class ReportForm(forms.Form):
    title = forms.CharField(label="Title", help_text="A few words.")
    certain = forms.ChoiceField(
        label="Certain?", choices=[("yes", "Yes"), ("unknown", "Not known")], widget=forms.RadioSelect
    )
    entity = forms.ChoiceField(label="Company", choices=[("fr", "Example SAS")])
    restricted = forms.BooleanField(label="Restricted", required=False)

    def clean(self) -> None:
        raise forms.ValidationError("Nothing fits.")


ALL_FIELDS = "{% for bound in form %}{% field bound %}{% endfor %}"


def test_it_ties_label_help_and_control_together() -> None:
    html = show(ALL_FIELDS, form=ReportForm())
    assert '<label class="form-label" for="id_title">Title</label>' in html
    assert 'aria-describedby="id_title_help"' in html
    assert 'id="id_title_help"' in html
    assert html.count('type="radio"') == 2
    assert "<legend>Certain?</legend>" in html
    assert 'class="form-select"' in html
    assert "aria-invalid" not in html


def test_it_ties_an_error_to_its_field_and_lists_it_at_the_head() -> None:
    html = show("{% faults form %}" + ALL_FIELDS, form=ReportForm({"title": "", "entity": "fr"}))
    assert 'aria-describedby="id_title_help id_title_fault"' in html
    assert 'aria-invalid="true"' in html
    assert '<a href="#id_title">Title · This field is required.</a>' in html
    assert '<a href="#id_certain">' in html
    assert '<fieldset id="id_certain"' in html
    assert "Nothing fits." in html


def test_it_says_nothing_at_the_head_of_a_form_without_faults() -> None:
    assert show("{% faults form %}", form=ReportForm()).strip() == ""
