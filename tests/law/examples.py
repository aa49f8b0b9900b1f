"""Small facts documents and law files that tests vary."""

import copy
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from law.assess import assess
from law.facts import parse_facts
from law.findings import Assessment, Finding
from law.rulebook import HERE, Rulebook, load_rulebook

SMALLEST: dict[str, Any] = {
    "organisation": {"name": "Example"},
    "timeline": {"became_aware_at": "2026-11-16T10:20:00+01:00"},
    "affected": [{"id": "g1", "country": "FR"}],
    "data": [{"category": "contact_details"}],
}
AS_OF = "2026-11-20T12:00:00+01:00"


def facts(**changed: Any) -> dict[str, Any]:
    """A plain French case; each keyword replaces a part of it or, given a dict, adds to it."""
    document: dict[str, Any] = {
        "schema": "tocsin.facts/1",
        "organisation": {
            "name": "Example", "country": "FR", "role": "controller", "kind": "business", "establishments": ["FR"],
            "regimes": [],
        },
        "nature": {"confidentiality": "yes"},
        "timeline": {"became_aware_at": "2026-11-16T10:20:00+01:00"},
        "affected": [{"id": "g1", "country": "FR", "presence": "confirmed"}],
        "affected_complete": "yes",
        "data": [{"category": "contact_details", "status": "confirmed"}],
        "data_complete": "yes",
    }  # fmt: skip
    for key, value in copy.deepcopy(changed).items():
        known = document.get(key)
        document[key] = {**known, **value} if isinstance(known, dict) and isinstance(value, dict) else value
    return document


def look(document: dict[str, Any], as_of: str = AS_OF, rulebook: Rulebook | None = None) -> Assessment:
    """The assessment of a document."""
    return assess(rulebook or load_rulebook(), parse_facts(document), datetime.fromisoformat(as_of))


def the(answer: Assessment, duty: str, place: str | None = None, act: str | None = None) -> Finding:
    """The one finding of a duty (in a place, for an act)."""
    found = [
        one
        for one in answer.findings
        if one.duty == duty and place in (None, one.jurisdiction) and act in (None, one.act)
    ]
    assert len(found) == 1, [(one.duty, one.jurisdiction, one.act, one.version) for one in found or answer.findings]
    return found[0]


def library(folder: Path, **files: str) -> Path:
    """A folder with these law files beside the real authorities: `library(tmp, nz_own="...")` writes nz-own.toml."""
    (folder / "jurisdictions").mkdir()
    shutil.copytree(HERE / "authorities", folder / "authorities")
    for name, text in files.items():
        (folder / "jurisdictions" / f"{name.replace('_', '-')}.toml").write_text(text, "utf-8")
    return folder


HEAD = """\
instrument = "{instrument}"
jurisdiction = "{jurisdiction}"
title = "Example Act"
citation = "Example Act 2020"
zone = "{zone}"
calendar = "{calendar}"
verified_on = 2026-11-22

[[source]]
id = "act"
title = "Example Act 2020"
url = "https://example.org/act"
kind = "statute"
read_on = 2026-11-22
how = "made for a test"
"""

DUTY = """\
[[duty]]
id = "{id}"
title = "Tell somebody"
kind = "notify"
addressee = "supervisory_authority"
bound = ["controller"]
cite = "s 1"
{more}
  [[duty.version]]
  from = 2020-01-01
  applies_by = "duty_arises"
  when = {when}
  sources = ["act"]
  confidence = "high"
  verified_on = 2026-11-22
  trigger_text = "Something happened."
{unless}
    [[duty.version.stage]]
    stage = "initial"
    start = "aware"
    {limit}
    limit_text = "as the law says"
    cite = "s 2"
"""


def law(
    duties: list[dict[str, str]],
    instrument: str = "br-own",
    jurisdiction: str = "BR",
    body: str = "",
    zone: str = "America/Sao_Paulo",
    calendar: str = "BR",
) -> str:
    """The text of a law file with these duties; `body` stands between head and duties (sets, data, let)."""
    head = HEAD.format(instrument=instrument, jurisdiction=jurisdiction, zone=zone, calendar=calendar)
    plain = {
        "more": "", "unless": "", "when": '"nature.confidentiality is confirmed"',
        "limit": 'limit = { days = 3 }\n    limit_kind = "fixed"',
    }  # fmt: skip
    return head + body + "\n" + "\n".join(DUTY.format(**{**plain, **duty}) for duty in duties)
