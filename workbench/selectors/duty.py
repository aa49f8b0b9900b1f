"""One duty: its clock in words, the chain of reasons with the facts behind it, and what the law asks."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import law_words
from incidents.asking import asked
from incidents.models import Assessment, Obligation, Outcome
from incidents.selectors import FactState, RulebookGone, finding_of
from law import wording
from law.assess import assess
from law.explain import chain, headline
from law.facts import parse_facts
from law.findings import Finding, standing_line
from law.flips import flips
from law.rulebook import load_rulebook
from law.schema import Authority
from law.time_limits import zone_of
from workbench import clocks, words
from workbench.selectors.duties import authority_of, confidence_words
from workbench.selectors.rules import union_state

CHANNELS = {
    "portal": _("Portal of the authority"),
    "email": _("E-mail"),
    "form": _("Form"),
    "post": _("Post"),
    "phone": _("Telephone"),
}
ZONE_KEY = re.compile(r"\b[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z]+)?/([A-Z][A-Za-z_-]+)\b")
OUTCOMES = {"APPLIES": _("required"), "DOES_NOT_APPLY": _("not required"), "UNDETERMINED": "open"}
EXEMPTIONS = {"open": _("Not shown"), "claimed": _("Claimed"), "not_available": _("Not available on these facts")}


@dataclass(frozen=True)
class Link:
    """One link of the chain of reasons, as the component `why` shows it."""

    statement: str
    because: str
    url: str
    fact: str
    cite: str
    open: bool


@dataclass(frozen=True)
class Clock:
    """One clock of a duty. `label` says what it is; `note` its ground or source, in the library's words unless
    `own_words`. `leads`: the one to meet.
    """

    label: str
    due: datetime | None
    note: str
    leads: bool = False
    own_words: bool = False


@dataclass(frozen=True)
class Missing:
    """A fact that the answer or its clock hangs on, and where it is answered."""

    label: str
    url: str


@dataclass(frozen=True)
class Turn:
    """One fact that would turn the answer: in words, where it is answered, and what the duty would be then."""

    text: str
    url: str
    then: str
    due: datetime | None


@dataclass(frozen=True)
class SourceLink:
    """Where a rule was read. `day` is when, `how` how near that is to the law itself."""

    title: str
    url: str
    day: str
    how: str


@dataclass(frozen=True)
class Exemption:
    """An exemption of the law: what it requires, and where it stands on the facts."""

    text: str
    requires: tuple[str, ...]
    provision: str
    status_words: str


@dataclass(frozen=True)
class Explained:
    """Everything of a duty that is made again from facts, instant and rulebook."""

    headline: str
    links: tuple[Link, ...]
    missing: tuple[Missing, ...]
    turns: tuple[Turn, ...]
    clocks: tuple[Clock, ...]
    working: tuple[str, ...]
    basis: str
    limit_text: str
    authority: Authority | None
    authority_basis: str
    channel: str
    channel_note: str
    said: Mapping[str, Any]
    exemptions: tuple[Exemption, ...]
    sources: tuple[SourceLink, ...]
    confidence: str
    law_in_force: str
    standing: str
    local_due: str
    later: str
    outdated: str

    @property
    def native_lang(self) -> str:
        """The language of what stands in the authority's own words; empty where it has several."""
        languages: Sequence[str] = self.said["languages"] or ()
        return str(languages[0]) if len(languages) == 1 else ""

    def to_read(self) -> "Explained":
        """The same for somebody who may read the facts and not change them."""
        return replace(self, links=tuple(replace(link, fact=gettext("see it")) for link in self.links))


UrlOfFact = Callable[[str], str]


def explained(
    obligation: Obligation,
    assessment: Assessment,
    states: Mapping[str, FactState],
    zone: ZoneInfo,
    url_of: UrlOfFact,
) -> Explained | None:
    """The reasons of a duty; None where its assessment names it no longer.

    Where the rulebook of the assessment is no longer installed, the one that is makes the reasons from
    the same facts at the same instant, and `outdated` says so. `url_of` gives the page of the fact at a path.
    """
    finding, is_current = _finding(obligation, assessment)
    if finding is None:
        return None
    said = finding.to_json()
    document = assessment.revision.document
    authority = authority_of(finding.authority or "")
    channel = said["channel"] or {}
    return Explained(
        headline=headline(finding),
        links=_links(finding, document, states, zone, url_of),
        missing=tuple(_missing(fact, document, url_of) for fact in finding.undetermined_on),
        turns=_turns(finding, assessment, url_of),
        clocks=_clocks(finding, said),
        working=tuple(_by_town(one) for one in finding.clock.working),
        basis=finding.clock.basis,
        limit_text=said["limit_text"] or "",
        authority=authority,
        authority_basis=finding.authority_basis or "",
        channel=str(CHANNELS.get(channel.get("type", ""), "")),
        channel_note=channel.get("note", ""),
        said=said,
        exemptions=tuple(
            Exemption(one.text, one.requires, one.provision, str(EXEMPTIONS[one.status])) for one in finding.exemptions
        ),
        sources=_sources(finding),
        confidence=confidence_words(said["confidence"]),
        law_in_force=_law_day(finding, said),
        standing=standing_line(assessment.rulebook_date),
        local_due=_local_due(finding, authority, zone),
        later=_later(said["delay"]),
        outdated="" if is_current else _outdated(finding, obligation, assessment),
    )


def _by_town(text: str) -> SafeString:
    """A step of the counting with its zone by the town, as every other time on the page: "Paris"."""
    step = law_words.marked(text)
    return mark_safe(ZONE_KEY.sub(lambda found: found[1].replace("_", " "), step))  # noqa: S308  # escaped by `marked`


def _finding(obligation: Obligation, assessment: Assessment) -> tuple[Finding | None, bool]:
    """The finding behind a duty, and whether it is made by the rulebook of its assessment."""
    try:
        return finding_of(obligation, assessment), True
    except RulebookGone:
        answer = assess(load_rulebook(), parse_facts(assessment.revision.document), assessment.as_of)
    wanted = (obligation.duty, obligation.jurisdiction, obligation.stage)
    return next((one for one in answer.findings if one.key[:3] == wanted), None), False


def _links(
    finding: Finding,
    document: Mapping[str, Any],
    states: Mapping[str, FactState],
    zone: ZoneInfo,
    url_of: UrlOfFact,
) -> tuple[Link, ...]:
    found = []
    for reason in chain(finding):
        path = asked(reason.fact, document).path if reason.fact else ""
        state = states.get(path) if path else None
        link = _askable(path)
        found.append(
            Link(
                statement=reason.text,
                because=_because(path, state, zone, document) if link else "",
                url=url_of(path) if link else "",
                fact=gettext("change it") if state is not None and state.value is not None else gettext("answer it"),
                cite=reason.provision,
                open=reason.verdict == "open",
            )
        )
    return tuple(found)


def _askable(path: str) -> bool:
    """A fact with a page of its own: not a whole list, not a person's act."""
    return bool(path) and path not in ("/timeline", "/notices", "/events", "/claims", "/data", "/affected")


def _because(path: str, state: FactState | None, zone: ZoneInfo, document: Mapping[str, Any]) -> str:
    question = words.question_of(path)
    label = words.label_words(question, path)
    about = words.row_words(path, document) if question.widget != "test" else ""
    asked_words = f"{about}: {label}" if about else f"“{label}”"
    if state is None or state.value is None:
        return gettext("{asked_words} is not answered;").format(asked_words=asked_words)
    value = words.value_words(question, state.value, zone, "", document) or gettext("number not known")
    who = f" ({state.said.author}, {clocks.day_words(state.said.recorded_at, zone)})" if state.said else ""
    return gettext("Because you recorded for {asked_words}: {value}{who};").format(
        asked_words=asked_words, value=value, who=who
    )


def _missing(fact: str, document: Mapping[str, Any], url_of: UrlOfFact) -> Missing:
    return Missing(wording.question(fact), url_of(asked(fact, document).path))


def _turns(finding: Finding, assessment: Assessment, url_of: UrlOfFact) -> tuple[Turn, ...]:
    """The single facts that would turn a settled answer, by the rulebook in use."""
    document = assessment.revision.document
    rulebook = load_rulebook()
    if finding.duty not in rulebook.duties:
        return ()
    found = flips(rulebook, parse_facts(document), assessment.as_of, finding)
    return tuple(
        Turn(one.text, url_of(asked(one.fact, document).path), str(OUTCOMES[one.outcome]), one.due) for one in found
    )


def _clocks(finding: Finding, said: Mapping[str, Any]) -> tuple[Clock, ...]:
    clock, found = finding.clock, []
    guideline = said["guideline"] or {}
    if clock.due is not None:
        is_guideline = said["limit_kind"] == "guideline"
        label = gettext("Guideline of the authority") if is_guideline else gettext("Strictest reading of the law")
        note = gettext("The law itself gives no number; this is the authority's own yardstick.") if is_guideline else ""
        found.append(Clock(label, clock.due, note or said["limit_text"], leads=True, own_words=bool(note)))
    if clock.arguable is not None:
        found.append(Clock(gettext("A later end is arguable"), clock.arguable, clock.ground or ""))
    if clock.outer_due is not None and clock.outer_due != clock.due:
        outer = said["outer_limit"] or {}
        found.append(Clock(gettext("Outer limit"), clock.outer_due, outer.get("text", ""), leads=not found))
    if clock.guideline_due is not None and clock.guideline_due != clock.due:
        text = guideline.get("text", "")
        found.append(Clock(gettext("Guideline of the authority, not a limit of the law"), clock.guideline_due, text))
    return tuple(found)


def _sources(finding: Finding) -> tuple[SourceLink, ...]:
    """The sources of a rule with the day on which each was read."""
    duty = load_rulebook().duties.get(finding.duty)
    if duty is None:
        return ()
    wanted = set(finding.static["sources"])
    state = union_state(finding.jurisdiction, finding.law_date) if duty.of_the_union else None
    seen = duty.instrument.sources_seen_from(state)
    listed = [one for one in seen if one.url in wanted or one.id in wanted]
    return tuple(SourceLink(one.title, one.url, one.read_on.isoformat(), one.how) for one in listed)


def _law_day(finding: Finding, said: Mapping[str, Any]) -> str:
    basis = {
        "occurrence": gettext("the day of the incident"),
        "discovery": gettext("the day of its discovery"),
        "duty_arises": gettext("the day on which the duty arises"),
        "notice": gettext("the day of the notice"),
    }.get(finding.law_date_basis, finding.law_date_basis.replace("_", " "))
    day = finding.law_date.isoformat()
    if said["version"]:
        return gettext("Law as of {day} ({basis}), in the version in force since {version}.").format(
            day=day, basis=basis, version=said["version"]
        )
    return gettext("Law as of {day} ({basis}).").format(day=day, basis=basis)


def _local_due(finding: Finding, authority: Authority | None, zone: ZoneInfo) -> str:
    """The end of the clock in the authority's own time, where that differs from the case's."""
    if finding.clock.due is None or authority is None:
        return ""
    theirs = zone_of(authority.zone)
    same = finding.clock.due.astimezone(theirs).utcoffset() == finding.clock.due.astimezone(zone).utcoffset()
    return "" if same else clocks.instant_words(finding.clock.due, theirs)


def _later(delay: Any) -> SafeString:
    """When the law lets the act wait, and whether such a ground is recorded."""
    if not isinstance(delay, Mapping):
        return law_words.marked(delay)
    text = law_words.marked(delay.get("text"))
    return (
        format_html("{} {}", text, gettext("Such a ground is recorded and in force."))
        if delay.get("in_force")
        else text
    )


def _outdated(finding: Finding, obligation: Obligation, assessment: Assessment) -> str:
    """What to know where the rule library has changed since the duty was assessed."""
    day = assessment.rulebook_date.isoformat()
    said = gettext("This duty was assessed by the rule library of {day}; another is installed now.").format(day=day)
    if finding.outcome == obligation.outcome:
        return gettext("{said} It says the same; the reasons below are its own.").format(said=said)
    return gettext(
        "{said} The reasons below are its own, and its answer differs: assess anew before you rely on either."
    ).format(said=said)


def reasons_of(
    obligation: Obligation,
    assessment: Assessment | None,
    states: Mapping[str, FactState],
    zone: ZoneInfo,
    url_of: UrlOfFact,
) -> tuple[Explained | None, str]:
    """The reasons, or why there are none to be shown."""
    if obligation.origin == Obligation.Origin.HAND or assessment is None:
        return None, ""
    found = explained(obligation, assessment, states, zone, url_of)
    return found, "" if found else gettext("The facts as they stand no longer name this duty.")


def may_be_decided(obligation: Obligation) -> bool:
    """Can a person decide that we will not notify? Only where it is or may be required."""
    return obligation.outcome != Outcome.DOES_NOT_APPLY
