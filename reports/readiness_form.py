"""What is prepared for filing with one authority."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reports.models import FilingAccount


class AccountForm(forms.Form):
    """Names of logins and numbers, never a password."""

    holder = forms.CharField(
        label=_("Who of us holds the login, or that none is needed"),
        required=False,
        max_length=200,
        help_text=_("Names and places, never a password."),
    )
    registration = forms.CharField(
        label=_("Our registration numbers there, registration of the data protection officer included"),
        required=False,
        max_length=300,
    )
    representative = forms.CharField(label=_("Representative, power of attorney"), required=False, max_length=300)
    tested_on = forms.DateField(
        label=_("Opened and tested on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Once a year is enough."),
    )
    note = forms.CharField(
        label=_("What else to know on the day"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, data: Any, *, account: FilingAccount | None) -> None:
        held = {name: getattr(account, name) for name in self.base_fields} if account else {}
        super().__init__(data, initial=held)

    def clean_tested_on(self) -> date | None:
        """Not a day to come."""
        day: date | None = self.cleaned_data["tested_on"]
        if day and day > timezone.localdate():
            raise ValidationError(gettext("This day is still to come. Name the day on which it was tested."))
        return day
