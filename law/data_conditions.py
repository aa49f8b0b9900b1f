"""Conditions on data: what a definition of data in a law file is made of, for one group of people at a time.

What a definition wants together must stand together: a row that says `linked` is "no" counts towards nothing that
needs more than one kind of data. A definition is written out as a function when it is first asked (law.written);
reasons and open facts are read from its tree.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from law.case_data import DataCondition, DataOfACase, Held
from law.expressions import Node, open_parts
from law.facts.model import DataItem
from law.kleene import Value, all_of, any_of, word, word_of_all
from law.taxonomies import load_taxonomies
from law.written import DEEPEST, Writer

# The case; the group (None: data that everybody lost); and whether only data that stand together count.
Asked = tuple[DataOfACase, str | None, bool]
# The terms that count, those of which it is open, and all on which a row bears.
Seen = tuple[frozenset[str], frozenset[str], frozenset[str]]
Decide = Callable[[DataOfACase, str | None, bool], Value]
CREDENTIALS = ("account_credentials", "mfa_or_secret")

# What each protection does to the definition: True - the data still count; False - they no longer do.
UNENCRYPTED: dict[str, Value] = {"encrypted_key_safe": False, "anonymised": False,
                                 "encrypted_key_unknown": None, "unknown": None}  # fmt: skip
UNREDACTED: dict[str, Value] = {**UNENCRYPTED, "redacted": False, "truncated": False}
STANDARD_DECIDES = {"encrypted_key_safe", "hashed", "tokenised", "redacted", "truncated"}


def protected(item: DataItem, word_: str) -> Value:
    """Do these data still count as `unencrypted`, `unredacted` or `intelligible`?

    Protection put on after the event takes nothing out.
    """
    if item.protected_before == "no":
        return True
    if word_ == "unencrypted":
        return UNENCRYPTED.get(item.protection, True)
    if word_ == "unredacted":
        return UNREDACTED.get(item.protection, True)
    if item.protection in STANDARD_DECIDES:
        return {"recognised": False, "weak": True}.get(item.protection_standard)
    return UNENCRYPTED.get(item.protection, True)


@dataclass(frozen=True, slots=True, eq=False)
class HasData(Node[Asked]):
    """An element, a category, or one of several.

    `reading`: how it takes a row; `wanted`: the terms as a set.
    """

    terms: tuple[str, ...]
    possible: bool
    protection: str | None
    text: str
    reading: tuple[str, bool, str | None] = field(init=False)
    wanted: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reading", ("seen", self.possible, self.protection))
        object.__setattr__(self, "wanted", frozenset(self.terms))

    def value(self, context: Asked) -> Value:
        case, group, together = context
        yes, maybe, recorded = self.seen(case, group, together)
        terms = self.wanted
        if not yes.isdisjoint(terms):
            return True
        if not maybe.isdisjoint(terms):
            return None
        return False if recorded.issuperset(terms) else case.unlisted

    def seen(self, case: DataOfACase, group: str | None, together: bool) -> Seen:
        """Every term on which a row bears, as a leaf with this reading takes it; made once for all such leaves."""
        found = case.memo.get((self.reading, group, together))
        if found is None:
            found = case.memo[self.reading, group, together] = self._see(case, group, together)
        return found  # type: ignore[return-value]  # what stands under this key was made here

    def _see(self, case: DataOfACase, group: str | None, together: bool) -> Seen:
        recorded = case.recorded(group)
        found = {term: any_of([self._counts(held, together) for held in case.held(group, term)]) for term in recorded}
        yes = frozenset(term for term, value in found.items() if value is True)
        maybe = frozenset(term for term, value in found.items() if value is None)
        return yes, maybe, recorded

    def _counts(self, held: Held, together: bool) -> Value:
        if together and held.item is not None and held.item.linked == "no":
            return False
        value = True if held.value is None and self.possible and held.possible else held.value
        if self.protection is None or value is False or held.item is None:
            return value
        return all_of((value, protected(held.item, self.protection)))

    def explain(self, context: Asked) -> dict[str, Any]:
        """The same tree for every definition that has this leaf; not to be changed."""
        case, group, together = context
        key = (self, group, together, "tree")
        tree = case.memo.get(key)
        if tree is None:
            tree = case.memo[key] = self._tree(context)
        return tree  # type: ignore[return-value]  # what stands under this key is a tree

    def _tree(self, context: Asked) -> dict[str, Any]:
        case, group, together = context
        found = [held.item for term in self.terms for held in case.held(group, term)]
        known = dict.fromkeys(_of_a_row(item, self.protection, together) for item in found if item is not None)
        return {
            "leaf": self.text,
            "value": word(self.value(context)),
            "fact": f"data[{self.terms[0]}].status" if len(self.terms) == 1 else "data",
            "is": list(known) or "not recorded",
        }

    def open_facts(self, context: Asked) -> list[str]:
        """The elements that are not known; where several would do, their categories."""
        case, group, together = context
        if self.value(context) is not None:
            return []
        found: dict[str, None] = {}
        for term in self.terms:
            for held in case.held(group, term):
                if self._counts(held, together) is not None:
                    continue
                subject = term if len(self.terms) == 1 else load_taxonomies().category_of(term)
                status_open = held.value is None and not (self.possible and held.possible)
                found[f"data[{subject}].{'status' if status_open else 'protection'}"] = None
        return list(found)


@dataclass(frozen=True, slots=True)
class AnyData(Node[Asked]):
    """Any personal data at all (that are held in the capacity named, and not protected in the way named).

    A row that does not say in which capacity it is held leaves that open.
    """

    possible: bool
    held_as: str | None
    protection: str | None
    text: str

    def value(self, context: Asked) -> Value:
        case, group, together = context
        values = [self._counts(item, together) for item in case.items(group)]
        return any_of([*values, False if case.data_listed and values else None])

    def _counts(self, item: DataItem, together: bool) -> Value:
        if together and item.linked == "no":
            return False
        value = {"confirmed": True, "ruled_out": False, "suspected": True if self.possible else None}.get(item.status)
        if self.held_as:
            value = all_of((value, self._held(item)))
        return all_of((value, protected(item, self.protection))) if self.protection else value

    def _held(self, item: DataItem) -> Value:
        return self.held_as in item.held_as if item.held_as else None

    def explain(self, context: Asked) -> dict[str, Any]:
        case, group, together = context
        rows = [_of_a_row(item, self.protection, together) for item in case.items(group)]
        return {"leaf": self.text, "value": word(self.value(context)), "fact": "data", "is": rows or "not recorded"}

    def open_facts(self, context: Asked) -> list[str]:
        case, group, together = context
        if self.value(context) is not None:
            return []
        rows = case.items(group)
        unsure = [item for item in rows if item.status == "confirmed" and self._counts(item, together) is None]
        facts = [
            f"data[{item.category}].{'held_as' if self.held_as and self._held(item) is None else 'protection'}"
            for item in unsure
        ]
        return list(dict.fromkeys(facts)) or ["data_complete" if rows else "data"]


@dataclass(frozen=True, slots=True)
class Opens(Node[Asked]):
    """A credential that opens something of this kind.

    No, only once every credential recorded says what it opens and no other credential can turn up.
    """

    what: str

    def value(self, context: Asked) -> Value:
        case, group, together = context
        rows = [
            item for item in case.items(group) if item.status != "ruled_out" and not (together and item.linked == "no")
        ]
        opening = [item for item in rows if self.what in item.opens]
        if any(item.status == "confirmed" for item in opening):
            return True
        terms = load_taxonomies()
        silent = any(
            not item.opens
            for item in rows
            if item.category in ("unknown", "not_yet_known") or terms.category_of(item.category) in CREDENTIALS
        )
        unlisted = any(held.value is None for name in CREDENTIALS for held in case.held(group, name) if not held.item)
        return None if opening or silent or unlisted else False

    def explain(self, context: Asked) -> dict[str, Any]:
        stated = [f"{item.category}: {', '.join(item.opens)}" for item in context[0].items(context[1]) if item.opens]
        return {
            "leaf": f"opens({self.what})", "value": word(self.value(context)), "fact": "data.opens",
            "is": stated or "not recorded",
        }  # fmt: skip

    def open_facts(self, context: Asked) -> list[str]:
        return ["data.opens"] if self.value(context) is None else []


def _of_a_row(item: DataItem, protection: str | None, together: bool) -> str:
    """Words: "full_name: confirmed", "password: confirmed, hashed", "... stands apart from the rest"."""
    words = f"{item.category}: {item.status}"
    if protection:
        words += f", {'protection not known' if item.protection == 'unknown' else item.protection}"
    return f"{words}, stands apart from the rest" if together and item.linked == "no" else words


@dataclass(frozen=True, slots=True)
class Together(Node[Asked]):
    """Several kinds of data about the same person."""

    parts: tuple[Node[Asked], ...]

    def _asked(self, context: Asked) -> Asked:
        return (context[0], context[1], context[2] or len(self.parts) > 1)

    def value(self, context: Asked) -> Value:
        asked = self._asked(context)
        result: Value = True
        for part in self.parts:
            value = part.value(asked)
            if value is False:
                return False
            if value is None:
                result = None
        return result

    def explain(self, context: Asked) -> dict[str, Any]:
        asked = self._asked(context)
        of = [part.explain(asked) for part in self.parts]
        return {"op": "all", "value": word_of_all([one["value"] for one in of]), "of": of}

    def open_facts(self, context: Asked) -> list[str]:
        return open_parts(self.parts, self._asked(context), False)


class Definition(DataCondition):
    """A named definition of data."""

    def __init__(self, name: str, node: Node[Asked]) -> None:
        self.name = name
        self.node = node
        self._written: Decide | None = None

    def value(self, case: DataOfACase, group: str | None, together: bool = False) -> Value:
        return self.written()(case, group, together)

    def written(self) -> "Decide":
        """The definition as a function, written out when it is first asked."""
        if self._written is None:
            self._written = _Writer().function(self.node)
        return self._written

    def explain(self, case: DataOfACase, group: str | None) -> dict[str, Any]:
        """The same tree for every condition that asks for it of this group; not to be changed."""
        group = case.whose_data(group)
        key = (self, group, "tree")
        tree = case.memo.get(key)
        if tree is None:
            tree = case.memo[key] = self.node.explain((case, group, False))
        return tree  # type: ignore[return-value]  # what stands under this key is a tree

    def open_facts(self, case: DataOfACase, group: str | None) -> list[str]:
        return self.node.open_facts((case, group, False))


@dataclass(frozen=True, slots=True)
class Named(Node[Asked]):
    """Another definition, by its name."""

    definition: Definition

    def value(self, context: Asked) -> Value:
        case, group, together = context
        return self.definition.value(case, group, True) if together else case.lost(self.definition, group)

    def explain(self, context: Asked) -> dict[str, Any]:
        tree = self.definition.node.explain(context)
        return {"op": "all", "name": self.definition.name, "value": tree["value"], "of": [tree]}

    def open_facts(self, context: Asked) -> list[str]:
        return self.definition.node.open_facts(context)


class _Writer(Writer[Asked]):
    """Writes a definition out; `w` says whether only data that stand together count."""

    def __init__(self) -> None:
        super().__init__()
        self.together = "w"

    def function(self, node: Node[Asked]) -> Decide:
        self.line(1, "u = case.unlisted")
        self.line(1, f"return {self.write(node, 1)}")
        return self.made("case, group, w")

    def leaf(self, node: Node[Asked], variable: str, depth: int) -> None:
        if isinstance(node, HasData):
            self._has_data(node, variable, depth)
        elif isinstance(node, Together) and depth < DEEPEST:
            outer, self.together = self.together, "True" if len(node.parts) > 1 else self.together
            self.combination(node.parts, False, variable, depth)
            self.together = outer
        elif isinstance(node, Named) and self.together == "True":
            self.line(depth, f"{variable} = {self.name(node.definition.written())}(case, group, True)")
        else:
            if isinstance(node, Named):
                node.definition.written()
            self.line(depth, f"{variable} = {self.name(node.value)}((case, group, {self.together}))")

    def _has_data(self, node: HasData, variable: str, depth: int) -> None:
        terms = self.name(node.wanted)
        self.line(depth, f"yes, maybe, recorded = {self.name(node.seen)}(case, group, {self.together})")
        self.line(
            depth,
            f"{variable} = True if not yes.isdisjoint({terms}) else None if not maybe.isdisjoint({terms})"
            f" else False if recorded.issuperset({terms}) else u",
        )
