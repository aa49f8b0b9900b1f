"""What must travel up: a short list of typed events, published inside the transaction of the fact.

Higher floors subscribe in AppConfig.ready(). A subscriber is called at once, in the publisher's
transaction, inside a savepoint of its own. So what it writes (a reminder's row, a proposed report)
is committed together with the fact or not at all; calling it after the commit instead would leave a
moment in which the fact stands, the process dies, and nobody plans the reminder. And a subscriber
that fails loses only its own savepoint: the error is logged, the fact is kept, because an officer's
entry must never be refused on account of a reminder. The subscriber's own tick then finds from the
rows what it has missed. A lost database connection is not caught: then nothing can be kept.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError, connection, transaction

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FactsRecorded:
    """A new revision of a party's facts stands, and its duties have been assessed."""

    party_id: int
    revision_id: int
    changed_paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DutiesChanged:
    """Obligations were gained, lost, settled or moved. `assessment_id` is None for changes by hand."""

    party_id: int
    obligation_ids: tuple[int, ...]
    assessment_id: int | None = None


@dataclass(frozen=True, slots=True)
class ObligationFulfilled:
    """An obligation was fulfilled; with `withdrawn`, a mistaken record of that was withdrawn."""

    obligation_id: int
    fulfilment_id: int
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class DecisionRecorded:
    """A person decided about an obligation; with `revoked`, the decision was taken back."""

    obligation_id: int
    decision_id: int
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class IncidentClosed:
    """A case was closed; with `reopened`, it was opened again."""

    incident_id: int
    reopened: bool = False


@dataclass(frozen=True, slots=True)
class PeopleChanged:
    """A case has another owner or deputy, or may be seen by others than before."""

    incident_id: int


@dataclass(frozen=True, slots=True)
class WordsChanged:
    """Something that can be found by words was written: objects `keys` of a source of incidents.searching."""

    incident_id: int
    source: str
    keys: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PeopleCalled:
    """A comment called members by @ who had not been called by it before."""

    comment_id: int
    mention_ids: tuple[int, ...]


Event = (
    FactsRecorded
    | DutiesChanged
    | ObligationFulfilled
    | DecisionRecorded
    | IncidentClosed
    | PeopleChanged
    | WordsChanged
    | PeopleCalled
)
EventT = TypeVar(
    "EventT",
    FactsRecorded,
    DutiesChanged,
    ObligationFulfilled,
    DecisionRecorded,
    IncidentClosed,
    PeopleChanged,
    WordsChanged,
    PeopleCalled,
)

_subscribers: dict[type[Any], list[Callable[[Any], None]]] = {}
_last: dict[type[Any], list[Callable[[Any], None]]] = {}


def subscribe(kind: type[EventT], handler: Callable[[EventT], None], *, last: bool = False) -> None:
    """Call `handler` for every event of that kind from now on; a second call with the same is no second call.

    `last`: after all others. What sums a case up locks its row after all rows of its duties, so that two who
    change a case at once never wait for each other in a circle.
    """
    handlers = (_last if last else _subscribers).setdefault(kind, [])
    if handler not in handlers:
        handlers.append(handler)


def unsubscribe(kind: type[EventT], handler: Callable[[EventT], None]) -> None:
    """Take a subscription back; nothing happens where there is none."""
    for handlers in (_subscribers.get(kind, []), _last.get(kind, [])):
        if handler in handlers:
            handlers.remove(handler)


def publish(event: Event) -> None:
    """Tell every subscriber. Must be called inside a transaction: RuntimeError otherwise."""
    if not connection.in_atomic_block:
        raise RuntimeError(f"{type(event).__name__} published outside a transaction")
    for handler in (*_subscribers.get(type(event), ()), *_last.get(type(event), ())):
        try:
            with transaction.atomic():
                handler(event)
        except (OperationalError, InterfaceError):
            # A deadlock, a time-out or a lost connection: the whole transaction is to be repeated.
            raise
        except Exception:
            logger.exception("%s failed on %r; its tick has to repair it", _name(handler), event)


def _name(handler: Callable[[Any], None]) -> str:
    return f"{handler.__module__}.{getattr(handler, '__qualname__', repr(handler))}"
