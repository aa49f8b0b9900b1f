"""Evidence, tasks, comments, lessons and privileged notes as parts of a dossier."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from incidents import files
from incidents.models import Comment, EvidenceFile, Incident, Lessons, PrivilegedNote, Task

Left = dict[str, str]


@dataclass
class Held:
    """The files of evidence that a dossier carries, by their name in it; what is said of them; what was left out."""

    rows: dict[str, EvidenceFile] = field(default_factory=dict)
    about: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[Left] = field(default_factory=list)


def evidence_of(incident: Incident, *, privileged: bool) -> Held:
    """The evidence of a case, with its chains of custody. Privileged files only where they are asked for.

    Of what is left out as privileged the number is told and no name. A stored file that is missing or was changed is
    named and not put in.
    """
    held, kept_back = Held(), 0
    rows = EvidenceFile.objects.filter(incident=incident).select_related("added_by").prefetch_related("custody__by")
    for row in rows.order_by("number"):
        if row.privileged and not privileged:
            kept_back += 1
            continue
        held.about.append(_about(row))
        if files.is_whole(row.stored, row.sha256):
            held.rows[f"evidence/{row.number:04d}-{_safe(row.name)}"] = row
        else:
            held.left_out.append(
                {"kind": "file missing or changed in the storage", "name": f"{row.number}. {row.name}"}
            )
    if kept_back:
        held.left_out.append({"kind": "privileged files", "name": str(kept_back)})
    return held


def _safe(name: str) -> str:
    """A name that is one on every system: no separators, nothing that a shell or Windows would read otherwise."""
    plain = "".join(one if one.isalnum() or one in "._- " else "_" for one in name).strip(" .")
    return plain[-80:] or "file"


def _about(row: EvidenceFile) -> dict[str, Any]:
    return {
        "number": row.number,
        "name": row.name,
        "type_by_content": row.kind,
        "size": row.size,
        "sha256": row.sha256,
        "source": row.source,
        "description": row.description,
        "privileged": row.privileged,
        "added_by": str(row.added_by),
        "added_at": row.added_at.isoformat(),
        "custody": [
            {"at": one.at.isoformat(), "by": str(one.by), "act": one.get_act_display(), "why": one.why}
            for one in sorted(row.custody.all(), key=lambda one: one.pk)
        ],
    }


def tasks_of(incident: Incident) -> list[dict[str, Any]]:
    """The tasks of a case as they stand."""
    rows = Task.objects.filter(incident=incident).select_related("owner", "done_by", "obligation").order_by("pk")
    return [
        {
            "title": row.title,
            "note": row.note,
            "duty": row.obligation.title if row.obligation else "",
            "owner": str(row.owner) if row.owner else "",
            "due": row.due.isoformat() if row.due else None,
            "state": row.state,
            "origin": row.origin,
            "done_at": row.done_at.isoformat() if row.done_at else None,
            "done_by": str(row.done_by) if row.done_by else "",
        }
        for row in rows
    ]


def comments_of(incident: Incident) -> list[dict[str, Any]]:
    """The comments of a case in their last wording; never those on the answers of drafts."""
    rows = (
        Comment.objects.filter(incident=incident, document=None)
        .select_related("author", "obligation")
        .order_by("written_at", "pk")
    )
    return [
        {
            "on": row.obligation.title if row.obligation else row.path,
            "text": row.text,
            "author": str(row.author),
            "written_at": row.written_at.isoformat(),
            "edited_at": row.edited_at.isoformat() if row.edited_at else None,
        }
        for row in rows
    ]


def remarks_left_out(incident: Incident) -> list[Left]:
    """How many comments stand on the answers of each document. They themselves are never put in."""
    rows = Comment.objects.filter(incident=incident, document__isnull=False)
    counts = rows.values("document").annotate(number=Count("pk")).order_by("document")
    return [
        {"kind": "comments on answers", "name": f"{incident.reference}/{row['document']}: {row['number']}"}
        for row in counts
    ]


def lessons_of(incident: Incident) -> dict[str, Any]:
    """What was learnt; empty where nothing is recorded."""
    row = Lessons.objects.filter(incident=incident).select_related("author").first()
    if row is None:
        return {}
    said = {"went_well": row.went_well, "went_badly": row.went_badly}
    return {**said, "author": str(row.author), "recorded_at": row.recorded_at.isoformat()}


def notes_of(incident: Incident) -> list[dict[str, Any]]:
    """The privileged notes: for a dossier of those who may see them and ask for them, and for no other."""
    rows = PrivilegedNote.objects.filter(incident=incident).select_related("author").order_by("pk")
    return [
        {"title": row.title, "text": row.text, "author": str(row.author), "written_at": row.written_at.isoformat()}
        for row in rows
    ]
