"""What the decorators have seen in this process: actions by `module:name`, workflows by name.

An action worker runs what it finds here. A module that is reloaded registers the same things again; two different
functions under one name are a mistake that is told at once.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .places import importable_module

if TYPE_CHECKING:
    from .workflow import Workflow

ActionFunction = Callable[..., Awaitable[Any]]


class ActionRegistry(Mapping[str, ActionFunction]):
    """Actions by key.

    Example:
        assert waymark.registry["shop:charge"] is charge
    """

    def __init__(self) -> None:
        self._actions: dict[str, ActionFunction] = {}
        self._places: dict[str, dict[tuple[str, str], Any]] = {}

    def __getitem__(self, key: str) -> ActionFunction:
        return self._actions[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._actions)

    def __len__(self) -> int:
        return len(self._actions)

    def register(self, key: str, function: ActionFunction) -> None:
        there = self._actions.get(key)
        if there is not None and not _same_place(there, function):
            raise ValueError(
                f"action {key!r} is already registered by {_place(there)}; {_place(function)} cannot take its name. "
                "Give one of them another one: @action(name=...)"
            )
        self._actions[key] = function

    def note_names(self, module: str) -> None:
        """Remember what stands for actions where they are defined, and in a module with a workflow: a test may put
        something else there."""
        standing: dict[int, str] = {}
        for key, function in self._actions.items():
            there = getattr(sys.modules.get(function.__module__), function.__qualname__, function)
            self._places.setdefault(key, {})[function.__module__, function.__qualname__] = there
            standing |= {id(function): key, id(there): key}
        for name, value in list(vars(sys.modules.get(module, object)).items()):
            if (known := standing.get(id(value))) is not None:
                self._places[known][module, name] = value

    def places_of(self, key: str) -> Mapping[tuple[str, str], Any]:
        """What stood for an action, by module and name, when workflows that use it were decorated."""
        return self._places.get(key, {})


class WorkflowRegistry(Mapping[str, "type[Workflow]"]):
    """Workflow classes by registered name.

    Example:
        assert waymark.workflow_registry["order"] is Order
    """

    def __init__(self) -> None:
        self._workflows: dict[str, type[Workflow]] = {}

    def __getitem__(self, name: str) -> type[Workflow]:
        return self._workflows[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._workflows)

    def __len__(self) -> int:
        return len(self._workflows)

    def register(self, name: str, kind: type[Workflow]) -> None:
        there = self._workflows.get(name)
        if there is not None and _full_name(there) != _full_name(kind):
            raise ValueError(
                f"workflow {name!r} is already registered by {_full_name(there)}. "
                f'Give {_full_name(kind)} another name: name = "..."'
            )
        self._workflows[name] = kind


def _full_name(kind: type) -> str:
    """A script that is also imported as a module defines its classes twice, and they are the same."""
    return f"{importable_module(kind)}.{kind.__qualname__}"


def _same_place(one: Any, other: Any) -> bool:
    """Whether two functions are one definition, loaded twice. What is typed into a notebook is typed again."""
    return _place(one) == _place(other) or (_is_typed(one) and _is_typed(other))


def _is_typed(function: Any) -> bool:
    code = getattr(inspect.unwrap(function), "__code__", None)
    return code is not None and function.__module__ == "__main__" and not Path(code.co_filename).is_file()


def _place(function: Any) -> str:
    code = getattr(inspect.unwrap(function), "__code__", None)
    return f"{getattr(code, 'co_filename', '?')}:{function.__qualname__}"


registry = ActionRegistry()
workflow_registry = WorkflowRegistry()
