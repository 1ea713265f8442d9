"""A whole module: actions, helpers, module state, the workflow with its `run`, and the script of its actions."""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from scripted import Call, outcome_by_turns

# Importing these registers what they make.
from . import (
    binding,
    calls,
    classes,
    comprehensions,
    containers,
    control,
    functions,
    handling,
    natives,
    protocols,
    scalars,
    scenes_of_classes,
    scenes_of_errors,
    scenes_of_generators,
    scenes_of_graphs,
    scenes_of_groups,
    scenes_of_kinds,
    scenes_of_values,
)
from .chance import Chance
from .features import available
from .helpers import HEAD, module_text
from .maker import LITERALS, Maker
from .scope import KIND_OF, POOLS, Scope

assert binding and calls and classes and comprehensions and containers and control and functions and handling
assert (
    natives
    and protocols
    and scalars
    and scenes_of_classes
    and scenes_of_errors
    and scenes_of_generators
    and scenes_of_graphs
)
assert scenes_of_groups and scenes_of_kinds and scenes_of_values

STATEMENTS_MAX = 9
LARGE = frozenset({"protocols"})  # what costs many lines is in one program of five
START = ("int", "int", "str", "list", "list", "dict", "tuple", "bool")


@dataclass(frozen=True)
class Program:
    """A module's text and what its actions do: `act` echoes, `flaky` echoes or raises, as `failing` says by turns."""

    text: str
    failing: tuple[bool, ...]

    @property
    def outcomes(self) -> Callable[[Call], object]:
        return outcome_by_turns(self.failing)


def make_program(random: Random, features: frozenset[str] | None = None) -> Program:
    """A program of these features, by default of all that are there."""
    features = available() if features is None else features
    if random.randrange(100) < 80:
        features -= LARGE
    make = Maker(random, features)
    text = _complete(make, _run(make))
    if make.chance.percent(50):
        text = _plainly_written(text)
    failing = tuple(make.chance.percent(40) for _ in range(make.chance.between(1, 4)))
    return Program(text, failing)


def _complete(make: Maker, run: list[str]) -> str:
    """The module; a variable that only an alternative not taken would have bound is bound at the beginning."""
    text = module_text(make, run)
    while name := _unbound(text):
        run = [f"{name} = {LITERALS[KIND_OF[name]](make)}", *run]
        text = module_text(make, run)
    return text


def _unbound(text: str) -> str:
    """A variable that no function binds."""
    try:
        tables = [symtable.symtable(text, "program.py", "exec")]
    except SyntaxError as error:
        found = re.match(r"no binding for nonlocal '(\w+)' found", error.msg)
        if found is None:
            raise AssertionError(f"{error}\n{text}") from error
        return found[1]
    while tables:
        table = tables.pop()
        for symbol in table.get_symbols():
            if symbol.get_name() in KIND_OF and symbol.is_global() and symbol.is_referenced():
                return symbol.get_name()
        tables += table.get_children()
    return ""


def _plainly_written(text: str) -> str:
    """With as few parentheses as Python needs; CPython has no spelling for some f-strings."""
    head, body = text[: len(HEAD)], text[len(HEAD) :]
    try:
        return f"{head}\n{ast.unparse(ast.parse(body))}\n"
    except ValueError:
        return text


def _run(make: Maker) -> list[str]:
    """The lines of `run`, unindented: some variables, statements in guarded groups, and all variables as the result."""
    scope = make.scope = Scope("run", make.scope, asynchronous=True)
    lines: list[str] = []
    for kind in START:
        value = LITERALS[kind](make)
        lines.append(f"{make.target(kind)} = {value}")
    names = list(scope.bound)
    make.budget = make.chance.between(3, STATEMENTS_MAX)
    while make.budget > 0:
        lines += _group(make)
    return [*lines, f"return {', '.join(names)}, {make.plain(1)}"]


def _group(make: Maker) -> list[str]:
    """Statements, mostly guarded, so that what raises does not end the program at once."""
    if not make.has("try, print, type names, builtins") or make.chance.percent(10):
        return make.statement()
    make.bind("caught", "error")
    report = "print(type(caught).__name__, str(caught), chain(caught))"
    return ["try:", *make.block(4), "except Exception as caught:", f"    {report}"]


@st.composite
def programs(draw: DrawFn) -> Program:
    """Whole programs, for Hypothesis."""
    return make_program(draw(st.randoms(use_true_random=False)))


def program_of_seed(seed: int, features: frozenset[str] | None = None) -> Program:
    """The same program for the same seed, whatever Hypothesis does."""
    return make_program(Random(seed), features)


def cut_of(chance: Chance, ticks: int, pauses: int = 40) -> tuple[int, ...]:
    """Slices for a run of so many ticks: short ones around some random place, longer ones elsewhere."""
    if ticks <= 2 * pauses:
        return tuple(chance.between(2, 6) for _ in range(4))
    return (chance.between(2, max(3, ticks - 2 * pauses)), *[2] * pauses, chance.between(2, 50), 1_000_000)


assert set(POOLS) == set(LITERALS), "each kind has a literal"
