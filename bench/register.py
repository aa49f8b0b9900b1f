"""The register of many cases as CSV, JSON, XLSX and PDF: seconds, and by how much the memory of the process grows.

    python -m bench.register [cases]

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
NOW = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)


def _store(cases: int) -> Any:
    """A workspace with so many cases, and the member who reads them."""
    from django.db import connection

    from accounts.models import LegalEntity, Membership, Role, User, Workspace
    from incidents.models import FactsRevision, Incident, MeasureTaken, Party
    from tests.reports.samples import FACTS

    user = User.objects.create_user(email="alice@example.org", password=None)
    workspace = Workspace.objects.create(name="Bench", slug="bench")
    member = Membership.objects.create(user=user, workspace=workspace, role=Role.PRIVACY_OFFICER)
    entity = LegalEntity.objects.create(workspace=workspace, name="Bench SE", country="FR")
    for begin in range(0, cases, 2_000):
        numbers = range(begin + 1, min(begin + 2_000, cases) + 1)
        made = Incident.objects.bulk_create(
            Incident(
                workspace=workspace, number=number, reference=f"INC-{number}", title=f"Case {number}",
                owner=user, opened_by=user, time_zone="Europe/Paris", opened_at=NOW,
            )
            for number in numbers
        )  # fmt: skip
        parties = Party.objects.bulk_create(Party(incident=one, legal_entity=entity, created_by=user) for one in made)
        FactsRevision.objects.bulk_create(
            FactsRevision(
                party=one, number=1, document=FACTS, digest="sha256:" + "0" * 64, author=user, recorded_at=NOW,
                known_at=NOW, reason="Bench", changed_paths=[],
            )
            for one in parties
        )  # fmt: skip
        MeasureTaken.objects.bulk_create(
            MeasureTaken(
                incident=one, measure=measure, time="after", state="in_place", author=user, day=NOW.date(),
            )
            for one in made
            for measure in ("logging_monitoring", "access_control")
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return member


def _peak(reset: bool = False) -> int:
    """The highest resident memory of this process since it was set back, in KB."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])


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
        print(f"register: {cases:,} cases of one organisation each; {load}", flush=True)
        for name, make in (
            ("CSV", lambda: as_csv(rows())),
            ("XLSX", lambda: as_xlsx(rows(), NOW)),
            ("JSON", lambda: as_json(rows(), "Bench", NOW)),
            ("PDF", lambda: as_pdf(rows(), "Bench", "All incidents", NOW)),
        ):
            seconds, ours, grown, size = _measured(make)
            print(
                f"{name:5} {seconds:7.1f} s ({ours:.1f} s of processor here)  {grown / 1024:6.1f} MB more memory"
                f"  {size / 1e6:7.1f} MB of file",
                flush=True,
            )


if __name__ == "__main__":
    main()
