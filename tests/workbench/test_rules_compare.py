"""Two places side by side, or one on two days."""

import re
from datetime import date
from html import unescape

from django.test import Client

from workbench.selectors.rules_compare import compare

TODAY = date(2026, 11, 22)
CALIFORNIA = "us-ca.civ1798-82.notify_individuals"


def words(client: Client, query: str) -> str:
    answer = client.get(f"/w/harbour/rules/compare/?{query}")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_it_sets_duties_to_the_same_addressee_side_by_side() -> None:
    found = compare(("EU", TODAY), ("GB", TODAY))
    (pair,) = (one for one in found.pairs if one.left and one.left.id == "gdpr.art33.notify_authority")
    assert pair.right
    assert pair.right.rule.addressee == "supervisory_authority"
    by_label = {cell.label: cell for cell in pair.cells}
    assert any("72 hours" in line for line in by_label["By when"].left)
    assert any("72 hours" in line for line in by_label["By when"].right)
    assert by_label["Provision"].verdict == ""


def test_it_tells_authorities_of_the_same_name_apart() -> None:
    found = compare(("JP", TODAY), ("KR", TODAY))
    pair = next(
        one for one in found.pairs if one.both and one.left and one.left.rule.addressee == "supervisory_authority"
    )
    assert "Whom it goes to" in pair.differing


def test_it_counts_each_duty_of_both_sides_once() -> None:
    for first, second in (
        (("JP", TODAY), ("KR", TODAY)),
        (("EU", TODAY), ("FR", TODAY)),
        (("US", TODAY), ("EU", TODAY)),
    ):
        found = compare(first, second)
        assert found.same + found.differ + found.only_left == found.left.duties
        assert found.same + found.differ + found.only_right == found.right.duties


def test_it_finds_no_difference_between_two_states_of_the_union_but_the_authority() -> None:
    found = compare(("AT", TODAY), ("SE", TODAY))
    assert {label for pair in found.pairs for label in pair.differing} == {"Whom it goes to"}


def test_it_finds_what_a_state_adds_to_the_union() -> None:
    found = compare(("EU", TODAY), ("FR", TODAY))
    assert {label for pair in found.pairs for label in pair.differing} == {"Whom it goes to", "Exceptions"}


def test_it_compares_one_place_on_two_days() -> None:
    found = compare(("US-CA", date(2025, 12, 31)), ("US-CA", date(2026, 1, 1)))
    (pair,) = (one for one in found.pairs if one.left and one.left.id == CALIFORNIA)
    assert pair.left is pair.right
    assert "By when" in pair.differing
    assert compare(("US-CA", TODAY), ("US-CA", TODAY)).differ == 0


def test_it_leaves_out_what_is_not_in_force() -> None:
    assert (
        compare(("EU", date(2018, 5, 24)), ("EU", TODAY)).left.duties
        < compare(("EU", TODAY), ("EU", TODAY)).left.duties
    )
    found = compare(("JP", date(1990, 1, 1)), ("JP", TODAY))
    assert found.left.duties == 0
    assert found.only_right == found.right.duties


def test_it_marks_differences_in_words(officer: Client) -> None:
    text = words(officer, "a=JP&b=KR")
    for said in ("Japan, ", "pairs of duties differ", "differs", "Same?", "this program’s arrangement"):
        assert said in text
    rows = officer.get("/w/harbour/rules/compare/?a=JP&b=KR").content.decode()
    only = officer.get("/w/harbour/rules/compare/?a=JP&b=KR&only=on").content.decode()
    assert re.search(r'class="nowrap">same<', rows)
    assert not re.search(r'class="nowrap">same<', only)
    assert only.count("<strong>differs</strong>") == rows.count("<strong>differs</strong>")


def test_it_asks_for_what_it_needs(officer: Client) -> None:
    assert "Choose a place" in words(officer, "")
    assert "Both sides are the same place on the same day." in words(officer, "a=JP")
    assert "Write a day as 2026-11-23" in words(officer, "a=JP&on=soon")
    assert "Select a valid choice" in words(officer, "a=Atlantis")
