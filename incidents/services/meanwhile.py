"""Two people change one row: the second is shown what the first saved, and nothing is overwritten unseen."""

from typing import Any

from django.db.models import Model

from accounts import history
from accounts.models import User


class ChangedMeanwhile(Exception):  # noqa: N818 - a state to be shown and resolved, not a failure
    """Somebody else has saved since. `theirs` is the row as it stands, `fields` what reads otherwise than it did.

    What was typed is with the caller. `version`: what to save upon, once it has been seen.
    """

    def __init__(self, theirs: Model, fields: list[str]) -> None:
        super().__init__(f"changed meanwhile: {', '.join(fields)}")
        self.theirs, self.fields = theirs, fields
        self.version = history.version_of(theirs)

    @property
    def who(self) -> str:
        """The person who saved last; empty where it was the program."""
        actor = history.last_actor_of(self.theirs)
        return str(User.objects.filter(pk=actor).first() or "") if actor is not None else ""


def require_unchanged(held: Model, base: int | None, changes: dict[str, Any]) -> None:
    """Raises ChangedMeanwhile where fields about to be changed have been changed since version `base` of the row.

    What both typed alike is no conflict. Without a base nobody has looked: nothing is compared.
    """
    if not base:
        return
    moved = history.moved_since(held, base, list(changes))
    if conflicting := [name for name in moved if getattr(held, name) != changes[name]]:
        raise ChangedMeanwhile(held, conflicting)
