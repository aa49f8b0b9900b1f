"""PDFs read back: what they declare, what they say and in which order, and what they never do."""

import hashlib
import json
import logging
import os
import subprocess
import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from reports.compose import Look, document_html
from reports.making import final_files
from reports.render import Attached, MissingGlyphError, RenderError, Stamp, Variant, to_pdf
from tests.reports.samples import EVERY, TYPED, snapshot

STAMP = Stamp("urn:tocsin:test", datetime(2026, 11, 22, 8, 10, tzinfo=UTC))
PAGE = '<html lang="en"><head><title>t</title></head><body><h1>{}</h1></body></html>'
ROOT = Path(__file__).resolve().parents[2]


def sample(form: str, code: str) -> dict[str, Any]:
    zone = "Asia/Tokyo" if form == "jp.ppc" else "Europe/Paris"
    return snapshot(form, code, zone=zone, groups=["g1"] if form.startswith("letter") else [])


@pytest.fixture(scope="module")
def sent() -> dict[tuple[str, str], bytes]:
    """Every form in every language, made once."""
    made = {}
    for form, code in EVERY:
        html = document_html(sample(form, code), TYPED, Look())
        made[form, code] = to_pdf(html, Variant.SENT, STAMP)
    return made


def text_of(content: bytes) -> str:
    pages = PdfReader(BytesIO(content)).pages
    return "\n".join(page.extract_text() for page in pages)


def fonts_of(reader: PdfReader) -> list[DictionaryObject]:
    found: list[DictionaryObject] = []
    for page in reader.pages:
        resources = page["/Resources"].get_object()
        fonts: Any = resources.get("/Font", {})  # type: ignore[union-attr]
        found += [fonts[name].get_object() for name in fonts]
    return found


@pytest.mark.parametrize(("form", "code"), EVERY)
def test_it_declares_an_accessible_file_in_its_language(
    form: str, code: str, sent: dict[tuple[str, str], bytes]
) -> None:
    reader = PdfReader(BytesIO(sent[form, code]))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == code
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "/StructTreeRoot" in root
    xmp = root["/Metadata"].get_object().get_data().decode()
    assert 'pdfuaid:part="1"' in xmp
    assert "<xmpMM:DocumentID>urn:tocsin:test</xmpMM:DocumentID>" in xmp


@pytest.mark.parametrize(("form", "code"), EVERY)
def test_it_carries_our_own_fonts_and_no_others(form: str, code: str, sent: dict[tuple[str, str], bytes]) -> None:
    fonts = fonts_of(PdfReader(BytesIO(sent[form, code])))
    assert fonts
    for font in fonts:
        below = font["/DescendantFonts"][0].get_object()
        assert "Noto-Sans" in str(font["/BaseFont"])
        assert "/FontFile2" in below["/FontDescriptor"].get_object()


def _tags(node: Any) -> list[str]:
    node = node.get_object()
    if isinstance(node, ArrayObject):
        return [tag for part in node for tag in _tags(part)]
    if not isinstance(node, DictionaryObject):
        return []
    own = [str(node["/S"])] if "/S" in node else []
    return own + (_tags(node["/K"]) if "/K" in node else [])


def test_it_tags_headings_tables_with_header_cells_and_lists(sent: dict[tuple[str, str], bytes]) -> None:
    reader = PdfReader(BytesIO(sent["gdpr.art33", "en"]))
    tags = _tags(reader.trailer["/Root"]["/StructTreeRoot"])
    assert {"/H1", "/H2", "/Table", "/TR", "/TH", "/TD", "/L", "/LI", "/P"} <= set(tags)
    assert tags.count("/H1") == 1


def test_it_prints_the_answers_in_the_order_of_the_form(sent: dict[tuple[str, str], bytes]) -> None:
    text = text_of(sent["gdpr.art33", "en"])
    order = ["Controller and contact point", "Dates", "Nature of the breach", "People and records concerned",
             "Likely consequences", "Measures", "Information that will follow"]  # fmt: skip
    places = [text.index(heading) for heading in order]
    assert places == sorted(places)
    assert "it is not the form of a particular authority" in text.replace("\n", " ")
    assert "Page 1 of" in text


def test_it_prints_the_nine_items_of_japan_in_order(sent: dict[tuple[str, str], bytes]) -> None:
    text = text_of(sent["jp.ppc", "ja"])
    places = [text.index(item) for item in ("１", "２", "３", "４", "５", "６", "７", "８", "９")]
    assert places == sorted(places)
    assert "個人情報保護委員会" in text
    assert "■" in text


def test_it_says_on_a_working_copy_that_it_is_not_for_filing(sent: dict[tuple[str, str], bytes]) -> None:
    assert "Working copy, not for filing" in text_of(sent["jp.ppc", "en"])
    assert "Working copy" not in text_of(sent["jp.ppc", "ja"])


@pytest.mark.parametrize(("form", "code"), EVERY)
def test_it_prints_nothing_of_the_assessment(form: str, code: str, sent: dict[tuple[str, str], bytes]) -> None:
    text = text_of(sent[form, code]).lower()
    for word in ("undetermined", "suggested", "enisa", "rulebook", "tocsin", "does_not_apply", "/affected", "none,"):
        assert word not in text


@pytest.mark.parametrize(("form", "code"), EVERY)
def test_it_leaves_no_mark_of_an_unreviewed_text_in_what_is_sent(
    form: str, code: str, sent: dict[tuple[str, str], bytes]
) -> None:
    draft = document_html(sample(form, code), TYPED, Look(draft=True, not_reviewed=True))
    final = document_html(sample(form, code), TYPED, Look())
    assert "watermark" in draft
    assert "not-reviewed" in draft
    assert "watermark" not in final
    assert "not-reviewed" not in final


def test_it_attaches_facts_and_answers_to_the_file_that_is_kept() -> None:
    files = final_files(sample("gdpr.art33", "en"), TYPED)
    reader = PdfReader(BytesIO(files.kept))
    xmp = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert 'pdfaid:part="3"' in xmp
    assert 'pdfaid:conformance="A"' in xmp
    facts, answers = (json.loads(reader.attachments[name][0]) for name in ("facts.json", "answers.json"))
    assert facts == sample("gdpr.art33", "en")["facts"]
    rows = {row["field"]: row for row in answers["answers"]}
    assert rows["aware"]["facts"] == ["/timeline/became_aware_at"]
    assert answers["revision"]["number"] == 3
    embedded = [one for one in reader.attachment_list if one.name == "facts.json"][0]  # noqa: RUF015
    assert embedded.creation_date == embedded.modification_date == STAMP.created
    assert "where each answer comes from" in text_of(files.kept)
    assert PdfReader(BytesIO(files.sent)).attachments == {}


SCRIPT = """
import django, sys
django.setup()
from reports.making import final_files
from tests.reports.samples import TYPED, snapshot
files = final_files(snapshot("letter.jp", "ja", groups=["g1"]), TYPED)
print(files.sha256, files.kept_sha256)
"""


def test_it_makes_the_same_bytes_in_every_process() -> None:
    here = final_files(snapshot("letter.jp", "ja", groups=["g1"]), TYPED)
    other = {"PYTHONHASHSEED": "77", "DJANGO_SETTINGS_MODULE": "tests.settings", "TZ": "Asia/Tokyo", "LANG": "C"}
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, **other},
    )
    assert run.stdout.split() == [here.sha256, here.kept_sha256]


def test_it_changes_with_the_stamp_and_with_nothing_else() -> None:
    html = PAGE.format("Same")
    other = Stamp(STAMP.identifier, datetime(2026, 11, 22, 8, 11, tzinfo=UTC))
    digests = [hashlib.sha256(to_pdf(html, Variant.SENT, stamp)).hexdigest() for stamp in (STAMP, STAMP, other)]
    assert digests[0] == digests[1] != digests[2]


def test_it_refuses_a_character_without_a_glyph_and_names_it() -> None:
    with pytest.raises(
        MissingGlyphError, match=r"No font of the documents has “ሀ” \(U\+1200\), in “Name: ሀ”"
    ) as caught:
        to_pdf(PAGE.format("Name: ሀ"), Variant.SENT, STAMP)
    assert caught.value.characters == "ሀ"


@pytest.mark.parametrize(
    "inside",
    [
        '<img src="http://169.254.169.254/latest/meta-data/" alt="">',
        '<img src="file:///etc/passwd" alt="">',
        '<img src="../../config/settings.py" alt="">',
        '<link rel="stylesheet" href="https://example.org/x.css">',
    ],
)
def test_it_fetches_nothing_but_its_own_files(inside: str) -> None:
    with pytest.raises(RenderError, match="refused: documents load nothing"):
        to_pdf(PAGE.format(inside), Variant.SENT, STAMP)


def test_it_escapes_what_people_write() -> None:
    entered = {**TYPED, "contact_point": {"text": '<img src="http://example.org/x"> & "Co"'}}
    content = to_pdf(document_html(sample("gdpr.art33", "en"), entered, Look()), Variant.SENT, STAMP)
    assert '<img src="http://example.org/x"> & "Co"' in text_of(content).replace("\n", "")


def test_it_takes_any_word_of_the_renderer_as_an_error() -> None:
    with pytest.raises(RenderError, match="Ignored"):
        to_pdf(PAGE.format("<style>p { colour: red }</style>"), Variant.SENT, STAMP)
    assert not logging.getLogger("weasyprint").handlers[1:]


def test_it_gives_attachments_only_to_the_file_that_is_kept() -> None:
    with pytest.raises(ValueError, match="attachments: pdf/ua-1 carries none"):
        to_pdf(PAGE.format("x"), Variant.SENT, STAMP, [Attached("a.json", b"{}", "a")])
    with pytest.raises(ValueError, match="expected an instant with its offset"):
        to_pdf(PAGE.format("x"), Variant.SENT, Stamp("x", datetime(2026, 1, 1)))


def test_it_keeps_numbers_and_addresses_in_one_line_and_sets_french_spaces() -> None:
    html = document_html(sample("letter.gdpr", "fr"), TYPED, Look())
    assert '<bdi class="nowrap">+33 1 23 45 67 89</bdi>' in html
    assert '<bdi class="nowrap">privacy@example.com</bdi>' in html
    assert "inattendus\u00a0: écrivez" in html


def test_it_says_that_all_is_answered_only_when_nothing_is_missing() -> None:
    whole = "All items of this notification have been answered."
    assert whole in document_html(sample("sa.sdaia", "en"), TYPED, Look())
    assert whole not in document_html(sample("sa.sdaia", "en"), {}, Look())
