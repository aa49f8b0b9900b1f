"""What one rulebook says otherwise than another: for who installs a newer one, before any case is looked at."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from law.errata import revision_of
from law.rulebook import Rulebook
from law.rules import Duty

Kind = Literal["added", "removed", "new version", "corrected", "altered", "researched", "no longer covered"]


@dataclass(frozen=True, slots=True)
class LawChange:
    """`subject`: a duty's id or a jurisdiction; `what`: in words, empty where the kind says all."""

    kind: Kind
    subject: str
    what: str = ""

    def __str__(self) -> str:
        return f"{self.kind:<17} {self.subject}{': ' + self.what if self.what else ''}"


def law_changes(old: Rulebook, new: Rulebook) -> Iterator[LawChange]:
    """Changes from `old` to `new`: jurisdictions first, then duties, each in order of their names."""
    for code in sorted(set(new.by_jurisdiction) - set(old.by_jurisdiction)):
        yield LawChange("researched", code)
    for code in sorted(set(old.by_jurisdiction) - set(new.by_jurisdiction)):
        yield LawChange("no longer covered", code)
    for name in sorted(set(old.duties) | set(new.duties)):
        before, after = old.duties.get(name), new.duties.get(name)
        if before is None and after is not None:
            yield LawChange("added", name, after.rule.title)
        elif after is None and before is not None:
            yield LawChange("removed", name, before.rule.title)
        elif before is not None and after is not None:
            yield from _of_duty(before, after)


def _of_duty(before: Duty, after: Duty) -> Iterator[LawChange]:
    stood = {version.name: version for version in before.versions}
    for version in after.versions:
        was = stood.pop(version.name, None)
        if was is None:
            yield LawChange("new version", after.id, f"from {version.name}: {version.rule.trigger_text}")
        elif revision_of(version) > revision_of(was):
            newest = max(version.rule.correction, key=lambda one: one.revision)
            yield LawChange("corrected", after.id, f"version {version.name}: {newest.effect}")
        elif _differs(before, after) or version.rule != was.rule:
            yield LawChange("altered", after.id, f"version {version.name}")
    for name in stood:
        yield LawChange("altered", after.id, f"version {name} is no longer stated")


def _differs(before: Duty, after: Duty) -> bool:
    """Beside its versions: the duty's own texts, or the names that its conditions use."""
    files = before.instrument.file, after.instrument.file
    own = [duty.rule.model_copy(update={"version": []}) for duty in (before, after)]
    return own[0] != own[1] or any(getattr(files[0], key) != getattr(files[1], key) for key in ("sets", "data", "let"))
