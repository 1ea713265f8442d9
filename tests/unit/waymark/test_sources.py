"""`@workflow` finds the text of its class, wherever Python has it from, and says so when nobody has it."""

from __future__ import annotations

import ast
import importlib
import linecache
import runpy
import sys
import types
import zipfile
from pathlib import Path
from typing import Any

import pytest

from waymark import UnsupportedPatternError, Workflow, workflow
from waymark.workflow import compiled_of

from .conftest import UserProject

TEXT = """\
from waymark import Workflow, action, workflow

@action
async def charge(what: str) -> bool:
    return True

@workflow
class Checkout(Workflow):
\tasync def run(self, order_id: int) -> str:
\t\tif await charge("caf\u00e9"):
\t\t\treturn "paid"
\t\treturn "failed"
"""
REFUSED = """\
from waymark import Workflow, workflow
import random

@workflow
class Checkout(Workflow):
    async def run(self) -> float:
        return random.random()
"""


def wrl(module: types.ModuleType) -> str:
    return compiled_of(module.Checkout).wrl


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        ("# -*- coding: latin-1 -*-\n" + TEXT).encode("latin-1"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace("\n\n", "\n\f\n").encode(),
        TEXT.rstrip("\n").encode(),
    ],
    ids=["plain", "with a BOM", "in latin-1", "with CRLF", "with CR", "with form feeds", "without a last line break"],
)
def test_a_file_is_read_as_python_reads_it(project: UserProject, data: bytes) -> None:
    project.write("shop", "").write_bytes(data)
    module = importlib.import_module("shop")
    assert 'await charge("caf\\u00e9")' in wrl(module) or 'await charge("café")' in wrl(module)
    assert compiled_of(module.Checkout).actions == ("shop:charge",)


def test_a_module_of_a_package_has_its_dotted_name(project: UserProject, tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").write_text("")
    (tmp_path / "shop" / "orders.py").write_text(TEXT)
    module = importlib.import_module("shop.orders")
    project.names += ["shop.orders", "shop"]
    assert compiled_of(module.Checkout).actions == ("shop.orders:charge",)


def test_a_script_has_the_name_by_which_another_process_imports_it(
    project: UserProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    path = tmp_path / "jobs" / "nightly.py"
    path.parent.mkdir()
    path.write_text(TEXT + "\nCOMPILED = Checkout.__waymark_compiled__\n")
    # As `python jobs/nightly.py` leaves it.
    main = types.ModuleType("__main__")
    main.__file__ = str(path)
    monkeypatch.setitem(sys.modules, "__main__", main)
    exec(compile(path.read_text(), str(path), "exec"), vars(main))
    assert vars(main)["COMPILED"].actions == ("jobs.nightly:charge",)


def test_python_m_has_the_name_of_its_spec(project: UserProject, tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "orders.py").write_text(TEXT + "\nCOMPILED = Checkout.__waymark_compiled__\n")
    project.names.append("shop")
    found = runpy.run_module("shop.orders", run_name="__main__", alter_sys=True)
    assert found["COMPILED"].actions == ("shop.orders:charge",)


def test_a_module_in_an_archive_is_compiled_from_what_its_loader_gives(
    project: UserProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "app.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("shop/__init__.py", "")
        file.writestr("shop/orders.py", ("# coding: latin-1\n" + TEXT).encode("latin-1"))
        file.writestr("shop/broken.py", REFUSED)
    monkeypatch.syspath_prepend(str(archive))
    module = importlib.import_module("shop.orders")
    project.names += ["shop.orders", "shop"]
    assert compiled_of(module.Checkout).actions == ("shop.orders:charge",)
    with pytest.raises(UnsupportedPatternError, match=r"shop/broken.py:7:16"):
        importlib.import_module("shop.broken")


def problem(kind: Any) -> str:
    with pytest.raises(UnsupportedPatternError) as caught:
        workflow(kind)
    (found,) = caught.value.diagnostics
    assert (found.code, found.line, found.column) == ("WM131", 1, 1)
    assert found.recommendation.startswith("write the class at the top of a .py file")
    return found.message


def test_a_class_that_exec_made_has_no_source(project: UserProject) -> None:
    names: dict[str, Any] = {"__name__": "nowhere"}
    exec("from waymark import *\nclass W(Workflow):\n    async def run(self): ...\n", names)
    assert problem(names["W"]) == "the source of the workflow `W` cannot be found"


def test_a_class_that_type_made_is_not_in_the_source(project: UserProject) -> None:
    shop = project.module("shop", TEXT)
    late = type("Late", (Workflow,), {"run": vars(shop)["Checkout"].run.__wrapped__, "__module__": "shop"})
    assert "shop.py has no workflow class `Late` at its top" in problem(late)


# --- notebooks and prompts -------------------------------------------------------------------------------------------


class Notebook:
    """What IPython leaves for those who look: its history, and the source of each cell under a made-up name."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.names: dict[str, Any] = {"_ih": [""], "__name__": "__main__"}
        shell = types.SimpleNamespace(user_ns=self.names)
        monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
        main = types.ModuleType("__main__")
        main.__dict__.update(self.names)
        self.names = main.__dict__
        shell.user_ns = self.names
        monkeypatch.setitem(sys.modules, "__main__", main)

    def run(self, cell: str) -> None:
        self.names["_ih"].append(cell)
        name = f"/tmp/ipykernel_1/{len(self.names['_ih'])}.py"
        entry = (len(cell), None, cell.splitlines(keepends=True), name)
        self._monkeypatch.setitem(linecache.cache, name, entry)
        code = compile(cell, name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        running = types.FunctionType(code, self.names)()
        if running is not None:
            with pytest.raises(StopIteration):
                running.send(None)


@pytest.fixture
def notebook(project: UserProject, monkeypatch: pytest.MonkeyPatch) -> Notebook:
    return Notebook(monkeypatch)


IMPORTS = "from waymark import Workflow, action, workflow\nimport random\n"
ACTION = "@action\nasync def charge(amount): ...\n"
CLASS = "@workflow\nclass {name}(Workflow):\n    async def run(self):\n        return await charge({argument})\n"


def test_a_notebook_cell_sees_the_cells_that_ran_before_it(notebook: Notebook) -> None:
    notebook.run(IMPORTS)
    notebook.run(ACTION)
    notebook.run(CLASS.format(name="Checkout", argument="1"))
    assert "return await charge(1)" in compiled_of(notebook.names["Checkout"]).wrl


def test_a_cell_that_runs_again_replaces_what_it_defined(notebook: Notebook) -> None:
    notebook.run(IMPORTS)
    notebook.run(ACTION.replace("amount", "amount, currency"))
    notebook.run(ACTION)
    notebook.run(CLASS.format(name="Checkout", argument="1"))
    notebook.run(CLASS.format(name="Checkout", argument="2"))
    assert "return await charge(2)" in compiled_of(notebook.names["Checkout"]).wrl


def test_a_refusal_speaks_of_the_lines_of_the_cell(notebook: Notebook) -> None:
    notebook.run(IMPORTS)
    notebook.run(ACTION)
    with pytest.raises(UnsupportedPatternError) as caught:
        notebook.run(CLASS.format(name="Checkout", argument="random.random()"))
    assert "--> <cell 3>:4:29\n" in str(caught.value)
    assert "4 |         return await charge(random.random())" in str(caught.value)


def test_a_workflow_that_was_refused_in_another_cell_is_no_matter_here(notebook: Notebook) -> None:
    notebook.run(IMPORTS)
    notebook.run(ACTION)
    with pytest.raises(UnsupportedPatternError):
        notebook.run(CLASS.format(name="Broken", argument="random.random()"))
    notebook.names["_ih"].append("%%bash\nls\n")
    notebook.run(CLASS.format(name="Checkout", argument="1"))
    assert "return await charge(1)" in compiled_of(notebook.names["Checkout"]).wrl


WAITING = """\
class Now:
    def __await__(self):
        return iter(())
    async def __aenter__(self):
        return self
    async def __aexit__(self, *_):
        pass
"""


def test_what_cells_await_by_themselves_is_no_matter_to_a_workflow(notebook: Notebook) -> None:
    notebook.run(IMPORTS)
    notebook.run(WAITING)
    notebook.run(ACTION + CLASS.format(name="Checkout", argument="1") + "await Now()\n")
    notebook.run("came = await Now()\nasync with Now(): pass\nfor _ in 'ab':\n    await Now()\n")
    notebook.run(CLASS.format(name="Checkout", argument="2") + "\nasync with Now() as now:\n    await now\n")
    assert "return await charge(2)" in compiled_of(notebook.names["Checkout"]).wrl


def test_a_refusal_speaks_of_the_lines_of_a_cell_that_awaits(notebook: Notebook) -> None:
    notebook.run(IMPORTS + ACTION + WAITING)
    with pytest.raises(UnsupportedPatternError, match=r"--> <cell 2>:7:29\n") as caught:
        notebook.run("if True:\n    await Now()\n\n" + CLASS.format(name="Checkout", argument="random.random()"))
    assert "7 |         return await charge(random.random())" in str(caught.value)


def test_a_name_that_no_cell_has_is_told(notebook: Notebook) -> None:
    notebook.names["charge"] = None  # put there by nobody that left a source
    notebook.run(IMPORTS)
    with pytest.raises(UnsupportedPatternError, match="charge"):
        notebook.run(CLASS.format(name="Checkout", argument="1"))


def test_a_prompt_that_keeps_what_was_typed_is_a_source(project: UserProject, monkeypatch: pytest.MonkeyPatch) -> None:
    name, text = "<python-input-3>", IMPORTS + ACTION + CLASS.format(name="Checkout", argument="1")
    monkeypatch.setitem(linecache.cache, name, (len(text), None, text.splitlines(keepends=True), name))
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(text, name, "exec"), names)
    assert "return await charge(1)" in compiled_of(names["Checkout"]).wrl
