"""What runs without a page: the command, the tick, the check at the start."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from incidents import catalogue, checks
from incidents.models import AffectedPeople, FactsRevision, Party
from incidents.tasks import tick


def test_it_makes_projections_again_by_command(party: Party) -> None:
    AffectedPeople.objects.all().delete()
    said = StringIO()
    call_command("rebuild_projections", "--workspace", "harbour", stdout=said)
    assert "Projections of 1 party" in said.getvalue()
    assert AffectedPeople.objects.get().country == "FR"
    with pytest.raises(CommandError, match="check --workspace and --reference"):
        call_command("rebuild_projections", "--reference", "INC-1999-001", stdout=said)


def test_it_finds_at_a_tick_a_revision_that_nobody_assessed(party: Party) -> None:
    first = party.revisions.get()
    FactsRevision.objects.create(
        party=party,
        number=2,
        document=first.document,
        digest=first.digest,
        author=first.author,
        known_at=first.known_at,
        reason="restored by hand",
        changed_paths=[],
    )
    assert tick() == 1
    assert party.assessments.latest("id").revision.number == 2
    assert tick() == 0


def test_it_stops_the_start_on_a_faulty_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.check_catalogue(None) == []

    def faulty() -> catalogue.Catalogue:
        raise catalogue.CatalogueError(["question 'actor': hint: no such key"])

    monkeypatch.setattr(checks, "load_catalogue", faulty)
    (error,) = checks.check_catalogue(None)
    assert (error.id, error.msg) == ("incidents.E001", "question 'actor': hint: no such key")
