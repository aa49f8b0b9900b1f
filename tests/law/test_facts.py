"""Facts documents: what is unknown, what is refused, and the words of refusal."""

from typing import Any

import pytest

from law.facts import FactsError, digest, parse_facts, to_document
from tests.law.examples import SMALLEST, facts, look


def faults(document: object) -> list[str]:
    with pytest.raises(FactsError) as caught:
        parse_facts(document)
    return [str(fault) for fault in caught.value.faults]


def test_it_assesses_the_smallest_useful_document() -> None:
    answer = look(SMALLEST)
    assert {one.outcome for one in answer.findings} <= {"UNDETERMINED", "DOES_NOT_APPLY"}
    assert "gdpr.art33.notify_authority" in {one.duty for one in answer.findings}


@pytest.mark.parametrize("nothing", [None, "unknown"])
def test_it_takes_missing_null_and_unknown_for_one_and_the_same(nothing: object) -> None:
    bare = facts()
    said = facts(
        cause=nothing, exposure={"access": nothing}, law_enforcement_delay_until=nothing, claims=nothing,
        risk={"level": nothing, "by_test": {"serious_harm": nothing}}, timeline={"detected_at": nothing},
        organisation={"annual_turnover": nothing, "does_business_in": nothing, "main_establishment_eu": nothing},
    )  # fmt: skip
    assert parse_facts(said) == parse_facts(bare)
    assert digest(parse_facts(said)) == digest(parse_facts(bare))


def test_it_gives_the_same_facts_again_from_their_document() -> None:
    one = parse_facts(facts(affected=[{"id": "g", "region": "142", "count": {"kind": "between", "low": 1, "high": 9}}]))
    assert parse_facts(to_document(one)) == one


def group(**row: Any) -> dict[str, Any]:
    return facts(affected=[{"id": "g1", "country": "AU", **row}])


NO_NAMES = [{"category": "basic_identity", "status": "ruled_out"}, {"category": "full_name", "status": "confirmed"}]
SENT = {
    "addressee": "individuals",
    "first_sent_at": "2026-11-16T10:20:00+01:00",
    "completed_at": "2026-11-01T00:00:00Z",
}
FAULTS: list[tuple[dict[str, Any], str]] = [
    (facts(colour="red"), '/colour: "red": expected no such key here'),
    (facts(affectd=[]), "/affectd: []: expected no such key here; did you mean affected?"),
    (facts(nature="yes"), '/nature: "yes": expected an object'),
    (facts(nature={"confidentiality": True}), "/nature/confidentiality: true: expected yes, no, suspected, or unknown"),
    (facts(affected="many"), '/affected: "many": expected a list'),
    (group(count={"kind": "exact", "n": -1}), "/affected/0/count/n: -1: expected a whole number of 0 or more"),
    (group(count={"kind": "exact", "n": 1.5}), "/affected/0/count/n: 1.5: expected a whole number"),
    (group(count=5), '/affected/0/count: 5: expected a count: {"kind": "exact", "n": 5}'),
    (group(count={"kind": "between", "low": 9, "high": 2}), "expected low 9 not greater than high 2"),
    (group(country="UK"), "'UK' is not the code of a place; did you mean GB (United Kingdom)?"),
    (group(country="Atlantis"), '/affected/0/country: "Atlantis": expected the code of a place'),
    (group(subdivision="US-CA"), '/affected/0/subdivision: "US-CA": expected a subdivision of country AU'),
    (group(region="142"), '/affected/0/region: "142": expected either a country or a region'),
    (group(presence="confirmed", count={"kind": "exact", "n": 0}), "expected ruled_out, because the count is 0"),
    (
        group(count={"kind": "at_most", "high": 5}, at_risk_count={"kind": "at_least", "low": 9}),
        "/affected/0/at_risk_count: 9: expected no more people than the group counts (5)",
    ),
    (group(overlaps=["g2"]), '/affected/0/overlaps: "g2": expected the id of another group'),
    (
        facts(timeline={"occurred_from": "2026-05-02T00:00:00Z", "occurred_until": "2026-05-01T00:00:00Z"}),
        "/timeline/occurred_until: \"2026-05-01T00:00:00+00:00\": expected an instant not before occurred_from",
    ),
    (facts(timeline={"detected_at": "2026-05-02"}), 'expected an instant with its offset, such as "2023-05-29T10'),
    (facts(timeline={"detected_at": "2026-02-30T00:00:00Z"}), "(day is out of range for month)"),
    (facts(timeline={"detected_at": "0001-01-01T00:00:00+09:00"}), "expected an instant of the years 1900"),
    (
        facts(timeline={"detected_at": {"earliest": "2026-05-02T00:00:00Z", "latest": "2026-05-01T00:00:00Z"}}),
        "not after latest 2026-05-01T00:00:00+00:00",
    ),
    (
        facts(data=NO_NAMES),
        '/data/1/status: "confirmed": expected ruled_out, because its category basic_identity is ruled out',
    ),
    (facts(data=[{"category": "ful_name"}]), "did you mean 'full_name'?"),
    (facts(data=[{"category": "full_name"}] * 2), '/data/1: "full_name": expected one row for it; row 0 says the same'),
    (facts(data=[{"category": "full_name", "groups": []}]), "/data/0/groups: []: expected at least one group"),
    (facts(data=[{"category": "full_name", "groups": ["x"]}]), '/data/0/groups: "x": expected the id of a group'),
    (facts(organisation={"establishments": ["EU"]}), "'EU' is not a country; name the member state"),
    (facts(organisation={"main_establishment_eu": "JP"}), 'expected a member state of the EEA, or "none"'),
    (facts(organisation={"name": ""}), '/organisation/name: "": expected text that is not empty'),
    (facts(organisation={"name": "\ud800"}), "expected text in whole characters"),
    (facts(risk={"by_test": {"serious_hurt": "yes"}}), "expected an id of a test"),
    (facts(risk={"by_test": {"AU.serious_harm": "yes"}}), "expected the code of a place in small letters"),
    (facts(claims=[{"reason": "x"}]), "/claims/0/exemption: null: expected this key to be given"),
    (facts(provenance={"affected": {"state": "known"}}), "expected a JSON pointer into the document"),
    (facts(schema="tocsin.facts/2"), '/schema: "tocsin.facts/2": expected tocsin.facts/1'),
    (facts(notices=[SENT]), "/notices/0/completed_at"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "words"), FAULTS)
def test_it_names_key_value_and_expectation_of_each_fault(document: dict[str, Any], words: str) -> None:
    told = faults(document)
    assert len(told) == 1, told
    assert words in told[0]


def test_it_tells_every_fault_of_a_document_at_once() -> None:
    document = facts(
        colour="red", nature="yes", organisation={"country": "ZZ"},
        affected=[{"id": "g1", "country": "AU", "count": {"kind": "exact", "n": -1}}],
        timeline={"occurred_from": "2026-05-02T00:00:00Z", "occurred_until": "2026-05-01T00:00:00Z"},
        data=NO_NAMES,
    )  # fmt: skip
    paths = {line.split(":")[0] for line in faults(document)}
    assert paths == {
        "/colour", "/nature", "/organisation/country", "/affected/0/count/n", "/timeline/occurred_until",
        "/data/1/status",
    }  # fmt: skip


def test_it_keeps_a_total_that_is_not_the_sum() -> None:
    parse_facts(
        facts(affected=[{"id": "g", "country": "FR", "count": {"kind": "exact", "n": 500}}],
              affected_total={"kind": "exact", "n": 400})
    )  # fmt: skip


@pytest.mark.parametrize("document", [[], "x", None, 5, {}])
def test_it_refuses_what_is_no_document(document: object) -> None:
    assert len(faults(document)) == 1


LATER = "2026-12-01T00:00:00Z"


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (facts(timeline={"detected_at": LATER}), "/timeline/detected_at"),
        (facts(events=[{"type": "authority_order", "at": LATER}]), "/events/0/at"),
        (facts(notices=[{"addressee": "individuals", "first_sent_at": LATER}]), "/notices/0/first_sent_at"),
        (facts(parties=[{"id": "p", "told_us_at": LATER}]), "/parties/0/told_us_at"),
        (facts(risk={"by_test": {"serious_harm": {"answer": "yes", "at": LATER}}}), "/risk/by_test/serious_harm/at"),
        (facts(claims=[{"exemption": "unlikely_risk", "at": LATER}]), "/claims/0/at"),
        (facts(claims=[{"exemption": "no_such_thing"}]), "/claims/0/exemption"),
    ],
)
def test_it_refuses_what_lies_after_the_look_and_claims_that_no_law_knows(document: dict[str, Any], path: str) -> None:
    with pytest.raises(FactsError) as caught:
        look(document)
    assert [fault.path for fault in caught.value.faults] == [path]
