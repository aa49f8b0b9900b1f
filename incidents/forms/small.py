"""The everyday incident on one page: a message to a wrong address, a lost phone. From intake to a decision.

The form is meant for incidents of which everything is known at once. What is not known yet may stay
so, as everywhere; then nothing is decided and the case goes on as any other.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext, gettext_lazy

from accounts import place_names
from accounts.models import LegalEntity
from incidents import paths
from incidents.forms.categories import CategoriesField, by_group
from incidents.forms.people import EntryError, read_count, read_place
from incidents.forms.report import PageForm

KINDS = (
    ("misdirected_email", gettext_lazy("An e-mail went to a wrong address")),
    ("bcc_failure", gettext_lazy("Recipients saw each other's addresses (no Bcc)")),
    ("misdirected_post", gettext_lazy("A letter or fax went to a wrong address")),
    ("wrong_person_shown", gettext_lazy("Somebody was shown another person's data")),
    ("lost_stolen_device", gettext_lazy("A device or data carrier was lost or stolen")),
    ("lost_stolen_paper", gettext_lazy("Paper was lost or stolen")),
    ("verbal_disclosure", gettext_lazy("Something was said to the wrong person")),
    ("other", gettext_lazy("Something else")),
)
DISCLOSED = frozenset(
    {"misdirected_email", "bcc_failure", "misdirected_post", "wrong_person_shown", "verbal_disclosure"}
)
LOST = frozenset({"lost_stolen_device", "lost_stolen_paper"})
NOT_KNOWN = ("", gettext_lazy("I do not know yet"))

RISKS = (
    ("unlikely", gettext_lazy("No: a risk to the people is unlikely")),
    ("risk", gettext_lazy("Yes, there is a risk")),
    ("high_risk", gettext_lazy("Yes, and it is a high risk")),
    NOT_KNOWN,
)
TESTS: Mapping[str, Mapping[str, str]] = {
    # Whoever holds any risk for unlikely holds serious harm for unlikely, too. The other way nothing follows.
    "unlikely": {"rights_risk": "no", "rights_high_risk": "no", "serious_harm": "no", "significant_harm": "no"},
    "risk": {"rights_risk": "yes", "rights_high_risk": "no"},
    "high_risk": {"rights_risk": "yes", "rights_high_risk": "yes"},
}
"""The legal tests that the one judgement of this page answers; those of other laws stay open."""


class SmallForm(PageForm):
    """Everything on one page. `facts()` is the patch of what was told, `judgement()` that of the risk."""

    instants: ClassVar[tuple[str, ...]] = ("noticed",)

    kind = forms.ChoiceField(label=gettext_lazy("What was it?"), choices=KINDS, initial="misdirected_email")
    summary = forms.CharField(
        label=gettext_lazy("What happened, and what did you do about it?"),
        help_text=gettext_lazy("One or two sentences. No names of the people affected."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say in a sentence what happened.")},
    )
    company = forms.ChoiceField(label=gettext_lazy("Whose incident is it?"), required=False)
    sector = forms.ChoiceField(
        label=gettext_lazy("Do rules of a sector bind the company?"),
        help_text=gettext_lazy(
            "Banks, insurers, telecoms, health, public bodies, energy, transport and other services or industry under "
            "NIS2, software and connected devices, credit reports, companies listed in the United States."
        ),
        choices=[NOT_KNOWN, ("none", gettext_lazy("No, none of these"))],
        required=False,
    )
    place = forms.CharField(
        label=gettext_lazy("Where do the people live?"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"list": "places", "autocomplete": "off"}),
    )
    count = forms.CharField(label=gettext_lazy("How many people's data?"), max_length=60, required=False, initial="1")
    categories = CategoriesField(label=gettext_lazy("Which data?"))
    recipient = forms.ChoiceField(
        label=gettext_lazy("Who got the data?"),
        choices=[
            NOT_KNOWN,
            ("trusted", gettext_lazy("Somebody you can trust")),
            ("bound_by_secrecy", gettext_lazy("Somebody bound to secrecy")),
            ("internal", gettext_lazy("Our own staff")),
            ("other_customer", gettext_lazy("Another customer")),
            ("known_to_subject", gettext_lazy("Somebody the person knows")),
            ("public_authority", gettext_lazy("A public authority")),
            ("malicious", gettext_lazy("Somebody with bad intent")),
            ("public", gettext_lazy("Anybody: it stood open")),
        ],
        required=False,
    )
    assurance = forms.ChoiceField(
        label=gettext_lazy("Did they confirm that the data are deleted?"),
        choices=[
            NOT_KNOWN,
            ("written", gettext_lazy("Yes, in writing")),
            ("oral", gettext_lazy("Yes, by word of mouth")),
            ("none", gettext_lazy("No")),
        ],
        required=False,
    )
    risk = forms.ChoiceField(
        label=gettext_lazy("Is a risk to the rights of these people likely?"),
        choices=RISKS,
        widget=forms.RadioSelect,
        required=False,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why do you judge so?"),
        help_text=gettext_lazy("An inspector reads this first: who got what, what could follow, what was done."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        companies = self.asking.companies
        field = cast("forms.ChoiceField", self.fields["company"])
        field.choices = [(str(one.pk), f"{one.name} ({place_names.name(one.country)})") for one in companies]
        head = self.asking.head
        if head is not None:
            field.initial = str(head.pk)
            self.fields["place"].initial = place_names.name(head.country)

    @property
    def asks_company(self) -> bool:
        """With one company there is nothing to ask."""
        return len(self.asking.companies) > 1

    def groups(self) -> list[tuple[str, list[BoundWidget], bool]]:
        return by_group(self["categories"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("noticed") is None and not any(name.startswith("noticed") for name in self.errors):
            self.add_error("noticed_day", gettext("Give the day on which somebody in your organisation noticed it."))
        try:
            cleaned["people"] = read_count(cleaned.get("count") or "")
        except EntryError as error:
            self.add_error("count", str(error))
        cleaned["where"] = None
        try:
            cleaned["where"] = read_place(cleaned["place"]) if cleaned.get("place") else None
        except EntryError as error:
            self.add_error("place", str(error))
        if cleaned.get("people") and not cleaned.get("place"):
            self.add_error("place", gettext("A number without a place. Write where, or “unknown”."))
        if cleaned.get("risk") and not (cleaned.get("reason") or "").strip():
            self.add_error(
                "reason", gettext("Give the reason for your judgement, or choose “I do not know yet” above.")
            )
        return cleaned

    @property
    def company_chosen(self) -> LegalEntity | None:
        """The company that was chosen, or the one that stands first."""
        wanted = self.cleaned_data.get("company")
        return next((one for one in self.asking.companies if str(one.pk) == wanted), self.asking.head)

    @property
    def reason_given(self) -> str:
        return str(self.cleaned_data.get("reason") or "").strip()

    def facts(self) -> dict[str, Any]:
        """What was told, as a patch of paths, without the judgement of the risk."""
        said = self.cleaned_data
        kind, company = said["kind"], self.company_chosen
        noticed = said["noticed"].to_fact()
        patch: dict[str, Any] = {
            "/organisation/role": "controller",
            "/organisation/establishments": [company.country] if company else None,
            # An empty list is an answer: no such rules. Left out, it is not known.
            "/organisation/regimes": [] if said.get("sector") else None,
            "/cause/type": kind,
            "/cause/intent": "accidental" if kind in DISCLOSED else None,
            "/nature/confidentiality": "suspected" if kind in LOST or kind == "other" else "yes",
            "/timeline/detected_at": noticed,
            "/timeline/became_aware_at": noticed,
            "/exposure/disclosure": "confirmed" if kind in DISCLOSED else None,
            "/exposure/recipient": said.get("recipient"),
            "/exposure/assurance": said.get("assurance"),
        }
        if said.get("where"):
            row = said["where"]
            stated = {**row.to_facts(), "presence": "confirmed", "count": said.get("people")}
            patch |= {f"/affected/{row.row}/{name}": value for name, value in stated.items()}
            patch["/affected_complete"] = "yes"
        for category in said.get("categories", ()):
            patch[f"/data/{category}/status"] = "confirmed"
        if said.get("categories"):
            patch["/data_complete"] = "yes"
        return {path: value for path, value in patch.items() if value or value == []}

    def judgement(self, by: str) -> dict[str, Any]:
        """The officer's judgement as facts: the level, and each legal test with the reason, the person and the time."""
        risk = self.cleaned_data.get("risk")
        if not risk:
            return {}
        record = {"by": by, "at": self.asking.now.isoformat(), "reason": self.reason_given, "documented": "yes"}
        tests = {
            paths.join(["risk", "by_test", test]): {"answer": answer, **record} for test, answer in TESTS[risk].items()
        }
        return {"/risk/level": risk, **tests}
