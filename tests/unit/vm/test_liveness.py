"""What a frame keeps, rule by rule. tests/properties/test_liveness.py compares with all paths of random code."""

from __future__ import annotations

from waymark.vm.isa import Op
from waymark.vm.liveness import live_sets
from waymark.vm.unit import Instruction

from .assembly import NO_NAMES, NONE, ins

END = ins(Op.END)


def call(dst: int, callee: int, *args: int) -> Instruction:
    return ins(Op.CALL, dst, callee, args, NO_NAMES)


def load(dst: int) -> Instruction:
    return ins(Op.LOAD_CONST, dst, NONE)


def rows(entry: int, *code: Instruction) -> dict[int, tuple[int, ...]]:
    return dict(live_sets(entry, code))


def test_entry_keeps_the_parameters_that_are_read() -> None:
    assert live_sets(3, (ins(Op.LIST, 3, (0, 2)), ins(Op.RETURN, 3))) == ((0, (0, 2)),)


def test_an_instruction_in_progress_keeps_what_follows_needs_and_not_its_own_operands() -> None:
    assert rows(3, load(3), call(3, 0, 1), ins(Op.LIST, 3, (2, 3)), ins(Op.RETURN, 3)) == {0: (0, 1, 2), 1: (2,)}


def test_the_row_of_a_suspending_first_instruction_is_good_for_both() -> None:
    # r0 and r1 for the entry; r2 while the call is in progress.
    assert rows(3, call(3, 0, 1), ins(Op.LIST, 3, (2, 3)), ins(Op.RETURN, 3)) == {0: (0, 1, 2)}


def test_for_keeps_its_iterator_and_not_what_it_is_about_to_write() -> None:
    code = (load(2), ins(Op.FOR, 1, 0), ins(Op.INPLACE, 2, 0, 2, 1), END, ins(Op.RETURN, 2))
    assert rows(1, *code) == {0: (0,), 1: (0, 2), 2: (0,)}


def test_for_keeps_its_dst_if_the_code_behind_reads_it() -> None:
    assert rows(1, load(1), ins(Op.FOR, 1, 0), END, ins(Op.RETURN, 1)) == {0: (0,), 1: (0, 1)}


def test_loop_keeps_what_its_turns_and_the_code_behind_need() -> None:
    code = (load(3), ins(Op.LOOP), ins(Op.EXIT_IF, 0, 0), call(2, 1), END, ins(Op.RETURN, 3))
    assert rows(2, *code) == {0: (0, 1), 1: (0, 1, 3), 3: (0, 1, 3)}


def test_a_guarded_instruction_keeps_what_the_catch_reads() -> None:
    code = (
        ins(Op.TRY, 3),
        call(2, 0),
        ins(Op.RETURN, 2),
        ins(Op.CATCH),
        ins(Op.LIST, 2, (1, 3)),
        END,
        ins(Op.RETURN, 2),
    )
    assert rows(2, *code) == {0: (0, 1), 1: (1,)}


def test_a_register_that_the_instruction_writes_is_kept_if_its_catch_reads_the_old_value() -> None:
    code = (load(1), ins(Op.TRY, 2), call(1, 0), ins(Op.CATCH), END, ins(Op.RETURN, 1))
    assert rows(1, *code)[2] == (1,)


def test_the_catch_part_is_guarded_by_the_next_try_outside() -> None:
    inner = (ins(Op.TRY, 2), load(4), ins(Op.CATCH), call(4, 0), END)
    code = (ins(Op.TRY, 3), *inner, ins(Op.RETURN, 4), ins(Op.CATCH), ins(Op.RETURN, 1), END)
    assert rows(2, *code)[4] == (1,)


def test_handled_registers_are_kept_at_every_point_inside() -> None:
    code = (
        ins(Op.HANDLED, 1),
        ins(Op.LOOP),
        ins(Op.HANDLED, 2),
        call(3, 0),
        END,
        ins(Op.RETURN, 3),
        END,
        END,
        ins(Op.RETURN, 0),
    )
    assert rows(3, *code) == {0: (0, 1, 2), 1: (0, 1, 2), 3: (1, 2)}


def test_raise_keeps_what_its_catch_reads() -> None:
    code = (ins(Op.TRY, 2), ins(Op.RAISE, 0), ins(Op.CATCH), ins(Op.RETURN, 1), END)
    assert rows(2, *code) == {0: (0, 1), 1: (1,)}


def test_code_without_instructions_has_no_rows() -> None:
    assert live_sets(2, ()) == ()
