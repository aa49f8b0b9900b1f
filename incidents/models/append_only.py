"""Rows that are written once: the database itself refuses to change, remove or truncate them."""

import pgtrigger


def append_only(what: str) -> list[pgtrigger.Trigger]:
    """Triggers for Meta.triggers. `what` names the rows in the refusal: "facts revisions".

    A lawful erasure lifts them by name for its own transaction (pgtrigger.ignore) and leaves a trace
    of its own; nothing else in the product does.
    """
    return [
        pgtrigger.Trigger(
            name="append_only",
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete,
            func=f"RAISE EXCEPTION '{what} are written once: % of row % refused', TG_OP, OLD.id;",
        ),
        pgtrigger.Trigger(
            name="no_truncate",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func=f"RAISE EXCEPTION '{what} are written once: TRUNCATE refused';",
        ),
    ]
