"""A tick of the reminders among a million open duties, beside the same SQL by hand.

    python -m bench.reminders [duties]

Each duty has a plan and two steps that wait: the next one and the first recall. Measured, as medians: a whole tick that
finds nothing due (settling, what is known to be behind, the part of the sweep, what is due); finding what is due when
500 steps of 20 people are; and the hand-written statement that reads the same rows by the same index. Writing the mails
of those people is measured apart, for it grows with what there is to say and not with how many duties are open. To
reach: under 50 ms a tick.
"""

import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from bench._own_database import own_database

DUTIES = 1_000_000
ROUNDS = 15
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


def median(work: Callable[[], object]) -> str:
    """Milliseconds, median and least, the first round not counted."""
    work()
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1000)
    return f"{statistics.median(taken):.1f} (least {min(taken):.1f})"


def measure(duties: int) -> list[str]:
    """The lines of the result."""
    from django.db import connection
    from django.utils import timezone

    from notifications import planning
    from notifications.models import Reminder
    from notifications.sending import due_now, run_tick, settle

    now = timezone.now()
    values = {"cases": duties // PER_CASE + 1, "per": PER_CASE, "duties": duties, "now": now.isoformat()}
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(FILL.format(**values))
    filled = time.perf_counter() - begun

    def by_hand(at: datetime) -> list[object]:
        with connection.cursor() as cursor:
            cursor.execute(BY_HAND, [at, at])
            return list(cursor.fetchall())

    run_tick(now)
    lines = [f"{duties:,} open duties, {2 * duties:,} waiting steps (made in {filled:.0f} s); milliseconds, medians"]
    lines.append(f"a whole tick that finds nothing due: {median(lambda: run_tick(now))}")
    lines.append(f"  of which settling: {median(lambda: settle(now))}")
    lines.append(
        f"  of which known and swept, {planning.PART} duties a tick: {median(lambda: planning.reconcile(now))}"
    )
    first = list(Reminder.objects.filter(state="planned", step="24h").order_by("planned_for").values_list("pk")[:500])
    Reminder.objects.filter(pk__in=[pk for (pk,) in first]).update(planned_for=now - timedelta(seconds=1))
    found = len(by_hand(now))
    lines.append(f"finding {found} due steps: {median(lambda: list(due_now(now).values_list('pk', 'obligation')))}")
    lines.append(f"the same SQL by hand: {median(lambda: by_hand(now))}")
    begun = time.perf_counter()
    written = run_tick(now)
    lines.append(f"writing {written} mails about them: {(time.perf_counter() - begun) * 1000:.0f} once")
    return lines


def main() -> None:
    """Prints the result."""
    with own_database():
        for line in measure(int(sys.argv[1]) if len(sys.argv) > 1 else DUTIES):
            print(line, flush=True)


if __name__ == "__main__":
    main()
