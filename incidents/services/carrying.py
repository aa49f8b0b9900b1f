"""What goes along when a case is merged or split: instants of awareness, acts that fulfilled a duty, clocks, tasks."""

from collections.abc import Iterable, Sequence

from django.db.models import Q

from accounts.models import User
from incidents import events
from incidents.access import people_allowed_to_see
from incidents.models import AwarenessCandidate, Fulfilment, Incident, Obligation, Party, Task
from incidents.selectors.duties import leading_clock
from incidents.services.acts import add_obligation, record_fulfilment
from incidents.services.awareness import add_candidate

SAME = ("duty", "jurisdiction", "stage", "variant")
"""What makes two duties of the law the same duty in two cases; the authority follows from them."""


def carry_candidates(source: Party, target: Party, by: User) -> None:
    """Every instant of awareness that came into question there comes into question here, and says from where."""
    for one in AwarenessCandidate.objects.filter(party=source).order_by("pk"):
        words = f"{source.incident.reference}: {one.source}"
        add_candidate(target, at=one.at, until=one.until, source=words, by=by)


def carry_fulfilments(source: Party, target: Party, by: User, mark: str) -> list[int]:
    """What was sent stays sent: each standing act counts for the same duty here. Returns the ids of the new records."""
    made = []
    for one in _acts(source):
        duty = same_duty(one.obligation, target)
        if duty is None:
            continue
        words = f"Done in {source.incident.reference} by {one.by}."
        copied = record_fulfilment(
            duty,
            at=one.at,
            by=by,
            channel=one.channel,
            manner=one.manner,
            reference=one.reference,
            note=f"{words} {one.note}".strip(),
            document_digest=one.document_digest,
            key=f"{mark}:{one.pk}",
            as_of=target.incident.stands_at,
        )
        made.append(copied.pk)
    return made


def _acts(party: Party) -> Iterable[Fulfilment]:
    return (
        Fulfilment.objects.filter(obligation__party=party, withdrawn_at__isnull=True)
        .select_related("obligation", "by")
        .order_by("at", "pk")
    )


def same_duty(duty: Obligation, party: Party) -> Obligation | None:
    """The same duty of the law in the case of `party`, whatever its outcome; None by hand or where it has none."""
    if duty.origin != Obligation.Origin.LAW:
        return None
    where = {name: getattr(duty, name) for name in SAME}
    return Obligation.objects.filter(
        party=party, origin=Obligation.Origin.LAW, authority=duty.authority, **where
    ).first()


def carry_clocks(source: Party, target: Party, by: User) -> list[int]:
    """Each open clock there runs here at least as early; where the law does not see to that, a duty by hand does.

    Returns the ids of the duties entered.
    """
    made = []
    for duty in open_clocks(source):
        if is_covered(duty, target):
            continue
        due, kind = leading_clock(duty)
        carried = add_obligation(
            target,
            title=duty.title,
            source=f"{source.incident.reference}, merged into this case: {duty.provision or duty.source}"[:300],
            by=by,
            due=due,
            addressee=duty.addressee,
            jurisdiction=duty.jurisdiction,
            kind=duty.kind,
            stage=duty.stage,
            provision=duty.provision,
            note=f"Its clock there was {'a guideline' if kind == 'guideline' else 'a deadline'}; it is kept here.",
        )
        made.append(carried.pk)
    return made


def carry_tasks(source: Incident, target: Incident, parties: Sequence[tuple[Party, Party]], by: User) -> list[int]:
    """Each open task there is to be done here; one of a playbook that stands here already is not made twice.

    `parties`: each legal person of `target` with itself in `source`. Returns the ids of the tasks made.
    """
    ours = {theirs.pk: mine for mine, theirs in parties}
    had = set(Task.objects.filter(incident=target).exclude(source="").values_list("source", flat=True))
    allowed = set(people_allowed_to_see(target))
    made = []
    rows = Task.objects.open().filter(incident=source).exclude(source__in=had)
    for one in rows.select_related("obligation", "owner").order_by("pk"):
        party = ours.get(one.obligation.party_id) if one.obligation else None
        row = Task.objects.create(
            incident=target,
            obligation=same_duty(one.obligation, party) if one.obligation and party else None,
            title=one.title,
            note="\n".join(filter(None, [one.note, f"From {source.reference}, merged into this case."])),
            role=one.role,
            owner=one.owner if one.owner_id in allowed else None,
            due=one.due,
            origin=one.origin,
            source=one.source,
            created_by=by,
        )
        events.publish(events.WordsChanged(target.pk, "task", (row.pk,)))
        made.append(row.pk)
    return made


def open_clocks(party: Party) -> list[Obligation]:
    """The open duties of a party that have an instant to count down to; by hand also those without one."""
    rows = Obligation.objects.filter(party=party).open().order_by("pk")
    return [duty for duty in rows if duty.leading_due is not None or duty.origin == Obligation.Origin.HAND]


def is_covered(duty: Obligation, party: Party) -> bool:
    """Does the case of `party` hold this duty, done or with a clock that ends no later?"""
    twin = same_duty(duty, party)
    if twin is not None and twin.fulfilments.filter(withdrawn_at__isnull=True).exists():
        return True
    carried = {"origin": Obligation.Origin.HAND, "title": duty.title, "jurisdiction": duty.jurisdiction}
    by_hand = Q(**carried, stage=duty.stage)
    rows = Obligation.objects.filter(by_hand if twin is None else by_hand | Q(pk=twin.pk), party=party).open()
    mine = duty.leading_due
    return any(mine is None or (row.leading_due is not None and row.leading_due <= mine) for row in rows)
