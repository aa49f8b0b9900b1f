"""A tick of the reminders among a million open duties, beside the same SQL by hand.

    python -m bench.reminders [duties]

Each duty has a plan and two steps that wait: the next one and the first recall. Measured, median and least of 40
rounds: a whole tick that finds nothing due (settling, what is known to be behind, the part of the sweep, what is due);
finding what is due when 500 steps are; and, in the same run, the hand-written statement that reads the same rows by the
same index. Writing the mails is measured apart, for it grows with what there is to say and not with how many duties
are open. To reach: under 50 ms a tick.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from bench._own_database import own_database

DUTIES = 1_000_000
ROUNDS = 40
PER_CASE = 100

FILL = """
SET session_replication_role = replica;
INSERT INTO accounts_user (id, password, email, display_name, language, time_zone, is_active, is_demonstration,
    created_at)
    SELECT n, '', 'u' || n || '@example.org', 'U' || n, 'en', 'UTC', true, false, now() FROM generate_series(1, 200) n;
INSERT INTO accounts_workspace (id, slug, name, language, time_zone, is_demonstration, created_at)
    VALUES (1, 'bench', 'Bench', 'en', 'UTC', false, now());
INSERT INTO accounts_membership (user_id, workspace_id, role, countries, created_at)
    SELECT n, 1, CASE WHEN n = 1 THEN 'privacy_officer' ELSE 'contributor' END, '{{}}', now()
    FROM generate_series(1, 200) n;
INSERT INTO accounts_legalentity (id, workspace_id, name, country, kind, ownership_note, eu_main_establishment,
    registration_number, created_at) VALUES (1, 1, 'Bench SA', 'FR', 'business', '', '', '', now());
INSERT INTO incidents_incident (id, workspace_id, number, reference, title, owner_id, time_zone, phase, restricted,
    opened_at, opened_by_id, closing_reason)
    SELECT n, 1, n, 'INC-' || n, 'Case ' || n, 1 + n % 200, 'UTC', 'detection', false, now(), 1, ''
    FROM generate_series(1, {cases}) n;
INSERT INTO incidents_party (id, incident_id, legal_entity_id, position, created_by_id, created_at)
    SELECT n, n, 1, 'unknown', 1, now() FROM generate_series(1, {cases}) n;
INSERT INTO incidents_obligation (id, incident_id, party_id, origin, duty, jurisdiction, stage, variant, title, kind,
    addressee, authority, provision, source, binding, outcome, found, limit_kind, due, details, created_by_id,
    created_at, updated_at)
    SELECT n, 1 + n / {per}, 1 + n / {per}, 'hand', '', 'FR', 'initial', '', 'Duty ' || n, 'notify', '', '', '',
    'Policy', 'mandatory', 'APPLIES', true, '', timestamptz '{now}' + interval '1 hour' * (72 + n % 2000), '{{}}', 1,
    '{now}', '{now}' FROM generate_series(0, {duties} - 1) n;
INSERT INTO notifications_reminderplan (obligation_id, live, possible, due, kind, start, moved_because, seen,
    owner_seen, deputy_seen, nobody, planned_at)
    SELECT o.id, true, false, o.due, 'law', '{now}', '{{}}', o.updated_at, i.owner_id, 0, false, '{now}'
    FROM incidents_obligation o JOIN incidents_incident i ON i.id = o.incident_id;
INSERT INTO notifications_reminder (obligation_id, due, step, recipient_id, capacity, planned_for, state, reason, note,
    bundle, said, created_at, followed)
    SELECT o.id, o.due, s.step, i.owner_id, 'owner', o.due - s.before, 'planned', '', '', '', '{{}}', '{now}', false
    FROM incidents_obligation o JOIN incidents_incident i ON i.id = o.incident_id,
    (VALUES ('24h', interval '24 hours'), ('overdue-0', interval '0')) AS s(step, before);
SET session_replication_role = DEFAULT;
ANALYZE;
"""

BY_HAND = """
SELECT r.id, r.obligation_id, r.recipient_id FROM notifications_reminder r
WHERE r.state = 'planned' AND r.planned_for <= %s AND NOT EXISTS (SELECT 1 FROM notifications_snooze s
    WHERE s.obligation_id = r.obligation_id AND s.user_id = r.recipient_id AND s.until > %s)
"""


def rounds(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds, median and least, the first round not counted."""
    work()
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken), min(taken)


def line(name: str, found: tuple[float, float], by_hand: tuple[float, float] | None = None) -> str:
    """One line of the result; with `by_hand`, how many times its time (medians, least)."""
    words = f"{name:58}{found[0]:8.1f}{found[1]:8.1f}"
    return words if by_hand is None else f"{words}{found[0] / by_hand[0]:8.1f}{found[1] / by_hand[1]:8.1f}"


def measure(duties: int) -> list[str]:
    """The lines of the result."""
    from django.db import connection
    from django.utils import timezone

    from law.rulebook import load_rulebook
    from notifications import finding, planning
    from notifications.models import Reminder
    from notifications.sending import run_tick, settle

    now = timezone.now()
    values = {"cases": duties // PER_CASE + 1, "per": PER_CASE, "duties": duties, "now": now.isoformat()}
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(FILL.format(**values))
        cursor.execute("VACUUM ANALYZE")
    filled = time.perf_counter() - begun

    def by_hand(at: datetime) -> list[object]:
        with connection.cursor() as cursor:
            cursor.execute(BY_HAND, [at, at])
            return list(cursor.fetchall())

    run_tick(now)
    lines = [f"{duties:,} open duties, {2 * duties:,} waiting steps (made in {filled:.0f} s)"]
    lines.append(f"load average at the beginning: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    lines.append(f"{'milliseconds':58}{'median':>8}{'least':>8}{'times the SQL by hand':>24}")
    nothing = rounds(lambda: by_hand(now))
    lines.append(line("the SQL by hand for what is due, where nothing is", nothing))
    lines.append(line("a whole tick that finds nothing due", rounds(lambda: run_tick(now)), nothing))
    lines.append(line("  of which settling", rounds(lambda: settle(now))))
    lines.append(line("  of which what is known to be behind", rounds(lambda: finding.behind(now))))
    name = f"  of which known and swept, {finding.PART:,} duties a tick"
    lines.append(line(name, rounds(lambda: planning.reconcile(now))))
    first = list(Reminder.objects.filter(state="planned", step="24h").order_by("planned_for").values_list("pk")[:500])
    Reminder.objects.filter(pk__in=[pk for (pk,) in first]).update(planned_for=now - timedelta(seconds=1))
    some = rounds(lambda: by_hand(now))
    lines.append(line(f"the same SQL by hand, where {len(by_hand(now))} steps are due", some))
    lines.append(line("finding them", rounds(lambda: finding.due_obligations(now)), some))
    lines.append(line("finding whom to write to", rounds(lambda: finding.people_due(now, 500)), some))
    begun = time.perf_counter()
    load_rulebook()
    lines.append(f"reading the law, once in the life of a worker, at its start: {time.perf_counter() - begun:.1f} s")
    begun = time.perf_counter()
    written = run_tick(now)
    taken = time.perf_counter() - begun
    lines.append(f"a tick that writes {written} mails about them and plans 500 recalls: {taken:.1f} s, once")
    lines.append(f"load average at the end: {os.getloadavg()[0]:.1f}")
    return lines


def main() -> None:
    """Prints the result."""
    with own_database():
        for text in measure(int(sys.argv[1]) if len(sys.argv) > 1 else DUTIES):
            print(text, flush=True)


if __name__ == "__main__":
    main()
