"""Making a process ready to answer: the law read, its conditions written out, both out of the cycle collector's way.

An answer for the whole world makes some ten thousand objects and no cycles. With Python's own thresholds the collector
looks through all of them a dozen times while they are made; that took a fifth of the time of an answer, and found
nothing. A process that serves many cases therefore looks more rarely. What is kept from the collector meanwhile are at
most some megabytes of cycles that others leave behind.
"""

import gc

from law.rulebook import load_rulebook

YOUNG, MIDDLE, OLD = 50_000, 20, 20
"""So many new objects before the youngest are looked through; so many such looks before the next older ones are."""


def settle() -> None:
    """Call it once, when a process that is to answer cases starts, and before it forks: what is read is then shared.

    Sets thresholds of the whole process: for applications, not for libraries.
    """
    for duty in load_rulebook().duties.values():
        for version in duty.versions:
            version.applies()
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
