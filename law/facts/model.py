"""The facts of one incident as ONE legal person sees them: the input of `law.assess.assess`.

The shape is the published contract "tocsin.facts/1" (docs/law/contract.md). Nearly every key is
optional and unknown by default. Other persons stand in `parties`; each gets a document of its own
where its own duties are asked.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from law import places
from law.facts.terms import TERMS, Listed, PlaceCode, RegionCode, checked, one_of
from law.facts.values import (
    UNKNOWN_COUNT,
    Answer,
    Count,
    Evidence,
    Fact,
    Moment,
    Money,
    PartlyAnswer,
    Point,
    Presence,
    SuspectedAnswer,
    TestAnswer,
)

Role = Literal["controller", "processor", "joint_controller", "unknown"]
Regime = Literal[
    "hipaa_covered_entity", "hipaa_business_associate", "phr_vendor", "glba_financial_institution",
    "nydfs_covered_entity", "sec_registrant", "broker_dealer_us", "bank_us", "bank_service_provider_us",
    "credit_union_us", "insurer_us", "telecom_us", "dod_contractor", "consumer_reporting_agency",
    "information_broker", "payroll_employer", "health_custodian", "eu_ecomms_provider",
    "uk_ecomms_provider", "trust_service_provider", "nis2_essential", "nis2_important",
    "dora_financial_entity", "digital_product_manufacturer", "financial_entity", "insurer", "telecom",
    "critical_infrastructure", "essential_service", "licensed_it_provider", "motor_finance",
    "registered_controller", "public_body", "law_enforcement_authority", "social_security_body",
    "health_care_provider",
]  # fmt: skip
Addressee = Literal[
    "supervisory_authority", "sector_regulator", "attorney_general", "police", "individuals",
    "consumer_reporting_agencies", "controller", "media", "public", "csirt", "other_organisations",
    "employee_representatives", "securities_market",
]  # fmt: skip
EventType = Literal[
    "authority_order", "authority_request", "authority_permission", "law_enforcement_clearance",
    "police_report", "media_report",
]  # fmt: skip
Stage = Literal["assessment", "preliminary", "initial", "follow_up", "final"]
Protection = Literal[
    "none", "encrypted_key_safe", "encrypted_key_compromised", "encrypted_key_unknown", "hashed",
    "pseudonymised", "redacted", "truncated", "tokenised", "anonymised", "unknown",
]  # fmt: skip


class Representative(Fact):
    """A representative in the sense of GDPR Art. 27 or its sisters: `for` names the law's territory."""

    for_: str = Field(alias="for")
    country: PlaceCode
    name: str = ""


class RegimeEntry(Fact):
    """A regime that binds the organisation, where it needs a place or is only suspected."""

    id: Regime
    country: PlaceCode | None = None
    subdivision: PlaceCode | None = None
    status: Presence = "confirmed"


class Organisation(Fact):
    """The legal person whose duties are asked."""

    name: str = Field(min_length=1)
    country: PlaceCode | None = None
    subdivision: PlaceCode | None = None
    role: Role = "unknown"
    data_relation: Literal["owner", "licensee", "maintainer", "unknown"] = "unknown"
    kind: Literal["business", "non_profit", "public_body", "individual", "unknown"] = "unknown"
    public_level: Literal["national", "state", "local", "court", "unknown"] = "unknown"
    employees: Count = UNKNOWN_COUNT
    annual_turnover: Money | None = None
    small_agent: Answer = "unknown"
    does_business_in: tuple[PlaceCode, ...] | None = None
    establishments: tuple[PlaceCode, ...] | None = None
    main_establishment_eu: (
        Annotated[str, BeforeValidator(checked("the code of a place", places.name, "none")), Listed("place", ("none",))]
        | None
    ) = None
    cross_border_eu: Answer = "unknown"
    representatives: tuple[Representative, ...] = ()
    notifies: Literal["self", "other", "unknown"] = "unknown"
    regimes: tuple[Regime | RegimeEntry, ...] | None = None


class Party(Fact):
    """Another legal person involved, as the organisation sees it."""

    id: str = Field(min_length=1)
    name: str = ""
    country: PlaceCode | None = None
    role: Literal["controller", "processor", "joint_controller", "sub_processor", "dealer", "other", "unknown"] = (
        "unknown"
    )
    agent: Answer = "unknown"
    aware_at: Point | None = None
    told_us_at: Point | None = None
    we_told_at: Point | None = None


class Processing(Fact):
    """The processing that was hit, whatever part of it was affected."""

    total_subjects: Count = UNKNOWN_COUNT
    records: Count = UNKNOWN_COUNT
    authorised_users: Count = UNKNOWN_COUNT
    security_level: Literal["basic", "medium", "high", "unknown"] = "unknown"
    part_affected: Literal["all", "substantial", "small", "unknown"] = "unknown"


class Nature(Fact):
    """Which of confidentiality, integrity and availability was breached (GDPR Art. 4(12))."""

    confidentiality: SuspectedAnswer = "unknown"
    integrity: SuspectedAnswer = "unknown"
    availability: SuspectedAnswer = "unknown"


class Records(Fact):
    """The medium on which the data stood."""

    medium: tuple[Literal["electronic", "paper", "paper_from_electronic", "oral"], ...] | None = None


class Cause(Fact):
    """How it came about, as far as known."""

    type: Annotated[str, one_of("incident_type"), Listed("incident_type")] = "not_yet_known"
    actor: Literal["internal", "external", "processor", "unknown"] = "unknown"
    intent: Literal["malicious", "possibly_malicious", "deliberate", "accidental", "unknown"] = "unknown"
    locus: Literal["own_systems", "processor", "product", "supply_chain", "premises", "in_transit", "unknown"] = (
        "unknown"
    )
    own_violation: Answer = "unknown"
    safeguard_failure: Answer = "unknown"


class IncidentClass(Fact):
    """An official scheme's own class of the incident, and when it was given."""

    scheme: str
    class_: str = Field(alias="class")
    at: Point | None = None


class Disruption(Fact):
    """What the incident did to the service itself. `hours`: length so far, in hours."""

    material: Answer = "unknown"
    hours: Count = UNKNOWN_COUNT
    users: Count = UNKNOWN_COUNT
    essential_service: Answer = "unknown"


class IncidentFacts(Fact):
    """The security incident as such, beside the personal data in it."""

    cyber: Answer = "unknown"
    systems: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()
    pattern: Answer = "unknown"
    national_security: Answer = "unknown"
    public_services: Answer = "unknown"
    classes: tuple[IncidentClass, ...] = ()
    disruption: Disruption = Disruption()
    direct_loss: Money | None = None


class Extortion(Fact):
    """Ransom: demanded, paid, when and how much."""

    ransomware: SuspectedAnswer = "unknown"
    demand: SuspectedAnswer = "unknown"
    payment: SuspectedAnswer = "unknown"
    paid_at: Point | None = None
    amount: Money | None = None


class Timeline(Fact):
    """The instants from which clocks run. Each is a different one; none stands in for another."""

    occurred_from: Point | None = None
    occurred_until: Point | None = None
    detected_at: Point | None = None
    suspected_at: Point | None = None
    should_have_known_at: Point | None = None
    became_aware_at: Point | None = None
    determined_at: Point | None = None
    scope_identified_at: Point | None = None
    affected_identified_at: Point | None = None
    responsible_informed_at: Point | None = None
    materiality_determined_at: Point | None = None
    contained_at: Point | None = None
    restored_at: Point | None = None
    handling_ended_at: Point | None = None


class Event(Fact):
    """An act of somebody else that a law ties something to."""

    type: EventType
    at: Point | None = None
    by: str = ""
    jurisdiction: PlaceCode | None = None
    until: Point | None = None


class Notice(Fact):
    """A notification or notice that has already been sent."""

    addressee: Addressee
    jurisdiction: PlaceCode | None = None
    duty: str | None = None
    stage: Stage | None = None
    first_sent_at: Point | None = None
    completed_at: Point | None = None
    received_at: Point | None = None
    count: Count = UNKNOWN_COUNT


class Exposure(Fact):
    """What happened to the data, on the evidence scale; "no evidence" is not "ruled out"."""

    access: Evidence = "unknown"
    exfiltration: Evidence = "unknown"
    misuse: Evidence = "unknown"
    acquisition: Evidence = "unknown"
    use: Evidence = "unknown"
    disclosure: Evidence = "unknown"
    loss: Evidence = "unknown"
    alteration: Evidence = "unknown"
    destruction: Evidence = "unknown"
    published: Evidence = "unknown"
    evidence_basis: Literal["reliable_logs", "partial_logs", "no_logs", "not_examined", "unknown"] = "unknown"
    recipient: Literal[
        "public", "malicious", "trusted", "internal", "other_customer", "former_staff",
        "bound_by_secrecy", "same_regime", "public_authority", "known_to_subject", "unknown",
    ] = "unknown"  # fmt: skip
    recipients: Count = UNKNOWN_COUNT
    left_organisation: Answer = "unknown"
    good_faith_internal: Answer = "unknown"
    viewed: Answer = "unknown"
    retained: Answer = "unknown"
    assurance: Literal["none", "oral", "written", "attested", "unknown"] = "unknown"
    recovered: PartlyAnswer = "unknown"
    backup_available: Answer = "unknown"
    restored: PartlyAnswer = "unknown"


class AffectedGroup(Fact):
    """People affected: one country (or region, or "unknown") and, where data differ, one group of it.

    `country` is where they reside, unless `basis` says otherwise.
    """

    keeps_unknown: ClassVar[frozenset[str]] = frozenset({"country"})
    id: str = Field(min_length=1)
    country: (
        Annotated[
            str, BeforeValidator(checked("the code of a place", places.name, "unknown")), Listed("place", ("unknown",))
        ]
        | None
    ) = None
    region: RegionCode | None = None
    subdivision: PlaceCode | None = None
    presence: Presence = "unknown"
    basis: tuple[Literal["resident", "citizen", "present", "customer_of_local_dealer", "employed_there"], ...] = (
        "resident",
    )
    targeted: Answer = "unknown"
    subjects: tuple[Annotated[str, one_of("subject_category"), Listed("subject_category")], ...] = ()
    persons: Literal["natural", "deceased", "juristic"] = "natural"
    count: Count = UNKNOWN_COUNT
    at_risk_count: Count = UNKNOWN_COUNT
    records: Count = UNKNOWN_COUNT
    overlaps: tuple[str, ...] = ()
    minors: Answer = "unknown"
    youngest_age: int | None = Field(default=None, ge=0, le=130)
    elderly: Answer = "unknown"
    vulnerable: Answer = "unknown"
    represented: Answer = "unknown"
    identified: Answer = "unknown"
    without_contact: Count = UNKNOWN_COUNT
    notice_cost: Money | None = None
    channel_compromised: Answer = "unknown"
    languages: tuple[str, ...] = ()


class DataItem(Fact):
    """One category or element of data and what is known of it. Missing `groups`: of all groups."""

    keeps_unknown: ClassVar[frozenset[str]] = frozenset({"category"})
    category: Annotated[
        str,
        BeforeValidator(checked("an id of a data category or element", TERMS.category_of, "unknown")),
        Listed("data", ("unknown",)),
    ]
    status: Presence = "unknown"
    protection: Protection = "unknown"
    protection_standard: Literal["recognised", "weak", "unknown"] = "unknown"
    protected_before: Answer = "unknown"
    groups: tuple[str, ...] | None = None
    linked: Answer = "unknown"
    held_as: tuple[
        Literal[
            "phi", "phr", "cpni", "financial_customer", "member", "personnel", "motor_vehicle_record",
            "my_number", "telecom",
        ], ...
    ] = ()  # fmt: skip
    opens: tuple[Literal["email", "financial", "health", "online_account"], ...] = ()
    usable_alone: Answer = "unknown"
    precision: Literal["precise", "approximate", "unknown"] = "unknown"
    public_already: Answer = "unknown"
    stale: Answer = "unknown"


class TestRecord(Fact):
    """An officer's answer to a legal test, with who, when and why. `at` starts clocks of some laws."""

    __test__: ClassVar[bool] = False  # not a test class of the test runner
    answer: TestAnswer = "unknown"
    at: Point | None = None
    by: str = ""
    reason: str = ""
    documented: Answer = "unknown"
    made_by: Literal["organisation", "counsel", "authority", "other", "unknown"] = "unknown"
    consulted: tuple[str, ...] = ()
    filed_at: Point | None = None
    groups: tuple[str, ...] = ()


class Consequence(Fact):
    """A consequence for the people affected, and how likely it is thought to be."""

    id: Annotated[str, one_of("consequence"), Listed("consequence")]
    likelihood: Literal["remote", "possible", "likely", "occurred", "unknown"] = "unknown"


def _answered(value: object) -> object:
    """Tests without an answer are left out, for `null` and "unknown" say what a missing key says."""
    if not isinstance(value, dict):
        return value
    return {key: answer for key, answer in value.items() if answer is not None and answer != "unknown"}


class Risk(Fact):
    """The officer's own judgement. A method's proposal never stands here."""

    level: Literal["unlikely", "risk", "high_risk", "unknown"] = "unknown"
    by_test: Annotated[dict[str, TestAnswer | TestRecord], BeforeValidator(_answered)] = Field(default_factory=dict)
    consequences: tuple[Consequence, ...] = ()


class IdentityProtection(Fact):
    """An offer of identity protection to the people affected. `months`: its length."""

    offered: Answer = "unknown"
    months: int | None = Field(default=None, ge=0)
    waiver_required: Answer = "unknown"
    card_required: Answer = "unknown"


class Measures(Fact):
    """Measures that laws attach an effect to."""

    high_risk_no_longer_likely: Answer = "unknown"
    individual_notice_disproportionate: Answer = "unknown"
    harm_prevented: Answer = "unknown"
    own_notice_policy: Answer = "unknown"
    written_security_programme: Answer = "unknown"
    identity_protection: IdentityProtection = IdentityProtection()


class Delay(Fact):
    """A ground for waiting that somebody else has set."""

    ground: Literal["law_enforcement", "national_security", "restore_integrity", "authority_permission", "other"]
    by: str = ""
    jurisdiction: PlaceCode | None = None
    written: Answer = "unknown"
    requested_at: Point | None = None
    until: Point | None = None


class Claim(Fact):
    """A defence relied upon. This is the one list where absence means "not claimed"."""

    exemption: str
    jurisdiction: PlaceCode | None = None
    reason: str = ""
    by: str = ""
    at: Point | None = None
    documented: Answer = "unknown"
    filed_at: Point | None = None
    consulted: tuple[str, ...] = ()
    relies_on: str | None = None


class Provenance(Fact):
    """Where a value comes from. Keys of `provenance` are JSON pointers into the document."""

    state: Literal["known", "not_yet_known", "unknown_for_good", "not_applicable", "unknown"] = "unknown"
    as_of: Point | None = None
    from_: str = Field(default="", alias="from")
    approximate: bool = False
    confidential: bool = False


class BreachFacts(Fact):
    """The whole facts document of contract "tocsin.facts/1"."""

    schema_: Literal["tocsin.facts/1"] = Field(default="tocsin.facts/1", alias="schema")
    organisation: Organisation
    parties: tuple[Party, ...] = ()
    processing: Processing = Processing()
    nature: Nature = Nature()
    records: Records = Records()
    cause: Cause = Cause()
    incident: IncidentFacts = IncidentFacts()
    extortion: Extortion = Extortion()
    timeline: Timeline = Timeline()
    events: tuple[Event, ...] = ()
    notices: tuple[Notice, ...] = ()
    exposure: Exposure = Exposure()
    affected: tuple[AffectedGroup, ...] = ()
    affected_total: Count = UNKNOWN_COUNT
    affected_complete: Answer = "unknown"
    data: tuple[DataItem, ...] = ()
    data_complete: Answer = "unknown"
    risk: Risk = Risk()
    measures: Measures = Measures()
    law_enforcement_delay_until: Moment | None = None
    delays: tuple[Delay, ...] = ()
    claims: tuple[Claim, ...] = ()
    provenance: dict[str, Provenance] = Field(default_factory=dict)
