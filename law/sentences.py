"""The law library in plain sentences: each duty, its versions, exemptions and stages.

What `manage.py law show` prints and what tests/law/snapshots keep, so that a change of law is a readable diff.
"""

from collections.abc import Iterator
from typing import Any

from law.rules import Duty, Instrument, Stage
from law.schema import AuthorityRule, DutyRule, Hold, Length, StageRule, Unless, VersionRule, Yardstick
from law.wording import jurisdiction_name

ROLE = {"controller": "the controller", "joint_controller": "a joint controller", "processor": "the processor"}
ACT = {
    "notify": "notify", "assess": "assess", "document": "keep a record", "file": "file", "consult": "consult",
    "offer": "make an offer to", "publish": "publish", "cooperate": "cooperate with",
}  # fmt: skip
DECIDES = {
    "occurrence": "for incidents", "discovery": "for incidents discovered", "duty_arises": "for duties that arise",
    "notice": "for notices given",
}  # fmt: skip
RULES = {"": "", "eu_1182_71": ", Regulation 1182/71", "dora_noon": ", Delegated Regulation 2025/301"}
ENDS = {"office": ", until the office closes", "noon": ", until noon", "day": "", "instant": ""}


def instrument_lines(instrument: Instrument) -> Iterator[str]:
    """One instrument: title, then its duties, or the statement that there is no general duty."""
    file = instrument.file
    yield f"{file.title}"
    yield f"{jurisdiction_name(file.jurisdiction)}; {file.citation}; verified on {file.verified_on.isoformat()}."
    if file.no_general_duty:
        none = file.no_general_duty
        yield ""
        yield f"No general duty ({none.confidence} confidence): {none.statement}"
        for sector in none.sector_duties:
            yield f"  sector duty: {sector.text} ({sector.cite or 'no citation'})"
        for coming in none.upcoming:
            yield f"  announced: {coming.text}"
    for duty in instrument.duties:
        yield ""
        yield from duty_lines(duty)
    if file.let:
        yield ""
        yield "Where"
        yield from (f"  {name}: {condition(raw)}" for name, raw in file.let.items())
        yield from (f"  {name} (data): {condition(raw)}" for name, raw in file.data.items())
        yield from (f"  {name} (set): {', '.join(entries)}" for name, entries in file.sets.items())


def duty_lines(duty: Duty) -> Iterator[str]:
    """One duty: a line for itself, one for each version, exemption and stage."""
    rule = duty.rule
    voluntary = "" if rule.binding == "mandatory" else ", voluntary"
    yield f"{rule.id}: {rule.title} ({rule.cite}{voluntary})"
    for version in duty.versions:
        law = version.rule
        yield f"  {_period(law)} {DECIDES[law.applies_by]} then, {law.confidence} confidence: {law.trigger_text}"
        yield f"    if {condition(law.when)}"
        for unless in law.unless:
            yield f"    unless {_unless(unless)}"
        for stage in version.stages:
            yield f"    {stage.rule.stage.replace('_', ' ')}: {stage_sentence(rule, stage)}"
    for order in rule.order:
        yield f"  order: {order.relation.replace('_', ' ')} {order.duty}{_cite(order.cite)}"
    for coming in rule.upcoming:
        when = f"from {coming.from_.isoformat()}" if coming.from_ else "no date"
        yield f"  announced, {when}: {coming.text}"


def _period(law: VersionRule) -> str:
    return f"{law.from_.isoformat()} to {law.to.isoformat() if law.to else 'now'},"


def _unless(unless: Unless) -> str:
    """Words: "good_faith (to be shown by claim): Acquisition in good faith ... (§ 1), if ..."."""
    burden = "an element" if unless.burden == "element" else f"to be shown by {unless.shown_by}"
    record = ", on record" if unless.record else ""
    return f"{unless.id} ({burden}{record}): {unless.text}{_cite(unless.cite)}, if {condition(unless.when)}"


def stage_sentence(rule: DutyRule, stage: Stage) -> str:
    """One sentence: who must do what, by when, counted how."""
    clock = stage.rule
    only = f"; only if {condition(clock.when)}" if clock.when is not None else ""
    words = [f"{_who(rule)} must {_what(rule)} {_limit(stage)}"]
    words += ["reasons if late"] if clock.late == "reasons" else []
    words += [f"yardstick: {_beside(clock.guideline)}"] if clock.guideline else []
    words += [f"at the latest {_beside(clock.outer)}"] if clock.outer else []
    words += [f"arguably {_beside(clock.arguable)}"] if clock.arguable else []
    words += [f"not before {_beside(clock.wait)}"] if clock.wait else []
    words += [_hold(clock.hold)] if clock.hold else []
    return "; ".join(words) + only + _cite(clock.cite) + "."


def _who(rule: DutyRule) -> str:
    who = " or ".join(ROLE[role] for role in rule.bound) if rule.bound else "whoever holds the data"
    return f"{who[0].upper()}{who[1:]}"


def _what(rule: DutyRule) -> str:
    act = ACT[rule.kind]
    if rule.addressee is None or rule.kind in ("assess", "document", "publish"):
        return act
    addressee = f"the {rule.addressee.replace('_', ' ')}"
    named = rule.authority.rule if isinstance(rule.authority, AuthorityRule) else rule.authority
    return f"{act} {addressee}" + (f" ({named.replace('_', ' ')})" if named else "")


def _limit(stage: Stage) -> str:
    """Words: "within 72 hours of awareness, where feasible", or the law's own words."""
    clock, start = stage.rule, stage.start.text
    if stage.limit is None:
        return f"at no number of days or hours, from {start}: {clock.limit_text}"
    kind = {
        "fixed": "", "fixed_if_feasible": ", where feasible", "guideline": " (the regulator's yardstick)",
        "relative": " (by another act)", "unsettled": " (unsettled)", "qualitative": "",
    }[clock.limit_kind]  # fmt: skip
    return f"within {stage.limit.words()} of {start}{kind}{_counting(clock)}: {clock.limit_text}"


def _counting(clock: StageRule) -> str:
    counting = clock.counting
    first = ", that day counted" if counting.first_day else ""
    roll = ", moved to the next working day" if counting.roll else ""
    since = f", counted from the {counting.since.replace('_', ' ')}" if counting.since else ""
    return f"{since}{first}{roll}{ENDS[counting.end]}{RULES[counting.rule]}"


def _hold(hold: Hold) -> str:
    """Words: "held up by law enforcement, then 15 days from its end (§ 1)"."""
    grounds = " or ".join(ground.replace("_", " ") for ground in hold.grounds) or "a delay"
    does = "the clock stands still" if hold.clock == "stands_still" else "it waits"
    then = f", then {_length(hold.after)} from its end" if hold.after else ""
    return f"held up by {grounds}: {does}{then}{_cite(hold.cite)}"


def _beside(yardstick: Yardstick) -> str:
    return ": ".join([part for part in (_length(yardstick), yardstick.text) if part])


def _length(length: Length) -> str:
    given = [
        f"{n} {unit.replace('_', ' ')}"
        for unit in ("hours", "days", "working_days", "months")
        if (n := getattr(length, unit)) is not None
    ]
    return ": ".join(given)


def condition(raw: Any, nested: bool = False) -> str:
    """A condition of a law file as text: "a and (b or c) and not d"."""
    if isinstance(raw, str):
        return raw
    [(operator, body)] = raw.items()
    if operator == "not":
        return f"not {condition(body, True)}"
    joint = " and " if operator == "all" else " or "
    text = joint.join(condition(part, True) for part in body)
    return f"({text})" if nested and len(body) > 1 else text


def _cite(cite: str) -> str:
    return f" ({cite})" if cite else ""
