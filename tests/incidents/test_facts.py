"""Facts: revisions by patch, conflicts by path, faults by path, and a chain that nobody rewrites."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.models import User
from incidents import services
from incidents.models import AffectedPeople, DataInvolved, FactInstant, FactsRevision, Incident, Party
from law.facts import FactsError
from tests.conftest import Cast


def patch(party: Party, changes: dict[str, Any], base: int, author: User, **more: Any) -> FactsRevision:
    return services.patch_facts(party, changes, base, author, "as the log shows", **more)


def test_it_begins_with_what_the_legal_entity_says_of_itself(party: Party) -> None:
    first = party.revisions.get()
    assert first.number == 1
    assert first.document["organisation"]["name"] == "Harbour Lines SA"
    assert first.document["organisation"]["country"] == "FR"
    assert "/affected/fr/count" in first.changed_paths


def test_it_adds_a_revision_and_leaves_the_earlier_one_as_it_was(party: Party, cast: Cast) -> None:
    before = party.revisions.get().document
    made = patch(party, {"/affected/fr/count": {"kind": "exact", "n": 612}}, 1, cast.bob)
    assert (made.number, made.author, made.reason) == (2, cast.bob, "as the log shows")
    assert made.changed_paths == ["/affected/fr/count"]
    assert made.document["affected"][0]["count"] == {"kind": "exact", "n": 612}
    assert party.revisions.get(number=1).document == before


def test_it_makes_no_revision_where_nothing_changes(party: Party, cast: Cast) -> None:
    made = patch(party, {"/affected/fr/country": "FR", "/cause/actor": "unknown"}, 1, cast.bob)
    assert made.number == 1


def test_it_takes_a_fact_back_to_unknown(party: Party, cast: Cast) -> None:
    made = patch(party, {"/nature/confidentiality": None}, 1, cast.alice)
    assert made.changed_paths == ["/nature/confidentiality"]
    assert "nature" not in made.document


def test_it_keeps_when_a_fact_was_known_apart_from_when_it_was_typed(party: Party, cast: Cast) -> None:
    known = datetime(2026, 11, 4, 8, 0, tzinfo=UTC)
    before = timezone.now()
    made = patch(party, {"/cause/actor": "internal"}, 1, cast.alice, known_at=known)
    assert made.known_at == known
    assert made.recorded_at >= before


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"/affected/fr/count": {"kind": "exact", "n": -1}}, "/affected/fr/count/n", "0 or more"),
        ({"/affected/nowhere/country": "ZZ"}, "/affected/nowhere/country", "ZZ"),
        ({"/affected/fr/size": 3}, "/affected/fr/size", "no such key"),
        ({"/affected/fr/count/n": 3}, "/affected/fr/count/n", "the value as a whole"),
        ({"/timeline/became_aware_at": "yesterday"}, "/timeline/became_aware_at", "with its offset"),
        ({"/timeline/detected_at": "2999-01-01T00:00:00Z"}, "/timeline/detected_at", "not after as_of"),
    ],
)
def test_it_names_a_fault_by_its_path_and_writes_nothing(
    party: Party, cast: Cast, changes: dict[str, Any], path: str, words: str
) -> None:
    with pytest.raises(FactsError) as caught:
        patch(party, {**changes, "/cause/actor": "internal"}, 1, cast.alice)
    assert [fault.path for fault in caught.value.faults] == [path]
    assert words in str(caught.value)
    assert party.revisions.count() == 1


def test_it_asks_for_a_reason_and_for_a_revision_that_exists(party: Party, cast: Cast) -> None:
    with pytest.raises(ValidationError, match="Say why"):
        services.patch_facts(party, {"/cause/actor": "internal"}, 1, cast.alice, " ")
    with pytest.raises(ValidationError, match="1 to 1"):
        patch(party, {"/cause/actor": "internal"}, 2, cast.alice)
    with pytest.raises(ValidationError, match="lies in the future"):
        patch(party, {"/cause/actor": "internal"}, 1, cast.alice, known_at=timezone.now() + timedelta(hours=1))


# -- two officers -------------------------------------------------------------------------------------


def test_it_lets_two_officers_change_different_facts_from_the_same_revision(party: Party, cast: Cast) -> None:
    patch(party, {"/cause/actor": "internal"}, 1, cast.alice)
    made = patch(party, {"/cause/intent": "accidental"}, 1, cast.bob)
    assert made.number == 3
    assert made.document["cause"] == {"actor": "internal", "intent": "accidental"}


def test_it_shows_both_values_where_two_officers_changed_the_same_fact(party: Party, cast: Cast) -> None:
    patch(party, {"/affected/fr/count": {"kind": "exact", "n": 612}}, 1, cast.alice)
    mine = {"/affected/fr/count": {"kind": "exact", "n": 700}, "/cause/actor": "internal"}
    with pytest.raises(services.FactsConflict) as caught:
        patch(party, mine, 1, cast.bob)
    (conflict,) = caught.value.conflicts
    assert conflict.path == "/affected/fr/count"
    assert conflict.base == {"kind": "at_least", "low": 500}
    assert conflict.theirs == {"kind": "exact", "n": 612}
    assert conflict.mine == {"kind": "exact", "n": 700}
    assert (conflict.by, conflict.revision) == ("Alice", 2)
    assert caught.value.patch == mine
    assert caught.value.free == {"/cause/actor": "internal"}
    assert party.revisions.count() == 2


def test_it_sees_no_conflict_where_both_typed_the_same(party: Party, cast: Cast) -> None:
    same = {"/affected/fr/count": {"kind": "exact", "n": 612}}
    patch(party, same, 1, cast.alice)
    assert patch(party, same, 1, cast.bob).number == 2


def test_it_sees_a_conflict_where_one_removed_the_row_that_the_other_worked_on(party: Party, cast: Cast) -> None:
    patch(party, {"/affected/fr": None}, 1, cast.alice)
    with pytest.raises(services.FactsConflict) as caught:
        patch(party, {"/affected/fr/count": {"kind": "exact", "n": 700}}, 1, cast.bob)
    (conflict,) = caught.value.conflicts
    assert (conflict.path, conflict.their_path, conflict.theirs) == ("/affected/fr/count", "/affected/fr", None)


def test_it_sees_a_conflict_with_a_change_that_was_changed_again_since(party: Party, cast: Cast) -> None:
    patch(party, {"/cause/actor": "internal"}, 1, cast.alice)
    patch(party, {"/cause/actor": "processor"}, 2, cast.alice)
    with pytest.raises(services.FactsConflict) as caught:
        patch(party, {"/cause/actor": "external"}, 1, cast.bob)
    assert caught.value.conflicts[0].theirs == "processor"
    assert caught.value.conflicts[0].revision == 3


# -- the chain ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE incidents_factsrevision SET reason = 'another'",
        "DELETE FROM incidents_factsrevision",
        "TRUNCATE incidents_factsrevision CASCADE",
        "UPDATE incidents_assessment SET findings = '[]'",
        "DELETE FROM incidents_dutychange",
        "UPDATE incidents_timelineentry SET text = 'another'",
    ],
)
def test_it_lets_nobody_rewrite_what_was_recorded(party: Party, statement: str) -> None:
    with connection.cursor() as cursor:
        # Else TRUNCATE is refused on account of the foreign keys that are still to be checked.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
            cursor.execute(statement)


def test_it_gives_a_revision_number_only_once(party: Party) -> None:
    first = party.revisions.get()
    first.pk = None
    with pytest.raises(DatabaseError, match="incidents_revision_number_unique"), transaction.atomic():
        first.save(force_insert=True)


# -- projections --------------------------------------------------------------------------------------


def test_it_projects_people_data_and_instants(party: Party, cast: Cast) -> None:
    patch(
        party,
        {
            "/affected/fr/count": {"kind": "between", "low": 500, "high": 800},
            "/affected/oceania/region": "009",
            "/data/vehicle@fr/status": "suspected",
            "/timeline/contained_at": "not_yet",
            "/timeline/detected_at": {"earliest": "2026-11-01T00:00:00Z", "latest": "2026-11-02T00:00:00Z"},
        },
        1,
        cast.alice,
    )
    people = {row.row: row for row in AffectedPeople.objects.filter(party=party)}
    assert (people["fr"].country, people["fr"].low, people["fr"].high) == ("FR", 500, 800)
    assert (people["oceania"].region, people["oceania"].low, people["oceania"].high) == ("009", None, None)
    data = {row.row: row for row in DataInvolved.objects.filter(party=party)}
    assert (data["full_name"].category, data["full_name"].element) == ("basic_identity", "full_name")
    assert (data["vehicle@fr"].category, data["vehicle@fr"].element, data["vehicle@fr"].groups) == (
        "vehicle",
        "",
        ["fr"],
    )
    instants = {row.name: row for row in FactInstant.objects.filter(party=party)}
    assert instants["contained_at"].not_yet
    assert instants["detected_at"].latest == datetime(2026, 11, 2, tzinfo=UTC)


def test_it_makes_the_projections_again_from_the_facts(party: Party) -> None:
    AffectedPeople.objects.all().delete()
    FactInstant.objects.all().update(not_yet=True, earliest=None, latest=None)
    services.rebuild_projections(party)
    assert AffectedPeople.objects.get(party=party).low == 500
    assert not FactInstant.objects.get(party=party, name="became_aware_at").not_yet


def test_it_gives_each_party_its_own_facts(open_case: Callable[..., Incident], cast: Cast, incident: Incident) -> None:
    from accounts.models import LegalEntity

    service = LegalEntity.objects.create(workspace=cast.workspace, name="Harbour Connect", country="NZ")
    other = services.add_party(
        incident, service, by=cast.alice, position="service_company", facts={"/organisation/role": "processor"}
    )
    assert other.revisions.get().document["organisation"] == {
        "name": "Harbour Connect",
        "country": "NZ",
        "kind": "business",
        "role": "processor",
    }
    with pytest.raises(ValidationError, match="takes part in INC-2026-001 already"):
        services.add_party(incident, service, by=cast.alice)
