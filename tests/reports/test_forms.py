"""Regulators' forms as data: the EDPB template with its options and conditions, and the forms of the regulators."""

import copy
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from law.rulebook import load_rulebook
from reports.answers import Sheet, State, answer_sheet
from reports.definitions import FOLDER, FormError, form_of, load_forms, read_form
from tests.reports.samples import FACTS, snapshot

EDPB = (FOLDER / "edpb.toml").read_text(encoding="utf-8")
REGULATORS = (
    "au.oaic", "br.anpd", "ca.opc", "ch.fdpic", "de-ni.lfd", "de-rp.lfdi", "fr.cnil", "gb.ico", "hk.pcpd", "jp.ppc",
    "ke.odpc", "kr.pipc", "no.datatilsynet", "nz.opc", "ph.npc", "pl.uodo", "sa.sdaia", "se.imy", "us.hhs",
    "us-ma.notice", "us-me.ag", "us-tx.ag", "za.ir",
)  # fmt: skip
LAYOUTS = ("ca-qc.cai", "sg.pdpc")
"""Layouts of our own for one authority: its form was not read, what its law asks was."""
CASES = tomllib.loads(Path(__file__).with_name("form_cases.toml").read_text(encoding="utf-8"))["case"]
WHO = {
    "organisation_contact": {"text": "12 rue des Lilas, 75011 Paris"},
    "reporter_name": {"text": "Alice"},
    "reporter_contact": {"text": "alice@example.org"},
    "q23": {"picks": ["a"]},
}


def sheet(typed: dict[str, Any] | None = None, *, phase: str = "initial", **more: Any) -> Sheet:
    """The EDPB template answered from the sample facts with some of them changed."""
    known = {**copy.deepcopy(FACTS), **more.pop("facts", {})}
    return answer_sheet(snapshot("gdpr.edpb", facts=known, phase=phase, **more), {**WHO, **(typed or {})})


def ticked(answers: Sheet, field: str) -> list[str]:
    return [text for part in answers.answers[field].parts for on, text in part.ticks if on]


def test_it_has_all_hundred_fields_of_the_template_in_its_order() -> None:
    form = form_of("gdpr.edpb")
    numbers = [int(field.number) for field in form.fields.values()]
    assert len(numbers) == 100
    assert numbers == sorted(numbers)
    assert (numbers[0], numbers[-1]) == (3, 126)
    assert {field.basis for field in form.fields.values()} == {"copy"}


def test_it_ticks_options_from_the_facts_and_names_the_facts() -> None:
    answers = sheet()
    assert ticked(answers, "q60") == ["Misconfiguration"]
    assert ticked(answers, "q70") == [
        "Basic data (e.g. name, surname, date of birth)",
        "Contact details (e.g. address, phone number, e-mail)",
        "Additional data types",
    ]
    assert ticked(answers, "q67") == ["Approximate number"]
    assert answers.answers["q60"].paths == ("/cause/type",)


def test_it_lets_what_the_officer_picks_stand_over_the_facts() -> None:
    assert ticked(sheet({"q60": {"picks": ["n"]}}), "q60") == [
        "Incorrect access permissions (e.g., cloud storage, shared folder)"
    ]


def test_it_asks_a_field_only_where_its_condition_holds() -> None:
    plain, informed = sheet(), sheet({"q97": {"picks": ["a"]}, "q102": {"picks": ["b"]}})
    assert plain.answers["q103"].state is State.LEFT_OUT
    assert informed.answers["q103"].state is State.NOT_KNOWN
    assert plain.answers["q58"].state is State.LEFT_OUT  # no breach of integrity
    abroad = sheet(facts={"organisation": {"name": "Marlow", "country": "US", "role": "controller"}})
    assert (plain.answers["q120"].state, abroad.answers["q120"].state) == (State.LEFT_OUT, State.NOT_KNOWN)
    assert (plain.answers["q113"].state, abroad.answers["q113"].state) == (State.NOT_KNOWN, State.LEFT_OUT)


def test_it_says_to_be_determined_while_a_notification_may_be_incomplete() -> None:
    answers = sheet()
    assert ticked(answers, "q61") == ["To be determined"]
    assert answers.answers["q61"].state is State.NOT_KNOWN
    assert ticked(answers, "q4") == ["Incomplete"]
    assert answers.blocking == []  # but for the incomplete answers, which the law lets follow


def test_it_lets_nothing_stay_open_in_the_final_notification() -> None:
    final = sheet(phase="final", previous={"reference": "X/1", "sent_at": "2026-11-22T08:10:00+00:00", "answers": []})
    assert "q61" in [answer.field.id for answer in final.blocking]
    assert ticked(final, "q61") == []
    assert final.follows == []
    picked = sheet({"q61": {"picks": ["e"]}}, phase="final")
    assert picked.answers["q61"].state is State.MISSING  # "to be determined" is no answer there


def test_it_calls_a_notification_complete_once_nothing_is_open() -> None:
    """Every open answer is entered, as an officer would; then the kind of notification changes by itself."""
    typed: dict[str, Any] = {}
    for _ in range(4):  # answers open further questions
        answers = sheet(typed)
        for answer in (*answers.follows, *answers.blocking):
            options = [pick.id for pick in answer.field.picks if not pick.open]
            typed[answer.field.id] = {"picks": options[:1]} if options else {"text": "Said"}
    assert (sheet(typed).follows, ticked(sheet(typed), "q4")) == ([], ["Complete"])


def test_it_asks_for_a_withdrawal_who_withdraws_what_and_why() -> None:
    before = {"reference": "X/1", "sent_at": "2026-11-22T08:10:00+00:00", "answers": [], "authority_reference": "AK-77"}
    answers = sheet({"q5": {"text": "No personal data were concerned."}}, phase="withdrawal", previous=before)
    printed = [answer.field.number for answer in answers.answers.values() if answer.printed]
    assert printed == ["3", "4", "5", "6", "7", "12", "13", "21", "22", "23"]
    assert ticked(answers, "q4") == ["Withdraw"]
    assert answers.answers["q6"].plain == "AK-77"
    assert answers.blocking == []


@pytest.mark.parametrize("name", REGULATORS)
def test_it_takes_a_form_in_once_two_thirds_of_it_were_read(name: str) -> None:
    form = form_of(name)
    assert form.share_read + form.share_reported >= 2 / 3
    assert not form.generic
    assert form.channel is not None
    assert form.filing_languages
    assert form.shares.startswith(f"{form.share_read:.0%} of its fields read at a source")


@pytest.mark.parametrize("name", LAYOUTS)
def test_it_calls_a_layout_its_own_where_the_form_of_the_authority_was_not_read(name: str) -> None:
    form = form_of(name)
    assert form.generic
    for code in form.languages:
        assert re.search("generic layout|présentation générique", form.statement[code])


@pytest.mark.parametrize("name", [*REGULATORS, *LAYOUTS])
def test_it_serves_a_duty_to_the_regulator_of_the_form(name: str) -> None:
    form, rulebook = form_of(name), load_rulebook()
    assert form.regulator in rulebook.authorities
    assert set(form.authorities) <= set(rulebook.authorities)
    assert form.duties


@pytest.mark.parametrize("name", [*REGULATORS, *LAYOUTS])
def test_it_answers_a_form_from_the_facts_alone_but_for_contacts_and_picks(name: str) -> None:
    form = form_of(name)
    answers = answer_sheet(snapshot(name, form.languages[-1]), {})
    assert answers.ready >= len(form.fields) / 4
    entered = {"typed", "picks"}
    for answer in answers.blocking:
        assert {origin.kind for origin in answer.field.origin} & entered, answer.field.id


@pytest.mark.parametrize("case", CASES, ids=[f"{one['form']}: {one['it']}" for one in CASES])
def test_it_answers_as_the_case_says(case: dict[str, Any]) -> None:
    known = {**copy.deepcopy(FACTS), **case.get("facts", {})}
    more = {key: case[key] for key in ("phase", "late", "previous") if key in case}
    form = form_of(case["form"])
    taken = snapshot(form.id, case.get("language", form.languages[0]), facts=known, **more)
    answers = answer_sheet(taken, case.get("typed", {}))
    for field, wanted in case.get("ticked", {}).items():
        assert ticked(answers, field) == wanted, field
    for field, wanted in case.get("states", {}).items():
        assert answers.answers[field].state == wanted, field
    for field, wanted in case.get("says", {}).items():
        assert wanted in answers.answers[field].plain, field


def test_it_has_a_case_for_every_form_that_was_taken_in() -> None:
    assert {"br.anpd", "ca.opc", "ca-qc.cai", "de-ni.lfd", "de-rp.lfdi", "fr.cnil", "gb.ico", "gdpr.art33", "hk.pcpd",
            "jp.ppc", "kr.pipc", "pl.uodo", "sg.pdpc"} <= {one["form"] for one in CASES}  # fmt: skip


def test_it_counts_the_people_of_one_state_for_its_authority() -> None:
    rows = [
        {"id": "tx", "country": "US", "subdivision": "US-TX", "presence": "confirmed",
         "count": {"kind": "exact", "n": 260}},
        {"id": "us", "country": "US", "presence": "confirmed", "count": {"kind": "exact", "n": 9000}},
    ]  # fmt: skip
    known = {**copy.deepcopy(FACTS), "affected": rows}
    answers = answer_sheet(snapshot("us-tx.ag", facts=known), {}).answers
    assert answers["residents"].plain == "at least 260 people"  # the list of groups is not complete


def test_it_serves_the_duties_of_the_overseas_law_with_the_form_of_the_cnil() -> None:
    rules = load_rulebook().duties
    form = form_of("fr.cnil")
    overseas = {name for name in rules if name.endswith(".loi7817.art58.notify_cnil")}
    assert overseas
    assert set(form.duties) == {"gdpr.art33.notify_authority", *overseas}


def test_it_says_what_to_have_at_hand_before_filing() -> None:
    texas, norway = form_of("us-tx.ag").channel, form_of("no.datatilsynet").channel
    assert texas
    assert norway
    assert "It cannot be saved once begun: have every answer ready." in texas.preflight
    assert any("national electronic identity" in one for one in norway.preflight)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('{ data = ["biometric"] }', '{ data = ["biometrics"] }',
         "field q70: from: option c: ticked_by: data: biometrics: no such term"),
        ('field = "q14", picks = ["a"]', 'field = "q97", picks = ["a"]',
         "field q15: asked_if: field 'q97': expected a field that stands before"),
        ('field = "q15", picks = ["d"]', 'field = "q15", picks = ["z"]',
         "field q16: asked_if: picks z: expected options of the field q15"),
        ('phase = ["initial"]', 'phase = ["initial"], late = true', "expected exactly one of"),
        ('withdrawal = ["q3"', 'withdrawal = ["q333"', "withdrawal: q333: no such field"),
        ("open = true }", 'open = true, ticked_by = [{ path = "/risk/level", values = ["risk"] }] }',
         "open, so no fact can tick it"),
    ],
)  # fmt: skip
def test_it_refuses_a_wrong_condition_and_names_field_and_option(old: str, new: str, message: str) -> None:
    assert old in EDPB
    with pytest.raises(FormError, match=re.escape(message)):
        read_form(EDPB.replace(old, new, 1), "edpb.toml")


def test_it_names_every_duty_and_authority_of_all_forms_as_the_law_library_does() -> None:
    rulebook = load_rulebook()
    for form in load_forms().values():
        assert set(form.duties) <= set(rulebook.duties), form.id
