"""What a law file says of a duty, as the published answer carries it: the same for every case, so made once."""

from typing import Any

from law.rulebook import Duty, Stage, Version
from law.schema import Authority, Yardstick

_MADE: dict[int, tuple[Stage, dict[str, Any]]] = {}


def static_of(duty: Duty, version: Version, stage: Stage) -> dict[str, Any]:
    """The part of a finding that does not depend on the case."""
    found = _MADE.get(id(stage))
    if found is None or found[0] is not stage:
        found = _MADE[id(stage)] = (stage, _build(duty, version, stage))
    return found[1]


def _build(duty: Duty, version: Version, stage: Stage) -> dict[str, Any]:
    rule, law, clock = duty.rule, version.rule, stage.rule
    file = duty.instrument.file
    content = law.content if law.content is not None else rule.content
    return {
        "copies": rule.copies,
        "bound": list(rule.bound),
        "binding": rule.binding,
        "default_if_unresolved": rule.default_if_unresolved,
        "satisfied_by": [one.model_dump() for one in rule.satisfied_by],
        "limit": stage.limit.to_json() if stage.limit else None,
        "limit_kind": clock.limit_kind,
        "limit_text": clock.limit_text,
        "outer": _beside(clock.outer),
        "guideline": _beside(clock.guideline),
        "extension": clock.extension or None,
        "delay": clock.delay or None,
        "late": clock.late,
        "order": [one.model_dump() for one in rule.order],
        "record": {"required": any(one.record for one in law.unless) or rule.kind == "document"},
        "substitute": rule.substitute.model_dump() if rule.substitute else None,
        "offers": [one.model_dump() for one in rule.offers],
        "provision": clock.cite or law.cite or rule.cite,
        "instrument": file.citation,
        "sources": duty.instrument.source_urls(law.sources),
        "trigger": law.trigger_text,
        "penalty": rule.penalty or None,
        "upcoming": [one.model_dump(mode="json", by_alias=True) for one in rule.upcoming],
        "confidence": law.confidence,
        "verified_on": law.verified_on.isoformat(),
        "channel": None,
        "languages": rule.languages or file.languages,
        "content": [one.model_dump() for one in content],
        "must_not": [one.model_dump() for one in rule.must_not],
        "form": rule.form,
        "authority_publishes": rule.authority_publishes,
    }


def _beside(yardstick: Yardstick | None) -> dict[str, Any] | None:
    if yardstick is None:
        return None
    length = {
        unit: n for unit in ("hours", "days", "working_days", "months") if (n := getattr(yardstick, unit)) is not None
    }
    return {"limit": length or None, "text": yardstick.text, "source": yardstick.source or yardstick.cite}


def authority_json(authority: Authority) -> dict[str, Any]:
    """An authority as documents and pages show it."""
    return authority.model_dump(mode="json")
