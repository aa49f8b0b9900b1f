"""What services note by themselves, said anew in French; what people typed, left as it is."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from incidents.models import Obligation
from incidents.selectors.changelog import OWN, TRACKED
from reports.models import Document
from tools import messages
from workbench.log_columns import COLUMNS
from workbench.noted import said_anew
from workbench.selectors.log import HIDDEN

SERVICES = Path(__file__).parents[2] / "incidents" / "services"


@pytest.fixture(autouse=True)
def french() -> object:
    messages.compile_stale()
    with translation.override("fr"):
        yield


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("Case INC-2026-0001 opened.", "Dossier INC-2026-0001 ouvert."),
        ("Case closed: tout est fait: vraiment", "Dossier clos\u00a0: tout est fait: vraiment"),
        ("Notify the CNIL of a personal data breach: done, reference 2026-7.",
         "Notifier à la CNIL une violation de données à caractère personnel\u00a0: fait, référence 2026-7."),
        ("Notify the Attorney General: we will not notify: no risk",
         "Notifier au procureur général\u00a0: nous ne notifierons pas\u00a0: no risk"),
        ("Duplicate of INC-2026-0002 Vol.", "Doublon de INC-2026-0002 Vol."),
        ("Moment of awareness set to 2026-11-16 09:20 UTC: the log",
         "Prise de connaissance fixée au lun. 16 nov. 2026 à 9\u00a0h\u00a020 UTC\u00a0: the log"),
        ("Evidence 3 added: a, b.txt, SHA-256 ab12", "Pièce 3 ajoutée\u00a0: a, b.txt, SHA-256 ab12"),
        ("Task changed", "Tâche modifiée"),
    ],
)  # fmt: skip
def test_it_says_a_note_in_french(note: str, words: str) -> None:
    assert said_anew(note) == words


def test_it_leaves_what_a_person_wrote_and_english_as_it_stands() -> None:
    assert said_anew("We called the bank.") == "We called the bank."
    assert said_anew("") == ""
    with translation.override("en"):
        assert said_anew("Task changed") == "Task changed"


def test_it_knows_every_note_without_a_name_that_a_service_writes() -> None:
    """Constants only: a note that holds a name has its template beside the others in workbench/noted.py."""
    found = {
        note
        for path in SERVICES.glob("*.py")
        for note in re.findall(r'history\.context\([a-z_.]+, "([^"]+)"', path.read_text("utf-8"))
    }
    assert len(found) > 10
    assert {note for note in found if said_anew(note) == note} == set()


def test_it_names_every_column_of_the_history() -> None:
    """A new column of a tracked row is told of in the history: name it in workbench/log_columns.py."""
    columns = {
        field.attname
        for model, _ in (*TRACKED, (Document, "incident_id"))
        for field in model._meta.concrete_fields
        if field.attname not in HIDDEN | OWN
    }
    assert Obligation in {model for model, _ in TRACKED}
    assert columns - COLUMNS.keys() == set()
