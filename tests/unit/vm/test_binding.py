"""Binding of arguments: the same parameters, or the same TypeError, as a call in CPython."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from msgspec import structs

from examples import examples
from waymark.vm.binding import bind
from waymark.vm.codec import code_hash
from waymark.vm.isa import Op
from waymark.vm.loaded import LoadedUnit
from waymark.vm.statics import Statics
from waymark.vm.unit import Parameter
from waymark.vm.values.functions import UNSET, Cell, VMFunction

from .assembly import function, ins, unit

QUALNAME = "Shop.<locals>.f"
NAMES = "a b c d e".split()


@st.composite
def signatures(draw: DrawFn) -> list[Parameter]:
    """Parameters in an order that Python allows, with defaults where it allows them."""
    names = iter(draw(st.permutations(NAMES)))
    made: list[Parameter] = []
    counts = draw(st.tuples(*[st.integers(0, 2)] * 2))
    first_default = draw(st.integers(0, sum(counts)))
    for kind, count in zip(("positional", "either"), counts, strict=True):
        made += [Parameter(next(names), kind, len(made) + i >= first_default) for i in range(count)]
    if draw(st.booleans()):
        made.append(Parameter("args", "variadic"))
    for _ in range(draw(st.integers(0, 5 - sum(counts)))):
        made.append(Parameter(next(names), "keyword", draw(st.booleans())))
    if draw(st.booleans()):
        made.append(Parameter("rest", "keywords"))
    return made


calls = st.tuples(
    st.lists(st.integers(), max_size=5),
    st.dictionaries(st.sampled_from([*NAMES, "z", "args", "rest", "'"]), st.integers(), max_size=4),
)


def native_function(parameters: Sequence[Parameter]) -> Any:
    """The same signature in CPython; each default is the parameter's name."""
    parts: list[str] = []
    for place, each in enumerate(parameters):
        if each.kind == "keyword" and all(before.kind in ("positional", "either") for before in parameters[:place]):
            parts.append("*")
        stars = {"variadic": "*", "keywords": "**"}.get(each.kind, "")
        parts.append(f"{stars}{each.name}" + (f"={each.name!r}" if each.optional else ""))
        if each.kind == "positional" and not any(after.kind == "positional" for after in parameters[place + 1 :]):
            parts.append("/")
    # A second star would be an error of Python's: the bare one stands before the first keyword-only name only.
    first = parts.index("*") if "*" in parts else len(parts)
    text = ", ".join(part for place, part in enumerate(parts) if part != "*" or place == first)
    space: dict[str, Any] = {}
    exec(f"def f({text}): return locals()", space)
    space["f"].__qualname__ = QUALNAME
    return space["f"]


def vm_function(parameters: Sequence[Parameter], *, static: bool) -> VMFunction:
    """The same signature in the VM: as a static function, with constant defaults, or as a closure."""
    optional = [each for each in parameters if each.optional]
    constants = (QUALNAME, *(each.name for each in optional))
    defaults = tuple(range(1, len(constants))) if static else ()
    code = function(
        ins(Op.UNBIND, len(parameters)), ins(Op.RETURN, len(parameters)), params=parameters, defaults=defaults
    )
    made = unit(structs.replace(code, qualname=QUALNAME), constants=constants)
    loader = Statics({code_hash(made): LoadedUnit(made, code_hash(made))}.__getitem__)
    if static:
        return loader.function(code_hash(made), 0)
    return VMFunction(
        loader.code(code_hash(made), 0),
        (),
        tuple(each.name for each in optional if each.kind != "keyword"),
        {each.name: each.name for each in optional if each.kind == "keyword"},
    )


def outcome(call: Any) -> Any:
    try:
        return call()
    except TypeError as error:
        return str(error)


@examples(600)
@given(signatures(), calls, st.booleans())
@example([Parameter("a", "positional"), Parameter("rest", "keywords")], ([], {"a": 1}), True)
@example([Parameter("a", "either"), Parameter("b", "keyword", True)], ([1, 2], {"b": 1}), False)
@example([Parameter("a", "either", True), Parameter("b", "keyword", True)], ([1], {"a": 1, "b": 2}), False)
def test_a_call_binds_as_in_cpython_or_raises_its_text(
    parameters: list[Parameter], call: tuple[list[int], dict[str, int]], static: bool
) -> None:
    args, kwargs = call
    native = native_function(parameters)
    function_of_the_vm = vm_function(parameters, static=static)

    def bound() -> dict[str, Any]:
        registers = bind(function_of_the_vm, args, kwargs)
        return dict(zip((each.name for each in parameters), registers, strict=False))

    assert outcome(bound) == outcome(lambda: native(*args, **kwargs))


def test_cells_stand_behind_the_parameters_and_the_rest_is_unset() -> None:
    parameters = [Parameter("a", "either")]
    code = function(ins(Op.CELL_GET, 2, 1, 2), ins(Op.RETURN, 2), params=parameters, captures=("shared",), registers=4)
    made = unit(code)
    cell = Cell()
    closure = VMFunction(LoadedUnit(made, code_hash(made)).functions[0], (cell,))
    assert bind(closure, (1,), {}) == [1, cell, UNSET, UNSET]
