"""The authorities to which an organisation would file, by the countries it works in, and what is ready for each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

from accounts.models import LegalEntity
from incidents.models import OrganisationSheet
from law.rulebook import load_rulebook


def countries_of(entity: LegalEntity, sheet: OrganisationSheet | None) -> list[str]:
    """Where it is at home, established or represented: ISO 3166-1 codes, its own country first."""
    found = [entity.country]
    if sheet is not None:
        found += [*(sheet.establishments or ()), sheet.eu_representative_in]
        found += ["GB" if sheet.uk_representative else "", "CH" if sheet.ch_representative else ""]
        found += [row["country"] for row in sheet.other_representatives]
    return list(dict.fromkeys(code for code in found if code))


def authorities_in(countries: Iterable[str]) -> list[str]:
    """The authorities that take notifications of breaches there; none where the library knows no general duty."""
    rulebook = load_rulebook()
    named = _named(rulebook.digest)
    found: list[str] = []
    for code in countries:
        own = rulebook.authority_of(code)
        found += [own] if own else named.get(code, ())
    return list(dict.fromkeys(found))


@lru_cache(maxsize=2)
def _named(digest: str) -> Mapping[str, tuple[str, ...]]:
    """By country: the supervisory authorities that its duties to notify name."""
    rulebook = load_rulebook()
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for instrument in rulebook.instruments:
        for duty in instrument.duties:
            name, rule = duty.named_authority, duty.rule
            binding = rule.kind == "notify" and rule.binding == "mandatory"
            if name in rulebook.authorities and rule.addressee == "supervisory_authority" and binding:
                found[rulebook.authorities[name].jurisdiction][name] = None
    return {code: tuple(names) for code, names in found.items()}
