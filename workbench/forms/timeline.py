"""The form of a timeline entry: what happened, and when."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from workbench import clocks
from workbench.forms.instants import ZonedForm


class EntryForm(ZonedForm):
    """An entry of the timeline: an instant, or a span in which it happened."""

    text = forms.CharField(
        label=_("What happened?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("No names of the people affected: the timeline goes into reports."),
        error_messages={"required": _("Say in a sentence what happened.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_instant("at", gettext("When"), initial=self.now)
        self.add_instant(
            "until", gettext("Or until at the latest"), help_text=gettext("Only if you know no exact time.")
        )
        self.order_fields(["at", "at_which", "until", "until_which", "text"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["happened_at"] = self.instant("at")
        cleaned["happened_until"] = self.instant("until")
        if cleaned["happened_at"] is None and not self.errors.keys() & {"at", "at_which"}:
            self.add_error("at", gettext("Enter the date and time at which it happened."))
        first, last = cleaned["happened_at"], cleaned["happened_until"]
        if first and last and clocks.elapsed(first, last).total_seconds() < 0:
            self.add_error("until", gettext("This lies before the time above. Enter the later time here."))
        return cleaned
