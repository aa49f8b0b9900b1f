"""The register of many cases as CSV, JSON, XLSX and PDF: seconds, and by how much the memory of the process grows.

    python -m bench.register [cases] [CSV XLSX JSON PDF]

Stores so many cases (100,000 unless given) with facts in a database of its own, then makes each file as the page
does, writing it nowhere. The memory is the peak of the process (VmHWM), set back before each file.
"""

import os
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench._own_database import own_database

CASES = 100_000
STORED = (
    """INSERT INTO incidents_incident (workspace_id, number, reference, title, owner_id, opened_by_id, time_zone,
        phase, restricted, opened_at, exercise, closing_reason)
       SELECT %(workspace)s, n, 'INC-' || n, 'Case ' || n, %(by)s, %(by)s, 'Europe/Paris', 'detection', false, %(at)s,
        false, '' FROM generate_series(1, %(cases)s) n""",
    """INSERT INTO incidents_party (incident_id, legal_entity_id, position, created_by_id, created_at)
       SELECT id, %(entity)s, 'unknown', %(by)s, %(at)s FROM incidents_incident""",
    """INSERT INTO incidents_factsrevision (party_id, number, document, digest, author_id, recorded_at, known_at,
        reason, changed_paths)
       SELECT id, 1, %(facts)s, 'sha256:' || repeat('0', 64), %(by)s, %(at)s, %(at)s, 'Bench', '{}'
       FROM incidents_party""",
    """INSERT INTO incidents_measuretaken (incident_id, measure, time, state, day, description, author_id, recorded_at)
       SELECT id, one, 'after', 'in_place', %(at)s, '', %(by)s, %(at)s
       FROM incidents_incident, unnest(ARRAY['logging_monitoring', 'access_control']) one""",
)
NOW = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)


def _store(cases: int) -> Any:
    """A workspace with so many cases, and the member who reads them."""
    from django.db import connection
    from psycopg.types.json import Jsonb

    from accounts.models import LegalEntity, Membership, Role, User, Workspace
    from tests.reports.samples import FACTS

    user = User.objects.create_user(email="alice@example.org", password=None)
    workspace = Workspace.objects.create(name="Bench", slug="bench")
    member = Membership.objects.create(user=user, workspace=workspace, role=Role.PRIVACY_OFFICER)
    entity = LegalEntity.objects.create(workspace=workspace, name="Bench SE", country="FR")
    given = {
        "cases": cases, "workspace": workspace.pk, "by": user.pk, "at": NOW, "entity": entity.pk, "facts": Jsonb(FACTS),
    }  # fmt: skip
    with connection.cursor() as cursor:
        # Without the triggers of the history, which are measured elsewhere and of which a register reads nothing.
        cursor.execute("SET session_replication_role = replica")
        for statement in STORED:
            cursor.execute(statement, given)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")
    return member


def _peak(reset: bool = False) -> int:
    """The highest resident memory of this process since it was set back, in KB."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])


def _loop() -> float:
    """Milliseconds of processor for a million empty steps: how fast the machine is just now."""
    begun = time.process_time()
    for _ in range(1_000_000):
        pass
    return (time.process_time() - begun) * 1000


def _measured(pieces: Callable[[], Iterable[str | bytes]]) -> tuple[float, float, int, int]:
    """Seconds, seconds of this process's processor, growth in KB, characters or bytes."""
    before = _peak(reset=True)
    begun, ours = time.perf_counter(), time.process_time()
    size = sum(len(piece) for piece in pieces())
    return time.perf_counter() - begun, time.process_time() - ours, _peak() - before, size


def main() -> None:
    """Prints seconds, growth and size of each file."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    with own_database():
        from reports.register import Wanted, register_cases, register_rows
        from reports.register_files import as_csv, as_json, as_xlsx
        from reports.register_pdf import as_pdf

        member = _store(cases)

        def rows(only: int | None = None) -> Any:
            found = register_cases(member, Wanted())
            return register_rows(found if only is None else list(found[:only]))

        for _ in (*as_csv(rows(500)), *as_pdf(rows(5), "Bench", "", NOW)):  # what is loaded once is not growth
            pass
        load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
        print(
            f"register: {cases:,} cases of one organisation each; {load}; an empty loop: {_loop():.0f} ms", flush=True
        )
        for name, make in (
            ("CSV", lambda: as_csv(rows())),
            ("XLSX", lambda: as_xlsx(rows(), NOW)),
            ("JSON", lambda: as_json(rows(), "Bench", NOW)),
            ("PDF", lambda: as_pdf(rows(), "Bench", "All incidents", NOW)),
        ):
            if sys.argv[2:] and name not in sys.argv[2:]:
                continue
            seconds, ours, grown, size = _measured(make)
            print(
                f"{name:5} {seconds:7.1f} s ({ours:.1f} s of processor here)  {grown / 1024:6.1f} MB more memory"
                f"  {size / 1e6:7.1f} MB of file",
                flush=True,
            )


if __name__ == "__main__":
    main()
