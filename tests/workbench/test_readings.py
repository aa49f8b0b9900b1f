"""Doubts about the library, and the organisation's own position: beside the rule, never in its place."""

import json
import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.history import events_of
from accounts.models import Membership, Role, User
from incidents.models import Incident, LawDoubt, LawPosition, Obligation
from incidents.selectors import doubts_of, position_on
from incidents.services import (
    PositionConflict,
    approve_position,
    report_doubt,
    settle_doubt,
    state_position,
)
from law.rulebook import load_rulebook
from tests.conftest import Cast

SignIn = Callable[[User], Client]
ART33 = "gdpr.art33.notify_authority"
HELD = date(2026, 1, 5)


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


@pytest.fixture
def doubt(cast: Cast) -> LawDoubt:
    return report_doubt(
        cast.workspace, by=cast.alice, jurisdiction="EU", duty=ART33, about="time", text="It is 48 hours.",
        source="https://example.org/a", note="Ask Bob",
    )  # fmt: skip


def state(cast: Cast, stance: str = "laxer", by: User | None = None, **more: Any) -> LawPosition:
    said = {"jurisdiction": "EU", "duty": ART33, "text": "Weekends do not count.", "reason": "Our reading",
            "held_on": HELD, "base": 0}  # fmt: skip
    return state_position(cast.workspace, by=by or cast.alice, stance=stance, **{**said, **more})


# -- doubts -------------------------------------------------------------------------------------------


def test_it_takes_a_doubt_from_any_member_and_leaves_the_rule_as_it_is(
    cast: Cast, member: Callable[..., User], signed_in: SignIn
) -> None:
    before = load_rulebook().digest
    client = signed_in(member(Role.AUDITOR))
    address = f"/w/harbour/rules/FR/doubt/?duty={ART33}"
    assert "Art. 33(1)" in words(client.get(address))
    answer = client.post(address, {"about": "time", "text": "It is 48 hours.", "source": "A book", "note": "Ask"})
    assert answer.headers["Location"] == f"/w/harbour/rules/FR/#{ART33}"
    made = LawDoubt.objects.get()
    assert (made.jurisdiction, made.duty, made.version) == ("FR", ART33, "2018-05-25")
    assert made.rulebook == load_rulebook().digest == before
    assert "1 doubt reported in this workspace" in words(client.get("/w/harbour/rules/FR/"))


def test_it_names_what_a_doubt_lacks_and_keeps_what_was_typed(officer: Client) -> None:
    answer = officer.post("/w/harbour/rules/JP/doubt/", {"text": "  ", "source": "A book"})
    assert answer.status_code == 422
    text = words(answer)
    for said in ("Choose what the doubt is about.", "Write what is doubted.", "A book"):
        assert said in text
    assert not LawDoubt.objects.exists()


@pytest.mark.parametrize(
    "address", ["XX/doubt/", "JP/doubt/?duty=nothing", f"JP/doubt/?duty={ART33}", "JP/position/?duty=us"]
)
def test_it_takes_no_doubt_about_what_does_not_exist(officer: Client, address: str) -> None:
    assert officer.get(f"/w/harbour/rules/{address}").status_code == 404


def test_it_refuses_a_duty_of_another_place(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="is no duty of JP"):
        report_doubt(
            cast.workspace, by=cast.alice, jurisdiction="JP", duty="us-ca.civ1798-82.notify_individuals",
            about="time", text="x",
        )  # fmt: skip


def test_it_settles_a_doubt_with_an_answer_that_everybody_reads(
    officer: Client, doubt: LawDoubt, member: Callable[..., User], signed_in: SignIn
) -> None:
    page = words(officer.get("/w/harbour/rules/doubts/"))
    for said in ("1 open, 0 settled", "It is 48 hours.", "https://example.org/a", "Ask Bob"):
        assert said in page
    address = f"/w/harbour/rules/doubts/{doubt.pk}/"
    lacking = officer.post(address, {"verdict": "library_right", "answer": ""})
    assert lacking.status_code == 422
    assert "Write the answer" in words(lacking)
    assert officer.post(address, {"verdict": "library_right", "answer": "Art. 33 says 72."}).status_code == 302
    read = words(signed_in(member(Role.CONTRIBUTOR)).get("/w/harbour/rules/EU/"))
    assert "the library stands" in read
    assert "Art. 33 says 72." in read
    again = officer.post(address, {"verdict": "library_wrong", "answer": "No."})
    assert again.status_code == 422
    assert "has settled it since: “Art. 33 says 72.”" in words(again)
    assert [event.values["verdict"] for event in events_of(doubt)] == ["", "library_right"]


def test_it_keeps_the_list_from_those_who_may_not_settle(signed_in: SignIn, cast: Cast, doubt: LawDoubt) -> None:
    Membership.objects.filter(user=cast.bob).update(role=Role.CONTRIBUTOR)
    client = signed_in(cast.bob)
    assert client.get("/w/harbour/rules/doubts/").status_code == 403
    assert (
        client.post(f"/w/harbour/rules/doubts/{doubt.pk}/", {"verdict": "library_right", "answer": "x"}).status_code
        == 403
    )
    assert LawDoubt.objects.get().is_open


def test_it_keeps_doubts_within_their_workspace(signed_in: SignIn, cast: Cast, doubt: LawDoubt) -> None:
    charlie = signed_in(cast.charlie)
    slug = cast.elsewhere.slug
    assert (
        charlie.post(f"/w/{slug}/rules/doubts/{doubt.pk}/", {"verdict": "library_right", "answer": "x"}).status_code
        == 404
    )
    assert "It is 48 hours." not in words(charlie.get(f"/w/{slug}/rules/EU/"))
    assert doubts_of(cast.elsewhere) == []


def test_it_exports_doubts_without_names_and_without_the_note(officer: Client, doubt: LawDoubt) -> None:
    answer = officer.get("/w/harbour/rules/doubts.json")
    assert answer["Content-Disposition"].startswith("attachment")
    (said,) = json.loads(answer.content)["doubts"]
    assert (said["duty"], said["about"], said["text"]) == (ART33, "time", "It is 48 hours.")
    assert said["rulebook"] == load_rulebook().digest
    text = answer.content.decode()
    assert "Ask Bob" not in text
    assert "Alice" not in text


# -- positions ----------------------------------------------------------------------------------------


def test_it_shows_a_stricter_position_beside_the_answer_of_the_library(officer: Client) -> None:
    data = {
        "stance": "stricter", "text": "We notify within 24 hours.", "reason": "Group policy", "counsel": "Maître Duval",
        "held_on": "2026-01-05", "review_on": "2026-06-01", "base": "0",
    }  # fmt: skip
    address = f"/w/harbour/rules/EU/position/?duty={ART33}"
    assert officer.post(address, data).headers["Location"] == address
    for path in ("rules/EU/", "rules/FR/", "rules/positions/"):
        text = words(officer.get(f"/w/harbour/{path}"))
        for said in ("We notify within 24 hours.", "Group policy", "Maître Duval", "held from 5 Jan 2026"):
            assert said in text, path
    assert "72 hours" in words(officer.get("/w/harbour/rules/EU/"))
    assert "The day to look at it again has passed." in words(officer.get(address))


def test_it_counts_a_laxer_position_only_once_another_person_agrees(
    cast: Cast, officer: Client, signed_in: SignIn
) -> None:
    made = state(cast)
    held = position_on(cast.workspace, "EU", ART33)
    assert held
    assert (held.standing, held.proposed) == (None, made)
    text = words(officer.get("/w/harbour/rules/EU/"))
    assert "not our position until a second person approves it" in text
    address = f"/w/harbour/rules/EU/position/?duty={ART33}"
    assert "Approve it as a second person" not in words(officer.get(address))
    own = officer.post(address, {"act": "approve", "number": "1"})
    assert own.status_code == 422
    assert "somebody else must approve it" in words(own)
    bob = signed_in(cast.bob)
    assert "Approve it as a second person" in words(bob.get(address))
    assert bob.post(address, {"act": "approve", "number": "1"}).status_code == 302
    held = position_on(cast.workspace, "EU", ART33)
    assert held
    assert (held.standing, held.proposed) == (made, None)
    assert "approved by Bob" in words(officer.get("/w/harbour/rules/EU/"))


def test_it_keeps_the_approved_position_until_the_next_laxer_one_is_approved(cast: Cast) -> None:
    first = approve_position(state(cast), by=cast.bob)
    second = state(cast, "not_applicable", base=1)
    held = position_on(cast.workspace, "EU", ART33)
    assert held
    assert (held.standing, held.proposed) == (first, second)
    with pytest.raises(ValidationError, match="no longer the newest"):
        approve_position(first, by=cast.bob)


def test_it_takes_a_position_back_and_keeps_every_version(cast: Cast, officer: Client) -> None:
    state(cast, "stricter")
    state(cast, "withdrawn", text="We follow the library.", base=1)
    held = position_on(cast.workspace, "EU", ART33)
    assert held
    assert not held.speaks
    assert [one.number for one in held.versions] == [2, 1]
    assert "Weekends do not count." not in words(officer.get("/w/harbour/rules/EU/"))
    assert "Weekends do not count." in words(officer.get(f"/w/harbour/rules/EU/position/?duty={ART33}"))
    with pytest.raises(ValidationError, match="No position stands"):
        state(cast, "withdrawn", base=2)


def test_it_tells_the_second_of_two_what_has_come_in_between(cast: Cast, officer: Client) -> None:
    state(cast, "stricter", by=cast.bob)
    address = f"/w/harbour/rules/EU/position/?duty={ART33}"
    data = {"stance": "stricter", "text": "Mine", "reason": "Why", "held_on": "2026-01-05", "base": "0"}
    answer = officer.post(address, data)
    assert answer.status_code == 409
    text = words(answer)
    assert "Bob has stated version 1 since: “Weekends do not count.”" in text
    assert "Mine" in text
    base = re.search(r'name="base" value="(\d)"', answer.content.decode())
    assert base
    assert officer.post(address, {**data, "base": base[1]}).status_code == 302
    with pytest.raises(PositionConflict):
        state(cast, "stricter")


def test_it_names_the_field_that_is_wrong(officer: Client) -> None:
    data = {
        "stance": "stricter",
        "text": "x",
        "reason": "y",
        "held_on": "2026-05-05",
        "review_on": "2026-05-05",
        "base": 0,
    }
    answer = officer.post("/w/harbour/rules/JP/position/", data)
    assert answer.status_code == 422
    assert "2026-05-05: expected a day after 2026-05-05" in words(answer)
    none = words(officer.post("/w/harbour/rules/JP/position/", {"base": 0}))
    for said in ("Choose the position.", "Write what the organisation holds.", "Give the reason."):
        assert said in none
    assert not LawPosition.objects.exists()


def test_it_moves_no_duty_and_no_reminder(cast: Cast, incident: Incident) -> None:
    from notifications.models import Reminder

    def stands() -> list[Any]:
        return [
            list(Obligation.objects.order_by("pk").values()), list(Reminder.objects.order_by("pk").values()),
            incident.parties.get().assessments.count(),
        ]  # fmt: skip

    before = stands()
    approve_position(state(cast, "not_applicable"), by=cast.bob)
    state(cast, "stricter", duty="")
    assert stands() == before


def test_it_shows_the_position_on_the_duty_of_a_case(cast: Cast, officer: Client, incident: Incident) -> None:
    duty = incident.obligations.filter(duty=ART33, jurisdiction="FR").first()
    assert duty
    address = f"/w/harbour/incidents/{incident.number}/duties/{duty.pk}/"
    assert "stands beside the library" not in words(officer.get(address))
    state(cast, "stricter", text="Within 24 hours, says the group.")
    state(cast, "laxer", jurisdiction="FR", duty="", text="France is for its own company.")
    text = words(officer.get(address))
    assert "Within 24 hours, says the group." in text
    assert "France is for its own company." in text
    assert "not our position until a second person approves it" in text
    assert "72 hours" in text
    page = officer.get(address).content.decode()
    for link in (f"FR/#{ART33}", f"FR/doubt/?duty={ART33}", f"FR/position/?duty={ART33}"):
        assert f'href="/w/harbour/rules/{link}"' in page


def test_the_database_takes_no_approval_by_who_has_stated_it(cast: Cast) -> None:
    made = state(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        LawPosition.objects.filter(pk=made.pk).update(approved_by=cast.alice, approved_at=made.stated_at)


def test_it_keeps_who_settled_what_in_the_history(cast: Cast, doubt: LawDoubt) -> None:
    settle_doubt(doubt, by=cast.bob, verdict="library_wrong", answer="It will be corrected.")
    change = events_of(doubt)[-1]
    assert change.user_id == cast.bob.pk
    assert change.reason == "Doubt settled: It will be corrected."
