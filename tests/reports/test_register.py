"""The register: every incident, notified or not, as a page and as files that nothing can run in."""

import csv
import io
import json
import tracemalloc
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import LegalEntity, Membership
from incidents import services as case
from incidents.models import Incident, Obligation
from reports import register_files, services
from reports.models import Document
from reports.register import COLUMNS, RegisterRow, Wanted, register_cases, register_rows
from reports.register_files import as_csv, as_json, as_pdf, as_xlsx, harmless
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


def test_it_prints_the_register_with_the_same_bytes_each_time() -> None:
    listed = [replace(EMPTY, reference="INC-2026-001", title="Files readable", decisions="We will not notify.\nWhy")]
    made = [as_pdf(listed, "Harbour Lines", "All incidents", NOW) for _ in range(2)]
    assert made[0] == made[1]
    text = text_of(made[0])
    assert text.index("INC-2026-001 Files readable") < text.index("Decisions and reasons")


def endless(count: int) -> Iterator[RegisterRow]:
    return (replace(EMPTY, reference=f"INC-2026-{number}", title="A case" * 20) for number in range(count))


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_it_streams_in_flat_memory(kind: str) -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        for _ in as_csv(endless(count)) if kind == "csv" else as_json(endless(count), "Harbour", NOW):
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
def test_it_gives_the_register_as_a_file_after_the_password(
    cast: Cast, incident: Incident, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register_files, "to_pdf", lambda html, *_: b"%PDF" + html.encode())
    address = reverse("reports:register_file", args=["harbour", kind])
    assert signed_in(cast.alice, fresh=False).get(address).status_code == HTTPStatus.FOUND
    response = signed_in(cast.alice).get(address)
    content = b"".join(response) if response.streaming else response.content
    assert response["Content-Disposition"] == f'attachment; filename="register-harbour-2026-11-21T0900Z.{kind}"'
    if kind != "xlsx":
        assert incident.reference.encode() in content
    else:
        assert content.startswith(b"PK")


def test_it_says_when_a_pdf_would_be_too_long(cast: Cast, incident: Incident, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register_files, "MOST_IN_PDF", 0)
    response = signed_in(cast.alice).get(reverse("reports:register_file", args=["harbour", "pdf"]))
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "1 cases; a PDF takes 0. Narrow the days" in response.content.decode()
