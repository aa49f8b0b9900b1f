"""The documents of the demonstration: drafted through the ordinary services, and put as files where one can look."""

import tomllib
from pathlib import Path
from typing import Any

from accounts.models import User, Workspace
from incidents.models import Obligation, Party
from reports.definitions import form_of
from reports.making import draft_pdf
from reports.models import Document
from reports.services import draft_document, edit_answer

HERE = Path(__file__).parent


def draft_papers(workspace: Workspace, author: User) -> list[Document]:
    """Drafts every document of papers.toml in the cases of `workspace`."""
    raw = tomllib.loads((HERE / "papers.toml").read_text("utf-8"))
    return [_draft(workspace, author, paper, raw["contact"][paper["contact"]]) for paper in raw["paper"]]


def _draft(workspace: Workspace, author: User, paper: dict[str, Any], contact: dict[str, str]) -> Document:
    party = Party.objects.select_related("incident", "legal_entity").get(
        incident__workspace=workspace, incident__title=paper["incident"], position=Party.Position.ORGANISATION
    )
    obligation = None
    if "duty" in paper:
        obligation = (
            Obligation.objects.filter(party=party, duty=paper["duty"], jurisdiction=paper["jurisdiction"])
            .order_by("pk")
            .first()
        )
    document = draft_document(
        party=party,
        form=paper["form"],
        language=paper["language"],
        author=author,
        obligation=obligation,
        groups=paper.get("groups", ()),
        now=party.incident.stands_at,
    )
    for field, text in contact.items():
        if field in form_of(document.form).fields and field not in document.typed:
            document = edit_answer(document, field, by=author, text=text, reason="Contact of the demonstration")
    return document


def write_papers(workspace: Workspace, folder: Path) -> list[Path]:
    """Writes each draft of `workspace` as a PDF into `folder`; one that is there already is left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for document in Document.objects.filter(workspace=workspace).select_related("incident").order_by("pk"):
        name = f"{document.reference.replace('/', '-')} {document.form} {document.language}.pdf"
        path = folder / name
        if not path.exists():
            path.write_bytes(draft_pdf(document.snapshot, document.typed))
        written.append(path)
    return written
