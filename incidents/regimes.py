"""Special regimes by name: the ids of organisation.regimes as a reader knows them, the usual ones first.

A name says where a regime holds if it holds in one place only; the law library decides what follows from it.
"""

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


def regime_name(regime: str) -> str:
    """The name of a regime; an id that is not known here stays readable: "police_body" is "Police body"."""
    return str(NAMES.get(regime) or regime.replace("_", " ").capitalize())
