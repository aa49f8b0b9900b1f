"""The forms about duties: one entered by hand, done, decided, and why it is late."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from incidents.models import Fulfilment
from law.schema import Counting
from law.time_limits import Period, due_at
from workbench.forms import counting
from workbench.forms.instants import ZonedForm

UNITS = (
    ("hours", _("hours")),
    ("days", _("days")),
    ("working_days", _("working days")),
    ("months", _("months")),
)


class HandDutyForm(ZonedForm):
    """A duty that no law of the library knows: of a contract, an insurer, a court."""

    title = forms.CharField(
        label=_("What has to be done?"),
        max_length=300,
        help_text=_("For example: tell the insurer of the incident."),
        error_messages={"required": _("Say in a few words what has to be done.")},
    )
    to = forms.CharField(label=_("Who must be told?"), max_length=40, required=False)
    source = forms.CharField(
        label=_("Where does the duty come from?"),
        help_text=_("The contract and its clause, the policy, the order. It stands where others show the law."),
        max_length=500,
        error_messages={"required": _("Name the contract, policy or order that says so.")},
    )
    clock = forms.ChoiceField(
        label=_("By when?"),
        choices=(
            ("at", _("By a date and time")),
            ("length", _("Within a time that is counted from a moment")),
            ("none", _("No fixed time")),
        ),
        widget=forms.RadioSelect,
        initial="at",
    )
    length = forms.CharField(
        label=_("Within how many"), required=False, max_length=6, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    unit = forms.ChoiceField(label=_("Unit"), choices=UNITS, required=False)
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, calendar: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.calendar = calendar
        self.add_instant("due", gettext("Due"))
        self.add_instant("counted_from", gettext("Counted from"))
        self.order_fields(["title", "to", "source", "clock", "due", "due_which", "length", "unit", "counted_from",
                           "counted_from_which", "note"])  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["working"] = ""
        match cleaned.get("clock"):
            case "at":
                cleaned["due_at"] = self.instant("due", future=True)
                if cleaned["due_at"] is None and "due" not in self.errors:
                    self.add_error("due", gettext("Enter the date and time, or choose “No fixed time”."))
            case "length":
                cleaned["due_at"] = self._counted(cleaned)
            case _:
                cleaned["due_at"] = None
        return cleaned

    def _counted(self, cleaned: dict[str, Any]) -> datetime | None:
        start = self.instant("counted_from", future=True)
        if start is None and "counted_from" not in self.errors:
            self.add_error("counted_from", gettext("Enter the moment from which the time is counted."))
        try:
            number = counting.whole_number(cleaned.get("length") or "")
        except ValueError as error:
            self.add_error("length", str(error))
            return None
        if start is None:
            return None
        unit = cleaned.get("unit") or "hours"
        end = "instant" if unit == "hours" else "day"
        length = Period(unit, number, Counting(end=end))  # type: ignore[arg-type]
        due = due_at(length, start, self.zone.key, self.calendar)
        cleaned["working"] = " ".join(due.working)
        return due.at


class FulfilForm(ZonedForm):
    """Records that a duty was done: when, by which channel, under which reference."""

    channel = forms.ChoiceField(label=_("How?"), choices=Fulfilment.Channel.choices)
    reference = forms.CharField(
        label=_("Reference"),
        max_length=200,
        required=False,
        help_text=_("The receiver's own: the number of the receipt."),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, channel: str = "", **kwargs: Any) -> None:
        kwargs["initial"] = {"channel": channel, "key": uuid4().hex, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.add_instant("at", gettext("When was it done?"), initial=self.now)
        self.order_fields(["at", "at_which", "channel", "reference", "note"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["done_at"] = self.instant("at")
        if cleaned["done_at"] is None and not self.errors.keys() & {"at", "at_which"}:
            self.add_error("at", gettext("Enter the date and time at which it was done."))
        return cleaned


class ReasonForm(forms.Form):
    """An act that needs its reason: a decision, taking something back."""

    reason = forms.CharField(
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Give the reason: it is what an inspector reads first.")},
    )

    def __init__(self, *args: Any, label: str = "", help_text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label, self.fields["reason"].help_text = label or gettext("Why?"), help_text


class LateForm(forms.Form):
    """Why a notification is late, in words; it goes into the notification."""

    text = forms.CharField(
        label=_("Why is it late?"),
        help_text=_("The authority reads this first. Say what kept you, and until when."),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write the reasons in a sentence or two.")},
    )
    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    language = forms.CharField(widget=forms.HiddenInput, max_length=16)
