"""The structure of code: who is around an instruction, and where control goes from it."""

from __future__ import annotations

import pytest

from waymark.vm.isa import Op
from waymark.vm.regions import Misnested, structure

from .assembly import NONE, ins

LOAD = ins(Op.LOAD_CONST, 0, NONE)
END = ins(Op.END)


def successors(*code: tuple[int, ...]) -> list[tuple[int, ...]]:
    shape = structure(code)
    return [shape.successors(pc, instruction) for pc, instruction in enumerate(code)]


def test_if_goes_behind_its_else_and_the_first_part_goes_behind_the_end() -> None:
    code = (ins(Op.IF, 0), LOAD, ins(Op.ELSE), LOAD, END, LOAD)
    assert successors(*code) == [(1, 3), (2,), (5,), (4,), (5,), (6,)]


def test_if_without_else_goes_behind_its_end() -> None:
    assert successors(ins(Op.IF, 0), LOAD, END) == [(1, 3), (2,), (3,)]


def test_the_end_of_a_loop_goes_to_its_head() -> None:
    assert successors(ins(Op.LOOP), LOAD, END) == [(1,), (2,), (0,)]


def test_for_goes_to_its_body_or_behind_its_end() -> None:
    assert successors(ins(Op.FOR, 1, 0), LOAD, END, LOAD) == [(1, 3), (2,), (0,), (4,)]


def test_exit_counts_regions_of_every_kind() -> None:
    code = (
        ins(Op.BLOCK),
        ins(Op.TRY, 1),
        ins(Op.HANDLED, 0),
        ins(Op.EXIT_IF, 0, 2),
        ins(Op.EXIT_UNLESS, 0, 1),
        ins(Op.EXIT, 0),
        END,
        ins(Op.CATCH),
        ins(Op.EXIT, 0),
        END,
        END,
    )
    shape = successors(*code)
    assert shape[3:6] == [(4, 11), (5, 10), (7,)]
    assert shape[7:9] == [(10,), (10,)]


def test_again_goes_to_the_head_of_the_loop_that_its_depth_means() -> None:
    code = (ins(Op.LOOP), ins(Op.FOR, 1, 0), ins(Op.IF, 0), ins(Op.AGAIN, 1), END, ins(Op.AGAIN, 1), END, END)
    shape = successors(*code)
    assert (shape[3], shape[5]) == ((1,), (0,))


def test_nothing_follows_an_instruction_that_ends() -> None:
    assert successors(ins(Op.RETURN, 0), ins(Op.RAISE, 0), ins(Op.RERAISE, 0), ins(Op.RAISE_BARE)) == [()] * 4


def test_only_the_first_part_of_a_try_is_guarded_by_it() -> None:
    code = (ins(Op.TRY, 0), ins(Op.TRY, 1), LOAD, ins(Op.CATCH), LOAD, END, ins(Op.CATCH), LOAD, END)
    guards = [None if guard is None else guard.head for guard in structure(code).guards]
    assert guards == [None, 0, 1, 0, 0, 0, None, None, None]


def test_the_handled_registers_are_those_of_all_regions_around() -> None:
    code = (ins(Op.HANDLED, 3), LOAD, ins(Op.HANDLED, 1), LOAD, END, END)
    shape = structure(code)
    assert [shape.handled(pc) for pc in range(6)] == [0, 0b1000, 0b1000, 0b1010, 0b1010, 0b1000]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ((END,), "pc 0: closes a region where none is open"),
        ((ins(Op.BLOCK), LOAD), "pc 0: opens a region that has no END"),
        ((ins(Op.ELSE),), "pc 0: stands directly in the function; it belongs in IF"),
        ((ins(Op.BLOCK), ins(Op.ELSE), END), "pc 1: stands directly in the BLOCK of pc 0; it belongs in IF"),
        ((ins(Op.IF, 0), ins(Op.ELSE), ins(Op.ELSE), END), "pc 2: is the second of its IF, after pc 1"),
        ((ins(Op.IF, 0), ins(Op.CATCH), END), "pc 1: stands directly in the IF of pc 0; it belongs in TRY"),
        ((ins(Op.TRY, 0), END), "pc 1: closes the TRY of pc 0, which has no CATCH"),
        ((ins(Op.TRY, 0), ins(Op.CATCH), ins(Op.CATCH), END), "pc 2: is the second of its TRY, after pc 1"),
        ((ins(Op.EXIT, 0),), "pc 0: depth 0 reaches out of the function: 0 regions are around"),
        ((ins(Op.BLOCK), ins(Op.EXIT, 1), END), "pc 1: depth 1 reaches out of the function: 1 regions are around"),
        (
            (ins(Op.BLOCK), ins(Op.AGAIN, 0), END),
            "pc 1: depth 0 is the BLOCK of pc 0, and only LOOP and FOR have turns",
        ),
    ],
)
def test_misnested_code_is_refused(code: tuple[tuple[int, ...], ...], message: str) -> None:
    with pytest.raises(Misnested) as caught:
        structure(code)
    assert str(caught.value) == message


def test_all_findings_are_reported_by_pc() -> None:
    with pytest.raises(Misnested) as caught:
        structure((END, ins(Op.BLOCK), ins(Op.ELSE)))
    assert [pc for pc, _ in caught.value.problems] == [0, 1, 2]
