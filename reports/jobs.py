"""A translation job: the writer's own sentences out to a translator and back, as XLIFF 1.2, XLIFF 2.0 or DOCX. Pure.

Each unit carries an id that names the text and its version. What comes back is checked: the ids, nothing empty, and
numbers, dates, addresses and placeholders as in the original. A fault names the unit and what to mend; with a fault
nothing is taken.
"""

import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext

from reports.docx import NOT_XML, to_docx
from reports.languages import load_languages
from reports.paper import Grid, Paper, Text

FORMATS = {"xliff2": "xlf", "xliff12": "xlf", "docx": "docx"}
MOST = 5_000_000
"""Bytes of a job that comes back; unpacked, for a DOCX."""
_V2, _V1 = "urn:oasis:names:tc:xliff:document:2.0", "urn:oasis:names:tc:xliff:document:1.2"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NUMBER = re.compile(r"\d(?:[\d.,'’ \u00a0\u202f]*\d)?")
_KEPT = re.compile(r"\{\w*\}|%\(\w+\)s|https?://[^\s<>()]+[^\s<>().,;:]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


class JobError(ValueError):
    """The job cannot be taken; one line for each fault."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(self.faults))


@dataclass(frozen=True, slots=True)
class Unit:
    """One text. `id`: question and version, such as "summary.v3"; `note`: what was asked."""

    id: str
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """What a translator is given."""

    reference: str
    source: str
    target: str
    units: Sequence[Unit]


def write_job(job: Job, kind: str, made: datetime) -> bytes:
    """The file of a job in one of FORMATS."""
    if kind == "docx":
        return to_docx(_paper(job), made)
    return (_xliff2(job) if kind == "xliff2" else _xliff12(job)).encode()


def _xliff2(job: Job) -> str:
    units = "".join(
        f'<unit id={quoteattr(one.id)} xml:space="preserve"><notes><note>{_safe(one.note)}</note></notes>'
        f"<segment><source>{_safe(one.source)}</source><target></target></segment></unit>\n"
        for one in job.units
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<xliff xmlns="{_V2}" version="2.0" srcLang={quoteattr(job.source)}'
        f" trgLang={quoteattr(job.target)}><file id={quoteattr(job.reference)}>\n{units}</file></xliff>\n"
    )


def _xliff12(job: Job) -> str:
    units = "".join(
        f'<trans-unit id={quoteattr(one.id)} xml:space="preserve"><source>{_safe(one.source)}</source>'
        f"<target></target><note>{_safe(one.note)}</note></trans-unit>\n"
        for one in job.units
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<xliff xmlns="{_V1}" version="1.2"><file'
        f" original={quoteattr(job.reference)} source-language={quoteattr(job.source)}"
        f' target-language={quoteattr(job.target)} datatype="plaintext"><body>\n{units}</body></file></xliff>\n'
    )


def _safe(text: str) -> str:
    return escape(NOT_XML.sub("", text))


def _paper(job: Job) -> Paper:
    return Paper(
        title=f"Translation {job.source} to {job.target}",
        subtitle=job.reference,
        organisation="",
        reference=job.reference,
        blocks=[
            Text("Write the translation into the third column. Leave the first two as they are."),
            Grid(["Id", job.source, job.target], [[one.id, one.source, ""] for one in job.units]),
        ],
    )


def read_job(content: bytes) -> dict[str, str]:
    """The translations of a file by id, whichever of the formats it is. JobError says what it is instead."""
    if len(content) > MOST:
        words = gettext("The file has {found} bytes; a job has {most} at most.")
        raise JobError([words.format(found=f"{len(content):,}", most=f"{MOST:,}")])
    if content.startswith(b"PK"):
        return _from_docx(content)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise JobError([gettext("The file declares a document type; a job has none. Save it as plain XLIFF.")])
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - no document type, so nothing expands
    except ElementTree.ParseError as error:
        raise JobError([gettext("The file is neither XLIFF nor DOCX: {fault}").format(fault=error)]) from None
    if root.tag == f"{{{_V2}}}xliff":
        return _pairs(_units2(root))
    if root.tag == f"{{{_V1}}}xliff":
        return _pairs(
            (one.get("id", ""), _words(one.find(f"{{{_V1}}}target"))) for one in root.iter(f"{{{_V1}}}trans-unit")
        )
    raise JobError([gettext("The file is {kind}; expected XLIFF 1.2, XLIFF 2.0 or DOCX.").format(kind=root.tag)])


def _units2(root: ElementTree.Element) -> Iterator[tuple[str, str]]:
    for unit in root.iter(f"{{{_V2}}}unit"):
        # A tool may split a text into segments; what stands between them is no text of its own.
        yield unit.get("id", ""), "".join(_words(one) for one in unit.iter(f"{{{_V2}}}target"))


def _words(element: ElementTree.Element | None) -> str:
    return "".join(element.itertext()) if element is not None else ""


def _pairs(found: Iterable[tuple[str, str]]) -> dict[str, str]:
    listed = list(found)
    twice = [name for name, count in Counter(name for name, _ in listed).items() if count > 1]
    if twice:
        raise JobError([gettext("{name} stands there twice. Leave one.").format(name=name) for name in twice])
    return {name: text.strip() for name, text in listed}


def _from_docx(content: bytes) -> dict[str, str]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            if archive.getinfo("word/document.xml").file_size > MOST:
                raise JobError([gettext("The document has more than {most} bytes of text.").format(most=f"{MOST:,}")])
            text = archive.read("word/document.xml")
    except (KeyError, zipfile.BadZipFile):
        raise JobError([gettext("The file is not what its name says: no Word document is in it.")]) from None
    if b"<!DOCTYPE" in text:
        raise JobError([gettext("The document declares a document type. Save it again from your office program.")])
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - no document type, so nothing expands
    except ElementTree.ParseError as error:
        raise JobError([gettext("The document cannot be read: {fault}").format(fault=error)]) from None
    rows = [
        ["\n".join("".join(run.text or "" for run in line.iter(f"{_W}t")) for line in cell.iter(f"{_W}p"))
         for cell in row.iter(f"{_W}tc")]
        for row in root.iter(f"{_W}tr")
    ]  # fmt: skip
    return _pairs((row[0].strip(), row[2]) for row in rows[1:] if len(row) == 3)


def faults_of(job: Job, texts: Mapping[str, str]) -> list[str]:
    """Everything that is wrong with what came back, one line each."""
    wanted = {one.id: one for one in job.units}
    found = [
        gettext("{name}: not in the file; it was in the job").format(name=name) for name in wanted if name not in texts
    ]
    changed = gettext("no text of this job, or the original has changed since; make the job anew")
    found += [f"{name}: {changed}" for name in texts if name not in wanted]
    for name, unit in wanted.items():
        if name in texts:
            found += [f"{name}: {fault}" for fault in _faults_of(unit.source, texts[name], job.source, job.target)]
    return found


def _faults_of(source: str, text: str, said: str, target: str) -> Iterator[str]:
    if not text.strip():
        yield gettext("empty; write the translation")
        return
    if text.strip() == source.strip():
        yield gettext("the same as the original; write the translation")
    for kept in dict.fromkeys(_KEPT.findall(source)):
        if kept not in text:
            yield gettext("“{kept}” is missing; take it over as it stands").format(kept=kept)
    # A month may be a word in one language and a number in the other.
    before, after = _numbers(source), _numbers(text)
    missing = before - after - _months(text, target)
    extra = after - before - _months(source, said)
    if missing:
        yield gettext("numbers missing: {numbers}").format(numbers=", ".join(sorted(missing.elements())))
    if extra:
        yield gettext("numbers that the original does not have: {numbers}").format(
            numbers=", ".join(sorted(extra.elements()))
        )


def _numbers(text: str) -> "Counter[str]":
    """The numbers without their grouping: 48,210 and 48 210 are one."""
    return Counter(str(int(re.sub(r"\D", "", one))) for one in _NUMBER.findall(_KEPT.sub(" ", text)))


def _months(text: str, code: str) -> "Counter[str]":
    """The numbers of the months that are named in words; in a language that we do not know, any month may be."""
    held = load_languages().get(code)
    if held is None:
        return Counter({str(number): text.count(" ") + 1 for number in range(1, 13)})
    names = {name.casefold(): str(number) for number, name in enumerate(held.months, start=1)}
    return Counter(names[word] for word in re.findall(r"\w+", text.casefold()) if word in names)
