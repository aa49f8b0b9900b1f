"""Kleene's strong three-valued logic: its laws, and that unknown is decided by what is known alone."""

from itertools import product

import pytest

from law.kleene import Value, all_of, any_of, negate, word, word_of_all, word_of_any, word_of_not

VALUES: tuple[Value, ...] = (True, None, False)
ORDER = {False: 0, None: 1, True: 2}


@pytest.mark.parametrize(("one", "two"), list(product(VALUES, VALUES)))
def test_it_is_minimum_and_maximum_of_no_unknown_yes(one: Value, two: Value) -> None:
    assert ORDER[all_of((one, two))] == min(ORDER[one], ORDER[two])
    assert ORDER[any_of((one, two))] == max(ORDER[one], ORDER[two])


@pytest.mark.parametrize(("one", "two", "three"), list(product(VALUES, VALUES, VALUES)))
def test_it_keeps_the_laws_of_a_lattice(one: Value, two: Value, three: Value) -> None:
    assert negate(all_of((one, two))) is any_of((negate(one), negate(two)))
    assert all_of((one, any_of((two, three)))) is any_of((all_of((one, two)), all_of((one, three))))
    assert all_of((one, any_of((one, two)))) is one
    assert all_of((all_of((one, two)), three)) is all_of((one, two, three))
    assert negate(negate(one)) is one


@pytest.mark.parametrize("values", list(product(VALUES, VALUES, VALUES)))
def test_it_answers_only_what_every_completion_answers(values: tuple[Value, ...]) -> None:
    completions = list(product(*[(True, False) if one is None else (one,) for one in values]))
    for combine, plain in ((all_of, all), (any_of, any)):
        found = combine(values)
        outcomes = {plain(one) for one in completions}
        assert found is (outcomes.pop() if len(outcomes) == 1 else None)


def test_it_takes_nothing_for_true_and_no_alternative_for_false() -> None:
    assert all_of(()) is True
    assert any_of(()) is False


@pytest.mark.parametrize("values", [(), *product(VALUES, VALUES, VALUES)])
def test_it_says_in_words_what_it_says_in_values(values: tuple[Value, ...]) -> None:
    words = [word(one) for one in values]
    assert word_of_all(words) == word(all_of(values))
    assert word_of_any(words) == word(any_of(values))
    assert [word_of_not(one) for one in words] == [word(negate(one)) for one in values]
