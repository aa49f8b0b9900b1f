"""The answer sheet: what is ready, what may follow, what the law does not let follow."""

import copy
from typing import Any

import pytest

from reports.answers import State, answer_sheet
from reports.compose import Look, changes, document_html
from tests.reports.samples import FACTS, TEXTS, TYPED, snapshot


def facts(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(FACTS), **changes}


def test_it_counts_what_is_ready_and_what_the_law_lets_follow() -> None:
    sheet = answer_sheet(snapshot(), TYPED)
    assert [answer.field.id for answer in sheet.follows] == ["detected", "records"]
    assert (sheet.ready, sheet.total, sheet.blocking) == (21, 23, [])


def test_it_says_since_when_something_is_not_known() -> None:
    answer = answer_sheet(snapshot(), TYPED).answers["detected"]
    assert answer.plain == "Not known at the time of this notification: 22 November 2026, 09:10 (Paris, UTC+1)"


def test_it_prints_what_cannot_be_established_as_an_answer() -> None:
    known = facts(provenance={"/timeline/detected_at": {"state": "unknown_for_good"}})
    answer = answer_sheet(snapshot(facts=known), TYPED).answers["detected"]
    assert (answer.state, answer.plain) == (State.READY, "Cannot be established")


def test_it_lets_a_long_list_of_options_go_on_on_the_next_page_though_one_is_ticked_only() -> None:
    taken = snapshot("fr.cnil", "fr")
    origin, ongoing = (answer_sheet(taken, {}).answers[name] for name in ("origin", "ongoing"))
    assert len(origin.plain) < 100
    assert origin.size > 700 > 100 > ongoing.size
    rows = document_html(taken, {}, Look()).split('<tr class="')
    broken = [row for row in rows if row.split('"')[0].endswith(" long")]
    assert any("Origine de l’incident" in row for row in broken)
    assert not any("La violation est-elle toujours en cours" in row for row in broken)


def test_it_names_the_fact_that_each_answer_rests_on() -> None:
    answers = answer_sheet(snapshot(), TYPED).answers
    assert answers["aware"].paths == ("/timeline/became_aware_at",)
    assert answers["people_where"].paths == ("/affected/g1", "/affected/g2", "/affected/g3")
    assert answers["data_ruled_out"].paths == ("/data/payment_card",)
    assert "narrative:summary" in answers["description"].paths


def test_it_lists_people_by_place_with_how_sure_each_is_and_leaves_out_who_was_ruled_out() -> None:
    text = answer_sheet(snapshot(), TYPED).answers["people_where"].plain
    assert text.splitlines() == [
        "France – about 48,210 – Confirmed",
        "Germany – at least 12,000 – Confirmed",
        "Oceania – number not known yet – Possible, not confirmed",
        "This list may not be complete.",
    ]


def test_it_tells_groups_of_one_country_apart_and_names_the_country_of_a_state() -> None:
    rows = [
        {"id": "a", "country": "FR", "presence": "confirmed", "subjects": ["customer"]},
        {"id": "b", "country": "FR", "presence": "confirmed", "subjects": ["employee"]},
        {"id": "c", "country": "US", "subdivision": "US-CA", "presence": "confirmed"},
    ]
    text = answer_sheet(snapshot(facts=facts(affected=rows)), TYPED).answers["people_where"].plain
    assert [line.split(" – ")[0] for line in text.splitlines()[:3]] == [
        "France (Customers)",
        "France (Employees (current or former))",
        "California (United States)",
    ]


def test_it_dates_a_document_by_the_zone_of_the_case() -> None:
    late_evening = {"taken_at": "2026-11-21T20:00:00+00:00", "zone": "Asia/Tokyo"}
    assert "22 November 2026" in document_html(snapshot(**late_evening), TYPED, Look())
    assert "21 November 2026" not in document_html(snapshot(**late_evening), TYPED, Look())


def test_it_adds_up_groups_only_when_they_are_all_the_people_there_are() -> None:
    rows = [{"id": "a", "country": "FR", "presence": "confirmed", "count": {"kind": "exact", "n": 600}},
            {"id": "b", "country": "DE", "presence": "confirmed", "count": {"kind": "exact", "n": 450}}]  # fmt: skip
    complete = facts(affected=rows, affected_complete="yes", provenance={})
    assert answer_sheet(snapshot(facts=complete), TYPED).answers["people_count"].plain == "1,050 people"
    overlapping = facts(affected=[{**rows[0], "overlaps": ["b"]}, rows[1]], affected_complete="yes", provenance={})
    told = answer_sheet(snapshot(facts=overlapping), TYPED).answers["people_count"]
    assert told.plain == "between 600 and 1,050 people"


def test_it_tells_no_evidence_from_ruled_out() -> None:
    ruled_out = facts(exposure={"misuse": "ruled_out"})
    assert "No evidence of misuse" in answer_sheet(snapshot(), TYPED).answers["evidence"].plain
    assert answer_sheet(snapshot(facts=ruled_out), TYPED).answers["evidence"].plain == (
        "Misuse of the data has been ruled out."
    )


def test_it_does_not_let_an_australian_statement_go_without_its_four_contents() -> None:
    sheet = answer_sheet(snapshot("au.oaic", narratives={}, facts=facts(data=[])), {})
    assert [answer.field.id for answer in sheet.blocking] == ["contact_point", "description", "data", "steps"]


def test_it_says_that_there_is_no_text_in_the_language_and_takes_no_other() -> None:
    texts = {**{key: {"text": text} for key, text in TEXTS["fr"].items()}, "summary": {"text": "", "languages": ["en"]}}
    answer = answer_sheet(snapshot(language="fr", narratives=texts), TYPED).answers["description"]
    assert (answer.state, answer.plain) == (State.NO_TEXT, "Aucun texte dans cette langue")


def test_it_asks_for_reasons_only_when_the_notification_is_late() -> None:
    in_time = answer_sheet(snapshot(), TYPED).answers["delay"]
    late = answer_sheet(snapshot(late=True), TYPED).answers["delay"]
    assert (in_time.state, late.state) == (State.LEFT_OUT, State.MISSING)


def test_it_prints_what_the_officer_entered_over_what_the_case_says() -> None:
    entered = {**TYPED, "aware": {"text": "20 November 2026, in the morning", "reason": "The minute is not certain"}}
    answer = answer_sheet(snapshot(), entered).answers["aware"]
    assert answer.plain == "20 November 2026, in the morning"
    assert answer.from_record == "20 November 2026, 09:40 (Paris, UTC+1)"


def test_it_ticks_the_options_of_the_japanese_report() -> None:
    answers = answer_sheet(snapshot("jp.ppc", "ja", zone="Asia/Tokyo"), TYPED).answers
    assert answers["event_kind"].plain == "漏えいのおそれ"
    assert answers["cause_actor"].plain == "委託先"
    assert answers["reportable_kind"].plain == "第4号（1,000人超）"


@pytest.mark.parametrize(
    ("group", "theirs", "not_theirs"),
    [("g1", "Telephone number", "Vehicle identification"), ("g2", "Vehicle identification", "Telephone number")],
)
def test_it_tells_people_of_their_own_data_and_of_nobody_elses(group: str, theirs: str, not_theirs: str) -> None:
    text = answer_sheet(snapshot("letter.gdpr", groups=[group]), TYPED).answers["data"].plain
    assert theirs in text
    assert not_theirs not in text


def test_it_says_what_changed_since_the_last_one_sent_and_nothing_of_what_is_still_open() -> None:
    before = answer_sheet(snapshot(facts=facts(exposure={}), taken_at="2026-11-21T08:00:00+00:00"), TYPED)
    previous = {"sent_at": "2026-11-21T10:00:00+00:00", "reference": "INC-2026-014/1", "answers": before.as_rows()}
    now = answer_sheet(snapshot(phase="follow_up", previous=previous), TYPED)
    assert [change.number for change in changes(now, previous)] == ["3.4"]


def test_it_says_at_least_how_many_people_while_the_list_is_open() -> None:
    more = {"id": "es", "country": "ES", "presence": "suspected", "count": {"kind": "at_least", "low": 1200}}
    told = answer_sheet(snapshot(facts=facts(affected=[*FACTS["affected"], more])), TYPED).answers["people_count"]
    assert told.plain == "at least about 60,210 people\nAt least 1,200 more people may be affected."
    assert told.state is State.READY


@pytest.mark.parametrize(
    ("form", "code", "one", "many"),
    [
        ("gdpr.art33", "en", "1 person", "at least 1,200 people"),
        ("gdpr.art33", "de", "1 Person", "mindestens 1.200 Personen"),
        ("jp.ppc", "ja", "1人", "1,200人以上"),
    ],
)
def test_it_counts_people_as_the_language_writes_it(form: str, code: str, one: str, many: str) -> None:
    for total, words in (({"kind": "exact", "n": 1}, one), ({"kind": "at_least", "low": 1200}, many)):
        sheet = answer_sheet(snapshot(form, code, facts=facts(affected_total=total, provenance={})), TYPED)
        assert sheet.answers["people_count"].plain == words


def test_it_says_in_a_copied_line_what_the_protection_is_of() -> None:
    data = [{"category": "full_name", "status": "confirmed", "protection": "none"}]
    sheet = answer_sheet(snapshot("gdpr.art33", facts=facts(data=data, data_complete="yes")), TYPED)
    assert sheet.answers["data"].plain == "Full name – Confirmed – Protection: None"


def test_it_names_to_australia_only_the_data_of_people_who_may_live_there() -> None:
    rows = [
        {"id": "au", "country": "AU", "presence": "confirmed"},
        {"id": "jp", "country": "JP", "presence": "confirmed"},
        {"id": "oceania", "region": "009", "presence": "suspected"},
    ]
    data = [
        {"category": "full_name", "status": "confirmed"},
        {"category": "phone_number", "status": "confirmed", "groups": ["jp"]},
        {"category": "email_address", "status": "suspected", "groups": ["oceania", "jp"]},
        {"category": "payment_card", "status": "ruled_out", "groups": ["jp"]},
    ]
    held = {"affected": rows, "data": data, "data_complete": "yes"}
    sheet = answer_sheet(snapshot("au.oaic", facts=facts(**held)), TYPED)
    assert sheet.answers["data"].plain == "Full name – Confirmed\nE-mail address – Possible, not confirmed"
    assert sheet.answers["data_ruled_out"].state is State.LEFT_OUT
