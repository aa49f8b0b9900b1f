"""Evidence: taking a file in, correcting what is said of it, and the chain of custody."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import history
from accounts.models import User
from incidents import events, files
from incidents.models import CustodyEntry, EvidenceFile, Incident, Obligation
from incidents.services.meanwhile import require_unchanged
from incidents.services.timeline import legal_entry

Act = CustodyEntry.Act
CHANGEABLE = frozenset({"name", "source", "description", "privileged"})
OPENED_EVERY = timedelta(hours=1)
"""Looking at a page again within this time is no second line of the log."""


def add_evidence(
    incident: Incident,
    upload: "UploadedFile[Any]",
    *,
    by: User,
    source: str,
    description: str = "",
    privileged: bool = False,
    obligation: Obligation | None = None,
) -> EvidenceFile:
    """Takes a file in: typed by its content, hashed, stored under its digest, with the first line of its log.

    Raises ValidationError for a file that is empty or too large, and where the source is missing.
    """
    _check_size(upload)
    if not source.strip():
        raise ValidationError({"source": _("Say where the file comes from: evidence without a source proves little.")})
    stored = files.store(upload, incident.workspace_id)
    with transaction.atomic(), history.context(by, "Evidence added"):
        Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
        last = EvidenceFile.objects.filter(incident=incident).aggregate(last=Max("number"))["last"] or 0
        row = EvidenceFile(
            incident=incident,
            number=last + 1,
            obligation=obligation,
            name=_clean_name(upload.name or ""),
            kind=stored.kind,
            size=stored.size,
            sha256=stored.sha256,
            stored=stored.path,
            source=source.strip(),
            description=description.strip(),
            privileged=privileged,
            added_by=by,
        )
        row.full_clean(validate_unique=False, validate_constraints=False)
        row.save()
        events.publish(events.WordsChanged(incident.pk, "file", (row.pk,)))
        note_custody(row, Act.ADDED, by=by, why=f"Source: {row.source}")
        if not privileged:
            words = f"Evidence {row.number} added: {row.name}, SHA-256 {row.sha256}"
            legal_entry(incident, "evidence", row.added_at, words, by)
    return row


def change_evidence(
    row: EvidenceFile, *, by: User, reason: str, base: int | None = None, **changes: Any
) -> EvidenceFile:
    """Corrects the name, the source, the description or the privileged mark. The content never changes.

    `base`: the version that was read (accounts.history.version_of). Raises ChangedMeanwhile where somebody else has
    changed the same since.
    """
    if set(changes) - CHANGEABLE:
        raise ValidationError({name: f"expected one of {', '.join(sorted(CHANGEABLE))}" for name in changes})
    if not reason.strip():
        raise ValidationError({"why": _("Say why: the log of the file keeps it.")})
    with transaction.atomic(), history.context(by, reason.strip()):
        held = EvidenceFile.objects.select_for_update(of=("self",)).select_related("incident").get(pk=row.pk)
        said = {name: value.strip() if isinstance(value, str) else value for name, value in changes.items()}
        require_unchanged(held, base, said)
        before = {name: getattr(held, name) for name in said}
        for name, value in said.items():
            setattr(held, name, value)
        held.full_clean(validate_unique=False, validate_constraints=False)
        moved = [name for name, value in before.items() if getattr(held, name) != value]
        if not moved:
            return held
        held.save(update_fields=moved)
        events.publish(events.WordsChanged(held.incident_id, "file", (held.pk,)))
        words = {"name": "file name", "source": "source", "description": "description", "privileged": "privileged mark"}
        named = ", ".join(words[name] for name in moved)
        note_custody(held, Act.CHANGED, by=by, why=f"Changed: {named}. {reason.strip()}")
    return held


def note_custody(row: EvidenceFile, act: str, *, by: User, why: str) -> CustodyEntry:
    """A line of the log. ValidationError without a reason."""
    if not why.strip():
        raise ValidationError({"why": _("Say what for: the log of the file keeps it.")})
    return CustodyEntry.objects.create(evidence=row, act=act, by=by, why=why.strip())


def note_opened(row: EvidenceFile, *, by: User) -> None:
    """Somebody looks at the page of a file: one line an hour and person."""
    since = timezone.now() - OPENED_EVERY
    if not CustodyEntry.objects.filter(evidence=row, by=by, at__gte=since).exists():
        note_custody(row, Act.OPENED, by=by, why="Looked at the file's page; the content was not shown.")


def check_evidence(row: EvidenceFile, *, by: User) -> files.Fault | None:
    """Computes the digest of the stored file anew and notes the result. None where it is unchanged."""
    fault = files.fault_of(row.stored, row.sha256)
    note_custody(row, Act.CHECKED, by=by, why=fault or "The stored file has its SHA-256.")
    return fault


def _check_size(upload: "UploadedFile[Any]") -> None:
    most = settings.EVIDENCE_MAX_BYTES
    size = upload.size or 0
    if size > most:
        said = {"name": upload.name, "size": filesizeformat(size), "most": filesizeformat(most)}
        raise ValidationError({"file": _(
            "%(name)s has %(size)s; a file may have up to %(most)s. Cut it or pack it, or keep it elsewhere and add a "
            "note with its SHA-256 and its place."
        ) % said})  # fmt: skip
    if size == 0:
        raise ValidationError({"file": _("%(name)s is empty. Choose the file again.") % {"name": upload.name}})


def _clean_name(name: str) -> str:
    """The last part of a path, without control characters, and short enough; the ending stays."""
    plain = "".join(one for one in name.replace("\\", "/").rsplit("/", 1)[-1] if one.isprintable()).strip()
    if len(plain) <= 200:
        return plain or "file"
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[: 199 - len(ending)]}{dot}{ending}" if dot and len(ending) < 20 else plain[:200]
