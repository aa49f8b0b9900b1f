"""The words of a case for the search: the case itself, facts and duties in words, narratives, timeline, measures.

Texts of the law library are in English; what people write is taken to be in the language of the workspace, except
where the text says its own.
"""

from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents import paths
from incidents.catalogue import load_catalogue
from incidents.models import (
    Comment,
    EvidenceFile,
    FactsRevision,
    Incident,
    MeasureTaken,
    Narrative,
    Obligation,
    Task,
    TimelineEntry,
)
from incidents.searching import Source, Text, register
from law.explain import jurisdiction_name
from law.taxonomies import load_taxonomies
from law.time_limits import zone_of
from workbench import words
from workbench.selectors.duties import authority_of

Ids = Collection[int]
NOT_SAID = ("/schema", "/provenance")


def register_sources() -> None:
    """Called once, when the app is ready."""
    register(Source("case", _("Incident"), "flag", read=cases, address=_to("case")))
    register(Source("narrative", _("In words"), "file-description", read=narratives, address=_to("facts")))
    register(Source("facts", _("Facts"), "list-check", read=facts, address=_to("facts")))
    register(Source("duties", _("Duties"), "scale", read=duties, address=_duty))
    register(Source("timeline", _("Timeline"), "history", read=timeline, address=_to("timeline", "entry-")))
    register(Source("measure", _("Measure"), "shield-check", read=measures, address=_to("measures")))
    register(Source("task", _("Task"), "list-check", read=tasks, address=_one("task")))
    register(Source("file", _("File"), "paperclip", read=evidence, address=_to("files", "file-")))
    register(Source("comment", _("Comment"), "message", read=comments, address=_to("comments", "comment-")))


def cases(incident_ids: Ids, keys: Ids) -> Iterator[Text]:
    """Title, reference, owner and legal persons. One text for each case, with key 0."""
    rows = Incident.objects.filter(pk__in=incident_ids).select_related("workspace", "owner", "deputy")
    for case in rows.prefetch_related("parties__legal_entity"):
        names = [party.legal_entity.name for party in case.parties.all()]
        people = [str(person) for person in (case.owner, case.deputy) if person]
        lines = [case.reference, *names, *people, case.closing_reason]
        yield Text(case.pk, 0, "\n".join(filter(None, lines)), title=case.title, language=case.workspace.language)


def narratives(incident_ids: Ids, keys: Ids) -> Iterator[Text]:
    """What was told in words, in its own language."""
    asked = load_catalogue().narratives
    for row in _chosen(Narrative.objects.filter(incident__in=incident_ids), keys):
        label = asked[row.question].label if row.question in asked else ""
        yield Text(row.incident_id, row.pk, row.text, title=label, language=row.language)


def facts(incident_ids: Ids, keys: Ids) -> Iterator[Text]:
    """The newest facts of each party: a line for each, as pages say question and answer. The key is the party's."""
    revisions = FactsRevision.objects.filter(party__incident__in=incident_ids)
    revisions = revisions.filter(party__in=keys) if keys else revisions
    newest = revisions.order_by("party_id", "-number").distinct("party_id")
    for row in newest.select_related("party__legal_entity", "party__incident"):
        case, document = row.party.incident, row.document
        said = [
            _fact_words(path, value, document, case.time_zone)
            for path, value in paths.leaves(document).items()
            if not path.startswith(NOT_SAID)
        ]
        text = "\n".join(line for line in said if line)
        yield Text(case.pk, row.party_id, text, title=row.party.legal_entity.name)


def _fact_words(path: str, value: Any, document: dict[str, Any], zone: str) -> str:
    question = words.question_of(path)
    said = words.value_words(question, value, zone_of(zone), document=document)
    row = words.row_words(path, document)
    return f"{words.label_words(question, path)}{f' ({row})' if row else ''}: {said}" if said else ""


def duties(incident_ids: Ids, keys: Ids) -> Iterator[Text]:
    """The duties of a party that apply or may: a line for each with its authority and place. The key is the party's."""
    rows = Obligation.objects.filter(incident__in=incident_ids).standing().order_by("party_id", "pk")
    lines: dict[tuple[int, int, str], list[tuple[int, str]]] = {}
    for row in (rows.filter(party__in=keys) if keys else rows).select_related("party__legal_entity"):
        place = (row.incident_id, row.party_id, row.party.legal_entity.name)
        lines.setdefault(place, []).append((row.pk, _duty_words(row)))
    for (case, party, name), said in lines.items():
        yield Text(case, party, "\n".join(text for _, text in said), title=name, refs=[pk for pk, _ in said])


def _duty_words(row: Obligation) -> str:
    authority = authority_of(row.authority)
    parts = [
        row.title,
        " ".join(filter(None, (authority.acronym, authority.name))) if authority else row.authority,
        row.addressee.replace("_", " "),
        jurisdiction_name(row.jurisdiction) if row.jurisdiction else "",
        row.provision,
        row.source,
    ]
    return " · ".join(" ".join(part.split()) for part in parts if part)


def timeline(incident_ids: Ids, keys: Ids) -> Iterator[Text]:
    """Entries of people and legal events."""
    rows = TimelineEntry.objects.filter(incident__in=incident_ids).select_related("incident__workspace")
    for row in _chosen(rows, keys):
        yield Text(row.incident_id, row.pk, row.text, language=row.incident.workspace.language)


def measures(incident_ids: Ids, keys: Ids) -> Iterator[Text]:
    """Measures that were in place, taken or planned."""
    rows = MeasureTaken.objects.filter(incident__in=incident_ids).select_related("incident__workspace")
    for row in _chosen(rows, keys):
        label = load_taxonomies().label("measure", row.measure)
        yield Text(row.incident_id, row.pk, row.description, title=label, language=row.incident.workspace.language)


def tasks(incident_ids: Ids, keys: Ids) -> Iterator[Text]:
    """What is to be done, and by whom."""
    rows = Task.objects.filter(incident__in=incident_ids).select_related("incident__workspace", "owner")
    for row in _chosen(rows, keys):
        said = "\n".join(filter(None, [row.note, str(row.owner or "")]))
        yield Text(row.incident_id, row.pk, said, title=row.title, language=row.incident.workspace.language)


def evidence(incident_ids: Ids, keys: Ids) -> Iterator[Text]:
    """What is said of the files, not what stands in them; of privileged files only to those who may see such."""
    rows = EvidenceFile.objects.filter(incident__in=incident_ids).select_related("incident__workspace")
    for row in _chosen(rows, keys):
        said = f"{row.source}\n{row.description}\n{row.sha256}"
        language = row.incident.workspace.language
        yield Text(row.incident_id, row.pk, said, title=row.name, language=language, privileged=row.privileged)


def comments(incident_ids: Ids, keys: Ids) -> Iterator[Text]:
    """Comments in their last wording."""
    rows = Comment.objects.filter(incident__in=incident_ids).select_related("incident__workspace")
    for row in _chosen(rows, keys):
        yield Text(row.incident_id, row.pk, row.text, language=row.incident.workspace.language)


def _one(page: str) -> Any:
    def address(slug: str, number: int, key: int, ref: int | None) -> str:
        return reverse(f"workbench:{page}", args=(slug, number, key))

    return address


def _chosen(rows: QuerySet[Any], keys: Ids) -> QuerySet[Any]:
    return rows.filter(pk__in=keys) if keys else rows


def _to(page: str, anchor: str = "") -> Any:
    def address(slug: str, number: int, key: int, ref: int | None) -> str:
        url = reverse(f"workbench:{page}", args=(slug, number))
        return f"{url}#{anchor}{key}" if anchor else url

    return address


def _duty(slug: str, number: int, key: int, ref: int | None) -> str:
    if ref is None:
        return reverse("workbench:duties", args=(slug, number))
    return reverse("workbench:duty", args=(slug, number, ref))
