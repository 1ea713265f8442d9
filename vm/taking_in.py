"""What arrives for a run, made a part of it: outcomes and messages with objects of the run's own classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waymark.stdlib.natives.services import services

from . import runs
from .arriving import arrive
from .crossing import Crossing, ValueDrift
from .services import MachineServices
from .surface import Outcome, Raised, Succeeded

if TYPE_CHECKING:
    from .interp import Interpreter


def taken_in(vm: Interpreter, number: int | str, outcome: Outcome) -> Outcome:
    """Of an open request, or of the topic of a message. Raises `ValueDrift`. The error of a run that this one has
    started becomes a `WorkflowFailed` with that error as its cause."""
    if not isinstance(outcome, Raised):
        return Succeeded(_own(vm, number, outcome, outcome.value))
    error: BaseException = _own(vm, number, outcome, outcome.error)
    asked = vm.state.requests[number].request if isinstance(number, int) else None
    if asked is None or asked.child is None:
        return Raised(error)
    failed = runs.failed(asked, outcome.error)
    failed.__cause__ = error
    return Raised(failed)


def _own(vm: Interpreter, number: int | str, outcome: Outcome, value: Any) -> Any:
    if type(value) is not Crossing and not isinstance(value, BaseException):
        return value
    serving = services.set(MachineServices(vm))
    try:
        return arrive(value, vm.class_named)
    except ValueDrift as drift:
        raise ValueDrift(f"{_named(vm, number, outcome)} does not fit the classes of the run: {drift}") from None
    finally:
        services.reset(serving)


def _named(vm: Interpreter, number: int | str, outcome: Outcome) -> str:
    if isinstance(number, str):
        return f"the message {number!r}"
    asked = vm.state.requests[number].request
    assert asked is not None
    what = "action" if asked.child is None else f"run {asked.child[0]!r} of workflow"
    return f"the {'error' if isinstance(outcome, Raised) else 'result'} of {what} {asked.key}"
