"""The list of cases, reporting one, and reports from outside."""

from tests.matrix.answers import CASE, CASE_READERS, HARBOUR, Row, Who, everybody, members
from tests.matrix.building import INTAKE_TOKEN

# Whoever records facts reports incidents.
REPORTERS = [Who.PRIVACY_OFFICER, Who.CONTRIBUTOR, Who.LOCAL_REPRESENTATIVE]

ROWS: list[Row] = [
    Row("incidents:list", members(200, CASE_READERS), HARBOUR),
    Row("incidents:report", members(302, REPORTERS), HARBOUR),
    Row("incidents:report_page", members(200, REPORTERS), {**HARBOUR, "page": "when"}),
    Row("incidents:report_page", members(200, REPORTERS), {**HARBOUR, "page": "when"}, method="post"),
    Row("incidents:report_save", members(200, REPORTERS, anonymous=204), {**HARBOUR, "page": "what"}, method="post"),
    Row("incidents:small", members(200, REPORTERS), HARBOUR),
    Row("incidents:small", members(422, REPORTERS), HARBOUR, method="post"),  # nothing typed
    # reports from outside: anybody sends one, privacy officers handle it
    Row("incidents:intake", everybody(200), {"token": INTAKE_TOKEN}),
    Row("incidents:intake", everybody(404), {"token": "of-nobody"}),
    Row("incidents:intake", everybody(422), {"token": INTAKE_TOKEN}, method="post"),  # nothing typed
    Row("incidents:intake_received", everybody(200), {"token": INTAKE_TOKEN, "receipt": "R-MATRIX2345"}),
    Row("incidents:intake_received", everybody(404), {"token": INTAKE_TOKEN, "receipt": "R-2345MATRIX"}),
    Row("incidents:reported", members(200, [Who.PRIVACY_OFFICER]), HARBOUR),
    Row("incidents:intake_link", members(302, [Who.PRIVACY_OFFICER]), HARBOUR, method="post", data={"act": "close"}),
    Row("incidents:reported_one", members(200, [Who.PRIVACY_OFFICER]), {**HARBOUR, "pk": 990_002}),
    Row(
        "incidents:reported_one",
        members(302, [Who.PRIVACY_OFFICER]),
        {**HARBOUR, "pk": 990_002},
        method="post",
        data={"act": "decline", "reason": "A drill of ours"},
    ),
    Row("incidents:report_check", members(302, REPORTERS), HARBOUR),  # without a draft: to its first page
    Row("incidents:report_discard", members(302, REPORTERS), HARBOUR, method="post"),
    Row("incidents:report_done", members(200, REPORTERS), CASE),
]
