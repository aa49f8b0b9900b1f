"""The counts of a workspace: sums that are kept, and beside them what only some may see, counted for the reader."""

from collections import Counter
from collections.abc import Collection

from django.db import connection
from django.db.models import F, Sum

from accounts.access import Permission, may
from accounts.models import Membership
from incidents.access import visible_incidents
from incidents.models import CaseFigures, FigureCount

Kind = CaseFigures.Kind
RESTRICTED = """
SELECT said.key, sum(said.value::bigint) FROM ({cases}) case_, jsonb_each_text(case_.counts) said GROUP BY 1
"""


def counts_of(membership: Membership, kinds: Collection[str] = tuple(Kind)) -> Counter[str]:
    """The counts over the cases that this member sees, by their keys ("open", "cause:phishing"). Two queries.

    `kinds`: cases that run, that stand still, that are exercises; all of them unless given.
    """
    if not may(membership, Permission.VIEW_CASE):
        return Counter()
    workspace = membership.workspace_id
    kept = FigureCount.objects.filter(workspace=workspace, kind__in=kinds).order_by().values("key")
    found = Counter(dict(kept.annotate(n=Sum("number")).values_list("key", "n")))
    hidden = visible_incidents(membership).filter(
        figures__workspace=workspace, figures__restricted=True, figures__kind__in=kinds
    )
    statement, values = hidden.values(counts=F("figures__counts")).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(RESTRICTED.format(cases=statement), values)
        found.update({key: int(number) for key, number in cursor.fetchall()})
    return +found
