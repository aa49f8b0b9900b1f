"""The grammar of conditions, leaf by leaf: how a rule reads people, numbers, data, the organisation and acts."""

from datetime import UTC, datetime
from typing import Any

import pytest

from law.case import Case
from law.conditions import Compiler
from law.data_definitions import compile_definitions
from law.expressions import RuleError
from law.facts import parse_facts
from law.kleene import Value
from law.leaves import Here
from tests.law.examples import facts

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SETS = {"cards": ["payment_card_number", "payment_card_expiry"]}
DATA: dict[str, Any] = {
    "named": {"all": ["full_name", "any(cards)"]},
    "named_either_way": {"any": [{"all": ["full_name", "any(cards)"]}, {"all": ["username", "password"]}]},
    "readable": "personal_data intelligible",
    "clear_card": "payment_card_number unencrypted",
    "login": {"all": ["username", "password", "opens(financial)"]},
    "maybe": "payment_card_number is possible",
    "of_patients": "personal_data as phi",
}


def ask(condition: Any, place: str = "AU", /, **parts: Any) -> Value:
    """What a condition comes to, asked from a place, of a case with these parts."""
    compiler = Compiler(SETS, compile_definitions(DATA, SETS))
    case = Case.of(parse_facts({"organisation": {"name": "Example"}, **parts}), NOW)
    return compiler.compile(condition).value(Here(case, place, (place,)))


def people(*rows: dict[str, Any], complete: str = "unknown") -> dict[str, Any]:
    return {
        "affected": [{"id": f"g{index}", **row} for index, row in enumerate(rows)],
        "affected_complete": complete,
    }


def exactly(n: int) -> dict[str, Any]:
    return {"kind": "exact", "n": n}


# -- people ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("presence", "confirmed", "possible"),
    [("confirmed", True, True), ("suspected", None, True), ("ruled_out", False, False), ("unknown", None, None)],
)
def test_it_reads_presence_as_the_rule_says(presence: str, confirmed: Value, possible: Value) -> None:
    here = people({"country": "AU", "presence": presence})
    assert ask("people(here)", **here) is confirmed
    assert ask("people(here) is possible", **here) is possible


@pytest.mark.parametrize(
    ("rows", "complete", "answer"),
    [
        ([], "unknown", None),
        ([], "yes", False),
        ([{"country": "NZ", "presence": "confirmed"}], "unknown", None),
        ([{"country": "NZ", "presence": "confirmed"}], "yes", False),
        ([{"country": "NZ"}, {"country": "unknown"}], "yes", None),
        ([{"country": "AU", "count": exactly(0)}], "unknown", False),
        ([{"country": "AU", "count": {"kind": "at_least", "low": 1}}], "unknown", True),
        ([{"region": "009", "presence": "confirmed"}], "unknown", None),
        ([{"region": "009", "presence": "ruled_out"}], "unknown", False),
        ([{"region": "009", "presence": "confirmed"}, {"country": "AU", "presence": "ruled_out"}], "unknown", False),
        ([{"region": "002", "presence": "confirmed"}], "yes", False),
    ],
)
def test_it_knows_who_is_in_a_place(rows: list[dict[str, Any]], complete: str, answer: Value) -> None:
    assert ask("people(here)", **people(*rows, complete=complete)) is answer


@pytest.mark.parametrize(
    ("place", "rows", "answer"),
    [
        ("US-CA", [{"country": "US", "presence": "confirmed"}], None),
        ("US-CA", [{"country": "US", "presence": "ruled_out"}], False),
        ("US-CA", [{"country": "US", "subdivision": "US-CA", "presence": "confirmed"}], True),
        ("US", [{"country": "US", "subdivision": "US-CA", "presence": "confirmed"}], True),
        ("US", [{"country": "US", "subdivision": "US-CA", "presence": "ruled_out"}], None),
        ("PR", [{"country": "US", "subdivision": "US-PR", "presence": "confirmed"}], True),
        ("US-PR", [{"country": "PR", "presence": "confirmed"}], True),
        ("US", [{"country": "PR", "presence": "confirmed"}], True),
        ("FR", [{"country": "RE", "presence": "confirmed"}], True),
        ("EEA", [{"country": "RE", "presence": "confirmed"}], True),
    ],
)
def test_it_knows_parts_and_wholes(place: str, rows: list[dict[str, Any]], answer: Value) -> None:
    assert ask(f"people({place})", **people(*rows)) is answer


def test_it_takes_a_ruled_out_country_for_nothing_about_the_rest_of_a_union() -> None:
    rows = [{"country": "FR", "presence": "ruled_out"}]
    assert ask("people(EEA)", **people(*rows)) is None
    assert ask("people(EEA)", **people(*rows, complete="yes")) is False


def test_it_asks_who_was_targeted_row_by_row() -> None:
    there = {"country": "AU", "presence": "confirmed"}
    assert ask("targeted(here)", **people({**there, "targeted": "yes"})) is True
    assert ask("targeted(here)", **people({**there, "targeted": "no"})) is False
    assert ask("targeted(here)", **people(there)) is None
    assert ask("targeted(here)", **people({"country": "AU", "targeted": "yes"})) is None
    assert ask("targeted(here)", **people({**there, "presence": "suspected", "targeted": "yes"})) is True
    assert ask("targeted(here)", **people({**there, "presence": "ruled_out", "targeted": "yes"})) is False
    assert ask("targeted(here)", **people({"region": "009", "targeted": "yes"})) is None
    assert ask("targeted(EEA)", **people({"country": "FR", "targeted": "no"})) is None


# -- numbers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "at_least_500"),
    [
        (exactly(500), True),
        (exactly(499), False),
        ({"kind": "at_least", "low": 600}, True),
        ({"kind": "between", "low": 100, "high": 900}, None),
        ({"kind": "at_most", "high": 400}, False),
        ({"kind": "unknown"}, None),
    ],
)
def test_it_compares_a_number_that_is_known_in_part(count: dict[str, Any], at_least_500: Value) -> None:
    rows = people({"country": "AU", "presence": "confirmed", "count": count})
    assert ask("count(here) >= 500", **rows) is at_least_500
    assert ask("count(here) < 500", **rows) is (None if at_least_500 is None else not at_least_500)


def test_it_takes_groups_for_apart_unless_they_overlap() -> None:
    one = {"country": "AU", "presence": "confirmed", "count": exactly(300)}
    assert ask("count(here) >= 600", **people(one, one)) is True
    shared = people(one, {**one, "overlaps": ["g0"]})
    assert ask("count(here) >= 300", **shared) is True
    assert ask("count(here) >= 301", **shared) is None
    assert ask("count(here) > 600", **shared) is False
    assert ask("count(here) >= 600", **people(one, {**one, "overlaps": ["g0"]}, one)) is True


def test_it_counts_suspected_people_only_where_the_rule_does() -> None:
    rows = people({"country": "AU", "presence": "suspected", "count": exactly(2000)})
    assert ask("count(here) > 1000", **rows) is None
    assert ask("count(here) is possible > 1000", **rows) is True


def test_it_bounds_a_country_by_its_region_and_by_the_total() -> None:
    region = people({"region": "009", "presence": "confirmed", "count": {"kind": "at_most", "high": 90}})
    assert ask("count(here) >= 100", **region) is False
    assert ask("count(here) is possible >= 1", **region) is None
    assert (
        ask("count(here) >= 100", **people({"country": "AU"}), affected_total={"kind": "at_most", "high": 90}) is False
    )
    assert ask("count(world) >= 100", **people(), affected_total={"kind": "at_least", "low": 100}) is True


def test_it_keeps_two_figures_that_differ() -> None:
    rows = people({"country": "AU", "presence": "confirmed", "count": exactly(500)}, {"country": "NZ"})
    total = exactly(400)
    assert ask("count(AU) >= 500", **rows, affected_total=total) is True
    assert ask("count(NZ) >= 1", **rows, affected_total=total) is None
    assert ask("count(world) >= 500", **rows, affected_total=total) is True


def test_it_counts_those_at_risk_among_those_affected() -> None:
    row = {"country": "AU", "presence": "confirmed", "at_risk_count": {"kind": "at_least", "low": 120}}
    assert ask("count(here) >= 100", **people(row)) is True
    assert ask("at_risk(here) >= 100", **people(row)) is True
    assert ask("at_risk(here) >= 100", **people({"country": "AU", "count": exactly(50)})) is False
    assert ask("at_risk(here) >= 10", **people({"country": "AU", "count": exactly(50)})) is None


def test_it_holds_the_processing_to_be_as_large_as_the_people_affected() -> None:
    rows = people({"country": "AU", "presence": "confirmed", "count": exactly(500)})
    assert ask("processing.total_subjects >= 500", **rows) is True
    assert ask("processing.total_subjects >= 501", **rows) is None


def test_it_leaves_an_amount_in_another_currency_open() -> None:
    turnover = {"organisation": {"name": "E", "annual_turnover": {"amount": exactly(5_000_000), "currency": "AUD"}}}
    assert ask("organisation.annual_turnover > 3000000 AUD", **turnover) is True
    assert ask("organisation.annual_turnover > 3000000 EUR", **turnover) is None


# -- data --------------------------------------------------------------------------------------------


def lost(definition: str, *rows: dict[str, Any], complete: str = "yes") -> Value:
    there = people({"country": "AU", "presence": "confirmed"})
    listed = [{"status": "confirmed", **row} for row in rows]
    return ask(f"lost({definition})", **there, data=listed, data_complete=complete)


def test_it_wants_what_stands_together() -> None:
    name, card = {"category": "full_name"}, {"category": "payment_card_number"}
    assert lost("named", name, card) is True
    assert lost("named", name, {**card, "linked": "no"}) is False
    assert lost("named_either_way", name, {**card, "linked": "no"}) is False
    assert lost("named", name, {**card, "linked": "no"}, {"category": "payment_card_expiry"}) is True
    assert lost("clear_card", {**card, "linked": "no", "protection": "none"}) is True


def test_it_leaves_open_what_is_not_listed_until_the_list_is_closed() -> None:
    name = {"category": "full_name"}
    assert lost("named", name) is False
    assert lost("named", name, complete="unknown") is None
    assert lost("named", name, {"category": "unknown"}) is None
    assert lost("named", name, {"category": "payment_card"}) is None  # some card data: which, is open
    assert lost("named", name, {"category": "payment_card", "status": "ruled_out"}, complete="unknown") is False


def test_it_takes_one_element_ruled_out_for_nothing_about_its_category() -> None:
    DATA["any_card"] = "payment_card"
    row = {"category": "payment_card_number", "status": "ruled_out"}
    assert lost("any_card", row, complete="unknown") is None
    assert lost("any_card", row) is False


@pytest.mark.parametrize(
    ("row", "unencrypted", "intelligible"),
    [
        ({"protection": "none"}, True, True),
        ({"protection": "encrypted_key_safe"}, False, None),
        ({"protection": "encrypted_key_safe", "protection_standard": "recognised"}, False, False),
        ({"protection": "encrypted_key_safe", "protection_standard": "weak"}, False, True),
        ({"protection": "encrypted_key_safe", "protected_before": "no"}, True, True),
        ({"protection": "encrypted_key_compromised"}, True, True),
        ({"protection": "encrypted_key_unknown"}, None, None),
        ({"protection": "hashed", "protection_standard": "recognised"}, True, False),
        ({"protection": "anonymised"}, False, False),
        ({}, None, None),
    ],
)
def test_it_asks_what_the_protection_is_worth(row: dict[str, Any], unencrypted: Value, intelligible: Value) -> None:
    assert lost("clear_card", {"category": "payment_card_number", **row}) is unencrypted
    assert lost("readable", {"category": "payment_card_number", **row}) is intelligible


def test_it_takes_a_suspicion_for_enough_where_the_rule_does() -> None:
    assert lost("maybe", {"category": "payment_card_number", "status": "suspected"}) is True
    assert lost("maybe", {"category": "payment_card", "status": "suspected"}) is True
    assert lost("maybe", {"category": "payment_card_number", "status": "unknown"}) is None


def test_it_asks_what_a_login_opens() -> None:
    user = {"category": "username"}
    assert lost("login", user, {"category": "password", "opens": ["financial"]}) is True
    assert lost("login", user, {"category": "password"}) is None
    # What the name alone opens is not said.
    assert lost("login", user, {"category": "password", "opens": ["email"]}) is None
    assert lost("login", {**user, "opens": ["email"]}, {"category": "password", "opens": ["email"]}) is False


def test_it_lets_the_row_of_a_group_win_over_that_of_everybody() -> None:
    parts = {
        **people({"country": "AU", "presence": "confirmed"}, {"country": "NZ", "presence": "confirmed"}),
        "data": [
            {"category": "payment_card_number", "status": "confirmed", "protection": "none"},
            {"category": "payment_card_number", "status": "ruled_out", "groups": ["g1"]},
        ],
    }
    assert ask("lost(clear_card)", "AU", **parts) is True
    assert ask("lost(clear_card)", "NZ", **parts) is False


# -- the organisation --------------------------------------------------------------------------------


def organisation(**keys: Any) -> dict[str, Any]:
    return {"organisation": {"name": "Example", **keys}}


@pytest.mark.parametrize(
    ("keys", "question", "answer"),
    [
        ({"country": "AU"}, "established(here)", True),
        ({"country": "JP"}, "established(here)", None),
        ({"country": "JP", "establishments": ["JP"]}, "established(here)", False),
        ({"country": "US", "establishments": ["US"]}, "established(US-CA)", None),
        ({"country": "US", "subdivision": "US-TX", "establishments": ["US"]}, "established(US-CA)", False),
        ({"establishments": ["AE-DIFC"]}, "established(AE)", True),
        ({"establishments": ["NO"]}, "established(EEA)", True),
        ({"establishments": ["CH"]}, "established(EEA)", False),
        ({"does_business_in": ["AU"]}, "does_business(here)", True),
        ({"does_business_in": ["JP"]}, "does_business(here)", False),
        ({"does_business_in": ["US"]}, "does_business(US-CA)", None),
        ({"does_business_in": ["US-CA"]}, "does_business(US)", True),
        ({}, "does_business(here)", None),
        ({}, "regime(insurer)", None),
        ({"regimes": []}, "regime(insurer)", False),
        ({"regimes": ["insurer"]}, "regime(insurer, here)", True),
        ({"regimes": [{"id": "insurer", "country": "JP"}]}, "regime(insurer, here)", False),
        ({"regimes": [{"id": "insurer", "status": "suspected"}]}, "regime(insurer, here)", None),
        ({"role": "processor"}, "role(controller)", False),
        ({}, "role(controller)", None),
    ],
)
def test_it_knows_where_and_what_the_organisation_is(keys: dict[str, Any], question: str, answer: Value) -> None:
    assert ask(question, **organisation(**keys)) is answer


def test_it_takes_holding_residents_data_for_doing_business() -> None:
    assert ask("does_business(here)", **people({"country": "AU", "presence": "confirmed"})) is True


# -- paths, tests and acts ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "confirmed", "believed", "possible", "no"),
    [
        ("confirmed", True, True, True, False),
        ("reasonably_believed", None, True, True, None),
        ("suspected", None, None, True, None),
        ("no_evidence", None, None, True, None),
        ("ruled_out", False, False, False, True),
        ("unknown", None, None, None, None),
    ],
)
def test_it_reads_evidence_as_the_rule_says(
    value: str, confirmed: Value, believed: Value, possible: Value, no: Value
) -> None:
    readings = {"confirmed": confirmed, "believed": believed, "possible": possible, "no": no}
    for reading, answer in readings.items():
        assert ask(f"exposure.misuse is {reading}", exposure={"misuse": value}) is answer, reading


def test_it_takes_a_part_for_neither_yes_nor_no() -> None:
    partly = {"exposure": {"restored": "partly"}}
    assert ask("exposure.restored is yes", **partly) is False
    assert ask("exposure.restored is no", **partly) is False
    assert ask("exposure.restored is possible", **partly) is True


def test_it_keeps_the_middle_of_a_list_open() -> None:
    maybe = {"cause": {"intent": "possibly_malicious"}}
    assert ask("cause.intent in [malicious]", **maybe) is None
    assert ask("cause.intent in [malicious, possibly_malicious]", **maybe) is True
    assert ask("cause.intent in [accidental]", **maybe) is False


def answered(**answers: Any) -> dict[str, Any]:
    return {"risk": {"by_test": {key.replace("__", "."): value for key, value in answers.items()}}}


@pytest.mark.parametrize(
    ("parts", "answer"),
    [
        (answered(serious_harm="yes"), True),
        (answered(serious_harm="no"), False),
        (answered(serious_harm="cannot_be_determined"), None),
        (answered(au__serious_harm="no", serious_harm="yes"), False),
        (answered(jp__serious_harm="no", serious_harm="yes"), True),
        (answered(au__serious_harm="unknown", serious_harm="yes"), True),
        (answered(harm_possible="no"), False),  # no harm possible: no serious harm
        (answered(harm_possible="yes"), None),
        (answered(), None),
    ],
)
def test_it_takes_the_most_local_answer_and_published_implications(parts: dict[str, Any], answer: Value) -> None:
    assert ask("test(serious_harm)", **parts) is answer


def test_it_takes_the_level_for_the_two_rights_tests_only() -> None:
    level = {"risk": {"level": "high_risk"}}
    assert ask("test(rights_high_risk)", **level) is True
    assert ask("test(rights_risk)", risk={"level": "unlikely"}) is False
    assert ask("test(serious_harm)", **level) is None


def test_it_takes_no_for_some_groups_for_no_only_when_nobody_else_is_left() -> None:
    rows = people(
        {"country": "AU", "presence": "confirmed"}, {"country": "NZ", "presence": "confirmed"}, complete="yes"
    )
    some = answered(serious_harm={"answer": "no", "groups": ["g0"]})
    everybody = answered(serious_harm={"answer": "no", "groups": ["g0", "g1"]})
    assert ask("test(serious_harm)", **rows, **some) is None
    assert ask("test(serious_harm)", **rows, **everybody) is False
    assert ask("test(serious_harm)", **rows, **answered(serious_harm={"answer": "yes", "groups": ["g0"]})) is True


def test_it_takes_an_act_that_is_not_recorded_for_not_done() -> None:
    order = {"events": [{"type": "authority_order", "jurisdiction": "AU"}]}
    assert ask("event(authority_order, here)", **order) is True
    assert ask("event(authority_order, here)", "JP", **order) is False
    assert ask("event(police_report)", **order) is False
    assert ask("notice(individuals)", notices=[{"addressee": "individuals"}]) is True
    assert ask("notice(individuals)", notices=[{"addressee": "individuals", "first_sent_at": "not_yet"}]) is False


def test_it_combines_by_all_any_and_not() -> None:
    assert ask({"all": ["role(controller)", "event(police_report)"]}) is False
    assert ask({"any": ["role(controller)", {"not": "event(police_report)"}]}) is True
    assert ask({"not": {"all": ["role(controller)"]}}) is None


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("nature.secrecy is confirmed", "the facts have no 'secrecy'"),
        ("cause.type is confirmed", "is not read as confirmed"),
        ("cause.type in [magic]", "never is magic"),
        ("exposure.access >= 5", "expected a count compared with a number"),
        ("organisation.annual_turnover > 5", "an amount with its currency"),
        ("people(Mars)", "is no place"),
        ("people(here) >= 5", "only count(...) and at_risk(...) are compared"),
        ("count(here)", "expected count(PLACE) >= n"),
        ("lost(nothing)", "no such definition"),
        ("test(bad_luck)", "is not a test"),
        ("regime(king)", "ID one of the regimes"),
        ("event(party)", "TYPE one of"),
        ("notice(mother)", "expected one of"),
        ("role(unknown)", "no such role unknown"),
        ("established(here) is possible", "only people, lost, count are read as possible"),
        ("breach", "is no condition"),
        ({"some": ["a"]}, "is no condition"),
        ({"all": []}, "is no condition"),
    ],
)
def test_it_refuses_what_is_no_condition_and_says_what_would_be(condition: Any, words: str) -> None:
    with pytest.raises(RuleError) as caught:
        ask(condition)
    assert words in str(caught.value)


def test_it_says_what_was_assumed() -> None:
    case = Case.of(
        parse_facts(
            facts(
                cause={"type": "misdirected_post"}, exposure={"misuse": "confirmed", "recipient": "malicious"},
                affected=[{"id": "g", "country": "AU", "count": exactly(7)}],
            )
        ),
        NOW,
    )  # fmt: skip
    assert {one.fact: one.taken_as for one in case.assumptions} == {
        "records.medium": ["paper"], "exposure.use": "confirmed", "exposure.access": "confirmed",
        "exposure.good_faith_internal": "no", "organisation.data_relation": "owner",
        "affected[g].presence": "confirmed", "organisation.does_business_in": ["AU"],
        "processing.total_subjects": {"kind": "at_least", "low": 7}, "risk.by_test.misuse_occurred": "yes",
    }  # fmt: skip


def test_it_derives_the_nature_of_the_breach_and_what_nobody_can_have_done() -> None:
    assert ask("nature.confidentiality is confirmed", exposure={"acquisition": "reasonably_believed"}) is True
    assert ask("nature.availability is confirmed", exposure={"loss": "confirmed"}) is True
    assert ask("exposure.misuse is no", exposure={"access": "ruled_out"}) is True
    assert ask("exposure.exfiltration is no", exposure={"access": "ruled_out"}) is True
    assert ask("exposure.misuse is no", exposure={"access": "no_evidence"}) is None


@pytest.mark.parametrize(
    ("held", "listed", "value"),
    [
        ([["phi"]], "yes", True), ([["personnel"], ["phi", "member"]], "no", True), ([["personnel"]], "yes", False),
        ([["personnel"]], "no", None), ([["personnel"], []], "yes", None),
    ],
)  # fmt: skip
def test_it_asks_in_which_capacity_data_are_held(held: list[list[str]], listed: str, value: Value) -> None:
    names = ("full_name", "email_address")
    data = [{"category": name, "status": "confirmed", "held_as": one} for name, one in zip(names, held, strict=False)]
    here = people({"country": "AU", "presence": "confirmed"})
    assert ask("lost(of_patients)", data=data, data_complete=listed, **here) is value
