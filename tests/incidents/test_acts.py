"""Acts about a duty: fulfilling, deciding, entering by hand; and what the database insists on."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import history
from incidents import events, paths, services
from incidents.models import Decision, Fulfilment, Obligation, Party, TimelineEntry
from tests.conftest import Cast

SENT = datetime(2026, 11, 4, 15, 0, tzinfo=UTC)
NOTICE = "/notices/supervisory_authority@FR@gdpr.art33.notify_authority@initial"


@pytest.fixture
def duty(party: Party) -> Obligation:
    return Obligation.objects.get(party=party, duty="gdpr.art33.notify_authority", stage="initial")


def fulfil(duty: Obligation, cast: Cast, **more: object) -> Fulfilment:
    given = {"at": SENT, "by": cast.alice, "channel": "portal", "reference": "CNIL-1234", **more}
    return services.record_fulfilment(duty, **given)  # type: ignore[arg-type]


def test_it_records_a_fulfilment_as_an_act_a_fact_and_an_event(duty: Obligation, cast: Cast) -> None:
    heard: list[events.ObligationFulfilled] = []
    events.subscribe(events.ObligationFulfilled, heard.append)
    try:
        made = fulfil(duty, cast)
    finally:
        events.unsubscribe(events.ObligationFulfilled, heard.append)
    newest = duty.party.revisions.order_by("-number")[0]
    assert paths.get(newest.document, f"{NOTICE}/first_sent_at") == "2026-11-04T15:00:00Z"
    assert made.revision is not None
    assert made.revision.number == 1  # the facts as they were when it was sent
    assert not Obligation.objects.open().filter(pk=duty.pk).exists()
    entry = TimelineEntry.objects.get(event="fulfilled")
    assert (entry.kind, entry.at, entry.author) == ("legal", SENT, cast.alice)
    assert heard == [events.ObligationFulfilled(duty.pk, made.pk)]


def test_it_records_a_repeated_call_once(duty: Obligation, cast: Cast) -> None:
    first = fulfil(duty, cast, key="submission:7")
    assert fulfil(duty, cast, key="submission:7") == first
    assert Fulfilment.objects.count() == 1


def test_it_keeps_the_first_instant_of_a_notice_sent_twice(duty: Obligation, cast: Cast) -> None:
    fulfil(duty, cast)
    fulfil(duty, cast, at=SENT + timedelta(hours=3), reference="CNIL-1235")
    newest = duty.party.revisions.order_by("-number")[0]
    assert newest.number == 2
    assert paths.get(newest.document, f"{NOTICE}/first_sent_at") == "2026-11-04T15:00:00Z"


def test_it_withdraws_a_mistaken_fulfilment_and_keeps_it(duty: Obligation, cast: Cast) -> None:
    made = fulfil(duty, cast)
    with pytest.raises(ValidationError, match="why the record was wrong"):
        services.withdraw_fulfilment(made, by=cast.alice, reason="")
    services.withdraw_fulfilment(made, by=cast.alice, reason="the portal refused it")
    assert Obligation.objects.open().filter(pk=duty.pk).exists()
    assert Fulfilment.objects.get(pk=made.pk).withdrawn_reason == "the portal refused it"
    assert paths.get(duty.party.revisions.order_by("-number")[0].document, NOTICE) is None


def test_it_refuses_a_fulfilment_of_the_future(duty: Obligation, cast: Cast) -> None:
    with pytest.raises(ValidationError, match="lies in the future"):
        fulfil(duty, cast, at=timezone.now() + timedelta(minutes=5))
    with pytest.raises(ValidationError, match="expected one of portal"):
        fulfil(duty, cast, channel="pigeon")


def test_it_takes_a_decision_with_reason_person_and_facts(duty: Obligation, cast: Cast) -> None:
    made = services.decide_not_to_notify(duty, by=cast.alice, reason="Files were encrypted, the key is safe")
    assert made.revision is not None
    assert made.revision.number == 1
    assert not Obligation.objects.open().filter(pk=duty.pk).exists()
    with pytest.raises(ValidationError, match="A decision stands already"):
        services.decide_not_to_notify(duty, by=cast.bob, reason="again")
    services.revoke_decision(made, by=cast.alice, reason="the key was found in the same folder")
    assert Obligation.objects.open().filter(pk=duty.pk).exists()
    assert history.events_of(made)[-1].reason == "the key was found in the same folder"


def test_it_wants_somebody_else_to_approve_a_decision(duty: Obligation, cast: Cast) -> None:
    made = services.decide_not_to_notify(duty, by=cast.alice, reason="encrypted")
    with pytest.raises(ValidationError, match="somebody else must approve it"):
        services.approve_decision(made, by=cast.alice)
    assert services.approve_decision(made, by=cast.bob).approved_by == cast.bob


def test_it_refuses_a_decision_without_reason_in_words_and_in_the_database(duty: Obligation, cast: Cast) -> None:
    with pytest.raises(ValidationError, match="Give the reason"):
        services.decide_not_to_notify(duty, by=cast.alice, reason="  ")
    with pytest.raises(IntegrityError, match="incidents_decision_reason_given"), transaction.atomic():
        Decision.objects.create(obligation=duty, kind="not_to_notify", reason=" ", decided_by=cast.alice)
    with pytest.raises(IntegrityError, match="decided_by_id"), transaction.atomic():
        Decision.objects.create(obligation=duty, kind="not_to_notify", reason="encrypted")
    with pytest.raises(IntegrityError, match="incidents_decision_approved_by_another"), transaction.atomic():
        Decision.objects.create(
            obligation=duty,
            kind="not_to_notify",
            reason="encrypted",
            decided_by=cast.alice,
            approved_by=cast.alice,
            approved_at=timezone.now(),
        )


def test_it_takes_a_duty_by_hand_and_leaves_it_alone_when_facts_change(party: Party, cast: Cast) -> None:
    due = datetime(2026, 11, 3, 17, 0, tzinfo=UTC)
    made = services.add_obligation(
        party, title="Tell the insurer", source="Cyber policy, clause 7.2", by=cast.alice, due=due
    )
    services.patch_facts(party, {"/risk/level": "high_risk"}, 1, cast.alice, "judged")
    made.refresh_from_db()
    assert (made.origin, made.outcome, made.found, made.due) == ("hand", "APPLIES", True, due)
    services.change_obligation(made, by=cast.alice, reason="extended by the insurer", due=due + timedelta(days=1))
    assert history.events_of(made)[-1].reason == "extended by the insurer"
    with pytest.raises(ValidationError, match="where the duty comes from"):
        services.add_obligation(party, title="Tell the insurer", source=" ", by=cast.alice)


def test_it_changes_no_duty_of_the_law_by_hand(duty: Obligation, cast: Cast) -> None:
    with pytest.raises(ValidationError, match="change the facts instead"):
        services.change_obligation(duty, by=cast.alice, reason="too early", due=timezone.now())


def test_it_rolls_everything_back_together(duty: Obligation, cast: Cast) -> None:
    """A notice that the facts refuse (sent before the incident's other instants is fine; after as_of is not)."""
    with pytest.raises(ValidationError):
        fulfil(duty, cast, as_of=SENT - timedelta(days=1))
    assert not Fulfilment.objects.exists()
    assert not TimelineEntry.objects.filter(event="fulfilled").exists()
