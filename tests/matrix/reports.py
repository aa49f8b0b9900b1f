"""Registers, documents, and what inspectors are shown."""

from tests.matrix.answers import CASE_READERS, HARBOUR, WRITERS, Row, Who, case_members, everybody, members
from tests.matrix.building import INSPECTION, REMARK, inspection_token

DOCUMENTS = {"slug": "harbour", "number": 900}
DRAFT = {**DOCUMENTS, "ordinal": 1}
APPROVED = {**DOCUMENTS, "ordinal": 2}

ROWS: list[Row] = [
    Row("reports:register", members(200, CASE_READERS), HARBOUR),
    Row("reports:register_file", members(302, [*WRITERS, Who.AUDITOR]), {**HARBOUR, "kind": "csv"}),
    Row("reports:readiness", members(200, CASE_READERS), HARBOUR),
    Row("reports:readiness_one", members(200, WRITERS), {**HARBOUR, "authority": "CNIL"}),
    Row("reports:readiness_one", members(404, WRITERS), {**HARBOUR, "authority": "nobody"}),
    Row("reports:sheet", members(404, WRITERS), {**HARBOUR, "pk": 999_999}),  # no such organisation
    Row("reports:inspections", members(200, WRITERS), HARBOUR),
    Row("reports:inspections", members(422, WRITERS), HARBOUR, method="post"),  # nothing typed
    Row("reports:inspection", members(200, WRITERS), {**HARBOUR, "pk": INSPECTION}),
    Row("reports:inspection_revoke", members(302, WRITERS), {**HARBOUR, "pk": INSPECTION}, method="post"),
    Row("reports:inspector", everybody(200), {"token": inspection_token()}),
    Row("reports:inspector", everybody(404), {"token": "of-nobody"}),
    Row("reports:inspector_case", everybody(200), {"token": inspection_token(), "number": 902}),
    Row("reports:inspector_case", everybody(404), {"token": inspection_token(), "number": 999}),
    Row(  # approved, and not sent
        "reports:inspector_document", everybody(404), {"token": inspection_token(), "number": 900, "ordinal": 2}
    ),
    Row("reports:list", case_members(200, CASE_READERS), DOCUMENTS),
    Row(
        "reports:new",
        {**case_members(404, [*WRITERS, Who.LOCAL_REPRESENTATIVE])},
        {**DOCUMENTS, "obligation": 999_999, "form": "au.oaic"},
    ),  # no such duty
    Row("reports:filing", case_members(200, CASE_READERS), DOCUMENTS),
    Row("reports:dossier", case_members(302, [*WRITERS, Who.AUDITOR]), DOCUMENTS),
    Row("reports:translation", case_members(200, WRITERS), DOCUMENTS),
    Row("reports:translation", case_members(422, WRITERS), DOCUMENTS, method="post"),  # nothing chosen
    Row("reports:translation_job", case_members(422, WRITERS), DOCUMENTS),  # likewise
    Row("reports:paper", case_members(302, [*WRITERS, Who.AUDITOR]), {**DOCUMENTS, "which": "board", "kind": "pdf"}),
    Row("reports:paper", case_members(302, WRITERS), {**DOCUMENTS, "which": "memo", "kind": "docx"}),
    Row("reports:document", case_members(200, CASE_READERS), DRAFT),
    Row("reports:preview", case_members(200, CASE_READERS), DRAFT),
    Row("reports:pdf", case_members(200, CASE_READERS), APPROVED),
    Row("reports:english", case_members(200, CASE_READERS), APPROVED),
    Row("reports:kept", case_members(200, [*WRITERS, Who.AUDITOR]), APPROVED),
    Row("reports:answer", case_members(200, WRITERS), {**DRAFT, "field": "steps"}),
    Row("reports:remarks", case_members(200, CASE_READERS), {**DRAFT, "field": "steps"}),
    Row("reports:remarks", case_members(422, WRITERS), {**DRAFT, "field": "steps"}, method="post"),  # nothing written
    Row("reports:settle", case_members(302, WRITERS), {**DRAFT, "pk": REMARK}, method="post"),
    Row("reports:submit", case_members(302, WRITERS), DRAFT, method="post"),
    Row("reports:refresh", case_members(302, WRITERS), DRAFT, method="post"),
    Row("reports:return", case_members(302, WRITERS), DRAFT, method="post"),
    Row("reports:approve", case_members(302, WRITERS), DRAFT, method="post"),
    Row("reports:revise", case_members(302, WRITERS), APPROVED, method="post"),
    Row("reports:follow_up", case_members(302, WRITERS), APPROVED, method="post"),
    Row("reports:receipt", case_members(302, [Who.PRIVACY_OFFICER]), APPROVED, method="post"),
    Row("reports:mail", case_members(302, [Who.PRIVACY_OFFICER]), APPROVED),  # the CNIL has a portal
    Row("reports:mail_back", case_members(302, [Who.PRIVACY_OFFICER]), APPROVED, method="post"),
    Row("reports:sent", case_members(200, [Who.PRIVACY_OFFICER]), APPROVED),
]
