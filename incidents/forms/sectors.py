"""The sector of a company, asked in plain words: whoever is in none of them is spared the laws of all."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from incidents.regimes import NO_SECTOR, SECTORS, sector_names

NONE_OF_THEM = gettext_lazy("None of these")


class SectorsField(forms.MultipleChoiceField):
    """Some sectors, or "none"; nothing ticked is not known yet."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        choices = [*((one.id, one.name) for one in SECTORS), (NO_SECTOR, NONE_OF_THEM)]
        super().__init__(choices=choices, required=False, **kwargs)

    def clean(self, value: Any) -> list[str]:
        found: list[str] = super().clean(value)
        if NO_SECTOR in found and len(found) > 1:
            raise ValidationError(
                gettext("“None of these” is ticked together with: %(sectors)s. Untick one or the other.")
                % {"sectors": sector_names(found)}
            )
        return found


def sector_words(sectors: Collection[str]) -> str:
    """The answer in words; empty where it is not known yet."""
    return str(NONE_OF_THEM) if NO_SECTOR in sectors else sector_names(sectors)
