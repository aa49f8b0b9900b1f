"""Reading the outbox of one workspace."""

from django.db.models import Count, QuerySet

from accounts.models import Workspace
from outbox.models import Message

State = Message.State


def undelivered(workspace: Workspace) -> QuerySet[Message]:
    """What did not leave and will not by itself, newest first: somebody has to look at it."""
    return Message.objects.filter(
        workspace=workspace, state__in=[State.WITHHELD, State.FAILED, State.BOUNCED]
    ).order_by("-created_at")


def messages_about(workspace: Workspace, related: str) -> QuerySet[Message]:
    """The messages about one thing, oldest first, with their attempts."""
    return (
        Message.objects.filter(workspace=workspace, related=related)
        .order_by("created_at", "pk")
        .prefetch_related("attempts")
    )


def counts_by_state(workspace: Workspace) -> dict[str, int]:
    """How many messages of the workspace are in each state that occurs."""
    rows = Message.objects.filter(workspace=workspace).values("state").annotate(count=Count("pk"))
    return {row["state"]: row["count"] for row in rows.order_by("state")}
