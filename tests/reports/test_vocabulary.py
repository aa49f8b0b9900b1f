"""Facts and answers as JSON-LD: nothing but terms that DPV has, or our own; nothing unknown stated as known."""

from typing import Any

import pytest

from reports.answers import answer_sheet
from reports.vocabulary import CONTEXT, DPV_TERMS, linked, terms_of
from tests.reports.samples import EVERY, FACTS, TYPED, snapshot

GDPR = {"duty": {"id": "gdpr.art33.notify_authority", "jurisdiction": "FR"}}


def made(form: str = "gdpr.art33", language: str = "en", **more: Any) -> dict[str, Any]:
    held = snapshot(form, language, **more)
    return linked(held, answer_sheet(held, TYPED).as_rows())


@pytest.mark.parametrize(("form", "language"), EVERY)
def test_it_uses_no_term_that_was_not_read_at_the_source(form: str, language: str) -> None:
    used = {term for term in terms_of(made(form, language, **GDPR)) if not term.startswith(("urn:", "dct:", "tocsin:"))}
    assert used <= DPV_TERMS


def test_it_reads_without_the_network() -> None:
    assert isinstance(CONTEXT["dpv"], str)
    assert isinstance(made()["@context"], dict)


def test_it_speaks_of_a_suspected_breach_as_suspected() -> None:
    incident = made(**GDPR)["@graph"][0]
    assert incident["@type"] == ["eu-gdpr:DataBreach", "eu-gdpr:ConfidentialityBreach", "risk:ConfidentialityIncident"]
    assert incident["dpv:hasStatus"] == [{"@id": "risk:IncidentSuspected"}]


def test_it_leaves_the_terms_of_the_gdpr_to_the_gdpr() -> None:
    incident, notice = made("jp.ppc", "ja")["@graph"]
    assert incident["@type"] == ["risk:Incident", "risk:ConfidentialityIncident"]
    assert notice["@type"] == "risk:IncidentReport"


def test_it_leaves_out_who_and_what_was_ruled_out() -> None:
    incident = made()["@graph"][0]
    assert [row["tocsin:place"] for row in incident["dpv:hasDataSubject"]] == ["FR", "DE", "009"]
    assert len(incident["dpv:hasPersonalData"]) == len(FACTS["data"]) - 1


def test_it_carries_each_answer_with_its_facts() -> None:
    notice = made(**GDPR)["@graph"][1]
    assert notice["@type"] == "eu-gdpr:DPABreachInitialNotice"
    people = next(row for row in notice["tocsin:answer"] if row["dct:identifier"] == "people_count")
    assert people["tocsin:facts"]
