"""Putting one question to somebody without an account, and taking the answer."""

from collections.abc import Callable, Mapping
from datetime import UTC, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import history
from accounts.models import User
from incidents import paths
from incidents.models import FactsRevision, InfoRequest, Party
from incidents.services.facts import lock_party, patch_facts
from incidents.services.timeline import legal_entry
from outbox.services import enqueue

LONGEST_DAYS = 30
NOT_KNOWN = "not_yet_known"


class RequestOver(Exception):  # noqa: N818 - a state to be told, not a failure
    """The request takes no answer: it was answered, withdrawn, has expired, or the case is closed."""


def ask_by_mail(
    party: Party,
    *,
    question: str,
    path: str,
    label: str,
    name: str,
    email: str,
    by: User,
    days: int,
    address_of: Callable[[InfoRequest], str],
    note: str = "",
    language: str = "en",
) -> InfoRequest:
    """Puts a question to one person by e-mail. The link works for `days` days, and for one answer.

    `language` is that of the mail and of the page behind its link; `label` is the question in it.

    The mail goes through the outbox in this transaction; that of a case that stands still, such as a
    drill, never leaves the machine. It names the organisation and the case's reference, and not what happened.
    """
    if not 1 <= days <= LONGEST_DAYS:
        raise ValidationError(
            {
                "days": _("%(value)s: expected a number of days from 1 to %(most)d")
                % {"value": days, "most": LONGEST_DAYS}
            }
        )
    with transaction.atomic(), history.context(by, f"Asked by e-mail: {label}"):
        party = lock_party(party)
        incident, now = party.incident, timezone.now()
        request = InfoRequest.objects.create(
            party=party,
            question=question,
            path=path,
            label=label,
            name=name.strip(),
            email=email,
            note=note.strip(),
            language=language,
            asked_by=by,
            asked_at=now,
            base=FactsRevision.objects.filter(party=party).latest("number"),
            expires_at=now + timedelta(days=days),
        )
        with override(language):
            subject, text = _mail(request, party, by, address_of(request))
        enqueue(
            workspace=incident.workspace,
            to=email,
            subject=subject,
            text=text,
            html="",
            key=f"ask:{request.pk}",
            kind="request",
            language=language,
            related=f"incident {incident.pk}",
            inside_only=incident.stands_at is not None,
        )
        legal_entry(incident, "asked", now, f"Asked {request.name} ({email}): {label}", by, party)
    return request


def _mail(request: InfoRequest, party: Party, by: User, address: str) -> tuple[str, str]:
    """Subject and text of the mail, in the language that is active."""
    said = {
        "name": request.name,
        "by": by,
        "organisation": party.legal_entity.name,
        "reference": party.incident.reference,
        "until": date_format(request.expires_at.astimezone(UTC), _("j F Y, H:i")),
    }
    parts = [
        _("%(name)s,") % said,
        _("%(by)s of %(organisation)s asks you one question:") % said,
        f"  {request.label}",
        request.note,
        _("Answer here; you need no account:") + f"\n{address}",
        _("“I do not know yet” is an answer. Opening the page changes nothing.")
        + "\n"
        + _("Do not send names or other data of the people affected."),
        _("The link takes one answer, until %(until)s UTC.") % said
        + "\n"
        + _("Do not pass it on: whoever has it can answer in your name."),
    ]
    subject = " ".join((_("One question from %(organisation)s (%(reference)s)") % said).split())
    return subject, "\n\n".join(part for part in parts if part) + "\n"


def withdraw_request(request: InfoRequest, *, by: User) -> InfoRequest:
    """Takes a question back: its link answers no more. One that was answered stays as it is."""
    with transaction.atomic(), history.context(by, "Request withdrawn"):
        held = InfoRequest.objects.select_for_update(of=("self",)).select_related("party__incident").get(pk=request.pk)
        if held.answered_at is None and held.withdrawn_at is None:
            held.withdrawn_by, held.withdrawn_at = by, timezone.now()
            held.save(update_fields=["withdrawn_by", "withdrawn_at"])
            words = f"Question to {held.name} withdrawn: {held.label}"
            legal_entry(held.party.incident, "request_withdrawn", held.withdrawn_at, words, by, held.party)
    return held


def take_answer(request: InfoRequest, *, patch: Mapping[str, Any], words: str, state: str, name: str) -> InfoRequest:
    """Records the answer as a fact, with its giver as the source, in the name of the officer who asked.

    Where the fact was changed after the question had been put, nothing is overwritten: the answer is kept with the
    request for an officer to compare. "I do not know" leaves a value that stands recorded as it is. Raises
    RequestOver, and FactsError where the answer does not fit the facts; then nothing is stored.
    """
    now = timezone.now()
    with transaction.atomic(), history.context(request.asked_by, f"Answer of {name} by e-mail link"):
        party = lock_party(request.party)
        held = InfoRequest.objects.select_for_update(of=("self",)).select_related("base", "asked_by").get(pk=request.pk)
        if held.answered_at or held.withdrawn_at or held.expires_at <= now or party.incident.closed_at:
            raise RequestOver
        newest = FactsRevision.objects.filter(party=party).latest("number")
        changed = paths.get(newest.document, held.path) != paths.get(held.base.document, held.path)
        source = f"{name.strip()} ({held.email}), asked by {held.asked_by}"[:300]
        said = {paths.join(["provenance", held.path]): {"state": state, "from": source}}
        # Whoever does not know contradicts nobody: a value that stands recorded stays, with its own source.
        held.knew = state != NOT_KNOWN
        kept = not held.knew and paths.get(newest.document, held.path) is not None
        if not changed and not kept:
            held.revision = patch_facts(
                party, {**patch, **said}, newest.number, held.asked_by, f"Answer by e-mail link: {held.label}",
                known_at=party.incident.stands_at,
            )  # fmt: skip
        held.answered_at, held.answered_by, held.answer = now, name.strip(), words
        held.save(update_fields=["answered_at", "answered_by", "answer", "knew", "revision"])
        told = f"{held.answered_by} ({held.email}) answered “{held.label}”: {words}"
        if kept:
            told += f". {held.answered_by} does not know; what stands recorded stays as it is."
        elif changed:
            told += " The fact had been changed meanwhile; compare the two."
        legal_entry(party.incident, "answered", now, told, held.asked_by, party)
    return held
