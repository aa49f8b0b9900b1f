"""Conditions as plain Python functions: the same answers as walking the tree of nodes, in a third of the time.

A look at the whole world asks some ten thousand nodes. Calling a method for each costs more than what they do, so a
condition is written out once, when it is first asked, as one function of local steps; so is a whole version of a
duty, with the roles it binds and its exemptions. Only names made here (L0, F1) stand in the source; no text of a law
file does. Reasons and open facts are still read from the tree.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from law.case_data import UNASKED
from law.expressions import All, AnyOf, Node, Not
from law.kleene import Value
from law.leaves import Here, Leaf, Name

Decide = Callable[[Here], Value]
DEEPEST = 15
"""Python allows twenty blocks within one another; what lies deeper is asked as a tree."""
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


class _Writer:
    """Writes one condition out, line by line."""

    def __init__(self) -> None:
        self.lines = [" g = c.case.memo", " m = c.memo"]
        self.names: dict[str, Any] = {"U": UNASKED}
        self.variables = 0

    def function(self, node: Node[Here]) -> Decide:
        if not isinstance(node, All | AnyOf | Not):
            return node.value
        result = self._write(node, 1)
        self.lines.append(f" return {result}")
        return self._made()

    def duty(self, roles: Node[Here] | None, when: Node[Here], lifts: Sequence[Lift]) -> Decide:
        """Ends at the first part that settles a "no"; what is unknown leaves the rest to be asked."""
        opens = []
        for node in (roles, when) if roles else (when,):
            part = self._write(node, 1)
            self._line(1, f"if {part} is False: return False")
            opens.append(part)
        for one in lifts:
            depth = 1
            if one.claim:
                self._line(1, f"if c.case.facts.claims and c.case.relies({self._name(one.names)}, c.place):")
                depth = 2
            part = self._write(one.when, depth)
            self._line(depth, f"if {part} is True: return False")
            if one.element:
                opens.append(part)
        self._line(1, f"if {' or '.join(f'{part} is None' for part in opens)}: return None")
        self._line(1, "return True")
        return self._made()

    def _made(self) -> Decide:
        # What it names is handed over as defaults: local variables are found faster than global ones.
        head = f"def decide(c, {', '.join(f'{name}={name}' for name in self.names)}):"
        space = dict(self.names)
        exec(compile("\n".join((head, *self.lines)), "<condition>", "exec"), space)  # noqa: S102 - only names made here
        made: Decide = space["decide"]
        return made

    def _write(self, node: Node[Here], depth: int) -> str:
        """Adds the lines that bring the value of `node` into a new variable; its name."""
        variable = f"v{self.variables}"
        self.variables += 1
        if isinstance(node, All | AnyOf) and depth < DEEPEST:
            self._combination(node, variable, depth)
        elif isinstance(node, Not):
            inner = self._write(node.part, depth)
            self._line(depth, f"{variable} = None if {inner} is None else not {inner}")
        elif isinstance(node, Leaf):
            self._remembered(node, node.read, node.local, variable, depth)
        elif isinstance(node, Name):
            self._remembered(node, decide(node.node), node.local, variable, depth)
        else:
            self._line(depth, f"{variable} = {self._name(node.value)}(c)")
        return variable

    def _combination(self, node: "All[Here] | AnyOf[Here]", variable: str, depth: int) -> None:
        """Kleene's `all` ends at the first False, `any` at the first True; one unknown leaves the rest unknown."""
        ends = isinstance(node, AnyOf)
        self._line(depth, f"{variable} = {not ends}")
        self._line(depth, "while True:")
        for part in node.parts:
            inner = self._write(part, depth + 1)
            self._line(depth + 1, f"if {inner} is {ends}:")
            self._line(depth + 2, f"{variable} = {ends}")
            self._line(depth + 2, "break")
            self._line(depth + 1, f"if {inner} is None:")
            self._line(depth + 2, f"{variable} = None")
        self._line(depth + 1, "break")

    def _remembered(self, node: Node[Here], ask: Decide, local: bool, variable: str, depth: int) -> None:
        memo, key = "m" if local else "g", self._name(node)
        self._line(depth, f"{variable} = {memo}.get({key}, U)")
        self._line(depth, f"if {variable} is U:")
        self._line(depth + 1, f"{variable} = {memo}[{key}] = {self._name(ask)}(c)")

    def _name(self, value: Any) -> str:
        name = f"L{len(self.names)}"
        self.names[name] = value
        return name

    def _line(self, depth: int, text: str) -> None:
        self.lines.append(" " * depth + text)
