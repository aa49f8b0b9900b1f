"""Drafting: a document is begun from the facts as they are, and the officer enters what no fact says."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext

from accounts import history
from accounts.models import User
from incidents import events
from incidents.models import Incident, Obligation, OrganisationSheet, Party
from reports.definitions import Form, FormField, form_of
from reports.models import Document
from reports.segments import segments_of
from reports.services.common import lock_document, need_reason
from reports.services.mail_state import need_no_mail_underway
from reports.sheet import answers_of
from reports.snapshots import take_snapshot

State = Document.State


def draft_document(
    *,
    party: Party,
    form: str,
    language: str,
    author: User,
    phase: str = Document.Phase.INITIAL,
    obligation: Obligation | None = None,
    groups: Sequence[str] = (),
    now: datetime | None = None,
) -> Document:
    """Begins a document for a duty, or for a case alone. What was typed for the same entity before is taken over.

    A follow-up or final document joins the last one sent with the same form, language and people.
    `groups` are rows of affected people that a letter is for, with the same data concerned; none: everybody.
    Raises ValidationError naming field and value, FormError where there is no such form.
    """
    definition = form_of(form)
    _check(definition, language, phase, party, obligation, groups)
    before = None if phase == Document.Phase.INITIAL else _last_sent(party, form, language, groups)
    if before is not None:
        return next_phase(before, author=author, phase=phase, obligation=obligation, now=now)
    if phase == Document.Phase.WITHDRAWAL:
        words = gettext("There is nothing to withdraw: no notification with the form {form} was sent.")
        raise ValidationError({"phase": words.format(form=definition.id)})
    with transaction.atomic(), history.context(author, f"Drafted: {definition.title.get('en', form)}"):
        typed = _carried(party, definition)
        return _create(party, definition, language, phase, author, obligation, groups, now, typed=typed)


def _last_sent(party: Party, form: str, language: str, groups: Sequence[str]) -> Document | None:
    """The document that a follow-up follows: the last one sent with the same form, language and people."""
    sent = Document.objects.filter(party=party, form=form, language=language, groups=list(groups), state=State.SENT)
    return sent.order_by("-ordinal").first()


def _check(
    form: Form, language: str, phase: str, party: Party, obligation: Obligation | None, groups: Sequence[str]
) -> None:
    faults = {}
    if language not in form.all_languages:
        faults["language"] = gettext("“{value}”: the form {form} is offered in {offered}.").format(
            value=language, form=form.id, offered=", ".join(form.all_languages)
        )
    if phase not in form.phases:
        faults["phase"] = gettext("“{value}”: the form {form} knows {known}.").format(
            value=_phase(phase), form=form.id, known=", ".join(map(_phase, form.phases))
        )
    if obligation is not None and obligation.party_id != party.pk:
        faults["obligation"] = gettext("“{duty}” is no duty of {party}.").format(duty=obligation, party=party)
    if groups and form.layout != "letter":
        faults["groups"] = gettext("Groups of people are for letters; a notification speaks of everybody.")
    if faults:
        raise ValidationError(faults)


def _create(
    party: Party,
    form: Form,
    language: str,
    phase: str,
    author: User,
    obligation: Obligation | None,
    groups: Sequence[str],
    now: datetime | None,
    *,
    typed: dict[str, Any],
    previous: Document | None = None,
    replaces: Document | None = None,
) -> Document:
    # The case is locked so that two drafts begun at once do not take one number.
    incident = Incident.objects.select_for_update(of=("self",)).select_related("workspace").get(pk=party.incident_id)
    party.incident = incident
    last = Document.objects.filter(incident=incident).aggregate(last=Max("ordinal"))["last"] or 0
    reference = f"{incident.reference}/{last + 1}"
    # The instant of the facts: where the case stands still, its own.
    now = now or incident.now(timezone.now())
    snapshot = take_snapshot(
        party=party,
        form=form,
        language=language,
        phase=phase,
        reference=reference,
        taken_at=now,
        obligation=obligation,
        groups=groups,
        previous=previous,
    )
    if form.layout == "letter":
        _check_segment(snapshot["facts"], groups)
    made = Document.objects.create(
        workspace_id=incident.workspace_id,
        incident=incident,
        ordinal=last + 1,
        party=party,
        obligation=obligation,
        kind=form.kind,
        form=form.id,
        language=language,
        phase=phase,
        groups=list(groups),
        snapshot=snapshot,
        facts_digest=snapshot["revision"]["digest"],
        typed=typed,
        previous=previous,
        replaces=replaces,
        created_by=author,
    )
    events.publish(events.WordsChanged(incident.pk, "document", (made.pk,)))
    return made


def _check_segment(facts: Mapping[str, Any], groups: Sequence[str]) -> None:
    """One letter names one set of data: nobody is told of the data of others."""
    found = segments_of(facts, only=groups)
    if len(found) > 1:
        words = "; ".join(", ".join(one.groups) for one in found)
        told = gettext("The data concerned differ between these groups; write one letter for each: {groups}.")
        raise ValidationError({"groups": told.format(groups=words)})


def _phase(value: str) -> str:
    """The phase in the reader's words; one that there is not as it was given."""
    return str(Document.Phase(value).label) if value in Document.Phase.values else value


def _no_such_options(unknown: Sequence[str], field: FormField) -> str:
    given, offered = ", ".join(unknown), ", ".join(pick.id for pick in field.picks)
    if not offered:
        return gettext("{given}: this field has no options. Enter text.").format(given=given)
    return gettext("{given}: the form offers {offered}.").format(given=given, offered=offered)


def _carried(party: Party, form: Form) -> dict[str, Any]:
    """Contact details and the like from the newest document of the same legal entity that has them."""
    wanted = {field.id for field in form.fields.values() if field.carried}
    earlier = Document.objects.filter(
        workspace_id=party.incident.workspace_id, party__legal_entity_id=party.legal_entity_id
    ).select_related("incident")
    found: dict[str, Any] = {}
    for document in earlier.order_by("-pk")[:20]:
        for name in wanted - found.keys():
            if document.typed.get(name, {}).get("text"):
                found[name] = {**document.typed[name], "reason": f"Taken over from {document.reference}"}
    sheet = OrganisationSheet.objects.select_related("changed_by").filter(legal_entity=party.legal_entity_id).first()
    return answers_of(sheet, wanted, found) if sheet else found


def edit_answer(
    document: Document,
    field: str,
    *,
    by: User,
    reason: str = "",
    text: str = "",
    picks: Sequence[str] = (),
) -> Document:
    """Enters an answer, or with neither text nor picks goes back to what the facts say.

    A reason is needed where a fact or a text of the case says something else: the entry stands over it.
    """
    with transaction.atomic(), history.context(by, reason or f"Answer {field} entered"):
        held = lock_document(document, State.DRAFT)
        definition = form_of(held.form).fields.get(field)
        if definition is None:
            words = gettext("“{field}”: the form {form} has no such field.")
            raise ValidationError({"field": words.format(field=field, form=held.form)})
        unknown = sorted(set(picks) - {pick.id for pick in definition.picks})
        if unknown:
            raise ValidationError({"picks": _no_such_options(unknown, definition)})
        if definition.single and len(picks) > 1:
            words = gettext("{options}: the form takes one of them. Leave one.")
            raise ValidationError({"picks": words.format(options=", ".join(picks))})
        if definition.longest and len(text.strip()) > definition.longest:
            found, most = len(text.strip()), definition.longest
            words = gettext("{found} characters; the form takes {most}. Shorten it by {over}.")
            raise ValidationError({"text": words.format(found=found, most=most, over=found - most)})
        if text.strip() and not _is_typed(definition):
            reason = need_reason(reason, gettext("Say why the document says something else than the case."))
        entry: dict[str, Any] = {
            "by": by.pk,
            "by_name": str(by),
            "at": timezone.now().isoformat(),
            "reason": reason.strip(),
        }
        if text.strip():
            held.typed[field] = {**entry, "text": text.strip()}
        elif picks:
            held.typed[field] = {**entry, "picks": [pick.id for pick in definition.picks if pick.id in picks]}
        else:
            held.typed.pop(field, None)
        held.save(update_fields=["typed"])
        events.publish(events.WordsChanged(held.incident_id, "document", (held.pk,)))
    return held


def _is_typed(field: FormField) -> bool:
    return all(origin.kind == "typed" for origin in field.origin)


def refresh_facts(document: Document, *, by: User, now: datetime | None = None) -> Document:
    """A draft takes the newest facts and texts of its case; what was entered stays."""
    with transaction.atomic(), history.context(by, "Newest facts taken"):
        held = lock_document(document, State.DRAFT)
        held.snapshot = take_snapshot(
            party=held.party,
            form=form_of(held.form),
            language=held.language,
            phase=held.phase,
            reference=held.reference,
            taken_at=now or held.incident.now(timezone.now()),
            obligation=held.obligation,
            groups=held.groups,
            previous=held.previous,
        )
        held.facts_digest = held.snapshot["revision"]["digest"]
        held.save(update_fields=["snapshot", "facts_digest"])
    return held


def next_phase(
    document: Document,
    *,
    author: User,
    phase: str = Document.Phase.FOLLOW_UP,
    obligation: Obligation | None = None,
    now: datetime | None = None,
) -> Document:
    """Begins the follow-up of a document that was sent; it will say what has changed since.

    `obligation` names the stage that the follow-up fulfils, where that is a duty of its own; unless said, the next
    stage of the same duty that is open.
    """
    with transaction.atomic(), history.context(author, f"{Document.Phase(phase).label} to {document.reference}"):
        held = lock_document(document, State.SENT)
        form = form_of(held.form)
        if held.phase == Document.Phase.WITHDRAWAL:
            words = gettext("{reference} withdrew the notification. Begin a new one instead.")
            raise ValidationError({"phase": words.format(reference=held.reference)})
        obligation = obligation or _next_stage(held, phase) or held.obligation
        _check(form, held.language, phase, held.party, obligation, held.groups)
        return _create(
            held.party,
            form,
            held.language,
            phase,
            author,
            obligation,
            held.groups,
            now,
            typed={name: entry for name, entry in held.typed.items() if not _overrides(form, name, entry)},
            previous=held,
        )


def _next_stage(held: Document, phase: str) -> Obligation | None:
    """The open duty that a document of this phase fulfils: "follow_up", or the first of "final", "final-2" ..."""
    if held.obligation is None or phase == Document.Phase.WITHDRAWAL:
        return None
    duty = held.obligation
    rows = Obligation.objects.open().filter(
        party_id=duty.party_id, duty=duty.duty, jurisdiction=duty.jurisdiction, authority=duty.authority
    )
    stages = rows.filter(Q(stage=phase) | Q(stage__startswith=f"{phase}-")).order_by("due", "stage", "pk")
    return stages.first() if duty.duty else None


def _overrides(form: Form, name: str, entry: dict[str, Any]) -> bool:
    """Text that stood over a fact is not taken into the next phase: the fact may have changed."""
    field = form.fields.get(name)
    return field is None or ("text" in entry and not _is_typed(field))


def revise(document: Document, *, author: User, reason: str, now: datetime | None = None) -> Document:
    """A new version of an approved document that was not sent; the approved one is kept and superseded."""
    reason = need_reason(reason, gettext("Say why a new version is made."))
    with transaction.atomic(), history.context(author, reason):
        held = lock_document(document, State.APPROVED)
        need_no_mail_underway(held, "A new version was begun")
        held.state = State.SUPERSEDED
        held.save(update_fields=["state"])
        form = form_of(held.form)
        return _create(
            held.party,
            form,
            held.language,
            held.phase,
            author,
            held.obligation,
            held.groups,
            now,
            typed=dict(held.typed),
            previous=held.previous,
            replaces=held,
        )
