"""The pages of linked cases: link, merge and split, each looked at before it is done."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from incidents.models import Incident, IncidentLink, IncidentMerge, IncidentSplit, Party
from incidents.services import change_incident, merge_incidents, undo_merge
from incidents.services.cases import grant_access
from incidents.services.comments import write_comment
from incidents.services.evidence import add_evidence
from reports.services import draft_document
from tests.conftest import Cast
from tests.workbench.conftest import page


@pytest.fixture
def other(open_case: Callable[..., Incident]) -> Incident:
    """Reported a second time, with another number and Spain."""
    france = {"country": "FR", "presence": "confirmed", "count": {"kind": "exact", "n": 640}}
    spain = {"country": "ES", "presence": "confirmed"}
    return open_case({"/affected/fr": france, "/affected/es": spain}, title="Mailbox, again")


def at(case: Incident, name: str, query: str = "") -> str:
    return reverse(f"workbench:{name}", args=("harbour", case.number)) + query


def along(shown: Any) -> dict[str, str]:
    """The boxes of what goes along, ticked as the page shows them."""
    return {one.name: "source" for one, ticked in shown.context["new"] if ticked}


def test_it_leaves_out_what_is_unticked(officer: Client, incident: Incident, other: Incident) -> None:
    where = at(other, "merge", f"?into={incident.number}")
    shown = officer.get(where)
    boxes = {one.name: one.path for one, _ in shown.context["new"]}
    kept = {name: "source" for name, path in boxes.items() if not path.startswith("/affected/es")}
    officer.post(where, {"merge": "1", "seen": shown.context["seen"], "reason": "One mailbox", **kept})
    newest = incident.parties.get().revisions.order_by("-number")[0].document
    assert {row["country"] for row in newest["affected"]} == {"FR", "DE"}


def test_it_leads_from_the_case_that_goes_on_to_the_documents_of_the_merged_one(
    officer: Client, incident: Incident, other: Incident, cast: Cast, open_case: Callable[..., Incident]
) -> None:
    third = open_case({}, title="Mailbox, a third time")
    for merged, into in ((third, other), (other, incident)):
        draft_document(party=merged.parties.get(), form="gdpr.art33", language="en", author=cast.alice)
        merge_incidents(merged, into, choices={}, reason="One mailbox", by=cast.alice)
    here = reverse("reports:list", args=("harbour", incident.number))
    listed = page(officer.get(here))
    for merged in (other, third):
        address = reverse("reports:document", args=("harbour", merged.number, 1))
        assert f'href="{address}"' in listed
        assert officer.get(address).status_code == 200
    undo_merge(IncidentMerge.objects.get(source=other), reason="Two after all", by=cast.alice)
    assert "merged into this one" not in page(officer.get(here))


def test_it_links_two_cases_and_takes_the_link_away(officer: Client, incident: Incident, other: Incident) -> None:
    officer.post(
        at(incident, "links"), {"act": "link", "kind": "same_cause", "other": other.pk, "note": "One provider"}
    )
    assert "Mailbox, again" in page(officer.get(at(incident, "links")))
    link = IncidentLink.objects.get()
    assert officer.post(at(incident, "links"), {"act": "unlink", "link": link.pk, "reason": " "}).status_code == 422
    officer.post(at(incident, "links"), {"act": "unlink", "link": link.pk, "reason": "Two providers"})
    assert not IncidentLink.objects.exists()


def test_it_offers_no_case_that_the_member_does_not_see(
    officer: Client, incident: Incident, other: Incident, cast: Cast
) -> None:
    change_incident(other, by=cast.alice, reason="Secret", restricted=True, owner=cast.bob)
    assert "Mailbox, again" not in page(officer.get(at(incident, "merge")))
    assert officer.get(at(incident, "merge", f"?into={other.number}")).status_code == 404


def test_it_shows_both_values_and_what_a_merge_would_do_and_does_nothing(
    officer: Client, incident: Incident, other: Incident
) -> None:
    where = at(other, "merge", f"?into={incident.number}")
    shown = officer.get(where)
    assert "640" in page(shown)
    assert "500 or more" in page(shown)
    looked = officer.post(where, {"preview": "1", "seen": shown.context["seen"], **along(shown)})
    assert "Nothing is done yet" in page(looked)
    assert "Merge the two cases" in page(looked)
    assert not IncidentMerge.objects.exists()


def test_it_merges_with_the_values_chosen(officer: Client, incident: Incident, other: Incident) -> None:
    where = at(other, "merge", f"?into={incident.number}")
    shown = officer.get(where)
    ((choice, _),) = shown.context["choices"]
    typed = {
        "merge": "1",
        "seen": shown.context["seen"],
        "reason": "One mailbox",
        choice.name: "source",
        **along(shown),
    }
    assert officer.post(where, {**typed, "reason": ""}).status_code == 422
    assert officer.post(where, typed).headers["Location"] == at(incident, "case")
    row = incident.parties.get().revisions.order_by("-number")[0].document["affected"][0]
    assert row["count"] == {"kind": "exact", "n": 640}
    ended = page(officer.get(at(other, "facts")))
    assert f"Merged into {incident.reference}" in ended
    assert "This case was merged into" in page(officer.get(at(other, "links")))


def test_it_asks_for_another_look_when_facts_changed(officer: Client, incident: Incident, other: Incident) -> None:
    where = at(other, "merge", f"?into={incident.number}")
    again = officer.post(where, {"merge": "1", "seen": "of yesterday", "reason": "One mailbox"})
    assert again.status_code == 409
    assert not IncidentMerge.objects.exists()


def test_it_undoes_a_merge_from_the_page(officer: Client, incident: Incident, other: Incident, cast: Cast) -> None:
    made = merge_incidents(other, incident, choices={}, reason="One mailbox", by=cast.alice)
    assert "Undo the merge" in page(officer.get(at(incident, "links")))
    officer.post(at(incident, "links"), {"act": "undo", "merge": made.pk, "reason": "Two after all"})
    other.refresh_from_db()
    assert other.closed_at is None


def test_only_who_decides_merges(
    signed_in: Callable[[User], Client], incident: Incident, other: Incident, cast: Cast
) -> None:
    assert signed_in(cast.bob).get(at(incident, "merge")).status_code == 403
    assert signed_in(cast.charlie).get(at(incident, "merge")).status_code == 404


def test_it_shows_what_a_split_would_do_then_splits(officer: Client, other: Incident, party: Party) -> None:
    typed = {
        "title": "Spain",
        "groups": ["es"],
        "elements": ["full_name"],
        "both": ["full_name"],
        "sections": ["nature"],
    }
    looked = officer.post(at(other, "split"), {**typed, "preview": "1"})
    assert looked.status_code == 200
    assert not IncidentSplit.objects.exists()
    assert "Fell away" in page(looked)
    assert not re.search(r'href="[^"]*/duties/\d', page(looked))  # of a case that does not exist yet
    assert officer.post(at(other, "split"), {**typed, "split": "1"}).status_code == 422  # without a reason
    officer.post(at(other, "split"), {**typed, "split": "1", "reason": "Another mailbox"})
    made = IncidentSplit.objects.get().made
    assert made.title == "Spain"
    back = page(officer.get(at(made, "links")))
    assert "This case was split from" in back
    assert f'href="{at(made, "merge", f"?into={other.number}")}"' in back
    assert "Split from this case" in page(officer.get(at(other, "links")))


def test_it_keeps_what_was_chosen_when_a_fault_is_named(officer: Client, other: Incident) -> None:
    wrong = officer.post(at(other, "split"), {"title": "", "groups": ["es"], "split": "1", "reason": "Because"})
    assert wrong.status_code == 422
    assert "Give the new case a name." in page(wrong)
    assert "Because</textarea>" in page(wrong)


@pytest.mark.parametrize("part", ["files", "comments", "case_tasks", "timeline"])
def test_it_leads_to_what_stands_in_a_merged_case_and_back(
    officer: Client, incident: Incident, other: Incident, cast: Cast, part: str
) -> None:
    write_comment(other, text="The dealers called", by=cast.alice, key="k")
    upload = SimpleUploadedFile("mail.txt", b"10:14")
    add_evidence(other, upload, by=cast.alice, source="Mail server")
    made = merge_incidents(other, incident, choices={}, reason="One mailbox", by=cast.alice)
    there, here = page(officer.get(at(incident, part))), page(officer.get(at(other, part)))
    assert f'href="{at(other, part)}"' in there
    assert "In the cases merged into this one" in there
    if part in ("files", "comments"):
        assert "1 entry stands there." in there
    assert "This case was merged into" in here
    assert f'href="{at(incident, part)}"' in here
    undo_merge(made, reason="Two after all", by=cast.alice)
    assert "In the cases merged" not in page(officer.get(at(incident, part)))


@pytest.mark.parametrize("part", ["case", "facts", "people", "duties"])
def test_it_leads_from_a_merged_case_to_the_one_that_goes_on(
    officer: Client, incident: Incident, other: Incident, cast: Cast, part: str
) -> None:
    merge_incidents(other, incident, choices={}, reason="One mailbox", by=cast.alice)
    here = page(officer.get(at(other, part)))
    assert "This case was merged into" in here
    assert f'href="{at(incident, part)}"' in here


def test_it_does_not_lead_to_a_merged_case_that_the_member_may_not_see(
    officer: Client, signed_in: Callable[[User], Client], incident: Incident, other: Incident, cast: Cast
) -> None:
    for case in (incident, other):
        change_incident(case, by=cast.alice, reason="Secret", restricted=True)
    grant_access(incident, cast.bob, by=cast.alice, reason="Counsel")
    for case in (incident, other):
        case.refresh_from_db()
    merge_incidents(other, incident, choices={}, reason="One mailbox", by=cast.alice)
    assert "Mailbox, again" in page(officer.get(at(incident, "files")))
    assert "Mailbox, again" not in page(signed_in(cast.bob).get(at(incident, "files")))
