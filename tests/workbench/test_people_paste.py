"""Many countries at once: every row is read or named with its mend, and nothing is half recorded."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Role, User
from incidents.models import Incident
from incidents.selectors import newest_revision
from incidents.services import patch_facts
from tests.conftest import Cast
from workbench.people_table import TableError, read_table, text_of

HELD: dict[str, Any] = {
    "affected": [
        {"id": "fr", "country": "FR", "presence": "confirmed", "count": {"kind": "at_least", "low": 500}},
        {"id": "de", "country": "DE", "presence": "suspected"},
        {"id": "de-2", "country": "DE", "presence": "suspected", "subjects": ["employee"]},
    ]
}


def facts(incident: Incident) -> dict[str, Any]:
    revision = newest_revision(incident.parties.get())
    assert revision is not None
    return {row["id"]: row for row in revision.document["affected"]}


@pytest.mark.parametrize(
    "text",
    [
        "Japan\tat least 20\tconfirmed\tdealer list",
        "Japan; at least 20; confirmed; dealer list",
        'Japan,at least 20,"Yes, confirmed",dealer list',
        "Source\tNumber\tColour\tCountry\tAffected\ndealer list\t20+\tblue\tJP\tyes",
    ],
)
def test_it_reads_a_row_however_its_cells_are_parted(text: str) -> None:
    [row] = read_table(text, HELD)
    assert row.faults == []
    assert row.patch() == {
        "/affected/jp": {"country": "JP", "presence": "confirmed", "count": {"kind": "at_least", "low": 20}},
        "/provenance/~1affected~1jp~1count": {"state": "known", "from": "dealer list"},
    }


def test_it_parts_a_row_that_was_typed_among_rows_copied_from_a_sheet() -> None:
    copied, typed, plain = read_table("Spain\t5\nJapan, at least 20, confirmed, dealer list\nKorea, Republic of", HELD)
    assert (copied.faults, typed.faults) == ([], [])
    assert typed.patch()["/affected/jp"]["count"] == {"kind": "at_least", "low": 20}
    assert "Korea" in plain.cells["place"]


def test_it_changes_only_what_a_cell_says() -> None:
    [same, new] = read_table("France\t\t\nUS-CA\t1,200", HELD)
    assert same.same
    assert same.patch() == {}
    assert new.patch() == {
        "/affected/us-ca": {
            "country": "US", "subdivision": "US-CA", "presence": "suspected", "count": {"kind": "exact", "n": 1200},
        }
    }  # fmt: skip
    [changed] = read_table("France\t640", HELD)
    assert changed.patch() == {"/affected/fr/count": {"kind": "exact", "n": 640}}
    assert changed.before_words == "500 or more"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Atlantis\t3", "is no place"),
        ("Japan\ta few", "is no number"),
        ("Japan\t3\tsort of", "does not say whether"),
        ("Japan\t3\truled out", "Take one of the two away"),
        ("\t3", "without a place"),
        ("Japan\t3\nJP\t4", "stands in line 1 already"),
        ("Germany\t3", "has 2 groups on record"),
    ],
)
def test_it_names_a_bad_row_and_its_mend(text: str, words: str) -> None:
    last = read_table(text, HELD)[-1]
    assert words in " ".join(last.faults)
    assert last.patch() == {}


@pytest.mark.parametrize("text", ["", " \n\n", "Country\tNumber", "Japan\x00", "\n".join(["Japan"] * 1001)])
def test_it_refuses_what_is_no_table(text: str) -> None:
    with pytest.raises(TableError):
        read_table(text, HELD)


def test_it_reads_files_as_spreadsheets_write_them() -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        assert text_of("Curaçao;3".encode(encoding)) == "Curaçao;3"
    with pytest.raises(TableError, match="is no text"):
        text_of(b"PK\x03\x04\x00\x00 a workbook")
    with pytest.raises(TableError, match="Split it"):
        text_of(b"a" * 500_001)


def test_it_shows_first_and_records_then(officer: Client, incident: Incident, url: Callable[..., str]) -> None:
    typed = {"table": "Japan, at least 20\nFrance, 640", "base": 1, "source": "Dealer list"}
    look = officer.post(url("people_paste"), typed)
    assert look.status_code == 200
    assert "Adds the place" in look.content.decode()
    assert "now 500 or more" in look.content.decode()
    assert "jp" not in facts(incident)
    assert officer.post(url("people_paste"), {**typed, "record": 1}).status_code == 302
    assert facts(incident)["jp"]["count"] == {"kind": "at_least", "low": 20}
    assert facts(incident)["fr"]["count"] == {"kind": "exact", "n": 640}
    revision = newest_revision(incident.parties.get())
    assert revision is not None
    assert (revision.number, revision.reason) == (2, "2 rows of people pasted (Dealer list)")


def test_it_records_nothing_while_one_row_is_bad(officer: Client, incident: Incident, url: Callable[..., str]) -> None:
    response = officer.post(url("people_paste"), {"table": "Japan, 20\nAtlantis, 3", "base": 1, "record": 1})
    assert response.status_code == 422
    page = response.content.decode()
    assert "1 of 2 rows cannot be read" in page
    assert "Atlantis, 3" in page  # the text stands in the field, to be mended
    assert "jp" not in facts(incident)


def test_it_puts_the_text_of_a_file_into_the_field(officer: Client, url: Callable[..., str]) -> None:
    file = SimpleUploadedFile("people.csv", b"Country;Number\nJapan;20\n")
    page = officer.post(url("people_paste"), {"file": file, "base": 1}).content.decode()
    assert "Japan;20" in page
    assert "Record 1 row<" in page


def test_it_shows_both_where_somebody_else_was_faster(
    officer: Client, incident: Incident, cast: Cast, url: Callable[..., str]
) -> None:
    patch = {"/affected/fr/count": {"kind": "exact", "n": 700}}
    patch_facts(incident.parties.get(), patch, 1, cast.bob, "By telephone")
    response = officer.post(url("people_paste"), {"table": "France, 640", "base": 1, "record": 1})
    assert response.status_code == 409
    page = response.content.decode()
    assert "Bob" in page
    assert "France, 640" in page
    assert facts(incident)["fr"]["count"] == {"kind": "exact", "n": 700}


def test_it_names_the_rows_that_are_not_a_representatives(
    member: Callable[..., User], signed_in: Callable[[User], Client], incident: Incident, url: Callable[..., str]
) -> None:
    client = signed_in(member(Role.LOCAL_REPRESENTATIVE, ["FR"]))
    response = client.post(url("people_paste"), {"table": "France, 640\nJapan, 20", "base": 1, "record": 1})
    assert response.status_code == 422
    assert "Japan is not yours to record: FR." in response.content.decode()
    assert facts(incident)["fr"]["count"] == {"kind": "at_least", "low": 500}
    assert client.post(url("people_paste"), {"table": "France, 640", "base": 1, "record": 1}).status_code == 302
