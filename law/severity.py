"""Suggested severity by ENISA's method of 2013, with its working. A suggestion never answers a legal test.

Source: ENISA, Recommendations for a methodology of the assessment of severity of personal data breaches,
working document v1.0, December 2013: SE = DPC x EI + CB. The context of the processing (DPC) takes its
base score here; the adjustments that the method leaves to judgement are named in the working, not made.
"""

from typing import Any

from law.facts.model import BreachFacts
from law.taxonomies import load_taxonomies

METHOD = "enisa-2013"
FINANCIAL = {"bank_account", "payment_card", "economic_situation", "transaction_history", "insurance_data"}
SENSITIVE = {
    "health", "health_insurance_id", "genetic", "biometric", "racial_ethnic_origin", "political_opinion",
    "religious_philosophical", "trade_union", "sex_life", "sexual_orientation", "gender_identity",
    "criminal_offence", "professional_secrecy", "social_support",
}  # fmt: skip
BEHAVIOURAL = {"location_data", "connection_traffic_data", "behaviour_profile", "communications_content"}
SCORES = ((SENSITIVE, "sensitive", 4), (FINANCIAL, "financial", 3), (BEHAVIOURAL, "behavioural", 2))
DIRECT = {"national_identifier", "official_document", "image_audio_video"}
BANDS = ((4.0, "very_high", "high_risk"), (3.0, "high", "high_risk"), (2.0, "medium", "risk"), (0.0, "low", "unlikely"))


def suggest_risk(facts: BreachFacts) -> dict[str, Any] | None:
    """The published `suggested_risk`: level, score and working; None while no data are known."""
    terms = load_taxonomies()
    held = {
        terms.category_of(item.category): item
        for item in facts.data
        if item.status in ("confirmed", "suspected") and item.category != "unknown"
    }
    if not held:
        return None
    context, context_score = _context(set(held))
    ease, ease_score = _ease(set(held))
    circumstances, points = _circumstances(facts)
    score = context_score * ease_score + points
    band, level = next((name, level) for floor, name, level in BANDS if score >= floor)
    working = [
        f"DPC {context_score}: {context} (base score; raise it for volume, vulnerable people or special roles)",
        f"EI {ease_score}: {ease}",
        f"CB {points}: {circumstances}",
        f"SE = {context_score} x {ease_score} + {points} = {score:g}: {band.replace('_', ' ')}",
        "Authorities have asked for notification where this score was low: it is a start, not an answer.",
    ]
    return {"level": level, "method": METHOD, "score": round(score, 2), "working": working, "binding": False}


def _context(held: set[str]) -> tuple[str, int]:
    for group, name, score in SCORES:
        if held & group:
            return f"{name} data ({', '.join(sorted(held & group))})", score
    return "simple data", 1


def _ease(held: set[str]) -> tuple[str, float]:
    if held & DIRECT or ("basic_identity" in held and "contact_details" in held):
        return "the data name the person beyond doubt", 1.0
    if "basic_identity" in held:
        return "a name without more", 0.5
    if held & {"contact_details", "account_credentials"}:
        return "an address or account that points to the person", 0.75
    if held & {"vehicle", "customer_identifier", "online_identifier", "location_data"}:
        return "an identifier that others can resolve with some effort", 0.5
    return "hardly any way to tell who it is", 0.25


def _circumstances(facts: BreachFacts) -> tuple[str, float]:
    points, words = 0.0, []
    exposure, nature = facts.exposure, facts.nature
    if nature.confidentiality in ("yes", "suspected"):
        if exposure.recipient in ("trusted", "internal", "known_to_subject", "bound_by_secrecy", "other_customer"):
            points += 0.25
            words.append("known recipients 0.25")
        elif exposure.recipient in ("public", "malicious") or exposure.published in ("confirmed", "suspected"):
            points += 0.5
            words.append("unknown number of recipients 0.5")
    if nature.integrity == "yes":
        points += 0.25 if exposure.restored in ("yes", "partly") else 0.5
        words.append("data altered")
    if nature.availability == "yes":
        points += 0.25 if exposure.restored in ("yes", "partly") or exposure.backup_available == "yes" else 0.5
        words.append("data not available")
    if facts.cause.intent == "malicious":
        points += 0.5
        words.append("malicious intent 0.5")
    return "; ".join(words) or "no evidence of unlawful processing", points
