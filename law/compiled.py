"""Conditions as plain Python functions: the same answers as walking the tree of nodes, in a third of the time.

A look at the whole world asks some ten thousand nodes. Calling a method for each costs more than what they do, so a
condition is written out once, when it is first asked, as one function of local steps; so is a whole version of a
duty, with the roles it binds and its exemptions. What is settled for the whole case is asked before what must be
asked anew in each place: in Kleene's logic the order changes no answer. Reasons and open facts are still read from
the tree, in the order of the law.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from law.case_data import UNASKED
from law.expressions import All, AnyOf, Node, Not
from law.kleene import Value
from law.leaves import Applies, Here, Name, Remembered, Scope
from law.written import Writer

Decide = Callable[[Here], Value]
MEMOS: dict[Scope, str] = {"case": "g", "tests": "t", "place": "m"}
"""The variable of a written function that holds what was answered within a scope."""
_MADE: dict[int, tuple[Node[Here], Decide]] = {}


def decide(node: Node[Here]) -> Decide:
    """The function that answers as `node.value` does. Made once for each node."""
    found = _MADE.get(id(node))
    if found is None or found[0] is not node:
        found = _MADE[id(node)] = (node, _Writer().function(node))
    return found[1]


class Lift(NamedTuple):
    """An exemption as the written function asks it.

    `element`: unknown leaves the duty open; else only what is shown lifts. `claim`: shown by reliance on it, under one
    of these `names`.
    """

    when: Node[Here]
    element: bool
    claim: bool
    names: tuple[str, ...]


def decide_duty(roles: Node[Here] | None, when: Node[Here], lifts: Sequence[Lift]) -> Decide:
    """Whether a version of a duty applies, its place being competent: roles, conditions and exemptions together."""
    return _Writer().duty(roles, when, lifts)


class _Writer(Writer[Here]):
    """Writes a condition on a case, which is asked from a place."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = [" g = c.case.memo", " t = c.tests", " m = c.memo"]
        self.names["U"] = UNASKED

    def function(self, node: Node[Here]) -> Decide:
        if not isinstance(node, All | AnyOf | Not):
            return node.value
        self.line(1, f"return {self.write(node, 1)}")
        return self.made("c")

    def duty(self, roles: Node[Here] | None, when: Node[Here], lifts: Sequence[Lift]) -> Decide:
        """Ends at the first part that settles a "no"; what is unknown leaves the rest to be asked."""
        opens = []
        for node in sorted((*_conjuncts(when), *((roles,) if roles else ())), key=self.cost):
            part = self.write(node, 1)
            self.line(1, f"if {part} is False: return False")
            opens.append(part)
        for one in lifts:
            depth = 1
            if one.claim:
                self.line(1, f"if c.case.facts.claims and c.case.relies({self.name(one.names)}, c.place):")
                depth = 2
            part = self.write(one.when, depth)
            self.line(depth, f"if {part} is True: return False")
            if one.element:
                opens.append(part)
        self.line(1, f"if {' or '.join(f'{part} is None' for part in opens)}: return None")
        self.line(1, "return True")
        return self.made("c")

    def leaf(self, node: Node[Here], variable: str, depth: int) -> None:
        if not isinstance(node, Remembered):
            self.line(depth, f"{variable} = {self.name(node.value)}(c)")
            return
        ask = decide(node.node) if isinstance(node, Name) else node.asked()
        memo, key = MEMOS[node.scope], self.name(node)
        self.line(depth, f"{variable} = {memo}.get({key}, U)")
        self.line(depth, f"if {variable} is U:")
        self.line(depth + 1, f"{variable} = {memo}[{key}] = {self.name(ask)}(c)")

    def cost(self, node: Node[Here]) -> int:
        """What has one answer for the whole case is asked once in a look; a combination is mostly settled by its
        cheapest part ("is it an insurer at all?").
        """
        match node:
            case All(parts=parts) | AnyOf(parts=parts):
                return 1 + min(map(self.cost, parts))
            case Not(part=inner):
                return self.cost(inner)
            case Name(scope="place", node=inner):
                return 2 + self.cost(inner)
            case Applies():
                return 50
            case Remembered(scope="place"):
                return 10
            case _:
                return 1


def _conjuncts(node: Node[Here]) -> list[Node[Here]]:
    """What must all hold for a condition to hold."""
    if isinstance(node, All):
        return [inner for part in node.parts for inner in _conjuncts(part)]
    return [node]
