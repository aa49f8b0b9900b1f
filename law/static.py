"""What a law file says of a duty, as the published answer carries it: the same for every case, so made once."""

from collections.abc import Callable, Iterable
from typing import Any

from law.rules import Duty, Stage, Version
from law.schema import Authority, Cited, ContentItem, Yardstick

Urls = Callable[[Iterable[str]], list[str]]

_MADE: dict[tuple[int, int], tuple[Stage, Authority | None, dict[str, Any]]] = {}


def static_of(duty: Duty, version: Version, stage: Stage, authority: Authority | None) -> dict[str, Any]:
    """The part of a finding that does not depend on the case. Not to be changed by the caller."""
    key = (id(stage), id(authority))
    found = _MADE.get(key)
    if found is None or found[0] is not stage or found[1] is not authority:
        made = _build(duty, version, stage)
        if authority:
            made["channel"] = authority.channel.model_dump(mode="json")
            made["languages"] = authority.languages or made["languages"]
        made["shape"] = _shape(duty, stage, made)
        found = _MADE[key] = (stage, authority, made)
    return found[2]


def _shape(duty: Duty, stage: Stage, made: dict[str, Any]) -> dict[str, Any]:
    """A finding as it is published, every key in its order, before the case has its say (law.findings)."""
    rule, open_ = duty.rule, None
    guideline = {**made["guideline"], "due": None} if made["guideline"] else None
    return {
        "duty": duty.id, "version": open_, "jurisdiction": open_, "title": rule.title,
        "kind": rule.kind, "addressee": rule.addressee,
        "authority": open_, "authority_basis": open_, "recipients": open_, "copies": made["copies"],
        "bound": made["bound"], "binding": made["binding"], "outcome": open_, "because": open_,
        "undetermined_on": open_,
        "rebuttable_by": open_, "lifted_by": open_, "default_if_unresolved": made["default_if_unresolved"],
        "arises_on": open_, "satisfied_by": made["satisfied_by"], "answered_by": open_, "exemptions": open_,
        "stage": stage.rule.stage, "act": open_, "clock_starts": open_, "clock_fact": open_, "started_at": open_,
        "limit": made["limit"], "limit_kind": made["limit_kind"], "limit_text": made["limit_text"],
        "due": None, "due_arguable": None, "due_arguable_ground": None, "not_before": None,
        "due_working": (), "due_basis": open_, "due_zone": open_,
        "outer_limit": made["outer"], "outer_due": None, "guideline": guideline,
        "extension": made["extension"], "delay": open_, "if_late": made["late"],
        "order": made["order"], "threshold": open_, "record": open_,
        "substitute": made["substitute"], "offers": made["offers"],
        "provision": made["provision"], "instrument": made["instrument"], "sources": made["sources"],
        "trigger": made["trigger"], "penalty": made["penalty"], "law_date": open_, "law_date_basis": open_,
        "upcoming": made["upcoming"], "corrections": made["corrections"], "confidence": made["confidence"],
        "verified_on": made["verified_on"], "human_review": None, "via": open_,
        "channel": made["channel"], "languages": made["languages"],
        "content": made["content"], "must_not": made["must_not"], "form": made["form"],
        "authority_publishes": made["authority_publishes"],
    }  # fmt: skip


def _build(duty: Duty, version: Version, stage: Stage) -> dict[str, Any]:
    rule, law, clock = duty.rule, version.rule, stage.rule
    file, urls = duty.instrument.file, duty.instrument.source_urls
    content = law.content if law.content is not None else rule.content
    kept = [one.id for one in law.unless if one.record and not one.states]
    return {
        "copies": rule.copies,
        "bound": list(rule.bound),
        "binding": rule.binding,
        "default_if_unresolved": rule.default_if_unresolved,
        "satisfied_by": [_cited(one, urls) for one in rule.satisfied_by],
        "limit": stage.limit.to_json() if stage.limit else None,
        "limit_kind": clock.limit_kind,
        "limit_text": clock.limit_text,
        "counting": clock.counting.note or None,
        "outer": _beside(clock.outer, urls),
        "guideline": _beside(clock.guideline, urls),
        "extension": clock.extension or None,
        "delay": clock.delay or None,
        "late": clock.late,
        "order": [one.model_dump() for one in rule.order],
        "record": {"required": bool(kept) or rule.kind == "document", "for": kept},
        "substitute": _cited(rule.substitute, urls) if rule.substitute else None,
        "offers": [_cited(one, urls) for one in rule.offers],
        "provision": clock.cite or law.cite or rule.cite,
        "instrument": file.citation,
        "sources": urls(law.sources),
        "trigger": law.trigger_text,
        "penalty": rule.penalty or None,
        "upcoming": [
            {**one.model_dump(mode="json", by_alias=True), "sources": urls(one.sources)} for one in rule.upcoming
        ],
        "corrections": [one.model_dump(mode="json") for one in law.correction],
        "confidence": law.confidence,
        "verified_on": law.verified_on.isoformat(),
        "channel": None,
        "languages": rule.languages or file.languages,
        "content": [_content(one) for one in content],
        "must_not": [_cited(one, urls) for one in rule.must_not],
        "form": rule.form,
        "authority_publishes": rule.authority_publishes,
    }


def _content(item: ContentItem) -> dict[str, Any]:
    """An element of a notification, its provision named as the published answer names it."""
    return {**item.model_dump(exclude={"cite"}), "cite": item.cite, "provision": item.cite}


def _cited(one: Cited, urls: Urls) -> dict[str, Any]:
    return {"text": one.text, "cite": one.cite, "sources": urls(one.sources)}


def _beside(yardstick: Yardstick | None, urls: Urls) -> dict[str, Any] | None:
    if yardstick is None:
        return None
    length = {
        unit: n for unit in ("hours", "days", "working_days", "months") if (n := getattr(yardstick, unit)) is not None
    }
    source = urls([yardstick.source])[0] if yardstick.source else yardstick.cite
    return {"limit": length or None, "text": yardstick.text, "source": source}


def authority_json(authority: Authority) -> dict[str, Any]:
    """An authority as documents and pages show it."""
    return authority.model_dump(mode="json")
