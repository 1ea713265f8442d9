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

    from . import bridge as bridge
    from .actions import CurrentAction as CurrentAction
    from .actions import action as action
    from .actions import current_action as current_action
    from .client import Client as Client
    from .default import close as close
    from .dependencies import Depend as Depend
    from .dependencies import Depends as Depends
    from .dependencies import provide_dependencies as provide_dependencies
    from .exceptions import BadArguments as BadArguments
    from .exceptions import BadId as BadId
    from .exceptions import BadOption as BadOption
    from .exceptions import BadResult as BadResult
    from .exceptions import ConfigurationError as ConfigurationError
    from .exceptions import ExhaustedRetries as ExhaustedRetries
    from .exceptions import ExhaustedRetriesError as ExhaustedRetriesError
    from .exceptions import NotEnded as NotEnded
    from .exceptions import NotFailed as NotFailed
    from .exceptions import NotPaused as NotPaused
    from .exceptions import RunEnded as RunEnded
    from .exceptions import RunExists as RunExists
    from .exceptions import ScheduleAlreadyExistsError as ScheduleAlreadyExistsError
    from .exceptions import ScheduleNotFoundError as ScheduleNotFoundError
    from .exceptions import StoreError as StoreError
    from .exceptions import Unencodable as Unencodable
    from .exceptions import UnknownRun as UnknownRun
    from .exceptions import WaymarkError as WaymarkError
    from .exceptions import WaymarkTimeout as WaymarkTimeout
    from .exceptions import WorkflowFailed as WorkflowFailed
    from .exceptions import WorkflowParked as WorkflowParked
    from .handle import Handle as Handle
    from .payloads import ActionResultPayload as ActionResultPayload
    from .payloads import deserialize_result_payload as deserialize_result_payload
    from .payloads import serialize_error_payload as serialize_error_payload
    from .payloads import serialize_result_payload as serialize_result_payload
    from .recorded import now as now
    from .recorded import random as random
    from .recorded import sleep_until as sleep_until
    from .recorded import uuid4 as uuid4
    from .registry import registry as registry
    from .registry import workflow_registry as workflow_registry
    from .schedule import ScheduleInfo as ScheduleInfo
    from .schedule import backfill_schedule as backfill_schedule
    from .schedule import delete_schedule as delete_schedule
    from .schedule import list_schedules as list_schedules
    from .schedule import pause_schedule as pause_schedule
    from .schedule import resume_schedule as resume_schedule
    from .schedule import schedule_workflow as schedule_workflow
    from .schedule import trigger_schedule as trigger_schedule
    from .workflow import BackoffPolicy as BackoffPolicy
    from .workflow import RetryPolicy as RetryPolicy
    from .workflow import Workflow as Workflow
    from .workflow import workflow as workflow

__version__ = "0.1.0"

# Public name -> the module that has it.
_HOMES = {
    "action": ".actions",
    "current_action": ".actions",
    "CurrentAction": ".actions",
    "Depend": ".dependencies",
    "Depends": ".dependencies",
    "provide_dependencies": ".dependencies",
    "workflow": ".workflow",
    "Workflow": ".workflow",
    "RetryPolicy": ".workflow",
    "BackoffPolicy": ".workflow",
    "Client": ".client",
    "Handle": ".handle",
    "close": ".default",
    "bridge": ".bridge",
    "WaymarkError": ".exceptions",
    "ConfigurationError": ".exceptions",
    "BadArguments": ".exceptions",
    "BadId": ".exceptions",
    "BadOption": ".exceptions",
    "BadResult": ".exceptions",
    "NotEnded": ".exceptions",
    "NotFailed": ".exceptions",
    "NotPaused": ".exceptions",
    "RunEnded": ".exceptions",
    "RunExists": ".exceptions",
    "StoreError": ".exceptions",
    "Unencodable": ".exceptions",
    "UnknownRun": ".exceptions",
    "WorkflowFailed": ".exceptions",
    "WaymarkTimeout": ".exceptions",
    "ExhaustedRetriesError": ".exceptions",
    "ExhaustedRetries": ".exceptions",
    "WorkflowParked": ".exceptions",
    "UnsupportedPatternError": ".exceptions",
    "Unreachable": ".exceptions",
    "now": ".recorded",
    "uuid4": ".recorded",
    "random": ".recorded",
    "sleep_until": ".recorded",
    "ScheduleAlreadyExistsError": ".exceptions",
    "ScheduleNotFoundError": ".exceptions",
    "ScheduleInfo": ".schedule",
    "schedule_workflow": ".schedule",
    "pause_schedule": ".schedule",
    "resume_schedule": ".schedule",
    "delete_schedule": ".schedule",
    "list_schedules": ".schedule",
    "trigger_schedule": ".schedule",
    "backfill_schedule": ".schedule",
    "ActionResultPayload": ".payloads",
    "serialize_result_payload": ".payloads",
    "serialize_error_payload": ".payloads",
    "deserialize_result_payload": ".payloads",
    "registry": ".registry",
    "workflow_registry": ".registry",
}
__all__ = [*_HOMES, "__version__"]  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'waymark' has no attribute {name!r}")
    module = import_module(home, __name__)
    found = globals()[name] = module if name == "bridge" else getattr(module, name)  # asked for once
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
