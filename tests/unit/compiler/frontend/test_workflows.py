"""Which classes are workflows, what they are called, and which of them need an object."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from waymark.compiler.pipeline import Compilation, compile_file, compile_text

HEAD = "from waymark import Workflow, action, workflow\n"


def compiled(text: str) -> Compilation:
    return compile_text(HEAD + dedent(text), path="shop.py", module="shop", root=Path("/nonexistent"))


def made(text: str) -> Compilation:
    found = compiled(text)
    found.raise_if_failed()
    return found


def codes(text: str) -> list[str]:
    return [problem.code for problem in compiled(text).diagnostics]


PLAIN = [
    "async def run(self): return 1",
    "'''A checkout.'''\n    name = 'x'\n    version: str = '1'\n"
    "    async def run(self, a, *b, c=(1, -2), **d): return a",
    "pass; limit: int\n    async def run(self):\n        def inner(self): return self\n        return inner(1)",
    "async def run(this, self=3): return self",
]
MADE = [
    "async def run(self): return self",
    "async def run(self): return [self for _ in 'a']",
    "async def run(self):\n        def inner(): return self\n        return 1",
    "async def run(self):\n        del self",
    "async def run(self): return __class__",
    "async def run(self): return super().__init__()",
    "async def run(self, a=[]): return a",
    "async def run(*args): return args",
    "limit = 3\n    async def run(self): return 1",
    "def helper(self): ...\n    async def run(self): return 1",
    "if True: x = 1\n    async def run(self): return 1",
    "async def run(self): return 1\n    async def run(self): return 2",
]


@pytest.mark.parametrize("body", PLAIN)
def test_a_workflow_that_is_nothing_but_its_run_needs_no_object(body: str) -> None:
    wrl = made(f"@workflow\nclass Checkout(Workflow):\n    {body}\n").wrl
    assert "class" not in wrl and "init" not in wrl and "async fn Checkout.run(" in wrl


@pytest.mark.parametrize("body", MADE)
def test_any_other_workflow_is_a_class(body: str) -> None:
    wrl = made(f"@workflow\nclass Checkout(Workflow):\n    {body}\n").wrl
    assert "return await Checkout().run(*args.0, **named.0)" in wrl and "class Checkout(Workflow)" in wrl


def test_a_plain_workflow_that_others_speak_of_is_a_class_too() -> None:
    wrl = made(
        """
        @workflow
        class Base(Workflow):
            async def run(self): return 1

        @workflow
        class Special(Base):
            async def run(self): return await super().run()
        """
    ).wrl
    assert "async fn Base.run(self)" in wrl and "class Base(Workflow)" in wrl and "class Special(Base)" in wrl


NAMES = [
    ("class CheckOut(Workflow):\n    name = None", "checkout"),
    ("class Checkout(Workflow):\n    name = 'a' + 'b'", "ab"),
    ("PREFIX = 'shop-'\n@workflow\nclass Checkout(Workflow):\n    name = PREFIX + 'checkout'", "shop-checkout"),
    ("class Base(Workflow):\n    name = 'base'\n@workflow\nclass Checkout(Base):\n    name = 'own'", "own"),
    ("class Base(Workflow):\n    name = 'base'\n@workflow\nclass Checkout(Base):\n    version = '2'", "base"),
    ("class Base(Workflow):\n    name = 'base'\n@workflow\nclass Checkout(Base):\n    name = None", "checkout"),
    ("class Mixin:\n    name = 'mixed'\n@workflow\nclass Checkout(Mixin, Workflow):\n    pass", "mixed"),
]


@pytest.mark.parametrize(("text", "name"), NAMES)
def test_the_name_is_the_class_variable_or_the_class_in_lower_case(text: str, name: str) -> None:
    first = "" if "@workflow" in text else "@workflow\n"
    assert made(f"{first}{text}\n    async def run(self): ...\n").workflows == (name,)


def test_a_name_that_is_not_written_out_is_refused() -> None:
    text = "@workflow\nclass Checkout(Workflow):\n    {}\n    async def run(self): ...\n"
    assert codes(text.format("name = str(1)")) == ["WM128"]
    assert codes(text.format("name = ''")) == ["WM128"]
    assert codes(text.format("name = 3")) == ["WM128"]
    assert codes(text.format("version = [1]")) == ["WM128"]


def test_two_workflows_of_one_inherited_name_are_told_apart_by_nobody() -> None:
    text = "class Base(Workflow):\n    name = 'base'\n    async def run(self): ...\n"
    both = "@workflow\nclass One(Base): ...\n@workflow\nclass Two(Base): ...\n"
    assert codes(text + both) == ["WM124"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("def make():\n    @workflow\n    class A(Workflow):\n        async def run(self): ...", "WM123"),
        ("class Outer:\n    @workflow\n    class A(Workflow):\n        async def run(self): ...", "WM123"),
        ("if True:\n    @workflow\n    class A(Workflow):\n        async def run(self): ...", "WM123"),
        ("@workflow\nclass A:\n    async def run(self): ...", "WM126"),
        ("class B: ...\n@workflow\nclass A(B):\n    async def run(self): ...", "WM126"),
        ("@workflow\nclass A(Workflow, dict):\n    async def run(self): ...", "WM126"),
        ("@workflow\nclass A(*[Workflow]):\n    async def run(self): ...", "WM126"),
        ("@workflow\nclass A(Workflow, metaclass=type):\n    async def run(self): ...", "WM126"),
        ("def d(c): return c\n@d\n@workflow\nclass A(Workflow):\n    async def run(self): ...", "WM125"),
        ("@workflow\nclass A(Workflow):\n    @staticmethod\n    async def run(self): ...", "WM125"),
        ("@workflow\nclass A(Workflow): ...", "WM121"),
        ("@workflow\nclass A(Workflow):\n    if True:\n        async def run(self): ...", "WM121"),
        ("@workflow\nclass A(Workflow):\n    def run(self): ...", "WM122"),
        ("@workflow\nclass A(Workflow):\n    async def run(*, a): ...", "WM127"),
    ],
)
def test_what_no_workflow_can_be_is_refused(text: str, code: str) -> None:
    assert code in codes(text)


def test_bases_and_their_run_are_followed_into_other_modules(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "__init__.py").write_text("from .base import Base as ShopBase\n")
    (tmp_path / "parts" / "base.py").write_text(
        HEAD + "class Base(Workflow):\n    name = 'based'\n    async def run(self, order_id, *, fast=False): ...\n"
    )
    path = tmp_path / "shop.py"
    path.write_text("import parts\nfrom waymark import workflow\n@workflow\nclass Checkout(parts.ShopBase): ...\n")
    found = compile_file(path)
    found.raise_if_failed()
    assert found.workflows == ("based",) and found.unit is not None
    assert [(each.name, each.optional) for each in found.unit.workflows[0].parameters] == [
        ("order_id", False),
        ("fast", True),
    ]
