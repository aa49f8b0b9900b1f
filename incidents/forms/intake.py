"""Forms of a report from outside: what anybody may write, and how an officer handles it."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy

from accounts import place_names
from accounts.models import LegalEntity


class IntakeForm(forms.Form):
    """Three questions for somebody who knows neither the product nor the law."""

    what = forms.CharField(
        label=gettext_lazy("What have you seen?"),
        help_text=gettext_lazy("Where, and what could be read or is missing. Send no copies of other people's data."),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": gettext_lazy("Say in a few words what you have seen.")},
    )
    when = forms.CharField(
        label=gettext_lazy("When was that?"),
        help_text=gettext_lazy("As exactly as you know: yesterday at 5 in the afternoon."),
        max_length=200,
        required=False,
    )
    contact = forms.CharField(
        label=gettext_lazy("How can we ask you back?"),
        help_text=gettext_lazy("An e-mail address or a telephone number. You may stay unnamed."),
        max_length=254,
        required=False,
    )


class AcceptForm(forms.Form):
    """Makes a case of a report, in the officer's own words."""

    title = forms.CharField(
        label=gettext_lazy("A short name for the case"),
        max_length=200,
        error_messages={"required": gettext_lazy("Give the case a name of a few words.")},
    )
    summary = forms.CharField(
        label=gettext_lazy("What happened, in your words"),
        help_text=gettext_lazy("This goes into the record for good: leave out names and data of the people affected."),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    company = forms.ChoiceField(label=gettext_lazy("Which company is concerned first?"))

    def __init__(self, *args: Any, companies: Sequence[LegalEntity], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.companies = companies
        field = cast("forms.ChoiceField", self.fields["company"])
        field.choices = [(str(one.pk), f"{one.name} ({place_names.name(one.country)})") for one in companies]

    @property
    def chosen(self) -> LegalEntity:
        """The company; only of a valid form."""
        return next(one for one in self.companies if str(one.pk) == self.cleaned_data["company"])


class DeclineForm(forms.Form):
    """Sets a report aside."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it no incident?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Say why it is no incident: the sender may ask.")},
    )
