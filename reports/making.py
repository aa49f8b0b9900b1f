"""Files of a document: from what is stored to bytes. Reads nothing but the document itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from reports.answers import Sheet, answer_sheet
from reports.compose import Look, context_of, document_html
from reports.languages import language
from reports.render import Attached, Stamp, Variant, to_pdf
from reports.snapshots import attachments_of

__all__ = ["Files", "context_of", "draft_pdf", "final_files", "preview_html"]


@dataclass(frozen=True, slots=True)
class Files:
    """The file that is sent, the one that is kept, and the answers as printed in both."""

    sent: bytes
    kept: bytes
    answers: list[dict[str, Any]]

    @property
    def sha256(self) -> str:
        """Digest of the file that is sent."""
        return sha256(self.sent).hexdigest()

    @property
    def kept_sha256(self) -> str:
        """Digest of the file that is kept."""
        return sha256(self.kept).hexdigest()


def stamp_of(snapshot: Mapping[str, Any]) -> Stamp:
    """Id and instant of the files: of the approval, else of the snapshot."""
    dated = snapshot.get("dated") or snapshot["taken_at"]
    identifier = f"urn:tocsin:{snapshot['reference']}:{snapshot['form']['id']}:{snapshot['language']}:{dated}"
    return Stamp(identifier, datetime.fromisoformat(dated))


def final_files(snapshot: Mapping[str, Any], typed: Mapping[str, Any]) -> Files:
    """Both files of an approved document. RenderError where they cannot be made."""
    sheet: Sheet = answer_sheet(snapshot, typed)
    rows = sheet.as_rows()
    stamp = stamp_of(snapshot)
    carried = [Attached(name, content, words) for name, content, words in attachments_of(snapshot, rows)]
    return Files(
        sent=to_pdf(document_html(snapshot, typed, Look()), Variant.SENT, stamp),
        kept=to_pdf(document_html(snapshot, typed, Look(annex=True)), Variant.KEPT, stamp, carried),
        answers=rows,
    )


def draft_pdf(snapshot: Mapping[str, Any], typed: Mapping[str, Any]) -> bytes:
    """The file with the watermark, and the mark of texts that nobody has signed yet."""
    look = Look(draft=True, not_reviewed=not language(snapshot["language"]).reviewed)
    return to_pdf(document_html(snapshot, typed, look), Variant.SENT, stamp_of(snapshot))


def preview_html(snapshot: Mapping[str, Any], typed: Mapping[str, Any], *, draft: bool, stylesheet: str) -> str:
    """The same page for the screen."""
    look = Look(draft=draft, stylesheet=stylesheet, not_reviewed=not language(snapshot["language"]).reviewed)
    return document_html(snapshot, typed, look)
