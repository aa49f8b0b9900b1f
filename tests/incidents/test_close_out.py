"""Close-out: what is open is named; lessons; privileged notes."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Membership
from incidents.access import privileged_readers
from incidents.models import Incident, Lessons, Task
from incidents.selectors.closing import Check, close_out
from incidents.services import add_obligation, decide_not_to_notify, record_measure
from incidents.services.lessons import LessonsConflict, record_lessons
from incidents.services.privileged import NoteConflict, allow_privileged, change_note, write_note
from incidents.services.tasks import add_task, finish_task
from tests.conftest import Cast


def open_checks(incident: Incident) -> dict[Check, int]:
    return {one.check: len(one.open) for one in close_out(incident).checks if not one.met}


def test_it_names_what_is_open_until_nothing_is(incident: Incident, cast: Cast) -> None:
    party = incident.parties.get()
    incident.obligations.update(outcome="DOES_NOT_APPLY", changed_in=None)
    duty = add_obligation(party, title="Tell the insurer", source="Policy", by=cast.alice)
    more = add_obligation(party, title="Final report", source="Policy", by=cast.alice, stage="final")
    task = add_task(incident, title="Keep the logs", by=cast.alice)
    lesson = add_task(incident, title="Encrypt all", by=cast.alice, origin=Task.Origin.LESSON)
    assert open_checks(incident) == {
        Check.DUTIES: 1, Check.FOLLOW_UPS: 1, Check.TASKS: 1, Check.MEASURES: 0, Check.LESSONS: 0,
    }  # fmt: skip
    finish_task(task, by=cast.alice)
    for one in (duty, more):
        decide_not_to_notify(one, by=cast.alice, reason="Waived")
    record_measure(incident, measure="encryption", time="after", state="in_place", author=cast.alice)
    record_lessons(incident, went_well="Fast", went_badly="", by=cast.alice, base=0)
    assert open_checks(incident) == {Check.APPROVALS: 2}
    assert close_out(incident).later == (lesson,)
    assert not close_out(incident).clear


def test_it_keeps_lessons_in_versions_and_shows_a_conflict(incident: Incident, cast: Cast) -> None:
    with pytest.raises(ValidationError, match="at least one"):
        record_lessons(incident, went_well=" ", went_badly="", by=cast.alice, base=0)
    record_lessons(incident, went_well="Fast", went_badly="Late", by=cast.alice, base=0)
    with pytest.raises(LessonsConflict):
        record_lessons(incident, went_well="Slow", went_badly="", by=cast.bob, base=0)
    assert record_lessons(incident, went_well="Slow", went_badly="", by=cast.bob, base=1).version == 2
    assert Lessons.pgh_event_model.objects.count() == 2  # type: ignore[attr-defined]


def test_it_keeps_privileged_notes_in_versions_and_says_who_can_read_them(incident: Incident, cast: Cast) -> None:
    note = write_note(incident, title="Advice", text="Do not admit it.", by=cast.bob, key="k")
    assert write_note(incident, title="Advice", text="Do not admit it.", by=cast.bob, key="k") == note
    assert change_note(note, title="Advice", text="Say nothing.", by=cast.alice, base=1).version == 2
    with pytest.raises(NoteConflict):
        change_note(note, title="Advice", text="Else", by=cast.bob, base=1)
    bob = Membership.objects.get(user=cast.bob)
    assert [one.user for one in privileged_readers(incident)] == [cast.alice, cast.bob]
    Membership.objects.filter(pk=bob.pk).update(role="contributor")
    assert [one.user for one in privileged_readers(incident)] == [cast.alice]
    bob.refresh_from_db()
    allow_privileged(bob, by=cast.alice, reason="Assists counsel")
    assert [one.user for one in privileged_readers(incident)] == [cast.alice, cast.bob]
    Membership.objects.filter(pk=bob.pk).update(role="administrator")
    bob.refresh_from_db()
    with pytest.raises(ValidationError, match="sees no cases"):
        allow_privileged(bob, by=cast.alice, reason="Asked")
