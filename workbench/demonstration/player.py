"""Playing the demonstration: a workspace, its people, and the stories told through the ordinary services.

Nothing is written past the services: a demonstration case is made as an officer would make it.
"""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from accounts.models import LegalEntity, Role, User, Workspace
from accounts.services import add_member, create_user, create_workspace, save_legal_entity
from incidents.models import FactsRevision, Incident, IncidentLink
from incidents.services import (
    add_party,
    add_timeline_entry,
    link_incidents,
    open_incident,
    patch_facts,
    record_measure,
    write_narrative,
)
from workbench.demonstration.papers import draft_papers
from workbench.demonstration.story import Story, Wave, load_story
from workbench.demonstration.work import work_on

SLUG = "demonstration"
PASSWORD = "tocsin-demonstration"  # noqa: S105 - refused unless DEBUG is on and the server listens on loopback
PEOPLE = (
    ("alice@demonstration.example", "Alice Martin", Role.PRIVACY_OFFICER, "en", "Europe/Paris"),
    ("bob@demonstration.example", "Bob Weber", Role.APPROVER, "en", "Europe/Berlin"),
    ("carol@demonstration.example", "Carol Diaz", Role.CONTRIBUTOR, "en", "Europe/Paris"),
    ("dan@demonstration.example", "Dan Okafor", Role.AUDITOR, "en", "Europe/London"),
)
# A case whose story is told stands still at its last wave; the other one's clocks run.
STANDING_STILL = "connected_cars"
RUNNING = "european"


def demonstration() -> Workspace | None:
    """The demonstration workspace, if it has been made."""
    return Workspace.objects.filter(slug=SLUG, is_demonstration=True).first()


@transaction.atomic
def make_demonstration(now: datetime) -> Workspace:
    """Makes the workspace with both cases. `now`: the instant from which the running case counts back."""
    people = [
        create_user(
            email=email, display_name=name, password=PASSWORD, language=language, time_zone=zone, is_demonstration=True
        )
        for email, name, _, language, zone in PEOPLE
    ]
    workspace = create_workspace(
        slug=SLUG,
        name="Demonstration",
        owner=people[0],
        language="en",
        time_zone="Europe/Paris",
        is_demonstration=True,
    )
    for user, (_, _, role, _, _) in zip(people[1:], PEOPLE[1:], strict=True):
        add_member(workspace, user, role)
    for name in (STANDING_STILL, RUNNING):
        teller = _Teller(workspace, people[0], people[1], load_story(name, now), name == STANDING_STILL)
        teller.tell()
        if name == RUNNING:
            for incident in teller.cases.values():
                work_on(incident, people[0], people[1])
    draft_papers(workspace, people[0])
    return workspace


def demonstration_user() -> User:
    """The privacy officer of the demonstration."""
    user: User = get_user_model().objects.get(email=PEOPLE[0][0])
    return user


class _Teller:
    """Tells one story, wave by wave."""

    def __init__(self, workspace: Workspace, officer: User, deputy: User, story: Story, stands: bool) -> None:
        self.workspace, self.officer, self.deputy, self.story, self.stands = workspace, officer, deputy, story, stands
        self.entities: dict[str, LegalEntity] = {}
        self.cases: dict[str, Incident] = {}

    def tell(self) -> None:
        for key, raw in self.story.entities.items():
            self.entities[key] = self._entity(raw)
        for wave in self.story.waves:
            if wave.incident not in self.cases:
                self._opening(wave)
            else:
                self._further(wave)
            self._beside(wave)
        for key, incident in self.cases.items():
            self._words(key, incident)

    def _entity(self, raw: dict[str, Any]) -> LegalEntity:
        return save_legal_entity(
            LegalEntity(
                workspace=self.workspace,
                name=raw["name"],
                country=raw["country"],
                kind=raw["kind"],
                parent=self.entities.get(raw.get("parent", "")),
                eu_main_establishment=raw.get("main_establishment_eu", ""),
            )
        )

    def _opening(self, wave: Wave) -> None:
        raw = next(one for one in self.story.incidents if one["key"] == wave.incident)
        at = wave.known_at
        incident = open_incident(
            workspace=self.workspace,
            title=raw["title"],
            legal_entity=self.entities[raw["entity"]],
            opened_by=self.officer,
            owner=self.officer,
            deputy=self.deputy,
            time_zone=raw["time_zone"],
            facts=wave.patch,
            opened_at=at,
            known_at=at,
            as_of=at,
            stands_at=at if self.stands else None,
            reason=f"{wave.title}. {wave.reason}.",
        )
        self.cases[wave.incident] = incident
        for other in raw["others"]:
            add_party(
                incident,
                self.entities[other["entity"]],
                by=self.officer,
                position=other["position"],
                facts={path: value for path, value in wave.patch.items() if not path.startswith("/organisation/")},
                known_at=at,
                as_of=at,
            )
        if found_during := raw.get("found_during"):
            link_incidents(incident, self.cases[found_during], IncidentLink.Kind.FOUND_DURING, by=self.officer)

    def _further(self, wave: Wave) -> None:
        for party in self.cases[wave.incident].parties.order_by("pk"):
            base = FactsRevision.objects.filter(party=party).count()
            patch_facts(
                party,
                wave.patch,
                base,
                self.officer,
                f"{wave.title}. {wave.reason}.",
                known_at=wave.known_at,
                as_of=wave.known_at,
            )

    def _beside(self, wave: Wave) -> None:
        incident = self.cases[wave.incident]
        for entry in wave.timeline:
            add_timeline_entry(
                incident, at=datetime.fromisoformat(entry["at"]), text=entry["text"], author=self.officer
            )
        for one in wave.measures:
            record_measure(
                incident,
                measure=one["measure"],
                time="before" if one["when"] == "before" else "after",
                state="planned" if one["when"] == "planned" else "in_place",
                day=wave.known_at.date() + (timedelta(days=7) if one["when"] == "planned" else timedelta()),
                description=one["text"],
                author=self.officer,
            )

    def _words(self, key: str, incident: Incident) -> None:
        for raw in self.story.narratives:
            if raw["incident"] != key:
                continue
            for question, text in raw.items():
                if question in ("incident", "language", "translated_from"):
                    continue
                write_narrative(
                    incident,
                    question=question,
                    language=raw["language"],
                    text=text,
                    author=self.officer,
                    translated_from=raw.get("translated_from", ""),
                )
