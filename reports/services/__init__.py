"""Everything that writes a document. Each function is one transaction, with who and why in the history."""

from reports.services.approving import approve, return_to_draft, submit_for_review
from reports.services.drafting import draft_document, edit_answer, next_phase, refresh_facts, revise
from reports.services.sending import mark_sent

__all__ = [
    "approve",
    "draft_document",
    "edit_answer",
    "mark_sent",
    "next_phase",
    "refresh_facts",
    "return_to_draft",
    "revise",
    "submit_for_review",
]
