"""The dossier: all of a case with hashes, checked without Tocsin; privileged items left out and listed."""

import io
import json
import subprocess
import sys
import zipfile
from http import HTTPStatus
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from incidents import services as case
from incidents.models import Incident, Party
from incidents.services.comments import write_comment
from incidents.services.evidence import add_evidence
from incidents.services.privileged import write_note
from reports import dossier as module
from reports import services
from reports.dossier import Dossier, make_dossier
from reports.models import Document
from tests.conftest import Cast
from tests.reports.conftest import NOW
from tests.reports.test_pages import signed_in
from tests.reports.test_render import text_of


@pytest.fixture
def made(cast: Cast, approved: Document, incident: Incident, party: Party) -> Dossier:
    """A case with two revisions, one document that was sent and one draft."""
    services.mark_sent(approved, by=cast.alice, at=timezone.now(), how="portal", reference="AK-77")
    services.next_phase(approved, author=cast.alice)
    return make_dossier(incident, NOW)


def unpack(dossier: Dossier, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(dossier.archive)) as held:
        held.extractall(folder)
    return folder


def verified(folder: Path) -> tuple[int, str]:
    """What the verifier says, run by a bare Python: no path of the project, no site packages."""
    command = [sys.executable, "-I", "-S", str(folder / "verify.py")]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    return run.returncode, run.stdout


def test_it_holds_facts_documents_receipts_and_timeline(made: Dossier, approved: Document) -> None:
    name = approved.reference.replace("/", "-")
    assert {f"documents/{name}.pdf", f"documents/{name}-kept.pdf", "timeline.json", "dossier.pdf"} <= set(made.files)
    duties = json.loads(made.files["duties.json"])
    assert [act["reference"] for duty in duties for act in duty["done"]] == ["AK-77"]
    (document,) = json.loads(made.files["documents.json"])
    assert document["sha256"] == approved.sha256
    assert len([one for one in made.files if one.startswith("facts/")]) == 2  # the notice became a fact


def test_it_is_checked_without_tocsin_and_names_what_was_changed(made: Dossier, tmp_path: Path) -> None:
    folder = unpack(made, tmp_path)
    assert verified(folder) == (0, "Whole: every file is as the manifest says.\n")
    (folder / "timeline.json").write_bytes(b"[]")
    (folder / "measures.json").unlink()
    (folder / "more.txt").write_text("x")
    code, said = verified(folder)
    assert code == 1
    for line in ("timeline.json: changed", "measures.json: missing", "more.txt: not named in the manifest"):
        assert line in said


def test_it_finds_facts_that_do_not_have_their_digest(made: Dossier, tmp_path: Path) -> None:
    name = next(one for one in made.files if one.startswith("facts/"))
    made.files[name] = made.files[name].replace(b"misconfiguration", b"phishing")
    code, said = verified(unpack(made, tmp_path))  # the manifest was made anew; the digest of the facts was not
    assert (code, f"{name}: the facts have the digest" in said) == (1, True)


def test_it_leaves_out_advice_and_lists_it(made: Dossier, incident: Incident) -> None:
    kinds = {one["kind"] for one in made.left_out}
    assert kinds == {"assessment", "draft"}
    assert not any(one.startswith(("assessments/", "drafts/")) for one in made.files)
    whole = make_dossier(incident, NOW, privileged=True)
    assert whole.left_out == []
    assert any(one.startswith("assessments/") for one in whole.files)
    assert any(one.startswith("drafts/") for one in whole.files)


def test_it_gives_the_same_bytes_for_the_same_case(made: Dossier, incident: Incident) -> None:
    assert make_dossier(incident, NOW).archive == made.archive


def test_it_marks_what_was_written_later_with_both_times(cast: Cast, made: Dossier) -> None:
    entries = json.loads(made.files["timeline.json"])
    assert all({"at", "recorded_at", "written_later"} <= entry.keys() for entry in entries)
    text = text_of(made.files["dossier.pdf"])
    assert "Duties looked at of which nothing is recorded" in text.replace("\n", " ")
    assert text.index("Facts over time") < text.index("Timeline") < text.index("Left out as privileged")


def test_it_gives_the_dossier_after_the_password_and_privileged_items_to_few(
    cast: Cast, incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "to_pdf", lambda html, *_: b"%PDF" + html.encode())
    address = reverse("reports:dossier", args=["harbour", incident.number])
    assert signed_in(cast.alice, fresh=False).get(address).status_code == HTTPStatus.FOUND
    response = signed_in(cast.alice).get(address, {"privileged": "1"})
    assert response["Content-Type"] == "application/zip"
    assert b"".join(response.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    response.close()


def test_it_says_when_an_entry_was_written_days_after(cast: Cast, incident: Incident) -> None:
    case.add_timeline_entry(incident, at=NOW.replace(day=1), text="First call", author=cast.alice)
    held = make_dossier(incident, NOW)
    entry = next(one for one in json.loads(held.files["timeline.json"]) if one["text"] == "First call")
    assert entry["written_later"]
    assert "written later" in text_of(held.files["dossier.pdf"])


def test_it_carries_evidence_and_leaves_privileged_files_comments_and_notes_out(
    incident: Incident, cast: Cast, tmp_path: Path
) -> None:
    for name, privileged in (("access log/1.txt", False), ("advice.txt", True), ("gone.txt", False)):
        upload = SimpleUploadedFile(name, name.encode())
        row = add_evidence(incident, upload, by=cast.alice, source="Server", privileged=privileged)
    default_storage.delete(row.stored)
    write_comment(incident, text="Which one?", by=cast.alice, key="k")
    write_comment(incident, text="Still right?", by=cast.alice, key="l", document=3, field="nature")
    write_note(incident, title="Advice", text="Wait.", by=cast.bob, key="k")
    plain, whole = (make_dossier(incident, NOW, privileged=privileged) for privileged in (False, True))
    assert list(plain.evidence) == ["evidence/0001-1.txt"]
    assert {"kind": "privileged files", "name": "1"} in plain.left_out
    assert {"kind": "comments", "name": "1"} in plain.left_out
    for one in (plain, whole):  # on answers: in no dossier, and told in each
        assert {"kind": "comments on answers", "name": f"{incident.reference}/3: 1"} in one.left_out
        assert not any(b"Still right?" in content for content in one.files.values())
    assert {"kind": "file missing or changed in the storage", "name": "3. gone.txt"} in plain.left_out
    for secret in (b"advice.txt", b"Wait."):
        assert secret not in plain.archive
        assert not any(secret in content for content in plain.files.values())
    assert list(whole.evidence) == ["evidence/0001-1.txt", "evidence/0002-advice.txt"]
    assert json.loads(whole.files["privileged-notes.json"])[0]["text"] == "Wait."
    assert json.loads(whole.files["evidence.json"])[1]["custody"][0]["act"] == "Added"
    assert verified(unpack(whole, tmp_path)) == (0, "Whole: every file is as the manifest says.\n")
    assert "access log" not in text_of(plain.files["dossier.pdf"])
    assert "1.txt" in text_of(plain.files["dossier.pdf"])


def test_it_marks_the_dossier_of_an_exercise_and_names_what_changed_in_words(incident: Incident) -> None:
    Incident.objects.filter(pk=incident.pk).update(exercise=True, stands_at=NOW)
    incident.refresh_from_db()
    made = make_dossier(incident, NOW)
    text = text_of(made.files["dossier.pdf"])
    assert "Nothing in this document has happened" in text
    assert json.loads(made.files["case.json"])["exercise"] is True
    assert "/affected/fr/count" not in text
    assert "/affected/fr/count" in made.files[next(one for one in made.files if one.startswith("facts/"))].decode()
