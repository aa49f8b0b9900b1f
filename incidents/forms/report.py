"""The report of an incident: five pages of one question each. "I do not know yet" is an answer on all.

A form reads one page of a ReportDraft and says what it means in facts (incidents.paths). Whatever
was typed is kept by the draft; a form only judges it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, cast

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext, gettext_lazy

from accounts import place_names
from accounts.models import LegalEntity
from incidents.forms.categories import CategoriesField, by_group, category_name
from incidents.forms.instants import InstantForm, Moment
from incidents.forms.people import EntryError, read_count, read_country
from incidents.forms.rows import PeopleRowsForm, place_label
from incidents.forms.sectors import SectorsField, sector_words
from incidents.regimes import regimes_of
from law import places

NEW_COMPANY = "new"
UNKNOWN = "unknown"

Answer = tuple[str, str]
"""One line of the check page: the question in short, the answer in words; "" where not known yet."""


@dataclass(frozen=True)
class Asking:
    """Who is asked where: what the pages offer. `zones`: those to offer first, the preselected one first."""

    now: datetime
    zones: tuple[str, ...]
    companies: Sequence[LegalEntity]
    may_add_company: bool
    workspace_name: str

    @property
    def head(self) -> LegalEntity | None:
        """The company that stands in while nobody knows which: one that no other holds, the first by name."""
        return next((one for one in self.companies if one.parent_id is None), next(iter(self.companies), None))


class PageForm(InstantForm):
    """One page. `facts` and `answers` speak of cleaned data; `unknown_facts` are asked and not known yet."""

    def __init__(self, *args: Any, asking: Asking, **kwargs: Any) -> None:
        self.asking = asking
        super().__init__(*args, zones=asking.zones, now=asking.now, **kwargs)

    def facts(self) -> dict[str, Any]:
        """What the answers say, as a patch of paths."""
        return {}

    def unknown_facts(self) -> list[str]:
        """Paths of facts that were asked and are not known yet."""
        return []

    def answers(self) -> list[Answer]:
        raise NotImplementedError


class WhatForm(PageForm):
    summary = forms.CharField(
        label=gettext_lazy("What happened?"),
        help_text=gettext_lazy("A few sentences for somebody who knows nothing of it. No names of people affected."),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    title = forms.CharField(
        label=gettext_lazy("A short name for the case"),
        help_text=gettext_lazy("A few words that colleagues recognise. You can change it later."),
        max_length=200,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("summary") and not cleaned.get("title") and "summary" not in self.errors:
            self.add_error("summary", gettext("Say it in a few words, or choose “I do not know yet” below."))
        return cleaned

    def answers(self) -> list[Answer]:
        said = self.cleaned_data
        return [(gettext("What happened"), said.get("summary", ""))]


class WhenForm(PageForm):
    instants: ClassVar[tuple[str, ...]] = ("sign", "certain")

    sign_unknown = forms.BooleanField(label=gettext_lazy("I do not know yet when that was"), required=False)
    sure = forms.ChoiceField(
        label=gettext_lazy("Are you reasonably certain that personal data were affected?"),
        choices=[
            ("yes", gettext_lazy("Yes")),
            ("not_yet", gettext_lazy("Not yet")),
            (UNKNOWN, gettext_lazy("I do not know yet")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    why = forms.CharField(
        label=gettext_lazy("What made you certain?"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        sign, certain = cleaned.get("sign"), cleaned.get("certain")
        if sign is None and not cleaned.get("sign_unknown") and not self._faulty("sign"):
            self.add_error("sign_day", gettext("Give the day, or tick “I do not know yet when that was”."))
        if not cleaned.get("sure"):
            self.add_error("sure", gettext("Choose one of the three answers."))
        if cleaned.get("sure") == "yes" and certain is None and not self._faulty("certain"):
            self.add_error("certain_day", gettext("Since when? Give the day, with the time if you know it."))
        if cleaned.get("sure") == "yes" and sign and certain and (certain.until or certain.at) < sign.at:
            self.add_error(
                "certain_day", gettext("This lies before the first sign given above. Correct one of the two.")
            )
        return cleaned

    def _faulty(self, name: str) -> bool:
        return any(f"{name}_{part}" in self.errors for part in ("day", "time", "zone", "which"))

    @property
    def sign(self) -> Moment | None:
        """The first sign, where it is known."""
        return None if self.cleaned_data.get("sign_unknown") else self.cleaned_data.get("sign")

    @property
    def certain(self) -> Moment | None:
        """Since when it has been reasonably certain that personal data were affected."""
        return self.cleaned_data.get("certain") if self.cleaned_data.get("sure") == "yes" else None

    @property
    def start(self) -> Moment | None:
        """The earliest instant from which a clock may run."""
        return self.certain or self.sign

    @property
    def yardstick(self) -> datetime | None:
        """The end of 72 hours, the most common limit, counted from there."""
        return self.start.at + timedelta(hours=72) if self.start else None

    def facts(self) -> dict[str, Any]:
        said = {"/timeline/detected_at": self.sign, "/timeline/became_aware_at": self.certain}
        return {path: moment.to_fact() for path, moment in said.items() if moment}

    def unknown_facts(self) -> list[str]:
        asked = {"/timeline/detected_at": self.sign, "/timeline/became_aware_at": self.certain}
        return [path for path, moment in asked.items() if moment is None]

    def answers(self) -> list[Answer]:
        """The instants themselves are printed by the page, which knows how to write times."""
        return [(gettext("Why certain"), self.cleaned_data["why"])] if self.cleaned_data.get("why") else []


class CompanyForm(PageForm):
    company = forms.ChoiceField(label=gettext_lazy("Which company is concerned first?"), required=False)
    new_name = forms.CharField(label=gettext_lazy("Its name"), max_length=200, required=False)
    new_country = forms.CharField(
        label=gettext_lazy("Country where it is established"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"list": "places", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("What is its role for these data?"),
        help_text=gettext_lazy("It decides whom it must tell: authorities and people, or the company it works for."),
        choices=[
            ("controller", gettext_lazy("It decides why and how the data are used (controller)")),
            ("joint_controller", gettext_lazy("It decides together with others (joint controller)")),
            ("processor", gettext_lazy("It handles them for somebody else (processor)")),
            (UNKNOWN, gettext_lazy("I do not know yet")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    sectors = SectorsField(
        label=gettext_lazy("Is the company one of these?"),
        help_text=gettext_lazy(
            "Laws of a sector bind these only. Tick what fits; leave all open if you do not know yet."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = [(str(one.pk), f"{one.name} ({place_names.name(one.country)})") for one in self.asking.companies]
        new = [(NEW_COMPANY, gettext("Another company"))] if self.may_add else []
        field = cast("forms.ChoiceField", self.fields["company"])
        field.choices = [("", gettext("Choose")), *held, *new]
        if not held:
            field.initial, self.fields["new_name"].initial = NEW_COMPANY, self.asking.workspace_name
        elif len(held) == 1 and not new:
            field.initial = held[0][0]

    @property
    def may_add(self) -> bool:
        """A company that is not listed may be named by who manages the workspace, or where none is listed."""
        return self.asking.may_add_company or not self.asking.companies

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("company") and "company" not in self.errors:
            self.add_error("company", gettext("Choose a company, or choose “I do not know yet” below."))
        if cleaned.get("company") == NEW_COMPANY:
            if not cleaned.get("new_name"):
                self.add_error("new_name", gettext("Write the company's name."))
            try:
                cleaned["country"] = places.country(read_country(cleaned.get("new_country") or "")).code
            except EntryError as error:
                typed = cleaned.get("new_country")
                self.add_error("new_country", str(error) if typed else gettext("Write the country, such as France."))
        if not cleaned.get("role"):
            self.add_error("role", gettext("Choose one of the answers; “I do not know yet” is one of them."))
        return cleaned

    def facts(self) -> dict[str, Any]:
        role, sectors = self.cleaned_data.get("role"), self.cleaned_data.get("sectors")
        patch: dict[str, Any] = {"/organisation/role": role} if role and role != UNKNOWN else {}
        # An empty list is an answer: no rules of any sector. Left out, it is not known.
        return patch | ({"/organisation/regimes": regimes_of(sectors)} if sectors else {})

    def unknown_facts(self) -> list[str]:
        return [] if "/organisation/role" in self.facts() else ["/organisation/role"]

    def answers(self) -> list[Answer]:
        said = self.cleaned_data
        role = said.get("role", "")
        roles = dict(_pairs(cast("forms.ChoiceField", self.fields["role"])))
        return [
            (gettext("Role"), str(roles[role]) if role in roles and role != UNKNOWN else ""),
            (gettext("Sector"), sector_words(said.get("sectors") or [])),
        ]


class DataForm(PageForm):
    categories = CategoriesField(label=gettext_lazy("Which data?"))
    status = forms.ChoiceField(
        label=gettext_lazy("How sure are you of these?"),
        choices=[
            ("confirmed", gettext_lazy("They were affected")),
            ("suspected", gettext_lazy("They may have been affected")),
        ],
        initial="suspected",
        widget=forms.RadioSelect,
        required=False,
    )
    complete = forms.BooleanField(label=gettext_lazy("These are all; no other data were affected"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("categories") and "categories" not in self.errors:
            self.add_error("categories", gettext("Tick what applies, or choose “I do not know yet” below."))
        return cleaned

    def groups(self) -> list[tuple[str, list[BoundWidget], bool]]:
        return by_group(self["categories"])

    def facts(self) -> dict[str, Any]:
        said = self.cleaned_data
        status = said.get("status") or "suspected"
        patch: dict[str, Any] = {f"/data/{category}/status": status for category in said.get("categories", ())}
        return patch | ({"/data_complete": "yes"} if patch and said.get("complete") else {})

    def answers(self) -> list[Answer]:
        said = self.cleaned_data
        names = ", ".join(category_name(one) for one in said.get("categories", ()))
        sure = gettext("affected") if said.get("status") == "confirmed" else gettext("perhaps affected")
        more = gettext("no other data") if said.get("complete") else gettext("there may be more")
        return [(gettext("Data"), f"{names} ({sure}; {more})" if names else "")]


class PeopleForm(PeopleRowsForm, PageForm):
    total = forms.CharField(
        label=gettext_lazy("How many people altogether?"),
        help_text=gettext_lazy("Where only the total is known: 340, at least 500, up to 900, 100 to 900."),
        max_length=60,
        required=False,
    )
    complete = forms.BooleanField(label=gettext_lazy("These are all the places"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        try:
            cleaned["sum"] = read_count(cleaned.get("total") or "")
        except EntryError as error:
            self.add_error("total", str(error))
        if not cleaned.get("people") and not cleaned.get("total") and not self.errors:
            self.add_error("place_0", gettext("Name a place or give a total, or choose “I do not know yet” below."))
        return cleaned

    def facts(self) -> dict[str, Any]:
        patch = self.people_facts()
        if self.cleaned_data.get("sum"):
            patch["/affected_total"] = self.cleaned_data["sum"]
        if patch and self.cleaned_data.get("complete"):
            patch["/affected_complete"] = "yes"
        return patch

    def answers(self) -> list[Answer]:
        words = []
        for place, _, presence, number in self.cleaned_data.get("people", ()):
            how_many = number or gettext("number not known")
            sure = {"suspected": gettext("perhaps"), "ruled_out": gettext("ruled out")}.get(presence, "")
            words.append(f"{place_label(place)}: {', '.join(filter(None, (how_many, sure)))}")
        if self.cleaned_data.get("complete") and words:
            words.append(gettext("no other places"))
        return [
            (gettext("People"), "\n".join(words)),
            (gettext("Altogether"), self.cleaned_data.get("total") or ""),
        ]


def _pairs(field: forms.ChoiceField) -> list[tuple[Any, Any]]:
    return list(field.choices)  # type: ignore[arg-type]  # flat choices: pairs of value and label


PAGES: Mapping[str, type[PageForm]] = {
    "what": WhatForm,
    "when": WhenForm,
    "company": CompanyForm,
    "data": DataForm,
    "people": PeopleForm,
}
"""The pages in their order."""


def bound(page: str, stored: Mapping[str, Any], asking: Asking) -> PageForm:
    """The form of a page with what is stored of it, to be judged."""
    data: MultiValueDict[str, Any] = MultiValueDict({name: list(values) for name, values in stored.items()})
    return PAGES[page](data, asking=asking)


def unbound(page: str, stored: Mapping[str, Any], asking: Asking) -> PageForm:
    """The form of a page as it was left, without judging it."""
    several = {name for name, field in PAGES[page].base_fields.items() if isinstance(field, forms.MultipleChoiceField)}
    initial = {name: values if name in several else values[-1] for name, values in stored.items() if values}
    return PAGES[page](initial=initial, asking=asking)
