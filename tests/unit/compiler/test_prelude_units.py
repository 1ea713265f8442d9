"""Modules of the prelude in Python are units that programs link to, compiled when they are needed."""

from __future__ import annotations

from pathlib import Path

import pytest
from differential import assert_same, compiled, script

from waymark.compiler import cache
from waymark.compiler.library import library, linked_units
from waymark.compiler.prelude_units import python_unit
from waymark.stdlib.prelude.python import MODULES
from waymark.vm.codec import code_hash


@pytest.mark.parametrize("name", MODULES)
def test_a_module_leaves_nothing_to_init_and_all_of_its_classes_are_static(name: str) -> None:
    unit = library()[name]
    assert unit.inits == ()
    assert unit.modules == (name,)


def test_a_program_links_to_what_it_uses_and_holds_nothing_of_it() -> None:
    unit = compiled(script("lock = asyncio.Lock()\nasync with lock:\n    return lock.locked()")).unit
    assert unit is not None
    assert unit.modules == ("program",)
    assert [link.name for link in unit.links if ":" in link.name] == ["asyncio.locks:Lock"]
    assert library()["asyncio.locks"] in linked_units(unit)


def test_a_class_of_the_program_may_extend_one_of_the_prelude() -> None:
    above = """
        class Counted(asyncio.Lock):
            def __init__(self):
                super().__init__()
                self.times = 0
            async def acquire(self):
                self.times += 1
                return await super().acquire()
    """
    body = """
        lock = Counted()
        async def one(n):
            async with lock:
                await act(n)
                print(n, lock.times, lock.locked())
        await asyncio.gather(one(1), one(2))
        return lock.times, isinstance(lock, asyncio.Lock), Counted.__mro__[1].__module__
    """
    assert_same(script(body, above=above))


def test_a_later_process_takes_a_unit_from_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path))
    library.cache_clear()
    made = library()["asyncio.queues"]  # which links to the locks
    library.cache_clear()
    monkeypatch.setattr("waymark.compiler.prelude_units.python_unit", _compiles_nothing)
    monkeypatch.setattr("waymark.compiler.codegen.generate", _compiles_nothing)
    again = library()
    assert again["asyncio.queues"] == made
    assert again["asyncio.queues"] is not made
    assert {link.unit for link in made.links} <= again.by_hash().keys()


def _compiles_nothing(*given: object, **_: object) -> None:
    raise AssertionError(f"compiled again: {given}")


def test_equal_texts_give_equal_units() -> None:
    assert code_hash(python_unit("asyncio.timeouts")) == code_hash(library()["asyncio.timeouts"])
