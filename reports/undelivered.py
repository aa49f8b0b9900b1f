"""E-mails to authorities that did not arrive, or whose leaving could not be recorded: what somebody has to mend."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from incidents.models import Fulfilment, Incident
from outbox.models import Message
from reports.models import Document, Mailing
from reports.models.mailing import FAILED


class Fault(StrEnum):
    """What went wrong."""

    FAILED = "failed"
    WITHHELD = "withheld"
    BOUNCED = "bounced"
    UNRECORDED = "unrecorded"


@dataclass(frozen=True, slots=True)
class Undelivered:
    """One e-mail that somebody has to look after. `attempts`: how often it was tried: each failure is news."""

    mailing: Mailing
    fault: Fault
    attempts: int

    @property
    def document(self) -> Document:
        """What it was to carry."""
        return self.mailing.document

    @property
    def reason(self) -> str:
        """The server's words, in the language in which it spoke."""
        return self.mailing.problem if self.fault is Fault.UNRECORDED else self.mailing.message.reason

    @property
    def words(self) -> str:
        """What went wrong, in a sentence."""
        return {
            Fault.FAILED: gettext("The e-mail did not leave: the duty is open."),
            Fault.WITHHELD: gettext("The e-mail was held back here: the duty is open."),
            Fault.BOUNCED: gettext("The e-mail came back: the duty is open."),
            Fault.UNRECORDED: gettext("The e-mail has left, and this could not be recorded."),
        }[self.fault]

    @property
    def mend(self) -> str:
        """What to do about it."""
        if self.fault is Fault.UNRECORDED:
            return gettext("Mend what the reason names; it is recorded by itself then. Do not send it again.")
        if self.fault is Fault.BOUNCED:
            return gettext("Check the address, then file it another way and record that on the page of the duty.")
        return gettext("Send it again, or file it another way and record that.")


def undelivered(incidents: QuerySet[Incident] | Iterable[Incident] | None = None) -> list[Undelivered]:
    """Those of these cases, or of all, oldest first.

    Not those after which the duty was fulfilled another way; that is their mend.
    """
    otherwise = Fulfilment.objects.filter(
        obligation=OuterRef("document__obligation"),
        withdrawn_at__isnull=True,
        recorded_at__gt=OuterRef("asked_at"),
    )
    rows = (
        Mailing.objects.filter(message__kind="filing")
        .filter(Q(message__state__in=FAILED) | Q(message__state=Message.State.SENT, recorded_at=None) & ~Q(problem=""))
        .filter(document__state__in=(Document.State.APPROVED, Document.State.SENT))
        .exclude(Exists(otherwise))
    )
    if incidents is not None:
        rows = rows.filter(document__incident__in=incidents)
    # Nearly always there are none: what they would say is read only where there are.
    found = list(rows.values_list("pk", flat=True))
    return _told(found) if found else []


def _told(found: list[int]) -> list[Undelivered]:
    rows = (
        Mailing.objects.filter(pk__in=found)
        .select_related("message", "document__incident__workspace", "document__obligation", "document__approved_by")
        .annotate(attempts=Count("message__attempts"))
        .order_by("pk")
    )
    return [Undelivered(row, _fault(row), _attempts(row)) for row in rows]


def _fault(row: Mailing) -> Fault:
    return Fault.UNRECORDED if row.message.state == Message.State.SENT else Fault(row.message.state)


def _attempts(row: Any) -> int:
    return int(row.attempts)
