"""The shape of every condition in a law file: a leaf (text), or `all`, `any`, `not` over such.

What a leaf means is given by the compiler that is passed in: `law.conditions` for duties,
`law.data_definitions` for definitions of data.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from law.kleene import Value, negate, word_of_all, word_of_any, word_of_not

Context_contra = TypeVar("Context_contra", contravariant=True)


class RuleError(ValueError):
    """A fault in a law file; `mend` says what would be right. The loader adds file, duty and key."""


class Node(Generic[Context_contra]):
    """A compiled condition."""

    def value(self, context: Context_contra) -> Value:
        raise NotImplementedError

    def explain(self, context: Context_contra) -> dict[str, Any]:
        """The condition as a tree of plain values: operator or leaf, truth value, and the fact behind it."""
        raise NotImplementedError

    def open_facts(self, context: Context_contra) -> list[str]:
        """Paths of the facts on which an unknown value hangs, in reading order."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class All(Node[Context_contra]):
    parts: tuple[Node[Context_contra], ...]

    def value(self, context: Context_contra) -> Value:
        # all_of, written out: conditions are asked a hundred thousand times a second.
        result: Value = True
        for part in self.parts:
            value = part.value(context)
            if value is False:
                return False
            if value is None:
                result = None
        return result

    def explain(self, context: Context_contra) -> dict[str, Any]:
        # Of what the parts come to, so that no part is asked again at each level above it.
        of = [part.explain(context) for part in self.parts]
        return {"op": "all", "value": word_of_all([one["value"] for one in of]), "of": of}

    def open_facts(self, context: Context_contra) -> list[str]:
        return open_parts(self.parts, context, False)


@dataclass(frozen=True, slots=True)
class AnyOf(Node[Context_contra]):
    parts: tuple[Node[Context_contra], ...]

    def value(self, context: Context_contra) -> Value:
        result: Value = False  # any_of, written out
        for part in self.parts:
            value = part.value(context)
            if value is True:
                return True
            if value is None:
                result = None
        return result

    def explain(self, context: Context_contra) -> dict[str, Any]:
        of = [part.explain(context) for part in self.parts]
        return {"op": "any", "value": word_of_any([one["value"] for one in of]), "of": of}

    def open_facts(self, context: Context_contra) -> list[str]:
        return open_parts(self.parts, context, True)


@dataclass(frozen=True, slots=True)
class Not(Node[Context_contra]):
    part: Node[Context_contra]

    def value(self, context: Context_contra) -> Value:
        return negate(self.part.value(context))

    def explain(self, context: Context_contra) -> dict[str, Any]:
        inner = self.part.explain(context)
        return {"op": "not", "value": word_of_not(inner["value"]), "of": [inner]}

    def open_facts(self, context: Context_contra) -> list[str]:
        return self.part.open_facts(context)


def open_parts(parts: tuple[Node[Context_contra], ...], context: Context_contra, ends: bool) -> list[str]:
    """The facts on which a combination hangs: those of its parts that are open themselves.

    `ends`: the value of a part that settles it, False for `all`, True for `any`; then it hangs on nothing.
    """
    unknown = []
    for part in parts:
        value = part.value(context)
        if value is ends:
            return []
        if value is None:
            unknown.append(part)
    found: dict[str, None] = {}
    for part in unknown:
        found.update(dict.fromkeys(part.open_facts(context)))
    return list(found)


def compile_expression(
    raw: Any,
    leaf: Callable[[str], Node[Context_contra]],
    conjunction: Callable[[tuple[Node[Context_contra], ...]], Node[Context_contra]] = All,
) -> Node[Context_contra]:
    """Compiles the TOML form of a condition. Raises RuleError in words fit for the author of the file."""
    if isinstance(raw, str):
        return leaf(raw.strip())
    if isinstance(raw, dict) and len(raw) == 1:
        [(operator, body)] = raw.items()
        if operator == "not":
            return Not(compile_expression(body, leaf, conjunction))
        if operator in ("all", "any") and isinstance(body, list) and body:
            parts = tuple(compile_expression(part, leaf, conjunction) for part in body)
            return conjunction(parts) if operator == "all" else AnyOf(parts)
    raise RuleError(f"{raw!r} is no condition: write a text, or {{ all = [...] }}, {{ any = [...] }}, {{ not = ... }}")
