"""The description of the API: valid, without warnings, complete, and readable as a page."""

import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from config.api_urls import urlpatterns
from tests.conftest import Cast


def test_it_is_valid_and_warns_of_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("schema") / "openapi.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(file))
    text = file.read_text("utf-8")
    for pattern in urlpatterns:
        if pattern.name not in ("schema", "docs"):
            path = str(pattern.pattern).replace("<slug:slug>", "{slug}").replace("<int:number>", "{number}")
            assert f"/api/v1/{path}:" in text


def test_it_is_served_to_members_as_a_file_and_as_a_page(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.alice)
    schema = client.get("/api/v1/schema/", {"format": "json"}).json()
    page = client.get("/api/v1/docs/").content.decode()
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            assert f"{method.upper()} {path}" in page
            assert operation["summary"] in page
            assert "401" in operation["responses"]
    assert "<script>" not in page
    assert "style=" not in page


def test_its_guide_tells_what_it_does(cast: Cast) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
    document, refusal = (
        json.loads(block) for block in re.findall(r"(?:^    .*\n)+", guide, re.MULTILINE) if "{" in block
    )
    client = Client()
    client.force_login(cast.alice)
    said = client.post("/api/v1/assess", json.dumps(document), content_type="application/json").json()
    assert any(one["outcome"] == "APPLIES" or one["undetermined_on"] for one in said["findings"])
    wrong = {**document, "organisation": {"name": "Harbour Lines", "country": "ZZ"}}
    refused = client.post("/api/v1/assess", json.dumps(wrong), content_type="application/json").json()
    assert [set(fault) for fault in refused["faults"]] == [set(fault) for fault in refusal["faults"]]
    assert refused["faults"][0]["path"] == refusal["faults"][0]["path"]
