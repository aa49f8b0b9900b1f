"""Two cases become one, and one becomes two: nothing sent, known or due is lost on the way."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.joining import compare
from incidents.models import (
    AwarenessCandidate,
    FactsRevision,
    Fulfilment,
    Incident,
    IncidentLink,
    IncidentMerge,
    Obligation,
    Party,
    Task,
    TimelineEntry,
)
from incidents.services import (
    Cut,
    add_obligation,
    change_incident,
    close_incident,
    merge_incidents,
    patch_facts,
    record_fulfilment,
    split_incident,
    undo_merge,
)
from incidents.services.awareness import add_candidate
from incidents.services.carrying import is_covered, open_clocks
from incidents.services.merging import undo_obstacles
from incidents.services.tasks import add_task, finish_task
from tests.conftest import Cast
from tests.incidents.conftest import AWARE, FACTS

SENT = AWARE + timedelta(hours=10)


@pytest.fixture
def other(open_case: Callable[..., Incident]) -> Incident:
    """The same incident reported a second time: known an hour earlier, with people in Spain as well."""
    return open_case(
        facts={
            **FACTS,
            "/timeline/became_aware_at": (AWARE - timedelta(hours=1)).isoformat(),
            "/affected/fr/count": {"kind": "exact", "n": 640},
            "/affected/es": {"country": "ES", "presence": "confirmed"},
            "/provenance/~1affected~1es~1presence": {"state": "known", "from": "Dealer list"},
        },
        title="Mailbox of the dealers",
    )


def document(party: Party) -> dict[str, Any]:
    return FactsRevision.objects.filter(party=party).order_by("-number")[0].document


def art33(incident: Incident) -> Obligation:
    return Obligation.objects.get(incident=incident, duty="gdpr.art33.notify_authority", stage="initial")


def merge(source: Incident, target: Incident, cast: Cast, **choices: str) -> IncidentMerge:
    chosen = {source.parties.get().pk: {path.replace("_", "/"): side for path, side in choices.items()}}
    return merge_incidents(source, target, choices=chosen, reason="One mailbox, reported twice", by=cast.alice)


# -- merging ------------------------------------------------------------------------------------------


def test_it_sets_what_differs_beside_each_other(incident: Incident, other: Incident) -> None:
    found = compare(document(incident.parties.get()), document(other.parties.get()))
    assert {one.path: one.safer for one in found.differing} == {
        "/timeline/became_aware_at": "source",  # the earlier one
        "/affected/fr/count": "target",
    }
    assert "/affected/es/country" in found.new


def test_it_takes_the_same_people_for_the_same_group_whatever_they_are_called() -> None:
    ours = {"affected": [{"id": "g1", "country": "FR"}, {"id": "es", "country": "PT"}]}
    theirs = {
        "affected": [{"id": "fr", "country": "FR", "persons": "5"}, {"id": "es", "country": "ES"}],
        "data": [{"category": "full_name", "groups": ["es", "fr"], "status": "confirmed"}],
    }
    found = compare(ours, theirs).document
    assert [row["id"] for row in found["affected"]] == ["g1", "es-2"]
    assert found["data"][0]["groups"] == ["es-2", "g1"]


def test_it_keeps_both_histories_and_closes_the_one(incident: Incident, other: Incident, cast: Cast) -> None:
    merge(other, incident, cast)
    other.refresh_from_db()
    assert other.closing_reason.startswith(f"Merged into {incident.reference}")
    assert FactsRevision.objects.filter(party__incident=other).exists()
    assert TimelineEntry.objects.filter(incident=incident, event="merged").count() == 1
    facts = document(incident.parties.get())
    assert {row["country"] for row in facts["affected"]} == {"FR", "ES"}
    assert facts["provenance"]["/affected/es/presence"]["from"] == f"{other.reference}: Dealer list"
    assert facts["affected"][0]["count"] == {"kind": "at_least", "low": 500}


def test_it_takes_the_earlier_moment_unless_told_otherwise(incident: Incident, other: Incident, cast: Cast) -> None:
    before = art33(other).due
    merge(other, incident, cast)
    assert art33(incident).due == before


def test_it_keeps_a_clock_that_the_choice_would_make_later(incident: Incident, other: Incident, cast: Cast) -> None:
    mine, theirs = art33(incident).due, art33(other).due
    chosen = {other.parties.get().pk: {"/timeline/became_aware_at": "target"}}
    merge_incidents(other, incident, choices=chosen, reason="One mailbox", by=cast.alice)
    assert art33(incident).due == mine
    carried = Obligation.objects.filter(incident=incident, origin="hand", due=theirs)
    assert carried.exists()
    assert carried[0].source.startswith(other.reference)


def test_no_open_clock_of_it_ends_later_or_is_gone(incident: Incident, other: Incident, cast: Cast) -> None:
    add_obligation(other.parties.get(), title="Tell the insurer", source="Policy", by=cast.alice, due=SENT)
    before = open_clocks(other.parties.get())
    merge(other, incident, cast)
    assert before
    assert all(is_covered(duty, incident.parties.get()) for duty in before)


def test_what_was_sent_there_counts_here(incident: Incident, other: Incident, cast: Cast) -> None:
    record_fulfilment(art33(other), at=SENT, by=cast.alice, channel="portal", reference="4471-B")
    merge(other, incident, cast)
    here = Fulfilment.objects.get(obligation=art33(incident))
    assert (here.at, here.reference, here.channel) == (SENT, "4471-B", "portal")
    assert other.reference in here.note


def test_it_copies_the_instants_that_came_into_question(incident: Incident, other: Incident, cast: Cast) -> None:
    add_candidate(other.parties.get(), at=AWARE, source="The help desk's log", by=cast.alice)
    merge(other, incident, cast)
    assert (
        AwarenessCandidate.objects.get(party=incident.parties.get()).source == f"{other.reference}: The help desk's log"
    )


@pytest.mark.parametrize("what", ["itself", "closed", "restricted", "no reason"])
def test_it_refuses_in_words(incident: Incident, other: Incident, cast: Cast, what: str) -> None:
    reason, target = "Same", incident
    if what == "itself":
        target = other
    elif what == "closed":
        target = close_incident(incident, by=cast.alice, reason="Done")
    elif what == "restricted":
        other = change_incident(other, by=cast.alice, reason="Secret", restricted=True)
    else:
        reason = " "
    with pytest.raises(ValidationError):
        merge_incidents(other, target, choices={}, reason=reason, by=cast.alice)
    assert not IncidentMerge.objects.exists()


def test_it_can_be_undone_while_nothing_was_sent(incident: Incident, other: Incident, cast: Cast) -> None:
    record_fulfilment(art33(other), at=SENT, by=cast.alice, channel="portal")
    before, due = document(incident.parties.get()), art33(incident).due
    made = merge(other, incident, cast)
    undo_merge(made, reason="Two mailboxes after all", by=cast.alice)
    assert document(incident.parties.get()) == before
    assert art33(incident).due == due
    assert not Fulfilment.objects.filter(obligation=art33(incident), withdrawn_at__isnull=True).exists()
    assert not Obligation.objects.filter(incident=incident, origin="hand").open().exists()
    other.refresh_from_db()
    assert (other.closed_at, other.phase) == (None, made.phase_before)
    assert not IncidentLink.objects.exists()


def test_undoing_leaves_what_was_changed_since(incident: Incident, other: Incident, cast: Cast) -> None:
    made = merge(other, incident, cast)
    party = incident.parties.get()
    base = FactsRevision.objects.filter(party=party).count()
    patch_facts(party, {"/affected/fr/count": {"kind": "exact", "n": 9}}, base, cast.alice, "Counted")
    undo_merge(made, reason="Two after all", by=cast.alice)
    assert document(party)["affected"][0]["count"] == {"kind": "exact", "n": 9}


def test_it_cannot_be_undone_once_something_was_sent(incident: Incident, other: Incident, cast: Cast) -> None:
    made = merge(other, incident, cast)
    record_fulfilment(art33(incident), at=SENT, by=cast.alice, channel="portal")
    assert any("was sent" in one for one in undo_obstacles(made))
    with pytest.raises(ValidationError, match="was sent"):
        undo_merge(made, reason="Two after all", by=cast.alice)


# -- splitting ----------------------------------------------------------------------------------------


def test_it_cuts_a_case_in_two_and_both_say_from_where(other: Incident, cast: Cast) -> None:
    party = other.parties.get()
    add_candidate(party, at=AWARE, source="The log", by=cast.alice)
    record_fulfilment(art33(other), at=SENT, by=cast.alice, channel="portal", reference="4471-B")
    cut = Cut(
        groups=frozenset({"es"}),
        data=frozenset({"full_name"}),
        both=frozenset({"full_name"}),
        sections=frozenset({"nature"}),
    )
    split = split_incident(party, cut, title="Spain", reason="Another mailbox", by=cast.alice)
    made = split.made
    here, there = document(party), document(made.parties.get())
    assert [row["country"] for row in here["affected"]] == ["FR"]
    assert [row["country"] for row in there["affected"]] == ["ES"]
    assert here["data"] == there["data"]
    assert there["timeline"]["became_aware_at"] == here["timeline"]["became_aware_at"]
    assert there["provenance"]["/affected/es/presence"]["from"] == f"{other.reference}: Dealer list"
    assert AwarenessCandidate.objects.get(party=made.parties.get()).source == f"{other.reference}: The log"
    assert Fulfilment.objects.filter(obligation__incident=made, reference="4471-B").count() == 1
    assert made.links.get().kind == "split_from"
    assert TimelineEntry.objects.filter(incident=other, event="split").count() == 1


def test_no_clock_is_lost_by_a_split(other: Incident, cast: Cast) -> None:
    before = open_clocks(other.parties.get())
    cut = Cut(
        groups=frozenset({"es"}),
        data=frozenset({"full_name"}),
        both=frozenset({"full_name"}),
        sections=frozenset({"nature"}),
    )
    made = split_incident(other.parties.get(), cut, title="Spain", reason="Another mailbox", by=cast.alice).made
    here, there = other.parties.get(), made.parties.get()
    assert before
    assert [duty.title for duty in before if not (is_covered(duty, here) or is_covered(duty, there))] == []


def test_data_stay_with_whom_they_are_of(open_case: Callable[..., Incident], cast: Cast) -> None:
    case = open_case(
        facts={
            **FACTS,
            "/affected/es": {"country": "ES", "presence": "confirmed"},
            "/data/email_address@es,fr": {"status": "confirmed"},
        }
    )
    cut = Cut(
        groups=frozenset({"es"}), data=frozenset({"email_address@es,fr"}), both=frozenset({"email_address@es,fr"})
    )
    made = split_incident(case.parties.get(), cut, title="Spain", reason="Two", by=cast.alice).made
    groups = [row["groups"] for one in (case, made) for row in document(one.parties.get())["data"] if row.get("groups")]
    assert groups == [["fr"], ["es"]]


def test_a_restricted_case_makes_a_restricted_one(other: Incident, cast: Cast) -> None:
    change_incident(other, by=cast.alice, reason="Secret", restricted=True)
    made = split_incident(
        other.parties.get(), Cut(frozenset({"es"}), frozenset()), title="Spain", reason="Two", by=cast.alice
    ).made
    assert made.restricted


@pytest.mark.parametrize(
    ("cut", "reason"), [(Cut(frozenset(), frozenset()), "Two"), (Cut(frozenset({"es"}), frozenset()), " ")]
)
def test_it_splits_nothing_without_choice_and_reason(other: Incident, cast: Cast, cut: Cut, reason: str) -> None:
    with pytest.raises(ValidationError):
        split_incident(other.parties.get(), cut, title="Spain", reason=reason, by=cast.alice)


# -- what stands beside the facts -----------------------------------------------------------------------


def test_open_tasks_go_along_and_come_back_when_a_merge_is_undone(
    incident: Incident, other: Incident, cast: Cast
) -> None:
    duty = art33(other)
    mine = add_task(other, title="Ask the dealers", by=cast.alice, owner=cast.bob, obligation=duty, note="By phone")
    done = finish_task(add_task(other, title="Keep the logs", by=cast.alice), by=cast.alice)
    made = merge(other, incident, cast)
    carried = Task.objects.get(incident=incident)
    assert (carried.title, carried.owner, carried.obligation) == ("Ask the dealers", cast.bob, art33(incident))
    assert carried.note == f"By phone\nFrom {other.reference}, merged into this case."
    assert list(Task.objects.filter(incident=other).order_by("pk")) == [mine, done]
    undo_merge(made, reason="Two after all", by=cast.alice)
    carried.refresh_from_db()
    assert carried.state == "dropped"
    assert Task.objects.open().get() == mine


def test_a_task_that_was_done_since_stays_when_a_merge_is_undone(
    incident: Incident, other: Incident, cast: Cast
) -> None:
    add_task(other, title="Ask the dealers", by=cast.alice)
    made = merge(other, incident, cast)
    finish_task(Task.objects.get(incident=incident), by=cast.bob)
    undo_merge(made, reason="Two after all", by=cast.alice)
    assert Task.objects.get(incident=incident).state == "done"


def test_a_task_of_a_playbook_is_not_carried_twice(incident: Incident, other: Incident, cast: Cast) -> None:
    for case in (incident, other):
        task = add_task(case, title="Isolate", by=cast.alice, origin="playbook")
        Task.objects.filter(pk=task.pk).update(source="ransomware/isolate")
    merge(other, incident, cast)
    assert Task.objects.filter(incident=incident).count() == 1


def test_nobody_is_given_a_task_of_a_case_that_he_may_not_see(incident: Incident, other: Incident, cast: Cast) -> None:
    add_task(other, title="Ask the dealers", by=cast.alice, owner=cast.bob)
    change_incident(incident, by=cast.alice, reason="Small circle", restricted=True)
    incident.refresh_from_db()
    merge(other, incident, cast)
    assert Task.objects.get(incident=incident).owner is None
