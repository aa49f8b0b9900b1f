"""The permission matrix: for every address of the site, who gets which answer.

Add a row for each new URL; a URL without a row fails tests/accounts/test_matrix.py. The answers are
written out here on purpose, and not computed from the table of roles: this is the second opinion.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.core import signing

from tests.conftest import Cast
from tests.notifications import building as reminding


class Who(StrEnum):
    """Everybody who may knock. The roles are those of the workspace `harbour`."""

    ANONYMOUS = "anonymous"
    OUTSIDER = "outsider"  # Charlie, privacy officer elsewhere
    PRIVACY_OFFICER = "privacy_officer"
    APPROVER = "approver"
    CONTRIBUTOR = "contributor"
    LOCAL_REPRESENTATIVE = "local_representative"  # limited to FR
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


SIGNED_IN = [who for who in Who if who is not Who.ANONYMOUS]
MEMBERS = [who for who in SIGNED_IN if who is not Who.OUTSIDER]
CASE_READERS = [who for who in MEMBERS if who is not Who.ADMINISTRATOR]


@dataclass(frozen=True)
class Row:
    """One address, one method, and the status for each kind of caller."""

    url: str
    answers: Mapping[Who, int]
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    method: str = "get"
    data: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.url}"


def everybody(status: int) -> dict[Who, int]:
    return dict.fromkeys(Who, status)


def signed_in(status: int, *, anonymous: int = 302) -> dict[Who, int]:
    """Any person, whatever the workspace; others are sent to sign in."""
    return {**everybody(status), Who.ANONYMOUS: anonymous}


def members(status: int, allowed: list[Who], *, anonymous: int = 302) -> dict[Who, int]:
    """A page of the workspace: these members get `status`, other members 403, outsiders 404."""
    answers = dict.fromkeys(MEMBERS, 403) | dict.fromkeys(allowed, status)
    return {**answers, Who.OUTSIDER: 404, Who.ANONYMOUS: anonymous}


def documents(cast: Cast) -> None:
    """Case 900 with two documents: 1 is a draft, 2 is approved and in French. Neither is for a country."""
    from django.core.files.base import ContentFile
    from django.utils import timezone

    from accounts.models import LegalEntity
    from incidents.models import Incident
    from incidents.services import open_incident
    from reports.models import Document
    from reports.services import draft_document

    entity = LegalEntity.objects.create(workspace=cast.workspace, name="Harbour Documents SA", country="FR")
    case = open_incident(workspace=cast.workspace, title="Documents", legal_entity=entity, opened_by=cast.alice)
    Incident.objects.filter(pk=case.pk).update(number=900)
    made = [
        draft_document(party=case.parties.get(), form=form, language=said, author=cast.alice)
        for form, said in (("au.oaic", "en"), ("gdpr.art33", "fr"))
    ]
    now = timezone.now()
    held = made[1]
    held.file.save("m.pdf", ContentFile(b"%PDF"), save=False)
    held.kept_file.save("m-kept.pdf", ContentFile(b"%PDF"), save=False)
    Document.objects.filter(pk=held.pk).update(
        state="approved", submitted_by=cast.alice, submitted_at=now, approved_by=cast.bob, approved_at=now,
        printed=[], sha256="0" * 64, kept_sha256="0" * 64, file=held.file.name, kept_file=held.kept_file.name,
    )  # fmt: skip


REQUEST = 990_003


def question_by_mail(cast: Cast) -> None:
    """In case 902, question 990003 put to somebody outside."""
    from datetime import timedelta

    from django.utils import timezone

    from incidents.models import FactsRevision, InfoRequest, Party

    party = Party.objects.get(incident__workspace=cast.workspace, incident__number=902)
    InfoRequest.objects.create(
        pk=REQUEST, party=party, question="affected_count", path="/affected/jp/count", label="Japan: how many?",
        name="Ken", email="ken@example.jp", asked_by=cast.alice, base=FactsRevision.objects.get(party=party),
        expires_at=timezone.now() + timedelta(days=3),
    )  # fmt: skip


def request_token() -> str:
    """The token of question 990003."""
    from incidents.models import InfoRequest
    from workbench.views.info_requests import token_of

    return token_of(InfoRequest(pk=REQUEST))


INTAKE_TOKEN = "intake-of-harbour"


def intake(cast: Cast) -> None:
    """The public link of the workspace, and report 990002 that came by it."""
    from incidents.models import IntakeLink, IntakeReport

    link = IntakeLink.objects.create(workspace=cast.workspace, token=INTAKE_TOKEN, created_by=cast.alice)
    IntakeReport.objects.create(pk=990_002, link=link, receipt="R-MATRIX2345", what="A list lies open.")


def one_case(cast: Cast) -> None:
    """Case 902 with people in France and Japan, and duty 990001, entered by hand."""
    from accounts.models import LegalEntity
    from incidents.models import Incident, Obligation
    from incidents.services import open_incident

    entity = LegalEntity.objects.create(workspace=cast.workspace, name="Harbour Cases SA", country="FR")
    people = {f"/affected/{code.lower()}": {"country": code, "presence": "suspected"} for code in ("FR", "JP")}
    case = open_incident(
        workspace=cast.workspace, title="One case", legal_entity=entity, opened_by=cast.alice, facts=people
    )
    Incident.objects.filter(pk=case.pk).update(number=902)
    Obligation.objects.create(
        pk=990_001, incident=case, party=case.parties.get(), origin="hand", title="Tell the insurer",
        source="Policy", created_by=cast.alice,
    )  # fmt: skip


TASK, COMMENT, NOTE, REMARK = 990_011, 990_012, 990_013, 990_014


def remark(cast: Cast) -> None:
    """Comment 990014 of Alice's on an answer of the draft in case 900."""
    from incidents.models import Comment, Incident

    case = Incident.objects.get(workspace=cast.workspace, number=900)
    Comment.objects.create(
        pk=REMARK, incident=case, document=1, field="steps", text="Which ones?", author=cast.alice, key="remark"
    )  # fmt: skip


def work(cast: Cast) -> None:
    """In case 902: a task, files 1 and 2 (privileged), a comment and a privileged note of Alice's."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from incidents.models import Comment, Incident, PrivilegedNote, Task
    from incidents.services.evidence import add_evidence

    case = Incident.objects.get(workspace=cast.workspace, number=902)
    Task.objects.create(pk=TASK, incident=case, title="Keep the logs", created_by=cast.alice)
    Comment.objects.create(pk=COMMENT, incident=case, text="Which logs?", author=cast.alice, key="matrix")
    PrivilegedNote.objects.create(
        pk=NOTE, incident=case, title="Advice", text="Wait.", author=cast.bob, changed_by=cast.bob, key="matrix"
    )
    for privileged in (False, True):
        upload = SimpleUploadedFile("log.txt", b"10:14 GET /")
        add_evidence(case, upload, by=cast.alice, source="Server", privileged=privileged)


INSPECTION = 990_010


def inspection(cast: Cast) -> None:
    """Invitation 990010 of an inspector, with the documents that were sent."""
    from datetime import timedelta

    from django.utils import timezone

    from reports.models import Inspection

    Inspection.objects.create(
        pk=INSPECTION, workspace=cast.workspace, name="CNIL", reason="Art. 58(1)", with_documents=True,
        created_by=cast.alice, expires_at=timezone.now() + timedelta(days=3),
    )  # fmt: skip


def inspection_token() -> str:
    """The token of invitation 990010."""
    from reports.inspecting import token_of
    from reports.models import Inspection

    return token_of(Inspection(pk=INSPECTION))


# What the rows need in the database, each called with the cast before every row: apps add theirs.
BUILDERS: list[Callable[[Cast], object]] = [
    documents, remark, one_case, work, question_by_mail, intake, inspection, reminding.reminder,
]  # fmt: skip

DOCUMENTS = {"slug": "harbour", "number": 900}
DRAFT = {**DOCUMENTS, "ordinal": 1}
APPROVED = {**DOCUMENTS, "ordinal": 2}


def case_members(status: int, allowed: list[Who]) -> dict[Who, int]:
    """A page of a case: as members(), but whoever sees no case is told that there is none."""
    return {**members(status, allowed), Who.ADMINISTRATOR: 404}


def see_privileged(status: int) -> dict[Who, int]:
    """A privileged item: to other members of the workspace it does not exist."""
    return {**dict.fromkeys(MEMBERS, 404), Who.PRIVACY_OFFICER: status, Who.APPROVER: status,
            Who.OUTSIDER: 404, Who.ANONYMOUS: 302}  # fmt: skip


def api(allowed: list[Who], refused: int = 403) -> dict[Who, int]:
    """An address of the API: 401 instead of the way to sign in."""
    return {**members(200, allowed, anonymous=401), Who.ADMINISTRATOR: 200 if Who.ADMINISTRATOR in allowed else refused}


# Whoever records facts reports incidents.
REPORTERS = [Who.PRIVACY_OFFICER, Who.CONTRIBUTOR, Who.LOCAL_REPRESENTATIVE]
HARBOUR = {"slug": "harbour"}
MANAGERS = [Who.PRIVACY_OFFICER, Who.ADMINISTRATOR]
CASE_902 = {"slug": "harbour", "number": 902}

# Of documents that are for no country: a representative limited to one has no part in them.
WRITERS = [Who.PRIVACY_OFFICER, Who.APPROVER]

CASE = {"slug": "harbour", "number": 902}
DUTY = {**CASE, "pk": 990_001}
RECORDERS = [Who.PRIVACY_OFFICER, Who.CONTRIBUTOR]
# Whoever works on a case: tasks, files, comments.
WORKERS = [Who.PRIVACY_OFFICER, Who.APPROVER, Who.CONTRIBUTOR, Who.LOCAL_REPRESENTATIVE]
ONE_TASK = {**CASE, "pk": TASK}
FILE, PRIVILEGED_FILE = {**CASE, "pk": 1}, {**CASE, "pk": 2}
POSITION = {"stance": "stricter", "text": "48 hours", "reason": "Policy", "held_on": "2026-01-05", "base": "0"}
ROLE = {"answer": "controller", "base": 1}
FULFIL = {"act": "fulfil", "at": "2026-01-05T10:00", "channel": "email", "key": "k"}

ROWS: list[Row] = [
    # accounts
    Row("account_login", {**everybody(302), Who.ANONYMOUS: 200}),
    Row("account_logout", signed_in(200)),
    Row("account_inactive", everybody(200)),
    Row("account_signup", {**everybody(302), Who.ANONYMOUS: 200}),  # "registration is closed"
    Row("account_reauthenticate", signed_in(200)),
    Row("account_change_password", signed_in(200)),
    Row("account_set_password", signed_in(302)),  # to "change", for whoever has a password
    Row("account_reset_password", everybody(200)),
    Row("account_reset_password_done", everybody(200)),
    Row("account_reset_password_from_key", everybody(200), {"uidb36": "1", "key": "not-a-key"}),
    Row("account_reset_password_from_key_done", everybody(200)),
    Row("account_kept", everybody(404), {"pk": 999_999}),  # nothing is kept there
    # reports
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
    # notifications
    Row("notifications:seen", everybody(200), {"token": reminding.TOKEN}),  # its key is the signature
    Row("notifications:seen", everybody(302), {"token": reminding.TOKEN}, method="post"),
    Row("notifications:case", case_members(200, CASE_READERS), {"slug": "harbour", "number": reminding.NUMBER}),
    Row("notifications:feed", everybody(404), {"key": "not-a-key"}),  # its key is a secret
    Row("notifications:mine", members(200, CASE_READERS), HARBOUR),
    Row("notifications:mine", members(302, CASE_READERS), HARBOUR, method="post", data={"act": "feed", "scope": "own"}),
    Row("notifications:policy", members(200, MANAGERS), HARBOUR),
    Row("notifications:policy", members(422, MANAGERS), HARBOUR, method="post", data={"act": "add", "url": "none"}),
    Row("notifications:outbox", members(200, MANAGERS), HARBOUR),
    Row("notifications:message", members(404, MANAGERS), {**HARBOUR, "pk": 999_999}),  # no such message
    Row("notifications:drill", members(200, MANAGERS), HARBOUR),
    Row("notifications:drill", members(302, MANAGERS), HARBOUR, method="post", data={"act": "begin"}),
    Row("notifications:settings", members(200, MANAGERS), HARBOUR),
    Row("notifications:settings", members(302, MANAGERS), HARBOUR, method="post"),
    # outbox
    Row("outbox:proved", everybody(404), {"key": "not-a-key"}),  # its key is a secret
    # workbench: one case
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
    # workbench: the work on a case
    Row("workbench:case_tasks", case_members(200, CASE_READERS), CASE),
    Row("workbench:case_tasks", case_members(302, WORKERS), CASE, method="post", data={"title": "Call the host"}),
    Row("workbench:task", case_members(200, CASE_READERS), ONE_TASK),
    Row("workbench:task", case_members(302, WORKERS), ONE_TASK, method="post", data={"act": "done"}),
    Row("workbench:task", case_members(302, WORKERS), ONE_TASK, method="post", data={"act": "drop", "why": "Found"}),
    Row("workbench:case_playbooks", case_members(200, CASE_READERS), CASE),
    Row("workbench:case_playbook", case_members(200, CASE_READERS), {**CASE, "playbook": "insider"}),
    Row("workbench:case_playbook", case_members(302, WORKERS), {**CASE, "playbook": "insider"}, method="post"),
    Row("workbench:files", case_members(200, CASE_READERS), CASE),
    Row("workbench:files", case_members(422, WORKERS), CASE, method="post"),  # no file
    Row("workbench:file", case_members(200, CASE_READERS), FILE),
    Row("workbench:file", case_members(302, WORKERS), FILE, method="post", data={"act": "check"}),
    Row("workbench:file", see_privileged(200), PRIVILEGED_FILE),
    Row("workbench:file", see_privileged(302), PRIVILEGED_FILE, method="post", data={"act": "move", "why": "Police"}),
    Row("workbench:file_download", case_members(200, CASE_READERS), FILE, method="post", data={"why": "To read it"}),
    Row("workbench:file_download", see_privileged(200), PRIVILEGED_FILE, method="post", data={"why": "To read it"}),
    Row("workbench:comments", case_members(200, CASE_READERS), CASE),
    Row("workbench:comments", case_members(302, WORKERS), CASE, method="post", data={"text": "Well", "key": "k"}),
    Row("workbench:comment", case_members(200, [Who.PRIVACY_OFFICER]), {**CASE, "pk": COMMENT}),
    Row(
        "workbench:comment",
        case_members(302, [Who.PRIVACY_OFFICER]),
        {**CASE, "pk": COMMENT},
        method="post",
        data={"text": "These", "key": "k", "base": "1"},
    ),
    Row("workbench:notes", see_privileged(200), CASE),
    Row("workbench:notes", see_privileged(302), CASE, method="post", data={"title": "A", "text": "B", "key": "k"}),
    Row("workbench:note", see_privileged(200), {**CASE, "pk": NOTE}),
    Row(
        "workbench:note",
        see_privileged(302),
        {**CASE, "pk": NOTE},
        method="post",
        data={"title": "Advice", "text": "Go", "key": "k", "base": "1"},
    ),
    Row("workbench:measures", case_members(200, CASE_READERS), CASE),
    Row(
        "workbench:measures",
        case_members(302, WORKERS),
        CASE,
        method="post",
        data={"measure": "backup", "time": "after", "state": "in_place"},
    ),
    Row("workbench:close", case_members(200, CASE_READERS), CASE),
    Row("workbench:close", case_members(302, WRITERS), CASE, method="post", data={"act": "close", "why": "Said"}),
    Row(
        "workbench:close",
        case_members(302, WORKERS),
        CASE,
        method="post",
        data={"act": "lessons", "went_well": "The call", "base": "0"},
    ),
    Row("workbench:tasks", members(200, CASE_READERS), HARBOUR),
    Row("workbench:mentions_seen", members(302, CASE_READERS), HARBOUR, method="post", data={"mention": "1"}),
    Row("workbench:playbooks", members(200, CASE_READERS), HARBOUR),
    Row("workbench:playbook", members(200, CASE_READERS), {**HARBOUR, "playbook": "ransomware"}),
    Row(
        "workbench:playbook",
        members(302, WRITERS),
        {**HARBOUR, "playbook": "ransomware"},
        method="post",
        data={"title": "R", "base": "0", "row1-title": "Call", "row1-role": "security", "row1-after": "1"},
    ),
    Row("workbench:privileged", members(200, WRITERS), HARBOUR),
    Row("workbench:privileged", members(422, WRITERS), HARBOUR, method="post", data={"act": "allow"}),
    Row("workbench:timeline", case_members(200, CASE_READERS), CASE),
    Row(
        "workbench:timeline",
        case_members(302, [*RECORDERS, Who.LOCAL_REPRESENTATIVE]),
        CASE,
        method="post",
        data={"text": "A call.", "at": "2026-01-05T10:00"},
    ),
    Row("workbench:waves", case_members(200, CASE_READERS), CASE),
    Row("workbench:then", case_members(200, CASE_READERS), CASE),
    Row("workbench:changes", case_members(200, CASE_READERS), CASE),
    Row("workbench:library", case_members(200, CASE_READERS), CASE),
    # the look and the language
    Row("account_language", everybody(302), method="post"),
    Row("design:appearance", everybody(302), method="post"),
    Row("design:gallery", everybody(404)),  # only with DEBUG
    # around the cases
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
    Row("incidents:report_done", members(200, REPORTERS), CASE_902),
    # the API
    Row("api:incidents", api(CASE_READERS), HARBOUR),
    Row("api:incident", api(CASE_READERS, 404), CASE_902),
    Row("api:duties", api(CASE_READERS, 404), CASE_902),
    Row("api:facts", api(CASE_READERS, 404), CASE_902),
    Row("api:documents", api(CASE_READERS, 404), CASE_902),
    Row("api:assess", signed_in(415, anonymous=401), method="post"),  # a form is no facts document
    Row("api:schema", signed_in(200, anonymous=401)),
    Row("api:docs", signed_in(200)),
]
