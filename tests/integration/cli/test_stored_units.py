"""`waymark disasm HASH`: a unit that only the database has, by its code hash."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from waymark.cli.app import run_app
from waymark.compiler.compilation import Compilation
from waymark.compiler.pipeline import compile_file
from waymark.runtime.store.postgres import PostgresStore
from waymark.vm.codec import code_hash, encode_unit

from .conftest import SHOP


@pytest.fixture
def compiled(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Compilation:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WAYMARK_DATABASE_URL", database)
    (tmp_path / "shop.py").write_text(SHOP)
    return compile_file(tmp_path / "shop.py")


def put(database: str, units: Mapping[bytes, bytes]) -> None:
    async def run() -> None:
        store = await PostgresStore.connect(database, application_name="test")
        try:
            await store.put_units(units)
        finally:
            await store.close()

    asyncio.run(run())


def test_a_stored_unit_is_shown_as_its_file_would_be(
    compiled: Compilation, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compiled.unit is not None
    own = code_hash(compiled.unit)
    put(database, {own: encode_unit(compiled.unit)})
    assert run_app(["disasm", own.hex()]) == 0
    shown, said = capsys.readouterr()
    assert said == "" and "class Sleepy" in shown and "ACTION" in shown.upper()
    assert run_app(["disasm", "shop.py"]) == 0
    beside_source, _ = capsys.readouterr()
    instructions = [line.partition(" ; ")[0].rstrip() for line in beside_source.splitlines()]
    assert [line.partition(" ; ")[0].rstrip() for line in shown.splitlines()] == instructions


def test_a_hash_that_the_database_does_not_have_is_told(
    compiled: Compilation, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_app(["disasm", "ab" * 32]) == 2
    assert "the database has no unit " + "ab" * 32 in capsys.readouterr().err


def test_a_damaged_stored_unit_is_told_and_not_shown(
    compiled: Compilation, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compiled.unit is not None
    own, data = code_hash(compiled.unit), encode_unit(compiled.unit)
    put(database, {own: data[:-7], bytes(32): data})
    assert run_app(["disasm", own.hex()]) == 1
    shown, said = capsys.readouterr()
    assert shown == "" and f"unit {own.hex()} of the database is damaged" in said and "Traceback" not in said
    assert run_app(["disasm", bytes(32).hex()]) == 1
    assert f"has the code of {own.hex()}" in capsys.readouterr().err


def test_without_a_database_it_says_which_variable_names_one(
    compiled: Compilation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("WAYMARK_DATABASE_URL")
    assert run_app(["disasm", "ab" * 32]) != 0
    assert "WAYMARK_DATABASE_URL" in capsys.readouterr().err
