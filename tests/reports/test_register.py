"""The register: every incident, notified or not, as a page and as files that nothing can run in."""

import csv
import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import LegalEntity, Membership
from incidents import services as case
from incidents.models import Incident, Obligation
from reports import services
from reports.models import Document
from reports.register import COLUMNS, RegisterRow, Wanted, register_cases, register_rows
from reports.register_files import as_csv, as_json, as_xlsx, harmless
from reports.register_pdf import as_pdf
from tests.conftest import Cast
from tests.reports.test_pages import signed_in
from tests.reports.test_render import text_of

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
EMPTY = RegisterRow(**dict.fromkeys(COLUMNS, ""))


def member(cast: Cast) -> Membership:
    return Membership.objects.get(user=cast.alice, workspace=cast.workspace)


def rows(cast: Cast, **wanted: object) -> list[RegisterRow]:
    return list(register_rows(register_cases(member(cast), Wanted(**wanted))))  # type: ignore[arg-type]


def second(cast: Cast, title: str = "=SUM(1)") -> Incident:
    entity = LegalEntity.objects.create(workspace=cast.workspace, name=f"Harbour {title} SA", country="DE")
    return case.open_incident(workspace=cast.workspace, title=title, legal_entity=entity, opened_by=cast.alice)


def test_it_lists_facts_effects_and_state_of_every_incident(cast: Cast, incident: Incident) -> None:
    second(cast)
    newest, row = rows(cast)
    assert (newest.title, newest.people, newest.decisions) == ("=SUM(1)", "Not known yet", "No duty to notify stands")
    assert (row.nature, row.cause, row.data) == (
        "Confidentiality",
        "Misconfiguration of a system or cloud environment",
        "Full name (confirmed)",
    )
    assert (row.people, row.countries, row.risk) == ("at least 500", "France", "Not assessed")
    assert row.aware.startswith("20 November 2026")
    assert "duties to notify stand" in row.decisions


def test_it_tells_what_was_notified_with_its_reference(cast: Cast, approved: Document) -> None:
    services.mark_sent(approved, by=cast.alice, at=timezone.now(), how="portal", reference="AK-77")
    (row,) = rows(cast)
    assert "portal, reference AK-77" in row.notified
    assert "(France)" in row.notified
    assert [len(rows(cast, notified=one)) for one in ("yes", "no")] == [1, 0]


def test_it_gives_the_reason_for_not_notifying(cast: Cast, incident: Incident, duty: Obligation) -> None:
    case.decide_not_to_notify(duty, by=cast.alice, reason="The data were encrypted.")
    (row,) = rows(cast)
    assert "We will not notify" in row.decisions
    assert "The data were encrypted." in row.decisions


def test_it_filters_by_state_and_country(cast: Cast, incident: Incident) -> None:
    second(cast)
    assert [len(rows(cast, country=code)) for code in ("FR", "JP")] == [1, 0]
    assert [len(rows(cast, state=one)) for one in ("open", "closed")] == [2, 0]
    tomorrow = datetime(2030, 1, 1, tzinfo=UTC).date()
    assert rows(cast, since=tomorrow) == []


def test_it_leaves_out_restricted_cases_of_others(cast: Cast, incident: Incident) -> None:
    Incident.objects.filter(pk=incident.pk).update(restricted=True)
    bob = Membership.objects.get(user=cast.bob, workspace=cast.workspace)
    assert list(register_cases(bob, Wanted())) == []
    assert list(register_cases(member(cast), Wanted())) == [incident]


def test_it_asks_the_database_as_often_for_many_cases_as_for_one(cast: Cast, incident: Incident) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as held:
            rows(cast)
        return len(held)

    one = queries()
    for number in range(4):
        second(cast, f"Case {number}")
    assert queries() == one


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "＝1", "\n=1"])
def test_it_makes_a_formula_harmless(cell: str) -> None:
    line = list(csv.reader(io.StringIO("".join(as_csv([replace(EMPTY, title=cell)]))[1:])))[1]
    assert line[1] == f"'{cell}"
    assert harmless("Card = lost") == "Card = lost"


def test_it_writes_every_cell_of_the_sheet_as_text() -> None:
    risky = replace(EMPTY, title="=1+1", cause="http://x.example", people="x" * 40_000, data="a\x01<&>")
    with zipfile.ZipFile(io.BytesIO(b"".join(as_xlsx([risky], NOW)))) as held:
        sheet = held.read("xl/worksheets/sheet1.xml").decode()
        names = held.namelist()
    assert "<f>" not in sheet
    assert "=1+1" in sheet
    assert "cut here" in sheet
    assert not any("hyperlink" in name for name in names)
    assert "a\ufffd&lt;&amp;&gt;" in sheet
    ElementTree.fromstring(sheet)


def test_it_gives_json_as_it_is() -> None:
    held = json.loads("".join(as_json([replace(EMPTY, title="=1+1"), EMPTY], "Harbour", NOW)))
    assert held["schema"] == "tocsin.register/1"
    assert [row["title"] for row in held["incidents"]] == ["=1+1", ""]
    assert json.loads("".join(as_json([], "Harbour", NOW)))["incidents"] == []


def printed(listed: Iterable[RegisterRow]) -> bytes:
    return b"".join(as_pdf(listed, "Harbour Lines", "All incidents", NOW))


def test_it_prints_the_register_with_the_same_bytes_each_time() -> None:
    listed = [replace(EMPTY, reference="INC-2026-001", title="Files readable", decisions="We will not notify.\nWhy")]
    made = [printed(listed) for _ in range(2)]
    assert made[0] == made[1]
    text = text_of(made[0])
    assert text.index("INC-2026-001") < text.index("Decisions and reasons") < text.index("Incidents in all 1")


def test_it_prints_a_register_that_readers_and_archives_can_read() -> None:
    rows = [
        replace(EMPTY, reference=f"INC-{number}", title="顧客データ", data="Full name " * 900) for number in range(300)
    ]
    reader = PdfReader(io.BytesIO(printed(rows)), strict=True)
    catalog = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "en"
    xmp = catalog["/Metadata"].get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in xmp
    assert [one["/Title"] for one in reader.outline] == ["INC-0 – INC-249", "INC-250 – INC-299"]
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]
    assert {str(font["/BaseFont"])[8:] for font in fonts} >= {"NotoSans-Regular", "NotoSansJP-Bold"}
    for font in fonts:
        assert "/FontFile2" in font["/DescendantFonts"][0]["/FontDescriptor"]
    last = len(reader.pages)
    assert f"Page {last} of" in reader.pages[-1].extract_text()
    assert reader.pages[0]["/Resources"]["/XObject"]["/N"] is not None


def tagged(reader: PdfReader) -> Iterator[tuple[str, int, int]]:
    """Each piece of marked content of the structure tree, in its order: role, page, number."""
    pages = {page.indirect_reference.idnum: at for at, page in enumerate(reader.pages)}

    def walk(element: Any) -> Iterator[tuple[str, int, int]]:
        for kid in element["/K"] if isinstance(element["/K"], list) else [element["/K"]]:
            held = kid.get_object()
            if "/MCID" in held:
                yield str(element["/S"]), pages[held.raw_get("/Pg").idnum], int(held["/MCID"])
            else:
                yield from walk(held)

    yield from walk(reader.trailer["/Root"]["/StructTreeRoot"])


def test_it_tags_every_text_once_in_reading_order() -> None:
    rows = [replace(EMPTY, reference=f"INC-{number}", data="Full name " * 700, title="Case") for number in range(4)]
    reader = PdfReader(io.BytesIO(printed(rows)))
    found = list(tagged(reader))
    assert [role for role, *_ in found].count("/H2") == 4
    assert [(page, number) for _, page, number in found] == sorted({(page, number) for _, page, number in found})
    for at, page in enumerate(reader.pages):
        content = page.get_contents().get_data().decode()
        marks = [number for _, on, number in found if on == at]
        assert content.count("BDC") == len(marks) + 1  # and the footer, an artefact
        assert content.count("BDC") + content.count("BMC") == content.count("EMC")
        tree = reader.trailer["/Root"]["/StructTreeRoot"]["/ParentTree"]["/Kids"][0]["/Nums"]
        assert len(tree[2 * at + 1].get_object()) == len(marks)


def test_it_prints_the_code_of_a_character_that_no_font_has_and_names_it_at_the_end() -> None:
    text = text_of(printed([replace(EMPTY, reference="INC-1", title="Mail 🙂 lost")]))
    assert "Mail [U+1F642] lost" in text
    assert text.strip().split("Characters that no font here has")[1].startswith(", printed as their codes: U+1F642")


def test_it_keeps_every_line_within_the_page() -> None:
    rows = [replace(EMPTY, reference="INC-1", title="W" * 300, people="x" * 400, countries="、日本" * 200)]
    text = text_of(printed(rows))
    assert text.replace("\n", "").replace(" ", "").count("日本") == 200
    lines = [line.strip() for line in text.splitlines()]
    assert max(line.count("W") for line in lines) < 60
    assert sum(line.count("W") for line in lines) == 300
    assert max(line.count("x") for line in lines) < 100
    assert not any(line.startswith("、") for line in lines)


def endless(count: int) -> Iterator[RegisterRow]:
    return (replace(EMPTY, reference=f"INC-2026-{number}", title="A case" * 20) for number in range(count))


MAKERS: dict[str, Callable[[Iterator[RegisterRow]], Iterable[str | bytes]]] = {
    "csv": as_csv,
    "json": lambda rows: as_json(rows, "Harbour", NOW),
    "xlsx": lambda rows: as_xlsx(rows, NOW),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_it_streams_in_flat_memory(kind: str) -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        for _ in MAKERS[kind](endless(count)):
            pass
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(4000) < 1_000_000  # held together, the rows alone would take four times as much


# -- pages --------------------------------------------------------------------------------------------------------


def test_it_shows_the_register_and_its_files(cast: Cast, incident: Incident) -> None:
    response = signed_in(cast.alice).get(reverse("reports:register", args=["harbour"]), {"country": "fr"})
    page = response.content.decode()
    assert incident.reference in page
    assert "/w/harbour/register.csv?country=fr" in page


def test_it_names_a_filter_that_is_wrong(cast: Cast, incident: Incident) -> None:
    client, address = signed_in(cast.alice), reverse("reports:register", args=["harbour"])
    response = client.get(address, {"country": "QQ", "since": "2026-02-02", "until": "2026-02-01"})
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "“QQ”: expected the two letters of a country" in response.content.decode()
    assert "2026-02-01 lies before 2026-02-02" in response.content.decode()
    file = client.get(reverse("reports:register_file", args=["harbour", "csv"]), {"country": "QQ"})
    assert file.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx", "pdf"])
def test_it_gives_the_register_as_a_file_after_the_password(cast: Cast, incident: Incident, kind: str) -> None:
    address = reverse("reports:register_file", args=["harbour", kind])
    assert signed_in(cast.alice, fresh=False).get(address).status_code == HTTPStatus.FOUND
    response = signed_in(cast.alice).get(address)
    content = b"".join(response) if response.streaming else response.content
    assert response["Content-Disposition"] == f'attachment; filename="register-harbour-2026-11-21T0900Z.{kind}"'
    if kind == "pdf":
        assert incident.reference in text_of(content)
    elif kind == "xlsx":
        assert content.startswith(b"PK")
    else:
        assert incident.reference.encode() in content
