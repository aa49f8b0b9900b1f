"""History by database triggers: what changed, when, by whom and why.

`@tracked()` gives a model an event table (django-pghistory). Triggers write a row there for every
insert, update and delete, so that no code path can forget it; the event tables are append-only:
UPDATE, DELETE and TRUNCATE are refused by triggers of their own.

Every event carries its context (`pgh_context`: the user's id, the reason, the path), so that one
row says everything, and the id of the database transaction that made it (`pgh_xid`), so that a
sealing job can leave out what is not committed yet.

Track what a person states or decides. Never track a column with personal data of the people
affected by an incident: such data must be erasable, and an event row is not.
"""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import pghistory
import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.models.functions import Cast
from django.http import HttpRequest
from pghistory.middleware import HistoryMiddleware as PghistoryMiddleware
from psycopg.pq import TransactionStatus

ModelT = TypeVar("ModelT", bound=models.Model)
Actor = AbstractBaseUser | AnonymousUser | None


class CurrentTransaction(models.Func):
    """The id of the running transaction: PostgreSQL's 64-bit counter, which never wraps."""

    function = "pg_current_xact_id"
    output_field = models.TextField()


def _transaction_field() -> "models.BigIntegerField[int, int]":
    # xid8 casts to bigint only by way of text.
    current = Cast(Cast(CurrentTransaction(), models.TextField()), models.BigIntegerField())
    return models.BigIntegerField(editable=False, db_default=current)


def tracked(*, exclude: Sequence[str] = ()) -> Callable[[type[ModelT]], type[ModelT]]:
    """Class decorator: keep the history of this model in `<Model>Event`, append-only.

    `exclude` names fields that are left out, such as counters and time stamps of mere use.
    """

    def decorate(model: type[ModelT]) -> type[ModelT]:
        return pghistory.track(  # type: ignore[no-any-return]
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(),
            pghistory.DeleteEvent(),
            exclude=list(exclude),
            # Serves `events_of()`: all events of one row.
            obj_field=pghistory.ObjForeignKey(related_name="history", db_index=True),
            context_field=pghistory.ContextJSONField(),
            append_only=True,
            attrs={"pgh_xid": _transaction_field()},
            meta={
                "triggers": [
                    pgtrigger.Trigger(
                        name="no_truncate",
                        level=pgtrigger.Statement,
                        when=pgtrigger.Before,
                        operation=pgtrigger.Truncate,
                        func="RAISE EXCEPTION 'append-only: % cannot be truncated', TG_TABLE_NAME;",
                    )
                ]
            },
        )(model)

    return decorate


@contextmanager
def context(user: Actor, reason: str = "", **more: Any) -> Iterator[None]:
    """Say who changes things and why, for every event written inside the block.

    Blocks nest: the inner one adds to the outer one and takes its additions away at its end.
    `more` may name further facts fit for JSON (a job, a command); no personal data.
    """
    said = {"user": _id_of(user), **({"reason": reason} if reason else {}), **more}
    with pghistory.context() as current:
        before = dict(current.metadata)
        current.metadata.update(said)
        try:
            yield
        finally:
            current.metadata.clear()
            current.metadata.update(before)
            if not before:
                _forget()


def set_for_copy() -> None:
    """Hand the present context to the database for statements Django does not see, such as COPY.

    Holds until the end of the transaction.
    """
    current = pghistory.context()
    with current as said, connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_id', %s, true), set_config('pghistory.context_metadata', %s, true)",
            [str(said.id), json.dumps(said.metadata, cls=DjangoJSONEncoder)],
        )


def _forget() -> None:
    """Take the actor off the running transaction, lest later statements in it bear the name.

    A transaction that has failed takes no statement but its rollback, which forgets the name as well.
    """
    if not connection.in_atomic_block or connection.connection is None:
        return
    if connection.connection.info.transaction_status != TransactionStatus.INERROR:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('pghistory.context_id', '', true),"
                " set_config('pghistory.context_metadata', '', true)"
            )


def _id_of(user: Actor) -> int | None:
    return user.pk if user is not None and user.is_authenticated else None


class HistoryMiddleware(PghistoryMiddleware):
    """Every request has its actor. Token authentication names him later, when DRF sets the user."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        return {"user": _id_of(request.user), "path": request.path}


@dataclass(frozen=True)
class Change:
    """One entry of a row's history. `values` is the row after the change (before it, for delete)."""

    at: datetime
    what: str
    user_id: int | None
    reason: str
    values: dict[str, Any]


def events_of(row: models.Model) -> list[Change]:
    """The history of one row of a tracked model, oldest first."""
    events = type(row).pgh_event_model.objects.filter(pgh_obj_id=row.pk)  # type: ignore[attr-defined]
    changes = []
    for event in events.order_by("pgh_id"):
        said = event.pgh_context or {}
        values = {
            field.attname: getattr(event, field.attname)
            for field in event._meta.concrete_fields
            if not field.name.startswith("pgh_")
        }
        changes.append(Change(event.pgh_created_at, event.pgh_label, said.get("user"), said.get("reason", ""), values))
    return changes


def version_of(row: models.Model) -> int:
    """The number of the newest entry in a row's history; 0 without one. A form keeps it to say what its reader saw."""
    events = type(row).pgh_event_model.objects.filter(pgh_obj_id=row.pk)  # type: ignore[attr-defined]
    return events.order_by("-pgh_id").values_list("pgh_id", flat=True).first() or 0


def moved_since(row: models.Model, version: int, names: Collection[str]) -> list[str]:
    """Which of these fields read otherwise in `row` than they did in that version of it."""
    events = type(row).pgh_event_model.objects  # type: ignore[attr-defined]
    then = events.filter(pgh_obj_id=row.pk, pgh_id=version).first()
    if then is None:
        return []
    kept = [row._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
    return [name for name, one in zip(names, kept, strict=True) if getattr(then, one) != getattr(row, one)]


def last_actor_of(row: models.Model) -> int | None:
    """The id of the user of the newest entry."""
    events = type(row).pgh_event_model.objects.filter(pgh_obj_id=row.pk)  # type: ignore[attr-defined]
    said = events.order_by("-pgh_id").values_list("pgh_context", flat=True).first() or {}
    found: int | None = said.get("user")
    return found
