"""The list of cases and the dashboard over very many cases, beside the same questions asked by hand in SQL.

    python -m bench.worklist [cases] [duties of each] [one in so many open]

Fills a database of its own by INSERT .. SELECT: 100,000 cases with ten duties each unless told otherwise, one case in
ten open, the others closed with their duties fulfilled. Then the first page of the list, the chips above it and the
dashboard are read again and again as a privacy officer reads them. Printed is the wall time in the server
at the median and at the 95th percentile (to reach: under 100 ms), that of the SQL written by hand, and how many
queries ours takes. Nothing is cached between the readings but what PostgreSQL itself keeps.
"""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median, quantiles
from typing import Any
from zoneinfo import ZoneInfo

from bench.reassess import _database

CASES, DUTIES, OPEN, ROUNDS = 100_000, 10, 10, 20

FILL = """
INSERT INTO incidents_incident (workspace_id, number, reference, title, owner_id, deputy_id, time_zone, phase,
        restricted, opened_at, opened_by_id, stands_at, closed_at, closing_reason)
    SELECT %(workspace)s, n, 'B-' || n, 'Case ' || n, %(user)s, NULL, 'Europe/Paris',
        CASE WHEN n %% %(open)s = 0 THEN 'response' ELSE 'closed' END, false, now() - n * interval '1 minute', %(user)s,
        NULL, CASE WHEN n %% %(open)s = 0 THEN NULL ELSE now() END,
        CASE WHEN n %% %(open)s = 0 THEN '' ELSE 'Done' END
    FROM generate_series(1, %(cases)s) n;
INSERT INTO incidents_party (incident_id, legal_entity_id, position, created_by_id, created_at)
    SELECT id, %(entity)s, 'organisation', %(user)s, now() FROM incidents_incident;
INSERT INTO incidents_factsrevision (party_id, number, document, digest, author_id, recorded_at, known_at, reason,
        changed_paths)
    SELECT id, 1, jsonb_build_object('schema', 'tocsin.facts/1', 'cause', jsonb_build_object('type',
            (ARRAY['ransomware', 'phishing', 'misdirected_email'])[1 + id %% 3]),
            'affected', jsonb_build_array(jsonb_build_object('id', 'g', 'country', 'FR', 'presence', 'confirmed',
                'count', jsonb_build_object('kind', 'exact', 'n', id)))),
        'sha256:' || repeat('0', 64), %(user)s, now(), now(), 'Bench', '{}'
    FROM incidents_party;
INSERT INTO incidents_affectedpeople (party_id, incident_id, row, country, subdivision, region, presence, persons,
        subjects, low, high)
    SELECT id, incident_id, 'g', (ARRAY['FR', 'DE', 'JP', 'BR', 'AU'])[1 + id %% 5], '', '', 'confirmed', 'natural',
        '{}', id, id
    FROM incidents_party;
INSERT INTO incidents_obligation (party_id, incident_id, origin, duty, jurisdiction, stage, variant, title, kind,
        addressee, authority, provision, source, binding, outcome, found, limit_kind, due, details, created_at,
        updated_at)
    SELECT p.id, p.incident_id, 'law', 'bench.duty', 'FR', 's' || k, '', 'Duty ' || k, 'notify', '', '', '', '',
        'mandatory', CASE WHEN k %% 3 = 0 THEN 'UNDETERMINED' ELSE 'APPLIES' END, true, 'fixed',
        now() + ((p.id * 7919 + k * 104729) %% 100000 - 5000) * interval '1 minute', '{}', now(), now()
    FROM incidents_party p, generate_series(1, %(duties)s) k;
INSERT INTO incidents_fulfilment (obligation_id, at, by_id, manner, channel, reference, note, document_digest,
        recorded_at, withdrawn_reason)
    SELECT o.id, now() - (o.id %% 200) * interval '1 day', %(user)s, 'recorded', 'portal', '', '', '', now(), ''
    FROM incidents_obligation o JOIN incidents_incident i ON i.id = o.incident_id WHERE i.phase = 'closed';
"""

OPENED = """o.outcome IN ('APPLIES', 'UNDETERMINED')
    AND NOT EXISTS (SELECT 1 FROM incidents_fulfilment f WHERE f.obligation_id = o.id AND f.withdrawn_at IS NULL)
    AND NOT EXISTS (SELECT 1 FROM incidents_decision d WHERE d.obligation_id = o.id AND d.kind = 'not_to_notify'
        AND d.revoked_at IS NULL)"""

# ruff: noqa: S608 - no part of the SQL comes from outside
BY_HAND = {
    "list": f"""
        SELECT i.id, i.title, n.id, n.due FROM incidents_incident i
        LEFT JOIN LATERAL (SELECT o.id, o.due FROM incidents_obligation o
            WHERE o.incident_id = i.id AND {OPENED} AND coalesce(o.due, o.outer_due) IS NOT NULL
            ORDER BY o.outcome, coalesce(o.due, o.outer_due) LIMIT 1) n ON true
        WHERE i.workspace_id = %(workspace)s AND i.phase <> 'closed' AND NOT i.restricted
        ORDER BY i.stands_at NULLS FIRST, n.due NULLS LAST, i.number DESC LIMIT 50""",
    "chips": """
        SELECT count(*) FILTER (WHERE phase <> 'closed'), count(*) FILTER (WHERE phase <> 'closed' AND owner_id =
            %(user)s), count(*) FILTER (WHERE phase = 'closed')
        FROM incidents_incident WHERE workspace_id = %(workspace)s AND NOT restricted""",
    "dashboard": f"""
        SELECT count(*) FILTER (WHERE o.due < now()), count(*) FILTER (WHERE o.due >= now())
        FROM incidents_obligation o JOIN incidents_incident i ON i.id = o.incident_id
        WHERE i.workspace_id = %(workspace)s AND i.phase <> 'closed' AND {OPENED}""",
}


def main() -> None:
    """Prints a line for each page."""
    given = [int(word) for word in sys.argv[1:4]]
    cases, duties, share = (*given, *(CASES, DUTIES, OPEN)[len(given) :])
    with _database():
        from django.db import connection

        from accounts.models import LegalEntity, Membership
        from accounts.services import create_user, create_workspace
        from incidents.selectors.worklist import counted, work_list
        from workbench.selectors.dashboard import figures

        user = create_user(email="bench@example.org", display_name="Bench", password="x" * 20)
        workspace = create_workspace(slug="bench", name="Bench", owner=user, language="en", time_zone="Europe/Paris")
        Membership.objects.filter(user=user).update(role="privacy_officer")
        entity = LegalEntity.objects.create(workspace=workspace, name="Example", country="FR")
        told = {"workspace": workspace.pk, "user": user.pk, "entity": entity.pk}
        with connection.cursor() as cursor:
            # History is not what is measured: the rows come in without their triggers.
            cursor.execute("SET session_replication_role = replica")
            for statement in FILL.split(";\n"):
                if statement.strip():
                    cursor.execute(statement, {**told, "cases": cases, "duties": duties, "open": share})
            cursor.execute("SET session_replication_role = DEFAULT")
            cursor.execute("ANALYZE")
        member = Membership.objects.select_related("user", "workspace").get(user=user)
        now, zone = datetime.now(UTC), ZoneInfo("Europe/Paris")
        pages: dict[str, Callable[[], Any]] = {
            "list": lambda: work_list(member),
            "chips": lambda: counted(member),
            "dashboard": lambda: figures(member, now, zone),
        }
        print(f"{cases:,} cases, {cases * duties:,} duties, one case in {share} open; milliseconds")
        print(f"{'page':<10} {'queries':>7} {'median':>8} {'95th':>8} {'by hand':>8} {'ratio':>6}")
        for name, read in pages.items():
            mine, middle = _times(read), _times(lambda name=name: _by_hand(BY_HAND[name], told))  # type: ignore[misc]
            line = f"{name:<10} {_queries(read):>7} {median(mine):>8.0f} {_high(mine):>8.0f} {median(middle):>8.0f}"
            print(f"{line} {median(mine) / median(middle):>6.1f}", flush=True)


def _by_hand(statement: str, told: dict[str, Any]) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, told)
        return list(cursor.fetchall())


def _times(read: Callable[[], Any]) -> list[float]:
    """Wall times in milliseconds, after one reading that is not counted."""
    read()
    found = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        read()
        found.append((time.perf_counter() - begun) * 1000)
    return found


def _high(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


def _queries(read: Callable[[], Any]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        read()
    return len(queries)


if __name__ == "__main__":
    main()
