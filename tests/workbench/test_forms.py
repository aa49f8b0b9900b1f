"""What officers type becomes facts; what cannot be taken says why at its field."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from incidents import paths
from incidents.catalogue import load_catalogue
from law.facts import parse_facts
from workbench import words
from workbench.forms.answers import AnswerForm, Asking
from workbench.forms.counting import whole_number
from workbench.forms.instants import readings
from workbench.forms.options import read_places
from workbench.forms.registry import CONTROLS

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DOCUMENT: dict[str, Any] = {
    "schema": "tocsin.facts/1",
    "organisation": {"name": "Harbour Lines SA", "country": "FR"},
    "affected": [{"id": "fr", "country": "FR"}, {"id": "de", "country": "DE"}],
    "data": [{"category": "full_name", "groups": ["fr"], "status": "confirmed"}],
}


def asking(path: str, **more: Any) -> Asking:
    document = more.pop("document", DOCUMENT)
    value = paths.get(document, path)
    given = {"value": value, "document": document, "zone": PARIS, "now": NOW, "by": "Alice"}
    return Asking(question=words.question_of(path), path=path, **{**given, **more})


def answered(path: str, data: dict[str, Any], **more: Any) -> AnswerForm:
    return AnswerForm({"base": 1, "source": "", **data}, asking=asking(path, **more))


def patch(path: str, data: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The patch of an answer, which must be one that the facts take."""
    form = answered(path, data, **more)
    assert form.is_valid(), form.errors
    made = form.patch()
    parse_facts(paths.apply(more.get("document", DOCUMENT), made))
    return made


def test_special_regimes_are_asked_by_sector_in_brief() -> None:
    path = "/organisation/regimes"

    def said(*several: str) -> AnswerForm:
        return AnswerForm({"base": 1, "answer": "known", "several": several}, asking=asking(path), brief=True)

    form = said("telecom")
    assert form.is_valid()
    assert {"id": "telecom", "status": "suspected"} in form.patch()[path]
    assert said("none").is_valid()
    assert said("none").fields["several"].label == "Tick what fits"
    assert said().errors["several"] == ["Tick what fits, or “None of these”."]


def test_a_regime_that_may_bind_is_offered_first_and_unticked_and_is_settled_by_a_tick() -> None:
    path = "/organisation/regimes"
    perhaps = [{"id": "telecom_us", "status": "suspected"}, {"id": "insurer", "country": "FR"}]
    form = AnswerForm(asking=asking(path, value=perhaps))
    assert next(iter(form["several"])).choice_label == "Telecommunications carrier (United States) (perhaps)"
    assert form["several"].value() == ["insurer"]
    assert form["answer"].value() == ""
    made = patch(path, {"answer": "known", "several": ["telecom_us", "insurer"]}, value=perhaps)
    assert made[path] == ["telecom_us", {"id": "insurer", "country": "FR"}]
    words_of = words.value_words(words.question_of(path), perhaps, PARIS)
    assert words_of == "Insurer; perhaps: Telecommunications carrier (United States)"


ANSWERS: list[tuple[str, dict[str, Any], Any]] = [
    ("/organisation/role", {"answer": "processor"}, "processor"),
    ("/nature/confidentiality", {"answer": "suspected"}, "suspected"),
    ("/exposure/access", {"answer": "no_evidence"}, "no_evidence"),
    ("/exposure/use", {"answer": "ruled_out"}, "ruled_out"),
    ("/records/medium", {"answer": "known", "several": ["paper", "oral"]}, ["paper", "oral"]),
    ("/organisation/regimes", {"answer": "known"}, []),
    ("/affected_total", {"answer": "exact", "low": "2,150,000"}, {"kind": "exact", "n": 2_150_000}),
    ("/affected_total", {"answer": "at_most", "low": "90"}, {"kind": "at_most", "high": 90}),
    ("/affected/fr/count", {"answer": "between", "low": "100", "high": "900"},
     {"kind": "between", "low": 100, "high": 900}),
    ("/timeline/contained_at", {"answer": "not_yet"}, "not_yet"),
    ("/timeline/detected_at", {"answer": "at", "first": "2026-11-19T08:00"}, "2026-11-19T08:00:00+01:00"),
    ("/timeline/detected_at", {"answer": "between", "first": "2026-11-18T08:00", "last": "2026-11-19T08:00"},
     {"earliest": "2026-11-18T08:00:00+01:00", "latest": "2026-11-19T08:00:00+01:00"}),
    ("/organisation/country", {"answer": "known", "place": "JP"}, "JP"),
    ("/organisation/establishments", {"answer": "known", "places": "Japan, fr; US-CA"}, ["JP", "FR", "US-CA"]),
    ("/organisation/does_business_in", {"answer": "none"}, []),
    ("/organisation/main_establishment_eu", {"answer": "none"}, "none"),
    ("/organisation/main_establishment_eu", {"answer": "known", "place": "FR"}, "FR"),
    ("/organisation/annual_turnover", {"answer": "at_least", "low": "3 000 000", "currency": "AUD"},
     {"amount": {"kind": "at_least", "low": 3_000_000}, "currency": "AUD"}),
    ("/measures/identity_protection/months", {"answer": "known", "low": "12"}, 12),
    ("/affected/fr/languages", {"answer": "known", "languages": "fr, nl"}, ["fr", "nl"]),
    ("/law_enforcement_delay_until", {"answer": "known", "day": "2026-12-01"}, "2026-12-01T23:59:59+01:00"),
    ("/risk/by_test/serious_harm", {"answer": "no", "why": "Encrypted."},
     {"answer": "no", "at": NOW.isoformat(), "by": "Alice", "reason": "Encrypted."}),
]  # fmt: skip


@pytest.mark.parametrize(("path", "data", "value"), ANSWERS, ids=lambda one: str(one)[:40])
def test_it_turns_an_answer_into_a_fact(path: str, data: dict[str, Any], value: Any) -> None:
    assert patch(path, data) == {path: value}


def test_it_has_a_control_for_every_question() -> None:
    widgets = {question.widget for question in load_catalogue().questions.values()}
    assert widgets - set(CONTROLS) == {"narrative"}


@pytest.mark.parametrize("path", sorted({path for path, _, _ in ANSWERS}))
def test_it_always_takes_not_known_yet(path: str) -> None:
    made = patch(path, {"answer": "not_yet_known", "source": "Asked the provider"})
    assert made == {
        path: None,
        paths.join(["provenance", path]): {"state": "not_yet_known", "from": "Asked the provider"},
    }


@pytest.mark.parametrize(("path", "data", "value"), ANSWERS, ids=lambda one: str(one)[:40])
def test_it_shows_what_is_recorded(path: str, data: dict[str, Any], value: Any) -> None:
    """Opening a question and saving it unchanged says the same."""
    document = paths.apply(DOCUMENT, {path: value})
    form = AnswerForm(asking=asking(path, document=document))
    shown = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    typed = {name: value for name, value in shown.items() if value is not None}
    if "day" in typed:
        typed["day"] = typed["day"].isoformat()
    assert patch(path, {**typed, "base": 1}, document=document)[path] == value


FAULTS: list[tuple[str, dict[str, Any], str, str]] = [
    ("/organisation/role", {}, "answer", "I do not know yet"),
    ("/affected_total", {"answer": "exact", "low": "many"}, "low", "'many' is no whole number"),
    ("/affected_total", {"answer": "exact", "low": "-1"}, "low", "whole number"),
    ("/affected_total", {"answer": "between", "low": "900", "high": "100"}, "high", "less than 900"),
    ("/affected_total", {"answer": "between", "low": "900"}, "high", "highest"),
    ("/timeline/detected_at", {"answer": "at"}, "first", "Enter a date"),
    ("/timeline/detected_at", {"answer": "at", "first": "yesterday"}, "first", "'yesterday' is no date"),
    ("/timeline/detected_at", {"answer": "at", "first": "2026-11-23T08:00"}, "first", "future"),
    ("/timeline/detected_at", {"answer": "at", "first": "2026-03-29T02:30"}, "first", "did not exist"),
    ("/timeline/detected_at", {"answer": "at", "first": "2026-10-25T02:30"}, "first_which", "Choose one"),
    ("/timeline/detected_at", {"answer": "between", "first": "2026-11-19T08:00", "last": "2026-11-18T08:00"},
     "last", "before the first"),
    ("/organisation/establishments", {"answer": "known", "places": "Jappan"}, "places", "Did you mean Japan?"),
    ("/records/medium", {"answer": "known"}, "several", "at least one"),
    ("/risk/by_test/serious_harm", {"answer": "no"}, "why", "judgement"),
    ("/affected/fr/languages", {"answer": "known", "languages": "French!"}, "languages", "'French!'"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "data", "name", "said"), FAULTS, ids=lambda one: str(one)[:40])
def test_it_says_at_the_field_what_is_wrong_and_keeps_what_was_typed(
    path: str, data: dict[str, Any], name: str, said: str
) -> None:
    form = answered(path, data)
    assert not form.is_valid()
    assert said in " ".join(form.errors[name])
    for key, value in data.items():
        assert form[key].value() == value


@pytest.mark.parametrize(("which", "value"), [("0", "2026-10-25T02:30:00+02:00"), ("1", "2026-10-25T02:30:00+01:00")])
def test_it_takes_the_hour_that_was_meant(which: str, value: str) -> None:
    data = {"answer": "at", "first": "2026-10-25T02:30", "first_which": which}
    assert patch("/timeline/detected_at", data) == {"/timeline/detected_at": value}


def test_it_reads_a_local_time_as_one_two_or_no_instants() -> None:
    assert [len(readings(text, PARIS)) for text in ("2026-07-01T12:00", "2026-10-25T02:30", "2026-03-29T02:30")] == [
        1,
        2,
        0,
    ]


def test_it_records_source_and_estimate() -> None:
    made = patch("/affected_total", {"answer": "exact", "low": "300", "source": "Search", "approximate": "on"})
    assert made["/provenance/~1affected_total"] == {"state": "known", "from": "Search", "approximate": True}


def test_it_makes_the_row_of_a_country_of_which_nothing_is_recorded() -> None:
    made = patch("/affected/sg/count", {"answer": "exact", "low": "3"})
    assert made == {"/affected/sg/count": {"kind": "exact", "n": 3}, "/affected/sg/country": "SG"}


def test_it_adds_a_row_of_data_for_the_people_chosen() -> None:
    data = {"answer": "suspected", "category": "phone_number", "protection": "hashed", "groups": ["fr", "de"]}
    row = {"category": "phone_number", "status": "suspected", "protection": "hashed", "groups": ["de", "fr"]}
    assert patch("/data/new/category", data) == {"/data/phone_number@de,fr": row}


def test_it_refuses_a_second_row_for_the_same_data_and_people() -> None:
    form = answered("/data/new/category", {"answer": "confirmed", "category": "full_name", "groups": ["fr"]})
    assert not form.is_valid()
    assert "stands recorded" in form.errors["category"][0]


def test_it_moves_a_row_of_data_to_other_people() -> None:
    made = patch("/data/full_name@fr/groups", {"answer": "known", "groups": ["de"]})
    assert made == {
        "/data/full_name@fr": None,
        "/data/full_name@de": {"category": "full_name", "status": "confirmed", "groups": ["de"]},
    }


@pytest.mark.parametrize("text", ["2800", "2,800", "2 800", "2.800", "2’800"])
def test_it_reads_numbers_as_people_write_them(text: str) -> None:
    assert whole_number(text) == 2800


@pytest.mark.parametrize("text", ["2.8", "1,5", "", "12,34", "1e3"])
def test_it_refuses_what_may_mean_another_number(text: str) -> None:
    with pytest.raises(ValueError, match="whole number"):
        whole_number(text)


def test_it_reads_georgia_as_the_country() -> None:
    assert read_places("Georgia, US-GA") == (["GE", "US-GA"], [])
