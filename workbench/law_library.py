"""What `manage.py law` prints of whole rulebooks: bundles, changes, impact, corrections, age."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from django.core.management.base import CommandError

from incidents.selectors import CaseImpact, impact
from law.bundle import Bundle, BundleError, pack, unpack
from law.changes import law_changes
from law.errata import errata_page
from law.explain import jurisdiction_name
from law.installed import install, remove
from law.lint import lint
from law.rulebook import Rulebook, RulebookError, load_rulebook, read_folder
from law.time_limits import shown

SHOWN = 12
"""Duties that one case names; what lies beyond is counted."""


def packed(target: Path) -> Iterator[str]:
    """Writes the rulebook in use to `target`."""
    rulebook = load_rulebook()
    data = pack(rulebook.files, rulebook.date)
    target.write_bytes(data)
    yield f"{target}: rulebook of {rulebook.date}, {len(rulebook.duties)} duties, {len(data):,} bytes"
    yield rulebook.digest


def read_bundle(source: Path) -> tuple[bytes, Bundle, Rulebook]:
    """A bundle that can be used here. Raises CommandError with every fault otherwise."""
    try:
        data = source.read_bytes()
        bundle = unpack(data)
        rulebook = bundle.rulebook()
    except OSError as error:
        raise CommandError(f"{source}: {error.strerror}") from None
    except (BundleError, RulebookError) as error:
        raise CommandError(f"{source}: {error}") from None
    return data, bundle, rulebook


def installed(source: Path, place: Path, today: date, *, check: bool, force: bool) -> Iterator[str]:
    """Checks a bundle, says what it changes, and puts it in use unless `check`.

    Raises CommandError for a fault, and for one that is older than the rulebook in use.
    """
    data, bundle, fresh = read_bundle(source)
    grave = [str(one) for one in lint(fresh, today) if one.grave]
    if grave:
        raise CommandError("\n".join([f"{source}: the library has faults; nothing was installed", *grave]))
    current = load_rulebook()
    yield f"in use     {current.date}  {current.digest}"
    yield f"this file  {fresh.date}  {fresh.digest}"
    if bundle.foreign:
        yield f"made where these differ: {', '.join(bundle.foreign)}. Here they are taken as they are here."
    if fresh.digest == current.digest:
        yield "It is the one in use; there is nothing to do."
        return
    yield from (str(one) for one in law_changes(current, fresh))
    if fresh.date < max(current.date, read_folder().date) and not force:
        raise CommandError(
            f"{source}: its day, {fresh.date}, lies before that of the library in use, {current.date}; nothing was "
            "installed. Upgrades never go back by themselves; --force keeps it ready, `law remove` goes back to the "
            "shipped one"
        )
    if check:
        yield "Checked only; nothing was installed. `law impact FILE` lists the cases that it reads otherwise."
        return
    install(data, place)
    yield "Installed. Running processes take it up by themselves; open cases are assessed anew within minutes."


def removed(place: Path) -> Iterator[str]:
    """Back to the shipped library."""
    gone = remove(place)
    shipped = read_folder()
    yield "Removed." if gone else "No bundle was installed."
    yield f"In use: the shipped library of {shipped.date}, {shipped.digest}"


def impact_lines(rulebook: Rulebook, *, closed: bool) -> Iterator[str]:
    """The cases that `rulebook` reads otherwise than their newest assessment, then how many of what."""
    counted: Counter[str] = Counter()
    cases = 0
    for found in impact(rulebook, closed=closed):
        cases += 1
        counted.update(one.kind for one in found.duties)
        yield from _case(found)
    if not cases:
        yield f"No {'case' if closed else 'open case'} is read otherwise by the rulebook of {rulebook.date}."
        return
    parts = ", ".join(f"{n} {kind}" for kind, n in sorted(counted.items()))
    yield f"{cases} {'party' if cases == 1 else 'parties'} of cases differ: {parts or 'none that can be assessed'}."


def _case(found: CaseImpact) -> Iterator[str]:
    incident = found.party.incident
    yield f"{incident.reference} {incident.title}: {found.party.legal_entity.name}"
    if found.fault:
        yield f"  cannot be assessed: {found.fault}"
    for one in found.duties[:SHOWN]:
        before, after = _state(one.before, incident.time_zone), _state(one.after, incident.time_zone)
        yield f"  {one.kind:<9} {jurisdiction_name(one.jurisdiction)}: {one.duty} ({one.stage}): {before} -> {after}"
    if len(found.duties) > SHOWN:
        yield f"  and {len(found.duties) - SHOWN} more"


def _state(state: tuple[str, object] | None, zone: str) -> str:
    if state is None:
        return "no such duty"
    outcome, due = state
    words = {"APPLIES": "required", "DOES_NOT_APPLY": "not required", "UNDETERMINED": "depends"}[outcome]
    return f"{words}, {shown(due, zone)}" if isinstance(due, datetime) else words


def errata_text() -> str:
    """docs/law/errata.md as it should be."""
    return "\n".join(errata_page(load_rulebook())).rstrip() + "\n"


def stale_lines(rulebook: Rulebook, today: date, days: int) -> Iterator[str]:
    """Versions of duties, statements and authorities that nobody has verified for so many days, oldest first."""
    limit = today - timedelta(days=days)
    found: list[tuple[date, str]] = []
    for instrument in rulebook.instruments:
        if none := instrument.file.no_general_duty:
            found.append((none.verified_on, f"{instrument.file.instrument}: no general duty"))
        for duty in instrument.duties:
            current = [one for one in duty.versions if one.rule.to is None]
            found += [(one.rule.verified_on, f"{duty.id}, version {one.name}") for one in current]
    found += [(one.verified_on, f"authority {name}") for name, one in rulebook.authorities.items()]
    old = sorted(one for one in found if one[0] < limit)
    yield from (f"{day}  {what}" for day, what in old)
    yield f"{len(old)} of {len(found)} statements were last verified more than {days} days ago."
