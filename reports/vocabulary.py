"""The facts and answers of a document as JSON-LD 1.1 in terms of the W3C Data Privacy Vocabulary (DPV 2.2). Pure.

The context is embedded: nothing is loaded from the network to read it. Where DPV has a term it is used; counts, places
and the answers to a regulator's questions have none there and stand in a namespace of their own. Categories of the
taxonomy are named by their own ids, with DPV's class beside them. What is not known says so, or is left out; it is
never stated as its contrary.

Terms read at the source on 2026-11-27: w3id.org/dpv (core), /risk and /legal/eu/gdpr, version 2.2.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

CONTEXT: Mapping[str, Any] = {
    "@version": 1.1,
    "dpv": "https://w3id.org/dpv#",
    "risk": "https://w3id.org/dpv/risk#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "tocsin": "urn:tocsin:vocabulary:1:",
    "tocsin:becameAwareAt": {"@type": "xsd:dateTime"},
    "tocsin:detectedAt": {"@type": "xsd:dateTime"},
    "tocsin:occurredFrom": {"@type": "xsd:dateTime"},
    "tocsin:occurredUntil": {"@type": "xsd:dateTime"},
    "dct:created": {"@type": "xsd:dateTime"},
}
DPV_TERMS = frozenset({
    "dpv:DataController", "dpv:DataProcessor", "dpv:DataSubProcessor", "dpv:JointDataControllers", "dpv:DataSubject",
    "dpv:PersonalData", "dpv:TechnicalOrganisationalMeasure", "dpv:hasDataController", "dpv:hasDataProcessor",
    "dpv:hasDataSubject", "dpv:hasNotice", "dpv:hasPersonalData", "dpv:hasStatus",
    "dpv:hasTechnicalOrganisationalMeasure",
    "risk:AvailabilityIncident", "risk:ConfidentialityIncident", "risk:Incident", "risk:IncidentMitigationMeasure",
    "risk:IncidentOngoing", "risk:IncidentReport", "risk:IncidentSuspected", "risk:IntegrityIncident",
    "eu-gdpr:AvailabilityBreach", "eu-gdpr:ConfidentialityBreach", "eu-gdpr:DBIAIndicatesHighRisk",
    "eu-gdpr:DBIAIndicatesLowRisk", "eu-gdpr:DBIAIndicatesNoRisk", "eu-gdpr:DPABreachInitialNotice",
    "eu-gdpr:DPAPhasedBreachNotice", "eu-gdpr:DataBreach", "eu-gdpr:DataSubjectBreachNotice",
    "eu-gdpr:IntegrityBreach",
})  # fmt: skip
"""Every term of DPV that may be written here; a test holds the output to it."""

_ROLES = {
    "controller": ("dpv:hasDataController", "dpv:DataController"),
    "joint_controller": ("dpv:hasDataController", "dpv:DataController"),
    "processor": ("dpv:hasDataProcessor", "dpv:DataProcessor"),
    "sub_processor": ("dpv:hasDataProcessor", "dpv:DataSubProcessor"),
}
_RISK = {
    "unlikely": "eu-gdpr:DBIAIndicatesNoRisk",
    "risk": "eu-gdpr:DBIAIndicatesLowRisk",
    "high_risk": "eu-gdpr:DBIAIndicatesHighRisk",
}
"""As the EDPB uses the levels: "risk" is a risk that is not high."""
_NATURE = ("confidentiality", "integrity", "availability")


def linked(snapshot: Mapping[str, Any], answers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The JSON-LD document of one document's snapshot and printed answers."""
    base = f"urn:tocsin:{snapshot['reference']}"
    incident = f"{base}:incident"
    return {
        "@context": dict(CONTEXT),
        "@graph": [
            {"@id": incident, **_incident(snapshot, base)},
            {
                "@id": base,
                "@type": _notice(snapshot),
                "dct:subject": {"@id": incident},
                "dct:language": snapshot["language"],
                "dct:created": snapshot["taken_at"],
                "dct:identifier": snapshot["reference"],
                "tocsin:form": snapshot["form"]["id"],
                "tocsin:factsDigest": snapshot["revision"]["digest"],
                "tocsin:answer": [_answer(row) for row in answers],
            },
        ],
    }


def _gdpr(snapshot: Mapping[str, Any]) -> bool:
    """Is it a document under the GDPR itself, whose terms may be used?"""
    return str((snapshot.get("duty") or {}).get("id", "")).startswith("gdpr.")


def _incident(snapshot: Mapping[str, Any], base: str) -> dict[str, Any]:
    facts, gdpr = snapshot["facts"], _gdpr(snapshot)
    nature = facts.get("nature") or {}
    stated = [name for name in _NATURE if nature.get(name) in ("yes", "suspected")]
    kinds = [f"eu-gdpr:{name.capitalize()}Breach" for name in stated] if gdpr else []
    kinds += [f"risk:{name.capitalize()}Incident" for name in stated]
    timeline = facts.get("timeline") or {}
    said: dict[str, Any] = {
        "@type": [*(["eu-gdpr:DataBreach"] if gdpr else ["risk:Incident"]), *kinds],
        **_status(nature, timeline, facts, gdpr=gdpr),
        **_people_and_data(facts, base),
        **_measures(snapshot.get("measures", ())),
    }
    for field, fact in (
        ("tocsin:becameAwareAt", "became_aware_at"),
        ("tocsin:detectedAt", "detected_at"),
        ("tocsin:occurredFrom", "occurred_from"),
        ("tocsin:occurredUntil", "occurred_until"),
    ):
        value = timeline.get(fact)
        if isinstance(value, Mapping):
            said[field] = {"tocsin:earliest": value["earliest"], "tocsin:latest": value["latest"]}
        elif value and value != "not_yet":
            said[field] = value
    return {**said, **_organisations(snapshot)}


def _status(
    nature: Mapping[str, Any], timeline: Mapping[str, Any], facts: Mapping[str, Any], *, gdpr: bool
) -> dict[str, Any]:
    found = []
    if "suspected" in nature.values() and "yes" not in nature.values():
        found.append("risk:IncidentSuspected")
    if timeline.get("occurred_until") == "not_yet":
        found.append("risk:IncidentOngoing")
    level = (facts.get("risk") or {}).get("level")
    if gdpr and level in _RISK:
        found.append(_RISK[level])
    return {"dpv:hasStatus": [{"@id": one} for one in found]} if found else {}


def _organisations(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    facts = snapshot["facts"]
    own = {**snapshot["organisation"], "role": (facts.get("organisation") or {}).get("role")}
    found: dict[str, list[dict[str, Any]]] = {}
    for one in (own, *facts.get("parties", ())):
        relation, kind = _ROLES.get(one.get("role") or "", ("tocsin:party", "tocsin:Party"))
        about = {"@type": kind, "dct:title": one.get("name"), "tocsin:country": one.get("country")}
        found.setdefault(relation, []).append({name: value for name, value in about.items() if value})
    return dict(found)


def _people_and_data(facts: Mapping[str, Any], base: str) -> dict[str, Any]:
    people = [
        {
            "@id": f"{base}:people:{row['id']}",
            "@type": "dpv:DataSubject",
            "tocsin:presence": row.get("presence", "unknown"),
            "tocsin:place": row.get("country") or row.get("region") or "unknown",
            "tocsin:subjects": list(row.get("subjects", ())),
            **({"tocsin:count": row["count"]} if row.get("count") else {}),
        }
        for row in facts.get("affected", ())
        if row.get("presence") != "ruled_out"
    ]
    data = [
        {
            "@type": "dpv:PersonalData",
            "dct:identifier": f"tocsin.data/{row['category']}",
            "tocsin:status": row.get("status", "unknown"),
            **({"dpv:hasDataSubject": [{"@id": f"{base}:people:{one}"} for one in row["groups"]]}
               if row.get("groups") else {}),
        }
        for row in facts.get("data", ())
        if row.get("status") != "ruled_out"
    ]  # fmt: skip
    return {
        **({"dpv:hasDataSubject": people} if people else {}),
        **({"dpv:hasPersonalData": data} if data else {}),
    }


def _measures(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    found = [
        {
            "@type": "risk:IncidentMitigationMeasure"
            if row["time"] == "after"
            else "dpv:TechnicalOrganisationalMeasure",
            "dct:identifier": f"tocsin.measure/{row['measure']}",
            "tocsin:state": row["state"],
        }
        for row in rows
    ]
    return {"dpv:hasTechnicalOrganisationalMeasure": found} if found else {}


def _notice(snapshot: Mapping[str, Any]) -> str:
    if not _gdpr(snapshot):
        return "risk:IncidentReport"
    if str(snapshot["form"]["id"]).startswith("letter."):
        return "eu-gdpr:DataSubjectBreachNotice"
    return "eu-gdpr:DPABreachInitialNotice" if snapshot["phase"] == "initial" else "eu-gdpr:DPAPhasedBreachNotice"


def _answer(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "dct:identifier": row["field"],
        "dct:title": row["label"],
        "tocsin:state": row["state"],
        "tocsin:text": row["text"],
        "tocsin:facts": list(row["facts"]),
    }


def terms_of(value: object) -> Iterator[str]:
    """Every prefixed term that a document uses, as property, type or reference."""
    if isinstance(value, Mapping):
        for name, held in value.items():
            if name == "@context":
                continue
            if ":" in name:
                yield name
            if name in ("@type", "@id"):
                yield from [held] if isinstance(held, str) else held
            else:
                yield from terms_of(held)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from terms_of(one)
