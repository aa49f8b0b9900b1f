"""Reading the comments on the answers of a document: beside each answer, and those that hold up its approval."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.utils.text import Truncator
from django.utils.translation import gettext

from incidents.models import Comment, Incident
from incidents.selectors.comments import Written, comments_of
from reports.definitions import form_of
from reports.models import Document


def remarks_of(document: Document) -> dict[str, list[Written]]:
    """The comments on the answers of a document by field, oldest first. Three queries at most."""
    found: dict[str, list[Written]] = defaultdict(list)
    for one in comments_of(document.incident, document=document.ordinal):
        found[one.comment.field].append(one)
    return dict(found)


def unresolved(document: Document) -> list[Comment]:
    """The comments that hold up its approval, in the order of the form."""
    rows = Comment.objects.filter(incident_id=document.incident_id, document=document.ordinal, resolved_at=None)
    order = {name: place for place, name in enumerate(form_of(document.form).fields)}
    found = rows.select_related("author").order_by("written_at", "pk")
    return sorted(found, key=lambda row: order.get(row.field, len(order)))


def held_up_by(document: Document, comments: Iterable[Comment]) -> list[str]:
    """Each of these comments as a sentence about why the document is not approved."""
    return [
        gettext("{name}: the comment of {author} is not resolved: “{text}”").format(
            name=label_of(document.form, document.language, one.field),
            author=one.author,
            text=Truncator(one.text).words(12),
        )
        for one in comments
    ]


def label_of(form: str, language: str, field: str) -> str:
    """Number and label of an answer; where the form has it no more, its id."""
    held = form_of(form).fields.get(field)
    return f"{held.number} {held.label[language]}".strip() if held else field


def answers_named(incident: Incident, comments: Iterable[Comment]) -> Mapping[tuple[int, str], str]:
    """What comments on answers are on, in words: by ordinal of the document and field. One query, or none."""
    wanted = {(one.document, one.field) for one in comments if one.document is not None}
    if not wanted:
        return {}
    rows = Document.objects.filter(incident=incident, ordinal__in={ordinal for ordinal, _ in wanted})
    held = {ordinal: (form, said) for ordinal, form, said in rows.values_list("ordinal", "form", "language")}
    return {
        (ordinal, field): f"{incident.reference}/{ordinal}, {label_of(*held[ordinal], field)}"
        for ordinal, field in wanted
        if ordinal in held
    }
