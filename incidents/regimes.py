"""Special regimes by name: the ids of organisation.regimes as a reader knows them, the usual ones first.

A name says where a regime holds if it holds in one place only; the law library decides what follows from it.
Nobody knows three dozen regimes at night, but everybody knows the own sector: so the sectors are asked first.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NAMES: dict[str, Promise] = {
    "financial_entity": _("Financial institution"),
    "insurer": _("Insurer"),
    "telecom": _("Telecommunications provider"),
    "health_care_provider": _("Provider of health or medico-social care"),
    "health_custodian": _("Custodian of health information (Canada, Australia)"),
    "public_body": _("Public body"),
    "law_enforcement_authority": _("Authority that prevents or prosecutes crime"),
    "social_security_body": _("Body that grants or administers social benefits"),
    "critical_infrastructure": _("Operator of critical infrastructure"),
    "essential_service": _("Provider of an essential service"),
    "trust_service_provider": _("Trust service provider (electronic signatures, certificates)"),
    "digital_product_manufacturer": _("Manufacturer of products with digital elements"),
    "consumer_reporting_agency": _("Consumer reporting agency (credit reports)"),
    "information_broker": _("Information broker"),
    "licensed_it_provider": _("Licensed provider of information technology services"),
    "motor_finance": _("Motor finance"),
    "registered_controller": _("Controller in the public register"),
    "eu_ecomms_provider": _("Provider of electronic communications (European Union)"),
    "nis2_essential": _("Essential entity under NIS2 (European Union)"),
    "nis2_important": _("Important entity under NIS2 (European Union)"),
    "dora_financial_entity": _("Financial entity under DORA (European Union)"),
    "uk_ecomms_provider": _("Provider of electronic communications (United Kingdom)"),
    "hipaa_covered_entity": _("Covered entity under HIPAA (United States)"),
    "hipaa_business_associate": _("Business associate under HIPAA (United States)"),
    "phr_vendor": _("Vendor of personal health records (United States)"),
    "glba_financial_institution": _("Financial institution under GLBA (United States)"),
    "nydfs_covered_entity": _("Covered entity of NYDFS (New York)"),
    "sec_registrant": _("Registrant of the SEC (United States)"),
    "broker_dealer_us": _("Broker or dealer (United States)"),
    "bank_us": _("Bank (United States)"),
    "bank_service_provider_us": _("Service provider of a bank (United States)"),
    "credit_union_us": _("Credit union (United States)"),
    "insurer_us": _("Insurer (United States)"),
    "telecom_us": _("Telecommunications carrier (United States)"),
    "dod_contractor": _("Contractor of the Department of Defense (United States)"),
    "payroll_employer": _("Employer or payroll service (Virginia)"),
}


@dataclass(frozen=True)
class Sector:
    """A sector in plain words, and the regimes that may bind whoever is in it."""

    id: str
    name: Promise
    regimes: tuple[str, ...]


NO_SECTOR = "none"
OF_IMPORTANCE = ("critical_infrastructure", "essential_service", "nis2_essential", "nis2_important")
"""What may bind a company for its weight, in every sector that such laws list.

Directive (EU) 2022/2555, Annexes I and II: banking, health, digital infrastructure, public administration and makers as
well as energy, water and transport; laws on critical infrastructure elsewhere draw the circle alike.
"""
SECTORS = (
    Sector(
        "finance",
        _("Bank, insurer, broker, lender or another financial company, or one that works for banks"),
        (
            "financial_entity", "insurer", "dora_financial_entity", "motor_finance", "glba_financial_institution",
            "nydfs_covered_entity", "broker_dealer_us", "bank_us", "bank_service_provider_us", "credit_union_us",
            "insurer_us", "hipaa_covered_entity", "hipaa_business_associate", *OF_IMPORTANCE,
        ),
    ),
    Sector(
        "telecom",
        _("Telephone, internet or messaging provider"),
        ("telecom", "eu_ecomms_provider", "uk_ecomms_provider", "telecom_us", *OF_IMPORTANCE),
    ),
    Sector(
        "health",
        _("Hospital, practice, pharmacy, care, health insurer, one that works for these, or an app for health records"),
        (
            "health_care_provider", "health_custodian", "hipaa_covered_entity", "hipaa_business_associate",
            "phr_vendor", "insurer", "insurer_us", "public_body", *OF_IMPORTANCE,
        ),
    ),
    Sector(
        "public",
        _("Authority, police, social security or another public body"),
        (
            "public_body", "law_enforcement_authority", "social_security_body", "health_care_provider",
            "health_custodian", "hipaa_covered_entity", *OF_IMPORTANCE,
        ),
    ),
    Sector(
        "essential",
        _("Energy, water, transport, post, waste, food, chemicals, data centre or another important service (NIS2), "
          "or a larger maker of vehicles, machines, electronics or medical devices"),
        (*OF_IMPORTANCE, "digital_product_manufacturer", "eu_ecomms_provider"),
    ),
    Sector(
        "digital",
        _("Maker or seller of software or connected devices; signatures and certificates; licensed IT services"),
        ("digital_product_manufacturer", "trust_service_provider", "licensed_it_provider", *OF_IMPORTANCE),
    ),
    Sector(
        "data_trade",
        _("Credit reports, trade in personal data, or a controller in a public register"),
        ("consumer_reporting_agency", "information_broker", "registered_controller"),
    ),
    Sector(
        "united_states",
        _("Listed in the United States, contractor of its Department of Defense, or employer of people in Virginia"),
        ("sec_registrant", "dod_contractor", "payroll_employer"),
    ),
)  # fmt: skip
"""Every regime stands in at least one of them, and in each that it may reach: what a sector leaves out is taken not to
bind. Whoever is in none of them is bound by no regime."""


def regimes_of(sectors: Collection[str]) -> list[dict[str, Any]]:
    """What organisation.regimes says of a company in these sectors: any regime of theirs may bind it, no other does."""
    within = dict.fromkeys(regime for sector in SECTORS if sector.id in sectors for regime in sector.regimes)
    return [{"id": regime, "status": "suspected"} for regime in within]


def only_perhaps(regimes: Iterable[Any]) -> list[str]:
    """The ids in a list of organisation.regimes of which nobody has said yet whether they bind."""
    return [one["id"] for one in regimes if isinstance(one, Mapping) and one.get("status") == "suspected"]


def sector_names(sectors: Collection[str]) -> str:
    return "; ".join(str(sector.name) for sector in SECTORS if sector.id in sectors)


def regime_name(regime: str) -> str:
    """The name of a regime; an id that is not known here stays readable: "police_body" is "Police body"."""
    return str(NAMES.get(regime) or regime.replace("_", " ").capitalize())
