"""Triggers that keep figures beside their cases, and the counts of a workspace beside its figures."""

import pgtrigger

MADE = """
INSERT INTO incidents_casefigures AS kept (incident_id, workspace_id, number, is_open, restricted, stands_at,
    legal_possible, yardstick_possible, required, still_open, depends, changed, decision_needed, parties,
    due_required, due_depends, untimed_required, untimed_depends, counts)
VALUES (NEW.id, NEW.workspace_id, NEW.number, NEW.phase <> 'closed', NEW.restricted, NEW.stands_at,
    false, false, 0, 0, 0, 0, false, 0, '{}', '{}', 0, 0, '{}')
ON CONFLICT (incident_id) DO UPDATE SET workspace_id = excluded.workspace_id, number = excluded.number,
    is_open = excluded.is_open, restricted = excluded.restricted, stands_at = excluded.stands_at;
RETURN NULL;
"""

COUNTED = """
IF TG_OP = 'UPDATE' AND (OLD.counts, OLD.restricted, OLD.stands_at IS NULL, OLD.workspace_id)
    IS NOT DISTINCT FROM (NEW.counts, NEW.restricted, NEW.stands_at IS NULL, NEW.workspace_id) THEN
    RETURN NULL;
END IF;
IF TG_OP <> 'INSERT' AND NOT OLD.restricted THEN
    INSERT INTO incidents_figurecount (workspace_id, still, key, number)
    SELECT OLD.workspace_id, OLD.stands_at IS NOT NULL, said.key, -said.value::bigint
    FROM jsonb_each_text(OLD.counts) said
    WHERE TG_OP = 'DELETE' OR NEW.restricted OR NEW.workspace_id <> OLD.workspace_id
        OR (NEW.stands_at IS NULL) <> (OLD.stands_at IS NULL) OR NEW.counts ->> said.key IS DISTINCT FROM said.value;
END IF;
IF TG_OP <> 'DELETE' AND NOT NEW.restricted THEN
    INSERT INTO incidents_figurecount (workspace_id, still, key, number)
    SELECT NEW.workspace_id, NEW.stands_at IS NOT NULL, said.key, said.value::bigint
    FROM jsonb_each_text(NEW.counts) said
    WHERE TG_OP = 'INSERT' OR OLD.restricted OR NEW.workspace_id <> OLD.workspace_id
        OR (NEW.stands_at IS NULL) <> (OLD.stands_at IS NULL) OR OLD.counts ->> said.key IS DISTINCT FROM said.value;
END IF;
RETURN NULL;
"""

FIGURES_BESIDE = pgtrigger.Trigger(
    name="figures_beside",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("workspace_id", "number", "phase", "restricted", "stands_at"),  # type: ignore[no-untyped-call]
    func=MADE,
)
"""On Incident: the row is there from the first moment, and hides what its case hides in the same statement."""

COUNTS_ADDED = pgtrigger.Trigger(
    name="counted",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    func=COUNTED,
)
"""On CaseFigures: the counts of the workspace are the sum of those of its cases, whoever writes."""
