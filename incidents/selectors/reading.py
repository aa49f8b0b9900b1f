"""Doubts about the law library and the positions of a workspace, as pages show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import Workspace
from incidents.models import LawDoubt, LawPosition


@dataclass(frozen=True)
class Held:
    """The position on one duty (or one jurisdiction): what counts, what waits for a second person, what was before.

    `standing` is the newest version that counts: a stricter one at once, a laxer one once approved. `proposed` is the
    newest version while it waits for approval.
    """

    jurisdiction: str
    duty: str
    standing: LawPosition | None
    proposed: LawPosition | None
    versions: tuple[LawPosition, ...]

    @property
    def newest(self) -> LawPosition:
        return self.versions[0]

    @property
    def speaks(self) -> bool:
        """Is there anything to show beside the library's answer?"""
        return self.proposed is not None or self.standing is not None

    def review_passed(self, today: date) -> bool:
        """Should somebody have looked at it again by now?"""
        day = self.newest.review_on
        return day is not None and day <= today


def positions_of(workspace: Workspace, jurisdictions: Iterable[str] | None = None) -> dict[tuple[str, str], Held]:
    """The positions of a workspace by jurisdiction and duty; of some jurisdictions only, where they are named."""
    rows = LawPosition.objects.filter(workspace=workspace).select_related("stated_by", "approved_by")
    if jurisdictions is not None:
        rows = rows.filter(jurisdiction__in=list(jurisdictions))
    found: dict[tuple[str, str], list[LawPosition]] = {}
    for row in rows.order_by("-number"):
        found.setdefault((row.jurisdiction, row.duty), []).append(row)
    return {key: _held(*key, versions) for key, versions in found.items()}


def position_on(workspace: Workspace, jurisdiction: str, duty: str = "") -> Held | None:
    """The position on one duty, or on a jurisdiction as a whole; None where nobody has stated one."""
    return positions_of(workspace, [jurisdiction]).get((jurisdiction, duty))


def _held(jurisdiction: str, duty: str, versions: Sequence[LawPosition]) -> Held:
    counting = next((one for one in versions if not one.needs_approval), None)
    withdrawn = counting is not None and counting.stance == LawPosition.Stance.WITHDRAWN
    return Held(
        jurisdiction=jurisdiction,
        duty=duty,
        standing=None if withdrawn else counting,
        proposed=versions[0] if versions[0].needs_approval else None,
        versions=tuple(versions),
    )


def doubts_of(workspace: Workspace, jurisdictions: Iterable[str] | None = None) -> list[LawDoubt]:
    """The doubts of a workspace, open ones first, then the newest; of some jurisdictions only, where they are named."""
    rows = LawDoubt.objects.filter(workspace=workspace).select_related("reported_by", "settled_by")
    if jurisdictions is not None:
        rows = rows.filter(jurisdiction__in=list(jurisdictions))
    return sorted(rows, key=lambda one: (one.settled_at is not None, -one.reported_at.timestamp(), -one.pk))


def doubt_json(doubt: LawDoubt) -> dict[str, Any]:
    """A doubt as the makers of the library get it: no name of a person or of the workspace, no internal note."""
    return {
        "jurisdiction": doubt.jurisdiction,
        "duty": doubt.duty or None,
        "version": doubt.version or None,
        "rulebook": doubt.rulebook,
        "rulebook_date": doubt.rulebook_date.isoformat(),
        "about": doubt.about,
        "text": doubt.text,
        "source": doubt.source or None,
        "reported_on": doubt.reported_at.date().isoformat(),
        "settled_on": doubt.settled_at.date().isoformat() if doubt.settled_at else None,
        "verdict": doubt.verdict or None,
        "answer": doubt.answer or None,
    }
