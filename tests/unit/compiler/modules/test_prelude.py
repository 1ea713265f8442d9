"""The prelude in Python: what of asyncio there is, what is refused and why, and that programs hold what they reach."""

from __future__ import annotations

import asyncio

import pytest
from differential import compiled, script

from waymark.stdlib.catalogue import CONSTANTS, OUTSIDE
from waymark.stdlib.prelude.python import EXPORTS, MODULES, python_source
from waymark.stdlib.refused import REFUSED

OFFERED = sorted(name for name in EXPORTS if name.startswith("asyncio."))


def test_every_public_name_of_asyncio_is_there_or_refused_with_what_to_do() -> None:
    known = {*EXPORTS, *OUTSIDE, *CONSTANTS, "asyncio.sleep"}
    public = {f"asyncio.{name}" for name in asyncio.__all__ if not name.startswith("_")}
    assert not public - known - set(REFUSED)
    assert not known & set(REFUSED)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_is_refused_says_why(name: str) -> None:
    problems = compiled(script(f"x = {name}\nreturn x")).diagnostics
    assert [each.code for each in problems] != [], name
    assert problems[0].help(), name


@pytest.mark.parametrize("name", OFFERED)
def test_what_is_offered_compiles(name: str) -> None:
    compilation = compiled(script(f"x = {name}\nreturn x is None"))
    assert not compilation.diagnostics, compilation.diagnostics


def test_only_the_prelude_imports_the_machine() -> None:
    problems = compiled(script("from waymark.machine import future\nreturn future()")).diagnostics
    assert [each.code for each in problems] == ["WM110"]


def test_a_program_is_linked_to_what_it_uses_and_holds_no_copy() -> None:
    small = compiled(script("await asyncio.sleep(1)")).wrl
    assert "asyncio.tasks" not in small
    gathering = compiled(script("return await asyncio.gather(act(1))")).wrl
    assert 'link gather = asyncio.tasks "gather"' in gathering and "fn gather" not in gathering


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith("asyncio.")])
def test_a_module_imports_from_those_before_it(module: str) -> None:
    text = python_source(module)
    for other in MODULES[MODULES.index(module) :]:
        assert f"from {other} import" not in text
