"""The API: the same answers as the command and the pages, to tokens and sessions, with faults by path."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.services import issue_token
from incidents.models import FactsRevision, Incident
from tests.conftest import Cast
from tests.incidents.conftest import entity, open_case  # noqa: F401 - fixtures

ASSESS = "/api/v1/assess"
CASES = "/api/v1/workspaces/harbour/incidents/"
DOCUMENT: dict[str, Any] = {
    "schema": "tocsin.facts/1",
    "organisation": {"name": "Harbour", "country": "FR", "role": "controller", "establishments": ["FR"]},
    "nature": {"confidentiality": "yes"},
    "timeline": {"became_aware_at": "2026-11-20T09:00:00+01:00"},
    "affected": [{"id": "g1", "country": "FR", "presence": "confirmed"}],
    "data": [{"category": "contact_details", "status": "confirmed"}],
}
AS_OF = "2026-11-21T09:00:00Z"
OpenCase = Callable[..., Incident]


@pytest.fixture
def api(cast: Cast) -> Client:
    """A program with a token of Alice's."""
    secret = issue_token(cast.alice, "tests", expires_at=timezone.now() + timedelta(days=1)).secret
    return Client(headers={"authorization": f"Bearer {secret}"})


def post(client: Client, body: object, query: str = "") -> Any:
    text = body if isinstance(body, str) else json.dumps(body)
    return client.post(ASSESS + query, text, content_type="application/json")


def test_it_answers_as_the_command_does(api: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "facts.json"
    file.write_text(json.dumps(DOCUMENT), "utf-8")
    call_command("assess", str(file), "--as-of", AS_OF)
    said = post(api, DOCUMENT, f"?as_of={AS_OF}")
    assert said.status_code == 200
    assert said.json() == json.loads(capsys.readouterr().out)
    assert said["Content-Type"] == "application/json"
    assert Incident.objects.count() == FactsRevision.objects.count() == 0


def test_it_lists_every_fault_with_path_value_and_what_was_expected(api: Client) -> None:
    said = post(api, {**DOCUMENT, "organisation": {"name": "X", "country": "ZZ"}, "surprise": 1})
    assert said.status_code == 400
    faults = {fault["path"]: fault for fault in said.json()["faults"]}
    assert set(faults) == {"/organisation/country", "/surprise"}
    assert faults["/organisation/country"]["value"] == "ZZ"
    assert "ISO 3166-1" in faults["/organisation/country"]["expected"]


@pytest.mark.parametrize(
    ("body", "query", "words"),
    [
        ("{", "", "line 1"), ('{"a": 1, "a": 2}', "", "stands twice"), ("[" * 100_000, "", "too deeply"),
        ('{"a": Infinity}', "", "Infinity"), ("[]", "", "an object"), ("1" * 5000, "", "too many digits"),
        (json.dumps(DOCUMENT), "?as_of=yesterday", "an instant with its offset"),
        (json.dumps(DOCUMENT), "?as_of=2026-11-19T09:00:00Z", "not after as_of"),
    ],
)  # fmt: skip
def test_it_refuses_what_it_cannot_read_in_words(api: Client, body: str, query: str, words: str) -> None:
    said = post(api, body, query)
    assert said.status_code == 400
    assert words in said.json()["faults"][0]["expected"]


def test_it_takes_a_token_a_session_and_nobody_else(api: Client, cast: Cast) -> None:
    assert api.get(CASES).status_code == 200
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.alice)
    assert browser.get(CASES).status_code == 200
    assert post(browser, DOCUMENT).status_code == 403  # a session must bring its CSRF token
    anonymous = Client().get(CASES)
    assert (anonymous.status_code, anonymous["WWW-Authenticate"]) == (401, 'Bearer realm="Tocsin"')


def test_it_reads_cases_page_by_page(api: Client, open_case: OpenCase) -> None:  # noqa: F811
    for number in range(3):
        open_case(title=f"Case {number}")
    first = api.get(CASES, {"page_size": 2}).json()
    assert (first["count"], len(first["results"]), first["previous"]) == (3, 2, None)
    assert len(api.get(first["next"]).json()["results"]) == 1
    assert api.get(CASES, {"search": "Case 1"}).json()["results"][0]["title"] == "Case 1"
    wrong = api.get(CASES, {"show": "all"})
    assert (wrong.status_code, "expected one of open" in str(wrong.json()["show"])) == (400, True)
    assert api.get(CASES, {"page": "99"}).status_code == 404


def test_it_reads_one_case_with_its_duties_and_facts(api: Client, open_case: OpenCase) -> None:  # noqa: F811
    case = open_case()
    one = f"{CASES}{case.number}/"
    said = api.get(one).json()
    assert (said["reference"], said["owner"]["name"], said["people_low"]) == (case.reference, "Alice", 500)
    assert said["opened_at"].endswith("Z")
    duties = api.get(f"{one}duties/").json()["results"]
    notify = next(row for row in duties if row["duty"] == "gdpr.art33.notify_authority" and row["stage"] == "initial")
    assert notify["due"].startswith("2026-11-05T")
    assert notify["why"]
    assert notify["state"] in ("open", "overdue")
    (facts,) = api.get(f"{one}facts/").json()["results"]
    assert facts["document"]["schema"] == "tocsin.facts/1"
    assert facts["digest"].startswith("sha256:")
    assert api.get(f"{one}documents/").json()["results"] == []


def test_it_hides_what_is_not_for_the_asker(api: Client, cast: Cast, open_case: OpenCase) -> None:  # noqa: F811
    case = open_case(restricted=True, owner=cast.bob, title="Insider")
    assert api.get(f"{CASES}{case.number}/").status_code == 404
    assert api.get("/api/v1/workspaces/elsewhere/incidents/").status_code == 404
    assert api.get("/api/v1/workspaces/nowhere/incidents/").status_code == 404


def test_it_reads_duties_in_the_same_number_of_queries_however_many(
    api: Client,
    open_case: OpenCase,  # noqa: F811
    django_assert_max_num_queries: Any,
) -> None:
    case = open_case()
    with django_assert_max_num_queries(16):
        api.get(f"{CASES}{case.number}/duties/")
