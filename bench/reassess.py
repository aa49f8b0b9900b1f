"""Assessing stored cases anew after a change of law, against the engine's own rate without a database.

    python -m bench.reassess [cases]

Stores so many cases (2,000 unless given) in a database of its own, then lets `law impact` look at all of them with
another rulebook: each is read, parsed, assessed, and compared finding by finding with what is stored; nothing is
written. The yardstick parses, assesses and compacts the same documents from memory. Both are timed in processor time
of this process; beside the ratio (to reach: at least 0.60) stands by how much memory grew between the first tenth of
the cases and the end.
"""

import os
import resource
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

CASES = 2_000


@contextmanager
def database() -> Iterator[None]:
    """A database for this run alone, removed at the end."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from django.db import connection

    before = connection.settings_dict["NAME"]
    # Not that of the tests, which may be running.
    connection.settings_dict["TEST"]["NAME"] = f"bench_{os.getpid()}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


def _stored(cases: int) -> list[dict[str, Any]]:
    """Stores the cases; their facts documents, which differ in country and number."""
    from accounts.models import LegalEntity
    from accounts.services import create_user, create_workspace
    from incidents.models import Assessment, FactsRevision, Incident, Party
    from incidents.services import open_incident
    from law.rulebook import load_rulebook

    user = create_user(email="bench@example.org", display_name="Bench", password="x" * 20)
    workspace = create_workspace(slug="bench", name="Bench", owner=user, language="en", time_zone="Europe/Paris")
    entity = LegalEntity.objects.create(workspace=workspace, name="Example", country="FR")
    seeds = []
    for country, data in (
        ("FR", "full_name"),
        ("JP", "payment_card_number"),
        ("BR", "health"),
        ("AU", "email_address"),
    ):
        incident = open_incident(
            workspace=workspace, title="Bench", legal_entity=entity, opened_by=user, facts=_facts(country, data)
        )
        seeds.append(Assessment.objects.select_related("revision", "party__incident").get(party__incident=incident))
    digest, documents = load_rulebook().digest, []
    for begin in range(0, cases, 500):
        chosen = [seeds[n % len(seeds)] for n in range(begin, min(begin + 500, cases))]
        incidents = Incident.objects.bulk_create(
            [
                Incident(
                    workspace=workspace, number=10_000 + begin + k, reference=f"B-{begin + k}", title="Bench",
                    owner=user, opened_by=user, time_zone="Europe/Paris",
                )
                for k, _ in enumerate(chosen)
            ]
        )  # fmt: skip
        parties = Party.objects.bulk_create(
            [_copy(seed.party, incident=made) for seed, made in zip(chosen, incidents, strict=True)]
        )
        revisions = FactsRevision.objects.bulk_create(
            [_copy(seed.revision, party=party) for seed, party in zip(chosen, parties, strict=True)]
        )
        Assessment.objects.bulk_create(
            [
                _copy(seed, party=party, revision=revision, rulebook=digest)
                for seed, party, revision in zip(chosen, parties, revisions, strict=True)
            ]
        )
        documents += [seed.revision.document for seed in chosen]
    return documents


def _facts(country: str, data: str) -> dict[str, Any]:
    return {
        "/organisation/role": "controller",
        "/organisation/establishments": ["FR"],
        "/nature/confidentiality": "yes",
        "/timeline/became_aware_at": "2026-11-02T09:30:00+00:00",
        "/affected/g/country": country,
        "/affected/g/presence": "confirmed",
        "/affected/g/count": {"kind": "exact", "n": 1200},
        f"/data/{data}/status": "confirmed",
    }


def _copy(row: Any, **changed: Any) -> Any:
    """The same row once more, not stored yet."""
    values = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    made = type(row)(**values)
    for name, value in changed.items():
        setattr(made, name, value)
    return made


class _Memory(threading.Thread):
    """Looks at the memory that this process holds, in megabytes, a few times a second."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.samples: list[float] = []
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.wait(0.2):
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            self.samples.append(pages * resource.getpagesize() / 2**20)

    def stop(self) -> None:
        self.ended.set()
        self.join()

    @property
    def early(self) -> float:
        return max(self.samples[: max(1, len(self.samples) // 10)], default=0)

    @property
    def most(self) -> float:
        return max(self.samples, default=0)


def main() -> None:
    """Prints rates, ratio and growth."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    with database():
        from incidents.findings import compact
        from incidents.selectors import impact
        from law.assess import assess
        from law.facts import parse_facts
        from law.rulebook import load_rulebook, read_rulebook

        documents = _stored(cases)
        current = load_rulebook()
        other = read_rulebook({name: text + b"\n" for name, text in current.files.items()})
        as_of = datetime.now(UTC)

        def alone(number: int) -> float:
            begun = time.process_time()
            for document in documents[:number]:
                answer = assess(other, parse_facts(document), as_of)
                _ = [compact(one) for one in answer.findings]
            return time.process_time() - begun

        alone(40)
        yardstick = alone(min(cases, 2_000)) / min(cases, 2_000)
        watch = _Memory()
        watch.start()
        begun = time.process_time()
        differ = sum(1 for _ in impact(other))
        ours = (time.process_time() - begun) / cases
        watch.stop()
        rates = f"{1 / ours:,.0f} a second; the engine alone {1 / yardstick:,.0f}; ratio {yardstick / ours:.2f}"
        print(f"{cases} cases, {differ} differ: {rates}")
        print(f"memory after a tenth of the time {watch.early:.0f} MB, at most {watch.most:.0f} MB")


if __name__ == "__main__":
    main()
