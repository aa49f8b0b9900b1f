"""The quick check: facts in, duties out, nothing stored."""

import json
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from incidents.models import FactsRevision, Incident, ReportDraft

URL = "/w/harbour/quick-check/"
FACTS: dict[str, Any] = {
    "way": "form", "country": "France", "role": "controller", "confidentiality": "yes", "aware_day": "2026-11-20",
    "aware_time": "09:00", "aware_zone": "Europe/Paris", "rows": "3", "place_0": "France", "count_0": "at least 500",
    "presence_0": "confirmed", "categories": ["contact_details"], "test_rights_risk": "yes",
}  # fmt: skip


def test_it_groups_the_duties_with_their_reasons(officer: Client) -> None:
    result = officer.post(URL, FACTS).context["result"]
    notify = next(row for row in result.required if row.title.startswith("Notify the supervisory authority"))
    assert notify.place == "France"
    assert notify.due.isoformat() == "2026-11-23T08:00:00+00:00"
    assert notify.provision == "Art. 33(1)"
    assert any(row.title.startswith("Communicate") for row in result.depends)
    assert any("high risk" in one.words for one in result.questions)


def test_it_says_what_was_not_researched_and_where_no_general_duty_is(officer: Client) -> None:
    people = {"place_0": "Kenya", "place_1": "Cambodia", "place_2": "France"}
    result = officer.post(URL, {**FACTS, **people}).context["result"]
    assert "Cambodia" in [name for name, _ in result.no_general_duty]
    assert not {row.place for row in result.required} & {"Cambodia"}


def test_it_stores_nothing(officer: Client) -> None:
    sessions = Session.objects.count()
    response = officer.post(URL, FACTS)
    assert "no-store" in response["Cache-Control"]
    assert (Incident.objects.count(), FactsRevision.objects.count(), ReportDraft.objects.count()) == (0, 0, 0)
    assert Session.objects.count() == sessions


def test_it_takes_its_own_document_back(officer: Client) -> None:
    first = officer.post(URL, FACTS).context
    pasted = officer.post(URL, {"way": "paste", "document": first["document_text"]}).context
    assert [row.title for row in pasted["result"].required] == [row.title for row in first["result"].required]


def test_it_counts_what_is_left_out_as_not_known(officer: Client) -> None:
    context = officer.post(URL, {"way": "form", "country": "FR"}).context
    assert context["result"].required == ()
    assert context["result"].depends
    assert set(json.loads(context["document_text"])) == {"schema", "organisation"}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("{", "Line 1, column 2"),
        ('{"a": 1, "a": 2}', "this key stands twice"),
        ('{"schema": "tocsin.facts/1", "organisation": {"name": "X", "country": "ZZ"}}', "/organisation/country"),
        ("[" * 100_000, "too deeply"),
        ('{"a": NaN}', "NaN is no JSON"),
        ("", "Paste a facts document"),
    ],
)
def test_it_names_the_fault_of_a_document_and_keeps_it(officer: Client, document: str, said: str) -> None:
    response = officer.post(URL, {"way": "paste", "document": document})
    assert said in response.content.decode()
    assert response.context["result"] is None
    assert response.context["paste"]["document"].value() == document


def test_it_keeps_what_was_typed_when_something_is_wrong_or_rows_are_added(officer: Client) -> None:
    wrong = officer.post(URL, {**FACTS, "country": "Frnace"}).content.decode()
    assert "Did you mean France?" in wrong
    assert 'value="at least 500"' in wrong
    more = officer.post(URL, {**FACTS, "way": "add"})
    assert 'value="at least 500"' in more.content.decode()
    assert more.context["form"].number > 1
    assert more.context["result"] is None
