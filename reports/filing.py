"""The filing board of a case: one row an authority, from draft to follow-up. And what is still to be asked.

A follow-up is proposed where the facts of today would answer a notification that was sent otherwise.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.translating import translated
from incidents.catalogue import Question, load_catalogue
from incidents.models import Incident, Obligation, Outcome
from incidents.selectors import leading_clock
from law.explain import jurisdiction_name
from law.rulebook import load_rulebook
from reports.access import reaches, visible_documents
from reports.answers import Sheet, State, answer_sheet
from reports.checks import sheet_of
from reports.compose import Change, changes
from reports.definitions import Form, form_of
from reports.english import has_english_copy
from reports.models import Document
from reports.selectors import forms_for
from reports.snapshots import take_snapshot
from reports.undelivered import Undelivered, undelivered

WHO = {
    "privacy_officer": _("Privacy officer"),
    "security": _("Security team"),
    "counsel": _("Counsel"),
    "management": _("Management"),
    "local": _("Local representative"),
    "processor": _("Service provider"),
}


@dataclass(frozen=True, slots=True)
class Missing:
    """One answer that is still open: who is asked first, and whether the document waits for it."""

    label: str
    field: str
    who: str
    question: str
    blocks: bool


@dataclass(frozen=True)
class FilingRow:
    """One authority of a case: its duties of one organisation, and the newest document for it."""

    party: str
    authority: str
    place: str
    duty: Obligation
    forms: Sequence[Form]
    document: Document | None
    sheet: Sheet | None
    due: datetime | None
    to_follow: Sequence[Change]
    stuck: Undelivered | None
    within: bool
    """Do the countries to which the reader is limited reach it?"""

    @property
    def form(self) -> Form | None:
        """The form of the document, else the one that would be taken."""
        return self.sheet.form if self.sheet else next(iter(self.forms), None)

    @property
    def untranslated(self) -> int:
        """How many texts are not there in the document's language."""
        return len(self.sheet.of_state(State.NO_TEXT)) if self.sheet else 0

    @property
    def first_draft(self) -> bool:
        """May a document be begun from the board: a form is there, no document yet."""
        return self.document is None and self.form is not None

    @property
    def english_copy(self) -> bool:
        """Is there an English copy of the document, to be read in the house?"""
        return self.document is not None and has_english_copy(self.document)

    @property
    def met(self) -> bool:
        """Was the deadline met by a document that was sent and has not come back?"""
        return self.document is not None and self.document.state == Document.State.SENT and self.stuck is None


def board(membership: Membership, incident: Incident) -> list[FilingRow]:
    """One row for each authority that a standing duty names, nearest deadline first."""
    duties = (
        Obligation.objects.filter(incident=incident, kind="notify", outcome__in=[Outcome.APPLIES, Outcome.UNDETERMINED])
        .exclude(authority="")
        .select_related("party__legal_entity", "incident")
        .order_by("due", "pk")
    )
    documents = [
        row
        for row in visible_documents(membership, incident)
        if row.kind == Document.Kind.AUTHORITY_NOTIFICATION and row.state != Document.State.SUPERSEDED
    ]
    first: dict[tuple[int, str], Obligation] = {}
    for duty in duties:
        first.setdefault((duty.party_id, duty.authority), duty)
    stuck = {one.document.pk: one for one in undelivered([incident])}
    return [_row(duty, documents, membership, stuck) for duty in first.values()]


def _row(
    duty: Obligation, documents: Iterable[Document], membership: Membership, stuck: Mapping[int, Undelivered]
) -> FilingRow:
    duty.party.incident = duty.incident
    ours = [
        row
        for row in documents
        if row.party_id == duty.party_id and row.obligation and row.obligation.authority == duty.authority
    ]
    document = ours[0] if ours else None
    authority = load_rulebook().authorities.get(duty.authority)
    return FilingRow(
        party=duty.party.legal_entity.name,
        authority=authority.name if authority else duty.authority,
        place=translated(jurisdiction_name(duty.jurisdiction)) if duty.jurisdiction else "",
        duty=duty,
        forms=forms_for(duty),
        document=document,
        sheet=sheet_of(document) if document else None,
        due=leading_clock(duty)[0],
        to_follow=since_sent(document) if document else [],
        stuck=stuck.get(document.pk) if document else None,
        within=reaches(membership, duty),
    )


def since_sent(document: Document, now: datetime | None = None) -> list[Change]:
    """What the facts and texts of today would say otherwise than a notification that was sent; else nothing.

    Empty too where the next notification has been begun: the change is on its way.
    """
    if (
        document.state != Document.State.SENT
        or document.kind != Document.Kind.AUTHORITY_NOTIFICATION
        or document.phase == Document.Phase.WITHDRAWAL
        or document.next_phases.exists()
    ):
        return []
    form = form_of(document.form)
    snapshot = take_snapshot(
        party=document.party,
        form=form,
        language=document.language,
        phase=document.phase,
        reference=document.reference,
        taken_at=now or document.incident.now(timezone.now()),
        obligation=document.obligation,
        groups=document.groups,
        previous=document,
    )
    # The document itself is compared, not the next phase: what only the phase changes is no news.
    before = {"answers": document.printed or [], "sent_at": snapshot["taken_at"]}
    sheet = answer_sheet({**snapshot, "late": document.snapshot["late"]}, document.typed)
    told_by_phase = {"previous_reference"}
    silent = {
        field.id for field in form.fields.values() if any(origin.kind in told_by_phase for origin in field.origin)
    }
    found = changes(sheet, before)
    labels = {sheet.answers[name].label for name in silent if name in sheet.answers}
    return [change for change in found if change.label not in labels]


def missing(sheet: Sheet) -> list[Missing]:
    """The answers that are still open, in the form's order, each with who is asked first."""
    found = []
    for answer in sheet.answers.values():
        if answer.state not in (State.NOT_KNOWN, State.MISSING, State.NO_TEXT):
            continue
        question = next(filter(None, map(question_of, answer.paths)), None)
        found.append(
            Missing(
                label=f"{answer.field.number} {answer.label}".strip(),
                field=answer.field.id,
                who=str(WHO[question.who[0] if question else "privacy_officer"]),
                question=question.label if question else "",
                blocks=answer.state is not State.NOT_KNOWN,
            )
        )
    return found


def question_of(path: str) -> Question | None:
    """The question that is answered at a path of an answer; None where nobody is asked."""
    catalogue = load_catalogue()
    if path.startswith("narrative:"):
        return catalogue.narratives.get(path.removeprefix("narrative:"))
    if not path.startswith("/"):
        return None
    found = catalogue.of_path(path)
    if found is None:  # the path of a row: the first question asked of it
        pattern = "/".join([*path.split("/")[:2], "*", ""])
        found = next((one for one in catalogue.by_pattern.values() if one.path.startswith(pattern)), None)
    return found


def sources(paths: Sequence[str], party: int) -> list[tuple[str, str, str]]:
    """The facts behind an answer: each in words, with its path and the address below the case where it is answered.

    The address is empty where nobody is asked: what follows from the record of the case, or from all rows of a list.
    """
    found = []
    for path in paths:
        question = question_of(path)
        segments = path.split("/")
        row = {"row": segments[2]} if question and "*" in question.path and len(segments) > 2 else {}
        asked = question and (row or "*" not in question.path)  # of all rows at once nobody is asked
        where = f"facts/{question.id}/?{urlencode({'party': party, **row})}" if question and asked else ""
        found.append((str(question.label) if question else "", path, where))
    return found
