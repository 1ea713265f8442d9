"""Columns of a commit as texts."""

from __future__ import annotations

from uuid import UUID

from waymark.runtime.store import literals


def test_columns_are_written_as_postgres_reads_arrays() -> None:
    assert literals.of_ints([]) == "{}" and literals.of_ints([-1, 2]) == "{-1,2}"
    assert literals.of_bools([True, False]) == "{t,f}"
    assert literals.of_ids([UUID(int=1), UUID(int=2**128 - 1)]) == "{" + "0" * 31 + "1," + "f" * 32 + "}"
    assert literals.of_names(['a"b\\c', "{x,y}", "NULL", ""]) == '{"a\\"b\\\\c","{x,y}","NULL",""}'


def test_a_column_of_nothing_but_nulls_is_left_to_unnest() -> None:
    assert literals.of_some_ints([None, None]) == "{}" and literals.some([None, None]) == []
    assert literals.of_some_ints([None, 0]) == "{NULL,0}" and literals.some([None, b""]) == [None, b""]
