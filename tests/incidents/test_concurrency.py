"""What happens at the same time: real transactions on connections of their own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from django.db import connection, transaction

from incidents import services
from incidents.models import FactsRevision, Incident, Party
from incidents.services.facts import lock_party
from tests.conftest import Cast

Result = TypeVar("Result")


def _on_own_connection(work: Callable[[], Result]) -> Result:
    try:
        return work()
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_it_makes_a_second_officer_wait_and_then_decide_by_path(party: Party, cast: Cast) -> None:
    held, tried = threading.Event(), threading.Event()

    def first() -> int:
        with transaction.atomic():
            lock_party(party)
            held.set()
            # The second one is on its way into the same lock before this one writes.
            tried.wait(5)
            changes = {"/affected/fr/count": {"kind": "exact", "n": 612}}
            return services.patch_facts(party, changes, 1, cast.alice, "counted").number

    def second(changes: dict[str, Any]) -> FactsRevision:
        held.wait(5)
        tried.set()
        return services.patch_facts(party, changes, 1, cast.bob, "counted too")

    with ThreadPoolExecutor(3) as pool:
        one = pool.submit(_on_own_connection, first)
        free = pool.submit(_on_own_connection, lambda: second({"/cause/actor": "internal"}))
        taken = pool.submit(_on_own_connection, lambda: second({"/affected/fr/count": {"kind": "exact", "n": 9}}))
        assert one.result(20) == 2
        assert free.result(20).number == 3
        with pytest.raises(services.FactsConflict) as caught:
            taken.result(20)
    assert caught.value.conflicts[0].theirs == {"kind": "exact", "n": 612}
    newest = party.revisions.order_by("-number")[0].document
    assert newest["affected"][0]["count"] == {"kind": "exact", "n": 612}
    assert newest["cause"] == {"actor": "internal"}


@pytest.mark.django_db(transaction=True)
def test_it_numbers_cases_without_gaps_whatever_fails_or_runs_at_once(
    cast: Cast, open_case: Callable[..., Incident]
) -> None:
    def work(turn: int) -> None:
        with transaction.atomic():
            open_case({"/cause/actor": "internal"}, title=f"Case {turn}")
            if turn % 3 == 0:
                transaction.set_rollback(True)

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(_on_own_connection, lambda turn=turn: work(turn)) for turn in range(9)]:
            done.result(30)
    numbers = sorted(Incident.objects.values_list("number", flat=True))
    references = sorted(Incident.objects.values_list("reference", flat=True))
    year = Incident.objects.order_by("number")[0].opened_at.year
    assert numbers == [1, 2, 3, 4, 5, 6]
    assert references == [f"INC-{year}-{number:03d}" for number in numbers]
