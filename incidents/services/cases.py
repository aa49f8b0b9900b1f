"""The case itself: opening it, its parties, its people, its phases, its links."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import history
from accounts.models import LegalEntity, Membership, User, Workspace
from incidents import events
from incidents.models import Incident, IncidentAccess, IncidentLink, IncidentMerge, Party, Phase, TimelineEntry
from incidents.services.facts import first_facts, lock_parties
from incidents.services.figures import recount
from incidents.services.numbering import next_number, next_reference
from incidents.services.timeline import legal_entry

CHANGEABLE = frozenset({"title", "owner", "deputy", "phase", "restricted", "time_zone"})


def open_incident(
    *,
    workspace: Workspace,
    title: str,
    legal_entity: LegalEntity,
    opened_by: User,
    facts: Mapping[str, Any] | None = None,
    position: str = Party.Position.ORGANISATION,
    owner: User | None = None,
    deputy: User | None = None,
    time_zone: str = "",
    restricted: bool = False,
    opened_at: datetime | None = None,
    known_at: datetime | None = None,
    as_of: datetime | None = None,
    stands_at: datetime | None = None,
    exercise: bool = False,
    reason: str = "Incident reported",
) -> Incident:
    """Opens a case with its first party and what is known so far (`facts`: a patch of incidents.paths).

    The owner is who opens it unless somebody else is named; the zone is the workspace's. Its duties
    are assessed at once. With `stands_at` its clocks stand still at that instant (a drill, a case told
    again): nobody is reminded, and each later look is as of the newest wave. Raises ValidationError or
    FactsError; then nothing was opened.
    """
    now = timezone.now()
    opened_at = opened_at or now
    if opened_at > now:
        raise ValidationError(
            {
                "opened_at": _("%(value)s lies in the future; expected an instant up to now")
                % {"value": opened_at.isoformat()}
            }
        )
    with transaction.atomic(), history.context(opened_by, reason):
        incident = Incident(
            workspace=workspace,
            title=title.strip(),
            owner=owner or opened_by,
            deputy=deputy,
            time_zone=time_zone or workspace.time_zone,
            restricted=restricted,
            opened_at=opened_at,
            opened_by=opened_by,
            stands_at=stands_at,
            exercise=exercise,
        )
        incident.number = next_number(workspace)
        incident.reference = next_reference(workspace, opened_at, exercise=exercise)
        _check(incident)
        incident.save()
        legal_entry(incident, "opened", opened_at, f"Case {incident.reference} opened.", opened_by)
        add_party(
            incident,
            legal_entity,
            by=opened_by,
            position=position,
            facts=facts,
            known_at=known_at,
            as_of=as_of,
            reason=reason,
        )
    return incident


def add_party(
    incident: Incident,
    legal_entity: LegalEntity,
    *,
    by: User,
    position: str = Party.Position.UNKNOWN,
    facts: Mapping[str, Any] | None = None,
    known_at: datetime | None = None,
    as_of: datetime | None = None,
    reason: str = "Party added",
) -> Party:
    """A further legal person concerned, with a chain of facts of its own, assessed at once."""
    if legal_entity.workspace_id != incident.workspace_id:
        raise ValidationError(
            {"legal_entity": _("%(name)s is not a company of this workspace") % {"name": legal_entity}}
        )
    if Party.objects.filter(incident=incident, legal_entity=legal_entity).exists():
        raise ValidationError(
            {
                "legal_entity": _("%(name)s takes part in %(case)s already.")
                % {"name": legal_entity, "case": incident.reference}
            }
        )
    with transaction.atomic(), history.context(by, reason):
        party = Party(incident=incident, legal_entity=legal_entity, position=position, created_by=by)
        party.full_clean(validate_unique=False, validate_constraints=False)
        party.save()
        first_facts(party, facts or {}, by, reason, known_at, as_of)
    return party


def place_party(party: Party, position: str, *, by: User, reason: str = "") -> Party:
    """Says how a party stands to the others."""
    with transaction.atomic(), history.context(by, reason):
        party.position = position
        party.full_clean(validate_unique=False, validate_constraints=False)
        party.save(update_fields=["position"])
        recount([party.incident_id])
    return party


def change_incident(incident: Incident, *, by: User, reason: str, **changes: Any) -> Incident:
    """Changes title, owner, deputy, phase, restriction or zone. Closing has a function of its own."""
    unknown = sorted(set(changes) - CHANGEABLE)
    if unknown:
        raise ValidationError({name: f"expected one of {', '.join(sorted(CHANGEABLE))}" for name in unknown})
    if changes.get("phase") == Phase.CLOSED:
        raise ValidationError({"phase": "a case is closed with a reason: use close_incident"})
    with transaction.atomic(), history.context(by, reason):
        held = _locked(incident)
        if held.phase == Phase.CLOSED:
            raise ValidationError({"phase": _("%(case)s is closed. Open it again first.") % {"case": held.reference}})
        for name, value in changes.items():
            setattr(held, name, value)
        _check(held)
        held.save(update_fields=sorted(changes))
        if changes.keys() & {"owner", "deputy", "restricted"}:
            events.publish(events.PeopleChanged(held.pk))
        if "title" in changes:
            events.publish(events.WordsChanged(held.pk, "case"))
    return held


def close_incident(incident: Incident, *, by: User, reason: str) -> Incident:
    """Closes a case. Open duties are no obstacle: the page says how many there are, the reason why."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the case is closed.")})
    with transaction.atomic(), history.context(by, reason):
        held = _locked(incident)
        if held.phase == Phase.CLOSED:
            return held
        held.phase, held.closed_at, held.closing_reason = Phase.CLOSED, timezone.now(), reason.strip()
        held.save(update_fields=["phase", "closed_at", "closing_reason"])
        legal_entry(held, "closed", held.closed_at, f"Case closed: {reason.strip()}", by)
        events.publish(events.IncidentClosed(held.pk))
    return held


def reopen_incident(incident: Incident, *, by: User, reason: str) -> Incident:
    """Opens a closed case again, in the phase of response. One that was merged goes on in the other: undo the merge."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the case is opened again.")})
    with transaction.atomic(), history.context(by, reason):
        held = _locked(incident)
        if held.phase != Phase.CLOSED:
            return held
        if IncidentMerge.objects.filter(source=held, undone_at__isnull=True).exists():
            raise ValidationError({"why": _("This case was merged into another. Undo the merge instead.")})
        held.phase, held.closed_at, held.closing_reason = Phase.RESPONSE, None, ""
        held.save(update_fields=["phase", "closed_at", "closing_reason"])
        legal_entry(held, "reopened", timezone.now(), f"Case opened again: {reason.strip()}", by)
        events.publish(events.IncidentClosed(held.pk, reopened=True))
    return held


def link_incidents(incident: Incident, other: Incident, kind: str, *, by: User, note: str = "") -> IncidentLink:
    """Links two cases of one workspace: `incident` was found during, is a duplicate of, ... `other`."""
    if incident.workspace_id != other.workspace_id:
        raise ValidationError({"other": _("Choose a case of the same workspace.")})
    if incident.pk == other.pk:
        raise ValidationError({"other": _("%(case)s is this case: choose another one.") % {"case": other.reference}})
    if kind not in IncidentLink.Kind.values:
        raise ValidationError({"kind": f"{kind!r}: expected one of {', '.join(IncidentLink.Kind.values)}"})
    with transaction.atomic(), history.context(by, note):
        link, made = IncidentLink.objects.get_or_create(
            incident=incident, other=other, kind=kind, defaults={"created_by": by, "note": note}
        )
        if made:
            with override("en"):  # the record has one language, whoever links
                words = f"{link.get_kind_display()} {other.reference} {other.title}."
            legal_entry(incident, "linked", link.created_at, words, by)
    return link


def unlink_incidents(link: IncidentLink, *, by: User, reason: str) -> None:
    """Takes a link away; it stays in the history with the reason."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the link is taken away.")})
    with transaction.atomic(), history.context(by, reason):
        link.delete()


def grant_access(incident: Incident, user: User, *, by: User, reason: str = "") -> IncidentAccess:
    """Names a member of the workspace for a restricted case."""
    _require_member(incident.workspace, user, "user")
    with transaction.atomic(), history.context(by, reason):
        access, _new = IncidentAccess.objects.get_or_create(incident=incident, user=user, defaults={"granted_by": by})
    return access


def withdraw_access(incident: Incident, user: User, *, by: User, reason: str = "") -> None:
    """Takes a name off a restricted case. Owner and deputy see it all the same."""
    with transaction.atomic(), history.context(by, reason):
        for access in IncidentAccess.objects.filter(incident=incident, user=user):
            access.delete()


def add_timeline_entry(
    incident: Incident,
    *,
    at: datetime,
    text: str,
    author: User,
    until: datetime | None = None,
    party: Party | None = None,
    corrects: TimelineEntry | None = None,
) -> TimelineEntry:
    """An entry by a person: what happened at `at`, or between `at` and `until`. Corrections are new entries."""
    if until is not None and until < at:
        raise ValidationError(
            {
                "until": _("%(value)s: expected an instant not before %(begin)s")
                % {"value": until.isoformat(), "begin": at.isoformat()}
            }
        )
    if not text.strip():
        raise ValidationError({"text": _("Say what happened, in words.")})
    for name, row in (("party", party), ("corrects", corrects)):
        if row is not None and row.incident_id != incident.pk:
            raise ValidationError({name: _("Choose one of the same case.")})
    if corrects is not None and corrects.kind != TimelineEntry.Kind.HUMAN:
        raise ValidationError({"corrects": _("A legal event follows from an act: correct the act instead.")})
    if corrects is not None and TimelineEntry.objects.filter(corrects=corrects).exists():
        raise ValidationError({"corrects": _("This entry was corrected before: correct the correction.")})
    with transaction.atomic():
        entry = TimelineEntry.objects.create(
            incident=incident, party=party, at=at, until=until, text=text.strip(), author=author, corrects=corrects
        )
        events.publish(events.WordsChanged(incident.pk, "timeline", (entry.pk,)))
    return entry


def _locked(incident: Incident) -> Incident:
    lock_parties(Party.objects.filter(incident=incident).values_list("pk", flat=True))
    return Incident.objects.select_for_update(of=("self",)).select_related("workspace").get(pk=incident.pk)


def _check(incident: Incident) -> None:
    if not incident.title.strip():
        raise ValidationError({"title": _("Give the case a name of a few words.")})
    _require_member(incident.workspace, incident.owner, "owner")
    if incident.deputy is not None:
        _require_member(incident.workspace, incident.deputy, "deputy")
    incident.full_clean(validate_unique=False, validate_constraints=False)


def _require_member(workspace: Workspace, user: User, field: str) -> None:
    if not Membership.objects.filter(workspace=workspace, user=user).exists():
        raise ValidationError(
            {
                field: _("%(who)s is no member of %(workspace)s; add the membership first.")
                % {"who": user, "workspace": workspace}
            }
        )
