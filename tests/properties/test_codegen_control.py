"""Random nests of try, catch, finally, loops and exits do under the VM what the same nests do under CPython.

A program is drawn as a WRL tree, and the same tree is printed as Python. Both get one list of decisions (`bits`), which
tests take from; an empty one is an IndexError like any other. Compared are the result or the error, the chain of its
contexts, and the log of what was done in which order.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from examples import examples
from waymark.compiler.codegen import generate
from waymark.grammar import tree
from waymark.stdlib.catalogue import NATIVES
from waymark.vm.codec import code_hash
from waymark.vm.machine import Machine
from waymark.vm.program import Program
from waymark.vm.surface import Finished, Ready
from waymark.vm.verify import verify_unit

VARIABLES = ("x", "y")
SLICES_MAX = 100_000


def name(text: str) -> tree.Name:
    return tree.Name(id=text)


def constant(value: Any) -> tree.Constant:
    return tree.Constant(value=value)


def call(callee: tree.Expression, *args: tree.Expression) -> tree.Call:
    return tree.Call(callee=callee, args=tuple(tree.Argument("positional", arg) for arg in args))


def method(obj: str, method_name: str, *args: tree.Expression) -> tree.Call:
    return call(tree.Attribute(value=name(obj), name=method_name), *args)


DECIDE = method("bits", "pop")


class Programs:
    """Draws programs. Weights are chosen so that most of a program is reached, and most regions are left early."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def number(self) -> tree.Constant:
        return constant(self._random.randrange(10))

    def error(self) -> tree.Call:
        return call(name("ValueError"), self.number())

    def variable(self) -> tree.Name:
        return name(self._random.choice(VARIABLES))

    def value(self) -> tree.Expression:
        match self._random.randrange(12):
            case 0 | 1:
                return self.variable()
            case 2:
                right = self._random.choice((self.number(), self.variable(), call(name("boom"), self.error())))
                return tree.Logical(operator=self._random.choice(("and", "or")), left=DECIDE, right=right)
            case 3:
                return tree.Conditional(test=DECIDE, body=self.number(), orelse=self.variable())
            case 4:
                return tree.Binary(operator="+", left=self.number(), right=name("x"))
            case 5:
                return call(name("boom"), self.error())
            case _:
                return self.number()

    def test(self) -> tree.Expression:
        either = tree.Logical(operator="or", left=DECIDE, right=DECIDE)
        both = tree.Logical(operator="and", left=DECIDE, right=DECIDE)
        inverse = tree.Unary(operator="not", operand=DECIDE)
        return self._random.choice((DECIDE, DECIDE, inverse, both, tree.Unary(operator="not", operand=either)))

    def block(self, depth: int, in_loop: bool, handled: str | None) -> tree.Block:
        size = self._random.randint(1, 3)
        return tuple(self.statement(depth, in_loop, handled) for _ in range(size))

    def statement(self, depth: int, in_loop: bool, handled: str | None) -> tree.Statement:
        """One statement. `handled` is the catch variable of the handler that it stands in directly."""
        if depth and self._random.random() < 0.65:
            return self.nested(depth, in_loop, handled)
        return self.goes_on() if self._random.random() < 0.6 else self.leaves(in_loop, handled)

    def nested(self, depth: int, in_loop: bool, handled: str | None) -> tree.Statement:
        inner = depth - 1
        match self._random.choice(("if", "if", "for", "while", "try", "finally", "finally")):
            case "if":
                orelse = self.block(inner, in_loop, handled) if self._random.random() < 0.5 else ()
                return tree.If(test=self.test(), body=self.block(inner, in_loop, handled), orelse=orelse)
            case "for":
                items = tree.List(items=tuple(self.number() for _ in range(self._random.randrange(4))))
                return tree.For(target=self.variable(), iterable=items, body=self.block(inner, True, handled))
            case "while":
                return tree.While(test=self.test(), body=self.block(inner, True, handled))
            case "try":
                body = self.block(inner, in_loop, handled)
                return tree.Try(body=body, name=f"e{depth}", handler=self.block(inner, in_loop, f"e{depth}"))
            case _:
                body = self.block(inner, in_loop, handled)
                return tree.Finally(body=body, last=self.block(inner, in_loop, None))

    def goes_on(self) -> tree.Statement:
        match self._random.randrange(4):
            case 0:
                return tree.Assign(target=self.variable(), value=self.value())
            case 1:
                return tree.Update(target=name("x"), operator="+", value=self.value())
            case _:
                logged = tree.Tuple(items=(self.number(), self.variable()))
                return tree.Do(value=method("log", "append", logged))

    def leaves(self, in_loop: bool, handled: str | None) -> tree.Statement:
        if in_loop and self._random.random() < 0.6:
            return self._random.choice((tree.Break(), tree.Continue()))
        if handled and self._random.random() < 0.4:
            return self._random.choice((tree.Reraise(error=name(handled)), tree.Raise(error=name(handled))))
        match self._random.randrange(7):
            case 0:
                return tree.Delete(target=self.variable())
            case 1:
                return tree.Raise(error=self.error(), cause=self.error())
            case 2:
                return tree.Raise(error=self.error())
            case 3:
                return self._random.choice((tree.Raise(), tree.Do(value=call(name("again")))))
            case _:
                return tree.Return(value=self.value())


# A variable may be unbound at the start, too.
FIRST: tree.Block = (
    tree.Assign(target=name("x"), value=constant(0)),
    tree.If(test=DECIDE, body=(tree.Assign(target=name("y"), value=constant(0)),)),
)


def module_of(body: tree.Block) -> tree.Module:
    """`run` calls `f` and gives back what it came to."""
    log = tree.Assign(target=name("log"), value=tree.List(items=()))
    result = tree.Return(value=tree.List(items=(call(name("f"), name("bits"), name("log")), name("log"))))
    failed = tree.Return(value=tree.List(items=(name("e"), name("log"))))
    run = tree.Function(
        name="run",
        kind="coroutine",
        parameters=(tree.Parameter("self"), tree.Parameter("bits")),
        body=(log, tree.Try(body=(result,), name="e", handler=(failed,))),
    )
    f = tree.Function(name="f", parameters=(tree.Parameter("bits"), tree.Parameter("log")), body=(*FIRST, *body))
    again = tree.Function(name="again", parameters=(), body=(tree.Raise(),))
    boom = tree.Function(name="boom", parameters=(tree.Parameter("error"),), body=(tree.Raise(error=name("error")),))
    return tree.Module(
        name="m",
        declarations=(
            tree.NativeDecl(name="ValueError", key="ValueError/1"),
            tree.WorkflowDecl(name="w", qualname="W", function="run"),
        ),
        functions=(run, f, again, boom),
    )


# --- the same tree as Python -----------------------------------------------------------------------------------------


def python_of(body: tree.Block) -> str:
    return "\n".join(
        [
            "def again():",
            "    raise",
            "def boom(error):",
            "    raise error",
            "def f(bits, log):",
            *indented((*FIRST, *body)),
        ]
    )


def indented(block: tree.Block) -> list[str]:
    return [f"    {line}" for node in block for line in lines_of(node)] or ["    pass"]


def lines_of(node: tree.Statement) -> Iterator[str]:
    match node:
        case tree.Assign(target=tree.Name(id=target), value=value):
            yield f"{target} = {text_of(value)}"
        case tree.Update(target=tree.Name(id=target), operator=operator, value=value):
            yield f"{target} {operator}= {text_of(value)}"
        case tree.Do(value=value):
            yield text_of(value)
        case tree.Delete(target=tree.Name(id=target)):
            yield f"del {target}"
        case tree.Return(value=value):
            yield f"return {text_of(value)}"
        case tree.Raise(error=None) | tree.Reraise():
            yield "raise"
        case tree.Raise(error=error, cause=None) if error:
            yield f"raise {text_of(error)}"
        case tree.Raise(error=error, cause=cause) if error and cause:
            yield f"raise {text_of(error)} from {text_of(cause)}"
        case tree.Break():
            yield "break"
        case tree.Continue():
            yield "continue"
        case tree.If(test=test, body=body, orelse=orelse):
            yield f"if {text_of(test)}:"
            yield from indented(body)
            yield "else:"
            yield from indented(orelse)
        case tree.For(target=tree.Name(id=target), iterable=iterable, body=body):
            yield f"for {target} in {text_of(iterable)}:"
            yield from indented(body)
        case tree.While(test=test, body=body):
            yield f"while {text_of(test)}:"
            yield from indented(body)
        case tree.Try(body=body, name=caught, handler=handler):
            yield "try:"
            yield from indented(body)
            yield f"except BaseException as {caught}:"
            yield from indented(handler)
        case tree.Finally(body=body, last=last):
            yield "try:"
            yield from indented(body)
            yield "finally:"
            yield from indented(last)
        case _:
            raise AssertionError(node)


def text_of(node: tree.Expression) -> str:
    match node:
        case tree.Name(id=text):
            return text
        case tree.Constant(value=value):
            return repr(value)
        case tree.List(items=items):
            return f"[{', '.join(map(text_of, items))}]"
        case tree.Tuple(items=items):
            return f"({', '.join(map(text_of, items))},)"
        case tree.Attribute(value=value, name=attribute):
            return f"{text_of(value)}.{attribute}"
        case tree.Call(callee=callee, args=args):
            return f"{text_of(callee)}({', '.join(text_of(arg.value) for arg in args)})"
        case tree.Unary(operator=operator, operand=operand):
            return f"({operator} {text_of(operand)})"
        case (
            tree.Binary(operator=operator, left=left, right=right)
            | tree.Logical(operator=operator, left=left, right=right)
        ):
            return f"({text_of(left)} {operator} {text_of(right)})"
        case tree.Conditional(test=test, body=body, orelse=orelse):
            return f"({text_of(body)} if {text_of(test)} else {text_of(orelse)})"
        case _:
            raise AssertionError(node)


# --- the two runs ----------------------------------------------------------------------------------------------------


def chain_of(value: Any) -> Any:
    """An error as what a program can see of it: type, arguments, and its contexts; any other value as it is."""
    if not isinstance(value, BaseException):
        return value
    seen: list[Any] = []
    error: BaseException | None = value
    while error is not None and len(seen) < 50:
        cause = error.__cause__
        seen.append((type(error).__name__, error.args, cause and cause.args, error.__suppress_context__))
        error = error.__context__
    return seen


def under_cpython(body: tree.Block, bits: list[bool]) -> Any:
    space: dict[str, Any] = {}
    exec(python_of(body), space)
    log: list[Any] = []
    try:
        result = space["f"](list(bits), log)
    except BaseException as error:
        result = error
    return chain_of(result), [chain_of(item) for item in log]


def under_the_vm(body: tree.Block, bits: list[bool], ticks: int) -> Any:
    unit = generate(module_of(body), library={})
    verify_unit(unit, natives=NATIVES)
    entry = code_hash(unit)
    program = Program.load(entry, "w", {entry: unit}.__getitem__, NATIVES)
    machine = Machine.start(program, {"bits": list(bits)}, seed=bytes(16))
    for _ in range(SLICES_MAX):
        pause = machine.run(ticks, 0)
        if not isinstance(pause, Ready):
            break
    assert isinstance(pause, Finished), pause
    result, log = pause.value
    return chain_of(result), [chain_of(item) for item in log]


@examples(200)
@given(st.integers(min_value=0), st.integers(2, 40))
def test_every_way_through_nested_regions_is_that_of_cpython(seed: int, ticks: int) -> None:
    # A seed and not a strategy: Hypothesis prefers small programs, in which next to nothing is left early.
    programs = Programs(seed)
    body = tuple(programs.statement(4, False, None) for _ in range(4))
    bits = [Random(seed + i).random() < 0.5 for i in range(30)]
    assert under_the_vm(body, bits, ticks) == under_cpython(body, bits), python_of(body)
