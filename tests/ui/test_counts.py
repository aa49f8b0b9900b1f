"""Numbers of people in words."""

import pytest

from law.facts.values import AtLeast, Between, ExactCount, UnknownCount
from workbench import counts


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (62_835, None, "62,835 or more"),
        (100, 900, "between 100 and 900"),
        (None, 900, "up to 900"),
        (0, 900, "up to 900"),
        (340, 340, "340"),
        (0, 0, "0"),
        (None, None, None),
        (0, None, None),
    ],
)
def test_it_words_what_is_known(low: int | None, high: int | None, words: str | None) -> None:
    assert counts.count_words(low, high) == words


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (62_835, None, "62\u202f835 ou plus"),
        (100, 900, "entre 100 et 900"),
        (None, 900, "jusqu’à 900"),
    ],
)
def test_it_words_it_in_french(low: int | None, high: int | None, words: str) -> None:
    assert counts.count_words(low, high, "fr") == words


@pytest.mark.parametrize(
    ("count", "bounds"),
    [
        ({"kind": "exact", "n": 260_000}, (260_000, 260_000)),
        ({"kind": "at_least", "low": 500}, (500, None)),
        ({"kind": "at_most", "high": 90}, (None, 90)),
        ({"kind": "between", "low": 100, "high": 900}, (100, 900)),
        ({"kind": "unknown"}, (None, None)),
        (ExactCount(kind="exact", n=7), (7, 7)),
        (AtLeast(kind="at_least", low=500), (500, None)),
        (Between(kind="between", low=1, high=2), (1, 2)),
        (UnknownCount(kind="unknown"), (None, None)),
        (12, (12, 12)),
        (None, (None, None)),
    ],
)
def test_it_reads_the_counts_of_a_facts_document(count: object, bounds: tuple[int | None, int | None]) -> None:
    assert counts.bounds(count) == bounds


@pytest.mark.parametrize("count", [{"kind": "some"}, "many", True])
def test_it_refuses_what_is_no_count(count: object) -> None:
    with pytest.raises(ValueError, match="expected a number or a kind of exact, at_least"):
        counts.bounds(count)
