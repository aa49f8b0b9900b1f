"""The components of Tocsin's pages as template tags: `{% load tocsin %}`.

/design/ (with DEBUG) shows every one of them in every state. Tags of time take the zone from the
argument `zone`, else from the context's `zone` (a ZoneInfo or its name), else UTC; "now" from the
context's `now`, else from the machine.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField
from django.forms.boundfield import BoundWidget
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts import access, law_words
from accounts.models import Membership, User
from accounts.places import language_name
from accounts.translating import in_language, translated
from incidents.models import Incident, Obligation, TimelineEntry
from notifications.standing import standing_words
from workbench import clocks, counts, worldmap
from workbench.noted import said_anew
from workbench.tabs import tabs_of

register = template.Library()

APPEARANCES = ("auto", "light", "dark")

# state: class of the tag, icon, its words where the page gives none
STATES = {
    "overdue": ("over", "alert-octagon", _("Overdue")),
    "due_soon": ("soon", "alert-triangle", _("Due soon")),
    "on_track": ("ok", "clock", _("On track")),
    "done": ("done", "circle-check", _("Done")),
    "not_required": ("none", "circle-minus", _("Not required")),
    "undecided": ("ask", "help-circle", _("Decision needed")),
}


@register.simple_tag(takes_context=True)
def appearance(context: Context) -> str:
    """The reader's choice of light, dark or auto (as the device): a cookie, see workbench.design."""
    request = context.get("request")
    chosen = request.COOKIES.get("appearance", "auto") if request is not None else "auto"
    return chosen if chosen in APPEARANCES else "auto"


@register.simple_tag
def clock_words() -> SafeString:
    """The <meta> from which app.js takes its words, so that a ticking clock speaks the page's language."""
    words = clocks.words_of(_language()).for_script()
    return format_html('<meta name="clock-words" content="{}">', json.dumps(words, ensure_ascii=False))


@register.simple_tag(takes_context=True)
def standing(context: Context) -> list[str]:
    """What every page of a workspace says until it is mended: mail not proved, scheduler stopped."""
    user, membership = context.get("user"), context.get("membership")
    if not isinstance(user, User) or not isinstance(membership, Membership):
        return []
    return standing_words(membership.workspace, user, timezone.now())


@register.filter
def law(words: object) -> SafeString:
    """A sentence of the law library in the reader's language; what stays English says so in its element."""
    return law_words.marked(words)


@register.filter
def law_text(words: object) -> str:
    """The same without markup, for where no element can stand: titles of pages, options, labels."""
    return law_words.spoken(words).text


@register.filter
def noted(entry: TimelineEntry) -> str:
    """An entry of the timeline: what a service noted, in the reader's language; what a person wrote, as it stands."""
    return said_anew(entry.text) if entry.kind == TimelineEntry.Kind.LEGAL else entry.text


register.filter("said_anew", said_anew)


@register.filter
def place_name(words: object) -> str:
    """A place of the library, or several, by their English names, as the reader's language has them."""
    return ", ".join(map(translated, str(words).split(", ")))


@register.filter
def duty_title(row: Any) -> SafeString:
    """The title of a duty: the library's words, or those of whoever entered it by hand."""
    return conditional_escape(row.title) if _by_hand(row) else law_words.marked(row.title)


@register.filter
def duty_title_text(row: Any) -> str:
    """The same without markup."""
    return str(row.title) if _by_hand(row) else law_words.spoken(row.title).text


def _by_hand(row: Any) -> bool:
    duty = getattr(row, "obligation", None) or row
    return bool(getattr(duty, "origin", "") == Obligation.Origin.HAND)


@register.filter(expects_localtime=True)
def day(value: object) -> str:
    """A day as the reader writes it: "4 Dec 2026"; nothing for none."""
    return clocks.date_words(value, _language()) if isinstance(value, date) else str(value or "")


@register.simple_tag
def colon() -> str:
    """A colon as the reader writes it: in French a space that does not break stands before it."""
    return "\u00a0:" if _language().startswith("fr") else ":"


register.filter("in_language", in_language)


@register.filter
def may(membership: Membership | None, permission: str) -> bool:
    """May this member do it? `{% if membership|may:"EDIT_FACTS" %}`; nobody signed in may not."""
    return membership is not None and access.may(membership, access.Permission[permission])


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite. Decoration unless `label` says what it means."""
    return _icon(settings.STATIC_URL, name, label)


@lru_cache(maxsize=256)
def _icon(_static_url: str, name: str, label: str) -> SafeString:
    """Drawn once: a page of the list has seventy, and the address of the sprite stays while this process runs."""
    sprite = static("vendor/tabler-icons/sprite.svg")
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="ico" {}><use href="{}#{}"/></svg>', spoken, sprite, name)


@register.simple_tag
def state(name: str, words: str = "") -> SafeString:
    """A state as colour, icon, words and border. `name` is a key of STATES."""
    return _tag(name, words or str(STATES[_known(name)][2]))


@register.simple_tag(takes_context=True)
def clock(context: Context, due: datetime, zone: ZoneInfo | str | None = None) -> SafeString:
    """How long is left and until when: "Due in 2 d 4 h, Sun 22 Nov 2026, 08:00 Paris (07:00 UTC)"."""
    return format_html('{}<span class="rel">, </span>{}', _relative(context, due), _absolute(context, due, zone, True))


@register.simple_tag(takes_context=True)
def deadline(
    context: Context,
    due: datetime | None,
    zone: ZoneInfo | str | None = None,
    start: datetime | None = None,
    done: datetime | None = None,
) -> SafeString:
    """The state tag of a deadline with the instant below it; once `done`, when and how far from it."""
    if done is not None:
        below = _absolute(context, done, zone, False)
        if due is not None:
            below = format_html("{} · {}", below, clocks.done_words(done, due, _language()))
        return _stacked(_tag("done", gettext("Done")), below)
    if due is None:
        return state("on_track", gettext("No fixed time"))
    name = clocks.deadline_state(due, _now(context), start)
    printed = gettext("Was due") if name == "overdue" else gettext("Due")
    tag = _tag(name, _relative(context, due), printed)
    return _stacked(tag, _absolute(context, due, zone, True))


@register.simple_tag(takes_context=True)
def when(
    context: Context, instant: datetime | None, zone: ZoneInfo | str | None = None, utc: bool = False
) -> SafeString:
    """An instant in the zone of the page: "Sun 22 Nov 2026, 08:00 Paris"; the marker when not known."""
    return unknown() if instant is None else _absolute(context, instant, zone, utc)


@register.simple_tag(takes_context=True)
def span_of(
    context: Context,
    first: datetime,
    last: datetime | None,
    zone: ZoneInfo | str | None = None,
    utc: bool = False,
) -> SafeString:
    """An instant, or from when to when: "Sun 22 Nov 2026, 08:00 Paris to Sun 22 Nov 2026, 09:00 Paris"."""
    start = _absolute(context, first, zone, utc)
    if last is None:
        return start
    return format_html(gettext("{first} to {last}"), first=start, last=_absolute(context, last, zone, utc))


@register.simple_tag(takes_context=True)
def zone_name(context: Context, zone: ZoneInfo | str | None = None) -> str:
    """A zone with its present offset: "Paris (UTC+1)"."""
    return clocks.zone_words(_zone(context, zone), _now(context))


@register.simple_tag
def count(value: object = None, low: int | None = None, high: int | None = None) -> SafeString:
    """How many: a count of a facts document, a number, or `low` and `high`. The marker when not known."""
    least, most = (low, high) if value is None or value == "" else counts.bounds(value)
    words = counts.count_words(least, most, _language())
    return unknown() if words is None else format_html('<span class="num">{}</span>', words)


@register.simple_tag
def unknown(words: str = "") -> SafeString:
    """The marker of what is not known: dashed underline and question mark."""
    return format_html('<span class="unk">{}{}</span>', icon("help-circle"), words or gettext("Not known yet"))


@register.simple_block_tag
def panel(content: str, title: str, **options: Any) -> str:
    """A panel with a heading.

    Options: `note`, or `url` and `link`, stand at the right of the heading; `anchor` is its id; `flush`
    leaves out the padding, for tables and lists.
    """
    return render_to_string("components/panel.html", {"content": content, "title": title, **options})


@register.simple_block_tag(takes_context=True)
def next_deadline(
    context: Context,
    content: str,
    due: datetime,
    label: str = "",
    start: datetime | None = None,
    zone: ZoneInfo | str | None = None,
    url: str = "",
    action: str = "",
) -> str:
    """The card with the one clock that leads. Its content says who must be told of what."""
    name = clocks.deadline_state(due, _now(context), start)
    values = {
        "content": content,
        "label": label or gettext("Next legal deadline"),
        "tone": STATES[name][0],
        "icon_name": STATES[name][1],
        "relative": _relative(context, due),
        "due": due,
        "absolute": _absolute(context, due, zone, True),
        "overdue": name == "overdue",
        "spent": clocks.share_spent(start, due, _now(context)) if start else None,
        "url": url,
        "action": action,
    }
    return render_to_string("components/next_deadline.html", values)


@register.simple_block_tag
def empty(content: str, icon_name: str = "inbox", url: str = "", action: str = "") -> str:
    """What stands where a list would be: one calm sentence and, where it helps, the way on."""
    values = {"content": content, "icon_name": icon_name, "url": url, "action": action}
    return render_to_string("components/empty.html", values)


@register.simple_block_tag
def note(content: str, tone: str = "") -> str:
    """A standing note: tone "" (information), "good", "warn" or "bad"."""
    icons = {"": "info-circle", "good": "circle-check", "warn": "alert-triangle", "bad": "alert-octagon"}
    return format_html('<div class="note {}">{}<div>{}</div></div>', tone, icon(icons[tone]), content)


@register.inclusion_tag("components/facts.html")
def facts(rows: Sequence[Any]) -> dict[str, Any]:
    """A list of facts. A row has label, value (None: not known), and may have note, url, action."""
    return {"rows": rows}


@register.inclusion_tag("components/why.html")
def why(links: Sequence[Any]) -> dict[str, Any]:
    """The chain of reasons. A link has statement, and may have because, url, fact, cite, open."""
    return {"links": links}


@register.inclusion_tag("components/world_map.html")
def world_map(rows: Sequence[worldmap.MapRow]) -> dict[str, Any]:
    """The map of the people affected with its legend; the page puts the table below it."""
    return {"svg": worldmap.render(rows, _language()), "legend": worldmap.legend(rows)}


@register.simple_tag
def field(bound: BoundField, label: str = "", optional: bool = False) -> str:
    """A form field: label, help, error with its mend, and the widget, tied together for every reader."""
    widget = bound.field.widget
    kind = getattr(widget, "input_type", "") or ("select" if hasattr(widget, "choices") else "text")
    several = kind in {"radio", "checkbox"} and hasattr(widget, "choices")
    parts = {"help": bool(bound.help_text), "fault": bool(bound.errors)}
    ids = [f"{bound.id_for_label or bound.auto_id}_{part}" for part, shown in parts.items() if shown]
    attrs: dict[str, str | bool] = {} if several else {"class": _widget_class(kind)}
    if ids and not several:
        attrs["aria-describedby"] = " ".join(ids)
    if bound.errors and not several:
        attrs["aria-invalid"] = "true"
    values = {
        "field": bound,
        "id": bound.id_for_label or bound.auto_id,
        "label": label or bound.label,
        "optional": optional,
        "several": several,
        "single_box": kind == "checkbox" and not several,
        "described": " ".join(ids),
        "choices": _choices(bound) if several else (),
        "control": "" if several else bound.as_widget(attrs=attrs),
    }
    return render_to_string("components/field.html", values)


@register.inclusion_tag("components/case_tabs.html")
def case_tabs(incident: Incident, here: str) -> dict[str, Any]:
    """The parts of a case as tabs, on pages of floors below. `here`: the name of the page's address."""
    return {"tabs": tabs_of(incident, here)}


@register.filter
def language_names(tags: Sequence[str] | str) -> str:
    """Languages by their English names: "French, Dutch"."""
    listed = tags.split(",") if isinstance(tags, str) else tags
    return ", ".join(language_name(tag.strip()) for tag in listed if tag.strip())


@register.inclusion_tag("components/faults.html")
def faults(form: BaseForm, title: str = "") -> dict[str, Any]:
    """At the head of a form that could not be taken: every fault, each a link to its field."""
    rows = [(form[name], errors) for name, errors in form.errors.items() if name in form.fields]
    return {"rows": rows, "general": form.non_field_errors(), "title": title}


def _choices(bound: BoundField) -> list[BoundWidget]:
    return list(bound.subwidgets)


def _widget_class(kind: str) -> str:
    return {"select": "form-select", "checkbox": "form-check-input"}.get(kind, "form-control")


def _known(name: str) -> str:
    if name not in STATES:
        raise template.TemplateSyntaxError(f"state {name!r}: expected one of {', '.join(STATES)}")
    return name


def _tag(name: str, words: str, printed: str = "") -> SafeString:
    tone, icon_name, _ = STATES[_known(name)]
    paper = format_html('<span class="print-only">{}</span>', printed) if printed else ""
    return format_html(
        '<span class="tag t-{}" data-state="{}">{}{}{}</span>', tone, name, icon(icon_name), words, paper
    )


def _stacked(tag: SafeString, below: SafeString) -> SafeString:
    return format_html('<span class="deadline">{}<span class="sub num">{}</span></span>', tag, below)


def _relative(context: Context, due: datetime) -> SafeString:
    words = clocks.due_words(due, _now(context), _language())
    # A clock that is read at another instant than now (a case that stands still) must not tick.
    if context.get("stands_still"):
        return format_html('<time class="rel" datetime="{}">{}</time>', clocks.utc_attribute(due), words)
    return format_html('<time class="rel" data-clock datetime="{}">{}</time>', clocks.utc_attribute(due), words)


def _absolute(context: Context, instant: datetime, zone: ZoneInfo | str | None, utc: bool) -> SafeString:
    words = clocks.instant_words(instant, _zone(context, zone), _language(), utc=utc)
    unbroken = words.replace(" UTC)", "\u00a0UTC)")
    return format_html('<time datetime="{}">{}</time>', clocks.utc_attribute(instant), unbroken)


def _zone(context: Context, zone: ZoneInfo | str | None) -> ZoneInfo:
    chosen = zone or context.get("zone") or "UTC"
    return chosen if isinstance(chosen, ZoneInfo) else ZoneInfo(str(chosen))


def _now(context: Context) -> datetime:
    now = context.get("now")
    return now if isinstance(now, datetime) else timezone.now()


def _language() -> str:
    return get_language() or "en"
