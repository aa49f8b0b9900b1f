"""What the services share: the locked row and the state it must be in."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from reports.models import Document


def lock_document(document: Document, *states: str) -> Document:
    """The document, locked until the transaction ends. ValidationError where it is in another state."""
    held = (
        Document.objects.select_for_update(of=("self",))
        .select_related("incident__workspace", "party__legal_entity", "party__incident", "obligation")
        .get(pk=document.pk)
    )
    if held.state not in states:
        expected = "”, “".join(str(Document.State(state).label) for state in states)
        words = gettext("{reference} is at “{state}” now; this step is for “{expected}”. Load the page again.")
        state = held.get_state_display()
        raise ValidationError({"state": words.format(reference=held.reference, state=state, expected=expected)})
    return held


def need_reason(reason: str, words: str) -> str:
    """The reason without its margins. ValidationError where there is none."""
    if not reason.strip():
        raise ValidationError({"reason": words})
    return reason.strip()


def authors_of(document: Document) -> set[int]:
    """Ids of everybody who wrote on it: who drafted it, asked for review, or entered an answer."""
    editors = {entry["by"] for entry in document.typed.values() if entry.get("by")}
    return {document.created_by_id, *editors} | ({document.submitted_by_id} if document.submitted_by_id else set())
