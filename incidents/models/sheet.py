"""The organisation sheet: what a legal person says of itself in peace time, so that nobody looks for it on the day."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from accounts.history import tracked
from accounts.models import LegalEntity, User


@tracked()
class OrganisationSheet(models.Model):
    """One for each legal person; a new case and its documents begin with it. Empty: not said yet."""

    legal_entity = models.OneToOneField(LegalEntity, on_delete=models.PROTECT, related_name="sheet")
    registrations = models.CharField(max_length=300, blank=True, help_text="Numbers in registers")
    address = models.CharField(max_length=300, blank=True, help_text="Postal address")
    dpo = models.CharField(max_length=300, blank=True, help_text="Data protection officer: name, e-mail, telephone")
    contact = models.CharField(max_length=300, blank=True, help_text="Reached on the day: name, e-mail, telephone")
    establishments: "ArrayField[Any, Any]" = ArrayField(
        models.CharField(max_length=2), null=True, help_text="ISO 3166-1 codes; null: not said"
    )
    eu_representative = models.CharField(max_length=300, blank=True, help_text="GDPR Art. 27: name and contact details")
    eu_representative_in = models.CharField(max_length=2, blank=True, help_text="The state it is established in")
    uk_representative = models.CharField(max_length=300, blank=True, help_text="UK GDPR Art. 27: name, contact details")
    ch_representative = models.CharField(
        max_length=300, blank=True, default="", help_text="FADP Art. 14: name, contact details"
    )
    other_representatives: "models.JSONField[list[dict[str, str]], list[dict[str, str]]]" = models.JSONField(
        default=list, blank=True, help_text="In other countries: rows of country (ISO 3166-1) and text"
    )
    regimes: "ArrayField[Any, Any]" = ArrayField(
        models.CharField(max_length=60), null=True, help_text="As in organisation.regimes; null: not said, empty: none"
    )
    portals = models.TextField(blank=True, help_text="Accounts at portals: who holds which; never a password")
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"sheet of {self.legal_entity_id}"

    def facts(self) -> dict[str, Any]:
        """What a new case knows of the organisation by it: a part of the facts document."""
        found: dict[str, Any] = {}
        if self.establishments is not None:
            found["establishments"] = list(self.establishments)
        if self.regimes is not None:
            found["regimes"] = list(self.regimes)
        if representatives := self._representatives():
            found["representatives"] = representatives
        return found

    def _representatives(self) -> list[dict[str, str]]:
        """Each with the territory it stands for, its own country, and its name: the first part of what was entered."""
        named = [
            ("EU", self.eu_representative_in, self.eu_representative),
            ("GB", "GB" if self.uk_representative else "", self.uk_representative),
            ("CH", "CH" if self.ch_representative else "", self.ch_representative),
            *((row["country"], row["country"], row["text"]) for row in self.other_representatives),
        ]
        return [
            {"for": place, "country": country, **({"name": name} if (name := text.partition(",")[0].strip()) else {})}
            for place, country, text in named
            if country
        ]
