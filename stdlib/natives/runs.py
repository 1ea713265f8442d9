"""What a workflow says of its own run, and of calls: policies as values, and Waymark's own exceptions."""

from __future__ import annotations

from typing import Any

from ..values.policies import BackoffPolicy, RetryPolicy, policy_of
from ..values.run_errors import RUN_ERRORS
from .model import Native
from .services import services

# Their other names. All of them are of the package and of one of its modules.
ALIASES = {
    "waymark.ExhaustedRetries": "waymark.ExhaustedRetriesError/1",
    "waymark.exceptions.ExhaustedRetries": "waymark.ExhaustedRetriesError/1",
    **{f"waymark.exceptions.{kind.__name__}": f"waymark.{kind.__name__}/1" for kind in RUN_ERRORS.values()},
    **{f"waymark.workflow.{name}": f"waymark.{name}/1" for name in ("RetryPolicy", "BackoffPolicy")},
}


def with_policy(awaitable: Any, policy: bytes) -> Any:
    """The call of an action, under the policy that its `@action(...)` says."""
    services.get().give_policy(awaitable, policy)
    return awaitable


def type_name(value: Any) -> str:
    """What a value is, for a message."""
    return f"a value of type {type(value).__name__}"


def natives() -> list[Native]:
    return [
        Native("waymark.RetryPolicy/1", RetryPolicy),
        Native("waymark.BackoffPolicy/1", BackoffPolicy),
        *(Native(f"waymark.{kind.__name__}/1", kind) for kind in RUN_ERRORS.values()),
        Native("_policies.of/1", policy_of),
        Native("_policies.give/1", with_policy, flat=True),
        Native("_policies.type_name/1", type_name, flat=True),
    ]
