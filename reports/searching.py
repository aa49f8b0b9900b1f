"""The words of documents, for the search: what form it is, whom it is for, what was entered and what was printed."""

from collections.abc import Collection, Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.searching import Source, Text, register
from reports.definitions import load_forms
from reports.models import Document


def register_sources() -> None:
    """Called once, when the app is ready."""
    register(Source("document", _("Document"), "file-text", read=texts, address=address))


def texts(incident_ids: Collection[int], keys: Collection[int]) -> Iterator[Text]:
    """One text for each document. One query."""
    rows = Document.objects.filter(incident__in=incident_ids).defer("snapshot")
    for row in (rows.filter(pk__in=keys) if keys else rows).select_related("party__legal_entity", "incident"):
        form = load_forms().get(row.form)
        title = form.title.get(row.language) or form.title.get("en", row.form) if form else row.form
        typed = [str(entry.get("text", "")) for entry in row.typed.values()]
        printed = [str(answer.get("text") or "") for answer in row.printed or ()]
        lines = [row.party.legal_entity.name, row.sent_reference, *dict.fromkeys([*printed, *typed])]
        yield Text(
            row.incident_id,
            row.pk,
            "\n".join(line for line in lines if line),
            title=f"{row.reference} {title}",
            language=row.language,
            refs=[],
        )


def address(slug: str, number: int, key: int, ref: int | None) -> str:
    """The page of the document."""
    ordinal = Document.objects.values_list("ordinal", flat=True).get(pk=key)
    return reverse("reports:document", args=(slug, number, ordinal))
