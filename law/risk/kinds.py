"""What each kind of data can do to people, and how surely it names them. Two methods read these tables.

The three grades follow EDPB Guidelines 9/2022, IV.B, "The nature, sensitivity, and volume of personal data":
data revealing what GDPR Art. 9 and 10 protect, identity documents and card details do harm by themselves;
financial, location and family data tell much of a life; names and addresses mostly serve to find a person.
"""

from law.taxonomies import load_taxonomies

LIMITED, NOTABLE, GRAVE = 1, 2, 3
GRADES = {LIMITED: "limited", NOTABLE: "notable", GRAVE: "grave"}

SENSITIVE = frozenset({
    "health", "health_insurance_id", "genetic", "biometric", "racial_ethnic_origin", "political_opinion",
    "religious_philosophical", "trade_union", "sex_life", "sexual_orientation", "gender_identity",
    "criminal_offence", "professional_secrecy", "social_support",
})  # fmt: skip
FINANCIAL = frozenset({"bank_account", "payment_card", "economic_situation", "transaction_history", "insurance_data"})
BEHAVIOURAL = frozenset({
    "location_data", "connection_traffic_data", "behaviour_profile", "communications_content", "image_audio_video",
})  # fmt: skip
SECRETS = frozenset({"account_credentials", "mfa_or_secret", "signature_key"})
IDENTITY_PAPERS = frozenset({"national_identifier", "official_document"})
# Elements that are less than their category says: a user name opens nothing without its password, and what
# somebody ordered is not his finances (01/2021, case 13).
SLIGHT_ELEMENTS = frozenset({"username", "payment_card_expiry", "customer_number", "policy_number", "purchase_history"})
GRAVE_CATEGORIES = (SENSITIVE - {"social_support"}) | SECRETS | IDENTITY_PAPERS | {"payment_card"}
GRAVE_ELEMENTS = frozenset({"bank_account_access_code"})
NOTABLE_CATEGORIES = frozenset({
    *FINANCIAL, *BEHAVIOURAL, "social_support", "employment", "education", "family",
}) - GRAVE_CATEGORIES  # fmt: skip
NOTABLE_ELEMENTS = frozenset({"driving_data"})
NOT_SAID = frozenset({"unknown", "not_yet_known", "other"})
"""Categories that do not say what the data are."""

NAMING = frozenset({
    "basic_identity", "contact_details", "image_audio_video", "biometric", "genetic", *IDENTITY_PAPERS, *SECRETS,
})  # fmt: skip
"""Categories that name or show a person, or lead to one without help from others."""


def category_of(term: str) -> str:
    """The category of an element, or the category itself; a word that says nothing stands for itself."""
    return term if term in NOT_SAID else load_taxonomies().category_of(term)


def grade_of(term: str) -> int | None:
    """LIMITED, NOTABLE or GRAVE; None where the term does not say what the data are."""
    category = category_of(term)
    if category in NOT_SAID:
        return None
    if term in SLIGHT_ELEMENTS:
        return LIMITED
    if category in GRAVE_CATEGORIES or term in GRAVE_ELEMENTS:
        return GRAVE
    return NOTABLE if category in NOTABLE_CATEGORIES or term in NOTABLE_ELEMENTS else LIMITED
