"""The outcome of one version of a duty in one place, and the reasons for it.

A duty applies when its authority is competent, the organisation has the role that is bound, its conditions
hold and no exemption lifts it. An exemption that is an element of the law lifts as it is true, unknown or
false; one that the organisation must show lifts only once it is shown: until then "not known" is "not shown".
"""

from functools import lru_cache
from typing import Any, Literal, NamedTuple

from law.competence import Seat
from law.kleene import Value, all_of, any_of, negate, word
from law.leaves import Here
from law.rulebook import Duty, Exemption, Version

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


class Decision:
    """What is decided of one version of a duty, seen from one place. Reasons are built when asked for."""

    def __init__(self, here: Here, duty: Duty, version: Version, seat: Seat) -> None:
        self.here, self.version, self.seat = here, version, seat
        self.roles = duty.roles
        self.exemptions = tuple([self._state(duty, one) for one in version.exemptions])
        self.lifting = tuple(map(self._lifts, self.exemptions, version.exemptions))
        role: Value = self.roles.value(here) if self.roles else True
        self.value = all_of((seat.competent, role, version.when.value(here), negate(any_of(self.lifting))))

    @property
    def lifted_by(self) -> str | None:
        """The exemption that takes the duty away."""
        return self.exemptions[self.lifting.index(True)].id if True in self.lifting else None

    def _state(self, duty: Duty, one: Exemption) -> ExemptionState:
        if self.here.facts.claims and self._claimed(duty, one.rule.id):
            return state_of(one, "claimed")
        return state_of(one, "not_available" if one.when.value(self.here) is False else "open")

    def _claimed(self, duty: Duty, name: str) -> bool:
        return any(self.here.case.claimed(one, self.here.place) for one in (name, f"{duty.id}.{name}"))

    def _lifts(self, state: ExemptionState, one: Exemption) -> Value:
        value = one.when.value(self.here)
        if one.rule.burden == "element":
            return value
        made = one.rule.shown_by == "test" or state.status == "claimed"
        return made and value is True

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
        for value, one in zip(self.lifting, self.version.exemptions, strict=True):
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
        for state, value, one in zip(self.exemptions, self.lifting, self.version.exemptions, strict=True):
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
