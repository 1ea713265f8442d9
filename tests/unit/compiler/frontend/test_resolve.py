"""Actions of other modules are found on disk, by Python's own rules, and never imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from waymark.compiler.pipeline import Compilation, compile_file

ACTION = "from waymark import action\n\n@action\nasync def charge(order_id, currency='EUR'): ...\n"
FLOW = """\
from waymark import Workflow, workflow
{imports}

@workflow
class Checkout(Workflow):
    async def run(self, order_id):
        return await {call}
"""


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def compiled(folder: Path, imports: str, call: str, at: str = "flows/checkout.py") -> Compilation:
    write(folder, {"pyproject.toml": "", at: FLOW.format(imports=imports, call=call)})
    return compile_file(folder / at)


def action_keys(compilation: Compilation) -> list[str]:
    compilation.raise_if_failed()
    assert compilation.unit is not None
    return [action.key for action in compilation.unit.actions]


@pytest.mark.parametrize(
    ("imports", "call"),
    [
        ("from shop.payments import charge", "charge(order_id)"),
        ("from shop.payments import charge as pay", "pay(order_id)"),
        ("import shop.payments", "shop.payments.charge(order_id)"),
        ("import shop.payments as pay", "pay.charge(order_id)"),
        ("from shop import payments", "payments.charge(order_id)"),
        ("from shop import charge", "charge(order_id)"),
        ("import shop", "shop.charge(order_id)"),
        ("import shop.payments, shop.other\nimport shop.payments", "shop.payments.charge(order_id)"),
        (
            "from typing import TYPE_CHECKING\nfrom shop import charge\nif TYPE_CHECKING:\n    from x import charge",
            "charge(1)",
        ),
    ],
)
@pytest.mark.parametrize("below", ["", "src/"])
def test_an_action_is_found_however_it_is_imported(tmp_path: Path, imports: str, call: str, below: str) -> None:
    package = {"__init__.py": "from .payments import charge\n", "payments.py": ACTION, "other.py": ""}
    write(tmp_path, {f"{below}shop/{name}": text for name, text in package.items()})
    assert action_keys(compiled(tmp_path, imports, call)) == ["shop.payments:charge"]


@pytest.mark.parametrize(
    "imports", ["from .payments import charge", "from ..shop.payments import charge", "from . import charge"]
)
def test_relative_imports_start_at_the_package(tmp_path: Path, imports: str) -> None:
    package = {"__init__.py": "", "shop/__init__.py": "from .payments import charge", "shop/payments.py": ACTION}
    write(tmp_path, {f"big/{name}": text for name, text in package.items()})
    compilation = compiled(tmp_path, imports, "charge(order_id)", at="big/shop/checkout.py")
    assert compilation.module == "big.shop.checkout"
    assert action_keys(compilation) == ["big.shop.payments:charge"]


@pytest.mark.parametrize(
    ("payments", "imports", "code"),
    [
        (ACTION, "from shop import chrage", "WM404"),
        ("def charge(:", "from shop import charge", "WM407"),
        ("from shop import charge", "from shop import charge", "WM404"),
        (ACTION + ACTION, "from shop import charge", "WM402"),
        (ACTION, "from ...shop import charge", "WM407"),
        (ACTION, "from stripe import charge", "WM405"),
        (ACTION, "from random import charge", "WM201"),
        (ACTION, "import shop as charge", "WM403"),
        (ACTION.replace("(order_id", "(items, order_id"), "from shop import charge", "WM411"),
    ],
)
def test_a_name_that_leads_to_no_action_is_refused(tmp_path: Path, payments: str, imports: str, code: str) -> None:
    write(tmp_path, {"shop.py": payments})
    call = imports.split()[-1] + "(order_id)"
    assert [problem.code for problem in compiled(tmp_path, imports, call).diagnostics] == [code]


def test_a_cycle_of_imports_ends(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "from b import charge", "b.py": "from a import charge"})
    assert [problem.code for problem in compiled(tmp_path, "from a import charge", "charge(1)").diagnostics] == [
        "WM404"
    ]


def test_the_module_that_is_compiled_may_be_imported_by_its_actions_module(tmp_path: Path) -> None:
    write(tmp_path, {"shop.py": ACTION + "import flows.checkout\n"})
    assert action_keys(compiled(tmp_path, "from shop import charge", "charge(1)")) == ["shop:charge"]


def test_a_file_without_a_project_has_its_folder_as_root(tmp_path: Path) -> None:
    write(tmp_path, {"shop.py": ACTION, "flow.py": FLOW.format(imports="from shop import charge", call="charge(1)")})
    compilation = compile_file(tmp_path / "flow.py")
    assert (compilation.module, compilation.path) == ("flow", "flow.py")
    assert action_keys(compilation) == ["shop:charge"]


def test_a_package_without_a_project_is_imported_from_beside_it(tmp_path: Path) -> None:
    call = FLOW.format(imports="from .shop import charge", call="charge(1)")
    write(tmp_path, {"store/__init__.py": "", "store/shop.py": ACTION, "store/flow.py": call})
    compilation = compile_file(tmp_path / "store" / "flow.py")
    assert (compilation.module, compilation.path) == ("store.flow", "store/flow.py")
    assert action_keys(compilation) == ["store.shop:charge"]


def test_waymark_is_never_taken_from_the_project(tmp_path: Path) -> None:
    write(tmp_path, {"waymark/__init__.py": "", "shop.py": ACTION})
    assert action_keys(compiled(tmp_path, "from shop import charge", "charge(1)")) == ["shop:charge"]


@pytest.mark.parametrize(
    ("at", "name"),
    [
        ("flows/checkout.py", "flows.checkout"),
        ("src/flows/checkout.py", "flows.checkout"),
        ("flows/__init__.py", "flows"),
        ("my-flows/checkout.py", "checkout"),
        ("my-flows/big/__init__.py", "big"),
    ],
)
def test_the_module_name_is_the_one_that_python_imports(tmp_path: Path, at: str, name: str) -> None:
    write(tmp_path, {"shop.py": ACTION, "my-flows/readme": ""})
    assert compiled(tmp_path, "from shop import charge", "charge(1)", at=at).module == name


def test_what_the_worker_injects_need_not_be_given(tmp_path: Path) -> None:
    action = (
        "from typing import Annotated\nfrom waymark import Depend, action\nDb = Annotated[str, Depend(len)]\n"
        "@action\n"
        "async def charge(order_id, a: Annotated[str, Depend(len)], b: Db, c: 'Annotated[str, Depend(len)]'): ...\n"
    )
    write(tmp_path, {"shop.py": action})
    assert action_keys(compiled(tmp_path, "from shop import charge", "charge(1)")) == ["shop:charge"]


def test_an_action_under_another_decorator_takes_any_arguments(tmp_path: Path) -> None:
    write(tmp_path, {"shop.py": ACTION.replace("@action", "@action(retry=3)\n@traced")})
    assert action_keys(compiled(tmp_path, "from shop import charge", "charge(1, 2, 3, x=4)")) == ["shop:charge"]


def test_private_names_are_mangled_as_python_does(tmp_path: Path) -> None:
    write(tmp_path, {"shop.py": ACTION})
    refused = compiled(tmp_path, "from shop import charge as __charge", "__charge(1)")
    assert [problem.message for problem in refused.diagnostics] == ["`_Checkout__charge` is not defined"]
