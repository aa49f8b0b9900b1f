"""Keeping the rulebooks that assessments name."""

from functools import lru_cache

from incidents.models import KeptRulebook
from law.bundle import pack
from law.rulebook import Rulebook


def keep(rulebook: Rulebook) -> None:
    """Keeps `rulebook` unless it is kept already; inside the transaction of the assessment that names it."""
    if KeptRulebook.objects.filter(digest=rulebook.digest).exists():
        return
    KeptRulebook.objects.bulk_create(
        [KeptRulebook(digest=rulebook.digest, date=rulebook.date, bundle=_packed(rulebook))], ignore_conflicts=True
    )


@lru_cache(maxsize=2)
def _packed(rulebook: Rulebook) -> bytes:
    return pack(rulebook.files, rulebook.date)
