"""The categories of data as a form offers them: by group, each with its name and what belongs to it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField, BoundWidget
from django.utils.html import format_html
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.translating import translated
from law.taxonomies import load_taxonomies

GROUPS: Mapping[Any, tuple[str, ...]] = {
    gettext_lazy("Who somebody is"): (
        "basic_identity", "contact_details", "national_identifier", "official_document", "image_audio_video", "family",
    ),
    gettext_lazy("Customers and accounts"): (
        "customer_identifier", "account_credentials", "mfa_or_secret", "signature_key", "online_identifier", "vehicle",
    ),
    gettext_lazy("Money"): (
        "bank_account", "payment_card", "transaction_history", "economic_situation", "insurance_data", "social_support",
    ),
    gettext_lazy("Health and what laws protect most"): (
        "health", "health_insurance_id", "genetic", "biometric", "racial_ethnic_origin", "political_opinion",
        "religious_philosophical", "trade_union", "sex_life", "sexual_orientation", "gender_identity",
        "criminal_offence", "professional_secrecy",
    ),
    gettext_lazy("Life, work and movements"): (
        "employment", "education", "location_data", "communications_content", "connection_traffic_data",
        "behaviour_profile", "other",
    ),
}  # fmt: skip
NAMES = {
    "basic_identity": _("Name and birth"),
    "mfa_or_secret": _("Second factors and tokens"),
    "image_audio_video": _("Images, sound and video"),
    "health_insurance_id": _("Health insurance number"),
    "genetic": _("Genetic data"),
    "biometric": _("Biometric data"),
    "racial_ethnic_origin": _("Racial or ethnic origin"),
    "political_opinion": _("Political opinions"),
    "religious_philosophical": _("Religious or philosophical beliefs"),
    "trade_union": _("Trade union membership"),
    "communications_content": _("Content of messages and calls"),
    "connection_traffic_data": _("Connection and traffic data"),
    "other": _("Something else"),
}


def category_name(category: str) -> str:
    """A category in a few words: "Payment card"."""
    return str(NAMES.get(category) or translated(category.replace("_", " ").capitalize()))


def category_choices() -> list[tuple[str, str]]:
    """All categories of the library, in the order of the groups: id -> name with what belongs to it."""
    terms = load_taxonomies().terms["data_category"]
    listed = [category for group in GROUPS.values() for category in group]
    rest = [category for category in terms if category not in listed and category != "not_yet_known"]
    return [(category, _label(category, translated(terms[category].label))) for category in [*listed, *rest]]


def _label(category: str, label: str) -> str:
    name = category_name(category)
    if category in ("other", "genetic", "biometric") or label.casefold() == name.casefold():
        return name
    return format_html('{}<span class="sub d-block">{}</span>', name, label)


class CategoriesField(forms.MultipleChoiceField):
    """Categories of data as boxes to tick."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.CheckboxSelectMultiple, required=False, **kwargs)
        self.choices = category_choices  # asked each time: the words are the reader's


def by_group(bound: BoundField) -> list[tuple[str, list[BoundWidget], bool]]:
    """The boxes of a CategoriesField, group by group, and whether one of the group is ticked."""
    boxes = {str(box.data["value"]): box for box in bound.subwidgets}
    groups = [(str(title), [boxes.pop(category) for category in group]) for title, group in GROUPS.items()]
    groups[-1][1].extend(boxes.values())
    return [(title, found, any(box.data["selected"] for box in found)) for title, found in groups]
