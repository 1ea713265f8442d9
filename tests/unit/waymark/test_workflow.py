"""`@workflow`: what happens where the class is defined."""

from __future__ import annotations

import copy
import importlib
import inspect
import sys

import pytest

from waymark import UnsupportedPatternError, Workflow, workflow
from waymark.registry import workflow_registry
from waymark.workflow import compiled_of

from .conftest import UserProject

SHOP = """
    import asyncio
    from waymark import Workflow, action, workflow

    @action
    async def charge(order_id: int, attempt: int) -> bool:
        return attempt > 0

    @workflow
    class Checkout(Workflow):
        async def run(self, order_id: int, pause: float = {pause}) -> str:
            '''Until it is paid.'''
            for attempt in range(3):
                if await charge(order_id, attempt=attempt):
                    return "paid"
                await asyncio.sleep(pause)
            return "failed"

    @workflow
    class Other(Workflow):
        name = "something-else"

        async def run(self) -> int:
            return 1
"""


def test_a_class_is_compiled_and_registered_where_it_is_defined(project: UserProject) -> None:
    shop = project.module("shop", SHOP.format(pause=3600))
    assert dict(workflow_registry) == {"checkout": shop.Checkout, "something-else": shop.Other}
    checkout, other = compiled_of(shop.Checkout), compiled_of(shop.Other)
    assert (checkout.name, other.name) == ("checkout", "something-else")
    assert checkout.actions == ("shop:charge",)
    assert checkout.entry == other.entry and checkout.entry in checkout.units, "one file, one unit"


def test_run_keeps_its_name_its_text_and_its_signature(project: UserProject) -> None:
    run = project.module("shop", SHOP.format(pause=3600)).Checkout.run
    assert (run.__name__, run.__qualname__, run.__doc__) == ("run", "Checkout.run", "Until it is paid.")
    assert str(inspect.signature(run)) == "(self, order_id: int, pause: float = 3600) -> str"


def test_what_cannot_be_compiled_is_refused_where_it_is_defined_with_all_problems(project: UserProject) -> None:
    with pytest.raises(UnsupportedPatternError) as caught:
        project.module(
            "shop",
            """
            import datetime, random
            from waymark import Workflow, workflow

            @workflow
            class Checkout(Workflow):
                async def run(self) -> float:
                    started = datetime.datetime.now()
                    return random.random()
            """,
        )
    report = str(caught.value)
    assert "error[WM203]: `datetime.datetime.now()` gives a different answer" in report
    assert "shop.py:8:19" in report and "shop.py:9:16" in report and "2 problems in shop.py" in report
    assert [diagnostic.line for diagnostic in caught.value.diagnostics] == [8, 9]
    assert str(copy.copy(caught.value)) == report
    assert not workflow_registry


def test_what_is_no_workflow_class_is_refused() -> None:
    with pytest.raises(TypeError, match=r"decorates a class that inherits from Workflow, and .*Plain does not"):

        @workflow
        class Plain: ...

    with pytest.raises(TypeError, match=r"decorates a class that inherits from Workflow, and .*function does not"):

        @workflow  # type: ignore[type-var]
        async def function() -> None: ...

    with pytest.raises(TypeError, match=r"Missing needs an `async def run\(self, ...\)`: it is what a run executes"):

        @workflow
        class Missing(Workflow): ...

    with pytest.raises(TypeError, match=r"Sync needs an `async def run\(self, ...\)`"):

        @workflow
        class Sync(Workflow):
            def run(self) -> int:  # type: ignore[override]
                return 1


def test_two_workflows_of_one_name_are_a_mistake(project: UserProject) -> None:
    project.module("shop", SHOP.format(pause=1))
    with pytest.raises(
        ValueError,
        match=r"\'checkout\' is already registered by shop.Checkout. Give other.Checkout another name: name =",
    ):
        project.module("other", SHOP.format(pause=1))


def test_a_reloaded_module_is_compiled_again(project: UserProject) -> None:
    shop = project.module("shop", SHOP.format(pause=1))
    before = compiled_of(shop.Checkout)
    importlib.reload(shop)
    assert compiled_of(shop.Checkout).entry == before.entry
    project.write("shop", SHOP.format(pause=2))
    importlib.reload(shop)
    assert compiled_of(shop.Checkout).entry != before.entry
    assert workflow_registry["checkout"] is shop.Checkout


def test_a_reload_sees_what_has_changed_in_an_imported_module(project: UserProject) -> None:
    acts = "from waymark import action\n@action\nasync def act({parameters}) -> int:\n    return 1\n"
    project.module("acts", acts.format(parameters="one"))
    user = """
        import acts
        from waymark import Workflow, workflow

        @workflow
        class User(Workflow):
            async def run(self) -> int:
                return await acts.act(1)
        """
    shop = project.module("shop", user)
    before = compiled_of(shop.User).entry
    project.write("acts", acts.format(parameters="one, two=2"))
    importlib.reload(shop)
    assert compiled_of(shop.User).entry != before


def test_a_subclass_is_decorated_itself(project: UserProject) -> None:
    shop = project.module("shop", SHOP.format(pause=1))

    class Special(shop.Checkout): ...  # type: ignore[name-defined]

    with pytest.raises(TypeError, match=r"Special is not a compiled workflow: decorate it with @workflow$"):
        compiled_of(Special)


def test_in_a_worker_nothing_is_compiled_before_an_action_starts_a_run(
    project: UserProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYMARK_PROCESS_ROLE", "worker")
    shop = project.module("shop", SHOP.format(pause=1))
    assert workflow_registry["checkout"] is shop.Checkout
    assert "__waymark_compiled__" not in vars(shop.Checkout)
    compiled = compiled_of(shop.Checkout)
    assert compiled.name == "checkout" and compiled_of(shop.Checkout) is compiled


def test_a_workflow_draws_itself(project: UserProject, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = project.module("shop", SHOP.format(pause=3600))
    assert "if await charge(order_id, attempt=attempt)" in shop.Checkout.visualize().source
    monkeypatch.setitem(sys.modules, "graphviz", None)
    with pytest.raises(ImportError, match=r"install waymark\[visualize\]"):
        shop.Checkout.visualize()
