"""The desk: the law's next deadline leads, guidelines only where nothing else is open, and queries do not grow."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Membership, Role, User
from incidents.models import Assessment, Incident, Obligation
from incidents.services import close_incident, decide_not_to_notify, recount
from outbox.models import Message
from reports.models import Document, Mailing
from reports.services import draft_document, submit_for_review
from reports.waiting import waiting_documents
from tests.conftest import PASSWORD, Cast

DESK = "/w/harbour/"
OpenCase = Callable[..., Incident]


def duty(case: Incident, **fields: Any) -> Obligation:
    """A duty of the case, written by hand into the tables and counted."""
    row = Obligation.objects.create(
        incident=case, party=case.parties.get(), origin="hand", source="Contract", created_by=case.owner, **fields
    )
    recount([case.pk])
    return row


def stored_again(case: Incident, times: int) -> None:
    """The same case so many times more, with its facts and what was made of them; opening each takes a second."""
    seed = Assessment.objects.select_related("party", "revision").filter(party__incident=case).latest("pk")

    def copied(row: Any, **changed: Any) -> Any:
        kept = {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields if not one.primary_key}
        made = type(row)(**kept)
        for name, value in changed.items():
            setattr(made, name, value)
        return type(row).objects.bulk_create([made])[0]

    for number in range(1000, 1000 + times):
        incident = copied(case, number=number, reference=f"INC-{number}")
        party = copied(seed.party, incident=incident)
        copied(seed, party=party, revision=copied(seed.revision, party=party))


@pytest.fixture
def quiet_case(open_case: OpenCase) -> Incident:
    """A case without any duty yet."""
    case = open_case()
    Obligation.objects.filter(incident=case).update(outcome="DOES_NOT_APPLY")
    recount([case.pk])
    return case


def test_it_leads_with_the_deadline_of_the_law_and_not_with_an_earlier_guideline(
    officer: Client, quiet_case: Incident
) -> None:
    now = timezone.now()
    duty(quiet_case, title="Yardstick", limit_kind="guideline", due=now + timedelta(hours=1))
    duty(quiet_case, title="Voluntary", binding="voluntary", due=now + timedelta(hours=2))
    duty(quiet_case, title="Outer", limit_kind="qualitative", outer_due=now + timedelta(days=3))
    duty(quiet_case, title="Law", limit_kind="fixed", due=now + timedelta(days=5))
    lead = officer.get(DESK).context["lead"]
    assert (lead.obligation.title, lead.legal) == ("Outer", True)


def test_it_leads_with_what_is_required_and_names_what_may_be_due_sooner(officer: Client, quiet_case: Incident) -> None:
    now = timezone.now()
    duty(quiet_case, title="Required", limit_kind="fixed", due=now + timedelta(hours=60))
    duty(quiet_case, title="Perhaps", limit_kind="fixed", outcome="UNDETERMINED", due=now + timedelta(hours=9))
    response = officer.get(DESK)
    lead = response.context["lead"]
    assert (lead.obligation.title, lead.sooner.title) == ("Required", "Perhaps")
    assert "If it applies, sooner:" in response.content.decode()
    assert response.context["desk"].running[0].next_id == lead.obligation.pk


def test_it_leads_with_what_may_be_due_where_nothing_is_required(officer: Client, quiet_case: Incident) -> None:
    duty(
        quiet_case, title="Perhaps", limit_kind="fixed", outcome="UNDETERMINED", due=timezone.now() + timedelta(hours=9)
    )
    lead = officer.get(DESK).context["lead"]
    assert (lead.obligation.title, lead.sooner) == ("Perhaps", None)


def test_it_leads_with_a_guideline_where_no_deadline_of_the_law_is_open(officer: Client, quiet_case: Incident) -> None:
    duty(quiet_case, title="Yardstick", limit_kind="guideline", due=timezone.now() + timedelta(hours=1))
    response = officer.get(DESK)
    assert (response.context["lead"].obligation.title, response.context["lead"].legal) == ("Yardstick", False)
    assert "Next guideline" in response.content.decode()


def test_it_says_calmly_that_nothing_is_open(officer: Client, quiet_case: Incident) -> None:
    close_incident(quiet_case, by=quiet_case.owner, reason="Nothing to do")
    text = officer.get(DESK).content.decode()
    assert "No open deadline" in text
    assert "The last incident was closed on" in text


def test_it_lists_cases_that_stand_still_and_never_lets_them_lead(officer: Client, open_case: OpenCase) -> None:
    then = timezone.now() - timedelta(days=10)
    open_case(title="Drill", stands_at=then, as_of=then, facts={"/timeline/became_aware_at": then.isoformat()})
    response = officer.get(DESK)
    assert response.context["lead"] is None
    assert [row.incident.title for row in response.context["desk"].standing] == ["Drill"]
    assert response.context["desk"].running == ()


def test_it_shows_decisions_that_wait_for_a_second_person(
    incident: Incident, cast: Cast, signed_in: Callable[[User], Client]
) -> None:
    decide_not_to_notify(Obligation.objects.filter(incident=incident)[0], by=cast.alice, reason="No risk")
    assert len(signed_in(cast.bob).get(DESK).context["approvals"]) == 1
    assert len(signed_in(cast.alice).get(DESK).context["approvals"]) == 0


def test_it_asks_for_judgements_that_only_a_person_can_make(officer: Client, incident: Incident) -> None:
    (judgement, url), *_ = officer.get(DESK).context["judgements"]
    assert judgement.asked.fact.startswith("risk.")
    assert url == f"/w/harbour/incidents/{incident.number}/"


def test_it_counts_people_once_however_many_parties_count_them(incident: Incident, officer: Client) -> None:
    from accounts.models import LegalEntity
    from incidents.services import add_party

    other = LegalEntity.objects.create(workspace=incident.workspace, name="Harbour Services", country="FR")
    same = {"/affected/fr": {"country": "FR", "presence": "confirmed", "count": {"kind": "at_least", "low": 500}}}
    add_party(incident, other, by=incident.owner, facts=same)
    assert officer.get(DESK).context["desk"].running[0].people_low == 500


def test_it_counts_the_same_people_as_the_page_of_the_case(officer: Client, open_case: OpenCase) -> None:
    suspected = {"country": "ES", "presence": "suspected", "count": {"kind": "exact", "n": 1200}}
    facts = {"/affected/es": suspected, "/affected_total": {"kind": "at_most", "high": 9000}}
    incident = open_case(facts=facts)
    row = officer.get(DESK).context["desk"].running[0]
    total = officer.get(f"/w/harbour/incidents/{incident.number}/").context["total"]
    assert (row.people_low, row.people_high) == (total.low, total.high) == (500, None)


def test_it_makes_the_same_queries_for_50_cases_as_for_2(
    officer: Client, open_case: OpenCase, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    open_case(title="The first")
    case = open_case(title="The second")
    with CaptureQueriesContext(connection) as few:
        officer.get(DESK)
    stored_again(case, 48)
    with django_assert_num_queries(len(few)):
        response = officer.get(DESK)
    assert (len(response.context["desk"].running), response.context["desk"].more) == (30, 20)
    assert len(response.context["judgements"]) == 20


def test_it_hides_a_restricted_case(cast: Cast, open_case: OpenCase, signed_in: Callable[[User], Client]) -> None:
    open_case(title="Insider", restricted=True)
    assert "Insider" not in signed_in(cast.bob).get(DESK).content.decode()
    assert signed_in(cast.bob).get(DESK).context["lead"] is None


def test_it_goes_from_the_start_to_the_only_workspace_or_lets_choose(cast: Cast, officer: Client) -> None:
    assert officer.get("/").url == DESK
    Membership.objects.create(user=cast.alice, workspace=cast.elsewhere, role=Role.AUDITOR)
    text = officer.get("/").content.decode()
    assert "Harbour Lines" in text
    assert reverse("workbench:desk", args=("elsewhere",)) in text


def test_it_tells_somebody_without_a_workspace(db: None, signed_in: Callable[[User], Client]) -> None:
    nobody = User.objects.create_user("new@example.org", "x", display_name="New")
    assert "Ask its administrator" in signed_in(nobody).get("/").content.decode()


@pytest.fixture
def in_review(incident: Incident, cast: Cast) -> Document:
    """A notification of Alice's to the French authority, for which she has asked for approval."""
    duty = Obligation.objects.get(
        incident=incident, duty="gdpr.art33.notify_authority", jurisdiction="FR", stage="initial"
    )
    made = draft_document(party=duty.party, form="gdpr.art33", language="en", author=cast.alice, obligation=duty)
    return submit_for_review(made, by=cast.alice)


def waits_for(cast: Cast, name: str, role: Role, *countries: str) -> list[Document]:
    """What waits on the desk of one more person."""
    user = User.objects.create_user(f"{name}@example.org", PASSWORD, display_name=name)
    member = Membership.objects.create(user=user, workspace=cast.workspace, role=role, countries=list(countries))
    return waiting_documents(member)


def test_it_shows_whoever_may_approve_the_documents_that_wait(cast: Cast, in_review: Document) -> None:
    approver = Client()
    approver.force_login(cast.bob)
    told = approver.get(DESK).content.decode()
    assert "Alice asks for approval" in told
    assert "Notify the supervisory authority of a personal data breach (France)" in told
    assert reverse("reports:document", args=("harbour", in_review.incident.number, in_review.ordinal)) in told
    assert waits_for(cast, "Lena", Role.LOCAL_REPRESENTATIVE, "FR") == [in_review]
    assert waits_for(cast, "Jun", Role.LOCAL_REPRESENTATIVE, "JP") == []
    assert waits_for(cast, "Dana", Role.CONTRIBUTOR) == []


def test_it_shows_whoever_may_send_what_is_approved_until_it_is_on_its_way(cast: Cast, in_review: Document) -> None:
    Document.objects.filter(pk=in_review.pk).update(
        state="approved", approved_by=cast.bob, approved_at=timezone.now(), printed=[], file="a", kept_file="b",
        sha256="0" * 64, kept_sha256="0" * 64,
    )  # fmt: skip
    officer, approver = (Membership.objects.get(user=one) for one in (cast.alice, cast.bob))
    assert (waiting_documents(officer), waiting_documents(approver)) == ([in_review], [])
    message = Message.objects.create(
        workspace=cast.workspace, recipient="a@example.org", key="1", kind="filing", next_attempt_at=timezone.now()
    )
    Mailing.objects.create(
        document=in_review, message=message, address_read_on="2026-11-22", asked_by=cast.alice, asked_at=timezone.now()
    )
    assert waiting_documents(officer) == []
    Message.objects.filter(pk=message.pk).update(
        state=Message.State.CANCELLED, reason="Taken back by Alice", next_attempt_at=None
    )
    assert waiting_documents(officer) == [in_review]


def test_it_leads_an_administrator_to_what_he_looks_after(cast: Cast) -> None:
    Membership.objects.filter(user=cast.bob).update(role=Role.ADMINISTRATOR)
    administrator = Client()
    administrator.force_login(cast.bob)
    page = administrator.get(DESK).content.decode().partition('id="main"')[2]
    for name in ("notifications:settings", "notifications:outbox", "workbench:kit"):
        assert f'href="{reverse(name, args=("harbour",))}"' in page
