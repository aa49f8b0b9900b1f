"""Keeps the figures of a case beside it: counted anew whenever its duties, facts or people change.

The events of a case call recount() last, in the transaction of the change (incidents.keeping); a tick compares a part
of all cases with what is kept, so that a lost call repairs itself; `manage.py rebuild_figures` makes all of it again.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import OuterRef, Subquery
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.utils import timezone

from incidents.counting import Bounds, people_sum
from incidents.models import (
    AffectedPeople,
    CaseFigures,
    Decision,
    FactsRevision,
    Fulfilment,
    Incident,
    Obligation,
    Outcome,
    Party,
    Phase,
    Sweep,
)
from incidents.standing import hanging_on_judgement, with_clocks
from law.time_limits import zone_of

PART = 200
"""So many cases are compared with their figures at one tick, and counted in one go."""
COUNTED = ("affected", "affected_complete", "affected_total")
KEPT = [
    one.name
    for one in CaseFigures._meta.concrete_fields
    if one.name not in {"incident", "workspace", "number", "is_open", "restricted", "stands_at", "kind"}
]
FOLD = """
WITH folded AS (
    DELETE FROM incidents_figurecount WHERE (workspace_id, kind, key) IN (
        SELECT workspace_id, kind, key FROM incidents_figurecount GROUP BY 1, 2, 3
        HAVING count(*) > 1 OR sum(number) = 0
    ) RETURNING workspace_id, kind, key, number
)
INSERT INTO incidents_figurecount (workspace_id, kind, key, number)
SELECT workspace_id, kind, key, sum(number) FROM folded GROUP BY 1, 2, 3 HAVING sum(number) <> 0
"""


def recount(incident_ids: Collection[int], *, wait: bool = True) -> int:
    """Counts these cases anew. Returns how many figures differed from what was kept.

    The row of figures is locked before the case is read, so that of two who change a case at once the second one
    counts what the first has written. Nothing else may be locked after it. Without `wait`, cases in other hands
    are left to them.
    """
    with transaction.atomic():
        held = CaseFigures.objects.select_for_update(of=("self",), skip_locked=not wait)
        kept = {one.incident_id: one for one in held.filter(incident__in=incident_ids).order_by("incident")}
        altered = [one for one in _counted(kept) if _differs(one, kept[one.incident_id])]
        # An upsert by id: bulk_update would build a CASE of rows times columns.
        CaseFigures.objects.bulk_create(
            altered, update_conflicts=True, unique_fields=["incident"], update_fields=KEPT, batch_size=PART
        )
    return len(altered)


def sweep(part: int = PART) -> int:
    """Counts what nobody has counted yet, and compares the next cases with their figures. How many differed.

    Two ticks at once take one part each.
    """
    new = CaseFigures.objects.filter(counted_at__isnull=True).order_by("incident").values_list("incident_id", flat=True)
    with transaction.atomic():
        Sweep.objects.bulk_create([Sweep(name="figures")], ignore_conflicts=True)
        mark = Sweep.objects.select_for_update(skip_locked=True).filter(name="figures").first()
        if mark is None:
            return 0
        ids = list(Incident.objects.filter(pk__gt=mark.after).order_by("pk").values_list("pk", flat=True)[:part])
        mark.after = ids[-1] if len(ids) == part else 0
        mark.save(update_fields=["after"])
    return recount([*new[: part * 5]], wait=False) + recount(ids, wait=False)


def fold_counts() -> None:
    """Makes one row of the rows that a count has gathered. Readers see the sum before and after."""
    with connection.cursor() as cursor:
        cursor.execute(FOLD)


def _differs(new: CaseFigures, kept: CaseFigures) -> bool:
    if kept.counted_at is None:
        return True
    names = [one.attname for one in CaseFigures._meta.concrete_fields if one.name in KEPT and one.name != "counted_at"]
    return any(getattr(new, name) != getattr(kept, name) for name in names)


def _counted(kept: Mapping[int, CaseFigures]) -> Iterator[CaseFigures]:
    """Figures made anew of these cases. Five queries."""
    ids = list(kept)
    if not ids:
        return
    now = timezone.now()
    duties, facts, countries = _duties(ids), _facts(ids), _countries(ids)
    waiting = set(
        Decision.objects.filter(
            obligation__incident__in=ids, revoked_at__isnull=True, approved_at__isnull=True
        ).values_list("obligation__incident_id", flat=True)
    )
    for case in Incident.objects.filter(pk__in=ids).select_related("workspace").order_by("pk"):
        row, beside = kept[case.pk], facts.get(case.pk, Facts())
        stood = duties.get(case.pk, Standing())
        new = CaseFigures(
            incident_id=case.pk, workspace_id=case.workspace_id, number=case.number, is_open=row.is_open,
            restricted=row.restricted, stands_at=row.stands_at, kind=row.kind, counted_at=now, parties=beside.parties,
            people_low=beside.people[0], people_high=beside.people[1],
            decision_needed=stood.judged or case.pk in waiting, **stood.columns(),
        )  # fmt: skip
        said = {
            "closed" if case.phase == Phase.CLOSED else "open": 1,
            f"owner:{case.owner_id}": 1,
            f"cause:{beside.causes[0] if beside.causes else ''}": 1,
            **{f"kind:{cause}": 1 for cause in beside.causes if cause},
            **{f"country:{code}": 1 for code in countries.get(case.pk, ())},
            **stood.acts(case.workspace.time_zone),
        }
        new.counts = said
        yield new


@dataclass
class Standing:
    """Where the duties of one case stand."""

    legal: tuple[int, datetime, int] | None = None
    yardstick: tuple[int, datetime, int] | None = None
    sooner: tuple[datetime, int] | None = None
    required: int = 0
    still_open: int = 0
    depends: int = 0
    changed: int = 0
    judged: bool = False
    due: tuple[list[datetime], list[datetime]] = field(default_factory=lambda: ([], []))
    untimed: list[int] = field(default_factory=lambda: [0, 0])
    done: list[tuple[datetime, bool]] = field(default_factory=list)

    def add(self, duty: Mapping[str, Any]) -> None:
        """One duty of the case."""
        possible, legal_at, yardstick_at = duty["possible"], duty["legal_at"], duty["yardstick_at"]
        self.changed += duty["changed_in"] is not None
        if duty["done_at"] is not None and legal_at is not None:
            self.done.append((duty["done_at"], duty["done_at"] <= legal_at))
        if duty["outcome"] == Outcome.DOES_NOT_APPLY:
            return
        self.required += not possible
        self.depends += possible
        if duty["done_at"] is not None or duty["is_decided"]:
            return
        self.still_open += not possible
        self.judged = self.judged or bool(duty["judged"])
        if legal_at is None:
            self.untimed[possible] += 1
        else:
            self.due[possible].append(legal_at)
            self.legal = _first(self.legal, (possible, legal_at, duty["pk"]))
            if possible:
                self.sooner = min(self.sooner or (legal_at, duty["pk"]), (legal_at, duty["pk"]))
        if yardstick_at is not None:
            self.yardstick = _first(self.yardstick, (possible, yardstick_at, duty["pk"]))

    def columns(self) -> dict[str, Any]:
        """As the model holds it."""
        found: dict[str, Any] = {}
        for name, lead in (("legal", self.legal), ("yardstick", self.yardstick)):
            possible, at, pk = lead or (0, None, None)
            found |= {f"{name}_id": pk, f"{name}_at": at, f"{name}_possible": bool(possible)}
        at, pk = self.sooner or (None, None)
        counts = {name: getattr(self, name) for name in ("required", "still_open", "depends", "changed")}
        return found | counts | {
            "sooner_id": pk, "sooner_at": at, "due_required": sorted(self.due[0]), "due_depends": sorted(self.due[1]),
            "untimed_required": self.untimed[0], "untimed_depends": self.untimed[1],
        }  # fmt: skip

    def acts(self, time_zone: str) -> dict[str, int]:
        """How many duties with a deadline of the law were fulfilled in time and late, by quarter of that zone."""
        found: dict[str, int] = {}
        for at, in_time in self.done:
            local = at.astimezone(zone_of(time_zone))
            key = f"{'in_time' if in_time else 'late'}:{local.year}-{(local.month + 2) // 3}"
            found[key] = found.get(key, 0) + 1
        return found


def _first(held: tuple[int, datetime, int] | None, new: tuple[int, datetime, int]) -> tuple[int, datetime, int]:
    return new if held is None else min(held, new)


def _duties(ids: list[int]) -> dict[int, Standing]:
    """Of several acts that stand the first counts: by then the duty was met."""
    first = Fulfilment.objects.filter(obligation=OuterRef("pk"), withdrawn_at__isnull=True).order_by("at")
    rows = with_clocks(Obligation.objects.filter(incident__in=ids).with_acts()).annotate(
        done_at=Subquery(first.values("at")[:1])
    )
    found: dict[int, Standing] = {}
    columns = ("pk", "incident_id", "outcome", "possible", "legal_at", "yardstick_at", "changed_in", "done_at",
               "is_decided", "judged")  # fmt: skip
    for duty in hanging_on_judgement(rows).values(*columns):
        found.setdefault(duty["incident_id"], Standing()).add(duty)
    return found


@dataclass(frozen=True)
class Facts:
    """What the newest facts say: the people of the party that leads, and the kinds of incident, its own first."""

    people: Bounds = (None, None)
    parties: int = 0
    causes: tuple[str, ...] = ()


def _facts(ids: list[int]) -> dict[int, Facts]:
    """Only what is counted is read of the documents, which may be long."""
    newest = (
        FactsRevision.objects.filter(party__incident__in=ids)
        .order_by("party_id", "-number")
        .distinct("party_id")
        .annotate(
            kind=KeyTextTransform("type", KeyTransform("cause", "document")),
            **{name: KeyTransform(name, "document") for name in COUNTED},
        )
        .values_list("party__incident_id", "party__position", "party_id", "kind", *COUNTED)
    )
    parties: dict[int, list[tuple[Any, ...]]] = {}
    for case, position, *held in newest:
        parties.setdefault(case, []).append((position != Party.Position.ORGANISATION, *held))
    found = {}
    for case, rows in parties.items():
        rows.sort(key=lambda row: row[:2])
        counted = dict(zip(COUNTED, rows[0][3:], strict=True))
        found[case] = Facts(people_sum(counted).leading, len(rows), tuple(row[2] or "" for row in rows))
    return found


def _countries(ids: list[int]) -> dict[int, set[str]]:
    """Where people are affected, or may be."""
    rows = AffectedPeople.objects.filter(incident__in=ids).exclude(presence="ruled_out")
    found: dict[int, set[str]] = {}
    for case, code in rows.exclude(country__in=("", "unknown")).values_list("incident_id", "country"):
        found.setdefault(case, set()).add(code)
    return found
