"""Figures beside the cases follow every change in its transaction, hide what is restricted, and can be had again."""

from collections.abc import Callable, Collection
from datetime import timedelta
from importlib import import_module

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Membership, Role
from incidents import services
from incidents.models import CaseFigures, FigureCount, Incident, Obligation, Party, Sweep
from incidents.selectors.counts import Kind, counts_of
from incidents.tasks import tick
from tests.conftest import Cast

OpenCase = Callable[..., Incident]


@pytest.fixture
def counts(cast: Cast) -> Callable[..., dict[str, int]]:
    def read(who: str = "alice", kinds: Collection[str] = tuple(Kind)) -> dict[str, int]:
        member = Membership.objects.get(user=getattr(cast, who), workspace=cast.workspace)
        return dict(counts_of(member, kinds))

    return read


def figures(incident: Incident) -> CaseFigures:
    return CaseFigures.objects.get(incident=incident)


def duty(party: Party, hours: float, cast: Cast) -> Obligation:
    due = timezone.now() + timedelta(hours=hours)
    return services.add_obligation(party, title="Tell the insurer", source="Policy", by=cast.alice, due=due)


def test_it_follows_each_act_on_a_duty(party: Party, cast: Cast) -> None:
    before = figures(party.incident)
    soonest = duty(party, -1000, cast)
    held = figures(party.incident)
    assert (held.legal_id, held.legal_at, held.legal_possible) == (soonest.pk, soonest.due, False)
    assert (held.required, held.still_open) == (before.required + 1, before.still_open + 1)
    done = services.record_fulfilment(soonest, at=timezone.now(), by=cast.alice, channel="post")
    held = figures(party.incident)
    assert (held.legal_id, held.still_open) == (before.legal_id, before.still_open)
    services.withdraw_fulfilment(done, by=cast.alice, reason="Never sent")
    assert figures(party.incident).legal_id == soonest.pk
    decision = services.decide_not_to_notify(soonest, by=cast.alice, reason="Covered elsewhere")
    assert figures(party.incident).legal_id == before.legal_id
    assert figures(party.incident).decision_needed
    services.approve_decision(decision, by=cast.bob)
    services.revoke_decision(decision, by=cast.bob, reason="New facts")
    assert figures(party.incident).legal_id == soonest.pk
    services.change_obligation(soonest, by=cast.alice, reason="Settled", outcome="DOES_NOT_APPLY")
    assert figures(party.incident).legal_id == before.legal_id


def test_it_counts_what_changed_until_somebody_has_looked(party: Party, cast: Cast) -> None:
    services.patch_facts(party, {"/affected/de": {"country": "DE", "presence": "confirmed"}}, 1, cast.alice, "news")
    changed = list(Obligation.objects.filter(changed_in__isnull=False))
    assert figures(party.incident).changed == len(changed) > 0
    services.acknowledge_changes(changed, by=cast.alice)
    assert figures(party.incident).changed == 0


def test_it_keeps_them_with_the_change_or_not_at_all(party: Party, cast: Cast) -> None:
    before = figures(party.incident).legal_at
    with transaction.atomic():
        duty(party, -1000, cast)
        assert figures(party.incident).legal_at != before
        transaction.set_rollback(True)
    assert figures(party.incident).legal_at == before


def test_it_adds_up_the_cases_of_a_workspace(
    open_case: OpenCase, counts: Callable[..., dict[str, int]], cast: Cast
) -> None:
    one = open_case({"/cause/type": "phishing"})
    open_case()
    open_case(stands_at=timezone.now())
    assert counts()["open"] == 3
    assert counts(kinds=["running"])["cause:phishing"] == 1
    assert counts(kinds=["still"])["open"] == 1
    services.close_incident(one, by=cast.alice, reason="Done")
    assert (counts()["open"], counts()["closed"]) == (2, 1)
    services.reopen_incident(one, by=cast.alice, reason="Not done")
    assert "closed" not in counts()


def test_it_counts_a_restricted_case_only_for_those_who_see_it(
    open_case: OpenCase, counts: Callable[..., dict[str, int]], cast: Cast
) -> None:
    case = open_case({"/cause/type": "phishing"})
    assert counts("bob")["cause:phishing"] == 1
    # In the same statement, whoever writes it: the count must not be late.
    Incident.objects.filter(pk=case.pk).update(restricted=True)
    assert counts("bob") == {}
    assert counts("alice")["cause:phishing"] == 1
    services.grant_access(case, cast.bob, by=cast.alice)
    assert counts("bob")["cause:phishing"] == 1
    Incident.objects.filter(pk=case.pk).update(restricted=False)
    assert counts("bob")["cause:phishing"] == 1


def test_it_counts_nothing_for_whoever_sees_no_cases(open_case: OpenCase, cast: Cast) -> None:
    open_case()
    Membership.objects.filter(user=cast.bob).update(role=Role.ADMINISTRATOR)
    assert not counts_of(Membership.objects.get(user=cast.bob))


def test_it_folds_what_has_gathered_and_says_the_same(
    open_case: OpenCase, counts: Callable[..., dict[str, int]]
) -> None:
    for _ in range(3):
        open_case()
    before = counts()
    services.fold_counts()
    assert counts() == before
    assert FigureCount.objects.filter(key="open").count() == 1


def test_it_repairs_what_a_lost_call_left_behind(party: Party, cast: Cast) -> None:
    right = figures(party.incident)
    CaseFigures.objects.filter(incident=party.incident).update(legal_at=None, legal=None, required=99)
    tick()
    held = figures(party.incident)
    assert (held.legal_id, held.legal_at, held.required) == (right.legal_id, right.legal_at, right.required)
    assert services.sweep_figures() == 0


def test_it_goes_through_all_cases_part_by_part(open_case: OpenCase) -> None:
    for _ in range(3):
        open_case()
    CaseFigures.objects.update(required=99)
    assert [services.sweep_figures(2), services.sweep_figures(2)] == [2, 1]
    assert Sweep.objects.get(name="figures").after == 0


def test_it_makes_all_of_them_again(incident: Incident, capsys: pytest.CaptureFixture[str]) -> None:
    CaseFigures.objects.update(counts={}, required=99)
    call_command("rebuild_figures", workspace="harbour")
    assert "Figures of 1 case counted again, 1 differed." in capsys.readouterr().out
    assert FigureCount.objects.filter(key="open", number=1).exists()


def test_it_begins_with_cases_from_before_that_nobody_has_counted(incident: Incident) -> None:
    Sweep.objects.create(name="figures", after=incident.pk)  # its turn is over
    CaseFigures.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(import_module("incidents.migrations.0013_figures_and_search").EXISTING)
    assert figures(incident).counted_at is None
    services.sweep_figures(1)
    assert figures(incident).required > 0
