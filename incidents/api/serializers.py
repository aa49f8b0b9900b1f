"""The shapes in which cases leave the API. Field names are stable: additions are welcome, nothing is renamed."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from incidents.api.pages import InstantField, ReadOnlyModelSerializer
from incidents.models import FactsRevision, Obligation, Phase
from incidents.selectors.duties import Duty
from incidents.selectors.worklist import WorkRow


class PersonSerializer(serializers.Serializer[Any]):
    """A member of the workspace."""

    name = serializers.CharField(source="display_name")
    email = serializers.EmailField()


class IncidentSerializer(serializers.Serializer[WorkRow]):
    """One incident as the list shows it."""

    number = serializers.IntegerField(source="incident.number", help_text="Stands in every address of the case")
    reference = serializers.CharField(source="incident.reference", help_text="INC-2026-014")
    title = serializers.CharField(source="incident.title")
    phase = serializers.ChoiceField(source="incident.phase", choices=Phase.choices)
    restricted = serializers.BooleanField(source="incident.restricted")
    time_zone = serializers.CharField(source="incident.time_zone", help_text="IANA name")
    owner = PersonSerializer(source="incident.owner")
    deputy = PersonSerializer(source="incident.deputy", allow_null=True)
    opened_at = InstantField(source="incident.opened_at")
    closed_at = InstantField(source="incident.closed_at", allow_null=True)
    stands_at = InstantField(
        source="incident.stands_at",
        allow_null=True,
        help_text="Where the case stands still: a drill, a case retold",
    )
    next_due = InstantField(source="next_at", allow_null=True, help_text="The open deadline that leads")
    next_due_is_law = serializers.BooleanField(
        source="legal", help_text="False: a regulator's yardstick or a voluntary duty"
    )
    duties_required = serializers.IntegerField(source="required")
    duties_done = serializers.IntegerField(source="done", help_text="Of those required: fulfilled or decided")
    duties_depending = serializers.IntegerField(source="depends")
    people_low = serializers.IntegerField(allow_null=True, help_text="null: no number known")
    people_high = serializers.IntegerField(allow_null=True, help_text="null: no upper bound known")
    decision_needed = serializers.BooleanField()


class PartySerializer(serializers.Serializer[Any]):
    """A legal person concerned by the case."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField(source="legal_entity.name")
    country = serializers.CharField(source="legal_entity.country", help_text="ISO 3166-1")
    position = serializers.CharField()


class FulfilmentSerializer(serializers.Serializer[Any]):
    """That a duty was fulfilled."""

    at = InstantField()
    channel = serializers.CharField()
    manner = serializers.CharField()
    reference = serializers.CharField()


class DecisionSerializer(serializers.Serializer[Any]):
    """A person's decision about a duty."""

    kind = serializers.CharField()
    reason = serializers.CharField()
    decided_by = serializers.CharField(source="decided_by.display_name")
    decided_at = InstantField()
    approved_at = InstantField(allow_null=True)


class DutySerializer(ReadOnlyModelSerializer):
    """One duty (one stage of it) of one party of the case."""

    party = PartySerializer()
    state = serializers.ChoiceField(
        choices=["done", "decided", "overdue", "open", "not_required"],
        help_text="Where it stands now, or where the case stands still",
    )
    why = serializers.CharField(help_text="The reason in one line; empty for a duty entered by hand")
    fulfilment = FulfilmentSerializer(allow_null=True)
    decision = DecisionSerializer(allow_null=True)

    class Meta:
        model = Obligation
        fields = (
            "id", "party", "origin", "duty", "jurisdiction", "stage", "variant", "title", "kind", "addressee",
            "authority", "provision", "source", "binding", "outcome", "state", "found", "limit_kind", "due",
            "due_arguable", "outer_due", "guideline_due", "why", "fulfilment", "decision", "updated_at",
        )  # fmt: skip
        read_only_fields = fields

    def to_representation(self, instance: Any) -> Any:
        """From a Duty of the selectors: the obligation with what was done about it."""
        duty: Duty = instance
        row: Any = duty.obligation
        row.state, row.fulfilment, row.decision = str(duty.state), duty.fulfilment, duty.decision
        row.why = row.details.get("line", "")
        return super().to_representation(row)


class FactsSerializer(ReadOnlyModelSerializer):
    """The newest facts document of one party, with the revision that made it so."""

    party = PartySerializer()
    author = serializers.CharField(source="author.display_name")
    document = serializers.SerializerMethodField(help_text="A document of contract tocsin.facts/1")

    class Meta:
        model = FactsRevision
        fields = ("party", "number", "digest", "author", "reason", "known_at", "recorded_at", "document")
        read_only_fields = fields

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_document(self, revision: FactsRevision) -> dict[str, Any]:
        return {"schema": "tocsin.facts/1", **revision.document}
