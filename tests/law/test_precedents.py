"""The published cases: read whole, compared over facts, and the figures that docs/law/risk.md gives of the methods."""

import re
from pathlib import Path

import pytest

from law.precedents import library
from law.precedents.library import PrecedentError, aside, find, precedent, precedents
from law.precedents.similar import TRAITS, likeness, nearest, traits_of
from law.risk import edpb, enisa
from law.risk.measure import METHODS, Tally, method_tables, outcomes, report
from tests.law.examples import facts, look

RISK = (Path(__file__).resolve().parents[2] / "docs" / "law" / "risk.md").read_text("utf-8")


def between(name: str) -> str:
    found = re.search(rf"<!-- {name}: [^\n]*-->\n\n(.*?)\n<!-- end of {name} -->", RISK, re.DOTALL)
    assert found, name
    return found[1]


def test_it_holds_every_published_case_with_its_source() -> None:
    found = precedents()
    assert len(found) == 112
    assert len({one.id for one in found}) == len(found)
    assert all(one.url.startswith("http") and one.held and one.source for one in found)


def test_it_never_reads_a_verdict_that_was_not_decided_as_no() -> None:
    assert precedent("UODO-DKN.5131.28.2023").individuals == "not_decided"
    assert not [
        one for one in outcomes() if one.precedent.id == "UODO-DKN.5131.28.2023" and one.question != "authority"
    ]


def test_it_divides_the_cases_by_their_ids_alone() -> None:
    parts = {part: [one for one in precedents() if one.part == part] for part in
             ("development", "aside", "guideline", "not_scored")}  # fmt: skip
    assert {part: len(found) for part, found in parts.items()} == {
        "development": 57, "aside": 27, "guideline": 18, "not_scored": 10,
    }  # fmt: skip
    assert aside("ICO-2")
    assert not aside("ICO-3")
    assert all(one.tier in ("C", "D") for one in parts["not_scored"])


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[[precedent]]\nid = "X"\n', "X: missing authority"),
        ("", None),
    ],
)
def test_it_refuses_an_entry_that_it_cannot_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, complaint: str | None
) -> None:
    (tmp_path / "own.toml").write_text(text, "utf-8")
    monkeypatch.setattr(library, "HERE", tmp_path)
    if complaint is None:
        assert precedents.__wrapped__() == ()
        return
    with pytest.raises(PrecedentError, match=complaint):
        precedents.__wrapped__()


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('authority = "no"', 'authority = "maybe"', "authority is 'maybe'; expected one of yes, no, depends"),
        ('tier = "A"', 'tier = "A"\nverdict = "no"', "unknown key verdict"),
        ('confidentiality = "no"', 'confidentiality = "maybe"', "nature/confidentiality"),
    ],
)  # fmt: skip
def test_it_names_the_entry_the_key_and_what_was_expected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, complaint: str
) -> None:
    whole = (library.HERE / "edpb_9_2022.toml").read_text("utf-8").split("\n[[precedent]]")[1]
    (tmp_path / "own.toml").write_text("[[precedent]]" + whole.replace(old, new, 1), "utf-8")
    monkeypatch.setattr(library, "HERE", tmp_path)
    with pytest.raises(PrecedentError, match=re.escape(complaint)) as error:
        precedents.__wrapped__()
    assert "own.toml, EDPB-9-2022-B-i" in str(error.value)


def test_it_finds_cases_by_words_and_by_what_they_are() -> None:
    assert {one.id for one in find("PESEL courier")} == {"UODO-DKN.5131.28.2023", "UODO-DKN.5131.16.2021"}
    spared = find(authority="no", data="health")
    assert {one.authority for one in spared} == {"no"}
    assert all("health" in one.data for one in spared)
    assert find("credential attack bank") == find("BANK Credential attack")
    assert find(law="gdpr", incident="") == find(law="gdpr")
    with pytest.raises(ValueError, match="colour: expected of incident, data"):
        find(colour="red")


# -- likeness ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["EDPB-01-2021-09", "IT-9991020", "HHS-2", "JP-4-1"])
def test_it_finds_each_case_nearest_to_itself(name: str) -> None:
    one = precedent(name)
    found = nearest(one.reading)
    like = (found.for_ if one.authority == "yes" else found.against)[0]
    assert like.score == pytest.approx(1.0)
    assert like.unlike == ()


def test_it_gives_three_cases_for_and_three_against_nearest_first() -> None:
    answer = look(facts(exposure={"recipient": "other_customer"}, cause={"type": "misdirected_email"}))
    found = answer.to_json()["risk_proposals"]["precedents"]
    for side, verdict in (("for", "yes"), ("against", "no")):
        assert [one["authority"] for one in found[side]] == [verdict] * 3
        near = [one["likeness"] for one in found[side]]
        assert near == sorted(near, reverse=True)
        assert all(precedent(one["id"]).tier in ("A", "B") for one in found[side])


def test_it_compares_over_facts_and_not_over_words() -> None:
    one, other = precedent("UODO-DKN.5131.28.2023"), precedent("DK-2021-442-13805")
    like = likeness(traits_of(one.reading), other)
    assert {"the kind of incident", "the data"} <= set(like.alike)
    assert set(like.alike) | set(like.unlike) <= {trait.words for trait in TRAITS}


def test_it_holds_a_published_case_that_says_little_for_near_to_nothing() -> None:
    case = traits_of(precedent("EDPB-01-2021-16").reading)
    silent, telling = likeness(case, precedent("JP-1-2")), likeness(case, precedent("EDPB-9-2022-B-v"))
    assert silent.score < telling.score


# -- measurement -------------------------------------------------------------------------------------


def test_it_says_in_the_documentation_what_the_code_measures() -> None:
    assert between("figures") == report()
    assert between("tables") == method_tables()


def test_it_counts_every_decided_question_once_for_each_method() -> None:
    found = outcomes()
    keys = {(one.precedent.id, one.question, one.method) for one in found}
    assert len(keys) == len(found)
    decided = [one for one in found if one.method == edpb.METHOD]
    assert {len([one for one in found if one.method == method]) for method in METHODS} == {len(decided)}
    assert Tally.of(decided).total == len(decided)


def test_it_beats_the_yardstick_where_no_notice_was_due() -> None:
    """A rule that always says yes is right about every notice that was due and about none that was not."""
    due, spared = (
        [one for one in outcomes() if one.held is held and one.question == "authority"] for held in (True, False)
    )
    of = {method: Tally.of(one for one in spared if one.method == method) for method in METHODS}
    assert of["always"].hits == 0
    assert of[edpb.METHOD].hits > of[enisa.METHOD].hits > 0
    assert Tally.of(one for one in due if one.method == edpb.METHOD).misses == 0
