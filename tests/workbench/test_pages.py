"""The pages of a case, asked as a browser without scripts asks them: answers, people, duties, what is refused."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import LegalEntity, Membership, Role, User
from incidents.models import Decision, Fulfilment, Incident, Narrative, Obligation, Party, TimelineEntry
from incidents.selectors import newest_revision
from incidents.services import add_party, close_incident, link_incidents, patch_facts, write_narrative
from tests.conftest import Cast
from tests.workbench.conftest import duty_of, page

Url = Callable[..., str]
SignIn = Callable[[User], Client]


def facts(party: Party) -> dict[str, Any]:
    found = newest_revision(party)
    assert found is not None
    return {"number": found.number, **found.document}


def test_it_shows_the_case_with_what_to_do_now(officer: Client, url: Url, party: Party) -> None:
    text = page(officer.get(url("case")))
    for said in ("Do this now", "questions decide", "What we know", "500 or more", "Steps", "Timeline", "Depends on"):
        assert said in text
    assert "style=" not in text
    assert "<script>" not in text


def test_it_records_an_answer_on_the_overview_and_says_what_changed(officer: Client, url: Url, party: Party) -> None:
    answer = {"answer": "controller", "base": 1, "next": url("case") + "#changed"}
    response = officer.post(url("fact", "role"), answer)
    assert response.status_code == 302
    assert response["Location"].endswith("#changed")
    assert facts(party)["organisation"]["role"] == "controller"
    text = page(officer.get(url("case")))
    assert "What changed" in text
    assert "Answer: What is your role?" in text
    officer.post(url("seen"), {"next": url("case")})
    assert "What changed" not in page(officer.get(url("case")))


def test_it_goes_to_no_other_site_after_a_form(officer: Client, url: Url) -> None:
    answer = {"answer": "controller", "base": 1, "next": "https://elsewhere.example/"}
    assert officer.post(url("fact", "role"), answer)["Location"] == url("facts")


def test_it_shows_what_an_answer_would_change_without_storing_it(officer: Client, url: Url, party: Party) -> None:
    answer = {"answer": "controller", "base": 1, "source": "", "preview": "1"}
    full = page(officer.post(url("fact", "role"), answer))
    assert "This would change" in full
    assert "checked" in full  # what was chosen stays chosen
    part = page(officer.post(url("fact", "role"), answer, headers={"HX-Request": "true"}))
    assert "This would change" in part
    assert "<html" not in part
    assert facts(party)["number"] == 1


@pytest.mark.parametrize("brief", [True, False])
def test_it_keeps_what_was_typed_when_it_cannot_be_taken(officer: Client, url: Url, brief: bool, party: Party) -> None:
    data = {"answer": "exact", "low": "about three", "base": 1} | ({} if brief else {"source": "A list"})
    response = officer.post(url("fact", "affected_total"), data)
    text = page(response)
    assert response.status_code == 422
    assert "&#x27;about three&#x27; is no whole number" in text
    assert 'value="about three"' in text
    assert brief or 'value="A list"' in text
    assert facts(party)["number"] == 1


def test_it_shows_both_values_when_two_officers_answered(
    officer: Client, url: Url, party: Party, cast: Cast, signed_in: SignIn
) -> None:
    patch_facts(party, {"/organisation/role": "processor"}, 1, cast.bob, "Read the contract")
    response = officer.post(url("fact", "role"), {"answer": "controller", "base": 1, "source": "Counsel"})
    text = page(response)
    assert response.status_code == 409
    assert "Bob" in text
    assert "We hold them for somebody else (processor)" in text
    assert 'value="Counsel"' in text
    assert facts(party)["organisation"]["role"] == "processor"
    assert 'name="base" value="2"' in text
    officer.post(url("fact", "role"), {"answer": "controller", "base": 2, "source": "Counsel"})
    assert facts(party)["organisation"]["role"] == "controller"


def test_it_names_the_fault_of_facts_that_contradict_each_other(officer: Client, url: Url) -> None:
    data = {"answer": "at", "first": "2026-11-10T08:00", "base": 1, "source": ""}
    officer.post(url("fact", "occurred_from"), data)
    response = officer.post(url("fact", "occurred_until"), {**data, "first": "2026-11-09T08:00", "base": 2})
    assert response.status_code == 422
    assert "When did it end?" in page(response)
    assert "expected" in page(response)


def test_it_lists_facts_with_state_source_author_and_what_was_said_before(
    officer: Client, url: Url, party: Party, cast: Cast
) -> None:
    patch_facts(party, {"/cause/type": "phishing"}, 1, cast.bob, "A guess")
    patch_facts(party, {"/cause/type": "misconfiguration"}, 2, cast.alice, "Looked")
    officer.post(url("fact", "contained_at"), {"answer": "not_yet_known", "base": 3, "source": "Asked the provider"})
    text = page(officer.get(url("facts")))
    for said in ("1 earlier", "Bob", "Not known yet", "Asked the provider", "Decides", "not answered"):
        assert said in text


def test_it_writes_in_words_and_in_languages(officer: Client, url: Url, incident: Incident) -> None:
    officer.post(url("fact", "summary"), {"text": "A mailbox was read.", "base": 0, "language": "en"})
    officer.post(url("fact", "summary"), {"text": "Une boîte a été lue.", "base": 0, "language": "fr"})
    rows = {row.language: row for row in Narrative.objects.filter(incident=incident)}
    assert (rows["en"].text, rows["fr"].translated_from) == ("A mailbox was read.", "en")
    assert "Une boîte" in page(officer.get(url("fact", "summary") + "?language=fr"))


def test_it_loses_no_words_when_two_write(officer: Client, url: Url, incident: Incident, bob: User) -> None:
    write_narrative(incident, question="summary", language="en", text="Bob's words.", author=bob)
    response = officer.post(url("fact", "summary"), {"text": "My words.", "base": 0, "language": "en"})
    text = page(response)
    assert "My words." in text
    assert "Bob&#x27;s words." in text
    assert Narrative.objects.get(incident=incident).text == "Bob's words."


def test_it_answers_404_for_questions_that_do_not_exist(officer: Client, url: Url) -> None:
    for address in ("no_such_question", "affected_count", "other"):
        assert officer.get(url("fact", address)).status_code == 404
    for path in ("/organisation/name", "/schema", "nonsense", "/affected/fr/id"):
        assert officer.get(url("fact", "other") + f"?path={path}").status_code == 404


def test_it_asks_what_only_a_law_asks(officer: Client, url: Url, party: Party) -> None:
    address = url("fact", "other") + "?path=/exposure/use"
    assert officer.get(address).status_code == 200
    officer.post(address, {"answer": "ruled_out", "base": 1, "source": "Logs"})
    assert facts(party)["exposure"]["use"] == "ruled_out"
    assert "Asked by single laws" in page(officer.get(url("facts")))


# -- people -------------------------------------------------------------------------------------------


def test_it_adds_changes_and_takes_back_people(officer: Client, url: Url, party: Party) -> None:
    row = {"place": "US", "subdivision": "US-CA", "presence": "confirmed", "kind": "between", "low": "40", "high": "60"}
    assert officer.post(url("people_add"), {**row, "base": 1, "source": "Search"}).status_code == 302
    added = {one["id"]: one for one in facts(party)["affected"]}["us-ca"]
    assert added["count"] == {"kind": "between", "low": 40, "high": 60}
    text = page(officer.get(url("people")))
    for said in ("California", "between 40 and 60", "Search", "E-mail address", "Borders are illustrative"):
        assert said in text
    changed = {**row, "kind": "exact", "low": "51", "high": "", "base": 2, "source": "Search"}
    assert officer.post(url("people_row") + "?row=us-ca", changed).status_code == 302
    assert "51" in page(officer.get(url("people")))
    officer.post(url("people_remove"), {"row": "us-ca", "reason": ""})
    assert len(facts(party)["affected"]) == 3
    officer.post(url("people_remove"), {"row": "us-ca", "reason": "Counted twice"})
    assert [one["id"] for one in facts(party)["affected"]] == ["fr", "de"]


def test_it_takes_the_data_of_a_group_back_with_it(officer: Client, url: Url, party: Party) -> None:
    officer.post(url("people_remove"), {"row": "fr", "reason": "Test data"})
    assert [row["category"] for row in facts(party)["data"]] == ["full_name", "payment_card"]


def test_it_refuses_a_state_of_another_country(officer: Client, url: Url, party: Party) -> None:
    data = {"place": "FR", "subdivision": "US-CA", "kind": "exact", "low": "7", "base": 1}
    response = officer.post(url("people_add"), data)
    assert response.status_code == 422
    assert "California is no part of France" in page(response)
    assert 'value="7"' in page(response)


def test_it_gives_a_second_group_of_a_country_a_row_of_its_own(officer: Client, url: Url, party: Party) -> None:
    officer.post(url("people_add"), {"place": "FR", "subjects": ["employee"], "kind": "unknown", "base": 1})
    assert [one["id"] for one in facts(party)["affected"]] == ["fr", "de", "fr-2"]


def test_it_leads_from_a_group_to_its_further_questions(officer: Client, url: Url) -> None:
    text = page(officer.get(url("people_row") + "?row=fr"))
    assert "Are there children among them?" in text
    assert url("fact", "affected_minors") + "?row=fr" in text


def test_it_takes_a_region(officer: Client, url: Url, party: Party) -> None:
    officer.post(url("people_add"), {"place": "142", "presence": "suspected", "kind": "unknown", "base": 1})
    assert facts(party)["affected"][-1]["region"] == "142"
    assert "Somewhere in Asia" in page(officer.get(url("people")))


def test_it_lets_a_local_representative_record_the_people_there_alone(
    member: Callable[..., User], signed_in: SignIn, url: Url, party: Party
) -> None:
    client = signed_in(member(Role.LOCAL_REPRESENTATIVE, ["FR"]))
    text = page(client.get(url("people")))
    assert "people/row/?row=fr" in text
    assert "people/row/?row=de" not in text
    reading = page(client.get(url("people_row") + "?row=de"))  # no form that would be refused
    assert "You read this group" in reading
    assert 'name="presence"' not in reading
    count = {"presence": "confirmed", "kind": "exact", "low": "612", "base": 1}
    assert client.post(url("people_row") + "?row=fr", {**count, "place": "FR"}).status_code == 302
    assert client.post(url("people_row") + "?row=de", {**count, "place": "DE", "base": 2}).status_code in (403, 422)
    assert client.post(url("fact", "role"), {"answer": "controller", "base": 2}).status_code == 403
    assert facts(party)["number"] == 2


# -- duties -------------------------------------------------------------------------------------------


def test_it_explains_a_duty(officer: Client, url: Url, party: Party) -> None:
    duty = duty_of(party, "gdpr.art33.notify_authority")
    text = page(officer.get(url("duty", duty.pk)))
    for said in (
        "Why", "Because you recorded", "The clock", "How it was counted", "Strictest reading", "The authority", "CNIL",
        "What it must say", "How sure is this?", "Read on", "Check the source before", "may follow",
    ):  # fmt: skip
        assert said in text


def test_it_records_that_a_duty_was_done_once(officer: Client, url: Url, party: Party) -> None:
    duty = duty_of(party, "gdpr.art33.notify_authority")
    data = {"act": "fulfil", "at": "2026-11-03T10:00", "channel": "portal", "reference": "4471-B", "key": "one-form"}
    for _ in range(2):  # a double click is one act
        assert officer.post(url("duty", duty.pk), data).status_code == 302
    assert Fulfilment.objects.get(obligation=duty).reference == "4471-B"
    text = page(officer.get(url("duty", duty.pk)))
    assert "before the deadline" in text
    assert "4471-B" in text
    officer.post(url("duty", duty.pk), {"act": "withdraw", "reason": "The wrong case"})
    assert "Record taken back: The wrong case" in page(officer.get(url("duty", duty.pk)))


def test_it_asks_for_reasons_only_where_it_is_late(officer: Client, url: Url, party: Party) -> None:
    late = duty_of(party, "gdpr.art33.notify_authority")
    text = page(officer.get(url("duty", late.pk)))
    assert "Reasons for being late" in text
    data = {"act": "late", "text": "The logs came late.", "base": 0, "language": "en"}
    assert officer.post(url("duty", late.pk), data).status_code == 302
    assert Narrative.objects.get(question="late_reasons").party == party
    officer.post(
        url("duty", late.pk), {"act": "fulfil", "at": "2026-11-03T10:00", "channel": "portal", "key": "in time"}
    )
    assert "Reasons for being late" not in page(officer.get(url("duty", late.pk)))


def test_it_needs_a_reason_and_another_person_for_not_notifying(
    officer: Client, url: Url, party: Party, cast: Cast, signed_in: SignIn
) -> None:
    duty = duty_of(party, "gdpr.art33.notify_authority")
    address = url("duty", duty.pk)
    refused = officer.post(address, {"act": "decide", "reason": "  "})
    assert refused.status_code == 422
    assert "Give the reason" in page(refused)
    assert officer.post(address, {"act": "decide", "reason": "No risk to anybody."}).status_code == 302
    own = officer.post(address, {"act": "approve"})
    assert own.status_code == 422
    assert "somebody else must approve it" in page(own)
    assert signed_in(cast.bob).post(address, {"act": "approve"}).status_code == 302
    assert Decision.objects.get().approved_by == cast.bob
    text = page(officer.get(url("duties")))
    assert "Decided: will not notify" in text
    officer.post(address, {"act": "revoke", "reason": "New facts"})
    assert "Decision taken back: New facts" in page(officer.get(address))


def test_it_decides_once(officer: Client, url: Url, party: Party) -> None:
    duty = duty_of(party, "gdpr.art33.notify_authority")
    officer.post(url("duty", duty.pk), {"act": "decide", "reason": "No risk."})
    again = officer.post(url("duty", duty.pk), {"act": "decide", "reason": "Still none."})
    assert again.status_code == 422
    assert "Still none." in page(again)


@pytest.mark.parametrize(
    ("clock", "due"),
    [
        ({"clock": "at", "due": "2026-12-01T10:00"}, datetime(2026, 12, 1, 9, tzinfo=UTC)),
        ({"clock": "length", "length": "48", "unit": "hours", "counted_from": "2026-11-02T10:30"},
         datetime(2026, 11, 4, 9, 30, tzinfo=UTC)),
        ({"clock": "length", "length": "3", "unit": "days", "counted_from": "2026-11-02T10:30"},
         datetime(2026, 11, 5, 22, 59, 59, tzinfo=UTC)),
        ({"clock": "none"}, None),
    ],
)  # fmt: skip
def test_it_takes_a_duty_by_hand(
    officer: Client, url: Url, party: Party, clock: dict[str, str], due: datetime | None
) -> None:
    data = {"title": "Tell the insurer", "to": "Insurer", "source": "Policy, clause 7", **clock}
    assert officer.post(url("duty_add"), data).status_code == 302
    made = Obligation.objects.get(party=party, origin="hand")
    assert made.due == due
    text = page(officer.get(url("duties")))
    assert "Policy, clause 7" in text
    assert "Insurer" in text
    assert "Entered by hand by Alice" in page(officer.get(url("duty", made.pk)))


def test_it_filters_duties_by_state(officer: Client, url: Url, party: Party) -> None:
    duty = duty_of(party, "gdpr.art33.notify_authority")
    address = url("duty", duty.pk)
    assert address in page(officer.get(url("duties")))
    assert "table-stack" not in page(officer.get(url("duties") + "?state=done"))
    assert "No duty is in this state." in page(officer.get(url("duties") + "?state=done"))


# -- the case -----------------------------------------------------------------------------------------


def test_it_shows_each_legal_person_with_its_own_facts(
    officer: Client, url: Url, incident: Incident, cast: Cast
) -> None:
    other = LegalEntity.objects.create(workspace=cast.workspace, name="Harbour Cloud KK", country="JP")
    second = add_party(incident, other, by=cast.alice, position="service_company")
    address = f"{url('case')}?party={second.pk}"
    text = page(officer.get(address))
    assert "(service company)" in text
    assert f"?party={second.pk}" in text
    officer.post(f"{url('fact', 'role')}?party={second.pk}", {"answer": "processor", "base": 1})
    assert facts(second)["organisation"]["role"] == "processor"
    assert "role" not in facts(incident.parties.exclude(pk=second.pk).get())["organisation"]
    assert officer.get(f"{url('case')}?party=999999").status_code == 404


def test_it_links_incidents_both_ways(
    officer: Client, url: Url, incident: Incident, open_case: Callable[..., Incident], alice: User
) -> None:
    other = open_case(title="Found before")
    link_incidents(incident, other, "found_during", by=alice)
    assert "Found before" in page(officer.get(url("case")))
    there = reverse("workbench:case", args=(incident.workspace.slug, other.number))
    assert "Found while examining this one" in page(officer.get(there))


def test_it_steps_through_the_waves_and_lets_nothing_be_edited_there(
    officer: Client, url: Url, party: Party, alice: User
) -> None:
    patch_facts(party, {"/affected/gb": {"country": "GB", "presence": "confirmed"}}, 1, alice, "Britain. A list.")
    first = page(officer.get(url("waves") + "?wave=1"))
    assert "As it stood on" in first
    assert "Next wave" in first
    assert "United Kingdom" not in first
    assert 'method="post" action="/w/' not in first
    assert "data-clock" not in first
    newest = page(officer.get(url("waves")))
    assert "This is the newest wave" in newest
    assert "United Kingdom" in newest
    assert officer.get(url("waves") + "?wave=9").status_code == 404


def test_it_keeps_the_clocks_of_a_case_that_stands_still(
    officer: Client, open_case: Callable[..., Incident], cast: Cast
) -> None:
    at = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
    case = open_case(opened_at=at, known_at=at, as_of=at, stands_at=at)
    text = page(officer.get(reverse("workbench:case", args=(cast.workspace.slug, case.number))))
    assert "This case stands still." in text
    assert "Due in 2\u00a0d\u00a021\u00a0h" in text
    assert "data-clock" not in text


def test_it_changes_nothing_in_a_closed_case(officer: Client, url: Url, incident: Incident, alice: User) -> None:
    close_incident(incident, by=alice, reason="Done")
    text = page(officer.get(url("case")))
    assert "This case was closed" in text
    assert "Save<" not in text
    assert officer.post(url("fact", "role"), {"answer": "controller", "base": 1}).status_code == 403


def test_it_adds_to_the_timeline_and_corrects_without_erasing(officer: Client, url: Url, incident: Incident) -> None:
    entry = {"at": "2026-11-02T08:00", "text": "The first call came."}
    assert officer.post(url("timeline"), entry).status_code == 302
    made = TimelineEntry.objects.get(text="The first call came.")
    corrected = {**entry, "text": "The first call came at eight."}
    officer.post(f"{url('timeline')}?corrects={made.pk}", corrected)
    text = page(officer.get(url("timeline")))
    assert "<s>The first call came.</s>" in text
    assert "The first call came at eight." in text
    assert "Mon 2 Nov 2026, 07:00 UTC" in page(officer.get(url("timeline") + "?time=utc"))
    refused = officer.post(url("timeline"), {"at": "", "text": "When?"})
    assert refused.status_code == 422
    assert ">When?</textarea>" in page(refused).replace("\n", "")


def test_it_shows_what_a_reader_may_not_change_without_forms(
    member: Callable[..., User], signed_in: SignIn, url: Url, party: Party
) -> None:
    client = signed_in(member(Role.AUDITOR))
    duty = duty_of(party, "gdpr.art33.notify_authority")
    for address in (url("case"), url("facts"), url("people"), url("timeline"), url("duty", duty.pk)):
        text = page(client.get(address))
        assert "Save" not in text
        assert "Record as done" not in text


@pytest.mark.parametrize("name", ["case", "duties", "facts", "people", "waves"])
def test_it_asks_the_database_as_often_for_a_hundred_duties_as_for_ten(
    officer: Client, url: Url, party: Party, alice: User, name: str
) -> None:
    def add(first: int, last: int) -> None:
        Obligation.objects.bulk_create(
            Obligation(
                incident_id=party.incident_id, party=party, duty=f"xx.duty.{n}", jurisdiction="FR", title=f"Duty {n}",
                due=datetime(2026, 11, 3, tzinfo=UTC) + timedelta(hours=n), outcome="APPLIES",
            )
            for n in range(first, last)
        )  # fmt: skip

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert officer.get(url(name)).status_code == 200
        return len(queries)

    add(0, 10)
    asked()  # what is read once per process
    few = asked()
    add(10, 110)
    assert asked() == few <= 25


def test_it_has_the_same_tabs_on_every_part_of_a_case(officer: Client, incident: Incident) -> None:
    parts = ("", "facts/", "people/", "risk/", "duties/", "tasks/", "timeline/", "waves/",
             "files/", "comments/", "documents/", "reminders/")  # fmt: skip
    base = f"/w/harbour/incidents/{incident.number}/"
    for part in parts:
        text = officer.get(base + part).content.decode()
        tabs = re.search(r'<nav class="tabs parts".*?</nav>', text, re.DOTALL)
        assert tabs, part
        assert re.findall(r'<a href="([^"]*)"', tabs[0]) == [base + one for one in parts]
        assert re.findall(r'href="([^"]*)" aria-current="page"', tabs[0]) == [base + part]


def test_it_says_before_a_decision_not_to_notify_that_the_law_requires_it(officer: Client, incident: Incident) -> None:
    duty = incident.obligations.first()
    assert duty is not None
    said = []
    for outcome in ("APPLIES", "UNDETERMINED"):
        Obligation.objects.filter(pk=duty.pk).update(outcome=outcome)
        text = officer.get(f"/w/harbour/incidents/{incident.number}/duties/{duty.pk}/").content.decode()
        said.append("On the facts recorded the law requires this." in text)
    assert said == [True, False]


def test_it_leads_a_reader_to_facts_but_offers_nothing_to_change(
    cast: Cast, incident: Incident, signed_in: SignIn
) -> None:
    Membership.objects.filter(user=cast.bob).update(role=Role.AUDITOR)
    duty = incident.obligations.exclude(addressee="").first()
    assert duty is not None
    text = signed_in(cast.bob).get(f"/w/harbour/incidents/{incident.number}/duties/{duty.pk}/").content.decode()
    assert "see it</a>" in text
    assert not [
        words for words in ("change it</a>", "Prepare the document", '<form method="post" data-guard') if words in text
    ]
