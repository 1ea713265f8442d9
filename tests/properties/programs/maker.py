"""The maker: asks for an expression of some kind, or a statement, and holds what is known on the way.

What can be made is registered by the other files of this folder:

    @expression("int", weight=3, needs="subscripts")
    def element(make: Maker, depth: int) -> str: ...

    @statement(weight=2, needs="with blocks")
    def with_block(make: Maker) -> list[str]: ...

`needs` names features of the language (`features`); what needs one that is not there is never made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

from .chance import Chance
from .scope import PLAIN, POOLS, Scope

MakeExpression = Callable[["Maker", int], str]
MakeStatement = Callable[["Maker"], list[str]]

EXPRESSIONS: dict[str, list[tuple[int, frozenset[str], MakeExpression]]] = {kind: [] for kind in POOLS}
STATEMENTS: list[tuple[int, frozenset[str], MakeStatement]] = []
WRONG_PERCENT = 4  # of expressions are of another kind than is asked for
AWAIT_PERCENT = 14


def expression(*kinds: str, weight: int = 1, needs: str = "") -> Callable[[MakeExpression], MakeExpression]:
    """Register what makes an expression of these kinds. `needs`: features, with commas."""

    def register(make: MakeExpression) -> MakeExpression:
        for kind in kinds:
            EXPRESSIONS[kind].append((weight, _features(needs), make))
        return make

    return register


def statement(*, weight: int = 1, needs: str = "") -> Callable[[MakeStatement], MakeStatement]:
    """Register what makes a statement."""

    def register(make: MakeStatement) -> MakeStatement:
        STATEMENTS.append((weight, _features(needs), make))
        return make

    return register


def _features(needs: str) -> frozenset[str]:
    return frozenset(part.strip() for part in needs.split(",") if part.strip())


class Maker:
    """Makes one program."""

    def __init__(self, random: Random, features: frozenset[str]) -> None:
        self.chance = Chance(random)
        self.features = features
        self.scope = Scope("module")
        self.budget = 0  # statements that may still be made
        self.awaiting = True  # an `await` may stand here, if the function is a coroutine
        self.binding = True  # a `:=` may stand here
        self.numbers: dict[str, int] = {}
        self.modules: set[str] = set()  # of the library, that the program names
        self._statements = [(weight, make) for weight, needs, make in STATEMENTS if needs <= features]
        self._expressions = {
            kind: [(weight, make) for weight, needs, make in makers if needs <= features]
            for kind, makers in EXPRESSIONS.items()
        }

    def has(self, needs: str) -> bool:
        return _features(needs) <= self.features

    def fresh(self, stem: str) -> str:
        """A name that nothing else has."""
        self.numbers[stem] = self.numbers.get(stem, 0) + 1
        return f"{stem}{self.numbers[stem]}"

    # --- expressions ---

    def expr(self, kind: str, depth: int = 2) -> str:
        """An expression that mostly gives a value of this kind."""
        chance = self.chance
        if kind in PLAIN:
            if chance.percent(WRONG_PERCENT):
                kind = chance.pick(PLAIN)
            if self.may_await() and chance.percent(AWAIT_PERCENT):
                action = "act" if chance.percent(75) else "flaky"
                return f"(await {action}({self.expr(kind, depth - 1)}))"
            if depth > 0 and self.has("module functions") and chance.percent(4):
                return f"note({self.expr(kind, depth - 1)})"
        if depth > 0 and self._expressions[kind] and chance.percent(70):
            return chance.weighted(self._expressions[kind])(self, depth - 1)
        return self.leaf(kind)

    def leaf(self, kind: str) -> str:
        known = self.scope.visible(kind)
        if known and self.chance.percent(75):
            name = self.chance.pick(known)
            self.scope.used.add(name)
            return name
        return LITERALS[kind](self)

    def plain(self, depth: int = 2) -> str:
        return self.expr(self.plain_kind(), depth)

    def plain_kind(self) -> str:
        return self.chance.pick(PLAIN) if self.has("bytes") else self.chance.pick([k for k in PLAIN if k != "bytes"])

    def may_await(self) -> bool:
        return self.scope.asynchronous and self.awaiting

    @contextmanager
    def inside(self, *, awaiting: bool = True, binding: bool = True) -> Iterator[None]:
        """Where Python, or the order of scopes, allows no `await` or no `:=`."""
        before = self.awaiting, self.binding
        self.awaiting, self.binding = self.awaiting and awaiting, self.binding and binding
        try:
            yield
        finally:
            self.awaiting, self.binding = before

    # --- variables ---

    def target(self, kind: str) -> str:
        """A variable of this kind, bound here from now on."""
        name = self.chance.pick(POOLS[kind])
        self.bind(name, kind)
        return name

    def bind(self, name: str, kind: str) -> None:
        if name not in self.scope.shared:
            self.scope.bound.setdefault(name, kind)
        self.scope.used.add(name)

    # --- statements ---

    def block(self, most: int = 3) -> list[str]:
        """One to `most` statements, indented."""
        scope = self.scope
        scope.depth += 1
        lines: list[str] = []
        for _ in range(self.chance.between(1, most)):
            lines += self.statement()
        scope.depth -= 1
        return [f"    {line}" for line in lines]

    def statement(self) -> list[str]:
        self.budget -= 1
        if self.budget < 0 or self.scope.depth > 4:
            return self.simple()
        return self.chance.weighted(self._statements)(self)

    def simple(self) -> list[str]:
        """A statement without a block."""
        kind = self.plain_kind()
        value = self.expr(kind, 1)
        return [f"{self.target(kind)} = {value}"]

    def loop_block(self, most: int = 3) -> list[str]:
        self.scope.loops += 1
        try:
            return self.block(most)
        finally:
            self.scope.loops -= 1


LITERALS: dict[str, Callable[[Maker], str]] = {}


def literal(*kinds: str) -> Callable[[Callable[[Maker], str]], Callable[[Maker], str]]:
    """Register the smallest expression of these kinds."""

    def register(make: Callable[[Maker], str]) -> Callable[[Maker], str]:
        for kind in kinds:
            LITERALS[kind] = make
        return make

    return register
