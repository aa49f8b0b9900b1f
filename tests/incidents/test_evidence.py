"""Evidence: typed by content, hashed, stored once, with a log that cannot be changed."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.http import Http404

from accounts.models import Membership
from accounts.sealed.keys import new_key
from accounts.sealed.storage import SealedStorage
from accounts.sealed.stream import MARK
from incidents import files
from incidents.access import access_evidence, sees_privileged, visible_evidence
from incidents.models import CustodyEntry, EvidenceFile, Incident, TimelineEntry
from incidents.services.evidence import add_evidence, change_evidence, check_evidence, note_custody, note_opened
from incidents.services.privileged import allow_privileged, withdraw_privileged
from tests.conftest import FILE_KEY, Cast

PDF, PNG = b"%PDF-1.7\n%text\n", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 40


def added(incident: Incident, cast: Cast, name: str = "log.txt", content: bytes = b"10:14 GET /", **more: Any) -> Any:
    upload = SimpleUploadedFile(name, content, content_type="application/x-claimed")
    return add_evidence(incident, upload, by=cast.alice, source=more.pop("source", "Web server"), **more)


@pytest.mark.parametrize(
    ("name", "content", "kind", "claims"),
    [
        ("report.pdf", PDF, "application/pdf", ""),
        ("report.pdf", PNG, "image/png", "PDF"),
        ("invoice.pdf", b"MZ\x90\x00" + b"\x00" * 60, "application/x-msdownload", "PDF"),
        ("photo.jpeg", b"\xff\xd8\xff\xe0" + b"\x00" * 40, "image/jpeg", ""),
        ("access.log", "café 10:14\n".encode(), files.TEXT, ""),
        ("list.xlsx", b"name;mail\n", files.TEXT, "XLSX"),
        ("data.bin", b"\x00\x01\x02", files.UNKNOWN, ""),
        ("picture.png", b"\x00\x01\x02", files.UNKNOWN, "PNG"),
        ("README", b"words", files.TEXT, ""),
        ("old.doc", files.OLE_HEAD + b"\x00" * 40, files.OLE, ""),
        ("utf16.csv", "a;b".encode("utf-16"), files.TEXT, ""),
        ("cut.txt", ("a" * (files.HEAD - 1) + "é").encode()[: files.HEAD], files.TEXT, ""),
    ],
)
def test_it_finds_the_type_from_the_content_and_names_a_name_that_says_another(
    name: str, content: bytes, kind: str, claims: str
) -> None:
    assert files.kind_of(content) == kind
    assert files.disguise(name, kind) == claims


def test_it_stores_a_file_under_its_digest_with_the_first_line_of_its_log(incident: Incident, cast: Cast) -> None:
    row = added(incident, cast, "C:\\logs\\ac\x00cess.log")
    digest = sha256(b"10:14 GET /").hexdigest()
    assert (row.number, row.name, row.kind, row.size, row.sha256) == (1, "access.log", files.TEXT, 11, digest)
    assert row.stored == f"evidence/{cast.workspace.pk}/{digest[:2]}/{digest}"
    assert b"".join(files.blocks(row.stored)) == b"10:14 GET /"
    line = CustodyEntry.objects.get()
    assert (line.act, line.by, line.why) == ("added", cast.alice, "Source: Web server")
    assert digest in TimelineEntry.objects.get(event="evidence").text
    again = added(incident, cast, "copy.txt")
    assert (again.number, again.stored) == (2, row.stored)


def test_it_refuses_what_is_too_large_or_empty_or_without_a_source(
    incident: Incident, cast: Cast, settings: Any
) -> None:
    settings.EVIDENCE_MAX_BYTES = 10
    with pytest.raises(ValidationError, match=r"log.txt has 11.+bytes; a file may have up to 10.+bytes. Cut it"):
        added(incident, cast)
    with pytest.raises(ValidationError, match="is empty"):
        added(incident, cast, content=b"")
    with pytest.raises(ValidationError, match="where the file comes from"):
        added(incident, cast, content=b"x", source=" ")
    assert not EvidenceFile.objects.exists()


def test_it_keeps_a_log_that_is_written_once_and_gives_a_reason_in_each_line(incident: Incident, cast: Cast) -> None:
    row = added(incident, cast)
    note_opened(row, by=cast.bob)
    note_opened(row, by=cast.bob)
    note_custody(row, "moved", by=cast.bob, why="To the police, case 12")
    with pytest.raises(ValidationError, match="Say what for"):
        note_custody(row, "downloaded", by=cast.bob, why=" ")
    change_evidence(row, by=cast.alice, reason="Wrong ending", name="log.csv")
    assert list(row.custody.order_by("pk").values_list("act", flat=True)) == ["added", "opened", "moved", "changed"]
    with pytest.raises(DatabaseError, match="custody entries are written once"), transaction.atomic():
        CustodyEntry.objects.update(why="else")
    with pytest.raises(DatabaseError, match="custody entries are written once"), transaction.atomic():
        CustodyEntry.objects.all().delete()


def test_it_notices_a_stored_file_that_was_changed(incident: Incident, cast: Cast) -> None:
    row = added(incident, cast, content=b"as it was")
    assert check_evidence(row, by=cast.alice) is None
    default_storage.delete(row.stored)
    assert check_evidence(row, by=cast.alice) is files.Fault.CHANGED
    assert row.custody.latest("pk").why == "The stored file is missing or was changed."


def test_it_hides_privileged_files_from_whoever_may_not_see_them(incident: Incident, cast: Cast) -> None:
    secret, plain = added(incident, cast, content=b"s", privileged=True), added(incident, cast, content=b"p")
    member = Membership.objects.get(user=cast.bob)
    assert list(visible_evidence(member, incident).order_by("number")) == [secret, plain]
    Membership.objects.filter(pk=member.pk).update(role="auditor")
    member.refresh_from_db()
    assert list(visible_evidence(member, incident)) == [plain]
    with pytest.raises(Http404):
        access_evidence(member, incident, secret.number)
    assert TimelineEntry.objects.filter(event="evidence").count() == 1
    allow_privileged(member, by=cast.alice, reason="Sits in the steering group")
    assert sees_privileged(member)
    withdraw_privileged(member, by=cast.alice)
    assert not sees_privileged(member)


def test_it_keeps_digest_and_custody_of_evidence_whatever_the_key(
    sealed_files: SealedStorage, incident: Incident, cast: Cast, settings: Any
) -> None:
    row = added(incident, cast)
    on_disk = Path(sealed_files.path(row.stored))
    assert on_disk.read_bytes().startswith(MARK)
    settings.FILE_KEYS = f"{new_key('2027')} {FILE_KEY}"
    call_command("encrypt_files")
    assert check_evidence(row, by=cast.alice) is None
    both, settings.FILE_KEYS = settings.FILE_KEYS, FILE_KEY
    assert check_evidence(row, by=cast.alice) is files.Fault.NO_KEY
    settings.FILE_KEYS = both
    on_disk.write_bytes(b"half of i")
    assert check_evidence(row, by=cast.alice) is files.Fault.CHANGED
    assert list(row.custody.order_by("pk").values_list("act", flat=True)) == ["added", "checked", "checked", "checked"]
    # The same content again mends it.
    assert added(incident, cast).stored == row.stored
    assert check_evidence(row, by=cast.alice) is None
