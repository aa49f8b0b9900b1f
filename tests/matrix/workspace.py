"""The pages around the cases: desk, search, exercises, rules and precedents."""

from django.core import signing

from tests.matrix.answers import (
    CASE,
    CASE_READERS,
    HARBOUR,
    MANAGERS,
    MEMBERS,
    RECORDERS,
    WRITERS,
    Row,
    Who,
    case_members,
    everybody,
    members,
)

POSITION = {"stance": "stricter", "text": "48 hours", "reason": "Policy", "held_on": "2026-01-05", "base": "0"}

ROWS: list[Row] = [
    Row("workbench:home", everybody(302)),  # to the desk of the only workspace, or to sign in
    Row("workbench:desk", members(200, MEMBERS), HARBOUR),
    Row("workbench:dashboard", members(200, CASE_READERS), HARBOUR),
    # Empty is the installation no more: who comes by a genuine link is told so, whoever it is.
    Row("workbench:set_up", everybody(410), {"token": signing.dumps("set up", salt="workbench.setting_up")}),
    Row("workbench:set_up", everybody(404), {"token": "of-nobody"}),
    Row("workbench:set_up", everybody(404), {"token": "of-nobody"}, method="post", data={"email": "eve@example.org"}),
    Row("workbench:start", members(200, [Who.PRIVACY_OFFICER]), HARBOUR),
    Row("workbench:start", members(422, [Who.PRIVACY_OFFICER]), HARBOUR, method="post", data={"company": ""}),
    Row("workbench:kit", members(200, MEMBERS), HARBOUR),
    Row(
        "workbench:kit",
        members(302, MANAGERS),
        HARBOUR,
        method="post",
        data={"act": "contact", "what_for": "Insurer", "phone": "+33 1"},
    ),
    Row("workbench:kit_pdf", members(200, MEMBERS), HARBOUR),
    Row("workbench:exercises", members(200, CASE_READERS), HARBOUR),
    Row(
        "workbench:exercises",
        members(302, [Who.PRIVACY_OFFICER]),
        HARBOUR,
        method="post",
        data={"scenario": "misdirected-mail"},
    ),
    Row("workbench:said", case_members(200, CASE_READERS), CASE),
    Row("workbench:situation", case_members(200, CASE_READERS), CASE),
    Row("workbench:situation_text", case_members(200, CASE_READERS), CASE),
    Row("workbench:links", case_members(200, CASE_READERS), CASE),
    Row("workbench:links", case_members(422, [*RECORDERS, Who.LOCAL_REPRESENTATIVE]), CASE, method="post"),
    Row("workbench:merge", case_members(200, [Who.PRIVACY_OFFICER]), CASE),
    Row("workbench:split", case_members(200, [Who.PRIVACY_OFFICER]), CASE),
    Row("workbench:exercise", case_members(404, CASE_READERS), CASE),  # case 902 is no exercise
    Row("workbench:search", members(200, CASE_READERS), HARBOUR),
    Row("workbench:search", members(200, CASE_READERS), {**HARBOUR}, data={"q": 'case -"one', "in": "duties"}),
    Row("workbench:quick_check", members(200, MEMBERS), HARBOUR),
    Row("workbench:quick_check", members(200, MEMBERS), HARBOUR, method="post", data={"way": "form", "country": "FR"}),
    Row("workbench:rules", members(200, MEMBERS), HARBOUR),
    Row("workbench:rule", members(200, MEMBERS), {**HARBOUR, "code": "EU"}),
    Row("workbench:rules_compare", members(200, MEMBERS), HARBOUR, data={"a": "JP", "b": "KR"}),
    Row("workbench:doubt", members(200, MEMBERS), {**HARBOUR, "code": "JP"}),
    Row(
        "workbench:doubt",
        members(302, MEMBERS),
        {**HARBOUR, "code": "JP"},
        method="post",
        data={"about": "time", "text": "It is shorter."},
    ),
    Row("workbench:doubts", members(200, WRITERS), HARBOUR),
    Row("workbench:doubts_export", members(200, WRITERS), HARBOUR),
    Row("workbench:doubt_settle", members(404, WRITERS), {**HARBOUR, "pk": 999_999}, method="post"),  # no such doubt
    Row("workbench:positions", members(200, MEMBERS), HARBOUR),
    Row("workbench:position", members(200, MEMBERS), {**HARBOUR, "code": "JP"}),
    Row("workbench:position", members(302, WRITERS), {**HARBOUR, "code": "JP"}, method="post", data=POSITION),
    Row(
        "workbench:position",
        members(404, WRITERS),
        {**HARBOUR, "code": "JP"},
        method="post",
        data={"act": "approve", "number": "1"},
    ),  # nothing is proposed
    Row("workbench:precedents", members(200, MEMBERS), HARBOUR),
    Row("workbench:precedent", members(200, MEMBERS), {**HARBOUR, "name": "ICO-2"}),
]
