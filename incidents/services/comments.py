"""Comments: writing, editing, resolving, and calling a member by @."""

import re
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import history
from accounts.models import User
from incidents import events
from incidents.access import people_allowed_to_see
from incidents.models import Comment, Incident, Mention, Obligation, Party

LONGEST = 10_000


class CommentConflict(Exception):  # noqa: N818 - a state to be shown and resolved, not a failure
    """The comment was edited in another window since. `theirs` is what stands, `mine` what was typed."""

    def __init__(self, theirs: Comment, mine: str) -> None:
        self.theirs = theirs
        self.mine = mine
        super().__init__(f"comment {theirs.pk} has version {theirs.version}")


def write_comment(
    incident: Incident,
    *,
    text: str,
    by: User,
    key: str,
    obligation: Obligation | None = None,
    party: Party | None = None,
    path: str = "",
    document: int | None = None,
    field: str = "",
) -> Comment:
    """Writes a comment on the case, a duty, a fact, or an answer of a document. `key` makes a form sent twice one.

    For an answer, reports.services.reviewing holds the document while it calls this.
    """
    _check(text)
    for row in (obligation, party):
        if row is not None and row.incident_id != incident.pk:
            raise ValidationError(_("This belongs to another case."))
    with transaction.atomic(), history.context(by, "Comment written"):
        comment, made = Comment.objects.get_or_create(
            author=by,
            key=key,
            defaults={
                "incident": incident,
                "obligation": obligation,
                "party": party,
                "path": path,
                "document": document,
                "field": field,
                "text": text.strip(),
            },
        )
        if made:
            events.publish(events.WordsChanged(incident.pk, "comment", (comment.pk,)))
            _call(comment)
    return comment


def edit_comment(comment: Comment, *, text: str, by: User, base: int) -> Comment:
    """A new wording by its author; the earlier one stays in the history. `base` is the version that was seen.

    Raises CommentConflict where it was edited since. Whoever is called anew is told; nobody is told twice.
    """
    _check(text)
    if comment.author_id != by.pk:
        raise PermissionDenied(_("A comment is edited by whoever wrote it. Write one of your own."))
    with transaction.atomic(), history.context(by, "Comment edited"):
        held = Comment.objects.select_for_update(of=("self",)).select_related("incident").get(pk=comment.pk)
        if held.text == text.strip():
            return held
        if held.resolved_at is not None:
            raise ValidationError({"text": _("This comment is resolved. Open it again, or write another one.")})
        if held.version != base:
            raise CommentConflict(held, text)
        held.text, held.version, held.edited_at = text.strip(), base + 1, timezone.now()
        held.save(update_fields=["text", "version", "edited_at"])
        events.publish(events.WordsChanged(held.incident_id, "comment", (held.pk,)))
        _call(held)
    return held


def resolve_comment(comment: Comment, *, by: User, resolved: bool = True) -> Comment:
    """Resolves a comment on an answer, or opens it again. What stands so already stays as it is."""
    with transaction.atomic(), history.context(by, "Comment resolved" if resolved else "Comment opened again"):
        held = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
        if resolved == (held.resolved_at is not None):
            return held
        held.resolved_by, held.resolved_at = (by, timezone.now()) if resolved else (None, None)
        held.save(update_fields=["resolved_by", "resolved_at"])
    return held


def see_mentions(user: User, mentions: Iterable[int]) -> int:
    """Takes these mentions of a person off the desk; returns how many stood there."""
    rows = Mention.objects.filter(user=user, pk__in=list(mentions), seen_at__isnull=True)
    return rows.update(seen_at=timezone.now())


def mentioned(text: str, people: Iterable[User]) -> list[User]:
    """Whom a text calls: @ with the name as it is shown, or with the e-mail address. Case does not matter."""
    left, found = text.casefold(), []
    # The longest name first, so that @Ann Smith does not call Ann.
    for person in sorted(people, key=lambda one: -len(one.display_name)):
        names = [re.escape(one.casefold()) for one in (person.display_name, person.email) if one.strip()]
        pattern = rf"(?<!\w)@(?:{'|'.join(names)})(?!\w)"
        left, times = re.subn(pattern, " ", left) if names else (left, 0)
        if times:
            found.append(person)
    return found


def _call(comment: Comment) -> None:
    inside = User.objects.filter(pk__in=people_allowed_to_see(comment.incident)).exclude(pk=comment.author_id)
    already = set(Mention.objects.filter(comment=comment).values_list("user_id", flat=True))
    called = [person for person in mentioned(comment.text, inside) if person.pk not in already]
    if not called:
        return
    # Nobody else can be at it: the caller holds the comment, or has just made it.
    made = Mention.objects.bulk_create(Mention(comment=comment, user=person) for person in called)
    events.publish(events.PeopleCalled(comment.pk, tuple(one.pk for one in made)))


def _check(text: str) -> None:
    if not text.strip():
        raise ValidationError({"text": _("Write what you want to say.")})
    if len(text) > LONGEST:
        raise ValidationError({"text": _("This has %(n)d characters; a comment takes %(most)d. Put the rest in a file.")
                               % {"n": len(text), "most": LONGEST}})  # fmt: skip
