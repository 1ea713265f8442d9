"""A program: what is followed, verified and refused when one is loaded."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError

import pytest

from waymark.vm.codec import BadUnit, code_hash
from waymark.vm.isa import Op
from waymark.vm.program import Program
from waymark.vm.unit import Debug, Link, Unit, Workflow

from .assembly import NONE, function, ins, unit

RETURN = (ins(Op.LOAD_CONST, 0, NONE), ins(Op.RETURN, 0))
INNER = unit(function(*RETURN), exports=(("futures", 0),), natives=("len/1",), debug=Debug("asyncio/futures.py"))
OUTER = unit(
    function(*RETURN),
    exports=(("sleep", 0),),
    links=(Link(code_hash(INNER), "futures"),),
    debug=Debug("asyncio/sleep.py"),
)


def order(*links: Link) -> Unit:
    run = function(*RETURN, kind="coroutine")
    workflows = (Workflow("order", "Order", 1), Workflow("refund", "Refund", 1))
    return unit(function(*RETURN), run, links=links, workflows=workflows, debug=Debug("shop/order.py"))


ORDER = order(Link(code_hash(OUTER), "sleep"), Link(code_hash(INNER), "futures"))


class Shelf:
    """Units by hash, and which were asked for."""

    def __init__(self, *units: Unit) -> None:
        self.units = {code_hash(unit): unit for unit in units}
        self.asked: list[bytes] = []

    def __call__(self, hashed: bytes) -> Unit:
        self.asked.append(hashed)
        return self.units[hashed]


def load(shelf: Shelf, entry: Unit = ORDER, workflow: str = "order", natives: tuple[str, ...] = ("len/1",)) -> Program:
    return Program.load(code_hash(entry), workflow, shelf, natives)


def test_links_are_followed_and_each_unit_is_loaded_once() -> None:
    shelf = Shelf(INNER, OUTER, ORDER)
    program = load(shelf)
    assert program.units == {code_hash(each): each for each in (ORDER, OUTER, INNER)}
    assert sorted(shelf.asked) == sorted(program.units)


def test_a_program_knows_where_its_workflow_is() -> None:
    program = load(Shelf(INNER, OUTER, ORDER), workflow="refund")
    assert (program.entry, program.entry_unit, program.entry_function) == (code_hash(ORDER), ORDER, 1)
    assert program.entry_workflow == Workflow("refund", "Refund", 1)


def test_a_program_does_not_change() -> None:
    program = load(Shelf(INNER, OUTER, ORDER))
    with pytest.raises(FrozenInstanceError):
        program.workflow = "refund"  # type: ignore[misc]
    with pytest.raises(TypeError):
        program.units[b""] = INNER  # type: ignore[index]


def refused(message: str, shelf: Shelf, entry: Unit = ORDER, workflow: str = "order") -> None:
    with pytest.raises(BadUnit, match=re.escape(message)):
        load(shelf, entry, workflow)


def test_a_missing_unit_is_named_with_who_wants_it() -> None:
    refused(f"unit {code_hash(ORDER).hex()}, wanted by the program, is not there", Shelf())
    refused(f"unit {code_hash(OUTER).hex()}, wanted by shop/order.py, is not there", Shelf(ORDER, INNER))


def test_a_unit_under_a_wrong_hash_is_refused() -> None:
    shelf = Shelf(ORDER, OUTER, INNER)
    shelf.units[code_hash(OUTER)] = INNER
    refused(f"wanted by shop/order.py: what came has hash {code_hash(INNER).hex()}", shelf)


def test_every_unit_is_verified() -> None:
    with pytest.raises(BadUnit, match=r"asyncio/futures\.py: refused by the verifier\n  native 'len/1' is not known"):
        load(Shelf(ORDER, OUTER, INNER), natives=())


def test_a_link_to_what_is_not_exported_is_refused() -> None:
    entry = order(Link(code_hash(OUTER), "wake"))
    refused(f"link 0: unit {code_hash(OUTER).hex()} does not export 'wake'", Shelf(entry, OUTER, INNER), entry)


def test_an_unknown_workflow_is_refused_with_those_there_are() -> None:
    shelf = Shelf(ORDER, OUTER, INNER)
    refused("shop/order.py: it has no workflow 'ordr'; its workflows: order, refund", shelf, workflow="ordr")
    refused("asyncio/futures.py: it has no workflow 'order'; its workflows: none", shelf, INNER)
