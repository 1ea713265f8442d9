"""Waymark: durable background work in plain async Python, on the Postgres you already run.

    from waymark import Workflow, action, workflow

The names are loaded when they are first used: importing this package costs next to nothing, and a worker that never
compiles never loads a parser.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from waymark.compiler.diagnostics.errors import UnsupportedPatternError as UnsupportedPatternError
    from waymark.runtime.ports import Unreachable as Unreachable

    from .actions import action as action
    from .client import Client as Client
    from .client import Handle as Handle
    from .default import close as close
    from .exceptions import ConfigurationError as ConfigurationError
    from .exceptions import WaymarkError as WaymarkError
    from .exceptions import WorkflowFailed as WorkflowFailed
    from .exceptions import WorkflowParked as WorkflowParked
    from .recorded import now as now
    from .recorded import random as random
    from .recorded import sleep_until as sleep_until
    from .recorded import uuid4 as uuid4
    from .registry import registry as registry
    from .registry import workflow_registry as workflow_registry
    from .workflow import Workflow as Workflow
    from .workflow import workflow as workflow

__version__ = "0.1.0"

# Public name -> the module that has it.
_HOMES = {
    "action": ".actions",
    "workflow": ".workflow",
    "Workflow": ".workflow",
    "Client": ".client",
    "Handle": ".client",
    "close": ".default",
    "WaymarkError": ".exceptions",
    "ConfigurationError": ".exceptions",
    "WorkflowFailed": ".exceptions",
    "WorkflowParked": ".exceptions",
    "UnsupportedPatternError": ".exceptions",
    "Unreachable": ".exceptions",
    "now": ".recorded",
    "uuid4": ".recorded",
    "random": ".recorded",
    "sleep_until": ".recorded",
    "registry": ".registry",
    "workflow_registry": ".registry",
}
__all__ = [*_HOMES, "__version__"]  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'waymark' has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(home, __name__), name)  # asked for once
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})


class _Package(ModuleType):
    """This package. `waymark.workflow` is a module *and* the name of a decorator; `waymark.registry` is a pair, too.

    Importing the module binds it on the package, where the decorator should stay: the binding is let go, and
    `from waymark.workflow import Workflow` still finds the module in `sys.modules`.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if isinstance(value, ModuleType) and name in _HOMES:
            return
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
