"""Law files with a fault: the library does not start, and the fault names file, duty, key and mend."""

from pathlib import Path

import pytest

from law.rulebook import HERE, RulebookError, check_file, load_rulebook, read_folder
from tests.law.examples import law, library

GOOD = law([{"id": "br.own.tell"}])


def faults(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(RulebookError) as caught:
        load_rulebook(library(tmp_path, br_own=text))
    return caught.value.faults


def test_it_loads_a_file_without_fault(tmp_path: Path) -> None:
    rulebook = load_rulebook(library(tmp_path, br_own=GOOD))
    assert list(rulebook.duties) == ["br.own.tell"]


CONDITION = "nature.confidentiality is confirmed"


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("citation =", "citation", "br-own.toml: this is not TOML"),
        ('zone = "America/Sao_Paulo"', 'zone = "America/Nowhere"', "zone: 'America/Nowhere' is no time zone"),
        ('calendar = "BR"', 'calendar = "BX"', "calendar 'BX' is unknown"),
        ('jurisdiction = "BR"', 'jurisdiction = "Brazil"', "jurisdiction: 'Brazil'; expected an ISO 3166 code"),
        ('instrument = "br-own"', 'instrument = "br"', "instrument: 'br'; expected the file's own name, 'br-own'"),
        ('kind = "notify"', 'kind = "shout"', "duty br.own.tell: kind: 'shout'; expected 'notify', 'assess'"),
        ('addressee = "supervisory_authority"\n', "", "duty br.own.tell: addressee: a duty to notify needs one"),
        ('cite = "s 1"', 'cite = "s 1"\nauthority = "NOBODY"', "authority: 'NOBODY' is no [authority.ID] of any file"),
        ('cite = "s 1"', 'cite = "s 1"\nurgent = true', "duty br.own.tell: urgent: this key is not known here"),
        ('  trigger_text = "Something happened."\n', "", "version 2020-01-01: trigger_text: this key is missing"),
        ('sources = ["act"]', 'sources = ["code"]', "version 2020-01-01: sources: 'code' is no id of a [[source]]"),
        ("days = 3", "days = -3", "stage initial: limit.days: -3: Input should be greater than or equal to 0"),
        ("days = 3", 'days = "3"', "limit.days: '3': Input should be a valid integer"),
        ("days = 3", "days = 3, hours = 72", "stage initial: expected exactly one of hours, days"),
        ("limit = { days = 3 }", "", "stage initial: limit_kind is 'fixed' but there is no limit; add limit"),
        ('limit_kind = "fixed"', 'limit_kind = "qualitative"', "call it fixed, or put the number under guideline"),
        ('start = "aware"', 'start = "sunrise"', "stage initial: start 'sunrise': expected one of aware, detected"),
        (CONDITION, "nature.secret is confirmed", "when: 'nature.secret': the facts have no"),
        (CONDITION, "breach", "version 2020-01-01: when: 'breach' is no condition"),
        ("from = 2020-01-01", "from = 2020-01-01\n  to = 2019-01-01", "to: 2019-01-01 lies before its first day"),
        ('cite = "s 1"', 'cite = "s 1"\norder = [{ relation = "before", duty = "br.x" }]', "'br.x' is no duty of any"),
    ],
)  # fmt: skip
def test_it_names_file_duty_key_and_mend(tmp_path: Path, before: str, after: str, words: str) -> None:
    assert before in GOOD
    told = faults(tmp_path, GOOD.replace(before, after, 1))
    assert len(told) == 1, told
    assert told[0].startswith("br-own.toml: ")
    assert words in told[0]


UNLESS = '    [[duty.version.unless]]\n    id = "x"\n    text = "x"\n    when = "role(controller)"\n    burden = {}\n'


@pytest.mark.parametrize("burden", ['"holder"', '"element"\n    shown_by = "claim"'])
def test_it_wants_to_know_how_a_showing_is_made(tmp_path: Path, burden: str) -> None:
    text = law([{"id": "br.own.tell", "unless": UNLESS.format(burden)}])
    [told] = faults(tmp_path, text)
    assert "unless x: shown_by: say 'test' or 'claim'" in told


def test_it_wants_codes_of_places_for_the_states_of_a_source(tmp_path: Path) -> None:
    told = "\n".join(faults(tmp_path, GOOD.replace('how = "made for a test"', 'how = "made"\nstates = ["Brazil"]')))
    assert "source act: states: 'Brazil' is no code of a place" in told


def test_it_wants_codes_of_places_for_the_states_of_an_exemption(tmp_path: Path) -> None:
    burden = '"holder"\n    shown_by = "claim"\n    states = ["BR", "Brazil"]'
    [told] = faults(tmp_path, law([{"id": "br.own.tell", "unless": UNLESS.format(burden)}]))
    assert "unless x: states: 'Brazil' is no code of a place" in told


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ("", "overlaps with version 2021-01-01; end it the day before"),
        ("to = 2020-06-30\n", "leaves a gap before version"),
    ],
)
def test_it_wants_versions_that_follow_each_other(tmp_path: Path, ends: str, words: str) -> None:
    second = GOOD[GOOD.index("  [[duty.version]]") :].replace("2020-01-01", "2021-01-01")
    [told] = faults(tmp_path, GOOD.replace("  applies_by", f"  {ends}  applies_by", 1) + second)
    assert words in told


def test_it_takes_versions_in_any_order(tmp_path: Path) -> None:
    first = GOOD[GOOD.index("  [[duty.version]]") :].replace("  applies_by", "  to = 2020-12-31\n  applies_by")
    text = GOOD.replace("from = 2020-01-01", "from = 2021-01-01") + first
    duty = load_rulebook(library(tmp_path, br_own=text)).duties["br.own.tell"]
    assert [version.name for version in duty.versions] == ["2020-01-01", "2021-01-01"]


def test_it_wants_ids_that_are_unique_in_the_library(tmp_path: Path) -> None:
    other = law([{"id": "br.own.tell"}], instrument="ar-own", jurisdiction="AR")
    with pytest.raises(RulebookError) as caught:
        load_rulebook(library(tmp_path, br_own=GOOD, ar_own=other))
    assert caught.value.faults == ["br-own.toml: duty br.own.tell: the same id stands in ar-own.toml; ids are unique"]


def test_it_tells_the_faults_of_all_files_at_once(tmp_path: Path) -> None:
    bad = GOOD.replace("sunrise", "aware").replace('kind = "notify"', 'kind = "shout"')
    other = law([{"id": "ar.own.tell", "when": '"nothing"'}], instrument="ar-own", jurisdiction="AR")
    with pytest.raises(RulebookError) as caught:
        load_rulebook(library(tmp_path, br_own=bad, ar_own=other))
    assert sorted(fault.split(":")[0] for fault in caught.value.faults) == ["ar-own.toml", "br-own.toml"]


def test_it_wants_either_duties_or_the_statement_that_there_are_none(tmp_path: Path) -> None:
    [told] = faults(tmp_path, GOOD.split("[[duty]]")[0])
    assert "expected either duties or [no_general_duty], and not both" in told


def test_it_checks_a_single_file() -> None:
    assert check_file(HERE / "jurisdictions" / "gdpr.toml") == []
    assert check_file(HERE / "authorities" / "eea.toml") == []


def test_its_digest_changes_with_every_letter_of_the_law(tmp_path: Path) -> None:
    folder = library(tmp_path, br_own=GOOD)
    one = load_rulebook(folder).digest
    read_folder.cache_clear()
    (folder / "jurisdictions" / "br-own.toml").write_text(GOOD.replace("Something", "Anything"), "utf-8")
    assert load_rulebook(folder).digest != one


def test_it_names_a_duty_that_is_asked_for_and_does_not_exist(tmp_path: Path) -> None:
    [fault] = faults(tmp_path, GOOD.replace(CONDITION, "applies(br.own.told)"))
    assert fault.startswith("br-own.toml: duty br.own.tell: applies(br.own.told): no such duty in this file; name one")


def test_it_refuses_duties_that_ask_for_each_other(tmp_path: Path) -> None:
    text = law([{"id": "br.own.tell"}, {"id": "br.own.show"}])
    first, second = text.split("[[duty]]")[1:]
    text = text.replace(first, first.replace(CONDITION, "applies(br.own.show)"))
    text = text.replace(second, second.replace(CONDITION, "applies(br.own.tell)"))
    found = faults(tmp_path, text)
    assert [fault.partition(": ")[2] for fault in found] == [
        f"duty br.own.{name}: applies(..): asks for itself in the end; say its conditions instead"
        for name in ("tell", "show")
    ]


def test_it_knows_the_authorities_of_the_other_files_when_it_checks_one() -> None:
    assert check_file(HERE / "jurisdictions" / "gdpr.toml") == []
