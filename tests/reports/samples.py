"""A snapshot to make documents from: a car maker's customer files were reachable from outside."""

from collections.abc import Sequence
from typing import Any

from reports.definitions import form_of

TEXTS = {
    "en": {
        "summary": "A storage area of our customer service could be reached from outside without a password.\n"
        "It was closed on the day on which it was found.",
        "cause_story": "A setting was changed during a move on 3 March 2026.",
        "consequences_story": "The data could be used for unwanted calls.",
        "measures_story": "We closed the storage area and examined the logs.",
        "public_advice": "Be careful with calls. Call us at +33 1 23 45 67 89 or write to privacy@example.com.",
    },
    "fr": {
        "summary": "Un espace de stockage de notre service client était accessible sans mot de passe.",
        "cause_story": "Une configuration a été modifiée le 3 mars 2026.",
        "consequences_story": "Les données pourraient servir à des appels non sollicités.",
        "measures_story": "Nous avons fermé l’espace de stockage et examiné les journaux.",
        "public_advice": "Méfiez-vous des appels inattendus : écrivez à privacy@example.com.",
    },
    "de": {
        "summary": "Ein Speicherbereich unseres Kundendienstes war ohne Passwort erreichbar.",
        "cause_story": "Eine Einstellung wurde am 3. März 2026 geändert.",
        "consequences_story": "Die Daten könnten für unerwünschte Anrufe verwendet werden.",
        "measures_story": "Wir haben den Speicherbereich geschlossen und die Protokolle ausgewertet.",
        "public_advice": "Seien Sie vorsichtig bei unerwarteten Anrufen; schreiben Sie an privacy@example.com.",
    },
    "ja": {
        "summary": "当社の顧客サービスの保存領域が、パスワードなしに外部から接続できる状態になっていました。",
        "cause_story": "2026年3月3日の移行時に設定が変更されたことによるものです。",
        "consequences_story": "迷惑電話に用いられるおそれがあります。",
        "measures_story": "外部からの接続を遮断し、ログを調査しました。",
        "public_advice": "不審な電話にご注意ください。privacy@example.com までご連絡ください。",
    },
}

FACTS: dict[str, Any] = {
    "schema": "tocsin.facts/1",
    "organisation": {"name": "Marlow Motors SE", "country": "FR", "role": "controller"},
    "parties": [{"id": "p1", "name": "Marlow Connect K.K.", "country": "JP", "role": "processor"}],
    "nature": {"confidentiality": "suspected", "integrity": "no", "availability": "no"},
    "records": {"medium": ["electronic"]},
    "cause": {"type": "misconfiguration", "locus": "processor"},
    "timeline": {
        "occurred_from": "2026-03-03T09:00:00+01:00",
        "occurred_until": {"earliest": "2026-11-20T08:00:00+01:00", "latest": "2026-11-20T12:00:00+01:00"},
        "became_aware_at": "2026-11-20T09:40:00+01:00",
    },
    "exposure": {"access": "suspected", "exfiltration": "no_evidence", "misuse": "no_evidence"},
    "affected": [
        {
            "id": "g1",
            "country": "FR",
            "presence": "confirmed",
            "subjects": ["customer"],
            "count": {"kind": "exact", "n": 48210},
        },
        {
            "id": "g2",
            "country": "DE",
            "presence": "confirmed",
            "subjects": ["customer"],
            "count": {"kind": "at_least", "low": 12000},
        },
        {"id": "g3", "region": "009", "presence": "suspected", "subjects": ["customer"]},
        {"id": "g4", "country": "NZ", "presence": "ruled_out"},
    ],
    "affected_complete": "no",
    "data": [
        {"category": "full_name", "status": "confirmed"},
        {"category": "phone_number", "status": "confirmed", "groups": ["g1"]},
        {"category": "vehicle_identification_number", "status": "suspected", "groups": ["g2"]},
        {"category": "payment_card", "status": "ruled_out"},
    ],
    "risk": {"consequences": [{"id": "targeted_phishing", "likelihood": "possible"}]},
    "provenance": {"/affected/g1/count": {"approximate": True}},
}

CONTACT = {"text": "Data protection officer\n12 rue des Lilas, 75011 Paris\n+33 1 23 45 67 89, privacy@example.com"}
TYPED: dict[str, Any] = {
    "contact_point": CONTACT,
    "organisation_details": {"text": "12 rue des Lilas, 75011 Paris"},
    "reportable_kind": {"picks": ["item4"]},
    "discoverer": {"picks": ["own"]},
}

CNIL = {
    "id": "CNIL",
    "name": "French Data Protection Authority",
    "name_native": "Commission nationale de l’informatique et des libertés",
    "acronym": "CNIL",
    "languages": ["fr"],
}

EVERY = (
    ("gdpr.art33", "en"),
    ("gdpr.art33", "fr"),
    ("gdpr.art33", "de"),
    ("jp.ppc", "ja"),
    ("jp.ppc", "en"),
    ("au.oaic", "en"),
    ("gdpr.edpb", "en"),
    ("ch.fdpic", "fr"),
    ("us.hhs", "en"),
    ("gb.ico", "en"),
    ("ca.opc", "fr"),
    ("de-rp.lfdi", "de"),
    ("fr.cnil", "fr"),
    ("letter.gdpr", "en"),
    ("letter.gdpr", "fr"),
    ("letter.gdpr", "de"),
    ("letter.gdpr", "ja"),
    ("letter.jp", "ja"),
    ("letter.au", "en"),
)
"""Every form, in every language that has a page of its own."""


def snapshot(
    form: str = "gdpr.art33",
    language: str = "en",
    *,
    facts: dict[str, Any] | None = None,
    groups: Sequence[str] = (),
    **more: Any,
) -> dict[str, Any]:
    """A snapshot as reports.snapshots takes it, of the facts above or others."""
    held = form_of(form)
    return {
        "schema": "tocsin.document/1",
        "form": {"id": held.id, "version": held.version, "digest": held.digest},
        "language": language,
        "phase": "initial",
        "reference": "INC-2026-014/3",
        "taken_at": "2026-11-22T08:10:00+00:00",
        "zone": "Europe/Paris",
        "late": False,
        "organisation": {"name": "Marlow Motors SE", "country": "FR", "registration_number": "RCS Paris 512 345 678"},
        "authority": CNIL if form == "gdpr.art33" else None,
        "revision": {"number": 3, "digest": "sha256:" + "ab" * 32, "known_at": "2026-11-22T08:00:00+00:00"},
        "facts": FACTS if facts is None else facts,
        "narratives": {
            question: {"text": text, "origin": "original", "approved": True}
            for question, text in TEXTS[language].items()
        },
        "measures": [
            {"measure": "encryption", "time": "before", "state": "in_place", "day": None},
            {"measure": "isolate_system", "time": "after", "state": "in_place", "day": "2026-11-20"},
            {"measure": "logging_monitoring", "time": "after", "state": "planned", "day": "2026-12-01"},
        ],
        "groups": list(groups),
        "previous": None,
        **more,
    }
