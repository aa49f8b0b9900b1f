"""Playbooks: the shipped files, faults named by file and task, applying, and the workspace's own."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Incident, Task, TimelineEntry
from incidents.playbooks import load_playbooks, read_playbook
from incidents.selectors.tasks import plan_of, playbook_of, playbooks_of, start_of, suited
from incidents.services import patch_facts
from incidents.services.playbooks import PlaybookConflict, apply_playbook, remove_playbook, save_playbook
from incidents.services.tasks import drop_task
from tests.conftest import Cast

STEP = {"key": "call", "title": "Call the host", "role": "security", "after": 2, "why": "It is theirs."}
GOOD = """title = "T"
about = "A"
incident_types = ["ransomware"]
[[source]]
title = "S"
url = "https://example.org/"
[[task]]
key = "one"
title = "Do it"
role = "security"
after = 1
why = "Because."
"""


def test_it_ships_a_playbook_for_each_kind_of_incident_it_names() -> None:
    found = {one.slug for one in load_playbooks()}
    assert found == {
        "misdirected-email", "ransomware", "lost-device", "processor-breach", "credential-stuffing", "insider",
        "web-exposure", "vehicle-telemetry",
    }  # fmt: skip
    for one in load_playbooks():
        assert len(one.steps) >= 8, one.slug
        assert [step.after for step in one.steps] == sorted(step.after for step in one.steps), one.slug


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('role = "security"', 'role = "guard"', "bad.toml, task 'one': role: 'guard' is not known"),
        ("after = 1", "after = -1", "bad.toml, task 'one': after: expected whole hours"),
        ("after = 1", 'after = "1 h"', "bad.toml, task 'one': after: expected whole hours"),
        ('why = "Because."\n', "", "bad.toml, task 'one': why is missing"),
        ('about = "A"', "about = 3", "bad.toml: about: expected words"),
        ('about = "A"', 'about = "A"\nmood = "low"', "bad.toml: mood is not known"),
        ('"ransomware"', '"flood"', "'flood' is no term of the taxonomy"),
        ('key = "one"', 'key = "One two"', "key: expected small letters"),
        ("[[task]]", "[task]", "expected at least one [[task]]"),
        ("title", "title = =", "bad.toml: no TOML"),
    ],
)
def test_it_names_file_task_key_and_mend(tmp_path: Path, before: str, after: str, words: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(GOOD, "utf-8")
    faults: list[str] = []
    assert read_playbook(path, faults) is not None
    path.write_text(GOOD.replace(before, after, 1), "utf-8")
    assert read_playbook(path, faults) is None
    assert words in "\n".join(faults)


def test_it_names_a_key_that_stands_twice(tmp_path: Path) -> None:
    path = tmp_path / "twice.toml"
    path.write_text(GOOD + GOOD[GOOD.index("[[task]]") :], "utf-8")
    faults: list[str] = []
    read_playbook(path, faults)
    assert faults == ["twice.toml: the key 'one' stands twice; give one of them another"]


def test_it_makes_tasks_from_awareness_once_and_adds_what_is_missing(incident: Incident, cast: Cast) -> None:
    playbook, start = playbook_of(cast.workspace, "ransomware"), start_of(incident)
    assert playbook is not None
    made = apply_playbook(incident, playbook, by=cast.alice, start=start.at)
    assert [one.title for one in made] == [step.title for step in playbook.steps]
    assert made[0].due == start.at + timedelta(hours=playbook.steps[0].after)
    assert made[0].origin == Task.Origin.PLAYBOOK
    assert (made[0].role, made[0].role_words) == ("security", "Security")
    drop_task(made[0], by=cast.alice, reason="Nothing to isolate")
    assert apply_playbook(incident, playbook, by=cast.alice, start=start.at) == []
    # A task that the playbook has gained since.
    steps = [{"key": s.key, "title": s.title, "role": s.role, "after": s.after, "why": s.why} for s in playbook.steps]
    save_playbook(cast.workspace, "ransomware", title="R", about="", steps=[*steps, STEP], by=cast.alice, base=0)
    own = playbook_of(cast.workspace, "ransomware")
    assert own is not None
    assert [line.step.key for line in plan_of(incident, own, start.at) if line.had is None] == ["call"]
    assert [one.title for one in apply_playbook(incident, own, by=cast.alice, start=start.at)] == ["Call the host"]
    assert TimelineEntry.objects.filter(incident=incident, event="playbook").count() == 2


def test_it_counts_from_the_report_while_awareness_is_not_known(incident: Incident, cast: Cast) -> None:
    party = incident.parties.get()
    patch_facts(party, {"/timeline/became_aware_at": None}, 1, cast.alice, "Not sure any more")
    assert (start_of(incident).at, start_of(incident).aware) == (incident.opened_at, False)


def test_it_offers_first_what_suits_the_kind_of_incident(incident: Incident, cast: Cast) -> None:
    patch_facts(incident.parties.get(), {"/cause/type": "ransomware"}, 1, cast.alice, "A note was found")
    assert suited(playbooks_of(cast.workspace), incident) == {"ransomware"}


def test_it_keeps_a_version_of_the_workspace_and_gives_the_shipped_one_back(cast: Cast) -> None:
    def save(base: int, **more: Any) -> Any:
        said = {"title": "Our way", "about": "", "steps": [STEP], **more}
        return save_playbook(cast.workspace, "insider", by=cast.alice, base=base, **said)

    save(0)
    own = playbook_of(cast.workspace, "insider")
    assert own is not None
    assert (own.title, own.own, own.shipped, len(own.steps)) == ("Our way", True, True, 1)
    assert own.sources
    assert [one.title for one in playbooks_of(cast.elsewhere) if one.slug == "insider"] == ["Insider"]
    with pytest.raises(PlaybookConflict):
        save(0, title="Another way")
    save(1, title="Another way")
    assert remove_playbook(cast.workspace, "insider", by=cast.alice)
    again = playbook_of(cast.workspace, "insider")
    assert again is not None
    assert not again.own


def test_it_adds_playbooks_of_the_workspace_under_names_of_their_own(cast: Cast) -> None:
    slugs = [
        save_playbook(cast.workspace, "", title=title, about="", steps=[{**STEP, "key": ""}] * 2, by=cast.alice, base=0)
        for title in ("Ransomware", "Ransomware", "!!!")
    ]
    assert [one.slug for one in slugs] == ["ransomware-2", "ransomware-3", "playbook"]
    assert [one["key"] for one in slugs[0].steps] == ["call-the-host", "call-the-host-2"]


def test_it_names_the_task_of_a_playbook_that_cannot_be_kept(cast: Cast) -> None:
    steps = [STEP, {**STEP, "title": " ", "after": None, "role": "king"}]
    with pytest.raises(ValidationError) as caught:
        save_playbook(cast.workspace, "", title=" ", about="", steps=steps, by=cast.alice, base=0)
    assert [text.split(":")[0] for text in caught.value.messages] == [
        "Give the playbook a title.", "Task 2", "Task 2", "Task 2",
    ]  # fmt: skip
