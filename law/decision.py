"""The outcome of one version of a duty in one place, and the reasons for it.

A duty applies when its authority is competent, the organisation has the role that is bound, its conditions
hold and no exemption lifts it. An exemption that is an element of the law lifts as it is true, unknown or
false; one that the organisation must show lifts only once it is shown: until then "not known" is "not shown".
"""

from functools import lru_cache
from typing import Any, Literal, NamedTuple

from law.competence import Seat
from law.compiled import decide
from law.kept import kept
from law.kleene import Value, all_of, word
from law.leaves import Here
from law.rules import Exemption, Stage, Version

Status = Literal["open", "claimed", "not_available"]


class ExemptionState(NamedTuple):
    """An exemption as it stands in a case: open to be shown, claimed, or not available on the facts."""

    id: str
    status: Status
    text: str
    requires: tuple[str, ...]
    provision: str
    shown_by: str
    burden: str
    record: bool

    def to_json(self) -> dict[str, Any]:
        return {"id": self.id, "status": self.status, "text": self.text, "requires": list(self.requires),
                "provision": self.provision, "shown_by": self.shown_by, "burden": self.burden}  # fmt: skip


@lru_cache(maxsize=8192)
def state_of(one: Exemption, status: Status) -> ExemptionState:
    """An exemption in one of its states; the same for every case."""
    rule = one.rule
    return ExemptionState(
        rule.id, status, rule.text, tuple(rule.requires), rule.cite, rule.shown_by, rule.burden, rule.record
    )


def value_of(here: Here, version: Version, seat: Seat) -> Value:
    """Does this version of a duty apply, seen from one place?"""
    if seat.competent is False:
        return False
    value = (version.written or version.applies())(here)
    return None if value is True and seat.competent is None else value


def of_stage(here: Here, value: Value, stage: Stage) -> Value:
    """Whether one act of a version is due: the duty's value, and what decides that this stage is the one."""
    if stage.when is None or value is False:
        return value
    asked = decide(stage.when)(here)
    return False if asked is False else value if asked is True else None


class Decision:
    """The reasons for the `value` of one version of a duty, seen from one place; each made when it is asked for."""

    def __init__(self, here: Here, version: Version, seat: Seat, value: Value) -> None:
        self.here, self.version, self.seat, self.value = here, version, seat, value
        self.roles = version.roles

    @kept
    def standing(self) -> tuple[Exemption, ...]:
        """The exemptions that concern this organisation: not those of a state where it is not recorded to be."""
        return tuple([one for one in self.version.exemptions if not one.rule.states or self._national(one)])

    @kept
    def lifting(self) -> tuple[Value, ...]:
        """Whether each exemption takes the duty away: as it is true, or only once it is shown."""
        return tuple([self._lifts(one) for one in self.standing])

    @kept
    def exemptions(self) -> tuple[ExemptionState, ...]:
        return tuple([self._state(one) for one in self.standing])

    @property
    def lifted_by(self) -> str | None:
        """The exemption that takes the duty away."""
        return self.exemptions[self.lifting.index(True)].id if True in self.lifting else None

    def _state(self, one: Exemption) -> ExemptionState:
        if self._claimed(one):
            return state_of(one, "claimed")
        return state_of(one, "not_available" if one.when.value(self.here) is False else "open")

    def _national(self, one: Exemption) -> bool:
        established = self.here.case.established
        return any(established(state) is True for state in one.rule.states) or self._claimed(one)

    def _claimed(self, one: Exemption) -> bool:
        return bool(self.here.facts.claims) and self.here.case.relies(one.names, self.here.place)

    def _lifts(self, one: Exemption) -> Value:
        value = one.when.value(self.here)
        rule = one.rule
        if rule.burden == "element":
            return value
        if value is not True:
            return False
        return rule.shown_by == "test" or self._claimed(one)

    def because_of(self, stage: Stage) -> dict[str, Any]:
        """The reasons of a stage: those of the duty, and what decides that this stage is the one."""
        tree = self.because()
        if stage.when is None:
            return tree
        value = all_of((self.value, stage.when.value(self.here)))
        return {**tree, "value": word(value), "of": [*tree["of"], stage.when.explain(self.here)]}

    def open_facts_of(self, stage: Stage) -> tuple[str, ...]:
        """What the outcome of a stage hangs on: the duty's open facts, and those that decide on the stage.

        Where a place is concerned only by way of its region or country, the first question is whether it is: one
        question for all such places, before any of theirs.
        """
        own = stage.when.open_facts(self.here) if stage.when else []
        found = tuple(dict.fromkeys((*self.open_facts(), *own)))
        kind, _, code = (self.seat.via or "").partition(" ")
        first = f"affected[{code}].{'country' if kind == 'region' else 'subdivision'}"
        return (first,) if first in found else found

    def open_facts(self) -> tuple[str, ...]:
        """Paths of the facts on which an open outcome hangs, in the order of the law."""
        if self.value is not None:
            return ()
        found: dict[str, None] = {}
        if self.seat.competent is None:
            found.update(dict.fromkeys(self.seat.open_facts))
        nodes = [self.roles] if self.roles else []
        for node in (*nodes, self.version.when):
            if node.value(self.here) is None:
                found.update(dict.fromkeys(node.open_facts(self.here)))
        for value, one in zip(self.lifting, self.standing, strict=True):
            if value is None:
                found.update(dict.fromkeys(one.when.open_facts(self.here)))
        return tuple(found)

    def because(self) -> dict[str, Any]:
        """The tree of conditions with the value and the fact behind each leaf."""
        tree: list[dict[str, Any]] = []
        if self.seat.basis:
            tree.append(_seat_reason(self.seat))
        if self.roles:
            tree.append(self.roles.explain(self.here))
        tree.append(self.version.when.explain(self.here))
        for state, value, one in zip(self.exemptions, self.lifting, self.standing, strict=True):
            tree.append(
                {
                    "op": "unless",
                    "exemption": state.id,
                    "text": state.text,
                    "burden": state.burden,
                    "shown_by": state.shown_by,
                    "status": state.status,
                    "value": word(value),
                    "of": [one.when.explain(self.here)],
                    "provision": state.provision,
                }
            )
        return {"op": "all", "value": word(self.value), "of": tree}


def _seat_reason(seat: Seat) -> dict[str, Any]:
    """Why this place: the competence of its authority, or that nobody there is affected."""
    about_people = seat.competent is False
    return {
        "leaf": "people there are affected" if about_people else "the authority is competent",
        "value": word(seat.competent),
        "fact": f"affected[{seat.place}].presence" if about_people else "organisation.main_establishment_eu",
        "is": seat.basis,
    }
