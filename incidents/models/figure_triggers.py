"""Triggers that keep figures beside their cases, and the counts of a workspace beside its figures."""

import pgtrigger

MADE = """
INSERT INTO incidents_casefigures AS kept (incident_id, workspace_id, number, is_open, restricted, stands_at,
    kind, legal_possible, yardstick_possible, required, still_open, depends, changed, decision_needed, parties,
    due_required, due_depends, untimed_required, untimed_depends, counts)
VALUES (NEW.id, NEW.workspace_id, NEW.number, NEW.phase <> 'closed', NEW.restricted, NEW.stands_at,
    CASE WHEN NEW.exercise THEN 'exercise' WHEN NEW.stands_at IS NULL THEN 'running' ELSE 'still' END,
    false, false, 0, 0, 0, 0, false, 0, '{}', '{}', 0, 0, '{}')
ON CONFLICT (incident_id) DO UPDATE SET workspace_id = excluded.workspace_id, number = excluded.number,
    is_open = excluded.is_open, restricted = excluded.restricted, stands_at = excluded.stands_at,
    kind = excluded.kind;
RETURN NULL;
"""

COUNTED = """
IF TG_OP = 'UPDATE' AND (OLD.counts, OLD.restricted, OLD.kind, OLD.workspace_id)
    IS NOT DISTINCT FROM (NEW.counts, NEW.restricted, NEW.kind, NEW.workspace_id) THEN
    RETURN NULL;
END IF;
IF TG_OP <> 'INSERT' AND NOT OLD.restricted THEN
    INSERT INTO incidents_figurecount (workspace_id, kind, key, number)
    SELECT OLD.workspace_id, OLD.kind, said.key, -said.value::bigint
    FROM jsonb_each_text(OLD.counts) said
    WHERE TG_OP = 'DELETE' OR NEW.restricted OR NEW.workspace_id <> OLD.workspace_id
        OR NEW.kind <> OLD.kind OR NEW.counts ->> said.key IS DISTINCT FROM said.value;
END IF;
IF TG_OP <> 'DELETE' AND NOT NEW.restricted THEN
    INSERT INTO incidents_figurecount (workspace_id, kind, key, number)
    SELECT NEW.workspace_id, NEW.kind, said.key, said.value::bigint
    FROM jsonb_each_text(NEW.counts) said
    WHERE TG_OP = 'INSERT' OR OLD.restricted OR NEW.workspace_id <> OLD.workspace_id
        OR NEW.kind <> OLD.kind OR OLD.counts ->> said.key IS DISTINCT FROM said.value;
END IF;
RETURN NULL;
"""

FIGURES_BESIDE = pgtrigger.Trigger(
    name="figures_beside",
    when=pgtrigger.After,
    operation=pgtrigger.Insert
    | pgtrigger.UpdateOf("workspace_id", "number", "phase", "restricted", "stands_at", "exercise"),  # type: ignore[no-untyped-call]
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
