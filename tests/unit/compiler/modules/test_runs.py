"""Module state belongs to a run; code of other modules is the same in any folder, and its errors show its own file."""

from __future__ import annotations

from pathlib import Path

import pytest
from differential import program_of
from vm_runs import observe

from waymark.vm.codec import code_hash, encode_unit, file_hash
from waymark.vm.machine import Machine
from waymark.vm.surface import Failed

from .projects import flow, project

FILES = {
    "program.py": flow(
        """
        CACHE.append(await act(len(CACHE)))
        await asyncio.sleep(1)
        return [CACHE, shop.rates.SEEN, shop.rates.note(CACHE), COUNT]
        """,
        imports="import shop.rates",
        above="CACHE = []\nCOUNT = [len(CACHE)]",
    ),
    "shop/__init__.py": "",
    "shop/rates.py": "SEEN = {'a': [0]}\ndef note(x):\n    SEEN['a'].append(len(x))\n    return x is SEEN['a']\n",
}


def test_a_list_of_a_module_belongs_to_one_run_and_survives_its_restarts(tmp_path: Path) -> None:
    program = program_of(project(tmp_path, FILES))
    for ticks in ((2,), (1000,)):
        for _ in range(2):  # the second run begins as the first did
            seen = observe(program, {}, lambda start: start.args[0] * 10 + 1, ticks=ticks, restoring=True)
            assert seen.error is None
            assert seen.result == [[1], {"a": [0, 1]}, False, [0]]


def test_units_are_the_same_wherever_the_project_lies(tmp_path: Path) -> None:
    units = []
    for place in ("one", "another/deeper"):
        compilation = project(tmp_path / place, FILES)
        compilation.raise_if_failed()
        assert compilation.unit is not None
        units.append(compilation.unit)
    first, second = units
    assert encode_unit(first) == encode_unit(second)
    assert (code_hash(first), file_hash(first)) == (code_hash(second), file_hash(second))


def test_what_is_not_needed_does_not_change_the_unit(tmp_path: Path) -> None:
    def hashed(place: str, rates: str) -> bytes:
        unit = project(tmp_path / place, {**FILES, "shop/rates.py": rates}).unit
        assert unit is not None
        return code_hash(unit)

    rates = FILES["shop/rates.py"]
    assert hashed("one", rates) == hashed("two", rates + "def other(): return open('x')\nLOG = print('hello')\n")
    assert hashed("one", rates) != hashed("three", rates.replace("[0]", "[1]"))


def test_an_error_in_another_module_shows_its_file_and_line(tmp_path: Path) -> None:
    files = {
        "program.py": flow("return half(0)", imports="from shop.rates import half"),
        "shop/__init__.py": "",
        "shop/rates.py": "# first\ndef half(n):\n    return inner(n)\ndef inner(n):\n    return 1 // n\n",
    }
    machine = Machine.start(program_of(project(tmp_path, files)), {}, seed=bytes(16))
    pause = machine.run(1000, 0)
    assert isinstance(pause, Failed)
    lines = [(line.source, line.line, line.function) for line in pause.traceback]
    assert lines == [("program.py", 12, "Script.run"), ("shop/rates.py", 3, "half"), ("shop/rates.py", 5, "inner")]


def test_an_error_of_init_shows_the_imports_that_led_to_it(tmp_path: Path) -> None:
    files = {
        "program.py": flow("return K", imports="from shop.rates import K"),
        "shop/__init__.py": "",
        "shop/rates.py": "def bad(n):\n    return 1 // n\nK = [bad(0)]\n",
    }
    machine = Machine.start(program_of(project(tmp_path, files)), {}, seed=bytes(16))
    pause = machine.run(1000, 0)
    assert isinstance(pause, Failed) and isinstance(pause.error, ZeroDivisionError)
    assert [(line.source, line.line, line.function) for line in pause.traceback] == [
        ("program.py", 4, "<module>"),
        ("shop/rates.py", 3, "<module>"),
        ("shop/rates.py", 2, "bad"),
    ]


@pytest.mark.parametrize("inside", [False, True])
def test_what_was_looked_up_is_known_to_whoever_keeps_the_outcome(tmp_path: Path, inside: bool) -> None:
    from waymark.compiler.fresh import FreshNames
    from waymark.compiler.frontend.project import project_of
    from waymark.compiler.frontend.reading import read_module

    (tmp_path / "here.py").write_text("X = 1\n")
    found = project_of(tmp_path / "program.py", tmp_path)
    module = read_module("here" if inside else "gone", found, FreshNames())
    assert (module is not None) is inside
    assert set(found.lookups.read) == ({str(tmp_path / "here.py")} if inside else set())
    assert str(tmp_path / ("here" if inside else "gone") / "__init__.py") in found.lookups.absent
