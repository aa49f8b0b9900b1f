"""What did we know when: the case at any instant, what lies between two, who changed what and why."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from incidents.models import Fulfilment, Incident, Obligation, Party
from incidents.selectors import newest_revision
from incidents.services import (
    add_obligation,
    close_incident,
    decide_not_to_notify,
    patch_facts,
    record_fulfilment,
    write_narrative,
)
from reports.services import draft_document, edit_answer
from tests.workbench.conftest import AWARE, duty_of, page
from workbench.selectors.log import case_log
from workbench.selectors.then import Reading, Standing, acts_between, between, standing

Url = Callable[..., str]
PARIS = ZoneInfo("Europe/Paris")
MAY = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)


def recorded(party: Party) -> datetime:
    """When the newest facts were typed."""
    found = newest_revision(party)
    assert found is not None
    return found.recorded_at


def outcomes(of: Standing) -> dict[str, str]:
    return {duty.obligation.duty: duty.obligation.outcome for duty in of.duties if duty.obligation.jurisdiction == "FR"}


def test_it_shows_what_stood_on_the_screen_at_an_instant(party: Party, alice: User) -> None:
    before = timezone.now()
    patch_facts(party, {"/organisation/role": "controller"}, 1, alice, "Read the contract")
    then, now = (standing(party, at, Reading.RECORDED) for at in (before, timezone.now()))
    assert "role" not in then.document["organisation"]
    assert outcomes(then)["gdpr.art33.notify_authority"] == "UNDETERMINED"
    assert outcomes(now)["gdpr.art33.notify_authority"] == "APPLIES"
    assert (then.revisions, now.revisions) == ((1,), (1, 2))
    assert standing(party, MAY, Reading.RECORDED).nothing


def test_it_shows_what_was_known_whenever_it_was_typed(open_case: Callable[..., Incident], alice: User) -> None:
    party = open_case(known_at=AWARE + timedelta(hours=2), opened_at=AWARE).parties.get()
    patch_facts(party, {"/organisation/role": "controller"}, 1, alice, "Told then", AWARE + timedelta(hours=9))
    day = AWARE + timedelta(hours=3)
    then = standing(party, day, Reading.KNOWN)
    assert "role" not in then.document["organisation"]
    assert outcomes(then)["gdpr.art33.notify_authority"] == "UNDETERMINED"
    assert (then.as_of, then.assessment) == (day, None)
    assert standing(party, day, Reading.RECORDED).nothing
    later = standing(party, AWARE + timedelta(hours=10), Reading.KNOWN)
    assert outcomes(later)["gdpr.art33.notify_authority"] == "APPLIES"


def test_it_says_where_the_law_cannot_be_applied_to_what_was_known(open_case: Callable[..., Incident]) -> None:
    party = open_case(known_at=MAY, opened_at=MAY).parties.get()  # says that somebody became aware in November
    then = standing(party, MAY, Reading.KNOWN)
    assert "/timeline/became_aware_at" in then.fault
    assert then.document["nature"]
    assert then.duties == ()


def test_it_counts_as_done_only_what_stood_recorded_then(party: Party, alice: User) -> None:
    duty = duty_of(party, "gdpr.art33.notify_authority")
    record_fulfilment(duty, at=timezone.now(), by=alice, channel="portal")
    noted = Fulfilment.objects.get().recorded_at
    before, after = (standing(party, at, Reading.RECORDED) for at in (noted - timedelta(seconds=1), timezone.now()))
    gained = acts_between(before, after)
    assert [(one.obligation.pk, done) for one, done in gained] == [(duty.pk, True)]


def test_it_shows_an_act_that_was_withdrawn_later_as_it_stood(party: Party, alice: User) -> None:
    duty = duty_of(party, "gdpr.art33.notify_authority")
    record_fulfilment(duty, at=timezone.now(), by=alice, channel="portal")
    at = timezone.now()
    Fulfilment.objects.update(withdrawn_at=timezone.now(), withdrawn_by=alice, withdrawn_reason="It never arrived")
    then, now = standing(party, at, Reading.RECORDED), standing(party, timezone.now(), Reading.RECORDED)
    assert [(duty.obligation.pk, done) for duty, done in acts_between(then, now)] == [(duty.pk, False)]


def test_it_words_a_duty_by_hand_as_its_history_does(incident: Incident, party: Party, alice: User) -> None:
    before = timezone.now()
    add_obligation(party, title="Tell the insurer", source="Policy, clause 4", by=alice)
    Obligation.objects.filter(origin="hand").update(title="Tell the broker")
    assert not [one for one in standing(party, before, Reading.RECORDED).duties if one.obligation.origin == "hand"]
    now = [one for one in standing(party, timezone.now(), Reading.RECORDED).duties if one.obligation.origin == "hand"]
    assert len(now) == 1


def test_it_compares_two_instants(party: Party, alice: User) -> None:
    before = timezone.now()
    patch_facts(party, {"/organisation/role": "controller"}, 1, alice, "Read the contract")
    first, second = (standing(party, at, Reading.RECORDED) for at in (before, timezone.now()))
    rows = between(first, second)
    assert "Settled: required" in {row.words for row in rows}
    assert between(second, second) == ()


def test_it_lists_who_changed_what_and_why(party: Party, incident: Incident, alice: User) -> None:
    patch_facts(party, {"/affected/fr/count": {"kind": "exact", "n": 900}}, 1, alice, "Counted the mailbox")
    duty = duty_of(party, "gdpr.art33.notify_authority")
    record_fulfilment(duty, at=timezone.now(), by=alice, channel="portal", note="By telephone first")
    decide_not_to_notify(duty_of(party, "gdpr.art34.communicate"), reason="Nobody is at risk", by=alice)
    write_narrative(incident, question="summary", language="en", text="A mailbox was read.", author=alice, base=0)
    rows = case_log(incident, PARIS)
    said = {row.what: row for row in rows}
    counted = next(row for row in rows if row.why == "Counted the mailbox")
    assert (counted.who, counted.subject) == ("Alice", "factsrevision")
    assert [(one.label, one.before, one.after) for one in counted.changes] == [
        ("France: how many people?", "500 or more", "900")
    ]
    assert said["Recorded as done"].about == f"{duty.title} (France)"
    assert said["Decided"].why
    assert said["Decided"].who == "Alice"
    assert said["Told in words"].why == ""
    assert rows == sorted(rows, key=lambda row: row.at, reverse=True)


def test_it_tells_what_an_update_changed_with_names(incident: Incident, alice: User) -> None:
    close_incident(incident, by=alice, reason="All done")
    row = next(row for row in case_log(incident, PARIS, "case") if row.what == "Case closed")
    changed = {one.label: (one.before, one.after) for one in row.changes}
    assert changed["Phase"][1] == "Closed"
    assert (row.who, row.why) == ("Alice", "All done")


def test_it_tells_what_stood_of_people_who_were_taken_back(party: Party, incident: Incident, alice: User) -> None:
    patch_facts(party, {"/affected/de": None}, 1, alice, "They were ours")
    (told,) = case_log(incident, PARIS, "facts")[0].changes
    assert (told.before, told.after, told.taken_back) == ("Suspected, number not known yet", None, True)


def test_it_tells_which_answer_of_a_document_was_entered_and_what_stood_there_before(
    party: Party, incident: Incident, alice: User
) -> None:
    document = draft_document(party=party, form="gdpr.art33", language="en", author=alice)
    edit_answer(document, "contact_point", by=alice, text="Alice")
    edit_answer(document, "contact_point", by=alice, text="Alice, privacy@example.org")
    newest = case_log(incident, PARIS, "documents")[0]
    (told,) = newest.changes
    assert "Name and contact details" in told.label
    assert (told.before, told.after) == ("Alice", "Alice, privacy@example.org")
    assert newest.why == ""


def test_it_shows_the_page_of_an_instant_without_anything_to_change(
    officer: Client, url: Url, party: Party, alice: User
) -> None:
    at = recorded(party)
    patch_facts(party, {"/affected/gb": {"country": "GB", "presence": "confirmed"}}, 1, alice, "Britain. A list.")
    text = page(officer.get(url("then"), {"at": at.isoformat()}))
    assert "As it stood on" in text
    assert "United Kingdom" not in text.partition('id="suggested-title"')[0]
    assert "data-clock" not in text
    assert 'method="post" action="/w/' not in text
    both = page(officer.get(url("then"), {"at": at.isoformat(), "against": timezone.now().isoformat()}))
    assert "United Kingdom" in both
    assert "Who recorded what in that time" in both


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("yesterday", "is no date and time"),
        ("2026-03-29T02:30", "were put forward"),
        ("2025-10-26T02:30", "Which one?"),
    ],
)
def test_it_names_the_fault_of_an_instant(officer: Client, url: Url, typed: str, said: str) -> None:
    response = officer.get(url("then"), {"at": typed})
    assert response.status_code == 422
    assert said in page(response)


def test_it_takes_a_minute_to_its_end(officer: Client, url: Url, party: Party) -> None:
    minute = recorded(party).astimezone(PARIS).strftime("%Y-%m-%dT%H:%M")
    assert "This is what a colleague saw on the screen: revision 1" in page(officer.get(url("then"), {"at": minute}))


@pytest.mark.parametrize("name", ["then", "changes"])
def test_it_asks_the_database_as_often_for_many_acts_as_for_few(
    officer: Client, url: Url, party: Party, alice: User, name: str
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert officer.get(url(name), {"at": timezone.now().isoformat()}).status_code == 200
        return len(queries)

    record_fulfilment(duty_of(party, "gdpr.art33.notify_authority"), at=timezone.now(), by=alice, channel="portal")
    add_obligation(party, title="Tell the insurer", source="Policy", by=alice)
    few = asked()
    for number in range(1, 6):
        count = {"/affected/fr/count": {"kind": "exact", "n": number}}
        patch_facts(party, count, number + 1, alice, f"Count {number}")  # the fulfilment is a revision as well
        add_obligation(party, title=f"Tell bank {number}", source="Loan", by=alice)
    assert asked() == few <= 33
