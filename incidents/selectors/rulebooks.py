"""The rulebook by which an assessment was made, also when another is in use since."""

from functools import lru_cache

from incidents.models import Assessment, KeptRulebook
from law.bundle import BundleError, unpack
from law.rulebook import Rulebook, RulebookError, load_rulebook


class RulebookGone(LookupError):  # noqa: N818 - a state to be shown
    """The rulebook of an old assessment cannot be had: its findings stand, its reasons cannot be made."""


def rulebook_of(assessment: Assessment) -> Rulebook:
    """The rulebook that the assessment names: the one in use, or the one kept beside it.

    Raises RulebookGone where it is not kept, or where it no longer decides alike here because places, terms, zones
    or holidays (which belong to a rulebook, and to its digest) have changed since.
    """
    current = load_rulebook()
    if current.digest == assessment.rulebook:
        return current
    found = _kept(assessment.rulebook)
    if found is None or found.digest != assessment.rulebook:
        raise RulebookGone(
            f"assessed by the rulebook {assessment.rulebook} of {assessment.rulebook_date};"
            f" in use is {current.digest} of {current.date}"
        )
    return found


@lru_cache(maxsize=4)
def _kept(digest: str) -> Rulebook | None:
    row = KeptRulebook.objects.filter(digest=digest).first()
    try:
        return unpack(bytes(row.bundle)).rulebook() if row else None
    except (BundleError, RulebookError):  # written for a code that reads laws otherwise
        return None
