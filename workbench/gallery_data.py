"""Made-up data for the gallery of components (DEBUG only): each component in each of its states."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.safestring import SafeString

from workbench.templatetags.tocsin import STATES, count, state, unknown
from workbench.worldmap import MapRow

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True)
class Fact:
    label: str
    value: str | SafeString | None
    note: str = ""
    url: str = "#facts"
    action: str = ""


@dataclass(frozen=True)
class Reason:
    statement: str
    because: str = ""
    url: str = ""
    fact: str = ""
    cite: str = ""
    open: bool = False


@dataclass(frozen=True)
class Workspace:
    name: str = "Example Motors"
    slug: str = "example"


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(label="Title of the incident", help_text="A few words that colleagues recognise.")
    aware = forms.DateTimeField(
        label="When did you become aware?", help_text="Paris time, for example 2026-11-19 08:00."
    )
    entity = forms.ChoiceField(
        label="Which company?", choices=[("", "Choose"), ("fr", "Example SAS"), ("de", "Example GmbH")]
    )
    certain = forms.ChoiceField(
        label="Are you reasonably certain that personal data were affected?",
        choices=[("yes", "Yes"), ("no", "Not yet"), ("unknown", "I do not know yet")],
        widget=forms.RadioSelect,
    )
    details = forms.CharField(label="What happened?", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    restricted = forms.BooleanField(label="Only people named on the incident may see it", required=False)


def context() -> dict[str, Any]:
    """Everything that templates/components/gallery.html shows."""
    now = datetime.now(UTC).replace(second=30, microsecond=0)
    hours = {
        "late": -1.2,
        "soon": 9.1,
        "safe": 52.5,
        "start_late": -73.2,
        "start_soon": -62.9,
        "start_safe": -19.5,
        "done": -17.0,
    }
    filled = SampleForm({"title": "", "aware": "yesterday", "entity": "fr", "certain": "", "details": "A list."})
    filled.is_valid()
    return {
        "workspace": Workspace(),
        "nav": "desk",
        "zone": PARIS,
        "zone_label": "Paris (UTC+1)",
        "now": now,
        "at": {name: now + timedelta(hours=distance) for name, distance in hours.items()},
        "states": list(STATES),
        "facts": _facts(),
        "reasons": _reasons(),
        "people": _people(),
        "form": SampleForm(auto_id="empty_%s"),
        "wrong_form": filled,
    }


def _facts() -> list[Fact]:
    return [
        Fact("What happened", "Confidentiality. A customer list could be read by anybody who had its address."),
        Fact("People", count(low=62_835), "Seven countries, one number not known"),
        Fact("Data", "Name, e-mail address, vehicle number", "Card data: ruled out"),
        Fact("Was it read?", None, "Asked the service company on 20 Nov. Settles 2 duties.", action="Answer"),
        Fact("Owner's role", state("undecided"), "Controller or processor"),
        Fact("Contained at", unknown("Asked, no answer"), ""),
    ]


def _reasons() -> list[Reason]:
    return [
        Reason("It is a personal data breach.", "Confidentiality was lost.", "#facts", "Fact 3", "Art. 4(12)"),
        Reason("The law of France applies.", "Example SAS is in Paris.", "#facts", "Fact 7", "Art. 3(1)"),
        Reason("A risk to people is not unlikely.", "Not assessed yet.", cite="Art. 33(1)", open=True),
        Reason("No exception applies.", "The data were not encrypted.", "#facts", "Fact 9", "Art. 33(1)"),
    ]


def _people() -> list[MapRow]:
    return [
        MapRow("FR", 48_210, 48_210, url="#row-FR"),
        MapRow("DE", 9_120, 9_120, url="#row-DE"),
        MapRow("BE", 3_044, None, url="#row-BE"),
        MapRow("MT", 12, 12, url="#row-MT"),
        MapRow("RE", 300, 900, url="#row-RE"),
        MapRow("US-CA", 1_450, 1_450, url="#row-US-CA"),
        MapRow("ZA", url="#row-ZA"),
        MapRow("JP", 88, 400, "suspected", url="#row-JP"),
        MapRow("BR", None, None, "suspected", url="#row-BR"),
        MapRow("CA", presence="ruled_out", url="#row-CA"),
        MapRow("009", presence="suspected", url="#row-009"),
    ]
