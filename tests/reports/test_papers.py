"""The page for the board and the memo for counsel, as words, as PDF and as DOCX."""

import zipfile
from io import BytesIO
from xml.etree import ElementTree

import pytest

from incidents import services as case
from incidents.models import Incident, Obligation, Party
from reports import lint
from reports.docx import to_docx
from reports.paper import Grid, Heading, Items, Paper, Text
from reports.papers import EXERCISE, PRIVILEGED, board_paper, memo_paper
from tests.conftest import Cast
from tests.reports.conftest import NOW

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def words_of(paper: Paper) -> str:
    found: list[str] = []
    for block in paper.blocks:
        match block:
            case Heading(text) | Text(text):
                found.append(text)
            case Items(lines):
                found += lines
            case Grid(_, rows):
                found += [cell for row in rows for cell in row]
    return "\n".join(found)


@pytest.mark.django_db
def test_it_tells_the_board_of_clocks_and_exposure(incident: Incident) -> None:
    paper = board_paper(incident, NOW)
    told = words_of(paper)
    assert "23 November 2026" in told
    assert "Required:" in told
    assert "EUR 10,000,000" in told or "EUR 10 million" in told or "Art. 83" in told
    assert not paper.marking


@pytest.mark.django_db
def test_it_gives_counsel_the_reasons_of_each_duty_and_marks_them_privileged(incident: Incident) -> None:
    paper = memo_paper(incident, NOW)
    told = words_of(paper)
    assert paper.marking == PRIVILEGED
    assert "France" in told
    assert "Confidence of this reading: " in told
    assert "Art. 33" in told


def france_in_memo(incident: Incident) -> str:
    """When something is due next in France, as the table of places says."""
    (grid,) = [block for block in memo_paper(incident, NOW).blocks if isinstance(block, Grid)]
    return next(row[3] for row in grid.rows if row[0] == "France")


def test_it_gives_counsel_the_next_deadline_that_is_still_open(
    incident: Incident, duty: Obligation, cast: Cast
) -> None:
    due = "23 November 2026"
    assert due in france_in_memo(incident)
    case.record_fulfilment(duty, at=NOW, by=cast.bob, channel="portal")
    assert due not in france_in_memo(incident)
    assert any(
        "Done 21 November 2026" in one and f"was due {due}" in one
        for one in words_of(memo_paper(incident, NOW)).split("\n")
    )


def test_it_tells_counsel_that_all_is_done_in_a_place(incident: Incident, cast: Cast) -> None:
    standing = list(Obligation.objects.filter(incident=incident, jurisdiction="FR").open())
    for one in standing[1:]:
        case.record_fulfilment(one, at=NOW, by=cast.bob, channel="portal")
    case.decide_not_to_notify(standing[0], by=cast.alice, reason="No high risk")
    assert france_in_memo(incident) == "None: all done or decided"


@pytest.mark.django_db
def test_it_puts_places_together_that_hang_on_one_answer(party: Party, cast: Cast) -> None:
    people = {"country": "US", "presence": "confirmed", "subjects": ["customer"]}
    case.patch_facts(party, {"/affected/us": people}, 1, cast.alice, "They called us")
    paper = memo_paper(party.incident, NOW)
    headings = [block.text for block in paper.blocks if isinstance(block, Heading)]
    assert headings.index("France") < next(at for at, one in enumerate(headings) if one.endswith("on one answer"))
    assert "Minnesota" not in headings
    lines = [line for block in paper.blocks if isinstance(block, Items) for line in block.lines]
    assert any(line.startswith("Minnesota: ") and "§ 325E.61" in line for line in lines)
    (grid,) = [block for block in paper.blocks if isinstance(block, Grid)]
    assert grid.rows[0][0] == "France"


@pytest.mark.django_db
def test_it_marks_the_papers_of_an_exercise(incident: Incident) -> None:
    Incident.objects.filter(pk=incident.pk).update(exercise=True, stands_at=NOW)
    incident.refresh_from_db()
    assert board_paper(incident, NOW).marking == EXERCISE
    assert memo_paper(incident, NOW).marking == f"{EXERCISE} · {PRIVILEGED}"


@pytest.mark.parametrize("make", [board_paper, memo_paper])
def test_it_says_of_nobody_that_he_is_at_fault(incident: Incident, make: object) -> None:
    assert callable(make)
    assert [mark for mark in lint.marks(words_of(make(incident, NOW)), "en") if mark.kind == "fault"] == []


PAPER = Paper(
    "A & B <c>", "As of today", "Harbour", "INC-1",
    [Heading("One"), Text("First\nSecond"), Items(["a", "b\x0b"]), Grid(["H"], [["x\ny"]])],
    marking=PRIVILEGED,
)  # fmt: skip


def test_it_writes_a_docx_that_reads_back() -> None:
    with zipfile.ZipFile(BytesIO(to_docx(PAPER, NOW))) as archive:
        root = ElementTree.fromstring(archive.read("word/document.xml"))
        foot = archive.read("word/footer1.xml").decode()
    lines = ["".join(text.text or "" for text in one.iter(f"{W}t")) for one in root.iter(f"{W}p")]
    assert lines == [
        PRIVILEGED,
        "A & B <c>",
        "As of today",
        "One",
        "First",
        "Second",
        "•\u00a0a",
        "•\u00a0b",
        "H",
        "x",
        "y",
        "",
    ]
    assert PRIVILEGED in foot


def test_it_gives_the_same_bytes_for_the_same_paper() -> None:
    assert to_docx(PAPER, NOW) == to_docx(PAPER, NOW)
