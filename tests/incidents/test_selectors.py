"""Reading a case: who said what when, what was known when, duties by clock, lists in one query."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Membership
from incidents import selectors, services
from incidents.models import Assessment, Incident, Obligation, Party
from incidents.selectors import DutyState
from incidents.services import assessing
from law.rulebook import read_folder, read_rulebook
from tests.conftest import Cast
from tests.incidents.conftest import AWARE

MAY, JUNE, JULY = (datetime(2026, month, 1, tzinfo=UTC) for month in (5, 6, 7))


def test_it_says_who_said_what_when_and_what_was_said_before(party: Party, cast: Cast) -> None:
    services.patch_facts(party, {"/affected/fr/count": {"kind": "exact", "n": 612}}, 1, cast.bob, "counted")
    fact = selectors.facts_with_authors(party)["/affected/fr/count"]
    assert fact.value == {"kind": "exact", "n": 612}
    assert fact.state == "known"
    assert fact.question is not None
    assert fact.question.id == "affected_count"
    assert fact.said is not None
    assert (fact.said.author, fact.said.reason, fact.said.revision) == ("Bob", "counted", 2)
    assert [(one.author, one.value) for one in fact.earlier] == [("Alice", {"kind": "at_least", "low": 500})]


def test_it_keeps_a_fact_that_was_taken_back_and_one_that_is_not_yet_known(party: Party, cast: Cast) -> None:
    services.patch_facts(
        party,
        {"/nature/confidentiality": None, "/provenance/~1cause~1actor": {"state": "not_yet_known", "from": "IT"}},
        1,
        cast.alice,
        "asked IT",
    )
    facts = selectors.facts_with_authors(party)
    taken_back, asked = facts["/nature/confidentiality"], facts["/cause/actor"]
    assert (taken_back.value, taken_back.state, taken_back.earlier[0].value) == (None, "not_answered", "yes")
    assert (asked.value, asked.state, asked.provenance["from"]) == (None, "not_yet_known", "IT")


def test_it_takes_back_every_fact_of_a_removed_row(party: Party, cast: Cast) -> None:
    services.patch_facts(party, {"/affected/fr": None}, 1, cast.bob, "nobody there")
    fact = selectors.facts_with_authors(party)["/affected/fr/count"]
    assert fact.value is None
    assert fact.said is not None
    assert (fact.said.author, fact.said.value) == ("Bob", None)


# -- as of --------------------------------------------------------------------------------------------


@pytest.fixture
def told_late(open_case: Callable[..., Incident], cast: Cast) -> Party:
    """Known in May; then in June; and then, typed last of all, something that was known in May too."""
    incident = open_case({"/affected/fr/country": "FR", "/cause/actor": "unknown"}, opened_at=MAY, known_at=MAY)
    party = incident.parties.get()
    june = {"/affected/nz/country": "NZ", "/data/vehicle@nz/status": "confirmed", "/cause/actor": "internal"}
    services.patch_facts(party, june, 1, cast.alice, "inquiry", JUNE)
    late = {"/cause/intent": "accidental", "/affected/nz/presence": "suspected"}
    services.patch_facts(party, late, 2, cast.bob, "found in the mail of May", MAY + timedelta(hours=1))
    return party


def test_it_shows_what_was_known_at_an_instant_whenever_it_was_typed(told_late: Party) -> None:
    known = selectors.facts_as_known_at(told_late, MAY + timedelta(days=1))
    assert known.revisions == (1, 3)
    assert known.left_out == (2,)
    assert known.document["cause"] == {"intent": "accidental"}
    # A detail of people of whom nobody knew yet is left out with them.
    assert [row["id"] for row in known.document["affected"]] == ["fr"]


def test_it_shows_everything_from_when_it_was_known(told_late: Party) -> None:
    known = selectors.facts_as_known_at(told_late, JULY)
    newest = selectors.newest_revision(told_late)
    assert newest is not None
    assert known.document == newest.document
    assert (known.revisions, known.left_out) == ((1, 2, 3), ())
    assert selectors.facts_as_known_at(told_late, MAY - timedelta(days=1)).document == {}


def test_it_shows_what_stood_on_the_screen_at_an_instant(told_late: Party) -> None:
    second = told_late.revisions.get(number=2)
    found = selectors.facts_as_recorded_at(told_late, second.recorded_at)
    assert found == second
    assert selectors.facts_as_recorded_at(told_late, JULY - timedelta(days=90)) is None


def test_it_says_what_the_library_would_have_said(told_late: Party) -> None:
    findings, document = selectors.look_back(told_late, MAY + timedelta(days=1))
    assert {finding["jurisdiction"] for finding in findings} == {"FR"}
    assert document["affected"][0]["country"] == "FR"
    assert Assessment.objects.filter(party=told_late).count() == 3
    assert selectors.look_back(told_late, MAY - timedelta(days=1)) == ([], {})


def test_it_lists_what_two_revisions_say_differently(told_late: Party) -> None:
    first, second, third = selectors.revisions(told_late)
    paths = [change.path for change in selectors.diff_revisions(second, third)]
    assert paths == ["/affected/nz/presence", "/cause/intent"]
    assert "/organisation/name" in [change.path for change in selectors.diff_revisions(None, first)]


# -- duties -------------------------------------------------------------------------------------------


def test_it_groups_duties_with_the_earliest_clock_first(party: Party, cast: Cast) -> None:
    insurer = services.add_obligation(
        party, title="Tell the insurer", source="policy", by=cast.alice, due=AWARE + timedelta(hours=24)
    )
    duties = selectors.duties_grouped(party, AWARE + timedelta(hours=30))
    assert duties.required[0].obligation == insurer
    assert duties.required[0].state == DutyState.OVERDUE
    assert duties.required[1].obligation.duty == "gdpr.art33.notify_authority"
    assert duties.required[1].state == DutyState.OPEN
    assert [duty.obligation.duty for duty in duties.depends] == ["gdpr.art34.communicate"]
    assert all(duty.state == DutyState.NOT_REQUIRED for duty in duties.not_required)
    assert duties.next is duties.required[0]


def test_it_tells_done_and_decided_from_open(party: Party, cast: Cast) -> None:
    notify = Obligation.objects.get(party=party, duty="gdpr.art33.notify_authority", stage="initial")
    tell = Obligation.objects.get(party=party, duty="gdpr.art34.communicate")
    services.record_fulfilment(notify, at=AWARE, by=cast.alice, channel="portal")
    services.decide_not_to_notify(tell, by=cast.alice, reason="no high risk")
    duties = selectors.duties_grouped(party, AWARE + timedelta(days=30))
    states = {duty.obligation.pk: duty.state for duty in (*duties.required, *duties.depends)}
    assert (states[notify.pk], states[tell.pk]) == (DutyState.DONE, DutyState.DECIDED)


def test_it_never_calls_a_yardstick_overdue(party: Party, cast: Cast) -> None:
    row = services.add_obligation(party, title="Tell the press", source="own rule", by=cast.alice, due=AWARE)
    row.limit_kind = "guideline"
    assert selectors.leading_clock(row) == (AWARE, "guideline")
    assert selectors.duty_of(row, AWARE + timedelta(days=9)).state == DutyState.OPEN


def test_it_says_where_no_law_was_researched(
    open_case: Callable[..., Incident], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a library that holds the GDPR alone."""
    files = {name: text for name, text in read_folder().files.items() if "/gdpr.toml" in name or "/eea.toml" in name}
    without_tuvalu = read_rulebook(files)
    monkeypatch.setattr(assessing, "load_rulebook", lambda: without_tuvalu)
    incident = open_case({"/affected/x/country": "TV", "/affected/x/presence": "confirmed"})
    assert "TV" in selectors.duties_grouped(incident, timezone.now()).not_researched


def test_it_turns_the_questions_of_an_assessment_into_paths(party: Party) -> None:
    revision = selectors.newest_revision(party)
    assert revision is not None
    questions = selectors.open_questions(Assessment.objects.get(party=party), revision.document)
    assert questions
    assert questions[0].asked.path == "/risk/by_test/rights_high_risk"
    assert questions[0].asked.question is not None
    assert questions[0].settles == ("gdpr.art34.communicate",)


# -- lists --------------------------------------------------------------------------------------------


def test_it_shows_a_case_at_a_glance_in_as_many_queries_however_large_it_is(
    open_case: Callable[..., Incident], cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    incident, other = open_case(), open_case({}, restricted=True, owner=cast.bob)
    services.link_incidents(incident, other, "same_cause", by=cast.alice)
    many = {f"/affected/g{n}/country": country for n, country in enumerate(["DE", "IT", "ES", "JP", "AU", "NZ"])}
    services.patch_facts(incident.parties.get(), many, 1, cast.alice, "more countries")
    membership = Membership.objects.select_related("user").get(user=cast.alice)
    with django_assert_max_num_queries(8):
        seen = selectors.incident_overview(membership, incident, AWARE)
    assert [state.revision.number for state in seen.parties if state.revision] == [2]
    assert seen.changed > 0
    assert seen.links == ()  # the other case is not hers to see
