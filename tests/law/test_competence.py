"""Which supervisory authority is competent under the GDPR (Art. 55, 56; EDPB Guidelines 9/2022, para. 73)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from law.case import Case
from law.competence import eu_seats
from law.facts import parse_facts
from law.kleene import Value
from tests.law.examples import facts, look

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
IN_FRANCE, IN_SPAIN = ({"id": code, "country": code, "presence": "confirmed"} for code in ("FR", "ES"))


ELSEWHERE = {"country": "JP", "establishments": ["JP"]}
TWO_SEATS = {"establishments": ["FR", "DE"], "main_establishment_eu": "FR"}


def group(country: str, presence: str = "confirmed") -> dict[str, Any]:
    return {"id": "g", "country": country, "presence": presence}


def seats(organisation: dict[str, Any], *people: dict[str, Any], complete: str = "yes") -> dict[str, Value]:
    document = {
        "organisation": {"name": "Example", **organisation}, "affected": list(people), "affected_complete": complete
    }  # fmt: skip
    return {one.place: one.competent for one in eu_seats(Case.of(parse_facts(document), NOW))}


@pytest.mark.parametrize(
    ("organisation", "people", "expected"),
    [
        # A single establishment, and nobody elsewhere.
        ({"establishments": ["FR"]}, [IN_FRANCE], {"FR": True}),
        # A main establishment and cross-border processing: the lead authority alone.
        ({**TWO_SEATS, "cross_border_eu": "yes"}, [IN_SPAIN], {"FR": True}),
        # Not cross-border: the authorities of the establishments.
        ({**TWO_SEATS, "cross_border_eu": "no"}, [], {"FR": True, "DE": True}),
        # Whether it is cross-border decides only about the other establishment.
        (TWO_SEATS, [], {"FR": True, "DE": None}),
        # Which is the main one is open: every candidate.
        ({"establishments": ["FR", "DE"]}, [IN_SPAIN], {"FR": None, "DE": None, "ES": None}),
        # Where it is established is open.
        ({"country": "FR"}, [IN_FRANCE], {"FR": None}),
        # No establishment in the EEA: each state whose people are affected; a representative changes nothing.
        (
            {**ELSEWHERE, "representatives": [{"for": "EU", "country": "IE"}]},
            [IN_FRANCE, IN_SPAIN],
            {"FR": True, "ES": True},
        ),
        (ELSEWHERE, [group("FR", "suspected")], {"FR": None}),
        (ELSEWHERE, [group("JP")], {}),
        # A public body answers to the authority of its own state.
        ({"country": "FR", "kind": "public_body", "establishments": ["FR", "DE"]}, [IN_SPAIN], {"FR": True}),
        # All the people live elsewhere; the controller is in the Union all the same.
        ({"country": "FR", "establishments": ["FR"]}, [group("BR")], {"FR": True}),
        # The territories of a state have its authority.
        (ELSEWHERE, [group("RE")], {"FR": True}),
    ],
)  # fmt: skip
def test_it_names_the_competent_authorities(
    organisation: dict[str, Any], people: list[dict[str, Any]], expected: dict[str, Value]
) -> None:
    assert seats(organisation, *people) == expected


def test_it_takes_a_region_for_every_state_in_it_and_asks_one_question() -> None:
    answer = look(
        facts(organisation={"country": "JP", "establishments": ["JP"]},
              affected=[{"id": "w", "region": "155", "presence": "confirmed", "targeted": "yes"}])
    )  # fmt: skip
    found = [one for one in answer.findings if one.duty == "gdpr.art33.notify_authority" and one.stage == "initial"]
    assert {one.jurisdiction for one in found} == {"AT", "BE", "DE", "FR", "LI", "LU", "NL"}
    assert {one.via for one in found} == {"region 155"}
    assert {one.outcome for one in found} == {"UNDETERMINED"}
    assert "affected[155].country" in {fact for one in found for fact in one.hangs_on}


def test_it_says_that_a_representative_makes_no_authority_competent() -> None:
    organisation = {**ELSEWHERE, "representatives": [{"for": "EU", "country": "IE", "name": "Rep Ltd"}]}
    document = {
        "organisation": {"name": "Example", **organisation},
        "affected": [IN_FRANCE],
        "affected_complete": "yes",
    }
    (seat,) = eu_seats(Case.of(parse_facts(document), NOW))
    assert "the representative in Ireland (Art. 27) does not change that" in seat.basis


@pytest.mark.parametrize(
    ("organisation", "place"),
    [
        # NIS2 Art. 26(3): the state in which the representative is, wherever the people are.
        ({**ELSEWHERE, "representatives": [{"for": "EU", "country": "IE"}]}, "IE"),
        ({**ELSEWHERE, "representatives": [{"for": "GB", "country": "GB"}]}, "FR"),
        ({"country": "DE", "establishments": ["DE"], "representatives": [{"for": "EU", "country": "IE"}]}, "DE"),
    ],
)
def test_it_looks_at_nis2_where_the_representative_is(organisation: dict[str, Any], place: str) -> None:
    people = {**IN_FRANCE, "targeted": "yes"}
    answer = look(facts(organisation={**organisation, "regimes": ["nis2_essential"]}, affected=[people]))
    found = {one.jurisdiction for one in answer.findings if one.duty == "eu.nis2.art23.notify_csirt"}
    assert found == {place}


def test_it_names_the_authorities_concerned_beside_the_lead() -> None:
    answer = look(
        facts(organisation={"establishments": ["FR", "DE"], "main_establishment_eu": "FR", "cross_border_eu": "yes"},
              affected=[IN_FRANCE, IN_SPAIN])
    )  # fmt: skip
    [lead] = [one for one in answer.findings if one.duty == "gdpr.art33.notify_authority" and one.stage == "initial"]
    assert (lead.jurisdiction, lead.authority, lead.outcome) == ("FR", "CNIL", "APPLIES")
    assert "AEPD" in lead.recipients
    assert lead.authority_basis is not None
    assert "Art. 56(1)" in lead.authority_basis
