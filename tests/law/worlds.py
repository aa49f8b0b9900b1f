"""Random cases of which everything is known, and the same cases with some of it forgotten.

A world is a facts document without unknowns that agrees with the table of derived facts and with the implications
between tests. To forget is to go back to a value that rules read as unknown; to remember it again is a refinement.
"""

import copy
from random import Random
from typing import Any

from law import places
from law.data_conditions import CREDENTIALS
from law.derived import MEDIA, NATURE, OUTSIDERS, STEPS
from law.rulebook import load_rulebook
from law.taxonomies import load_taxonomies

TERMS = load_taxonomies()
AS_OF = "2026-11-20T12:00:00+00:00"
MEMBERS = ("FR", "DE", "NO")
FILED = {code for code in load_rulebook().by_jurisdiction if code != "EU"} | {"BR", "KE", "US-TX"}
# Countries, and parts of countries with law of their own; of a country with parts, its parts only.
ELSEWHERE = sorted(FILED - {places.country(code).code for code in FILED if places.parent(code)})
COUNTRIES = sorted(code for code in ELSEWHERE if places.parent(code) is None)
EXPOSURES = (
    "access", "exfiltration", "misuse", "acquisition", "use", "disclosure", "loss", "alteration", "destruction",
    "published",
)  # fmt: skip
YES_NO = {
    "exposure": ("left_organisation", "viewed", "retained", "backup_available", "recovered", "restored"),
    "measures": (
        "high_risk_no_longer_likely", "individual_notice_disproportionate", "harm_prevented", "own_notice_policy",
        "written_security_programme",
    ),
    "cause": ("own_violation", "safeguard_failure"),
    "incident": ("cyber", "pattern", "national_security", "public_services"),
    "extortion": ("ransomware", "demand", "payment"),
}  # fmt: skip
PROTECTIONS = ("none", "none", "encrypted_key_safe", "encrypted_key_compromised", "hashed", "redacted")
REGIMES = (
    "health_custodian", "financial_entity", "telecom", "critical_infrastructure", "hipaa_covered_entity", "insurer",
    "essential_service", "eu_ecomms_provider", "uk_ecomms_provider", "trust_service_provider", "nis2_essential",
    "nis2_important", "dora_financial_entity", "digital_product_manufacturer", "law_enforcement_authority",
    "social_security_body", "health_care_provider",
    "hipaa_business_associate", "phr_vendor", "glba_financial_institution", "sec_registrant", "broker_dealer_us",
    "bank_us", "bank_service_provider_us", "credit_union_us", "insurer_us", "telecom_us", "dod_contractor",
    "nydfs_covered_entity",
)  # fmt: skip
LISTED = (
    "social_security_number", "driving_licence_number", "bank_account_number", "payment_card_number", "email_address",
    "password", "medical_record", "fingerprint",
)  # fmt: skip
COUNTS = (1, 99, 100, 101, 499, 500, 501, 999, 1000, 1001, 5000, 1_000_000)


def world(seed: int, everywhere: bool = False) -> dict[str, Any]:
    """A facts document of which everything that rules read is known; with people in a few places, or everywhere."""
    random = Random(seed)
    affected = _affected(random, everywhere)
    total = sum(group["count"]["n"] for group in affected)
    document: dict[str, Any] = {
        "schema": "tocsin.facts/1",
        "organisation": _organisation(random, affected),
        "records": {"medium": [random.choice(("electronic", "paper"))]},
        "timeline": {
            "occurred_from": "2026-10-30T08:00:00+00:00", "occurred_until": "2026-11-02T08:00:00+00:00",
            "detected_at": "2026-11-10T08:00:00+00:00", "suspected_at": "2026-11-10T09:00:00+00:00",
            "became_aware_at": "2026-11-11T10:30:00+00:00", "determined_at": "2026-11-12T10:30:00+00:00",
        },
        "affected": affected,
        "affected_total": {"kind": "exact", "n": total},
        "affected_complete": "yes",
        "data": _data(random, affected),
        "data_complete": "yes",
        "processing": {
            "security_level": random.choice(("basic", "medium", "high")),
            "part_affected": random.choice(("all", "substantial", "small")),
            "total_subjects": {"kind": "exact", "n": 2_000_000 * len(affected)},
            "records": {"kind": "exact", "n": random.choice(COUNTS)},
            "authorised_users": {"kind": "exact", "n": random.choice(COUNTS)},
        },
    }  # fmt: skip
    for part, names in YES_NO.items():
        document[part] = {name: random.choice(("yes", "no")) for name in names}
    _what_happened(random, document)
    document["incident"]["disruption"] = {
        "material": random.choice(("yes", "no")), "essential_service": random.choice(("yes", "no")),
        "hours": {"kind": "exact", "n": random.choice((1, 24, 100))},
        "users": {"kind": "exact", "n": random.choice(COUNTS)},
    }  # fmt: skip
    document["incident"]["direct_loss"] = _money(random)
    document["risk"] = {"by_test": _tests(random, document)}
    return document


def _money(random: Random) -> dict[str, Any]:
    return {"amount": {"kind": "exact", "n": random.choice((1, 2_000_000, 900_000_000))}, "currency": "AUD"}


def _affected(random: Random, everywhere: bool) -> list[dict[str, Any]]:
    known = [*MEMBERS, *ELSEWHERE]
    codes = known if everywhere else random.sample(known, k=min(random.randint(1, 12), len(known)))
    rows = []
    for index, code in enumerate(codes):
        country = places.country(code).code
        where = {"country": country} if country == code else {"country": country, "subdivision": code}
        there = random.random() < 0.7
        rows.append(
            {
                "id": f"g{index}",
                **where,
                "presence": "confirmed" if there else "ruled_out",
                "count": {"kind": "exact", "n": random.choice(COUNTS) if there else 0},
                "targeted": random.choice(("yes", "no")),
            }
        )
    return rows


def _organisation(random: Random, affected: list[dict[str, Any]]) -> dict[str, Any]:
    home = random.choice([*MEMBERS, *COUNTRIES])
    seats = {home, *random.sample([*MEMBERS, *ELSEWHERE], k=random.randint(0, 8))}
    in_union = sorted(seats & set(MEMBERS))
    held = {g.get("subdivision", g["country"]) for g in affected if g["presence"] == "confirmed"}
    role = random.choice(("controller", "processor", "joint_controller"))
    kind = random.choice(("business", "business", "non_profit", "public_body"))
    return {
        "name": "Example", "country": home, "role": role, "kind": kind,
        "public_level": random.choice(("national", "state", "local")),
        "data_relation": {"controller": "owner", "processor": "maintainer"}.get(role, "owner"),
        "establishments": sorted(seats), "does_business_in": sorted(seats | held),
        "main_establishment_eu": random.choice(in_union) if in_union else "none",
        "cross_border_eu": random.choice(("yes", "no")), "small_agent": random.choice(("yes", "no")),
        "regimes": random.sample(REGIMES, k=random.randint(0, 8)), "annual_turnover": _money(random),
        "employees": {"kind": "exact", "n": 50}, "notifies": random.choice(("self", "other")),
    }  # fmt: skip


def _data(random: Random, affected: list[dict[str, Any]]) -> list[dict[str, Any]]:
    terms = random.sample([*TERMS.category, *(c for c in TERMS.elements if c not in ("other", "not_yet_known"))], k=10)
    rows: list[dict[str, Any]] = _file_of_people(random)
    for term in terms:
        if any(TERMS.category_of(row["category"]) == TERMS.category_of(term) for row in rows):
            continue
        row: dict[str, Any] = {
            "category": term, "status": _status(random, term),
            "protection": random.choice(PROTECTIONS), "protection_standard": random.choice(("recognised", "weak")),
        }  # fmt: skip
        if TERMS.category_of(term) in CREDENTIALS:
            row["opens"] = [random.choice(("email", "financial", "health", "online_account"))]
        if random.random() < 0.3:
            row["groups"] = [random.choice(affected)["id"]]
        rows.append(row)
    return rows


def _file_of_people(random: Random) -> list[dict[str, Any]]:
    """In half of the worlds: names together with what many laws list, which terms drawn one by one hardly ever are."""
    if random.random() < 0.5:
        return []
    protection = random.choice(("none", "none", "none", "encrypted_key_safe", "encrypted_key_compromised"))
    terms = ["full_name", *random.sample(LISTED, k=random.randint(2, len(LISTED)))]
    rows: list[dict[str, Any]] = [
        {"category": term, "status": "confirmed", "protection": protection, "protection_standard": "recognised"}
        for term in terms
    ]
    for row in rows:
        if TERMS.category_of(row["category"]) in CREDENTIALS:
            row["opens"] = [random.choice(("email", "financial", "health", "online_account"))]
    return rows


def _status(random: Random, term: str) -> str:
    """A category confirmed as a whole would leave each of its elements open."""
    return "ruled_out" if TERMS.elements.get(term) else random.choice(("confirmed", "confirmed", "ruled_out"))


def _what_happened(random: Random, document: dict[str, Any]) -> None:
    exposure = document["exposure"]
    exposure.update({name: random.choice(("confirmed", "ruled_out")) for name in EXPOSURES})
    for strong, weak in STEPS:
        if exposure[strong] == "confirmed":
            exposure[weak] = "confirmed"
    exposure["recipient"] = random.choice((*OUTSIDERS, "internal", "trusted", "bound_by_secrecy"))
    exposure["good_faith_internal"] = "no" if exposure["recipient"] in OUTSIDERS else random.choice(("yes", "no"))
    exposure["assurance"] = random.choice(("none", "written"))
    document["nature"] = {
        part: "yes" if any(exposure[way] == "confirmed" for way in ways) else random.choice(("yes", "no"))
        for part, ways in NATURE.items()
    }
    kind = random.choice([term for term in TERMS.ids("incident_type") if term != "not_yet_known"])
    document["cause"] |= {
        "type": kind, "actor": random.choice(("internal", "external", "processor")),
        "intent": random.choice(("malicious", "deliberate", "accidental")),
        "locus": random.choice(("own_systems", "processor", "premises", "in_transit")),
    }  # fmt: skip
    if kind in MEDIA:
        document["records"]["medium"] = [MEDIA[kind]]


def _tests(random: Random, document: dict[str, Any]) -> dict[str, str]:
    answers = {test: random.choice(("yes", "no")) for test in TERMS.ids("test")}
    if document["exposure"]["misuse"] == "confirmed":
        answers["misuse_occurred"] = "yes"
    for test, implied in TERMS.implied.items():
        if answers[test] == "yes":
            answers.update(dict.fromkeys(implied, "yes"))
    return answers


# -- forgetting --------------------------------------------------------------------------------------

KEPT = ("schema", "timeline", "risk")
WHOLE = ("id", "name", "country", "category", "groups", "linked")


def forget(document: dict[str, Any], random: Random, share: float) -> dict[str, Any]:
    """The document with about this share of what rules can do without taken back to unknown."""
    out = copy.deepcopy(document)
    for part, value in out.items():
        if part in KEPT:
            continue
        if isinstance(value, dict) and "kind" not in value:
            _forget_in(value, random, share)
    if random.random() < share:
        out["affected_total"] = _coarser(document["affected_total"], random)
    for row in (*out["affected"], *out["data"]):
        _forget_in(row, random, share)
    if random.random() < share:
        out["affected_complete"] = "unknown"
        _forget_rows(out["affected"], random, share)
    if random.random() < share:
        out["data_complete"] = "unknown"
        _forget_rows(out["data"], random, share)
    named = {row["id"] for row in out["affected"]}
    out["data"] = [row for row in out["data"] if set(row.get("groups", ())) <= named]
    if any(row not in out["data"] for row in document["data"]) and len(out["data"]) < len(document["data"]):
        out["data_complete"] = "unknown"
    return out


def _forget_in(holder: dict[str, Any], random: Random, share: float) -> None:
    for key in list(holder):
        value = holder[key]
        if key in WHOLE or random.random() >= share:
            continue
        if key == "subdivision" and bounds_to_nobody(holder):
            continue
        if isinstance(value, dict) and "kind" in value:
            holder[key] = _coarser(value, random)
        else:
            del holder[key]
        if key == "subdivision" and "count" in holder:
            holder["count"] = _of_one_part(holder["count"])


def bounds_to_nobody(group: dict[str, Any]) -> bool:
    """Without its part, a row that says nobody, or that nobody was targeted, would say so of the whole country."""
    count = group.get("count", {})
    nobody = group.get("presence") == "ruled_out" or 0 in (count.get("n"), count.get("high"))
    return nobody or group.get("targeted") == "no"


def _of_one_part(count: dict[str, Any]) -> dict[str, Any]:
    """What the number of a part says of its country: others may be there too, so no upper end."""
    low = count.get("n", count.get("low"))
    return {"kind": "unknown"} if low is None else {"kind": "at_least", "low": low}


def _coarser(count: dict[str, Any], random: Random) -> dict[str, Any]:
    """A count that allows every number that this one does, and more."""
    if count["kind"] != "exact":
        return {"kind": "unknown"}
    n = count["n"]
    return random.choice(
        [
            {"kind": "at_least", "low": n // 2},
            {"kind": "at_most", "high": n * 2},
            {"kind": "between", "low": n // 2, "high": n + 5},
            {"kind": "unknown"},
        ]
    )


def _forget_rows(rows: list[dict[str, Any]], random: Random, share: float) -> None:
    """Takes rows out; never one of two in a country, for the rows of a country say all there is to say of it."""
    countries = [row.get("country") for row in rows]
    rows[:] = [
        row
        for row in rows
        if random.random() >= share / 2 or (row.get("country") and countries.count(row["country"]) > 1)
    ]


def shuffled(document: dict[str, Any], random: Random) -> dict[str, Any]:
    """The same document with every list of things in another order."""
    out = copy.deepcopy(document)
    lists = [out["affected"], out["data"], *(out["organisation"].get(k, []) for k in ("establishments", "regimes"))]
    for one in lists:
        random.shuffle(one)
    return out
