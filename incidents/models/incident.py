"""The case: an incident, what it is linked to, who may see it, and the legal persons in it."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import tracked
from accounts.models import LegalEntity, User, Workspace
from accounts.places import validate_time_zone
from incidents.models.figure_triggers import FIGURES_BESIDE


class Phase(models.TextChoices):
    """Phases of a case after ISO/IEC 27035-1 (its first, planning, precedes every case)."""

    DETECTION = "detection", _("Detection and reporting")
    ASSESSMENT = "assessment", _("Assessment and decision")
    RESPONSE = "response", _("Response")
    LESSONS = "lessons", _("Lessons learnt")
    CLOSED = "closed", _("Closed")


class ReferenceCounter(models.Model):
    """The last number given in a workspace and year; year 0 counts all incidents of the workspace.

    A row instead of a database sequence, because a sequence leaves gaps when a transaction rolls
    back, and an inspector asks what happened to number 7.
    """

    # No index of its own: the unique constraint below begins with the workspace.
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves numbering: the upsert in incidents.services.numbering.
            models.UniqueConstraint(fields=["workspace", "year"], name="incidents_counter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.workspace_id}/{self.year}: {self.last}"


@tracked()
class Incident(models.Model):
    """One incident of a workspace. What is known of it stands in the facts of its parties."""

    # No index of its own: the unique constraints below begin with the workspace.
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="incidents", db_index=False)
    # Stands in every address: /w/<slug>/incidents/<number>/...
    number = models.PositiveIntegerField(editable=False)
    reference = models.CharField(max_length=20, editable=False, help_text="INC-2026-014")
    title = models.CharField(max_length=200)
    # Serves "my desk": the cases of one person.
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="incidents_owned")
    deputy = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="incidents_deputised", null=True, blank=True
    )
    time_zone = models.CharField(
        max_length=64,
        validators=[validate_time_zone],
        help_text="The one zone in which this case shows times",
    )
    phase = models.CharField(max_length=16, choices=Phase, default=Phase.DETECTION)
    restricted = models.BooleanField(default=False, help_text="Only people named for this case see it")
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False, editable=False)
    # A drill or a case told again stands still: its clocks are read at this instant, nobody is reminded.
    stands_at = models.DateTimeField(null=True, blank=True, editable=False)
    # A drill (incidents.models.exercise): never in the register, the figures or outside the house.
    exercise = models.BooleanField(default=False, db_default=False, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    closing_reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves access_incident(): the incident named by an address.
            models.UniqueConstraint(fields=["workspace", "number"], name="incidents_incident_number_unique"),
            # Serves search by reference.
            models.UniqueConstraint(fields=["workspace", "reference"], name="incidents_incident_reference_unique"),
            models.CheckConstraint(condition=Q(title__regex=r"\S"), name="incidents_incident_title_given"),
            models.CheckConstraint(condition=Q(phase__in=Phase.values), name="incidents_incident_phase_known"),
            models.CheckConstraint(
                condition=Q(phase=Phase.CLOSED, closed_at__isnull=False, closing_reason__regex=r"\S")
                | (~Q(phase=Phase.CLOSED) & Q(closed_at__isnull=True)),
                name="incidents_incident_closed_with_day_and_reason",
            ),
            # What stands still is neither reminded of nor written about to the outside: so is every exercise.
            models.CheckConstraint(
                condition=Q(exercise=False) | Q(stands_at__isnull=False),
                name="incidents_incident_exercise_stands_still",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # Serves the list of closed cases, last closed first, and the last one of them.
            models.Index(
                F("workspace"),
                F("closed_at").desc(),
                F("number").desc(),
                condition=Q(phase="closed"),
                name="incidents_incident_closed",
            ),
        ]
        triggers: ClassVar = [FIGURES_BESIDE]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def now(self, now: datetime) -> datetime:
        """The instant at which its clocks are read: `now`, or where the case stands still."""
        return self.stands_at or now


@tracked()
class IncidentLink(models.Model):
    """`incident` stands in this relation to `other`: it was found during the examination of `other`."""

    class Kind(models.TextChoices):
        FOUND_DURING = "found_during", _("Found while examining")
        DUPLICATE_OF = "duplicate_of", _("Duplicate of")
        SAME_CAUSE = "same_cause", _("Same cause as")
        CONSEQUENCE_OF = "consequence_of", _("Consequence of")
        SPLIT_FROM = "split_from", _("Split from")
        FOLLOWS = "follows", _("Repeats")

    # No index of its own: the unique constraint below begins with the incident.
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="links", db_index=False)
    # Serves the other end: what points at this incident.
    other = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="links_from")
    kind = models.CharField(max_length=16, choices=Kind)
    note = models.TextField(blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves the links of one incident.
            models.UniqueConstraint(fields=["incident", "other", "kind"], name="incidents_link_once"),
            models.CheckConstraint(condition=~Q(incident=F("other")), name="incidents_link_not_to_itself"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["found_during", "duplicate_of", "same_cause", "consequence_of", "follows", "split_from"]
                ),
                name="incidents_link_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.get_kind_display()} {self.other_id}"

    @property
    def words_from_the_other(self) -> str:
        """How `other` is related to this incident, seen from `other`."""
        return str(FROM_THE_OTHER[self.Kind(self.kind)])


FROM_THE_OTHER = {
    IncidentLink.Kind.FOUND_DURING: _("Found while examining this one"),
    IncidentLink.Kind.DUPLICATE_OF: _("Duplicate of this one"),
    IncidentLink.Kind.SAME_CAUSE: _("Same cause as this one"),
    IncidentLink.Kind.CONSEQUENCE_OF: _("Consequence of this one"),
    IncidentLink.Kind.SPLIT_FROM: _("Split from this one"),
    IncidentLink.Kind.FOLLOWS: _("Repeats this one"),
}


@tracked()
class IncidentAccess(models.Model):
    """A person named for a restricted case."""

    # No index of its own: the unique constraint below begins with the incident.
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="named", db_index=False)
    # Serves visible_incidents(): the restricted cases of one person.
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    granted_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves access_incident() on restricted cases.
            models.UniqueConstraint(fields=["incident", "user"], name="incidents_access_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} may see {self.incident_id}"


@tracked()
class Party(models.Model):
    """A legal person concerned by an incident. Each has its own chain of facts and its own duties.

    Whether it is controller or processor is a fact, perhaps unknown (`organisation.role`); its
    position here only says how it stands to the others.
    """

    class Position(models.TextChoices):
        UNKNOWN = "unknown", _("Not yet known")
        ORGANISATION = "organisation", _("The organisation")
        PARENT = "parent", _("Parent company")
        SUBSIDIARY = "subsidiary", _("Subsidiary")
        SERVICE_COMPANY = "service_company", _("Service company")
        DISTRIBUTOR = "distributor", _("Distributor")
        DEALER = "dealer", _("Dealer")
        OTHER = "other", _("Other")

    # No index of its own: the unique constraint below begins with the incident.
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="parties", db_index=False)
    # Serves the cases of one legal entity.
    legal_entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="parties")
    position = models.CharField(max_length=16, choices=Position, default=Position.UNKNOWN)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name_plural = "parties"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves the parties of one incident.
            models.UniqueConstraint(fields=["incident", "legal_entity"], name="incidents_party_once"),
            models.CheckConstraint(
                condition=Q(
                    position__in=[
                        "unknown",
                        "organisation",
                        "parent",
                        "subsidiary",
                        "service_company",
                        "distributor",
                        "dealer",
                        "other",
                    ]
                ),
                name="incidents_party_position_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.legal_entity} in {self.incident.reference}"
