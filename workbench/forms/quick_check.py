"""The quick check: a few facts, or a whole facts document, to be assessed and forgotten."""

from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext, gettext_lazy

from incidents import paths
from incidents.forms.categories import CategoriesField, by_group
from incidents.forms.people import EntryError, read_country
from incidents.forms.rows import PeopleRowsForm
from law import places

UNKNOWN = ("", gettext_lazy("Not known"))
YES_NO = [UNKNOWN, ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]
SUSPECTED = [
    UNKNOWN,
    ("yes", gettext_lazy("Yes")),
    ("suspected", gettext_lazy("Perhaps")),
    ("no", gettext_lazy("No")),
]
TESTS = {
    "rights_risk": gettext_lazy("Is a risk to people’s rights likely? (EU, UK: authority)"),
    "rights_high_risk": gettext_lazy("Is a high risk likely? (EU, UK: people)"),
    "serious_harm": gettext_lazy("Is serious harm to anybody likely? (Australia, New Zealand)"),
    "significant_harm": gettext_lazy("Is significant harm to anybody likely? (Singapore)"),
}


def _choice(label: Any, choices: list[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False)


class QuickCheckForm(PeopleRowsForm):
    """Facts enough for a first answer. Only the country is needed; what is left out is unknown, never "no"."""

    instants: ClassVar[tuple[str, ...]] = ("aware",)

    country = forms.CharField(
        label=gettext_lazy("Country of the organisation"),
        max_length=100,
        widget=forms.TextInput(attrs={"list": "places", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write the country, such as France or FR.")},
    )
    role = _choice(
        gettext_lazy("Its role"),
        [
            UNKNOWN,
            ("controller", gettext_lazy("Controller")),
            ("joint_controller", gettext_lazy("Joint controller")),
            ("processor", gettext_lazy("Processor")),
        ],
    )
    kind = _choice(
        gettext_lazy("What it is"),
        [
            UNKNOWN,
            ("business", gettext_lazy("Business")),
            ("non_profit", gettext_lazy("Non-profit organisation")),
            ("public_body", gettext_lazy("Public body")),
        ],
    )
    confidentiality = _choice(gettext_lazy("Could somebody see data who should not have?"), SUSPECTED)
    integrity = _choice(gettext_lazy("Were data changed without permission?"), SUSPECTED)
    availability = _choice(gettext_lazy("Were data lost or out of reach?"), SUSPECTED)
    intent = _choice(
        gettext_lazy("Was it done on purpose?"),
        [
            UNKNOWN,
            ("malicious", gettext_lazy("To do harm")),
            ("possibly_malicious", gettext_lazy("Perhaps to do harm")),
            ("accidental", gettext_lazy("By accident")),
        ],
    )
    protection = _choice(
        gettext_lazy("How were the data protected?"),
        [
            UNKNOWN,
            ("none", gettext_lazy("Not at all")),
            ("encrypted_key_safe", gettext_lazy("Encrypted, the key is safe")),
            ("encrypted_key_unknown", gettext_lazy("Encrypted, state of the key unknown")),
            ("hashed", gettext_lazy("Hashed")),
        ],
    )
    categories = CategoriesField(label=gettext_lazy("Which data?"))
    data_complete = forms.BooleanField(label=gettext_lazy("These are all the data"), required=False)
    people_complete = forms.BooleanField(label=gettext_lazy("These are all the places"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for test, label in TESTS.items():
            self.fields[f"test_{test}"] = _choice(label, YES_NO)

    def tests(self) -> list[forms.BoundField]:
        return [self[f"test_{test}"] for test in TESTS]

    def groups(self) -> list[tuple[str, list[BoundWidget], bool]]:
        return by_group(self["categories"])

    def clean_country(self) -> str:
        try:
            return read_country(self.cleaned_data["country"])
        except EntryError as error:
            raise forms.ValidationError(str(error)) from None

    def document(self) -> dict[str, Any]:
        """The facts document of what was typed."""
        said = self.cleaned_data
        here = said["country"]
        patch: dict[str, Any] = {
            "/organisation/country": places.country(here).code,
            "/organisation/subdivision": here if here != places.country(here).code else None,
            "/organisation/establishments": [here],
            "/organisation/role": said.get("role"),
            "/organisation/kind": said.get("kind"),
            "/nature/confidentiality": said.get("confidentiality"),
            "/nature/integrity": said.get("integrity"),
            "/nature/availability": said.get("availability"),
            "/cause/intent": said.get("intent"),
            "/timeline/became_aware_at": said["aware"].to_fact() if said.get("aware") else None,
            "/data_complete": "yes" if said.get("data_complete") and said.get("categories") else None,
            "/affected_complete": "yes" if said.get("people_complete") and said.get("people") else None,
            **self.people_facts(),
        }
        for category in said.get("categories", ()):
            patch[f"/data/{category}/status"] = "confirmed"
            patch[f"/data/{category}/protection"] = said.get("protection")
        for test in TESTS:
            patch[f"/risk/by_test/{test}"] = said.get(f"test_{test}")
        document = {"schema": "tocsin.facts/1", "organisation": {"name": gettext("The organisation")}}
        return paths.apply(document, {path: value for path, value in patch.items() if value})


class PasteForm(forms.Form):
    """A facts document as text."""

    document = forms.CharField(
        label=gettext_lazy("Facts document (tocsin.facts/1)"),
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "class": "form-control"}),
        max_length=1_000_000,
        error_messages={"required": gettext_lazy("Paste a facts document, or use the form.")},
    )
