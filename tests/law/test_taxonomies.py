"""The closed lists of terms: complete, consistent, and helpful about a typing error."""

import pytest

from law.taxonomies import KINDS, UnknownTermError, load_taxonomies


@pytest.mark.parametrize("kind", KINDS)
def test_it_labels_every_term(kind: str) -> None:
    taxonomies = load_taxonomies()
    assert taxonomies.ids(kind)
    assert all(taxonomies.label(kind, term).strip() for term in taxonomies.ids(kind))


def test_it_counts_the_published_lists() -> None:
    taxonomies = load_taxonomies()
    assert {kind: len(taxonomies.ids(kind)) for kind in KINDS} == {
        "data_category": 39,
        "data_element": 76,
        "subject_category": 21,
        "incident_type": 31,
        "consequence": 22,
        "measure": 28,
        "test": 54,
    }


def test_it_knows_elements_and_their_category() -> None:
    taxonomies = load_taxonomies()
    assert "social_security_number" in taxonomies.elements_of("national_identifier")
    assert taxonomies.category_of("alpr_data") == "location_data"
    assert taxonomies.category_of("health") == "health"
    assert taxonomies.elements_of("password") == ("password",)
    assert taxonomies.elements_of("trade_union") == ()
    assert taxonomies.is_data("trade_union")
    assert not taxonomies.is_data("shoe_size")


def test_it_closes_implications_between_tests() -> None:
    taxonomies = load_taxonomies()
    assert taxonomies.implied_by("misuse_occurred") == {
        "misuse_reasonably_likely",
        "misuse_reasonably_possible",
    }
    assert taxonomies.implied_by("substantial_loss_or_injury") == {"loss_or_injury", "harm_possible"}
    assert taxonomies.implied_by("harm_possible") == frozenset()
    assert "serious_harm" in taxonomies.implying("harm_possible")
    assert "harm_possible" not in taxonomies.implying("serious_harm")


def test_it_names_the_near_miss() -> None:
    with pytest.raises(UnknownTermError, match=r"'serius_harm' is not a test .*did you mean 'serious_harm'"):
        load_taxonomies().term("test", "serius_harm")
    with pytest.raises(UnknownTermError, match="full_name"):
        load_taxonomies().category_of("fullname")
    with pytest.raises(UnknownTermError, match="is not a kind"):
        load_taxonomies().ids("tests")
