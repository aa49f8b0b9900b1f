"""What stops the start."""

from pathlib import Path
from typing import Any

from incidents import checks
from law import rulebook

FAULTY = """
instrument = "xx-faulty"
jurisdiction = "XX"
title = "An act"
citation = "An act"
zone = "Europe/Paris"
calendar = ""
verified_on = 2026-01-01
[[source]]
id = "act"
title = "An act"
url = "https://law.example"
kind = "statute"
read_on = 2026-01-01
how = "invented for a test"
[[duty]]
id = "xx.act.notify"
title = "Notify"
kind = "notify"
addressee = "supervisory_authority"
cite = "s 1"
  [[duty.version]]
  from = 2020-01-01
  applies_by = "duty_arises"
  when = "exposure.acces is confirmed"
  sources = ["act"]
  confidence = "low"
  verified_on = 2026-01-01
  trigger_text = "A test."
    [[duty.version.stage]]
    stage = "initial"
    start = "aware"
    limit_kind = "qualitative"
    limit_text = "at once"
"""


def test_it_starts_with_the_library_as_shipped() -> None:
    assert checks.check_rulebook(None) == []


def test_it_stops_at_a_faulty_law_file_and_names_file_duty_key_and_mend(tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "jurisdictions").mkdir()
    (tmp_path / "jurisdictions" / "xx-faulty.toml").write_text(FAULTY)
    monkeypatch.setattr(checks, "load_rulebook", lambda: rulebook.load_rulebook(tmp_path))
    faults = [str(message.msg) for message in checks.check_rulebook(None)]
    assert any("xx-faulty.toml" in fault and "jurisdiction" in fault and "'XX'" in fault for fault in faults)
    [condition] = [fault for fault in faults if "exposure.acces" in fault]
    assert "xx.act.notify" in condition
    assert "access" in condition
