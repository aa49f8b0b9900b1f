"""Everything that writes to a case. Each function is one transaction, with who and why in the history."""

from incidents.services.acts import (
    acknowledge_changes,
    add_obligation,
    approve_decision,
    change_obligation,
    decide_not_to_notify,
    decide_to_notify_anyway,
    record_fulfilment,
    revoke_decision,
    withdraw_fulfilment,
)
from incidents.services.assessing import reassess
from incidents.services.cases import (
    add_party,
    add_timeline_entry,
    change_incident,
    close_incident,
    grant_access,
    link_incidents,
    open_incident,
    place_party,
    reopen_incident,
    unlink_incidents,
    withdraw_access,
)
from incidents.services.exercises import end_exercise, start_exercise, tell_on
from incidents.services.facts import FactsConflict, PathConflict, patch_facts
from incidents.services.figures import fold_counts, recount
from incidents.services.figures import sweep as sweep_figures
from incidents.services.indexing import reindex
from incidents.services.indexing import sweep as sweep_search
from incidents.services.merging import merge_incidents, undo_merge
from incidents.services.projections import rebuild_projections
from incidents.services.reading import (
    PositionConflict,
    approve_position,
    holds_in,
    report_doubt,
    settle_doubt,
    state_position,
)
from incidents.services.reconciling import reassess_stale
from incidents.services.records import (
    NarrativeConflict,
    approve_narrative,
    change_measure,
    record_measure,
    write_narrative,
)
from incidents.services.splitting import Cut, split_incident

__all__ = [
    "Cut",
    "FactsConflict",
    "NarrativeConflict",
    "PathConflict",
    "PositionConflict",
    "acknowledge_changes",
    "add_obligation",
    "add_party",
    "add_timeline_entry",
    "approve_decision",
    "approve_narrative",
    "approve_position",
    "change_incident",
    "change_measure",
    "change_obligation",
    "close_incident",
    "decide_not_to_notify",
    "decide_to_notify_anyway",
    "end_exercise",
    "fold_counts",
    "grant_access",
    "holds_in",
    "link_incidents",
    "merge_incidents",
    "open_incident",
    "patch_facts",
    "place_party",
    "reassess",
    "reassess_stale",
    "rebuild_projections",
    "record_fulfilment",
    "record_measure",
    "recount",
    "reindex",
    "reopen_incident",
    "report_doubt",
    "revoke_decision",
    "settle_doubt",
    "split_incident",
    "start_exercise",
    "state_position",
    "sweep_figures",
    "sweep_search",
    "tell_on",
    "undo_merge",
    "unlink_incidents",
    "withdraw_access",
    "withdraw_fulfilment",
    "write_narrative",
]
