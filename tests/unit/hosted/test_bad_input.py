"""What host classes may do to a run: nothing but end it with a reason, or set it aside until its module is mended."""

import contextvars
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from differential import NAME, compiled, inside, program_of, run_on_machine, script
from hosted import importable
from scripted import Recorded

from waymark.vm.hosting import HostUnavailable, hosting
from waymark.vm.machine import Machine
from waymark.vm.surface import Finished

SHOP = """
from typing import Any
from pydantic import BaseModel, SecretStr, field_validator

class Mine(Exception):
    pass

class A(BaseModel):
    x: int
    held: Any = None

    @field_validator("x")
    @classmethod
    def check(cls, x):
        if x == 1:
            raise Mine("mine", x)
        if x == 2:
            raise SystemExit(4)
        if x == 3:
            print("printed")
        return x

    @field_validator("held")
    @classmethod
    def change(cls, held):
        if isinstance(held, list):
            held.append(1)
        return held

class S(BaseModel):
    s: SecretStr
"""


IMPORTS = "import asyncio\nimport attrs\nfrom pydantic import BaseModel\n"


def came_to(body: str, shop: str = SHOP, meanwhile: Callable[[Path], None] | None = None) -> str:
    text = script(body).replace("import asyncio\n", "import asyncio\nfrom shop import *\n", 1)
    with importable({"shop": shop, NAME: text}) as folder:
        compilation = compiled(text, {"shop": shop})
        assert not compilation.diagnostics, [each.headline() for each in compilation.diagnostics]
        if meanwhile is not None:
            meanwhile(folder)
        outcome, _ = run_on_machine(program_of(compilation), {}, Recorded(None), (), restoring=True)
        return outcome


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("try:\n    A(x=1)\nexcept Mine as error:\n    return error.args", "returned ('mine', 1)"),
        ("try:\n    A(x=2)\nexcept SystemExit as error:\n    return error.code", "returned 4"),
        ("return A(x=3).x", "returned 3"),
        ("A(x=5, held={'k': [lambda: 1]})", "arguments.held.k[0]: function is not a value"),
        ("A(x=5, held=[0])", "changes an argument in place"),
        ("S(s='q')", "result.s: SecretStr is not a value"),
        ("A.check(3)", "what the library calls of the class A"),
        ("A.model_fields", "what pydantic keeps of the class A"),
        ("A(x=5).__rich_repr__", "it is of pydantic itself"),
    ],
)
def test_a_library_that_does_not_behave_ends_the_run_with_its_reason(body: str, outcome: str) -> None:
    assert outcome in came_to(body)


def test_a_module_that_cannot_be_imported_sets_aside_the_runs_that_need_it() -> None:
    def broken(folder: Path) -> None:
        (folder / "shop.py").write_text("import no_such_module_of_all")

    with pytest.raises(HostUnavailable, match="module shop, where A is defined, cannot be imported: ModuleNotFound"):
        came_to("return A(x=5).x", meanwhile=broken)
    assert came_to("return 1", meanwhile=broken) == "returned 1"


@pytest.mark.parametrize(
    ("now", "differs"),
    [
        ("    x: int\n    held: Any = None", ""),
        ("    x: int\n    held: Any = None\n    more: int = 5", ""),
        ("    x: int\n    held: Any = None\n    more: int", "now it has x: int, held: Any, more: int"),
        ("    held: Any = None", "it had the fields x: int, held: Any; now it has held: Any"),
        ("    x: str\n    held: Any = None", "now it has x: str, held: Any"),
        ("    x: int\n    held: Any", "is another class than the run was compiled with"),
    ],
)
def test_a_class_that_has_changed_sets_the_run_aside_unless_it_is_safe(now: str, differs: str) -> None:
    before = "from typing import Any\nfrom pydantic import BaseModel\nclass A(BaseModel):\n"

    def changed(folder: Path) -> None:
        (folder / "shop.py").write_text(before + now)

    def run() -> str:
        return came_to(
            "a = A(x='5')\nreturn a.x, a == a.model_copy(), len(a.model_dump()) > 1",
            before + "    x: int\n    held: Any = None\n",
            changed,
        )

    if differs:
        with pytest.raises(HostUnavailable, match=differs):
            run()
    else:
        assert run() == "returned (5, True, True)"


def test_a_class_made_in_a_function_is_refused_where_it_stands() -> None:
    text = "class Local(BaseModel):\n    x: int\nreturn Local(x=1)"
    program = script(text).replace("import asyncio\n", "import asyncio\nfrom pydantic import BaseModel\n", 1)
    (problem,) = compiled(program).diagnostics
    assert "a class of pydantic that is made in a function" in problem.headline()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "class A(BaseModel):\n    x: int\n    def __init_subclass__(cls): ...",
            "`__init_subclass__` in a class of pydantic",
        ),
        ("@attrs.define\nclass A(ValueError):\n    x: int", "an exception that attrs makes"),
        ("class A(BaseModel, metaclass=type):\n    x: int", "a metaclass"),
    ],
)
def test_what_neither_side_could_do_alone_is_refused(text: str, said: str) -> None:
    program = script("return A(x=1)", above=text).replace("import asyncio\n", IMPORTS, 1)
    (problem,) = compiled(program).diagnostics
    assert said in problem.headline()


def test_restoring_an_object_runs_no_validator() -> None:
    """The host is gone when the run goes on: what it has made is there."""
    text = script("a = A(x=5)\nawait act()\nreturn a.x, a.held")
    text = text.replace("import asyncio\n", "import asyncio\nfrom shop import A\n", 1)

    def nobody(request: bytes) -> bytes:
        raise AssertionError("nobody is asked")

    def run() -> Any:
        with importable({"shop": SHOP, NAME: text}):
            program = program_of(compiled(text, {"shop": SHOP}))
            machine = Machine.start(program, {}, seed=bytes(16))
            (start,) = machine.run(ticks=100_000, now=0).effects
            delta = machine.delta()
            hosting.use(nobody)
            again = Machine.restore(program.units.__getitem__, delta.root, delta.put.__getitem__)
            from waymark.vm.surface import Succeeded

            again.settle([(start.request, Succeeded(inside(None)))])  # type: ignore[union-attr]
            return again.run(ticks=100_000, now=0)

    ended = contextvars.Context().run(run)
    assert isinstance(ended, Finished) and ended.value == (5, None)
