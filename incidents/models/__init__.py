"""The case: facts in revisions, assessments, obligations, and what people wrote and decided."""

from incidents.models.assessment import Assessment, DutyChange
from incidents.models.awareness import AwarenessCandidate, AwarenessChoice
from incidents.models.comment import Comment, Mention
from incidents.models.draft import ReportDraft
from incidents.models.evidence import CustodyEntry, EvidenceFile
from incidents.models.exercise import Exercise
from incidents.models.facts import FactsRevision
from incidents.models.figures import CaseFigures, FigureCount, Sweep
from incidents.models.incident import (
    Incident,
    IncidentAccess,
    IncidentLink,
    Party,
    Phase,
    ReferenceCounter,
)
from incidents.models.info_request import InfoRequest
from incidents.models.intake import IntakeLink, IntakeReport
from incidents.models.joining import IncidentMerge, IncidentSplit
from incidents.models.lessons import Lessons
from incidents.models.measure import MeasureTaken
from incidents.models.narrative import Narrative
from incidents.models.obligation import Decision, Fulfilment, Obligation, Outcome
from incidents.models.privileged import PrivilegedNote, PrivilegedReader
from incidents.models.projection import AffectedPeople, DataInvolved, FactInstant
from incidents.models.reading import LawDoubt, LawPosition
from incidents.models.rulebook import KeptRulebook
from incidents.models.search import SearchText
from incidents.models.sheet import OrganisationSheet
from incidents.models.task import Task, WorkspacePlaybook
from incidents.models.timeline import TimelineEntry

__all__ = [
    "AffectedPeople",
    "Assessment",
    "AwarenessCandidate",
    "AwarenessChoice",
    "CaseFigures",
    "Comment",
    "CustodyEntry",
    "DataInvolved",
    "Decision",
    "DutyChange",
    "EvidenceFile",
    "Exercise",
    "FactInstant",
    "FactsRevision",
    "FigureCount",
    "Fulfilment",
    "Incident",
    "IncidentAccess",
    "IncidentLink",
    "IncidentMerge",
    "IncidentSplit",
    "InfoRequest",
    "IntakeLink",
    "IntakeReport",
    "KeptRulebook",
    "LawDoubt",
    "LawPosition",
    "Lessons",
    "MeasureTaken",
    "Mention",
    "Narrative",
    "Obligation",
    "OrganisationSheet",
    "Outcome",
    "Party",
    "Phase",
    "PrivilegedNote",
    "PrivilegedReader",
    "ReferenceCounter",
    "ReportDraft",
    "SearchText",
    "Sweep",
    "Task",
    "TimelineEntry",
    "WorkspacePlaybook",
]
