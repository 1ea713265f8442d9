"""Names of modules that a workflow cannot use: which line is shown, and that each place that binds the name is."""

from __future__ import annotations

import importlib.machinery
from pathlib import Path

import pytest

from waymark.compiler.diagnostics import UnsupportedPatternError

from .projects import flow, project, refused


def test_a_name_bound_under_a_condition_shows_each_binding(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {
            "program.py": flow("return LIMIT", imports="from config import LIMIT"),
            "config.py": "import sys\nif sys.maxsize > 3:\n    LIMIT = 5\nelse:\n    LIMIT = 6\n",
        },
    )
    (only,) = found.diagnostics
    assert (only.code, only.path, only.notes()) == (
        "WM402",
        "program.py",
        ("it is bound at line 3 of config.py", "it is bound at line 5 of config.py"),
    )


@pytest.mark.parametrize(
    ("imports", "body", "code"),
    [
        ("try:\n    import ujson as json\nexcept ImportError:\n    import json", "return json.dumps(1)", "WM402"),
        (
            "try:\n    from config import fast as go\nexcept ImportError:\n    from config import slow as go",
            "go()",
            "WM402",
        ),
        ("import config", "return config.missing", "WM404"),
        ("from config import missing", "return missing", "WM404"),
        ("import config.inner", "return config.inner.X", "WM404"),
        ("from config.inner import X", "return X", "WM407"),
        ("import config", "return config", "WM403"),
        ("import config", "config.LIMIT = 5\nreturn 1", "WM403"),
        ("from pprint import *", "return pformat(1)", "WM405"),
        ("from numpy import *", "return zeros(1)", "WM406"),
        ("from random import choice", "return choice([1])", "WM201"),
    ],
)
def test_a_name_that_leads_nowhere_is_refused(tmp_path: Path, imports: str, body: str, code: str) -> None:
    config = "LIMIT = 1\ndef fast(): return 1\ndef slow(): return 2\n"
    assert code in [each.split()[0] for each in refused(tmp_path, body, imports=imports, config=config)]


@pytest.mark.parametrize(
    "patch",
    [
        "config.LIMIT = 6",
        "setattr(config, 'LIMIT', 6)",
        "setattr(config, name(), 6)",
        "del config.LIMIT",
        "def later():\n    config.LIMIT += 1",
        "for config.LIMIT in (1, 2): pass",
        "first = config.LIMIT = 3",
        "first, config.LIMIT = 1, 2",
        "config.LIMIT: int = 3",
    ],
)
@pytest.mark.parametrize("alias", ["import config", "from . import config", "import pkg.config as config"])
def test_a_name_that_another_module_assigns_to_is_refused(tmp_path: Path, patch: str, alias: str) -> None:
    place = "pkg/config.py" if "pkg" in alias or "." in alias else "config.py"
    module = place.removesuffix(".py").replace("/", ".")
    files = {
        "pkg/__init__.py": "",
        "pkg/patcher.py": f"{alias}\ndef name(): return 'LIMIT'\n{patch}\n",
        place: "LIMIT = 5\n",
        "program.py": flow("return LIMIT", imports=f"from {module} import LIMIT\nimport pkg.patcher"),
    }
    (only,) = project(tmp_path, files).diagnostics
    line = 4 if "later" in patch else 3
    assert only.message == f"`LIMIT` of `{module}` is assigned to by `pkg.patcher`, line {line}"


def test_attributes_of_objects_are_no_patches(tmp_path: Path) -> None:
    files = {
        "config.py": "LIMIT = 5\n",
        "other.py": "import config\nclass A: pass\na = A()\na.LIMIT = 6\nclass B:\n    def f(self): self.LIMIT = 3\n",
        "program.py": flow("return config.LIMIT", imports="import config, other"),
    }
    project(tmp_path, files).raise_if_failed()


def test_what_init_calls_must_be_pure_and_the_report_shows_the_file_it_is_in(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {
            "program.py": flow("return LIMIT + other()", imports="from shop.config import LIMIT, other"),
            "shop/__init__.py": "",
            "shop/config.py": """
                import os, time
                LIMIT = int(os.environ["LIMIT"])
                def other():
                    return time.time()
                SECRET = os.environ["SECRET"]
                """,
        },
    )
    assert [f"{each.code} {each.path}:{each.line}" for each in found.diagnostics] == [
        "WM206 shop/config.py:2",
        "WM203 shop/config.py:4",
    ]
    assert found.diagnostics[0].help() == "pass it as an argument, or read it in an @action"
    with pytest.raises(UnsupportedPatternError) as caught:
        found.raise_if_failed()
    assert '2 | LIMIT = int(os.environ["LIMIT"])' in str(caught.value)


def test_an_unknown_decorator_from_outside_is_refused_if_its_function_is_needed(tmp_path: Path) -> None:
    above = (
        "import functools_like\n@functools_like.cached\ndef f(): return 1\n@functools_like.cached\ndef g(): return 1"
    )
    assert refused(tmp_path, "return f()", above=above) == [
        "WM405 program.py:9 `functools_like.cached` comes from outside the project and is not in the catalogue of "
        "compiled functions"
    ]


def test_modules_without_source_say_so(tmp_path: Path) -> None:
    suffix = importlib.machinery.EXTENSION_SUFFIXES[0]
    files = {f"fast{suffix}": "", "program.py": flow("return fast.go(1)", imports="import fast")}
    (only,) = project(tmp_path, files).diagnostics
    assert only.message == "the module `fast` cannot be read: it is an extension module, without source in Python"


def test_a_package_that_the_project_names_is_compiled_from_pythons_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = tmp_path / "site-packages"
    (packages / "helpers").mkdir(parents=True)
    (packages / "helpers" / "__init__.py").write_text("def double(n): return n * 2\n")
    monkeypatch.syspath_prepend(packages)
    home = {"program.py": flow("return [double(3)]", imports="from helpers import double")}
    (stranger,) = project(tmp_path / "one", home).diagnostics
    assert stranger.code == "WM405"
    settings = {"pyproject.toml": "[tool.waymark]\ncompile = ['helpers', 'gone']\n"}
    followed = project(tmp_path / "two", {**home, **settings})
    assert 'follow helpers "helpers/__init__.py"' in followed.wrl
    lost = {**settings, "program.py": flow("return [double(3)]", imports="from gone import double")}
    (only,) = project(tmp_path / "three", lost).diagnostics
    assert "no source of it is on Python's path" in only.message


def test_imports_in_functions_that_mean_two_things_are_refused(tmp_path: Path) -> None:
    (only,) = refused(tmp_path, "import math\nmath = 3\nreturn math")
    assert only.startswith("WM110") and "also binds the name to something else" in only
    (only,) = refused(tmp_path, "class C:\n    import math\nreturn C")
    assert only.startswith("WM110") and "an import in the body of a class" in only


def test_a_problem_in_a_helper_says_who_calls_it_back_to_the_workflow(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {
            "program.py": flow(
                "return [total(n) for n in (1, 2)], TABLE, Box().open()",
                imports="from shop.helpers import total, Box\nimport shop.helpers as h\nTABLE = [h.LIMIT]",
            ),
            "shop/__init__.py": "",
            "shop/helpers.py": """
                import os, time
                from random import random as draw
                LIMIT = int(os.environ["LIMIT"])
                def stamp():
                    return time.time()
                def total(n):
                    return (stamp() if n else total(n - 1)) + n
                class Box:
                    def open(self):
                        return draw()
                """,
        },
    )
    (line,) = (n for n, text in enumerate(found.text.split("\n"), 1) if "return [total" in text)
    (table,) = (n for n, text in enumerate(found.text.split("\n"), 1) if text.startswith("TABLE"))
    assert {each.code: each.remarks for each in found.diagnostics} == {
        "WM206": (
            f"`LIMIT` is used by the module `program` (program.py:{table})",
            f"`TABLE` is used by `Script.run` (program.py:{line})",
        ),
        "WM203": ("called by `total` (shop/helpers.py:7)", f"called by `Script.run` (program.py:{line})"),
        "WM201": (f"`Box` is used by `Script.run` (program.py:{line})",),
    }


def test_what_runs_when_a_module_is_imported_says_so(tmp_path: Path) -> None:
    (only,) = project(
        tmp_path,
        {
            "program.py": flow("return TABLE", imports="from config import TABLE"),
            "config.py": "import time\nTABLE = []\nTABLE.append(time.time())\n",
        },
    ).diagnostics
    assert (only.code, only.path, only.remarks) == (
        "WM203",
        "config.py",
        ("it runs when the module `config` is imported",),
    )


@pytest.mark.parametrize(
    "body",
    [
        "from datetime import datetime as dt\nreturn dt.now()",
        "from datetime import datetime\ndef inner():\n    return datetime.utcnow()\nreturn inner()",
        "import datetime as d\nreturn d.datetime.now()",
        "from datetime import date\nreturn [date.today() for _ in 'ab']",
        "import time\nread = time.time\nreturn read()",
    ],
)
def test_the_clock_is_refused_through_names_that_a_function_imports(tmp_path: Path, body: str) -> None:
    assert [each.split()[0] for each in refused(tmp_path, body)] == ["WM203"]


def test_helpers_that_import_each_other_are_reported_and_do_not_hang(tmp_path: Path) -> None:
    files = {
        "a": "import b\nimport time\ndef f(n): return b.g(n) + time.time()",
        "b": "import a\ndef g(n): return a.f(n - 1) if n else 0",
    }
    (only,) = refused(tmp_path, "return f(3)", imports="from a import f", **files)
    assert only.startswith("WM203 a.py:3")


def test_an_import_for_its_effect_is_refused_in_every_module_that_the_program_loads(tmp_path: Path) -> None:
    files = {"helpers": "import antigravity\ndef f(): return 1"}
    (only,) = refused(tmp_path, "return f()", imports="from helpers import f", **files)
    assert only == "WM207 helpers.py:1 `import antigravity` opens a browser, and a run imports nothing"
    (only,) = refused(tmp_path, "import helpers\nreturn helpers.f()", **files)
    assert only.startswith("WM207 helpers.py:1")


def test_an_action_may_import_what_it_likes(tmp_path: Path) -> None:
    action = "@action\nasync def poem():\n    import this, antigravity\n    import other"
    assert not refused(tmp_path, "return 1", above=action, other="import antigravity")
