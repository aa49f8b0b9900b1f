"""The pages of one case: its facts, people and duties."""

from tests.matrix.answers import CASE, CASE_READERS, RECORDERS, WRITERS, Row, Who, case_members, everybody
from tests.matrix.building import REQUEST, request_token

DUTY = {**CASE, "pk": 990_001}
ROLE = {"answer": "controller", "base": 1}
FULFIL = {"act": "fulfil", "at": "2026-01-05T10:00", "channel": "email", "key": "k"}

ROWS: list[Row] = [
    Row("workbench:case", case_members(200, CASE_READERS), CASE),
    Row("workbench:seen", case_members(302, [*RECORDERS, Who.LOCAL_REPRESENTATIVE]), CASE, method="post"),
    Row("workbench:assess", case_members(302, [*RECORDERS, Who.LOCAL_REPRESENTATIVE]), CASE, method="post"),
    Row("workbench:facts", case_members(200, CASE_READERS), CASE),
    Row("workbench:fact", case_members(200, CASE_READERS), {**CASE, "question": "role"}),
    Row("workbench:fact", case_members(302, RECORDERS), {**CASE, "question": "role"}, method="post", data=ROLE),
    Row("workbench:fact", case_members(200, CASE_READERS), {**CASE, "question": "summary"}),
    Row(
        "workbench:fact",
        case_members(302, RECORDERS),
        {**CASE, "question": "summary"},
        method="post",
        data={"text": "It happened.", "base": 0, "language": "en"},
    ),
    Row("workbench:people", case_members(200, CASE_READERS), CASE),
    Row("workbench:people_add", case_members(200, [*RECORDERS, Who.LOCAL_REPRESENTATIVE]), CASE),
    Row(
        "workbench:people_add",
        case_members(302, [*RECORDERS, Who.LOCAL_REPRESENTATIVE]),
        CASE,
        method="post",
        data={"place": "FR", "presence": "confirmed", "kind": "unknown", "base": 1},
    ),
    Row("workbench:awareness", case_members(200, CASE_READERS), CASE),
    Row(
        "workbench:awareness",
        case_members(302, RECORDERS),
        CASE,
        method="post",
        data={"add": 1, "at": "2026-01-05T10:00", "source": "The help desk's log"},
    ),
    Row("workbench:requests", case_members(200, CASE_READERS), CASE),
    Row("workbench:request_new", case_members(200, [Who.PRIVACY_OFFICER]), {**CASE, "question": "role"}),
    Row(
        "workbench:request_new",
        case_members(302, [Who.PRIVACY_OFFICER]),
        {**CASE, "question": "role"},
        method="post",
        data={"name": "Ken", "email": "ken@example.jp", "days": 3},
    ),
    Row("workbench:request_withdraw", case_members(302, [Who.PRIVACY_OFFICER]), {**CASE, "pk": REQUEST}, method="post"),
    Row("workbench:request_answer", everybody(200), {"token": request_token()}),  # its key is the signature
    Row("workbench:request_answer", everybody(404), {"token": f"{REQUEST}:forged"}),
    Row(
        "workbench:request_answer",
        everybody(302),
        {"token": request_token()},
        method="post",
        data={"answer": "exact", "low": "20", "name": "Ken"},
    ),
    Row("workbench:people_paste", case_members(200, [*RECORDERS, Who.LOCAL_REPRESENTATIVE]), CASE),
    Row(
        "workbench:people_paste",
        {**case_members(302, RECORDERS), Who.LOCAL_REPRESENTATIVE: 422},
        CASE,
        method="post",
        data={"table": "Japan, 20", "base": 1, "record": 1},
    ),  # Japan is not the representative's: the row is named
    Row(
        "workbench:people_row",
        case_members(404, [*RECORDERS, Who.LOCAL_REPRESENTATIVE, Who.APPROVER, Who.AUDITOR]),
        CASE,
    ),  # names no row
    Row(
        "workbench:people_remove",
        case_members(302, RECORDERS),
        CASE,
        method="post",
        data={"row": "jp", "reason": "A mistake"},
    ),  # Japan is not the representative's
    Row("workbench:risk", case_members(200, CASE_READERS), CASE),
    Row("workbench:duties", case_members(200, CASE_READERS), CASE),
    Row("workbench:duty_add", case_members(200, WRITERS), CASE),
    Row(
        "workbench:duty_add",
        case_members(302, WRITERS),
        CASE,
        method="post",
        data={"title": "Tell the bank", "source": "Loan agreement", "clock": "none"},
    ),
    Row("workbench:duty", case_members(200, CASE_READERS), DUTY),
    Row("workbench:duty", case_members(302, [Who.PRIVACY_OFFICER]), DUTY, method="post", data=FULFIL),
    Row("workbench:duty", case_members(302, WRITERS), DUTY, method="post", data={"act": "decide", "reason": "Waived"}),
    Row("workbench:duty", case_members(404, WRITERS), DUTY, method="post", data={"act": "approve"}),  # nothing decided
]
