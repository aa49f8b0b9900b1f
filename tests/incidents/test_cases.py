"""The case itself: opening, numbers, links, phases, timeline, narratives and measures."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import history
from accounts.models import LegalEntity
from incidents import selectors, services
from incidents.models import Incident, IncidentLink, MeasureTaken, Narrative, Phase
from law.facts import FactsError
from tests.conftest import Cast

Open = Callable[..., Incident]


def test_it_opens_a_case_with_number_reference_and_zone(incident: Incident, cast: Cast) -> None:
    assert (incident.number, incident.time_zone, incident.phase) == (1, "Europe/Paris", "detection")
    assert incident.reference == f"INC-{incident.opened_at.year}-001"
    assert incident.owner == cast.alice
    assert [entry.event for entry in selectors.timeline(incident)] == ["opened"]


def test_it_counts_references_by_the_year_of_the_workspace_and_numbers_through(open_case: Open) -> None:
    new_year_in_paris = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
    references = [
        (case.number, case.reference)
        for at in (datetime(2025, 6, 1, tzinfo=UTC), new_year_in_paris, datetime(2025, 7, 1, tzinfo=UTC))
        for case in [open_case({}, opened_at=at)]
    ]
    assert references == [(1, "INC-2025-001"), (2, "INC-2026-001"), (3, "INC-2025-002")]


def test_it_gives_the_number_back_when_opening_fails(open_case: Open) -> None:
    with pytest.raises(FactsError):
        open_case({"/nature/confidentiality": "maybe"})
    assert not Incident.objects.exists()
    assert open_case().number == 1


def test_it_names_what_is_wrong_with_a_case(open_case: Open, cast: Cast) -> None:
    for more, words in (
        ({"title": "  "}, "Give the case a name"),
        ({"owner": cast.charlie}, "no member"),
        ({"time_zone": "Mars/Olympus"}, "not a time zone"),
        ({"opened_at": timezone.now() + timedelta(days=1)}, "up to now"),
        ({"position": "king"}, "king"),
        ({"legal_entity": LegalEntity.objects.create(workspace=cast.elsewhere, name="E", country="GB")}, "workspace"),
    ):
        with pytest.raises(ValidationError, match=words):
            open_case({}, **more)


def test_it_links_a_case_to_the_one_during_which_it_was_found(open_case: Open, cast: Cast) -> None:
    first, second = open_case({}), open_case({})
    link = services.link_incidents(second, first, "found_during", by=cast.alice)
    assert services.link_incidents(second, first, "found_during", by=cast.bob) == link
    assert "linked" in [entry.event for entry in selectors.timeline(second)]
    with pytest.raises(ValidationError, match="choose another one"):
        services.link_incidents(first, first, "same_cause", by=cast.alice)
    with pytest.raises(ValidationError, match="expected one of found_during"):
        services.link_incidents(first, second, "cousin", by=cast.alice)
    with pytest.raises(IntegrityError, match="incidents_link_not_to_itself"), transaction.atomic():
        IncidentLink.objects.create(incident=first, other=first, kind="same_cause", created_by=cast.alice)
    services.unlink_incidents(link, by=cast.alice, reason="mistaken")
    assert not IncidentLink.objects.exists()


def test_it_closes_with_a_reason_and_opens_again(incident: Incident, cast: Cast) -> None:
    with pytest.raises(ValidationError, match="use close_incident"):
        services.change_incident(incident, by=cast.alice, reason="", phase="closed")
    with pytest.raises(ValidationError, match="why the case is closed"):
        services.close_incident(incident, by=cast.alice, reason="")
    closed = services.close_incident(incident, by=cast.alice, reason="reported, lessons learnt")
    assert (closed.phase, closed.closing_reason) == (Phase.CLOSED, "reported, lessons learnt")
    with pytest.raises(ValidationError, match="Open it again first"):
        services.change_incident(closed, by=cast.alice, reason="", title="Another")
    assert services.reopen_incident(closed, by=cast.alice, reason="new findings").closed_at is None
    with pytest.raises(IntegrityError, match="closed_with_day_and_reason"), transaction.atomic():
        Incident.objects.update(phase="closed")


def test_it_keeps_who_changed_a_case_and_why(incident: Incident, cast: Cast) -> None:
    services.change_incident(incident, by=cast.bob, reason="better words", title="Customer folders in the open")
    change = history.events_of(incident)[-1]
    assert (change.user_id, change.reason, change.values["title"]) == (
        cast.bob.pk,
        "better words",
        "Customer folders in the open",
    )


def test_it_corrects_a_timeline_entry_by_another(incident: Incident, cast: Cast) -> None:
    at = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
    first = services.add_timeline_entry(incident, at=at, text="The bucket was closed", author=cast.alice)
    fixed = services.add_timeline_entry(
        incident, at=at, until=at + timedelta(hours=1), text="It was closed by eight", author=cast.bob, corrects=first
    )
    (entry,) = [one for one in selectors.timeline(incident, kind="human") if one.pk == first.pk]
    assert list(entry.corrections.all()) == [fixed]
    with pytest.raises(ValidationError, match="correct the correction"):
        services.add_timeline_entry(incident, at=at, text="no", author=cast.bob, corrects=first)
    with pytest.raises(ValidationError, match="not before"):
        services.add_timeline_entry(incident, at=at, until=at - timedelta(1), text="no", author=cast.bob)


def test_it_keeps_a_wording_and_shows_the_other_one_on_a_conflict(incident: Incident, cast: Cast) -> None:
    def write(text: str, base: int, **more: object) -> Narrative:
        given = {"question": "summary", "language": "en", "author": cast.alice, **more}
        return services.write_narrative(incident, text=text, base=base, **given)  # type: ignore[arg-type]

    first = write("Files stood open.", 0)
    services.approve_narrative(first, by=cast.bob, version=1)
    second = write("Files stood open for ten days.", 1)
    assert (second.pk, second.version, second.approved_by) == (first.pk, 2, None)
    with pytest.raises(services.NarrativeConflict) as caught:
        write("Folders stood open.", 1, author=cast.bob)
    assert (caught.value.theirs.text, caught.value.mine) == ("Files stood open for ten days.", "Folders stood open.")
    with pytest.raises(ValidationError, match="The wording has changed since"):
        services.approve_narrative(second, by=cast.bob, version=1)
    with pytest.raises(ValidationError, match="expected one of summary"):
        write("?", 0, question="weather")
    translated = write("ファイルが公開されていた。", 0, language="ja", translated_from="en")
    assert translated.origin == "translation"


def test_it_records_measures_of_the_taxonomy(incident: Incident, cast: Cast) -> None:
    made = services.record_measure(
        incident, measure="patch", time="after", state="planned", author=cast.alice, day=date(2026, 12, 1)
    )
    assert services.change_measure(made, by=cast.alice, state="in_place").state == "in_place"
    with pytest.raises(ValidationError, match="pathc"):
        services.record_measure(incident, measure="pathc", time="after", state="planned", author=cast.alice)
    with pytest.raises(ValidationError, match="in place, or it was none"):
        services.record_measure(incident, measure="mfa", time="before", state="planned", author=cast.alice)
    assert MeasureTaken.objects.count() == 1
