"""Doubts about the law library, and the organisation's own position beside it. No rule, case or date is touched."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import history
from accounts.models import User, Workspace
from incidents.models import LawDoubt, LawPosition
from law import places
from law.rulebook import load_rulebook
from law.rules import Duty


class PositionConflict(ValidationError):  # noqa: N818 - a state to be shown and resolved, not a failure
    """Somebody has stated a position since the form was opened; `theirs` is the newest version."""

    def __init__(self, theirs: LawPosition) -> None:
        self.theirs = theirs
        super().__init__(
            {
                "text": _("%(who)s has stated version %(number)d since: “%(text)s”. Send again to replace it.")
                % {"who": theirs.stated_by, "number": theirs.number, "text": theirs.text}
            }
        )


def report_doubt(
    workspace: Workspace,
    *,
    by: User,
    jurisdiction: str,
    duty: str = "",
    about: str,
    text: str,
    source: str = "",
    note: str = "",
) -> LawDoubt:
    """Keeps a doubt about a rule, with the version and the library that it is about. The rule stays as it is."""
    _need_place(jurisdiction, duty)
    _need(text=(text, _("Say what is doubted.")))
    _need_choice("about", about, LawDoubt.About.values)
    rulebook = load_rulebook()
    today = timezone.now().date()
    shown = [one for one in rulebook.duties[duty].versions if one.rule.from_ <= today] if duty else []
    with transaction.atomic(), history.context(by, f"Doubt about the law of {jurisdiction}"):
        return LawDoubt.objects.create(
            workspace=workspace,
            jurisdiction=jurisdiction,
            duty=duty,
            version=shown[-1].name if shown else "",
            rulebook=rulebook.digest,
            rulebook_date=rulebook.date,
            about=about,
            text=text.strip(),
            source=source.strip(),
            note=note.strip(),
            reported_by=by,
        )


def settle_doubt(doubt: LawDoubt, *, by: User, verdict: str, answer: str) -> LawDoubt:
    """Answers a doubt. The rule changes only by a correction in the library. One settled already is a fault."""
    _need(answer=(answer, _("Write the answer: whoever reported it reads it.")))
    _need_choice("verdict", verdict, LawDoubt.Verdict.values)
    with transaction.atomic(), history.context(by, f"Doubt settled: {answer.strip()}"):
        held = LawDoubt.objects.select_for_update(of=("self",)).select_related("settled_by").get(pk=doubt.pk)
        if held.settled_at is not None:
            raise ValidationError(
                {
                    "answer": _("%(who)s has settled it since: “%(answer)s”")
                    % {"who": held.settled_by, "answer": held.answer}
                }
            )
        held.verdict, held.answer, held.settled_by, held.settled_at = verdict, answer.strip(), by, timezone.now()
        held.save(update_fields=["verdict", "answer", "settled_by", "settled_at"])
    return held


def state_position(
    workspace: Workspace,
    *,
    by: User,
    jurisdiction: str,
    duty: str = "",
    stance: str,
    text: str,
    reason: str,
    held_on: date,
    counsel: str = "",
    review_on: date | None = None,
    base: int,
) -> LawPosition:
    """The next version of the organisation's position. `base`: the number that was the newest when it was written.

    Raises PositionConflict where there is a newer one by now. Nothing else follows from it: no duty, no reminder.
    """
    _need_place(jurisdiction, duty)
    _need(text=(text, _("Say what the organisation holds.")), reason=(reason, _("Give the reason.")))
    _need_choice("stance", stance, LawPosition.Stance.values)
    if review_on is not None and review_on <= held_on:
        raise ValidationError(
            {
                "review_on": _("%(value)s: expected a day after %(begin)s, from when on it is held")
                % {"value": review_on, "begin": held_on}
            }
        )
    with transaction.atomic(), history.context(by, reason.strip()):
        # One at a time for a workspace: the numbers have no gaps, and nobody writes over a version unseen.
        Workspace.objects.select_for_update(of=("self",)).get(pk=workspace.pk)
        newest = (
            LawPosition.objects.filter(workspace=workspace, jurisdiction=jurisdiction, duty=duty)
            .select_related("stated_by")
            .order_by("-number")
            .first()
        )
        number = newest.number if newest else 0
        if newest is not None and number != base:
            raise PositionConflict(newest)
        if stance == LawPosition.Stance.WITHDRAWN and (newest is None or newest.stance == stance):
            raise ValidationError({"stance": _("No position stands that could be taken back.")})
        return LawPosition.objects.create(
            workspace=workspace,
            jurisdiction=jurisdiction,
            duty=duty,
            number=number + 1,
            stance=stance,
            text=text.strip(),
            reason=reason.strip(),
            counsel=counsel.strip(),
            held_on=held_on,
            review_on=review_on,
            rulebook_date=load_rulebook().date,
            stated_by=by,
        )


def approve_position(position: LawPosition, *, by: User) -> LawPosition:
    """A second person agrees to a version. Who stated it cannot, and only the newest version can be approved."""
    with transaction.atomic(), history.context(by, "Position approved"):
        Workspace.objects.select_for_update(of=("self",)).get(pk=position.workspace_id)
        held = LawPosition.objects.select_related("stated_by").get(pk=position.pk)
        if held.stated_by_id == by.pk:
            raise ValidationError(
                {"approved_by": _("%(who)s has stated it; somebody else must approve it.") % {"who": by}}
            )
        newer = LawPosition.objects.filter(
            workspace=held.workspace_id, jurisdiction=held.jurisdiction, duty=held.duty, number__gt=held.number
        )
        if newer.exists():
            raise ValidationError(
                {"position": _("Version %(n)d is no longer the newest; look at that one first.") % {"n": held.number}}
            )
        if held.approved_at is None:
            held.approved_by, held.approved_at = by, timezone.now()
            held.save(update_fields=["approved_by", "approved_at"])
    return held


def holds_in(duty: Duty, jurisdiction: str, day: date) -> bool:
    """Is it a duty of this place: of its own law, or of the Union's where that holds on the day?"""
    own = duty.instrument.file.jurisdiction
    return own == jurisdiction or (own == "EU" and places.eea_state(jurisdiction, day) is not None)


def _need_place(jurisdiction: str, duty: str) -> None:
    if jurisdiction != "EU" and not places.is_place(jurisdiction):
        raise ValidationError(
            {
                "jurisdiction": _("“%(code)s” names no place; expected a code such as JP or US-CA.")
                % {"code": jurisdiction}
            }
        )
    found = load_rulebook().duties.get(duty)
    if duty and found is None:
        raise ValidationError({"duty": _("“%(duty)s” is no duty of the library in use.") % {"duty": duty}})
    if found is not None and not holds_in(found, jurisdiction, timezone.now().date()):
        raise ValidationError(
            {"duty": _("“%(duty)s” is no duty of %(place)s.") % {"duty": duty, "place": jurisdiction}}
        )


def _need(**given: tuple[str, str]) -> None:
    missing = {name: words for name, (value, words) in given.items() if not value.strip()}
    if missing:
        raise ValidationError(missing)


def _need_choice(field: str, value: str, known: list[str]) -> None:
    if value not in known:
        raise ValidationError(
            {field: _("“%(value)s”: expected one of %(known)s.") % {"value": value, "known": ", ".join(known)}}
        )
