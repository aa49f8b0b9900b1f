"""The counts of a workspace: sums that are kept, and beside them what only some may see, counted for the reader."""

from collections import Counter

from django.db import connection
from django.db.models import Sum

from accounts.access import Permission, may
from accounts.models import Membership
from incidents.access import visible_incidents
from incidents.models import FigureCount

RESTRICTED = """
SELECT said.key, sum(said.value::bigint) FROM incidents_casefigures f, jsonb_each_text(f.counts) said
WHERE f.incident_id IN ({cases}) GROUP BY 1
"""


def counts_of(membership: Membership, *, still: bool | None = None) -> Counter[str]:
    """The counts over the cases that this member sees, by their keys ("open", "cause:phishing"). Two queries.

    `still`: only cases that stand still (True) or that do not (False).
    """
    if not may(membership, Permission.VIEW_CASE):
        return Counter()
    kept = FigureCount.objects.filter(workspace=membership.workspace_id)
    hidden = visible_incidents(membership).filter(figures__workspace=membership.workspace_id, figures__restricted=True)
    if still is not None:
        kept, hidden = kept.filter(still=still), hidden.filter(figures__stands_at__isnull=not still)
    found = Counter(dict(kept.order_by().values("key").annotate(n=Sum("number")).values_list("key", "n")))
    statement, values = hidden.values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(RESTRICTED.format(cases=statement), values)
        found.update({key: int(number) for key, number in cursor.fetchall()})
    return +found
