"""What `import waymark` gives, in which order ever, and what it costs."""

from __future__ import annotations

import itertools
import subprocess
import sys

import pytest

import waymark

IMPORTS = {
    "decorator": "from waymark import workflow; assert callable(workflow)",
    "module": "from waymark.workflow import Workflow, workflow; import sys; "
    "assert sys.modules['waymark.workflow'].Workflow is Workflow",
    "base": "from waymark import Workflow; assert isinstance(Workflow, type)",
    "registry": "from waymark import registry; from waymark.registry import registry as same; assert registry is same",
    "attribute": "import waymark; waymark.workflow; waymark.action; import waymark.workflow; import waymark.actions",
}


def python(code: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *options, "-c", code], capture_output=True, text=True, check=False)


def test_decorator_and_module_of_one_name_both_work_in_any_order() -> None:
    # Each order in a package of its own: the modules are forgotten in between.
    forget = "import sys\nfor name in [n for n in sys.modules if n.split('.')[0] == 'waymark']: del sys.modules[name]"
    orders = itertools.permutations(IMPORTS.values())
    done = python("\n".join(f"{forget}\n" + "\n".join(order) for order in orders))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", waymark.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(waymark, name) is not None
    assert name in dir(waymark)


def test_a_star_import_gives_the_public_names() -> None:
    done = python("from waymark import *; print(action, workflow, Workflow, UnsupportedPatternError)")
    assert done.returncode == 0, done.stderr


def test_an_unknown_name_is_an_attribute_error_of_the_package() -> None:
    with pytest.raises(AttributeError, match=r"^module 'waymark' has no attribute 'wrokflow'$"):
        waymark.wrokflow  # noqa: B018
    with pytest.raises(ImportError, match="cannot import name 'wrokflow' from 'waymark'"):
        exec("from waymark import wrokflow")


def test_the_compilers_exception_is_one_class_wherever_it_is_imported_from() -> None:
    from waymark.compiler.diagnostics.errors import UnsupportedPatternError
    from waymark.exceptions import UnsupportedPatternError as second

    assert waymark.UnsupportedPatternError is UnsupportedPatternError is second


def test_importing_waymark_costs_next_to_nothing() -> None:
    """Cumulated over what it imports; the median of five, so that a busy machine is no failure."""
    costs_ms = []
    for _ in range(5):
        done = python("import waymark", "-X", "importtime")
        row = next(line for line in done.stderr.splitlines() if line.endswith(" waymark"))
        costs_ms.append(int(row.split("|")[1]) / 1000)
    assert sorted(costs_ms)[2] < 60, costs_ms


def test_importing_waymark_loads_neither_a_parser_nor_a_driver() -> None:
    done = python(
        "import waymark, sys; print([n for n in sys.modules if n in ('libcst', 'lark', 'asyncpg', 'msgspec')])"
    )
    assert done.stdout == "[]\n", done.stdout + done.stderr
