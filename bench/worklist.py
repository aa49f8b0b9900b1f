"""The list of cases, the desk and the dashboard over very many cases, beside the same questions asked by hand in SQL.

    python -m bench.worklist [cases] [duties of each] [one in so many open]

Three workspaces lie in one database of its own: a hundredth of the cases, a tenth, and all of them (100,000 cases with
ten duties each unless told otherwise). One case in ten is open, the others are closed with their duties fulfilled; one
in fifty is restricted, and the reader is named for every second of these. Rows come in by INSERT .. SELECT, then
`rebuild_figures` makes what is kept beside them. Printed is, for each part as a privacy officer reads it and for whole
pages ("page ..."): how many queries; the wall time in the server at the median and at the 95th percentile (to reach:
under 100 ms); the processor time of Python and of its PostgreSQL process together, which other work on the machine
lengthens much less, and beside it an empty loop of a million steps, by which machines are compared; the same read by
hand in SQL from the figures that are kept; and by hand without them, from duties, acts and facts. That the
figures of the dashboard are those that are counted without them is checked. Nothing is cached between the
readings but what PostgreSQL itself keeps.
"""

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bench.reassess import database

CASES, DUTIES, OPEN, ROUNDS, SLOW_ROUNDS = 100_000, 10, 10, 40, 3

FILL = """
INSERT INTO incidents_incident (workspace_id, number, reference, title, owner_id, deputy_id, time_zone, phase,
        restricted, opened_at, opened_by_id, stands_at, closed_at, closing_reason)
    SELECT %(workspace)s, n, 'B-' || n, 'Case ' || n, CASE WHEN n %% 5 = 0 THEN %(user)s ELSE %(other)s END, NULL,
        'Europe/Paris', CASE WHEN n %% %(open)s = 0 THEN 'response' ELSE 'closed' END, n %% 50 IN (0, 1),
        now() - n * interval '1 minute', %(user)s, NULL,
        CASE WHEN n %% %(open)s = 0 THEN NULL ELSE now() - n * interval '1 second' END,
        CASE WHEN n %% %(open)s = 0 THEN '' ELSE 'Done' END
    FROM generate_series(1, %(cases)s) n;
UPDATE incidents_incident SET owner_id = %(other)s WHERE workspace_id = %(workspace)s AND restricted;
INSERT INTO incidents_incidentaccess (incident_id, user_id, granted_by_id, granted_at)
    SELECT id, %(user)s, %(other)s, now() FROM incidents_incident
    WHERE workspace_id = %(workspace)s AND restricted AND number %% 100 IN (0, 1);
INSERT INTO incidents_party (incident_id, legal_entity_id, position, created_by_id, created_at)
    SELECT id, %(entity)s, 'organisation', %(user)s, now() FROM incidents_incident WHERE workspace_id = %(workspace)s;
INSERT INTO incidents_factsrevision (party_id, number, document, digest, author_id, recorded_at, known_at, reason,
        changed_paths)
    SELECT id, 1, jsonb_build_object('schema', 'tocsin.facts/1', 'cause', jsonb_build_object('type',
            (ARRAY['ransomware', 'phishing', 'misdirected_email'])[1 + id %% 3]),
            'affected', jsonb_build_array(jsonb_build_object('id', 'g', 'country', 'FR', 'presence', 'confirmed',
                'count', jsonb_build_object('kind', 'exact', 'n', id)))),
        'sha256:' || repeat('0', 64), %(user)s, now(), now(), 'Bench', '{}'
    FROM incidents_party WHERE legal_entity_id = %(entity)s;
INSERT INTO incidents_affectedpeople (party_id, incident_id, row, country, subdivision, region, presence, persons,
        subjects, low, high)
    SELECT id, incident_id, 'g', (ARRAY['FR', 'DE', 'JP', 'BR', 'AU'])[1 + id %% 5], '', '', 'confirmed', 'natural',
        '{}', id, id
    FROM incidents_party WHERE legal_entity_id = %(entity)s;
INSERT INTO incidents_obligation (party_id, incident_id, origin, duty, jurisdiction, stage, variant, title, kind,
        addressee, authority, provision, source, binding, outcome, found, limit_kind, due, details, created_at,
        updated_at)
    SELECT p.id, p.incident_id, 'law', 'bench.duty', 'FR', 's' || k, '', 'Duty ' || k, 'notify', '', '', '', '',
        'mandatory', CASE WHEN k %% 3 = 0 THEN 'UNDETERMINED' ELSE 'APPLIES' END, true, 'fixed',
        now() + ((p.id * 7919 + k * 104729) %% 100000 - 5000) * interval '1 minute', '{}', now(), now()
    FROM incidents_party p, generate_series(1, %(duties)s) k WHERE p.legal_entity_id = %(entity)s;
INSERT INTO incidents_fulfilment (obligation_id, at, by_id, manner, channel, reference, note, document_digest,
        recorded_at, withdrawn_reason)
    SELECT o.id, now() - (o.id %% 200) * interval '1 day', %(user)s, 'recorded', 'portal', '', '', '', now(), ''
    FROM incidents_obligation o JOIN incidents_incident i ON i.id = o.incident_id
    WHERE i.phase = 'closed' AND i.workspace_id = %(workspace)s;
"""

WORDS = """
INSERT INTO incidents_searchtext (incident_id, source, key, title, text, refs, privileged, config, vector, digest)
    SELECT i.id, source, 0, title, said, '{}', false, 'english', setweight(to_tsvector('english', title), 'A')
        || setweight(to_tsvector('english', said), 'B'), ''
    FROM incidents_incident i, unnest(ARRAY['case', 'facts', 'timeline']) source,
        LATERAL (SELECT 'Reported by the team of the harbour: ' || (ARRAY['ransomware', 'phishing',
            'misdirected mail'])[1 + i.id % 3] || ' in office ' || i.id % 997 || ', mailbox ' || i.id) t(said)
"""
"""Three texts for each case, so that the search has something to find."""

SEEN = """i.workspace_id = %(workspace)s AND (NOT i.restricted OR i.owner_id = %(user)s OR i.deputy_id = %(user)s
    OR EXISTS (SELECT 1 FROM incidents_incidentaccess a WHERE a.incident_id = i.id AND a.user_id = %(user)s))"""
OPENED = """o.outcome IN ('APPLIES', 'UNDETERMINED')
    AND NOT EXISTS (SELECT 1 FROM incidents_fulfilment f WHERE f.obligation_id = o.id AND f.withdrawn_at IS NULL)
    AND NOT EXISTS (SELECT 1 FROM incidents_decision d WHERE d.obligation_id = o.id AND d.kind = 'not_to_notify'
        AND d.revoked_at IS NULL)"""
LIST = "ORDER BY f.stands_at NULLS FIRST, f.legal_at NULLS LAST, f.yardstick_at NULLS LAST, f.number DESC LIMIT 50"

PAGES = {
    "list": "incidents/",
    "desk": "",
    "dashboard": "dashboard/",
    "search": "search/?q=ransomware+office+77",
    "search, frequent": "search/?q=harbour",
}
"""Whole requests: sign-in, member, selectors, template."""

# ruff: noqa: S608 - no part of the SQL comes from outside
KEPT = {
    "list": f"""
        SELECT i.id, i.title, f.legal_id, f.legal_at, f.required, f.still_open, f.people_low FROM incidents_incident i
        JOIN incidents_casefigures f ON f.incident_id = i.id WHERE f.is_open AND f.workspace_id = %(workspace)s
        AND {SEEN} {LIST}""",
    "closed": f"""SELECT i.id, i.title FROM incidents_incident i WHERE i.phase = 'closed' AND {SEEN}
        ORDER BY i.closed_at DESC, i.number DESC LIMIT 50""",
    "chips": f"""
        SELECT key, sum(number) FROM incidents_figurecount WHERE workspace_id = %(workspace)s GROUP BY key
        UNION ALL SELECT 'mine', count(*) FROM incidents_incident i JOIN incidents_casefigures f ON f.incident_id = i.id
        WHERE f.is_open AND f.workspace_id = %(workspace)s AND {SEEN}
            AND (i.owner_id = %(user)s OR i.deputy_id = %(user)s)""",
    "desk": f"""
        SELECT i.id, f.legal_id, f.legal_at FROM incidents_incident i
        JOIN incidents_casefigures f ON f.incident_id = i.id
        WHERE f.is_open AND f.workspace_id = %(workspace)s AND f.stands_at IS NULL AND {SEEN} {LIST}""",
    "dashboard": f"""
        SELECT key, sum(number)::bigint FROM incidents_figurecount WHERE workspace_id = %(workspace)s GROUP BY key
        UNION ALL SELECT width_bucket(at, ARRAY[now()])::text, count(*)
        FROM incidents_incident i JOIN incidents_casefigures f ON f.incident_id = i.id, unnest(f.due_required) at
        WHERE f.is_open AND f.workspace_id = %(workspace)s AND {SEEN} GROUP BY 1""",
}
WITHOUT = {
    "list": f"""
        SELECT i.id, i.title, n.id, n.due FROM incidents_incident i
        LEFT JOIN LATERAL (SELECT o.id, o.due FROM incidents_obligation o
            WHERE o.incident_id = i.id AND {OPENED} AND coalesce(o.due, o.outer_due) IS NOT NULL
            ORDER BY o.outcome, coalesce(o.due, o.outer_due) LIMIT 1) n ON true
        WHERE i.phase <> 'closed' AND {SEEN}
        ORDER BY i.stands_at NULLS FIRST, n.due NULLS LAST, i.number DESC LIMIT 50""",
    "chips": f"""
        SELECT count(*) FILTER (WHERE phase <> 'closed'), count(*) FILTER (WHERE phase <> 'closed' AND owner_id =
            %(user)s), count(*) FILTER (WHERE phase = 'closed')
        FROM incidents_incident i WHERE {SEEN}""",
    "dashboard": f"""
        SELECT 'overdue', count(*) FROM incidents_obligation o JOIN incidents_incident i ON i.id = o.incident_id
            WHERE {SEEN} AND i.phase <> 'closed' AND o.outcome = 'APPLIES' AND o.due < %(now)s AND {OPENED}
        UNION ALL SELECT 'still to come', count(*) FROM incidents_obligation o
            JOIN incidents_incident i ON i.id = o.incident_id
            WHERE {SEEN} AND i.phase <> 'closed' AND o.outcome = 'APPLIES' AND o.due >= %(now)s AND {OPENED}
        UNION ALL SELECT 'in time', count(*) FROM incidents_fulfilment f
            JOIN incidents_obligation o ON o.id = f.obligation_id JOIN incidents_incident i ON i.id = o.incident_id
            WHERE {SEEN} AND f.at <= o.due
        UNION ALL SELECT 'late', count(*) FROM incidents_fulfilment f
            JOIN incidents_obligation o ON o.id = f.obligation_id JOIN incidents_incident i ON i.id = o.incident_id
            WHERE {SEEN} AND f.at > o.due
        UNION ALL SELECT 'cause:' || (r.document #>> '{{cause,type}}'), count(*) FROM incidents_factsrevision r
            JOIN incidents_party p ON p.id = r.party_id JOIN incidents_incident i ON i.id = p.incident_id
            WHERE {SEEN} GROUP BY 1
        UNION ALL SELECT 'country:' || a.country, count(DISTINCT a.incident_id) FROM incidents_affectedpeople a
            JOIN incidents_incident i ON i.id = a.incident_id WHERE {SEEN} GROUP BY 1""",
}


def main() -> None:
    """Prints a table for each size."""
    given = [int(word) for word in sys.argv[1:4]]
    cases, duties, share = (*given, *(CASES, DUTIES, OPEN)[len(given) :])
    print(f"load average {', '.join(f'{one:.1f}' for one in os.getloadavg())} on {os.cpu_count()} cores")
    with database():
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connection

        from accounts.models import LegalEntity, Membership
        from accounts.services import create_user, create_workspace

        settings.DEBUG = False  # else Django writes every query down
        user, other = (
            create_user(email=f"{name}@example.org", display_name=name, password="x" * 20)
            for name in ("bench", "other")
        )
        sizes = []
        for part in (cases // 100, cases // 10, cases):
            name = f"bench-{part}"
            workspace = create_workspace(slug=name, name=name, owner=user, language="en", time_zone="Europe/Paris")
            entity = LegalEntity.objects.create(workspace=workspace, name=name, country="FR")
            told = {"workspace": workspace.pk, "user": user.pk, "other": other.pk, "entity": entity.pk}
            sizes.append((part, told))
        Membership.objects.filter(user=user).update(role="privacy_officer")
        for part, told in sizes:
            _fill({**told, "cases": part, "duties": duties, "open": share})
        begun = time.perf_counter()
        call_command("rebuild_figures", verbosity=0)
        whole = time.perf_counter() - begun
        with connection.cursor() as cursor:
            cursor.execute(WORDS)
            cursor.execute("VACUUM ANALYZE")
        print(f"rebuild_figures: {whole:.0f} s, {sum(part for part, _ in sizes) / whole:,.0f} cases a second")
        for part, told in sizes:
            member = Membership.objects.select_related("user", "workspace").get(workspace=told["workspace"], user=user)
            _measure(part, part * duties, share, member, told)
    print(f"load average {', '.join(f'{one:.1f}' for one in os.getloadavg())}")


def _fill(told: dict[str, Any]) -> None:
    from importlib import import_module

    from django.db import connection

    existing = import_module("incidents.migrations.0013_figures_and_search").EXISTING
    with connection.cursor() as cursor:
        # History is not what is measured: the rows come in without their triggers.
        cursor.execute("SET session_replication_role = replica")
        for statement in FILL.split(";\n"):
            if statement.strip():
                cursor.execute(statement, told)
        cursor.execute(existing)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")


def _measure(cases: int, duties: int, share: int, member: Any, told: dict[str, Any]) -> None:
    from django.test import Client

    from incidents.selectors.counts import counts_of
    from incidents.selectors.narrowing import Narrowing
    from incidents.selectors.worklist import Filter, counted, work_list
    from workbench.selectors.dashboard import figures
    from workbench.selectors.desk import desk

    now = datetime.now(UTC)
    client = Client(headers={"host": "localhost"})
    client.force_login(member.user)
    here = f"/w/{member.workspace.slug}/"
    pages: dict[str, Callable[[], Any]] = {
        "list": lambda: work_list(member),
        "narrowed": lambda: work_list(member, narrowing=Narrowing(country="JP", cause="phishing")),
        "closed": lambda: work_list(member, Filter.CLOSED),
        "chips": lambda: counted(member, counts_of(member)),
        "desk": lambda: desk(member),
        "dashboard": lambda: figures(member, now),
        **{f"page {name}": lambda path=path: _page(client, here + path) for name, path in PAGES.items()},
    }
    print(f"\n{cases:,} cases, {duties:,} duties, one case in {share} open; milliseconds")
    print(f"an empty loop of a million steps: {_loop():.0f} of processor time")
    print(
        f"{'page':<22} {'queries':>7} {'median':>8} {'95th':>8} {'proc.':>7} {'by hand':>8} {'ratio':>6} {'without':>8}"
    )
    for name, read in pages.items():
        read()
        begun = _processor()
        mine = _times(read)
        processor = (_processor() - begun) / (ROUNDS + 1)
        line = f"{name:<22} {_queries(read):>7} {median(mine):>8.1f} {_high(mine):>8.1f} {processor:>7.1f}"
        if name in KEPT:
            kept = median(_times(lambda name=name: _by_hand(KEPT[name], told)))  # type: ignore[misc]
            line += f" {kept:>8.1f} {median(mine) / kept:>6.1f}"
        if name in WITHOUT:
            asked = {**told, "now": now}
            slow = _times(lambda name=name, asked=asked: _by_hand(WITHOUT[name], asked), SLOW_ROUNDS)  # type: ignore[misc]
            line += f" {median(slow):>8.1f}"
        print(line, flush=True)
    _check(figures(member, now), dict(_by_hand(WITHOUT["dashboard"], {**told, "now": now})))


def _page(client: Any, path: str) -> None:
    response = client.get(path)
    if response.status_code != 200:
        raise AssertionError(f"{path} answered {response.status_code}")


def _check(found: Any, counted: dict[str, int]) -> None:
    """Raises AssertionError where a figure of the dashboard is not that of the duties, acts and facts."""
    required = {row.span: row.required for row in found.due}
    mine = {
        "overdue": required.pop("overdue"), "still to come": sum(required.values()),
        "in time": sum(row.in_time for row in found.quarters), "late": sum(row.late for row in found.quarters),
        **{f"cause:{code}": number for code, number in found.causes},
        **{f"country:{code}": number for code, number in found.countries},
    }  # fmt: skip
    if mine != counted:
        raise AssertionError(f"the dashboard says {mine}, the rows say {counted}")
    print(f"{len(mine)} figures of the dashboard are those of the rows")


def _by_hand(statement: str, told: dict[str, Any]) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, told)
        return list(cursor.fetchall())


def _times(read: Callable[[], Any], rounds: int = ROUNDS) -> list[float]:
    """Wall times in milliseconds, after one reading that is not counted."""
    read()
    found = []
    for _ in range(rounds):
        begun = time.perf_counter()
        read()
        found.append((time.perf_counter() - begun) * 1000)
    return found


def _processor() -> float:
    """Processor time so far, in milliseconds: of this process, and of the one that answers its queries.

    The latter counts in hundredths of a second, which is fine over many rounds.
    """
    pid = _by_hand("SELECT pg_backend_pid()", {})[0][0]
    told = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    ticks = int(told[11]) + int(told[12])
    return time.process_time() * 1000 + ticks * 1000 / os.sysconf("SC_CLK_TCK")


def _loop() -> float:
    begun = time.process_time()
    for _ in range(1_000_000):
        pass
    return (time.process_time() - begun) * 1000


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
