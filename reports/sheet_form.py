"""The organisation sheet as a form."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from incidents.models import OrganisationSheet
from incidents.regimes import NAMES, regime_name
from law import places


def _codes(text: str) -> list[str]:
    """The codes in capitals, each of a country that there is."""
    codes = list(dict.fromkeys(code.strip().upper() for code in text.replace(";", ",").split(",") if code.strip()))
    strange = [code for code in codes if code not in places.countries()]
    if strange:
        words = gettext("%(codes)s: expected the two letters of a country, such as FR, with commas between them.")
        raise ValidationError(words % {"codes": ", ".join(strange)})
    return codes


class SheetForm(forms.Form):
    """One line for each thing that authorities ask; an empty line says nothing."""

    address = forms.CharField(label=_("Postal address"), required=False, max_length=300)
    registrations = forms.CharField(label=_("Registration numbers"), required=False, max_length=300)
    dpo = forms.CharField(
        label=_("Data protection officer"), required=False, max_length=300, help_text=_("Name, e-mail, telephone.")
    )
    contact = forms.CharField(
        label=_("Who is reached on the day"), required=False, max_length=300, help_text=_("Name, e-mail, telephone.")
    )
    establishments = forms.CharField(
        label=_("Countries of establishment"),
        required=False,
        max_length=800,
        help_text=_("Country codes, such as FR, DE. The list counts as complete. Empty: not said."),
    )
    eu_representative = forms.CharField(
        label=_("Representative in the European Union"),
        required=False,
        max_length=300,
        help_text=_("Name and contact details, where there is no establishment in the Union (GDPR Art. 27)."),
    )
    eu_representative_in = forms.CharField(
        label=_("Country of that representative"),
        required=False,
        max_length=2,
        help_text=_("Country code, such as FR."),
    )
    uk_representative = forms.CharField(
        label=_("Representative in the United Kingdom"),
        required=False,
        max_length=300,
        help_text=_("Name and contact details."),
    )
    ch_representative = forms.CharField(
        label=_("Representative in Switzerland"),
        required=False,
        max_length=300,
        help_text=_("Name and contact details (FADP Art. 14)."),
    )
    other_representatives = forms.CharField(
        label=_("Representatives in other countries"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line: the country’s code, a colon, name and contact details. TR: Rep Ltd, +90 …"),
    )
    regimes = forms.MultipleChoiceField(label=_("Special regimes"), required=False, widget=forms.CheckboxSelectMultiple)
    regimes_said = forms.BooleanField(label=_("These regimes and no others"), required=False)
    portals = forms.CharField(
        label=_("Other accounts at portals"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Which portal, in whose name, who holds it. Names and places, never a password."),
    )

    def __init__(self, data: Any, *, sheet: OrganisationSheet | None) -> None:
        held = {name: getattr(sheet, name) for name in self.base_fields if hasattr(sheet, name)} if sheet else {}
        if sheet is not None:
            held["establishments"] = ", ".join(sheet.establishments or ())
            held["other_representatives"] = "\n".join(
                f"{row['country']}: {row['text']}" for row in sheet.other_representatives
            )
            held["regimes_said"] = sheet.regimes is not None
        super().__init__(data, initial=held)
        regimes = self.fields["regimes"]
        assert isinstance(regimes, forms.MultipleChoiceField)  # noqa: S101 - for the type checker
        regimes.choices = [(one, regime_name(one)) for one in NAMES]

    def clean_establishments(self) -> list[str]:
        """Codes of countries."""
        return _codes(self.cleaned_data["establishments"])

    def clean_eu_representative_in(self) -> str:
        """The code of a country, or nothing."""
        return "".join(_codes(self.cleaned_data["eu_representative_in"]))

    def clean_other_representatives(self) -> list[dict[str, str]]:
        """A row for each line; a country stands once."""
        rows: dict[str, dict[str, str]] = {}
        for line in self.cleaned_data["other_representatives"].splitlines():
            if not line.strip():
                continue
            code, colon, text = line.partition(":")
            if not colon or not text.strip() or len(_codes(code)) != 1:
                words = gettext("“%(line)s”: expected a country’s code, a colon, name and contact details.")
                raise ValidationError(words % {"line": line.strip()})
            (country,) = _codes(code)
            if country in rows or country in ("GB", "CH"):
                words = gettext("%(code)s: this country has a representative already; name one for each country.")
                raise ValidationError(words % {"code": country})
            rows[country] = {"country": country, "text": text.strip()[:300]}
        return list(rows.values())

    def clean(self) -> dict[str, Any]:
        """Regimes that are ticked are said to be all, or nothing is said of them."""
        said = super().clean() or {}
        if said.get("regimes") and not said.get("regimes_said"):
            self.add_error("regimes_said", gettext("Tick this as well: a case takes the list as complete."))
        return said

    def refuse_overwriting(self, sheet: OrganisationSheet | None, seen: str) -> None:
        """A fault that shows what another person has entered since the page was shown; what was typed stays."""
        if sheet is None or str(sheet.changed_at.timestamp()) == seen:
            return
        lines = [
            f"{field.label}: {self.initial[name]}"
            for name, field in self.fields.items()
            if name in self.changed_data and self.initial.get(name) and name not in ("regimes", "regimes_said")
        ]
        words = gettext("%(name)s has changed this sheet meanwhile. Look at it, then save again. %(lines)s")
        self.add_error(None, words % {"name": sheet.changed_by, "lines": "; ".join(lines)})

    @property
    def said(self) -> dict[str, Any]:
        """What is to be recorded: None where nothing is said."""
        found = {**self.cleaned_data}
        if not found.pop("regimes_said"):
            found["regimes"] = None
        found["establishments"] = found["establishments"] or None
        return found
