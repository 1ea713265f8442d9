"""What beginners get wrong: each mistake is told where it is made, and what to write instead."""

from __future__ import annotations

import asyncio

import pytest

from waymark.exceptions import UnknownRun

from .conftest import UserProject

SHOP = """
from waymark import Workflow, action, workflow

@action
async def charge(order_id: int) -> int:
    return order_id

class Forgotten(Workflow):
    async def run(self, order_id: int) -> int:
        return await charge(order_id)

@workflow
class Checkout(Workflow):
    async def run(self, order_id: int) -> int:
        return await charge(order_id)

class Special(Checkout):
    pass
"""


@pytest.mark.parametrize("name", ["Forgotten", "Special"])
def test_a_class_that_is_not_decorated_is_never_simply_executed(project: UserProject, name: str) -> None:
    kind = getattr(project.module("wm_hour", SHOP), name)
    with pytest.raises(TypeError, match=rf"^{name} is not a compiled workflow: decorate it with @workflow$"):
        asyncio.run(kind().run(7))
    with pytest.raises(TypeError, match=rf"^{name} is not a compiled workflow: decorate it with @workflow$"):
        asyncio.run(kind().start(7))


@pytest.mark.parametrize("method", ["run", "start"])
def test_a_method_that_is_called_on_the_class_asks_for_an_object(project: UserProject, method: str) -> None:
    kind = project.module("wm_hour", SHOP).Checkout
    told = rf"^{method}\(\) is called on an object .*, as in Checkout\(\).{method}\(...\), and not on 7$"
    with pytest.raises(TypeError, match=told):
        asyncio.run(getattr(kind, method)(7))
    with pytest.raises(TypeError, match=r"^Checkout\(\) takes no arguments: .* give them to run\(\)$"):
        kind(7)


def test_an_id_that_no_workflow_has_is_told_without_a_workflow() -> None:
    assert str(UnknownRun(None, "order-7")) == (
        "no workflow has a run with the id 'order-7': it was never started in this database, or it has ended and was "
        "collected. `waymark runs list` shows those that are there"
    )
    assert "workflow 'checkout' has no run with the id" in str(UnknownRun("checkout", "order-7"))


LAYOUT = """
from waymark import Workflow, workflow
from wm_shop.helpers import charge, double

@workflow
class Checkout(Workflow):
    async def run(self, n: int = 3) -> int:
        return await charge(double(n))
"""
HELPERS = """
from waymark import action

@action
async def charge(n: int) -> int:
    return n

def double(n):
    return 2 * n
"""


def test_a_folder_of_modules_needs_neither_a_settings_file_nor_an_init(
    project: UserProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYMARK_BRIDGE_IN_MEMORY", "1")
    (project.folder / "wm_shop").mkdir()
    project.write("wm_shop/helpers", HELPERS)
    project.write("wm_shop/checkout", LAYOUT)
    project.names += ["wm_shop", "wm_shop.helpers", "wm_shop.checkout"]
    module = __import__("wm_shop.checkout", fromlist=["Checkout"])
    assert asyncio.run(module.Checkout().run()) == 6
