"""A translation job out and back: ids, numbers and dates held, nothing empty, a machine's work marked."""

import zipfile
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError

from incidents import services as case
from incidents.models import Incident, Narrative
from reports.jobs import FORMATS, Job, JobError, Unit, faults_of, read_job, write_job
from reports.services.translating import job_of, take_back
from tests.conftest import Cast
from tests.reports.conftest import NOW

JOB = Job("INC-1", "en", "fr", [
    Unit("summary.v1", "On 3 March 2026 some 48,210 files of {name} were open: see https://example.org/a.\nA <line>."),
    Unit("advice.v2", "Write to privacy@example.org."),
])  # fmt: skip
BACK = {
    "summary.v1": "Le 3 mars 2026, quelque 48 210 fichiers de {name} étaient ouverts : voir https://example.org/a.\nLigne.",
    "advice.v2": "Écrivez à privacy@example.org.",
}


def returned(kind: str) -> bytes:
    """The file as a translator sends it back."""
    content = write_job(JOB, kind, NOW)
    if kind != "docx":
        text = content.decode()
        for words in BACK.values():
            text = text.replace("<target></target>", f"<target>{words}</target>", 1)
        return text.encode()
    held = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as given, zipfile.ZipFile(held, "w") as made:
        for name in given.namelist():
            part = given.read(name).decode()
            if name == "word/document.xml":
                for words in BACK.values():
                    empty = '<w:p><w:r><w:t xml:space="preserve"></w:t></w:r></w:p></w:tc></w:tr>'
                    lines = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in words.split("\n"))
                    part = part.replace(empty, f"{lines}</w:tc></w:tr>", 1)
            made.writestr(name, part)
    return held.getvalue()


@pytest.mark.parametrize("kind", list(FORMATS))
def test_it_comes_back_as_it_was_translated(kind: str) -> None:
    assert read_job(returned(kind)) == BACK
    assert faults_of(JOB, BACK) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"advice.v2": " "}, "advice.v2: empty; write the translation"),
        ({"advice.v2": "Écrivez à nous."}, "advice.v2: “privacy@example.org” is missing; take it over as it stands"),
        (
            {"advice.v1": "Écrivez."},
            "advice.v1: no text of this job, or the original has changed since; make the job anew",
        ),
        (
            {"summary.v1": BACK["summary.v1"].replace("48 210", "48 120")},
            "summary.v1: numbers missing: 48210",
        ),
        (
            {"summary.v1": BACK["summary.v1"].replace("mars 2026", "mars 2025")},
            "summary.v1: numbers that the original does not have: 2025",
        ),
        (
            {"summary.v1": BACK["summary.v1"].replace("{name}", "nom")},
            "summary.v1: “{name}” is missing; take it over as it stands",
        ),
    ],
)
def test_it_names_what_is_wrong_with_a_text(change: dict[str, str], words: str) -> None:
    assert words in faults_of(JOB, {**BACK, **change})


def test_it_misses_a_text_that_did_not_come_back() -> None:
    assert faults_of(JOB, {"summary.v1": BACK["summary.v1"]}) == ["advice.v2: not in the file; it was in the job"]


def test_it_takes_a_month_in_words_for_its_number() -> None:
    job = Job("INC-1", "en", "ja", [Unit("a.v1", "It began on 3 March 2026.")])
    assert faults_of(job, {"a.v1": "2026年3月3日に始まりました。"}) == []
    assert faults_of(job, {"a.v1": "2026年4月3日に始まりました。"}) != []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04 no archive", "not what its name says"),
        (b"Dear Sir", "neither XLIFF nor DOCX"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "document type"),
        (b"<html/>", "expected XLIFF 1.2, XLIFF 2.0 or DOCX"),
    ],
)
def test_it_says_what_a_file_is_instead(content: bytes, words: str) -> None:
    with pytest.raises(JobError, match=words):
        read_job(content)


@pytest.mark.django_db
def test_it_takes_translations_all_or_none(cast: Cast, incident: Incident) -> None:
    job = job_of(incident, "en", "fr")
    text = write_job(job, "xliff2", NOW).decode()
    with pytest.raises(ValidationError, match="empty; write the translation"):
        take_back(incident, "en", "fr", text.encode(), by=cast.bob)
    assert not Narrative.objects.filter(language="fr").exists()
    for unit in job.units:
        text = text.replace("<target></target>", f"<target>FR {unit.source}</target>", 1)
    taken = take_back(incident, "en", "fr", text.encode(), by=cast.bob, machine=True)
    assert len(taken) == len(job.units)
    assert all(row.machine and row.translated_from == "en" and row.approved_at is None for row in taken)


@pytest.mark.django_db
def test_it_refuses_a_job_whose_original_has_changed(cast: Cast, incident: Incident) -> None:
    job = job_of(incident, "en", "fr")
    text = write_job(job, "xliff12", NOW).decode()
    for unit in job.units:
        text = text.replace("<target></target>", f"<target>FR {unit.source}</target>", 1)
    case.write_narrative(incident, question="summary", language="en", text="Anew.", author=cast.alice, base=1)
    with pytest.raises(ValidationError, match="the original has changed since"):
        take_back(incident, "en", "fr", text.encode(), by=cast.bob)
