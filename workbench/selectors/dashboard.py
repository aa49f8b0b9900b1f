"""The figures of a workspace: open duties by due date, in time or late, causes, countries.

Counted are the cases that the member may see. Cases that stand still (drills, cases told again) are left out
unless asked for, so that no drill improves the figures. Four queries, however many cases there are.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import TruncQuarter

from accounts.models import Membership
from incidents.access import visible_incidents
from incidents.models import AffectedPeople, FactsRevision, Fulfilment, Incident, Obligation, Outcome, Party, Phase
from incidents.selectors.worklist import with_clocks

COUNTRIES = 12
QUARTERS = 8
SPANS = (
    # name, and the end of the span from now; it begins where the one before ends
    ("overdue", timedelta(0)),
    ("day", timedelta(days=1)),
    ("three_days", timedelta(days=3)),
    ("week", timedelta(days=7)),
    ("month", timedelta(days=30)),
)
LATER, NO_TIME = "later", "no_time"


@dataclass(frozen=True)
class Due:
    """Open duties whose legal deadline falls into one span: those that apply, and those that may."""

    span: str
    required: int
    depends: int


@dataclass(frozen=True)
class Quarter:
    """Duties fulfilled in one quarter of the workspace's zone, by their legal deadline."""

    year: int
    number: int
    in_time: int
    late: int


@dataclass(frozen=True)
class Figures:
    """Everything on the dashboard. `causes` and `countries` are pairs of a code and a number of cases."""

    due: tuple[Due, ...]
    quarters: tuple[Quarter, ...]
    causes: tuple[tuple[str, int], ...]
    countries: tuple[tuple[str, int], ...]
    more_countries: int


def figures(membership: Membership, now: datetime, zone: ZoneInfo, *, standing_still: bool = False) -> Figures:
    """The figures at `now`. Quarters are those of `zone`."""
    cases = visible_incidents(membership).filter(exercise=False)
    if not standing_still:
        cases = cases.filter(stands_at__isnull=True)
    countries = _countries(cases)
    return Figures(
        due=_due(cases, now),
        quarters=_quarters(cases, zone),
        causes=_causes(cases),
        countries=countries[:COUNTRIES],
        more_countries=max(0, len(countries) - COUNTRIES),
    )


def _due(cases: QuerySet[Incident], now: datetime) -> tuple[Due, ...]:
    opened = with_clocks(Obligation.objects.filter(incident__in=cases.exclude(phase=Phase.CLOSED)).open())
    spans: dict[str, Q] = {}
    begin: datetime | None = None
    for name, length in SPANS:
        end = now + length
        spans[name] = Q(legal_at__lt=end) & (Q(legal_at__gte=begin) if begin else Q())
        begin = end
    spans |= {LATER: Q(legal_at__gte=begin), NO_TIME: Q(legal_at__isnull=True)}
    outcomes = {"required": Q(outcome=Outcome.APPLIES), "depends": Q(outcome=Outcome.UNDETERMINED)}
    counted = opened.aggregate(
        **{
            f"{span}_{name}": Count("pk", filter=where & outcome)
            for span, where in spans.items()
            for name, outcome in outcomes.items()
        }
    )
    return tuple(Due(span, counted[f"{span}_required"], counted[f"{span}_depends"]) for span in spans)


def _quarters(cases: QuerySet[Incident], zone: ZoneInfo) -> tuple[Quarter, ...]:
    """The last quarters in which something was fulfilled that had a deadline of the law, oldest first.

    Of several acts that stand the first counts: by then the duty was met.
    """
    standing = Fulfilment.objects.filter(withdrawn_at__isnull=True)
    first = standing.order_by("obligation_id", "at").distinct("obligation_id")
    rows = (
        with_clocks(Obligation.objects.filter(incident__in=cases))
        .filter(legal_at__isnull=False, fulfilments__in=first.values("pk"))
        .annotate(quarter=TruncQuarter("fulfilments__at", tzinfo=zone))
        .order_by()
        .values("quarter")
        .annotate(
            in_time=Count("pk", filter=Q(fulfilments__at__lte=F("legal_at"))),
            late=Count("pk", filter=Q(fulfilments__at__gt=F("legal_at"))),
        )
        .order_by("-quarter")[:QUARTERS]
    )
    found = [Quarter(row["quarter"].year, (row["quarter"].month + 2) // 3, row["in_time"], row["late"]) for row in rows]
    return tuple(reversed(found))


def _causes(cases: QuerySet[Incident]) -> tuple[tuple[str, int], ...]:
    """Kinds of incident by the newest facts of the organisation whose case it is, most frequent first."""
    newer = FactsRevision.objects.filter(party=OuterRef("party"), number__gt=OuterRef("number"))
    rows = (
        FactsRevision.objects.filter(~Exists(newer), party__incident__in=cases)
        .filter(party__position=Party.Position.ORGANISATION)
        .annotate(cause=KeyTextTransform("type", KeyTransform("cause", "document")))
        .order_by()
        .values("cause")
        .annotate(n=Count("party__incident", distinct=True))
        .order_by("-n", "cause")
    )
    counted: dict[str, int] = {}
    for row in rows:
        cause = row["cause"] or "not_yet_known"
        counted[cause] = counted.get(cause, 0) + row["n"]
    return tuple(counted.items())


def _countries(cases: QuerySet[Incident]) -> tuple[tuple[str, int], ...]:
    """In how many cases people of a country are affected, or may be; the most frequent first."""
    rows = (
        AffectedPeople.objects.filter(incident__in=cases)
        .exclude(presence="ruled_out")
        .exclude(country__in=("", "unknown"))
        .order_by()
        .values("country")
        .annotate(n=Count("incident", distinct=True))
        .order_by("-n", "country")
    )
    return tuple((row["country"], row["n"]) for row in rows)
