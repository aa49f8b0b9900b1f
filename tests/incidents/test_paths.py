"""Paths and patches over facts documents: names of rows, faults, and the laws that patches obey."""

import copy
import typing
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents import paths
from law.facts import BreachFacts
from law.facts.values import Fact

DOCUMENT: dict[str, Any] = {
    "schema": "tocsin.facts/1",
    "organisation": {"name": "Kirin Motors", "country": "JP"},
    "timeline": {"became_aware_at": "2023-05-29T10:20:00+09:00"},
    "affected": [
        {"id": "g1", "country": "AU", "count": {"kind": "unknown"}},
        {"id": "a/b", "country": "NZ", "presence": "suspected"},
    ],
    "data": [
        {"category": "basic_identity", "status": "confirmed"},
        {"category": "vehicle", "groups": ["g2", "g1"], "status": "suspected"},
        {"category": "other", "status": "confirmed"},
        {"category": "other", "status": "suspected"},
    ],
    "risk": {"by_test": {"au.serious_harm": "yes"}},
    "provenance": {"/affected/g1/count": {"state": "not_yet_known"}},
}


def test_it_names_rows_by_what_they_are_about() -> None:
    assert paths.get(DOCUMENT, "/affected/g1/country") == "AU"
    assert paths.get(DOCUMENT, "/affected/a~1b/country") == "NZ"
    assert paths.get(DOCUMENT, "/data/vehicle@g1,g2/status") == "suspected"
    assert paths.get(DOCUMENT, "/data/other#2/status") == "suspected"
    assert paths.get(DOCUMENT, "/risk/by_test/au.serious_harm") == "yes"
    assert paths.get(DOCUMENT, "/provenance/~1affected~1g1~1count") == {"state": "not_yet_known"}


def test_it_says_none_where_nothing_is_recorded() -> None:
    assert paths.get(DOCUMENT, "/affected/g9/count") is None
    assert paths.get(DOCUMENT, "/cause/type") is None


def test_it_sets_a_value_without_touching_the_document_it_came_from() -> None:
    before = copy.deepcopy(DOCUMENT)
    after = paths.apply(DOCUMENT, {"/affected/g1/count": {"kind": "exact", "n": 2800}})
    assert before == DOCUMENT
    assert after["affected"][0]["count"] == {"kind": "exact", "n": 2800}


def test_it_makes_a_row_that_a_path_names_with_its_naming_fields() -> None:
    after = paths.apply({}, {"/data/payment_card@g1,g2/status": "ruled_out"})
    assert after["data"] == [{"category": "payment_card", "groups": ["g1", "g2"], "status": "ruled_out"}]


def test_it_removes_a_row_and_the_provenance_of_its_facts() -> None:
    after = paths.apply(DOCUMENT, {"/affected/g1": None})
    assert [row["id"] for row in after["affected"]] == ["a/b"]
    assert after["provenance"] == {}


def test_it_replaces_a_row_as_a_whole() -> None:
    after = paths.apply(DOCUMENT, {"/affected/g1": {"country": "AU", "presence": "ruled_out"}})
    assert after["affected"][0] == {"id": "g1", "country": "AU", "presence": "ruled_out"}


@pytest.mark.parametrize(
    ("patch", "words"),
    [
        ({"affected/g1": None}, "a path such as"),
        ({"/affected/g1/count/n": 5}, "the value as a whole, at /affected/g1/count"),
        ({"/timeline": {}}, "one fact of this section"),
        ({"/affected": []}, "one row of this list"),
        ({"/affected/g1/id": "g2"}, "remove /affected/g1"),
        ({"/data/vehicle/groups": ["g1"]}, "remove /data/vehicle"),
        ({"/data/vehicle": "confirmed"}, "the row as an object"),
        ({"/affected/g1": {"id": "g2", "country": "AU"}}, "id 'g1', as the path names it"),
        ({"/affected/g1": None, "/affected/g1/country": "NZ"}, "one of the two"),
    ],
)
def test_it_says_what_is_wrong_with_a_patch_and_how_to_mend_it(patch: dict[str, Any], words: str) -> None:
    with pytest.raises(paths.PathError) as caught:
        paths.apply(DOCUMENT, patch)
    assert words in str(caught.value)


def test_it_reports_a_removed_row_once_and_an_added_row_fact_by_fact() -> None:
    after = paths.apply(DOCUMENT, {"/affected/g1": None, "/affected/g3": {"country": "JP", "presence": "confirmed"}})
    changes = paths.diff(DOCUMENT, after)
    assert changes["/affected/g1"].after is None
    assert "/affected/g1/count" not in changes
    assert changes["/affected/g3/country"] == paths.Change("/affected/g3/country", None, "JP")


def test_it_turns_a_plain_pointer_into_a_path() -> None:
    assert paths.from_pointer(DOCUMENT, "/affected/0/count/n") == "/affected/g1/count/n"
    assert paths.from_pointer(DOCUMENT, "/data/3/status") == "/data/other#2/status"
    assert paths.from_pointer(DOCUMENT, "/affected/7") == "/affected/7"
    assert paths.pattern("/affected/g1/count") == "/affected/*/count"


# -- laws ----------------------------------------------------------------------------------------------

names = st.text(alphabet="abg12/~@,#%-", min_size=1, max_size=5)
values = st.one_of(
    st.sampled_from(["yes", "no", "confirmed", 0, 7]),
    st.integers(0, 9).map(lambda n: {"kind": "exact", "n": n}),
    st.lists(st.sampled_from(["JP", "AU"]), max_size=2),
)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    ids = draw(st.lists(names, max_size=3, unique=True))
    keys = draw(st.lists(st.tuples(names, st.none() | st.lists(names, max_size=2, unique=True)), max_size=3))
    data = [
        {"category": category, **({} if groups is None else {"groups": groups}), "status": draw(values)}
        for category, groups in keys
    ]
    document: dict[str, Any] = {
        "affected": [{"id": row, "country": draw(st.sampled_from(["JP", "AU"])), "count": draw(values)} for row in ids],
        "data": data,
        "cause": draw(st.dictionaries(st.sampled_from(["type", "actor"]), values, max_size=2)),
        "risk": {"by_test": draw(st.dictionaries(names, values, max_size=2))},
    }
    return document


def said(document: dict[str, Any]) -> dict[str, Any]:
    """What a document says, whatever the order of its rows and of the names in a row's groups."""
    return paths.leaves(document)


@given(st.lists(st.text(min_size=1, max_size=6), min_size=1, max_size=4))
def test_it_reads_back_the_segments_that_it_joined(segments: list[str]) -> None:
    assert paths.parse(paths.join(segments)) == tuple(segments)


@given(names, st.none() | st.lists(names, max_size=3, unique=True))
def test_it_reads_back_the_fields_that_name_a_row(category: str, groups: list[str] | None) -> None:
    row = {"category": category, **({} if groups is None else {"groups": groups})}
    fields = paths.ROWS[("data",)]
    read = paths.naming_fields(paths.row_name(row, fields), fields)
    assert read["category"] == category
    assert (sorted(read["groups"]) if "groups" in read else None) == (None if groups is None else sorted(groups))


@settings(max_examples=60)
@given(documents(), documents())
def test_it_makes_the_later_document_from_the_earlier_one_and_their_difference(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    made = paths.apply(before, paths.patch_between(before, after))
    assert paths.diff(made, after) == {}
    assert said(made) == said(after)


@settings(max_examples=60)
@given(documents())
def test_it_finds_no_difference_between_a_document_and_itself(document: dict[str, Any]) -> None:
    assert paths.diff(document, copy.deepcopy(document)) == {}


@settings(max_examples=60)
@given(documents(), st.data())
def test_it_gives_back_what_was_set(document: dict[str, Any], data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([*paths.leaves(document), "/cause/locus", "/affected/new/presence"]))
    value = data.draw(values)
    assert paths.get(paths.apply(document, {path: value}), path) == value


@settings(max_examples=60)
@given(documents(), st.data())
def test_it_does_not_matter_in_which_order_two_officers_set_different_values(
    document: dict[str, Any], data: st.DataObject
) -> None:
    known = [*paths.leaves(document), "/cause/locus", "/nature/integrity"]
    one, other = data.draw(st.lists(st.sampled_from(known), min_size=2, max_size=2, unique=True))
    first, second = {one: data.draw(values)}, {other: data.draw(values)}
    here = paths.apply(paths.apply(document, first), second)
    there = paths.apply(paths.apply(document, second), first)
    assert said(here) == said(there)
    assert set(paths.diff(document, here)) <= {one, other}


# -- the structure -------------------------------------------------------------------------------------


def _parts(model: type[Any], place: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    """The sections of the facts model: fields that are a model of their own, and maps."""
    found = {place}
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Fact):
            found |= _parts(kind, (*place, field.alias or name))
        elif typing.get_origin(kind) is dict:
            found.add((*place, field.alias or name))
    return found


def _row_lists(model: type[Any], place: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    """The lists of the facts model whose rows are models, all of them."""
    found: set[tuple[str, ...]] = set()
    for name, field in model.model_fields.items():
        kind, inner = field.annotation, (*place, field.alias or name)
        if isinstance(kind, type) and issubclass(kind, Fact):
            found |= _row_lists(kind, inner)
        elif typing.get_origin(kind) is tuple:
            row = typing.get_args(kind)[0]
            if isinstance(row, type) and issubclass(row, Fact):
                found.add(inner)
    return found


def test_it_knows_every_section_and_every_list_of_the_facts() -> None:
    assert _parts(BreachFacts) == paths.GROUPS
    assert _row_lists(BreachFacts) == set(paths.ROWS)
    assert paths.MAPS <= paths.GROUPS
