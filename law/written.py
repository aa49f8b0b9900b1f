"""Writing a condition out as a Python function: what is common to conditions on cases and those on data.

Only names made here (L0, v1) stand in the source; no text of a law file does.
"""

from collections.abc import Callable
from typing import Any, Generic

from law.expressions import All, AnyOf, Context_contra, Node, Not

DEEPEST = 15
"""Python allows twenty blocks within one another; what lies deeper is asked as a tree."""


class Writer(Generic[Context_contra]):
    """Writes one condition out, line by line: `All`, `AnyOf` and `Not` here, leaves in the classes below it."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = {}
        self.variables = 0

    def leaf(self, node: Node[Context_contra], variable: str, depth: int) -> None:
        """Adds the lines that bring the value of a leaf into `variable`."""
        raise NotImplementedError

    def cost(self, node: Node[Context_contra]) -> int:
        """How much there is to ask; the cheapest part of a combination is asked first, which changes no answer."""
        return 1

    def write(self, node: Node[Context_contra], depth: int) -> str:
        """Adds the lines that bring the value of `node` into a new variable; its name."""
        variable = f"v{self.variables}"
        self.variables += 1
        if isinstance(node, All | AnyOf) and depth < DEEPEST:
            self.combination(node.parts, isinstance(node, AnyOf), variable, depth)
        elif isinstance(node, Not):
            inner = self.write(node.part, depth)
            self.line(depth, f"{variable} = None if {inner} is None else not {inner}")
        else:
            self.leaf(node, variable, depth)
        return variable

    def combination(self, parts: tuple[Node[Context_contra], ...], ends: bool, variable: str, depth: int) -> None:
        """Kleene's `all` ends at the first False, `any` at the first True; one unknown leaves the rest unknown."""
        self.line(depth, f"{variable} = {not ends}")
        self.line(depth, "while True:")
        for part in sorted(parts, key=self.cost):
            inner = self.write(part, depth + 1)
            self.line(depth + 1, f"if {inner} is {ends}:")
            self.line(depth + 2, f"{variable} = {ends}")
            self.line(depth + 2, "break")
            self.line(depth + 1, f"if {inner} is None:")
            self.line(depth + 2, f"{variable} = None")
        self.line(depth + 1, "break")

    def made(self, arguments: str) -> Callable[..., Any]:
        """The function of these arguments that the lines are the body of."""
        # What it names is handed over as defaults: local variables are found faster than global ones.
        head = f"def decide({', '.join((arguments, *(f'{name}={name}' for name in self.names)))}):"
        space = dict(self.names)
        exec(compile("\n".join((head, *self.lines)), "<condition>", "exec"), space)  # noqa: S102 - only names made here
        made: Callable[..., Any] = space["decide"]
        return made

    def name(self, value: Any) -> str:
        """The name by which the source speaks of a value."""
        found = f"L{len(self.names)}"
        self.names[found] = value
        return found

    def line(self, depth: int, text: str) -> None:
        self.lines.append(" " * depth + text)
