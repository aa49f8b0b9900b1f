"""What pages say: facts in words, deciding questions, totals, changes and waves."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from incidents.models import Assessment, FactsRevision, Incident, Obligation, Party
from incidents.selectors import duties_grouped, newest_assessments, newest_revision
from incidents.services import decide_not_to_notify, patch_facts, record_fulfilment
from law.facts import parse_facts
from tests.workbench.conftest import duty_of
from workbench import words
from workbench.selectors.changes import preview, unseen_changes
from workbench.selectors.duties import group_duties
from workbench.selectors.people import people_rows, total_of
from workbench.selectors.questions import Deciding, answers_would, deciding_questions, duties_of, first_questions
from workbench.selectors.waves import duties_then, learnt, wave_steps

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)


def document(party: Party) -> dict[str, Any]:
    found = newest_revision(party)
    assert found is not None
    return found.document


def deciding(party: Party) -> list[Deciding]:
    return deciding_questions(newest_assessments(party)[0].findings, document(party))


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("/organisation/role", "controller", "We decide why and how the data are used (controller)"),
        ("/affected_total", {"kind": "between", "low": 100, "high": 900}, "between 100 and 900"),
        ("/affected_total", {"kind": "unknown"}, None),
        ("/timeline/detected_at", "2026-11-02T09:30:00+00:00", "Mon 2 Nov 2026, 10:30 Paris"),
        ("/timeline/contained_at", "not_yet", "Not yet"),
        ("/timeline/detected_at", {"earliest": "2026-11-01T00:00:00+00:00", "latest": "2026-11-02T00:00:00+00:00"},
         "Between Sun 1 Nov 2026, 01:00 Paris and Mon 2 Nov 2026, 01:00 Paris"),
        ("/organisation/establishments", ["FR", "US-CA"], "France, California"),
        ("/organisation/establishments", [], "None"),
        ("/organisation/main_establishment_eu", "none", "None"),
        ("/risk/by_test/serious_harm", {"answer": "yes", "reason": "Fraud"}, "Yes"),
        ("/organisation/annual_turnover", {"amount": {"kind": "exact", "n": 5}, "currency": "EUR"}, "EUR 5"),
        ("/exposure/use", "no_evidence", "Looked for, no evidence found"),
    ],
)  # fmt: skip
def test_it_says_a_fact_in_words(path: str, value: Any, said: str | None) -> None:
    assert words.value_words(words.question_of(path), value, PARIS) == said


def test_it_asks_one_question_for_all_data_that_nobody_has_named(party: Party) -> None:
    found = {one.path: one for one in deciding(party)}
    assert not [path for path in found if path.startswith("/data/")]
    merged = found.get("/data_complete")
    if merged is not None:
        assert merged.about


def test_it_takes_first_questions_that_touch_every_open_duty(party: Party) -> None:
    found = deciding(party)
    first = first_questions(found)
    assert duties_of(first) == duties_of(found) > 0
    assert len(first) <= max(4, len(found))


def test_it_says_what_either_answer_to_a_question_would_do(party: Party, alice: User) -> None:
    patch_facts(party, {"/organisation/role": "controller"}, 1, alice, "Asked")
    asked = next(one for one in deciding(party) if one.facts == ("risk.by_test.rights_high_risk",))
    told = answers_would(asked, parse_facts(document(party)), NOW, PARIS)
    assert [one.answer for one in told] == ["Yes", "No"]
    assert "required" in told[0].words
    assert "not required" not in told[0].words
    assert "not required" in told[1].words


def test_it_lists_no_answers_where_they_cannot_be_listed(party: Party) -> None:
    for one in deciding(party):
        if one.place_people or len(one.facts) > 1:
            assert answers_would(one, parse_facts(document(party)), NOW, PARIS) == []


def test_it_asks_nothing_where_nothing_is_open() -> None:
    assert first_questions(deciding_questions([], {})) == []


def test_it_says_what_an_answer_would_change_and_stores_nothing(party: Party) -> None:
    before = document(party)
    stored = (FactsRevision.objects.count(), Assessment.objects.count(), Obligation.objects.count())
    britain = {"id": "gb", "country": "GB", "presence": "confirmed"}
    shown = preview(before, {**before, "affected": [*before["affected"], britain]}, NOW)
    assert {row.place for row in shown.rows} == {"United Kingdom"}
    assert (FactsRevision.objects.count(), Assessment.objects.count(), Obligation.objects.count()) == stored
    assert preview(before, before, NOW).rows == ()


def test_it_counts_only_confirmed_people_and_says_that_there_may_be_more(party: Party) -> None:
    total = total_of(document(party), {})
    assert total.words == "500 or more"
    rows = people_rows(document(party), {}, {})
    assert [(row.place, row.presence_words, row.count_words) for row in rows] == [
        ("France", "Confirmed", "500 or more"),
        ("Germany", "Suspected", None),
    ]
    assert dict(rows[0].data)["E-mail address"] == "confirmed"
    assert "E-mail address" not in dict(rows[1].data)


def test_it_says_beside_the_sum_how_many_more_may_be_affected() -> None:
    count = {"kind": "at_least", "low": 1200}
    rows = [
        {"id": "fr", "country": "FR", "presence": "confirmed", "count": {"kind": "exact", "n": 7}},
        {"id": "es", "country": "ES", "presence": "suspected", "count": count},
        {"id": "it", "country": "IT", "presence": "suspected", "count": count, "overlaps": ["es"]},
        {"id": "nz", "country": "NZ", "presence": "ruled_out", "count": count},
    ]
    total = total_of({"affected": rows}, {})
    assert (total.words, total.suspected_words) == ("7 or more", "1,200")


@pytest.mark.parametrize(("stated", "differs"), [(400, True), (700, False)])
def test_it_keeps_a_stated_total_beside_the_sum(party: Party, stated: int, differs: bool) -> None:
    told = {**document(party), "affected_total": {"kind": "exact", "n": stated}}
    assert total_of(told, {}).differs is differs


def test_it_counts_a_closed_list_exactly() -> None:
    rows = [{"id": "fr", "country": "FR", "presence": "confirmed", "count": {"kind": "exact", "n": 7}}]
    assert total_of({"affected": rows, "affected_complete": "yes"}, {}).words == "7"


def test_it_names_what_changed_until_somebody_has_looked(party: Party, alice: User) -> None:
    rows = list(Obligation.objects.filter(party=party))
    assert unseen_changes(party, rows) == []
    patch_facts(party, {"/affected/gb": {"country": "GB", "presence": "confirmed"}}, 1, alice, "Found in Britain")
    changed = unseen_changes(party, list(Obligation.objects.filter(party=party)))
    assert [one.revision.reason for one in changed] == ["Found in Britain"]
    assert {row.place for row in changed[0].rows} == {"United Kingdom"}
    assert all(row.words.startswith("New: ") for row in changed[0].rows)


def test_it_leads_with_the_law_and_mentions_what_may_come_sooner(open_case: Callable[..., Incident]) -> None:
    incident = open_case({"/organisation/role": "controller"})
    party = incident.parties.get()
    groups = group_duties(duties_grouped(party, NOW), NOW, lambda pk: f"/{pk}/")
    assert groups.next is not None
    assert groups.next.duty.leading_kind == "law"
    assert all(row.due is not None and row.due < groups.next.due for row in groups.sooner)  # type: ignore[operator]


@pytest.mark.parametrize("state", ["done", "not_required"])
def test_it_shows_an_act_as_the_state_of_the_duty(party: Party, alice: User, state: str) -> None:
    duty = duty_of(party, "gdpr.art33.notify_authority")
    if state == "done":
        record_fulfilment(duty, at=NOW, by=alice, channel="portal")
    else:
        decide_not_to_notify(duty, by=alice, reason="No risk")
    groups = group_duties(duties_grouped(party, NOW), NOW, str)
    row = next(row for row in groups.rows if row.obligation.pk == duty.pk)
    assert row.state == state
    assert groups.next is None or groups.next.obligation.pk != duty.pk


def test_it_shows_an_earlier_wave_as_it_stood(party: Party, alice: User) -> None:
    patch_facts(party, {"/affected/fr/count": {"kind": "exact", "n": 900}}, 1, alice, "Counted. Search of the mailbox.")
    duty = duty_of(party, "gdpr.art33.notify_authority")
    record_fulfilment(duty, at=NOW, by=alice, channel="portal")
    steps = wave_steps(party)
    assert [step.number for step in steps][:2] == [1, 2]
    assert (steps[1].title, steps[1].why) == ("Counted", "Search of the mailbox.")
    first = duties_then(steps[0], str)
    assert "done" not in {row.state for row in first.rows}
    assert "done" in {row.state for row in duties_then(steps[-1], str).rows}
    told = {one.label: (one.before, one.after) for one in learnt(steps[1], PARIS)}
    assert told == {"France: how many people?": ("500 or more", "900")}


def test_it_tells_new_people_and_data_of_a_wave_as_wholes(party: Party) -> None:
    told = {one.label: one.after for one in learnt(wave_steps(party)[0], PARIS)}
    assert told["France"] == "Confirmed, 500 or more people"
    assert told["Data of France"] == "Confirmed: E-mail address"
    assert told["Germany, customers"] == "Suspected, number not known yet"


def test_it_asks_what_happened_in_the_order_of_the_catalogue_where_answers_decide_as_much() -> None:
    hanging = ["nature.availability", "nature.confidentiality", "nature.integrity"]
    finding = {"duty": "gdpr.art33.notify", "jurisdiction": "FR", "stage": "initial", "outcome": "UNDETERMINED"}
    asked = deciding_questions([{**finding, "undetermined_on": hanging}], {})
    assert [one.path.rpartition("/")[2] for one in asked] == ["confidentiality", "integrity", "availability"]
