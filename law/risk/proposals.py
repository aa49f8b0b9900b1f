"""Both methods for one case."""

from law.case import Case
from law.risk import edpb, enisa
from law.risk.levels import Proposal
from law.risk.reading import Reading

METHODS = {enisa.METHOD: enisa.TITLE, edpb.METHOD: edpb.TITLE}


def propose(case: Case) -> tuple[Proposal, ...]:
    """What each method proposes, ENISA first; ENISA is left out while no data are known."""
    return of_reading(Reading(case))


def of_reading(reading: Reading) -> tuple[Proposal, ...]:
    """The same for facts that are read already."""
    return tuple(one for one in (enisa.weigh(reading), edpb.weigh(reading)) if one is not None)
