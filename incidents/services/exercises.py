"""Exercises: begun from a scenario, told on piece by piece, ended. Nothing of them leaves the house."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import history
from accounts.models import LegalEntity, User, Workspace
from incidents.models import Exercise, Incident, TimelineEntry
from incidents.scenarios import News, Scenario, load_scenarios
from incidents.services.cases import close_incident, open_incident
from incidents.services.timeline import legal_entry


def start_exercise(
    workspace: Workspace, scenario: Scenario, *, by: User, legal_entity: LegalEntity | None = None, language: str = "en"
) -> Exercise:
    """Opens a drill in one step: a case that stands still, with the first news. Its clock begins in the past, so
    that the last news still lies before now.

    Without a company, the first of the workspace takes part; where there is none, one that says it is an exercise's.
    """
    now = timezone.now()
    begins = now - scenario.span
    with transaction.atomic(), history.context(by, f"Exercise: {scenario.slug}"):
        entity = legal_entity or _company(workspace, scenario)
        incident = open_incident(
            workspace=workspace,
            title=f"Exercise: {scenario.titled(language)}"[:200],
            legal_entity=entity,
            opened_by=by,
            facts={"/timeline/detected_at": begins.isoformat()},
            opened_at=begins,
            known_at=begins,
            as_of=begins,
            stands_at=begins,
            exercise=True,
            reason=f"Exercise: {scenario.slug}",
        )
        drill = Exercise.objects.create(incident=incident, scenario=scenario.slug, started_by=by, started_at=now)
        _tell(drill, scenario.news[0], by, language)
    return drill


def tell_on(drill: Exercise, *, by: User, told: int, language: str = "en") -> Exercise:
    """The next news: the exercise's clock moves on, the words stand in the timeline. `told`: how many the caller saw.

    Asked twice for the same, it is told once. ValidationError where the exercise has ended.
    """
    with transaction.atomic(), history.context(by, "Exercise: next news"):
        held = Exercise.objects.select_for_update(of=("self",)).select_related("incident").get(pk=drill.pk)
        if held.ended_at is not None:
            raise ValidationError({"drill": _("This exercise has ended.")})
        news = load_scenarios()[held.scenario].news
        if held.told == told and told < len(news):
            _tell(held, news[told], by, language)
    return held


def end_exercise(drill: Exercise, *, by: User, remarks: str) -> Exercise:
    """Ends a drill and closes its case. What was measured is read from the case."""
    with transaction.atomic(), history.context(by, "Exercise ended"):
        held = Exercise.objects.select_for_update(of=("self",)).select_related("incident").get(pk=drill.pk)
        if held.ended_at is not None:
            return held
        held.ended_at, held.ended_by, held.remarks = timezone.now(), by, remarks.strip()
        held.save(update_fields=["ended_at", "ended_by", "remarks"])
        close_incident(held.incident, by=by, reason="The exercise has ended.")
    return held


def _tell(drill: Exercise, news: News, by: User, language: str) -> None:
    incident = Incident.objects.select_for_update(of=("self",)).get(pk=drill.incident_id)
    assert incident.stands_at is not None  # noqa: S101 - the database insists on it for exercises
    incident.stands_at += news.after
    incident.save(update_fields=["stands_at"])
    TimelineEntry.objects.create(incident=incident, at=incident.stands_at, text=news.said(language), author=by)
    drill.told += 1
    drill.save(update_fields=["told"])
    if drill.told == 1:
        legal_entry(incident, "exercise", incident.stands_at, "Exercise begun. Nothing of it leaves the house.", by)


def _company(workspace: Workspace, scenario: Scenario) -> LegalEntity:
    found = LegalEntity.objects.filter(workspace=workspace).order_by("pk").first()
    if found is not None:
        return found
    name = f"{workspace.name} (exercise)"[:200]
    return LegalEntity.objects.create(workspace=workspace, name=name, country=scenario.country)
