"""Forms of the paper kit and of the first steps in an empty workspace."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.contacts import MOST_COUNTRIES, countries_in
from accounts.models import Contact, LegalEntity
from accounts.places import towns_of_zones
from law import places
from workbench.forms.options import country_options


class CountriesForm(forms.Form):
    """The main countries, as codes or names."""

    countries = forms.CharField(
        label=_("Main countries"),
        help_text=_("Where most of your customers and companies are, such as: France, DE, Japan. At most twelve."),
        max_length=500,
        required=False,
    )

    def clean_countries(self) -> list[str]:
        """Codes; names what nobody knows."""
        found = countries_in(self.cleaned_data["countries"])
        unknown = [one for one in found if one not in places.countries()]
        if unknown:
            raise ValidationError(
                _("%(names)s: no country is known by that name. Write it in English or as two letters, such as FR.")
                % {"names": ", ".join(unknown)}
            )
        if len(found) > MOST_COUNTRIES:
            raise ValidationError(_("Choose at most %(n)d countries.") % {"n": MOST_COUNTRIES})
        return found


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]  # the stubs want a subscript that Django's class lacks
    """Somebody outside to be called."""

    class Meta:
        model = Contact
        fields = ("what_for", "name", "phone", "email", "note")
        labels = {  # noqa: RUF012 - as Django reads it
            "what_for": _("What for"),
            "name": _("Name"),
            "phone": _("Telephone"),
            "email": _("E-mail"),
            "note": _("Note"),
        }
        help_texts = {  # noqa: RUF012 - likewise
            "what_for": _("Cyber insurance with the policy's number; outside counsel; forensic firm."),
        }

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("what_for") and not said.get("phone") and not said.get("email") and not self.errors:
            self.add_error("phone", _("Enter a telephone number or an e-mail address."))
        return said


class StartForm(CountriesForm):
    """The first steps on one page: the company, the zone and language, the numbers to call."""

    company = forms.CharField(
        label=_("Your company or organisation"), max_length=200,
        help_text=_("The legal person, with its legal form. Others can be added later."),
        error_messages={"required": _("Enter the name of the company: its country decides the first law.")},
    )  # fmt: skip
    country = forms.ChoiceField(
        label=_("Where it is established"),
        error_messages={"required": _("Choose the country where the company is established.")},
    )
    kind = forms.ChoiceField(label=_("What it is"), choices=LegalEntity.Kind.choices)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("New cases show times in it. Each case has one zone and prints it."),
        error_messages={"required": _("Choose the zone in which you read times.")},
    )
    language = forms.ChoiceField(label=_("Language of the workspace"), choices=settings.LANGUAGES)
    phone = forms.CharField(label=_("Your own telephone number"), max_length=60, required=False)
    contact_for = forms.CharField(
        label=_("Whom else to call, and what for"), max_length=120, required=False,
        help_text=_("The first of the call list: the insurer with the policy's number, or outside counsel."),
    )  # fmt: skip
    contact_phone = forms.CharField(label=_("Their telephone number"), max_length=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted({*towns_of_zones(), "UTC"})
        self.fields["country"].choices = [("", _("Choose a country")), *country_options()]  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = [(one, one) for one in zones]  # type: ignore[attr-defined]  # a ChoiceField
        self.order_fields(
            [
                "company",
                "country",
                "kind",
                "time_zone",
                "language",
                "countries",
                "phone",
                "contact_for",
                "contact_phone",
            ]
        )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(said.get("contact_for")) != bool(said.get("contact_phone")):
            missing = "contact_phone" if said.get("contact_for") else "contact_for"
            self.add_error(missing, _("Enter both: what they are called for, and their number."))
        return said


class SetUpForm(StartForm):
    """The same in an empty installation, and the first person."""

    display_name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Enter your name, as others shall read it.")},
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("You sign in with it, and reminders go to it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
        error_messages={"required": _("Enter your e-mail address.")},
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least twelve characters; several words are best."),
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Choose a password.")},
    )
    first = ("display_name", "email", "password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = self.fields["time_zone"]
        zone.choices = [("", _("Choose a time zone")), *zone.choices]  # type: ignore[attr-defined]  # a ChoiceField
        self.initial.setdefault("language", get_language() or "en")
        self.order_fields([*self.first, *self.fields])
