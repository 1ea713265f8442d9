"""Importing what the user named, and saying what is wrong with it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from waymark.compiler.frontend.project import module_name, project_of
from waymark.runtime.workers.modules import ModuleFailed, find_registry, import_all, name_of_file


@pytest.fixture(autouse=True)
def own_modules() -> Iterator[None]:
    path, modules = list(sys.path), set(sys.modules)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        del sys.modules[name]


def write(file: Path, text: str = "") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


@pytest.mark.parametrize("here", [".", "shop", "elsewhere"])
@pytest.mark.parametrize(
    "layout",
    [
        ["hello.py"],
        ["shop/hello.py"],
        ["shop/deep/hello.py"],
        ["not-a-name/hello.py"],
        ["shop/__init__.py", "shop/deep/__init__.py", "shop/deep/hello.py"],
        ["pyproject.toml", "hello.py"],
        ["pyproject.toml", "examples/hello.py"],
        ["pyproject.toml", "src/shop/__init__.py", "src/shop/hello.py"],
        [".git", "shop/__init__.py", "shop/deep/__init__.py", "shop/deep/hello.py"],
        ["pyproject.toml", "not-a-name/shop/__init__.py", "not-a-name/shop/hello.py"],
        ["pyproject.toml", "not-a-name/hello.py"],
        ["pyproject.toml", "class/hello.py"],
        ["pyproject.toml", "shop/__init__.py"],
        ["pyproject.toml", "01-hello.py"],
    ],
)
def test_a_file_has_the_name_that_the_compiler_gives_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layout: list[str], here: str
):
    for name in layout:
        file = write(tmp_path / name)
    (tmp_path / here).mkdir(exist_ok=True)
    monkeypatch.chdir(tmp_path / here)
    project = project_of(file)
    assert name_of_file(file) == (module_name(file, project), list(project.folders))


@pytest.mark.parametrize(
    ("here", "name"), [(".", "shop.deep.hello"), ("shop", "deep.hello"), ("elsewhere", "hello"), ("/", "hello")]
)
def test_without_marks_the_current_folder_is_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, here: str, name: str
):
    file = write(tmp_path / "shop" / "deep" / "hello.py")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / here)
    assert name_of_file(file)[0] == name
    assert project_of(file, module="shop.deep.hello").root == tmp_path, "Python has imported it, and knows better"


def test_a_module_is_found_in_the_projects_folder(tmp_path: Path):
    write(tmp_path / "wm_named.py", "ACTIONS = {}")
    import_all(str(tmp_path), ["wm_named"])
    assert find_registry("wm_named:ACTIONS") == {}


def test_a_file_is_imported_with_its_siblings_at_hand(tmp_path: Path):
    write(tmp_path / "pyproject.toml")
    write(tmp_path / "wm_examples" / "wm_shared.py", "VALUE = 1")
    write(tmp_path / "wm_examples" / "wm_file.py", "from wm_examples.wm_shared import VALUE")
    import_all(str(tmp_path), ["wm_examples/wm_file.py"])
    assert sys.modules["wm_examples.wm_file"].VALUE == 1


def fails(tmp_path: Path, module: str) -> str:
    with pytest.raises(ModuleFailed) as caught:
        import_all(str(tmp_path), [module])
    return str(caught.value)


def test_a_module_that_raises_is_named_with_file_and_line(tmp_path: Path):
    file = write(tmp_path / "wm_raises.py", "import os\n\n1 / 0\n")
    said = f"module wm_raises cannot be imported: {file}:3: ZeroDivisionError: division by zero"
    assert fails(tmp_path, "wm_raises") == said


def test_a_mistake_in_an_imported_module_is_shown_where_it_is(tmp_path: Path):
    deep = write(tmp_path / "wm_deep.py", "\nraise KeyError('x')\n")
    write(tmp_path / "wm_outer.py", "import wm_deep\n")
    assert f"{deep}:2: KeyError: 'x'" in fails(tmp_path, "wm_outer")


def test_a_syntax_error_is_named_with_file_and_line(tmp_path: Path):
    file = write(tmp_path / "wm_syntax.py", "x = 1\ny = = 2\n")
    assert fails(tmp_path, "wm_syntax") == f"module wm_syntax cannot be imported: {file}:2: SyntaxError: invalid syntax"


def test_a_module_that_is_not_there_is_said_to_be_missing(tmp_path: Path):
    assert "module wm_nowhere cannot be imported" in fails(tmp_path, "wm_nowhere")
    assert "is its folder below the project's, or installed?" in fails(tmp_path, "wm_nowhere")


def test_a_module_that_exits_is_a_module_that_fails(tmp_path: Path):
    write(tmp_path / "wm_exits.py", "import sys\nsys.exit(3)\n")
    assert "SystemExit: 3" in fails(tmp_path, "wm_exits")
