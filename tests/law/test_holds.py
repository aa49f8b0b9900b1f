"""Clocks that wait, stand still or were extended: what is acted upon stays strict, what follows is shown."""

from pathlib import Path
from typing import Any

import pytest

from law.rulebook import RulebookError, load_rulebook
from tests.law.examples import facts, law, library, look, the

DELAY = 'delay = "While the police ask (s 3)."\n    '
STRICT = "2026-11-20T02:59:59Z"  # three days from Monday 16 November, end of the day in São Paulo


def said(folder: Path, limit: str, as_of: str = "2026-12-20T12:00:00-03:00", **changed: Any) -> dict[str, Any]:
    """The finding of a duty of three days with these further keys, for a Brazilian case."""
    text = law([{"id": "br.own.tell", "limit": f'limit = {{ days = 3 }}\n    limit_kind = "fixed"\n    {limit}'}])
    document = facts(
        organisation={"country": "BR", "establishments": ["BR"]},
        affected=[{"id": "g1", "country": "BR", "presence": "confirmed"}],
        **changed,
    )
    rulebook = load_rulebook(library(folder, br_own=text))
    return the(look(document, as_of, rulebook), "br.own.tell").to_json()


def police(begun: int, ended: int | None, ground: str = "law_enforcement") -> dict[str, Any]:
    until = {"until": f"2026-12-{ended:02}T15:00:00-03:00"} if ended else {}
    return {"delays": [{"ground": ground, "requested_at": f"2026-11-{begun:02}T15:00:00-03:00", **until}]}


@pytest.mark.parametrize(
    ("hold", "delays", "later"),
    [
        ('hold = { cite = "s 3" }', police(17, 10), "2026-12-10T18:00:00Z"),
        ('hold = { after = { days = 5 }, cite = "s 3" }', police(17, 10), "2026-12-16T02:59:59Z"),
        # The clock stood still from 17 November to 10 December: 23 days later than the 19th.
        ('hold = { clock = "stands_still", cite = "s 3" }', police(17, 10), "2026-12-13T02:59:59Z"),
        # It began when the period had already ended.
        ('hold = { clock = "stands_still", cite = "s 3" }', police(25, 10), None),
        # Not a ground that this law knows; and a law that says nothing structured moves nothing.
        ('hold = { grounds = ["law_enforcement"], cite = "s 3" }', police(17, 10, "other"), None),
        ("", police(17, 10), None),
    ],
)
def test_it_shows_what_follows_from_a_delay_that_is_over(
    tmp_path: Path, hold: str, delays: dict[str, Any], later: str | None
) -> None:
    found = said(tmp_path, DELAY + hold, **delays)
    assert (found["due"], found["due_arguable"]) == (STRICT, later)
    assert found["delay"]["in_force"] is False
    if later:
        assert found["due_arguable_ground"] == "held up by law enforcement until 10 Dec 2026 (s 3)"


def test_it_says_when_it_will_be_due_while_the_delay_lasts(tmp_path: Path) -> None:
    hold = DELAY + 'hold = { after = { days = 5 }, cite = "s 3" }'
    found = said(tmp_path, hold, "2026-12-01T12:00:00-03:00", **police(17, 10))
    assert found["due_arguable"] is None
    assert (found["delay"]["in_force"], found["delay"]["due"]) == (True, "2026-12-16T02:59:59Z")


def test_it_counts_from_the_clearance_where_the_agency_gave_one(tmp_path: Path) -> None:
    clearance = [{"type": "law_enforcement_clearance", "at": "2026-12-01T10:00:00-03:00"}]
    found = said(
        tmp_path, DELAY + 'hold = { after = { days = 5 }, cite = "s 3" }', events=clearance, **police(17, None)
    )
    assert found["due_arguable"] == "2026-12-07T02:59:59Z"


def test_it_shows_an_extension_that_the_authority_granted(tmp_path: Path) -> None:
    granted = [{"type": "authority_permission", "by": "EXA", "until": "2026-12-31T12:00:00-03:00"}]
    found = said(tmp_path, 'extension = "The authority may extend it (s 4)."', events=granted)
    assert (found["due"], found["due_arguable"]) == (STRICT, "2026-12-31T15:00:00Z")
    assert found["due_arguable_ground"] == "extended by EXA: The authority may extend it (s 4)."


def test_it_shows_a_later_reading_that_the_law_file_states(tmp_path: Path) -> None:
    found = said(tmp_path, 'arguable = { working_days = 4, text = "days may mean working days" }')
    # Friday 20 November is a holiday.
    assert (found["due"], found["due_arguable"]) == (STRICT, "2026-11-24T02:59:59Z")
    assert found["due_arguable_ground"] == "days may mean working days"


def test_it_says_before_when_nothing_may_be_done(tmp_path: Path) -> None:
    found = said(tmp_path, 'wait = { days = 1, text = "not before the day after" }')
    assert found["not_before"] == "2026-11-18T02:59:59Z"


@pytest.mark.parametrize(
    ("limit", "mend"),
    [
        ('hold = { cite = "s 3" }', "the stage has no delay"),
        ("arguable = { days = 9 }", "on what ground"),
    ],
)
def test_it_names_what_a_law_file_leaves_out(tmp_path: Path, limit: str, mend: str) -> None:
    with pytest.raises(RulebookError, match=mend):
        said(tmp_path, limit)
