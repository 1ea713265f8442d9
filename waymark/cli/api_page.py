"""The reference page of what is imported, `docs/reference/api.md`, made from signatures and docstrings.

python -m waymark.cli.api_page > docs/reference/api.md          tests/examples/test_docstrings.py says when it is stale,
and runs the examples
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import waymark
from waymark import bridge, testing
from waymark.testing.scripts import Script

# The workflows of all examples: shown on the page, and compiled by the tests that run them.
SHOP = """\
@workflow
class Order(Workflow):
    async def run(self, order_id: int) -> str:
        self.set_status("waiting")
        who = await self.receive("approved")
        if not await charge(order_id):
            return f"order {order_id} was declined"
        return f"order {order_id}, approved by {who}"

@workflow
class Report(Workflow):
    async def run(self) -> int:
        return 7
"""

INTRODUCTION = f"""\
# What is imported

Generated from signatures and docstrings by `python -m waymark.cli.api_page`. Do not edit. Each example is run by a
test; they share a module with

```python
@action
async def charge(order_id: int) -> bool: ...

{SHOP}```

and happen on a stage (`with waymark.testing.Stage() as stage:`), where `handle = await Order().start(7, id="order-7")`
has been called. Where schedules are spoken of, Report has two: "nightly", at half past two in Berlin, and "often",
every five minutes.
"""

# What is in them for other houses, and no user calls.
INWARD = frozenset(
    (
        "CurrentAction.hear",
        "Script.number_of",
        "Script.perform",
        "Script.planted_at",
        "Workflow.id",  # a descriptor, which programs read
        "Workflow.name",
        "Workflow.version",
    )
)
CLASSES: dict[str, type] = {
    "Workflow": waymark.Workflow,
    "Handle": waymark.Handle,
    "Client": waymark.Client,
    "CurrentAction": waymark.CurrentAction,
    "Stage": testing.Stage,
    "Script": Script,
}
BRIDGE = (
    "RunInstanceResult",
    "RunBatchResult",
    "payload_of",
    "run_instance",
    "run_instances_batch",
    "wait_for_instance",
)


def names() -> Iterator[str]:
    """Every public name, and the public methods of the classes that users hold."""
    for name in waymark.__all__:
        if name not in ("__version__", "bridge"):
            yield name
            yield from _methods(name)
    yield from (f"bridge.{name}" for name in BRIDGE)
    yield from (f"testing.{name}" for name in testing.__all__)
    yield from (*_methods("Stage"), *_methods("Script"))


def _methods(owner: str) -> Iterator[str]:
    for name in dir(CLASSES.get(owner, object)):
        if not name.startswith("_") and f"{owner}.{name}" not in INWARD:
            yield f"{owner}.{name}"


def thing(name: str) -> Any:
    """What a name stands for; of a method, the function."""
    owner, _, attribute = name.rpartition(".")
    if owner in CLASSES:
        found = inspect.getattr_static(CLASSES[owner], attribute)
        return next((getattr(found, each) for each in ("__func__", "fget", "func") if hasattr(found, each)), found)
    homes = {"": waymark, "bridge": bridge, "testing": testing}
    return getattr(homes[owner], attribute)


def docstring_of(name: str) -> str:
    found = thing(name)
    return inspect.cleandoc(
        (found if inspect.isclass(found) or inspect.isroutine(found) else type(found)).__doc__ or ""
    )


def api_page() -> str:
    return INTRODUCTION + "".join(_entry(name) for name in names())


def _entry(name: str) -> str:
    said, _, example = docstring_of(name).partition("Example:\n")
    lines = [f"\n{'###' if name.rpartition('.')[0] in CLASSES else '##'} `{name}`\n"]
    if signature := _signature(name):
        lines.append(f"```python\n{signature}\n```\n")
    if typed := re.search(r"^>>> ", said, re.MULTILINE):
        said, example = said[: typed.start()], said[typed.start() :]
    lines.append(said.rstrip() + "\n")
    if example:
        lines.append(f"```python\n{inspect.cleandoc(example)}\n```\n")
    return "\n".join(lines)


def _signature(name: str) -> str:
    found = thing(name)
    owner, _, attribute = name.rpartition(".")
    is_method = owner not in CLASSES or inspect.isroutine(getattr(CLASSES[owner], attribute))
    if not (inspect.isroutine(found) and is_method):  # a property is read, and not called
        return ""
    asynchronous = "async " if inspect.iscoroutinefunction(found) else ""
    shown = str(inspect.signature(found)).replace("'", "")
    return f"{asynchronous}def {name.rpartition('.')[2]}{shown}"


if __name__ == "__main__":
    print(api_page(), end="")
