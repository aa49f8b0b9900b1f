"""manage.py assess and manage.py law: what they print and with which status they end. No database."""

import io
import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.core.management import CommandError, call_command

from law.rulebook import HERE
from tests.law.examples import AS_OF, facts


def run(*arguments: str) -> tuple[int, str, str]:
    """Status, standard output and standard error of a command."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(*arguments, stdout=out, stderr=err)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def written(folder: Path, document: Any) -> str:
    path = folder / "facts.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")
    return str(path)


def test_it_prints_the_assessment_as_json(tmp_path: Path) -> None:
    status, out, err = run("assess", written(tmp_path, facts()), "--as-of", AS_OF)
    said = json.loads(out)
    assert (status, err) == (0, "")
    assert said["schema"] == "tocsin.assessment/1"
    assert said["as_of"] == AS_OF


def test_it_prints_the_assessment_as_text(tmp_path: Path) -> None:
    status, out, _ = run("assess", written(tmp_path, facts()), "--as-of", AS_OF, "--format", "text")
    assert status == 0
    assert "Thu 19 Nov 2026, 10:20 Europe/Paris" in out
    assert "France: Notify the supervisory authority of a personal data breach" in out
    assert out.rstrip().endswith("Check the source before you rely on it.")


def test_it_says_in_the_text_what_each_method_proposes_why_and_which_cases_are_nearest(tmp_path: Path) -> None:
    _, out, _ = run("assess", written(tmp_path, facts()), "--as-of", AS_OF, "--format", "text")
    risk = out[out.index("RISK: two published methods propose; neither answers a legal test") :]
    assert "ENISA 2013 severity. " in risk
    assert "= SE = 1 x 0.75" in risk
    assert "Factors of the EDPB's guidelines. A risk to people; whether a high one cannot be said yet." in risk
    assert "(may raise or lower it)" in risk
    assert risk.index("the authority had to be notified") < risk.index("nobody had to be told")


def test_it_prints_the_published_cases_that_it_finds() -> None:
    status, out, _ = run("law", "precedents", "trusted", "colleague")
    assert status == 0
    assert "authority no          people no          Emailing a file in error (internal)" in out
    assert out.rstrip().endswith("1 of 112 published cases")
    assert (
        run("law", "precedents", "--authority", "no", "--law", "appi")[1].rstrip().endswith("4 of 112 published cases")
    )


def test_it_prints_how_well_the_methods_do_as_the_documentation_does() -> None:
    status, out, _ = run("law", "risk-report")
    assert status == 0
    assert out.rstrip() in ((Path(__file__).parents[2] / "docs" / "law" / "risk.md").read_text("utf-8"))


@pytest.mark.parametrize(
    ("document", "lines"),
    [
        (facts(colour="red", affected_total={"kind": "exact", "n": -1}), 2),
        (facts(timeline={"became_aware_at": "2027-01-01T00:00:00Z"}), 1),
        ("{", 1),
        ('{"organisation": {"name": "a"}, "organisation": {"name": "b"}}', 1),
        ('{"affected_total": {"kind": "exact", "n": ' + "9" * 5000 + "}}", 1),
        ("[" * 100_000, 1),
        ([], 1),
    ],
)
def test_it_ends_with_2_and_one_line_for_each_fault(tmp_path: Path, document: Any, lines: int) -> None:
    status, out, err = run("assess", written(tmp_path, document), "--as-of", AS_OF)
    assert (status, out) == (2, "")
    assert len(err.strip().splitlines()) == lines
    assert all(": " in line for line in err.strip().splitlines())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["assess", "/nowhere/facts.json"], "cannot be read"),
        (["assess", "{path}", "--as-of", "yesterday"], '--as-of: "yesterday": expected an instant with its offset'),
        (["assess", "{path}", "--as-of", "0001-01-01T00:00:00+09:00"], "expected an instant"),
    ],
)
def test_it_ends_with_2_where_it_cannot_begin(tmp_path: Path, arguments: list[str], words: str) -> None:
    path = written(tmp_path, facts())
    status, _, err = run(*[one.format(path=path) for one in arguments])
    assert status == 2
    assert words in err


def test_it_reads_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(facts())))
    status, out, _ = run("assess", "-", "--as-of", AS_OF)
    assert status == 0
    assert json.loads(out)["findings"]


def test_it_shows_the_law_of_a_place() -> None:
    _, out, _ = run("law", "show", "AU")
    assert "au.ndb.notify_authority: " in out
    assert "Whoever holds the data must assess within 30 days of suspicion" in out
    _, out, _ = run("law", "show", "FR")
    assert "within 72 hours of awareness, where feasible" in out
    assert "(CNIL)" in out
    _, out, _ = run("law", "show", "KH")
    assert "No general duty (medium confidence)" in out
    _, out, _ = run("law", "show", "TK")
    assert out.startswith("Tokelau: nobody has researched its law.")
    with pytest.raises(CommandError, match="did you mean GB"):
        run("law", "show", "UK")


def test_it_compares_the_law_of_two_days() -> None:
    _, out, _ = run("law", "diff", "2025-12-31", "2026-01-01")
    assert "us-ca.civ1798-82.notify_individuals" in out
    assert "+   initial: within 30 calendar days of discovery or notification of the data breach" in out
    with pytest.raises(CommandError, match="expected a day not before"):
        run("law", "diff", "2026-01-01", "2025-12-31")


def test_it_counts_and_checks_the_library() -> None:
    _, out, _ = run("law", "coverage")
    assert "of 250" in out
    assert "United States: 54 of 54 states, districts and territories" in out
    status, out, _ = run("law", "lint")
    assert (status, "fault:" in out) == (0, False)
    _, out, _ = run("law", "schema")
    assert json.loads(out)["$id"] == "tocsin.facts/1"


def test_it_prints_a_schema_that_law_files_follow() -> None:
    schema = json.loads(run("law", "schema", "--of", "law")[1])
    jsonschema.Draft202012Validator.check_schema(schema)
    text = (HERE / "jurisdictions" / "gdpr.toml").read_text("utf-8")
    document = json.loads(json.dumps(tomllib.loads(text), default=str))
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(document)) == []
    document["colour"] = "red"
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(document)) != []
