"""What an officer says when an inspector is invited."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import LegalEntity, Membership
from incidents.access import visible_incidents
from incidents.models import Incident
from law import places


class InspectionForm(forms.Form):
    """Who, why, until when, and how much of the register."""

    name = forms.CharField(
        label=_("Who is invited"), max_length=200, help_text=_("Authority or firm, and the person, as in the log.")
    )
    reason = forms.CharField(
        label=_("On what ground"), max_length=500, help_text=_("Such as: request of 3 November, GDPR Art. 58(1)(a).")
    )
    last_day = forms.DateField(
        label=_("Last day of access"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Until the end of that day."),
    )
    legal_entity = forms.ModelChoiceField(
        LegalEntity.objects.none(), label=_("Organisation"), required=False, empty_label=_("All")
    )
    since = forms.DateField(
        label=_("Cases recorded from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("Cases recorded until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    countries = forms.CharField(
        label=_("People affected in"),
        required=False,
        max_length=200,
        help_text=_("Country codes, such as FR, DE. Empty: all countries."),
    )
    with_documents = forms.BooleanField(label=_("Also show the documents that were sent"), required=False)
    restricted = forms.ModelMultipleChoiceField(
        Incident.objects.none(),
        label=_("Restricted cases to show"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A restricted case is shown only where you tick it here."),
    )

    def __init__(self, data: Any, *, membership: Membership, now: datetime) -> None:
        super().__init__(data)
        self._zone, self._now = ZoneInfo(membership.workspace.time_zone), now
        entities = self.fields["legal_entity"]
        assert isinstance(entities, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        entities.queryset = LegalEntity.objects.filter(workspace=membership.workspace).order_by("name")
        cases = visible_incidents(membership).filter(restricted=True, exercise=False).order_by("-opened_at")
        chosen = self.fields["restricted"]
        assert isinstance(chosen, forms.ModelMultipleChoiceField)  # noqa: S101 - likewise
        chosen.queryset = cases
        if not cases.exists():
            del self.fields["restricted"]

    def clean_countries(self) -> list[str]:
        """The codes in capitals, each of a country that there is."""
        codes = [code.strip().upper() for code in self.cleaned_data["countries"].replace(";", ",").split(",")]
        codes = list(dict.fromkeys(code for code in codes if code))
        strange = [code for code in codes if code not in places.countries()]
        if strange:
            words = gettext("%(codes)s: expected the two letters of a country, such as FR, with commas between them.")
            raise ValidationError(words % {"codes": ", ".join(strange)})
        return codes

    def clean_last_day(self) -> Any:
        """Today or later, in the zone of the workspace."""
        day = self.cleaned_data["last_day"]
        if day < self._now.astimezone(self._zone).date():
            raise ValidationError(gettext("This day has passed. Take today or a later day."))
        return day

    def clean(self) -> dict[str, Any]:
        """Days in their order."""
        said = super().clean() or {}
        since, until = said.get("since"), said.get("until")
        if since and until and until < since:
            self.add_error("until", gettext("This day lies before the first one. Take that day or a later one."))
        return said

    @property
    def expires_at(self) -> datetime:
        """The end of the last day in the zone of the workspace; only of a valid form."""
        return datetime.combine(self.cleaned_data["last_day"], time(23, 59, 59), self._zone)
