"""Acts about a duty: fulfilling it, deciding about it, entering one by hand."""

from datetime import datetime
from typing import Any, get_args

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import history
from accounts.models import User
from incidents import events, paths
from incidents.models import Decision, FactsRevision, Fulfilment, Obligation, Party
from incidents.services.facts import lock_parties, lock_party, patch_facts
from incidents.services.figures import recount
from incidents.services.timeline import legal_entry
from law.facts.model import Addressee

ADDRESSEES = frozenset(get_args(Addressee))


def add_obligation(
    party: Party,
    *,
    title: str,
    source: str,
    by: User,
    due: datetime | None = None,
    addressee: str = "",
    jurisdiction: str = "",
    kind: str = "notify",
    stage: str = "initial",
    provision: str = "",
    note: str = "",
) -> Obligation:
    """A duty that the law library does not know: of a contract, an insurance, a court. `source` says which."""
    missing = {name: value for name, value in (("title", title), ("source", source)) if not value.strip()}
    if missing:
        words = {"title": _("Say what is to be done."), "source": _("Say where the duty comes from.")}
        raise ValidationError({name: words[name] for name in missing})
    with transaction.atomic(), history.context(by, f"Duty entered by hand: {source}"):
        party = lock_party(party)
        obligation = Obligation.objects.create(
            party=party,
            incident_id=party.incident_id,
            origin=Obligation.Origin.HAND,
            title=title.strip(),
            source=source.strip(),
            due=due,
            limit_kind="fixed" if due else "qualitative",
            addressee=addressee,
            jurisdiction=jurisdiction,
            kind=kind,
            stage=stage,
            provision=provision,
            details={"note": note} if note else {},
            created_by=by,
        )
        events.publish(events.DutiesChanged(party.pk, (obligation.pk,)))
    return obligation


def change_obligation(obligation: Obligation, *, by: User, reason: str, **changes: Any) -> Obligation:
    """Changes a duty entered by hand: title, source, due, addressee, jurisdiction or provision.

    `outcome` set to DOES_NOT_APPLY takes it away; the row stays. What comes from the law changes by
    facts, not by hand: ValidationError.
    """
    allowed = {"title", "source", "due", "addressee", "jurisdiction", "provision", "outcome"}
    if obligation.origin != Obligation.Origin.HAND:
        raise ValidationError({"obligation": _("This duty follows from the law: change the facts instead.")})
    if set(changes) - allowed:
        raise ValidationError({name: f"expected one of {', '.join(sorted(allowed))}" for name in changes})
    _need_reason(reason, _("Say why the duty is changed."))
    with transaction.atomic(), history.context(by, reason):
        lock_party(obligation.party)
        held = Obligation.objects.select_for_update(of=("self",)).get(pk=obligation.pk)
        for name, value in changes.items():
            setattr(held, name, value)
        held.updated_at = timezone.now()
        held.clean_fields(exclude=[field.name for field in held._meta.fields if field.name not in changes])
        held.save(update_fields=[*changes, "updated_at"])
        events.publish(events.DutiesChanged(held.party_id, (held.pk,)))
    return held


def record_fulfilment(
    obligation: Obligation,
    *,
    at: datetime,
    by: User,
    channel: str,
    manner: str = Fulfilment.Manner.RECORDED,
    reference: str = "",
    note: str = "",
    document_digest: str = "",
    key: str | None = None,
    as_of: datetime | None = None,
) -> Fulfilment:
    """Records that a duty was fulfilled. A notice that was sent becomes a fact, since other clocks run from it.

    `key` makes the call safe to repeat: the second one returns what the first has made.
    """
    now = timezone.now()
    if at > now:
        raise ValidationError(
            {"at": _("%(value)s lies in the future; expected an instant up to now") % {"value": at.isoformat()}}
        )
    _need_choice("channel", channel, Fulfilment.Channel.values)
    _need_choice("manner", manner, Fulfilment.Manner.values)
    words = f"{obligation.title}: done" + (f", reference {reference}" if reference else "")
    with transaction.atomic(), history.context(by, note or words):
        party = lock_party(obligation.party)
        if key is not None and (made := Fulfilment.objects.filter(key=key).first()):
            return made
        newest = FactsRevision.objects.filter(party=party).order_by("-number").first()
        fulfilment = Fulfilment.objects.create(
            obligation=obligation,
            at=at,
            by=by,
            channel=channel,
            manner=manner,
            reference=reference,
            note=note,
            document_digest=document_digest,
            key=key,
            revision=newest,
            recorded_at=now,
        )
        legal_entry(party.incident, "fulfilled", at, words + ".", by, party)
        path = _notice_path(obligation)
        if newest is not None and path is not None:
            earlier = paths.get(newest.document, path)
            if not isinstance(earlier, str) or datetime.fromisoformat(earlier) > at:
                patch_facts(party, {path: at.isoformat()}, newest.number, by, words, as_of=as_of)
        events.publish(events.ObligationFulfilled(obligation.pk, fulfilment.pk))
    return fulfilment


def withdraw_fulfilment(fulfilment: Fulfilment, *, by: User, reason: str) -> Fulfilment:
    """Takes back a fulfilment recorded by mistake, and the fact of the notice with it."""
    _need_reason(reason, _("Say why the record was wrong."))
    with transaction.atomic(), history.context(by, reason):
        obligation = Obligation.objects.select_related("party").get(pk=fulfilment.obligation_id)
        party = lock_party(obligation.party)
        held = Fulfilment.objects.get(pk=fulfilment.pk)
        if held.withdrawn_at is not None:
            return held
        held.withdrawn_at, held.withdrawn_by, held.withdrawn_reason = timezone.now(), by, reason.strip()
        held.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        words = f"{obligation.title}: the record of {held.at:%Y-%m-%d %H:%M} UTC was withdrawn: {reason.strip()}"
        legal_entry(party.incident, "fulfilment_withdrawn", held.withdrawn_at, words, by, party)
        path = _notice_path(obligation)
        newest = FactsRevision.objects.filter(party=party).order_by("-number").first()
        if newest is not None and path is not None and paths.get(newest.document, path):
            left = obligation.fulfilments.filter(withdrawn_at__isnull=True).order_by("at").first()
            row = path.rsplit("/", 1)[0]
            patch = {path: left.at.isoformat()} if left else {row: None}
            patch_facts(party, patch, newest.number, by, reason)
        events.publish(events.ObligationFulfilled(obligation.pk, held.pk, withdrawn=True))
    return held


def _notice_path(obligation: Obligation) -> str | None:
    """The path of the fact that this notice was sent, or None where the duty is no notice."""
    if obligation.kind not in ("notify", "file") or obligation.addressee not in ADDRESSEES:
        return None
    if obligation.origin != Obligation.Origin.LAW:
        return None
    place = ("notices",)
    row = {
        "addressee": obligation.addressee,
        "jurisdiction": obligation.jurisdiction,
        "duty": obligation.duty,
        # "final-2" is the second final act of a law: the fact knows stages only.
        "stage": obligation.stage.split("-")[0],
    }
    return paths.join([*place, paths.row_name(row, paths.ROWS[place]), "first_sent_at"])


def decide_not_to_notify(obligation: Obligation, *, by: User, reason: str) -> Decision:
    """A person decides that we will not notify, with the reason and the facts it rests on."""
    return _decide(obligation, Decision.Kind.NOT_TO_NOTIFY, by, reason)


def decide_to_notify_anyway(obligation: Obligation, *, by: User, reason: str) -> Decision:
    """A person decides that we notify although it is not required."""
    return _decide(obligation, Decision.Kind.NOTIFY_ANYWAY, by, reason)


def _decide(obligation: Obligation, kind: Decision.Kind, by: User, reason: str) -> Decision:
    _need_reason(reason, _("Give the reason: it is what an inspector reads first."))
    with transaction.atomic(), history.context(by, reason):
        party = lock_party(obligation.party)
        if Decision.objects.filter(obligation=obligation, revoked_at__isnull=True).exists():
            raise ValidationError({"obligation": _("A decision stands already; revoke it before you decide anew.")})
        decision = Decision.objects.create(
            obligation=obligation,
            kind=kind,
            reason=reason.strip(),
            decided_by=by,
            revision=FactsRevision.objects.filter(party=party).order_by("-number").first(),
        )
        with override("en"):  # the record has one language, whoever decides
            words = f"{obligation.title}: {decision.get_kind_display().lower()}: {reason.strip()}"
        legal_entry(party.incident, "decided", decision.decided_at, words, by, party)
        events.publish(events.DecisionRecorded(obligation.pk, decision.pk))
    return decision


def approve_decision(decision: Decision, *, by: User) -> Decision:
    """A second person agrees. Who decided cannot approve."""
    with transaction.atomic(), history.context(by, "Decision approved"):
        lock_party(decision.obligation.party)
        held = Decision.objects.select_for_update(of=("self",)).select_related("obligation").get(pk=decision.pk)
        if held.decided_by_id == by.pk:
            raise ValidationError(
                {"approved_by": _("%(who)s has decided; somebody else must approve it.") % {"who": by}}
            )
        if held.revoked_at is not None:
            raise ValidationError({"decision": _("The decision was revoked; there is nothing to approve.")})
        if held.approved_at is None:
            held.approved_by, held.approved_at = by, timezone.now()
            held.save(update_fields=["approved_by", "approved_at"])
            events.publish(events.DecisionRecorded(held.obligation_id, held.pk))
    return held


def revoke_decision(decision: Decision, *, by: User, reason: str) -> Decision:
    """Takes a decision back; the duty stands as the law library says."""
    _need_reason(reason, _("Say why the decision is taken back."))
    with transaction.atomic(), history.context(by, reason):
        lock_party(decision.obligation.party)
        held = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
        if held.revoked_at is not None:
            return held
        held.revoked_at, held.revoked_by, held.revoked_reason = timezone.now(), by, reason.strip()
        held.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
        obligation = Obligation.objects.select_related("party__incident").get(pk=held.obligation_id)
        words = f"{obligation.title}: decision revoked: {reason.strip()}"
        legal_entry(obligation.party.incident, "decision_revoked", held.revoked_at, words, by, obligation.party)
        events.publish(events.DecisionRecorded(held.obligation_id, held.pk, revoked=True))
    return held


def acknowledge_changes(obligations: "list[Obligation]", *, by: User) -> int:
    """Somebody has looked: the mark "changed" goes. Returns how many rows bore it."""
    with transaction.atomic(), history.context(by, "Changes seen"):
        lock_parties({row.party_id for row in obligations})
        seen = Obligation.objects.filter(pk__in=[row.pk for row in obligations], changed_in__isnull=False).update(
            changed_in=None
        )
        recount({row.incident_id for row in obligations})
    return seen


def _need_reason(reason: str, words: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": words})


def _need_choice(field: str, value: str, known: list[str]) -> None:
    if value not in known:
        raise ValidationError(
            {field: _("“%(value)s”: expected one of %(known)s.") % {"value": value, "known": ", ".join(known)}}
        )
