"""The shape of a law file (law/jurisdictions/*.toml, law/authorities/*.toml): strict, no unknown keys.

docs/law/adding-a-jurisdiction.md explains each key to its author. What stands here is only shape; that
names, conditions and dates make sense is checked by `law.rulebook`.
"""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from law.facts.model import Addressee, Stage

Kind = Literal["notify", "assess", "document", "file", "consult", "offer", "publish", "cooperate"]
LimitKind = Literal["fixed", "fixed_if_feasible", "guideline", "qualitative", "relative", "unsettled"]
Confidence = Literal["high", "medium", "low"]
AppliesBy = Literal["occurrence", "discovery", "duty_arises", "notice"]
Text = Annotated[str, Field(min_length=1)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Source(Part):
    """Where a statement was read: kind says how near to the law it is, `how` says how it was read.

    `states`: whose national law it is, within law that holds in many states; without any it serves all of them.
    """

    id: Text
    title: Text
    url: Text
    kind: Literal["statute", "regulator", "secondary"]
    read_on: date
    how: Text
    states: list[str] = []


class Channel(Part):
    """How an authority takes a notification."""

    type: Literal["portal", "email", "form", "post", "phone", ""] = ""
    url: str = ""
    email: str = ""
    form: str = ""
    note: str = ""


class Authority(Part):
    """Somebody to whom a notification goes. `calendar`: key of the `holidays` package; `zone`: IANA."""

    jurisdiction: Text
    name: Text
    name_native: str = ""
    acronym: str = ""
    city: str = ""
    address: str = ""
    zone: Text
    calendar: str = ""
    languages: list[str] = []
    channel: Channel = Channel()
    sources: list[str] = []
    verified_on: date
    confidence: Confidence
    notes: list[str] = []


class Ordering(Part):
    relation: Literal["before", "not_after", "with", "on_or_after", "after"]
    duty: Text
    cite: str = ""


class Cited(Part):
    text: Text
    cite: str = ""
    sources: list[str] = []


class ContentItem(Part):
    """What a notification must say. `may_follow`: may it be supplied later; `native`: the official wording."""

    id: Text
    text: Text
    native: str = ""
    cite: str = ""
    may_follow: bool = False


class Upcoming(Part):
    """Law announced and not in force: shown, never applied."""

    from_: date | None = Field(default=None, alias="from")
    text: Text
    sources: list[str] = []


class Counting(Part):
    """How a period is counted. `first_day`: is the day of the event itself counted; `end`: when a day ends;
    `roll`: does a last day that is no working day move to the next; `since`: count from the end of the calendar
    year (or month) in which the event falls; `rule`: a named rule of law.time_limits.
    """

    first_day: bool = False
    end: Literal["instant", "day", "office", "noon"] = "day"
    roll: bool = False
    since: Literal["", "end_of_year", "end_of_month"] = ""
    rule: Literal["", "eu_1182_71", "dora_noon"] = ""
    note: str = ""


class Length(Part):
    """A period: one unit and a number."""

    hours: int | None = Field(default=None, ge=1)
    days: int | None = Field(default=None, ge=0)
    working_days: int | None = Field(default=None, ge=0)
    months: int | None = Field(default=None, ge=1)


class Yardstick(Length):
    """A period beside the limit: the regulator's own yardstick, or a hard outer limit."""

    text: str = ""
    source: str = ""
    cite: str = ""
    start: Any = None
    counting: Counting | None = None


Ground = Literal["law_enforcement", "national_security", "restore_integrity", "authority_permission", "other"]


class Hold(Part):
    """What a recorded delay does to the clock of a stage.

    `grounds`: those that the law knows, all where none is named. `clock`: "waits": due when the delay ends, if that is
    later; "stands_still": the time of the delay is not counted. `after`: the period from the end of the delay within
    which the act is due.
    """

    grounds: list[Ground] = []
    clock: Literal["waits", "stands_still"] = "waits"
    after: Length | None = None
    cite: Text


class Unless(Part):
    """An exemption. `burden`: unknown leaves it open ("element"), or the organisation must show it ("holder").

    `states`: whose national law has it, within law that holds in many states; it is spoken of only where the
    organisation is recorded to be in one of them, or has claimed it.
    """

    id: Text
    text: Text
    when: Any
    burden: Literal["element", "holder"]
    shown_by: Literal["test", "claim", ""] = ""
    record: bool = False
    cite: str = ""
    requires: list[str] = []
    states: list[str] = []


class StageRule(Part):
    """One act within a duty, with its start and limit."""

    stage: Stage
    start: Any
    when: Any = None
    limit: Length | None = None
    limit_kind: LimitKind
    limit_text: Text
    counting: Counting = Counting()
    guideline: Yardstick | None = None
    outer: Yardstick | None = None
    arguable: Yardstick | None = None
    wait: Yardstick | None = None
    extension: str = ""
    delay: str = ""
    hold: Hold | None = None
    late: Literal["reasons", "none"] = "none"
    cite: str = ""


class Correction(Part):
    """A change of reading: the law was this all along, and the library said something else until `on`.

    `revision` counts the corrections of a version, from 1. `was`: what stood here before; `why`: how it was found to
    be wrong; `effect`: what it means for a case that was assessed before. What was published is never edited away.
    """

    revision: int = Field(ge=1)
    on: date
    was: Text
    why: Text
    effect: Text
    reported_by: str = ""


class VersionRule(Part):
    """The law as it stood from one day to another (inclusive)."""

    from_: date = Field(alias="from")
    to: date | None = None
    applies_by: AppliesBy
    when: Any
    unless: list[Unless] = []
    sources: list[str] = Field(min_length=1)
    confidence: Confidence
    verified_on: date
    trigger_text: Text
    cite: str = ""
    notes: list[str] = []
    content: list[ContentItem] | None = None
    correction: list[Correction] = []
    stage: list[StageRule] = Field(min_length=1)


class AuthorityRule(Part):
    rule: Literal["eu_one_stop_shop"]


class DutyRule(Part):
    """A duty: what the law says, in dated versions."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9_-]+(\.[a-z0-9_-]+)+$")]
    title: Text
    kind: Kind
    addressee: Addressee | None = None
    bound: list[Literal["controller", "processor", "joint_controller"]] = []
    binding: Literal["mandatory", "voluntary"] = "mandatory"
    authority: str | AuthorityRule | None = None
    cite: Text
    languages: list[str] = []
    form: str | None = None
    authority_publishes: bool = False
    default_if_unresolved: Literal["notify", "do_not_notify"] = "notify"
    order: list[Ordering] = []
    satisfied_by: list[Cited] = []
    copies: list[str] = []
    must_not: list[Cited] = []
    content: list[ContentItem] = []
    offers: list[Cited] = []
    substitute: Cited | None = None
    upcoming: list[Upcoming] = []
    penalty: str = ""
    version: list[VersionRule] = Field(min_length=1)


class SectorDuty(Part):
    text: Text
    cite: str = ""
    source: str = ""


class NoGeneralDuty(Part):
    """The explicit statement that a jurisdiction has no general duty to notify. `until`: its last day, where a duty
    begins that stands in another file.
    """

    statement: Text
    until: date | None = None
    sources: list[str] = Field(min_length=1)
    verified_on: date
    confidence: Confidence
    sector_duties: list[SectorDuty] = []
    upcoming: list[Upcoming] = []


class LawFile(Part):
    """A whole file for one instrument."""

    instrument: Text
    jurisdiction: Text
    title: Text
    title_native: str = ""
    citation: Text
    zone: Text
    calendar: str
    languages: list[str] = []
    verified_on: date
    notes: list[str] = []
    source: list[Source] = Field(min_length=1)
    authority: dict[str, Authority] = {}
    sets: dict[str, list[str]] = {}
    data: dict[str, Any] = {}
    let: dict[str, Any] = {}
    duty: list[DutyRule] = []
    no_general_duty: NoGeneralDuty | None = None


class AuthorityFile(Part):
    """A file of authorities only, for instruments that hold in many countries."""

    notes: list[str] = []
    source: list[Source] = []
    authority: dict[str, Authority]
