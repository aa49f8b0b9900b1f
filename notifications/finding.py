"""What a tick has to look at, found among all rows: each question one statement, by index.

Written out as SQL, and not as querysets, for two reasons. A tick runs every ten seconds for as long as the
installation lives, mostly to find nothing, and putting querysets together took as long as their answers. And
a condition that a queryset spells as NOT (EXISTS ... AND ...) makes PostgreSQL ask row by row.
`notifications.clocks.clock_of` says the same as SWEEP of one obligation; a test holds the two together.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from notifications.reminder_plan import AGAIN, ENDED, MOVED

MOST = 5000
"""So many steps are looked at in one tick at most, the earliest first; the next tick goes on."""
LOOKS = 1000
"""So many plans that are known to be due for another look are looked at in one tick at most."""
PART = 2000
"""So many obligations are compared with their plans at one tick."""

NOT_HELD = f"""NOT EXISTS (SELECT FROM notifications_snooze s
        WHERE s.obligation_id = r.obligation_id AND s.user_id = r.recipient_id AND s.until > %(now)s
        AND r.step NOT IN ('{MOVED}', '{AGAIN}', '{ENDED}'))"""
"""A snooze ends before the last step (notifications.seeing); what is news comes all the same."""

DUE = f"""
SELECT r.obligation_id FROM notifications_reminder r
WHERE r.state = 'planned' AND r.planned_for <= %(now)s AND {NOT_HELD}
ORDER BY r.planned_for LIMIT %(most)s
"""  # noqa: S608 - constants

# What became of the mails in the outbox; the last are those that left, and came back later.
ENDED_MAILS = """
SELECT r.id, r.obligation_id, m.state FROM notifications_reminder r JOIN outbox_message m ON m.id = r.message_id
WHERE r.state = 'claimed' AND m.state IN ('sent', 'failed', 'withheld', 'cancelled', 'bounced')
UNION ALL
SELECT r.id, r.obligation_id, m.state FROM outbox_message m JOIN notifications_reminder r ON r.message_id = m.id
WHERE m.state = 'bounced' AND r.state = 'sent'
"""

PEOPLE = f"""
SELECT r.recipient_id, i.workspace_id FROM notifications_reminder r
JOIN incidents_obligation o ON o.id = r.obligation_id JOIN incidents_incident i ON i.id = o.incident_id
WHERE r.state = 'planned' AND r.planned_for <= %(now)s AND {NOT_HELD}
GROUP BY r.recipient_id, i.workspace_id ORDER BY min(r.planned_for) LIMIT %(most)s
"""  # noqa: S608 - constants

# Recalls that went out want a successor; an absence begins or ends; nobody could be written to.
KNOWN = """
(SELECT r.obligation_id FROM notifications_reminder r
    JOIN notifications_reminderplan p ON p.obligation_id = r.obligation_id AND p.live
    WHERE r.step LIKE 'overdue%%' AND NOT r.followed AND r.state IN ('claimed', 'sent', 'dropped') LIMIT %(most)s)
UNION (SELECT obligation_id FROM notifications_reminderplan WHERE look_again_at <= %(now)s
    ORDER BY look_again_at LIMIT %(most)s)
UNION (SELECT obligation_id FROM notifications_reminderplan WHERE live AND nobody
    ORDER BY planned_at LIMIT %(most)s)
ORDER BY 1
"""

# Two ticks at once take one part each: who finds the mark in other hands takes none.
TAKE = """
WITH mark AS (SELECT name, after FROM notifications_sweepmark WHERE name = 'plans' FOR UPDATE SKIP LOCKED),
last AS (SELECT o.id FROM mark, LATERAL (SELECT id FROM incidents_obligation WHERE id > mark.after
    ORDER BY id OFFSET %(part)s - 1 LIMIT 1) o)
UPDATE notifications_sweepmark m SET after = coalesce((SELECT id FROM last), 0)
FROM mark WHERE m.name = mark.name RETURNING mark.after, nullif(m.after, 0)
"""

# All of a part is read in the order of its ids, from four indexes; no row asks a question of its own. OFFSET 0 lets
# each case of the part be read once and remembered, where PostgreSQL would rather read all cases.
SWEEP = """
WITH done AS (
    SELECT obligation_id FROM incidents_fulfilment
    WHERE obligation_id > %(after)s AND obligation_id <= %(last)s AND withdrawn_at IS NULL
    UNION ALL SELECT obligation_id FROM incidents_decision
    WHERE obligation_id > %(after)s AND obligation_id <= %(last)s AND revoked_at IS NULL AND kind = 'not_to_notify'
), runs AS (
    SELECT o.id, o.updated_at, i.owner_id, coalesce(i.deputy_id, 0) AS deputy_id,
        CASE WHEN o.outcome IN ('APPLIES', 'UNDETERMINED') AND i.stands_at IS NULL AND i.phase <> 'closed'
            AND d.obligation_id IS NULL THEN coalesce(o.due, o.outer_due, o.guideline_due) END AS leading
    FROM incidents_obligation o JOIN LATERAL (SELECT owner_id, deputy_id, stands_at, phase FROM incidents_incident
        WHERE id = o.incident_id OFFSET 0) i ON true
    LEFT JOIN done d ON d.obligation_id = o.id
    WHERE o.id > %(after)s AND o.id <= %(last)s
)
SELECT runs.id FROM runs LEFT JOIN notifications_reminderplan p
    ON p.obligation_id = runs.id AND p.obligation_id > %(after)s AND p.obligation_id <= %(last)s
WHERE CASE WHEN runs.leading IS NULL THEN p.live
    ELSE (p.live AND p.due = runs.leading AND p.seen = runs.updated_at AND p.owner_seen = runs.owner_id
        AND p.deputy_seen = runs.deputy_id) IS NOT TRUE END
ORDER BY runs.leading
"""

LAST_ID = 2**63 - 1


def due_obligations(now: datetime, most: int = MOST) -> list[int]:
    """Ids of the obligations of which a step is due, without those that their receiver asked to hear of later."""
    return list(dict.fromkeys(row[0] for row in _rows(DUE, now=now, most=most)))


def ended_mails() -> Sequence[tuple[int, int, str]]:
    """Reminders whose mail has ended since they were last noted: reminder, obligation, state of the mail."""
    return [(row[0], row[1], row[2]) for row in _rows(ENDED_MAILS)]


def people_due(now: datetime, most: int) -> Sequence[tuple[int, int]]:
    """Who has a step that is due, and in which workspace, the longest due first."""
    return [(row[0], row[1]) for row in _rows(PEOPLE, now=now, most=most)]


def behind(now: datetime) -> list[int]:
    """Ids of obligations whose plans are known to be due for another look: by index, however many there are."""
    return [row[0] for row in _rows(KNOWN, now=now, most=LOOKS)]


def take_part() -> tuple[int, int] | None:
    """The part of the obligations whose turn it is, and moves the mark on. None: the mark is in other hands."""
    rows = _rows(TAKE, part=PART)
    return (rows[0][0], rows[0][1] or LAST_ID) if rows else None


def behind_between(after: int, last: int) -> list[int]:
    """Ids of obligations, of those after one id and up to another, whose reminders do not say what the rows say."""
    return list(dict.fromkeys(row[0] for row in _rows(SWEEP, after=after, last=last)))


def _rows(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
