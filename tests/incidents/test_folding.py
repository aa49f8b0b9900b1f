"""Words as they are searched for: folding, scripts without spaces, and what people type."""

import pytest

from incidents.folding import asked, folded, pieces


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Données à l'étranger", "donnees a l etranger"),
        ("cafe\u0301s, CAFÉS", "cafes cafes"),
        ("Straße INC-2026-014", "strasse inc 2026 014"),
        ("Αθήνα", "αθηνα"),
        ("VIN番号情報", "vin 番号 号情 情報"),
        ("ガ", "ガ"),
        ("½ \x00 <b>№</b>", "12 b b"),
    ],
)
def test_it_folds(text: str, words: str) -> None:
    assert folded(text) == words
    assert folded(folded(text)) == folded(text)


def test_it_knows_where_each_word_stands() -> None:
    text = "Le Café 番号情"
    assert [text[piece.start : piece.end] for piece in pieces(text)] == ["Le", "Café", "番号", "号情"]


@pytest.mark.parametrize(
    ("typed", "query", "prefix", "words"),
    [
        ("mail box", "mail box", True, 2),
        ("mail ", "mail", False, 1),
        ('"stolen laptop" -Paris', '"stolen laptop" -paris', False, 1),
        ("INC-2026-014", '"inc 2026 014"', False, 1),
        ("mail or post", "mail or post", True, 2),
        ('"or" -"or"', '"or" -"or"', False, 1),
        ("個人情報", '"個人 人情 情報"', False, 1),
        ('-"', "", False, 0),
        ("-only", "-only", False, 0),
        ("& | ! ( ) :* <-> ' \\ %", "", False, 0),
    ],
)
def test_it_reads_what_was_typed(typed: str, query: str, prefix: bool, words: int) -> None:
    found = asked(typed)
    assert (found.query, found.prefix, found.words) == (query, prefix, words)


def test_it_reads_only_so_much() -> None:
    assert asked("word " * 1000).words == 16
