"""Reading documents: the list of a case, which forms serve a duty, which letters people need."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet
from django.utils.translation import gettext

from accounts.models import Membership
from accounts.translating import translated
from incidents.access import visible_incidents
from incidents.models import Incident, Obligation, Outcome, Party
from incidents.selectors import newest_revision
from law.explain import jurisdiction_name
from law.rulebook import load_rulebook
from reports.access import visible_documents
from reports.answers import Sheet
from reports.checks import sheet_of
from reports.definitions import Form, load_forms
from reports.models import Document
from reports.segments import Segment, segments_of


@dataclass(frozen=True)
class DocumentRow:
    """One document in a list, with its form and, while it is open, its progress."""

    document: Document
    form: Form

    @cached_property
    def sheet(self) -> Sheet:
        """Its answers; read when asked for."""
        return sheet_of(self.document)

    @property
    def progress(self) -> str:
        """Such as: 14 of 17 ready, 3 not known yet (which the law allows)."""
        return progress_words(self.sheet)


def progress_words(sheet: Sheet) -> str:
    """How far a document is, in words."""
    words = gettext("{ready} of {total} ready").format(ready=sheet.ready, total=sheet.total)
    if sheet.follows:
        follows = gettext("{number} not known yet (which the law allows)").format(number=len(sheet.follows))
        words = f"{words}, {follows}"
    if sheet.blocking:
        words = f"{words}, {gettext('{number} still needed').format(number=len(sheet.blocking))}"
    return words


def documents_of(membership: Membership, incident: Incident) -> list[DocumentRow]:
    """The documents of a case, newest first. One query."""
    forms = load_forms()
    rows = [DocumentRow(row, forms[row.form]) for row in visible_documents(membership, incident)]
    for row in rows:
        row.document.incident = incident
    return rows


def documents_of_merged(membership: Membership, incident: Incident) -> list[DocumentRow]:
    """The documents of the cases that were merged into this one, as far as this member sees those cases."""
    seen = visible_incidents(membership)
    found: list[DocumentRow] = []
    waiting = [incident]
    while waiting:  # a case may have taken in another one before it was itself merged
        sources = seen.filter(merged_away__target=waiting.pop(), merged_away__undone_at__isnull=True).order_by("pk")
        for source in sources:
            found += documents_of(membership, source)
            waiting.append(source)
    return found


def documents_of_obligation(obligation: Obligation) -> QuerySet[Document]:
    """The documents made for one duty, newest first."""
    return Document.objects.filter(obligation=obligation).select_related("incident", "created_by").order_by("-ordinal")


def forms_for(obligation: Obligation) -> list[Form]:
    """Forms that serve a duty: those of its authority that name it, then the generic ones of its law."""
    found = [
        form
        for form in load_forms().values()
        if obligation.duty in form.duties and (not form.authorities or obligation.authority in form.authorities)
    ]
    return sorted(found, key=lambda form: (form.generic, form.id))


@dataclass(frozen=True, slots=True)
class Offer:
    """A document that can be begun for a duty."""

    obligation: Obligation
    form: Form

    @property
    def place(self) -> str:
        """Whose law it is: "France", "California"."""
        return translated(jurisdiction_name(self.obligation.jurisdiction))

    @property
    def depends(self) -> bool:
        """Is it open whether the duty applies?"""
        return self.obligation.outcome == Outcome.UNDETERMINED

    @property
    def stage(self) -> str:
        """The stage of the duty in words."""
        return translated(self.obligation.stage.replace("_", "-").capitalize())


def offers(incident: Incident) -> list[Offer]:
    """What can be drafted in a case: a form for each standing duty that has one, earliest first."""
    duties = (
        Obligation.objects.filter(incident=incident, outcome__in=[Outcome.APPLIES, Outcome.UNDETERMINED])
        .select_related("party__legal_entity")
        .order_by("due", "pk")
    )
    return [Offer(duty, form) for duty in duties for form in forms_for(duty)]


def place_of(obligation: Obligation) -> str:
    """The place whose law the duty is of: for EU law the EU, whichever country's authority takes the notification."""
    for instrument in load_rulebook().instruments:
        if any(duty.id == obligation.duty for duty in instrument.duties):
            return instrument.file.jurisdiction
    return obligation.jurisdiction


def segments(party: Party, place: str = "") -> list[Segment]:
    """The people of a party by what of their data is concerned; see reports.segments."""
    revision = newest_revision(party)
    return segments_of(revision.document if revision else {}, place)
