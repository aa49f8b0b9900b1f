"""The words of a case for the search: the case itself, its facts, duties, texts, timeline, tasks, files and notes.

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
    Lessons,
    MeasureTaken,
    Narrative,
    Obligation,
    PrivilegedNote,
    Task,
    TimelineEntry,
)
from incidents.playbooks import role_words
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
    register(Source("narrative", _("Texts"), "note", read=narratives, address=_to("facts")))
    register(Source("facts", _("Facts"), "list-check", read=facts, address=_to("facts")))
    register(Source("duties", _("Duties"), "scale", read=duties, address=_duty))
    register(Source("timeline", _("Timeline"), "history", read=timeline, address=_to("timeline", "entry-")))
    register(Source("measure", _("Measure"), "shield-check", read=measures, address=_to("measures")))
    register(Source("task", _("Task"), "list-check", read=tasks, address=_to("task", own=True)))
    register(Source("comment", _("Comment"), "message", read=comments, address=_to("comments", "comment-")))
    register(Source("file", _("File"), "paperclip", read=files, address=_file))
    register(Source("lessons", _("Lessons learnt"), "books", read=lessons, address=_to("close")))
    register(Source("note", _("Privileged note"), "lock", read=notes, address=_to("note", own=True)))


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
        lines = [" ".join(line.split()) for line in said if line]
        refs = [row.party_id] * len(lines)
        yield Text(case.pk, row.party_id, "\n".join(lines), title=row.party.legal_entity.name, refs=refs)


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
    """What is to be done, was done or dropped."""
    rows = Task.objects.filter(incident__in=incident_ids).select_related("incident__workspace", "owner")
    for row in _chosen(rows, keys):
        text = "\n".join(filter(None, (str(row.owner or ""), role_words(row.role), row.note)))
        yield Text(row.incident_id, row.pk, text, title=row.title, language=row.incident.workspace.language)


def comments(incident_ids: Ids, keys: Ids) -> Iterator[Text]:
    """What people said to each other."""
    rows = Comment.objects.filter(incident__in=incident_ids).select_related("incident__workspace")
    for row in _chosen(rows, keys):
        yield Text(row.incident_id, row.pk, row.text, language=row.incident.workspace.language)


def files(incident_ids: Ids, keys: Ids) -> Iterator[Text]:
    """Evidence by name, source and description; not what stands in the files."""
    rows = EvidenceFile.objects.filter(incident__in=incident_ids).select_related("incident__workspace")
    for row in _chosen(rows, keys):
        yield Text(
            row.incident_id,
            row.pk,
            "\n".join(filter(None, (row.description, row.source, row.sha256))),
            title=row.name,
            language=row.incident.workspace.language,
            privileged=row.privileged,
        )


def lessons(incident_ids: Ids, keys: Ids) -> Iterator[Text]:
    """What was learnt from a case."""
    rows = Lessons.objects.filter(incident__in=incident_ids).select_related("incident__workspace")
    for row in _chosen(rows, keys):
        text = "\n".join(filter(None, (row.went_well, row.went_badly)))
        yield Text(row.incident_id, row.pk, text, language=row.incident.workspace.language)


def notes(incident_ids: Ids, keys: Ids) -> Iterator[Text]:
    """Notes made for legal advice: found by those alone who may see privileged items."""
    rows = PrivilegedNote.objects.filter(incident__in=incident_ids).select_related("incident__workspace")
    for row in _chosen(rows, keys):
        language = row.incident.workspace.language
        yield Text(row.incident_id, row.pk, row.text, title=row.title, language=language, privileged=True)


def _chosen(rows: QuerySet[Any], keys: Ids) -> QuerySet[Any]:
    return rows.filter(pk__in=keys) if keys else rows


def _to(page: str, anchor: str = "", *, own: bool = False) -> Any:
    """The address of a page of the case: at the place with the key, or (`own`) a page for each key."""

    def address(slug: str, number: int, key: int, ref: int | None) -> str:
        url = _page(page, slug, number, *([key] if own else []))
        return f"{url}#{anchor}{key}" if anchor else url

    return address


def _file(slug: str, number: int, key: int, ref: int | None) -> str:
    own_number = EvidenceFile.objects.values_list("number", flat=True).get(pk=key)
    return _page("file", slug, number, own_number)


def _page(name: str, *args: str | int) -> str:
    return reverse(f"workbench:{name}", args=args)


def _duty(slug: str, number: int, key: int, ref: int | None) -> str:
    if ref is None:
        return reverse("workbench:duties", args=(slug, number))
    return reverse("workbench:duty", args=(slug, number, ref))
