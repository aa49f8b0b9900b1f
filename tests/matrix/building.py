"""What the rows need in the database."""

from collections.abc import Callable

from tests.conftest import Cast
from tests.notifications import building as reminding


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
