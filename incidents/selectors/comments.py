"""Reading comments: those of a case, a duty or a fact, with their earlier wordings; and what waits on a desk."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.access import Permission, may
from accounts.models import Membership, User
from incidents.access import people_allowed_to_see, visible_incidents
from incidents.models import Comment, Incident, Mention, Obligation, Party


@dataclass(frozen=True, slots=True)
class Wording:
    """An earlier wording of a comment, and when it was replaced."""

    text: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Written:
    """A comment with its earlier wordings, the newest of them first, and whom it calls."""

    comment: Comment
    earlier: tuple[Wording, ...]
    called: tuple[User, ...]


def comments_of(
    incident: Incident,
    *,
    obligation: Obligation | None = None,
    party: Party | None = None,
    path: str = "",
    document: int | None = None,
    everything: bool = False,
) -> list[Written]:
    """The comments on one thing, oldest first; with `everything` all of the case. Three queries.

    `document`: those on all answers of the document of this ordinal.
    """
    rows = Comment.objects.filter(incident=incident)
    if not everything:
        rows = rows.filter(obligation=obligation, party=party, path=path, document=document)
    found = list(
        rows.select_related("author", "resolved_by", "obligation", "party__legal_entity").order_by("written_at", "pk")
    )
    earlier = _earlier([row.pk for row in found if row.version > 1])
    called = defaultdict(list)
    for mention in Mention.objects.filter(comment__in=[row.pk for row in found]).select_related("user").order_by("pk"):
        called[mention.comment_id].append(mention.user)
    return [Written(row, tuple(earlier.get(row.pk, ())), tuple(called.get(row.pk, ()))) for row in found]


def _earlier(edited: list[int]) -> dict[int, list[Wording]]:
    if not edited:
        return {}
    events: Any = Comment.pgh_event_model  # type: ignore[attr-defined]
    rows = events.objects.filter(pgh_obj_id__in=edited).order_by("pgh_obj_id", "-version")
    found: dict[int, list[Wording]] = {}
    newer: dict[int, datetime] = {}
    seen: set[tuple[int, int]] = set()
    for row in rows.values("pgh_obj_id", "version", "text", "edited_at", "pgh_created_at"):
        pk = row["pgh_obj_id"]
        # Resolving a comment is an event too, and no new wording.
        if (pk, row["version"]) in seen:
            continue
        seen.add((pk, row["version"]))
        if pk in newer:
            found.setdefault(pk, []).append(Wording(row["text"], newer[pk]))
        newer[pk] = row["edited_at"] or row["pgh_created_at"]
    return found


def can_be_called(incident: Incident, but: User) -> Iterable[User]:
    """Whom a comment in this case can call by @: everybody who may see it, without the writer."""
    rows = User.objects.filter(pk__in=people_allowed_to_see(incident)).exclude(pk=but.pk)
    return rows.order_by("display_name", "pk")


def waiting_mentions(membership: Membership) -> list[Mention]:
    """What calls this member and was not seen yet, in cases that the member may see; newest first."""
    if not may(membership, Permission.VIEW_CASE):
        return []
    rows = Mention.objects.filter(
        user_id=membership.user_id, seen_at__isnull=True, comment__incident__in=visible_incidents(membership)
    )
    found = list(rows.order_by("-comment__written_at", "-pk").values_list("pk", flat=True)[:50])
    if not found:
        return []
    related = ("comment__incident__workspace", "comment__author", "comment__obligation", "comment__party")
    called = Mention.objects.select_related(*related).in_bulk(found)
    return [called[pk] for pk in found if pk in called]
