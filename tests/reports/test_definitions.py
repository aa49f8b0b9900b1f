"""Forms and languages: read strictly, complete, honest about what was read at a source."""

import re
import tomllib
from pathlib import Path

import pytest

from law.rulebook import load_rulebook
from law.taxonomies import load_taxonomies
from reports import lint
from reports.definitions import FOLDER, READ, FormError, form_of, load_forms, read_form
from reports.languages import CODES, HERE, LanguageError, language, load_languages

TERMS = ("data_category", "data_element", "subject_category", "incident_type", "consequence", "measure")
AUSTRALIA = (FOLDER / "au-oaic.toml").read_text(encoding="utf-8")


def test_it_serves_duties_that_the_law_library_has() -> None:
    known = load_rulebook().duties
    assert {duty for form in load_forms().values() for duty in form.duties} - set(known) == set()


@pytest.mark.parametrize("form", ["gdpr.art33", "au.oaic", "jp.ppc"])
def test_it_asks_everything_that_the_law_wants_of_a_notification(form: str) -> None:
    cites = {"gdpr.art33": {"Art. 33(3)(a)", "Art. 33(3)(b)", "Art. 33(3)(c)", "Art. 33(3)(d)", "Art. 33(1)"},
             "au.oaic": {f"s 26WK(3)({letter})" for letter in "abcd"} | {"s 26WK(4)"},
             "jp.ppc": {f"規則第8条第1項第{item}号" for item in range(1, 10)}}[form]  # fmt: skip
    held = form_of(form)
    asked = " ".join(field.provision(held.languages[0]) for field in held.fields.values())
    assert [cite for cite in cites if cite not in asked] == []


def test_it_names_the_blocks_that_the_law_wants_in_a_letter() -> None:
    wanted = {name: {field.required_by for field in form_of(name).fields.values()} - {""}
              for name in ("letter.gdpr", "letter.jp", "letter.au")}  # fmt: skip
    assert {"Art. 34(2)", "Art. 34(2), 33(3)(b)", "Art. 34(2), 33(3)(c)", "Art. 34(2), 33(3)(d)"} <= wanted[
        "letter.gdpr"
    ]
    assert {f"Rules Art. 10, 8(1) item {item}" for item in (1, 2, 4, 5, 9)} <= wanted["letter.jp"]
    assert {f"s 26WK(3)({letter})" for letter in "abcd"} <= wanted["letter.au"]


def test_it_says_how_much_of_a_form_was_read_at_a_source() -> None:
    form = form_of("jp.ppc")
    read = [field for field in form.fields.values() if field.basis in READ]
    assert form.share_read == len(read) / len(form.fields) > 0.5
    assert form_of("gdpr.art33").generic
    assert "generic layout" in form_of("gdpr.art33").statement["en"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('basis = "statute"', 'basis = "hearsay"', "section[entity].field[organisation].basis: Input should be"),
        ('question = "summary"', 'question = "sumary"', "field description: from: question 'sumary': expected one of"),
        ('start = "/timeline/occurred_from"', 'start = "/timeline/began"', "no question of the catalogue is asked"),
        ('languages = ["en"]', 'languages = ["en", "fr"]', "title: fr: missing"),
        ('kind = "authority_notification"', 'kind = "authority_notification"\ncolour = "red"', "colour: Extra inputs"),
        ('id = "steps"\nnumber', 'id = "data"\nnumber', "field data: the id stands twice"),
    ],
)  # fmt: skip
def test_it_refuses_a_form_with_a_fault_and_names_file_and_place(old: str, new: str, message: str) -> None:
    assert old in AUSTRALIA
    with pytest.raises(FormError, match=re.escape(message)) as caught:
        read_form(AUSTRALIA.replace(old, new, 1), "au-oaic.toml")
    assert all(fault.startswith("au-oaic.toml: ") for fault in caught.value.faults)


def test_it_has_every_word_and_every_term_in_every_language() -> None:
    terms = load_taxonomies()
    for code in CODES:
        held = load_languages()[code]
        for kind in TERMS:
            assert set(held.tables[kind]) == set(terms.ids(kind)), (code, kind)


def test_it_names_a_language_that_it_does_not_have() -> None:
    with pytest.raises(LanguageError, match="language 'tlh': expected one of en, fr, de, ja"):
        language("tlh")


def test_it_fills_the_same_gaps_in_every_language() -> None:
    gap = re.compile(r"\{(\w+)\}")
    english = language("en").tables["words"]
    for code in CODES:
        words = language(code).tables["words"]
        assert {key: set(gap.findall(text)) for key, text in words.items()} == {
            key: set(gap.findall(text)) for key, text in english.items()
        }, code


def _texts(node: object) -> list[str]:
    if isinstance(node, str):
        return [node]
    values = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [text for value in values for text in _texts(value)]


@pytest.mark.parametrize("code", CODES)
def test_it_admits_no_fault_in_any_fixed_text(code: str) -> None:
    files = [HERE / f"{code}.toml", *sorted(Path(FOLDER).glob("*.toml"))]
    texts = [text for path in files for text in _texts(tomllib.loads(path.read_text(encoding="utf-8")))]
    assert [(text, mark.words) for text in texts for mark in lint.marks(text, code) if mark.kind == "fault"] == []


@pytest.mark.parametrize(
    ("code", "text", "kind"),
    [
        ("en", "We failed to close the port.", "fault"),
        ("en", "The data were probably not copied.", "guess"),
        ("fr", "Nous aurions dû fermer le port.", "fault"),
        ("de", "Das war unsere Schuld.", "fault"),
        ("ja", "当社の過失によるものです。", "fault"),
    ],
)
def test_it_marks_words_of_fault_and_guesses(code: str, text: str, kind: str) -> None:
    assert [mark.kind for mark in lint.marks(text, code)] == [kind]


def test_it_leaves_plain_statements_alone() -> None:
    assert lint.marks("No evidence of copying has been found so far.", "en") == []
    assert lint.marks("Die Ursache wird untersucht.", "de") == []
