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

    login = forms.ChoiceField(
        label=_("What the way in asks for"),
        required=False,
        choices=[("", _("Not found out yet")), *FilingAccount.Login.choices],
    )
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

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, account: FilingAccount | None, prefix: str | None = None) -> None:
        names = [name for name in self.base_fields if name != "seen"]
        held: dict[str, Any] = {name: getattr(account, name) for name in names} if account else {}
        super().__init__(data, initial={**held, "seen": seen_of(account)}, prefix=prefix)
        self.account = account

    @property
    def said(self) -> dict[str, Any]:
        """What is to be recorded."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    @property
    def is_news(self) -> bool:
        """Does it say something else than what stands recorded?"""
        return any(name != "seen" for name in self.changed_data)

    def clean(self) -> dict[str, Any]:
        """Refuses to write over what another person entered since the page was shown; what was typed stays."""
        said = super().clean() or {}
        if self.account and self.is_news and said.get("seen", "") != seen_of(self.account):
            lines = [f"{self.fields[name].label}: {self.initial[name]}" for name in self.changed_data
                     if name != "seen" and self.initial.get(name)]  # fmt: skip
            words = gettext("%(name)s has changed this meanwhile. Look at it, then save again. %(lines)s")
            self.add_error(None, words % {"name": self.account.changed_by, "lines": "; ".join(lines)})
            posted: Any = self.data
            again = posted.copy()  # of a QueryDict, and may be changed
            again[self.add_prefix("seen")] = seen_of(self.account)
            self.data = again
        return said

    def clean_tested_on(self) -> date | None:
        """Not a day to come."""
        day: date | None = self.cleaned_data["tested_on"]
        if day and day > timezone.localdate():
            raise ValidationError(gettext("This day is still to come. Name the day on which it was tested."))
        return day


class WayInForm(AccountForm):
    """The same for one authority in the list of an organisation: what is most asked on the day."""

    representative = note = None  # type: ignore[assignment]
    registration = forms.CharField(label=_("Our registration numbers there"), required=False, max_length=300)


def seen_of(account: FilingAccount | None) -> str:
    """Which entry a page has shown."""
    return str(account.changed_at.timestamp()) if account else ""
