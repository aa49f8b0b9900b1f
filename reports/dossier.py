"""The dossier of a case: everything for an inspection, as one ZIP with a PDF, hashes and a verifier.

Facts, filings, decisions, the timeline, evidence and tasks are the record. Assessments and drafts are advice: they are
left out unless somebody who may see privileged items puts them in, as are files and notes marked as privileged; what
was left out is listed either way. Comments go with the advice: they are what people thought while they worked.
"""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from django.template.loader import render_to_string
from django.utils import translation

from incidents.files import blocks
from incidents.models import (
    Assessment,
    EvidenceFile,
    FactsRevision,
    Incident,
    MeasureTaken,
    Narrative,
    Obligation,
    TimelineEntry,
)
from law.explain import jurisdiction_name
from reports.dossier_evidence import comments_of, evidence_of, lessons_of, notes_of, remarks_left_out, tasks_of
from reports.filing import question_of
from reports.languages import language
from reports.models import Document
from reports.render import Stamp, Variant, to_pdf
from reports.snapshots import canonical
from reports.vocabulary import linked

VERIFIER = Path(__file__).with_name("dossier_verify.py")
LATE = timedelta(hours=1)
"""An entry written later than this after its event is marked with both times."""
FROZEN = (Document.State.APPROVED, Document.State.SENT, Document.State.SUPERSEDED)

README = """Dossier of {reference}, made at {made}.

dossier.pdf      the case to be read: facts over time, duties, documents, timeline
facts/           every revision of the facts document of each organisation
documents/       each document as it was approved, and the file kept beside it with the facts attached; the same
                 facts and answers as JSON-LD in terms of the W3C Data Privacy Vocabulary
evidence/        the files of evidence; evidence.json has their source and the chain of custody of each
*.json           the case, its duties with acts and decisions, texts, measures, tasks, lessons, timeline
left-out.json    what was left out as privileged: advice by name, privileged files and comments by their number only
MANIFEST.sha256  the SHA-256 of every file here

To check it: python3 verify.py, or sha256sum -c MANIFEST.sha256. Neither needs Tocsin. The manifest proves that
nothing was changed since it was made; keep its own hash elsewhere.
"""


@dataclass
class Dossier:
    """The files of one dossier by name, and what was left out."""

    files: dict[str, bytes] = field(default_factory=dict)
    # Files that stay in the storage and are copied from there: they may be too large for the memory.
    evidence: dict[str, EvidenceFile] = field(default_factory=dict)
    left_out: list[dict[str, str]] = field(default_factory=list)

    @property
    def manifest(self) -> bytes:
        """One line a file, as sha256sum writes it."""
        digests = {name: sha256(content).hexdigest() for name, content in self.files.items()}
        digests |= {name: row.sha256 for name, row in self.evidence.items()}
        return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items())).encode()

    @property
    def archive(self) -> bytes:
        """The ZIP; the same files give the same bytes."""
        held = BytesIO()
        self.write(held)
        return held.getvalue()

    def write(self, file: IO[bytes]) -> None:
        """Writes the ZIP, the evidence block by block."""
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
            for name, content in [*sorted(self.files.items()), ("MANIFEST.sha256", self.manifest)]:
                made.writestr(_member(name), content)
            for name, row in sorted(self.evidence.items()):
                with made.open(_member(name), "w", force_zip64=True) as member:
                    for block in blocks(row.stored):
                        member.write(block)


def _member(name: str) -> zipfile.ZipInfo:
    about = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    about.compress_type = zipfile.ZIP_DEFLATED
    about.external_attr = 0o644 << 16
    return about


@translation.override("en")
def make_dossier(incident: Incident, now: datetime, *, privileged: bool = False) -> Dossier:
    """Everything of the case as it stands. RenderError where a character of it has no glyph."""
    dossier = Dossier()
    revisions = list(
        FactsRevision.objects.filter(party__incident=incident)
        .select_related("party__legal_entity", "author")
        .order_by("party", "number")
    )
    for row in revisions:
        dossier.files[f"facts/party-{row.party_id}/revision-{row.number:04d}.json"] = canonical(_revision(row))
    duties = [_duty(row) for row in _obligations(incident)]
    entries = [
        _entry(row)
        for row in TimelineEntry.objects.filter(incident=incident).select_related("author").order_by("at", "pk")
    ]
    documents = _documents(incident, dossier, privileged=privileged)
    _assessments(incident, dossier, privileged=privileged)
    held = evidence_of(incident, privileged=privileged)
    dossier.evidence = held.rows
    dossier.left_out += held.left_out
    _advice(incident, dossier, privileged=privileged)
    dossier.files |= {
        "case.json": canonical(_case(incident, now)),
        "duties.json": canonical(duties),
        "timeline.json": canonical(entries),
        "texts.json": canonical([_text(row) for row in Narrative.objects.filter(incident=incident).order_by("pk")]),
        "measures.json": canonical(
            [_measure(row) for row in MeasureTaken.objects.filter(incident=incident).order_by("pk")]
        ),
        "documents.json": canonical(documents),
        "evidence.json": canonical(held.about),
        "tasks.json": canonical(tasks_of(incident)),
        "lessons.json": canonical(lessons_of(incident)),
        "left-out.json": canonical(dossier.left_out),
        "verify.py": VERIFIER.read_bytes(),
        "README.txt": README.format(reference=incident.reference, made=now.isoformat()).encode(),
    }
    context = {
        "incident": incident,
        "exercise": language("en").word("exercise_note") if incident.exercise else "",
        "mark": language("en").word("exercise"),
        "organisation": incident.workspace.name,
        "made": _when(now, incident),
        "opened": _when(incident.opened_at, incident),
        "revisions": [
            {
                "row": row,
                "changed": _changed(row),
                "known": _when(row.known_at, incident),
                "recorded": _when(row.recorded_at, incident),
            }
            for row in revisions
        ],
        "duties": [{**one, "acts": acts} for one in duties if (acts := _acts(one, incident))],
        "others": sum(not _acts(one, incident) for one in duties),
        "entries": [_said_entry(one, incident) for one in entries],
        "documents": documents,
        "evidence": held.about,
        "left_out": dossier.left_out,
    }
    html = render_to_string("documents/dossier.html", context)
    stamp = Stamp(f"urn:tocsin:dossier:{incident.reference}:{now.isoformat()}", now)
    dossier.files["dossier.pdf"] = to_pdf(html, Variant.KEPT, stamp)
    return dossier


def _advice(incident: Incident, dossier: Dossier, *, privileged: bool) -> None:
    """Comments and privileged notes: with the advice or not at all; of notes not even the number is told."""
    comments = comments_of(incident)
    if privileged:
        dossier.files["comments.json"] = canonical(comments)
        if notes := notes_of(incident):
            dossier.files["privileged-notes.json"] = canonical(notes)
    elif comments:
        dossier.left_out.append({"kind": "comments", "name": str(len(comments))})
    dossier.left_out += remarks_left_out(incident)


def _when(value: datetime, incident: Incident) -> str:
    return language("en").instant(value, incident.time_zone)


def _case(incident: Incident, now: datetime) -> dict[str, Any]:
    return {
        "schema": "tocsin.dossier/1",
        "made_at": now.isoformat(),
        "reference": incident.reference,
        "title": incident.title,
        "exercise": incident.exercise,
        "time_zone": incident.time_zone,
        "opened_at": incident.opened_at.isoformat(),
        "closed_at": incident.closed_at.isoformat() if incident.closed_at else None,
        "closing_reason": incident.closing_reason,
        "parties": [
            {"id": one.pk, "name": one.legal_entity.name, "country": one.legal_entity.country}
            for one in incident.parties.select_related("legal_entity").order_by("pk")
        ],
    }


def _revision(row: FactsRevision) -> dict[str, Any]:
    return {
        "party": row.party.legal_entity.name,
        "number": row.number,
        "digest": row.digest,
        "author": str(row.author),
        "recorded_at": row.recorded_at.isoformat(),
        "known_at": row.known_at.isoformat(),
        "reason": row.reason,
        "changed_paths": row.changed_paths,
        "document": row.document,
    }


def _changed(row: FactsRevision) -> str:
    """What a revision changed, by its questions; the paths themselves stand in the revision's own file."""
    labels = dict.fromkeys(
        question.label if (question := question_of(path)) else path.split("/")[1].replace("_", " ").capitalize()
        for path in row.changed_paths
        if path.startswith("/") and path != "/schema"
    )
    return "; ".join(labels)


def _obligations(incident: Incident) -> Any:
    rows = Obligation.objects.filter(incident=incident).select_related("party__legal_entity").order_by("due", "pk")
    return rows.prefetch_related("fulfilments__by", "decisions__decided_by", "decisions__approved_by")


def _duty(row: Obligation) -> dict[str, Any]:
    """A duty with what was done and decided. Outcome and reasons are the assessment's: they are not told here."""
    return {
        "title": row.title,
        "place": jurisdiction_name(row.jurisdiction) if row.jurisdiction else "",
        "party": row.party.legal_entity.name,
        "provision": row.provision,
        "authority": row.authority,
        "done": [
            {
                "at": act.at.isoformat(),
                "recorded_at": act.recorded_at.isoformat(),
                "by": str(act.by),
                "how": act.get_manner_display(),
                "channel": act.get_channel_display(),
                "reference": act.reference,
                "document_digest": act.document_digest,
                "withdrawn": act.withdrawn_reason,
            }
            for act in sorted(row.fulfilments.all(), key=lambda act: act.pk)
        ],
        "decisions": [
            {
                "kind": one.get_kind_display(),
                "at": one.decided_at.isoformat(),
                "by": str(one.decided_by),
                "reason": one.reason,
                "approved_by": str(one.approved_by) if one.approved_by else "",
                "revoked": one.revoked_reason,
            }
            for one in sorted(row.decisions.all(), key=lambda one: one.pk)
        ],
    }


def _acts(duty: Mapping[str, Any], incident: Incident) -> list[str]:
    def at(value: str) -> str:
        return _when(datetime.fromisoformat(value), incident)

    acts = [
        f"{act['how']}: {at(act['at'])}, {act['channel']}, {act['by']}"
        + (f", reference {act['reference']}" if act["reference"] else "")
        + (f" (withdrawn: {act['withdrawn']})" if act["withdrawn"] else "")
        for act in duty["done"]
    ]
    return acts + [
        f"{one['kind']}: {at(one['at'])}, {one['by']}. {one['reason']}"
        + (f" (revoked: {one['revoked']})" if one["revoked"] else "")
        for one in duty["decisions"]
    ]


def _entry(row: TimelineEntry) -> dict[str, Any]:
    return {
        "at": row.at.isoformat(),
        "until": row.until.isoformat() if row.until else None,
        "recorded_at": row.recorded_at.isoformat(),
        "written_later": row.recorded_at - row.at > LATE,
        "kind": row.get_kind_display(),
        "text": row.text,
        "author": str(row.author),
        "id": row.pk,
        "corrects": row.corrects_id,
    }


def _said_entry(entry: Mapping[str, Any], incident: Incident) -> dict[str, Any]:
    at, recorded = (_when(datetime.fromisoformat(entry[name]), incident) for name in ("at", "recorded_at"))
    return {**entry, "at": at, "recorded": recorded}


def _text(row: Narrative) -> dict[str, Any]:
    return {
        "question": row.question,
        "language": row.language,
        "origin": row.get_origin_display(),
        "version": row.version,
        "text": row.text,
        "recorded_at": row.recorded_at.isoformat(),
    }


def _measure(row: MeasureTaken) -> dict[str, Any]:
    return {
        "measure": row.measure,
        "time": row.time,
        "state": row.state,
        "day": row.day.isoformat() if row.day else None,
    }


def _documents(incident: Incident, dossier: Dossier, *, privileged: bool) -> list[dict[str, Any]]:
    listed = []
    for row in Document.objects.filter(incident=incident).order_by("ordinal"):
        row.incident = incident
        name = row.reference.replace("/", "-")
        if row.state not in FROZEN:
            if privileged:
                about = {"snapshot": row.snapshot, "entered": row.typed, "state": row.state}
                dossier.files[f"drafts/{name}.json"] = canonical(about)
            else:
                dossier.left_out.append({"kind": "draft", "name": f"{row.reference} {row.form}"})
            continue
        for held, suffix in ((row.file, ""), (row.kept_file, "-kept")):
            with held.open("rb") as file:
                dossier.files[f"documents/{name}{suffix}.pdf"] = file.read()
        dossier.files[f"documents/{name}.jsonld"] = canonical(linked(row.snapshot, row.printed or []))
        listed.append(
            {
                "reference": row.reference,
                "form": row.form,
                "language": row.language,
                "phase": row.get_phase_display(),
                "state": row.get_state_display(),
                "sent": row.sent_words if row.sent_at else "",
                "sent_at": row.sent_at.isoformat() if row.sent_at else None,
                "authority_reference": row.sent_reference,
                "sha256": row.sha256,
                "kept_sha256": row.kept_sha256,
            }
        )
    return listed


def _assessments(incident: Incident, dossier: Dossier, *, privileged: bool) -> None:
    rows = Assessment.objects.filter(party__incident=incident).select_related("party__legal_entity", "revision")
    for row in rows.order_by("pk"):
        name = f"{row.party.legal_entity.name}, revision {row.revision.number}, as of {row.as_of.isoformat()}"
        if not privileged:
            dossier.left_out.append({"kind": "assessment", "name": name})
            continue
        about = {
            "party": row.party.legal_entity.name,
            "revision": row.revision.number,
            "as_of": row.as_of.isoformat(),
            "rulebook": row.rulebook,
            "rulebook_date": row.rulebook_date.isoformat(),
            "findings": row.findings,
            "remarks": row.remarks,
        }
        dossier.files[f"assessments/assessment-{row.pk}.json"] = canonical(about)
