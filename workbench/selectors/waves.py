"""A case as it stood at an earlier wave: what became known, what that changed, and the duties of that day."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, Q
from django.utils.translation import gettext

from incidents import paths
from incidents.findings import columns_of, keyed
from incidents.models import Assessment, Decision, FactsRevision, Fulfilment, Obligation, Outcome, Party
from incidents.selectors import Duties, Duty, Wave, duty_of, waves
from workbench import counts, words
from workbench.noted import said_anew
from workbench.selectors.changes import ChangeRow, rows_of
from workbench.selectors.duties import DutyGroups, group_duties
from workbench.selectors.people import PRESENCE


@dataclass(frozen=True)
class Learnt:
    """One thing that a wave told: what it is about, and its value before and after (None: nothing)."""

    label: str
    before: str | None
    after: str | None
    taken_back: bool


@dataclass(frozen=True)
class WaveStep:
    """One wave among all: its number in the row, and the facts of the moment."""

    wave: Wave
    number: int
    of: int
    earlier: FactsRevision | None
    later: FactsRevision | None

    @property
    def revision(self) -> FactsRevision:
        return self.wave.revision

    @property
    def assessment(self) -> Assessment | None:
        return self.wave.assessment

    @property
    def title(self) -> str:
        """The first sentence of why it was recorded."""
        return said_anew(self.revision.reason).partition(". ")[0].rstrip(".")

    @property
    def why(self) -> str:
        """The rest of it: where the news came from."""
        return said_anew(self.revision.reason).partition(". ")[2]

    @property
    def is_newest(self) -> bool:
        return self.later is None

    @property
    def as_of(self) -> datetime:
        """The instant at which its clocks were read."""
        return self.assessment.as_of if self.assessment else self.revision.known_at

    @property
    def changes(self) -> tuple[ChangeRow, ...]:
        return rows_of(self.wave.changes)


def wave_steps(party: Party) -> list[WaveStep]:
    """Every wave of a party, oldest first."""
    found = waves(party)
    revisions = [one.revision for one in found]
    return [
        WaveStep(
            wave=wave,
            number=place + 1,
            of=len(found),
            earlier=revisions[place - 1] if place else None,
            later=revisions[place + 1] if place + 1 < len(found) else None,
        )
        for place, wave in enumerate(found)
    ]


def learnt(step: WaveStep, zone: ZoneInfo, language: str = "") -> list[Learnt]:
    """What became known with a wave, in words: new groups of people and data first as wholes, then fact by fact."""
    return differences(step.earlier.document if step.earlier else {}, step.revision.document, zone, language)


def differences(
    old: Mapping[str, Any], document: Mapping[str, Any], zone: ZoneInfo, language: str = ""
) -> list[Learnt]:
    """What one facts document says otherwise than another, in words, as `learnt` has it."""
    new_people, new_data = (_new_rows(name, old, document) for name in ("affected", "data"))
    found = [_people(row) for row in new_people.values()] + _data(list(new_data.values()), document)
    for _, change in sorted(paths.diff(old, document).items()):
        segments = paths.parse(change.path)
        if segments[0] in ("provenance", "schema") or (
            len(segments) > 1 and segments[1] in {"affected": new_people, "data": new_data}.get(segments[0], {})
        ):
            continue
        found.append(_learnt(change, old, document, zone, language))
    return found


def _new_rows(name: str, old: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    known = set(paths.names(old, (name,)))
    rows = zip(paths.names(document, (name,)), document.get(name) or (), strict=True)
    return {row_name: row for row_name, row in rows if row_name not in known}


def _people(row: Mapping[str, Any]) -> Learnt:
    number = counts.count_words(*counts.bounds(row.get("count")))
    said = str(PRESENCE[str(row.get("presence") or "unknown")])
    if row.get("presence") != "ruled_out":
        pattern = gettext("{presence}, {number} people") if number else gettext("{presence}, number not known yet")
        said = pattern.format(presence=said, number=number)
    return Learnt(words.group_words(row), None, said, False)


def _data(rows: list[Mapping[str, Any]], document: Mapping[str, Any]) -> list[Learnt]:
    """New data together, by whose they are and how sure that is."""
    bundles: dict[tuple[tuple[str, ...] | None, str], list[str]] = {}
    for row in rows:
        groups = tuple(row["groups"]) if row.get("groups") is not None else None
        key = (groups, str(row.get("status") or "unknown"))
        bundles.setdefault(key, []).append(words.data_words(row["category"]))
    return [
        Learnt(
            gettext("Data of {groups}").format(groups=words.groups_words(groups, document))
            if groups is not None
            else gettext("Data of everybody affected"),
            None,
            f"{PRESENCE[status]}: {', '.join(labels)}",
            False,
        )
        for (groups, status), labels in bundles.items()
    ]


def _learnt(
    change: paths.Change, old: Mapping[str, Any], document: Mapping[str, Any], zone: ZoneInfo, language: str
) -> Learnt:
    """One fact of which another value is known."""
    segments = paths.parse(change.path)
    question = words.question_of(change.path)
    told = document if change.after is not None else old
    about = words.row_words(change.path, told) if question.widget != "test" else ""
    if segments[:-1] in paths.ROWS:
        gone = change.after is None
        if gone and segments[0] == "affected":
            return Learnt(about, _people(_new_rows("affected", document, old)[segments[1]]).after, None, True)
        return Learnt(about, gettext("Recorded") if gone else None, None if gone else gettext("Recorded"), gone)
    label = words.label_words(question, change.path)
    before, after = (
        words.value_words(question, value, zone, language, held)
        for value, held in ((change.before, old), (change.after, document))
    )
    return Learnt(f"{about}: {label[0].lower()}{label[1:]}" if about else label, before, after, change.after is None)


def duties_then(step: WaveStep, url_of: Callable[[int], str]) -> DutyGroups:
    """The duties as they stood in a wave: what the law library said then, and what had been done by then.

    Three queries. What was done counts until the next wave was recorded.
    """
    made = step.assessment
    if made is None:
        return DutyGroups((), (), (), (), ())
    until = step.later.recorded_at if step.later else None
    found = {
        (row.duty, row.jurisdiction, row.stage, row.variant): row
        for row in Obligation.objects.filter(party=made.party_id, origin=Obligation.Origin.LAW)
        .select_related("party__legal_entity")
        .prefetch_related(
            Prefetch("fulfilments", _by(Fulfilment.objects, "recorded_at", until).select_related("by").order_by("at")),
            Prefetch("decisions", _by(Decision.objects, "decided_at", until).select_related("decided_by")),
        )
    }
    duties: list[Duty] = []
    for key, finding in keyed(made.findings).items():
        row = found.get(key)
        if row is None:
            continue
        for name, value in columns_of(finding).items():
            setattr(row, name, value)
        row.changed_in_id = None
        duties.append(duty_of(row, step.as_of))
    return group_duties(grouped(duties, made.remarks), step.as_of, url_of)


def _by(rows: Any, name: str, until: datetime | None) -> Any:
    """Acts that stand, and that had been recorded before the next wave was."""
    standing = "withdrawn_at" if name == "recorded_at" else "revoked_at"
    kept = rows.filter(**{f"{standing}__isnull": True})
    return kept.filter(Q(**{f"{name}__lt": until})) if until else kept


def grouped(duties: list[Duty], remarks: Mapping[str, Any]) -> Duties:
    """Duties of an earlier day by their outcome, earliest clock first, with the remarks made then."""
    far = datetime.max.replace(tzinfo=UTC)

    def of(outcome: str) -> tuple[Duty, ...]:
        rows = [duty for duty in duties if str(duty.obligation.outcome) == outcome]
        return tuple(sorted(rows, key=lambda duty: (duty.leading or far, duty.obligation.jurisdiction)))

    return Duties(
        required=of(str(Outcome.APPLIES)),
        depends=of(str(Outcome.UNDETERMINED)),
        not_required=of(str(Outcome.DOES_NOT_APPLY)),
        no_general_duty=tuple(remarks.get("no_general_duty", ())),
        not_researched=tuple(remarks.get("unresearched", ())),
    )
