"""The tables of a unit: constants, functions, exports, links and what belongs to debugging."""

from __future__ import annotations

import math

import pytest

from waymark.compiler.codegen import generate
from waymark.grammar import parse, print_module, tree
from waymark.vm.codec import code_hash
from waymark.vm.isa import Op
from waymark.vm.loaded import LoadedUnit
from waymark.vm.unit import Constant, Unit
from waymark.vm.verify import verify_unit


def unit_of(text: str, library: dict[str, Unit] | None = None) -> Unit:
    return generate(parse(text), library=library or {})


def unit_with_constants(*values: Constant) -> Unit:
    items = tuple(tree.Constant(value=value) for value in values)
    function = tree.Function(name="f", parameters=(), body=(tree.Return(value=tree.List(items=items)),))
    return generate(tree.Module(name="m", functions=(function,)), library={})


def test_constants_are_told_apart_by_type_and_bits() -> None:
    values: tuple[Constant, ...] = (1, True, 1.0, -0.0, 0.0, 0, False, None, "1", b"1", 1j, complex(0.0, -1.0))
    kept = unit_with_constants(*values, *values).constants
    assert [(type(value), repr(value)) for value in kept] == [(type(value), repr(value)) for value in values]


def test_nan_is_one_constant() -> None:
    kept = unit_with_constants(math.nan, float("nan")).constants
    assert len(kept) == 1 and isinstance(kept[0], float) and math.isnan(kept[0])


def test_equal_constant_tuples_of_different_types_stay_apart() -> None:
    unit = unit_of("module m\nfn f() { return [(1, 2), (1, 2), (1.0, 2), (True, 2)] }")
    assert [repr(constant) for constant in unit.constants] == ["(1, 2)", "(1.0, 2)", "(True, 2)"]


def test_names_that_only_needless_checks_asked_for_are_not_kept() -> None:
    assert unit_of("module m\nfn f(some) { other = some; return other }").constants == ()


def test_functions_stand_in_the_order_of_the_text_and_only_top_ones_are_exported() -> None:
    unit = unit_of(
        """module m
        global G
        fn b() {
            fn inner() { fn innermost() { return 1 }; return innermost }
            class C { fn method(self) { return 2 } }
            if G { return C } else { fn late() { return 3 } }
        }
        fn a() { return 4 }
        init { fn start() { return 5 }; G = start }
        """
    )
    names = [function.name for function in unit.functions]
    assert names == ["b", "inner", "innermost", "C", "method", "late", "a", "<init>", "start"]
    assert unit.exports == (("a", 6), ("b", 0))
    assert unit.inits == (7,)


def test_unit_without_init_has_no_inits() -> None:
    assert unit_of("module m\nfn f() { return 1 }").inits == ()


def test_link_holds_the_code_hash_of_its_unit_and_is_there_once() -> None:
    core = unit_of("module core\nfn g() { return 1 }")
    unit = unit_of('module m\nlink g = core "g"\nlink h = core "g"\nfn f() { return [g(), h(), g] }', {"core": core})
    assert [(link.unit, link.name) for link in unit.links] == [(code_hash(core), "g")]


def test_action_without_arguments_links_the_prelude() -> None:
    core = unit_of("module waymark.prelude.core\nasync fn call_action(key, args, kwargs) { return None }")
    text = 'module m\naction pay = "shop:pay"(order)\nasync fn f() { return await pay(1) }'
    unit = unit_of(text, {"waymark.prelude.core": core})
    assert [link.name for link in unit.links] == ["call_action"]
    assert [(action.key, action.parameters[0].name) for action in unit.actions] == [("shop:pay", "order")]


def test_positions_change_only_where_the_source_does() -> None:
    unit = unit_of("module m\nfn f(a) {\n    return (\n        a + 1\n    )\n}")
    assert unit.debug.positions == (((0, 4, 12, 4, 13), (1, 4, 8, 4, 13), (2, 3, 4, 5, 5)),)


def test_tree_from_nowhere_has_no_positions() -> None:
    assert unit_with_constants(1).debug.positions == ((),)


def test_variables_name_parameters_captures_cells_and_variables() -> None:
    unit = unit_of("module m\nfn f(a, b) cells (b) { c = a; fn g() captures (b) { d = b; return d }; return [c, g] }")
    assert unit.debug.variables == (
        ((0, "a"), (1, "b"), (2, "b"), (3, "c"), (4, "g")),
        ((0, "b"), (1, "d")),
    )


def test_source_name_and_text_go_to_debug_alone() -> None:
    module = parse("module m\nfn f() { return 1 }")
    plain = generate(module, library={})
    named = generate(module, library={}, source_name="shop/m.py", wrl=print_module(module))
    assert (named.debug.source_name, named.debug.wrl) == ("shop/m.py", print_module(module))
    assert code_hash(named) == code_hash(plain)


@pytest.mark.parametrize("text", ["fn f(x, *, y) { return [x, y] }", "fn f(x, *xs, **kw) cells (x, kw) { return xs }"])
def test_parameters_take_the_first_registers_in_order(text: str) -> None:
    unit = unit_of(f"module m\n{text}")
    parameters = [parameter.name for parameter in unit.functions[0].parameters]
    assert [name for _, name in unit.debug.variables[0]][: len(parameters)] == parameters


FOLLOWING = """
module shop.flow
follow shop.rates "shop/rates.py"
global CACHE
global CACHE.0 = shop.rates "CACHE"
fn own() { fn inner() { CACHE = CACHE.0; return 1 }; return inner }
fn other() in shop.rates { fn inner() { return 2 }; del CACHE.0; return inner }
init { CACHE = []; CACHE.0 = {} }
"""


def test_functions_and_variables_belong_to_the_module_that_they_name() -> None:
    unit = unit_of(FOLLOWING)
    verify_unit(unit, natives=())
    assert unit.modules == ("shop.flow", "shop.rates")
    modules = {function.qualname: unit.modules[function.module] for function in unit.functions}
    assert modules == {"own": "shop.flow", "inner": "shop.rates", "other": "shop.rates", "<module>": "shop.flow"}
    used = {
        (instruction[0], unit.modules[instruction[place]])
        for function in unit.functions
        for instruction in function.code
        for op, place in ((Op.GLOBAL_GET, 2), (Op.GLOBAL_SET, 1), (Op.GLOBAL_DEL, 1))
        if instruction[0] == op.value.code
    }
    assert used == {
        (Op.GLOBAL_GET.value.code, "shop.rates"),
        (Op.GLOBAL_SET.value.code, "shop.flow"),
        (Op.GLOBAL_SET.value.code, "shop.rates"),
        (Op.GLOBAL_DEL.value.code, "shop.rates"),
    }
    assert unit.inits == (4, -1)


def test_each_module_has_a_source_name_and_lines_of_code_show_it() -> None:
    unit = generate(parse(FOLLOWING), library={}, source_name="shop/flow.py")
    assert [unit.debug.source_of(index) for index in (0, 1, 2)] == ["shop/flow.py", "shop/rates.py", ""]
    loaded = LoadedUnit(unit, code_hash(unit))
    assert {each.qualname: each.source for each in loaded.functions}["other"] == "shop/rates.py"


def test_a_first_statement_that_is_a_text_is_the_documentation_and_not_code() -> None:
    unit = unit_of('module m\nfn f() {\n"what it does"\n"no more"\nreturn 1 }\nfn g() { return "text" }')
    f, g = unit.functions
    assert (unit.constants[f.doc], g.doc) == ("what it does", -1)
    assert all("what it does" not in instruction for instruction in f.code)


def test_an_ellipsis_is_the_one_of_the_host_wherever_it_stands() -> None:
    unit = unit_of("module m\nfn f() { return (..., [...]) }")
    assert unit.natives == ("Ellipsis/1",)


def test_renew_gives_a_cell_of_its_own_to_what_is_made_behind_it() -> None:
    unit = unit_of("module m\nfn f() cells (x) { for i in (1, 2) { renew x; x = i } }")
    assert [instruction[0] for instruction in unit.functions[0].code].count(Op.CELL.value.code) == 2
